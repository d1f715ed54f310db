"""Asking over a line that may lie: our own silence before a request, every byte written down, nothing stale heard."""

import time
from collections.abc import Callable
from typing import Protocol

from drivers.errors import FrameError, LinkError
from drivers.evidence.transcript import Recorder
from drivers.profile.form import Link

BABBLE = 10.0  # seconds after which a line that never falls silent is given up


class Port(Protocol):
    """An open byte pipe. `read` returns as soon as something is there, b"" when `timeout` seconds were silent."""

    def write(self, data: bytes) -> None: ...

    def read(self, size: int, timeout: float) -> bytes: ...

    def drain(self) -> bytes: ...

    def close(self) -> None: ...


class Conversation:
    """After anything went wrong the line must be silent for a whole `reply_ms` before the next request:
    a late answer to the last question is never the answer to the next one."""

    def __init__(
        self,
        port: Port,
        link: Link,
        recorder: Recorder,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._port = port
        self._recorder = recorder
        self._clock = clock
        self._pause = pause
        self._gap = link.gap_ms / 1000
        self._reply = link.reply_ms / 1000
        self._between = link.byte_ms / 1000
        self._free_at = clock() + link.settle_ms / 1000
        self._trusted = True

    def ask(self, request: bytes) -> None:
        if not self._trusted:
            self._hush()
        self._pause(max(0.0, self._free_at - self._clock()))
        self._drop(self._port.drain())
        self._port.write(request)
        self._recorder.said(request)
        self._free_at = self._clock() + self._gap

    def answer(self, size: int) -> bytes:
        """The first bytes of an answer, at most `size`."""
        data = self._hear(size, self._reply)
        if not data:
            self._recorder.heard(b"")
            raise LinkError("analyzer.silent")
        return data

    def more(self, size: int) -> bytes:
        """Further bytes of the same answer; b"" when it has ended."""
        return self._hear(size, self._between)

    def exactly(self, size: int) -> bytes:
        """An answer of known size."""
        data = self.answer(size)
        while len(data) < size:
            part = self.more(size - len(data))
            if not part:
                raise FrameError("analyzer.length")
            data += part
        return data

    def after(self) -> bytes:
        """What follows an answer that is complete: it should be nothing."""
        rest = b""
        while len(rest) < 4096 and (more := self._hear(4096, self._gap)):
            rest += more
        return rest

    def distrust(self) -> None:
        self._trusted = False

    def lost(self) -> None:
        self._recorder.lost()

    def _hear(self, size: int, timeout: float) -> bytes:
        data = self._port.read(size, timeout)
        if data:
            self._recorder.heard(data)
            self._free_at = self._clock() + self._gap
        return data

    def _hush(self) -> None:
        until = self._clock() + BABBLE
        while data := self._port.read(4096, self._reply):
            self._drop(data)
            if self._clock() > until:
                raise LinkError("analyzer.babbling")
        self._trusted = True

    def _drop(self, stale: bytes) -> None:
        if stale:
            self._recorder.heard(stale)
