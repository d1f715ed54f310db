"""The station's ear at the scanner program: messages in order, and its absence said once.

Nothing here decodes pictures; what comes over the socket is checked before it is believed.
"""

import contextlib
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Self

from drivers.errors import FrameError
from drivers.scanner.allowance import Allowance
from drivers.scanner.wire import LINE_LIMIT, Camera, CameraState, Message, Still, message_of, preview_line, still_line

RETRY_FIRST, RETRY_LAST = 0.1, 1.0  # seconds
DOWN_AFTER = 10.0  # seconds without a word of its camera: until then a person who scans again has lost nothing
OFTEN, WITHIN = 10, 60.0  # losses in so many seconds: something before the camera breaks it again and again
TICK = 0.2  # seconds between two looks at the clock while it is away

AGAIN = Camera(CameraState.ABSENT, "scanner.again")
DOWN = Camera(CameraState.ABSENT, "scanner.down")


class _Wish:
    """A still picture that somebody waits for."""

    def __init__(self) -> None:
        self.jpeg = b""
        self.answered = threading.Event()

    def answer(self, jpeg: bytes) -> None:
        self.jpeg = jpeg
        self.answered.set()


class ScanFeed:
    """Calls `heard` from its own thread for each message; connects again by itself, for ever, until `close`.

    A scanner that goes is told as `scanner.again`; as `scanner.down` when it stays away for DOWN_AFTER seconds, or
    comes back only to go again.
    """

    def __init__(
        self, path: Path, heard: Callable[[Message], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path
        self._heard = heard
        self._clock = clock
        self._allowance = Allowance()
        self._camera: Camera | None = None
        self._away: float | None = clock()  # since when; None while all is well
        self._losses: deque[float] = deque(maxlen=OFTEN)
        self._preview = False
        self._line: socket.socket | None = None
        self._wishes: dict[str, _Wish] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scan feed", daemon=True)
        self._thread.start()

    def ask_preview(self, wanted: bool) -> None:
        """Mirror pictures from now on, or no longer; remembered over a reconnect."""
        with self._lock:
            self._preview = wanted
            self._say(preview_line(wanted))

    def still(self, timeout: float) -> bytes:
        """The whole picture of now as a JPEG, from any thread but that of `heard`; empty when none comes in time."""
        mark, wish = secrets.token_hex(8), _Wish()
        with self._lock:
            self._wishes[mark] = wish
            if not self._say(still_line(mark)):
                wish.answer(b"")
        wish.answered.wait(timeout)
        with self._lock:
            self._wishes.pop(mark, None)
        return wish.jpeg

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

    def _say(self, line: bytes) -> bool:
        """With the lock held; False when nobody is there, or the line just broke: its reader will notice."""
        if self._line is None:
            return False
        try:
            self._line.sendall(line)
        except OSError:
            return False
        return True

    def _run(self) -> None:
        wait = RETRY_FIRST
        while not self._stop.is_set():
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line, contextlib.suppress(OSError, FrameError):
                line.settimeout(TICK)
                line.connect(str(self._path))
                wait = RETRY_FIRST
                self._listen(line)
            if not self._stop.is_set():
                self._miss()
            self._stop.wait(wait)
            wait = min(wait * 2, RETRY_LAST)

    def _listen(self, line: socket.socket) -> None:
        """Until the line ends; OSError or FrameError when it breaks."""
        with self._lock:
            if self._stop.is_set():
                return
            self._line = line
            if self._preview:
                self._say(preview_line(True))
        try:
            self._take_all(line)
        finally:
            with self._lock:
                self._line = None
                for wish in self._wishes.values():
                    wish.answer(b"")
                self._wishes.clear()

    def _take_all(self, line: socket.socket) -> None:
        rest = bytearray()
        while not self._stop.is_set():
            try:
                data = line.recv(65536)
            except TimeoutError:
                self._grow_impatient()
                continue
            if not data:
                return
            begun, *more = data.split(b"\n")
            rest += begun
            if len(rest) > LINE_LIMIT:
                raise FrameError("scanner.garbled")
            if more:
                self._take_lines((bytes(rest), *more[:-1]))
                rest = bytearray(more[-1])
            self._breathe(len(more), len(data))

    def _take_lines(self, lines: tuple[bytes, ...]) -> None:
        for complete in lines:
            self._take(message_of(complete))

    def _breathe(self, messages: int, octets: int) -> None:
        """Whoever talks more than a scanner has to say is heard later: people come first."""
        left = self._allowance.took(messages, octets)
        while left > 0 and not self._stop.wait(min(left, TICK)):
            self._grow_impatient()
            left -= TICK

    def _take(self, message: Message) -> None:
        match message:
            case Camera():
                self._away = None
                self._note(message)
            case Still(mark, jpeg):
                with self._lock:
                    wish = self._wishes.pop(mark, None)
                if wish is not None:
                    wish.answer(jpeg)
            case _:
                self._heard(message)

    def _miss(self) -> None:
        """The line broke, or there was none."""
        if self._away is None:
            self._away = self._clock()
            self._losses.append(self._away)
            self._note(DOWN if self._keeps_breaking() else AGAIN)
        self._grow_impatient()

    def _keeps_breaking(self) -> bool:
        return len(self._losses) == OFTEN and self._clock() - self._losses[0] < WITHIN

    def _grow_impatient(self) -> None:
        if self._away is not None and self._clock() - self._away >= DOWN_AFTER:
            self._note(DOWN)

    def _note(self, camera: Camera) -> None:
        if camera != self._camera:
            self._camera = camera
            self._heard(camera)
