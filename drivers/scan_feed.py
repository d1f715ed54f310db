"""The station's ear at the scanner program: messages in order, and «absent» said once while that program is down.

Nothing here decodes pictures; what comes over the socket is checked before it is believed.
"""

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from drivers.errors import FrameError
from drivers.scan_wire import LINE_LIMIT, Camera, CameraState, Message, message_of, preview_line

RETRY_FIRST, RETRY_LAST = 0.1, 2.0  # seconds


class ScanFeed:
    """Calls `heard` from its own thread for each message; connects again by itself, for ever, until `close`."""

    def __init__(self, path: Path, heard: Callable[[Message], None]) -> None:
        self._path = path
        self._heard = heard
        self._camera: Camera | None = None
        self._preview = False
        self._line: socket.socket | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scan feed", daemon=True)
        self._thread.start()

    def ask_preview(self, wanted: bool) -> None:
        """Mirror pictures from now on, or no longer; remembered over a reconnect."""
        with self._lock:
            self._preview = wanted
            if self._line is not None:
                with contextlib.suppress(OSError):  # the reader notices the loss and connects again
                    self._line.sendall(preview_line(wanted))

    def close(self) -> None:
        self._stop.set()
        with self._lock:
            if self._line is not None:
                with contextlib.suppress(OSError):  # the other side may have hung up already
                    self._line.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        wait = RETRY_FIRST
        while not self._stop.is_set():
            problem = "scanner.down"
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line, contextlib.suppress(OSError):
                line.connect(str(self._path))
                wait = RETRY_FIRST
                problem = self._listen(line)
            if not self._stop.is_set():
                self._note(Camera(CameraState.ABSENT, problem))
            self._stop.wait(wait)
            wait = min(wait * 2, RETRY_LAST)

    def _listen(self, line: socket.socket) -> str:
        """Until the line ends; returns why."""
        with self._lock:
            if self._stop.is_set():
                return "scanner.down"
            self._line = line
        try:
            if self._preview:
                line.sendall(preview_line(True))
            self._take_all(line)
        except FrameError as garbled:
            return garbled.code
        finally:
            with self._lock:
                self._line = None
        return "scanner.down"

    def _take_all(self, line: socket.socket) -> None:
        rest = b""
        while not self._stop.is_set() and (data := line.recv(65536)):
            *lines, rest = (rest + data).split(b"\n")
            if len(rest) > LINE_LIMIT:
                raise FrameError("scanner.garbled")
            for complete in lines:
                self._take(message_of(complete))

    def _take(self, message: Message) -> None:
        if isinstance(message, Camera):
            self._note(message)
        else:
            self._heard(message)

    def _note(self, camera: Camera) -> None:
        if camera != self._camera:
            self._camera = camera
            self._heard(camera)
