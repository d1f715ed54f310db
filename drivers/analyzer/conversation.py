"""Asking over a line that may lie: our own silence before a request, every byte written down, nothing stale heard."""

import time
from collections.abc import Callable
from typing import Protocol

from drivers.errors import FrameError, LinkError
from drivers.profile.link import Link
from drivers.transcript import Recorder

BABBLE = 10.0  # seconds after which a line that never falls silent is given up


class Port(Protocol):
    """An open byte pipe. `read` returns as soon as something is there, b"" when `timeout` seconds were silent."""

    def write(self, data: bytes) -> None: ...

    def read(self, size: int, timeout: float) -> bytes: ...

    def drain(self) -> bytes: ...

    def close(self) -> None: ...


class Conversation:
    """After anything went wrong the line must be silent for a whole `reply_ms` before the next request:
    a late answer to the last question is never the answer to the next one.

    What an instrument forgets once it has sent it is on disk before we say anything more (`hold`).
    """

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
        self._link = link
        self._gap = link.gap_ms / 1000
        self._reply = link.reply_ms / 1000
        self._between = link.byte_ms / 1000
        self._free_at = clock() + link.settle_ms / 1000
        self._trusted = True
        self._wary = False  # the answer to a question that was given up may still come
        self._echoed = b""  # heard while we looked for our echo, and not it
        self._early = b""  # of the next message, heard together with the one before

    @property
    def now(self) -> float:
        return self._clock()

    def ask(self, request: bytes, *, hold: bool = False) -> None:
        """Sends when the line has been silent long enough; what lies there unasked is dropped."""
        self._early = b""
        if not self._trusted:
            self._hush()
        self.rest()
        self._drop(self._port.drain())
        self._say(request, hold=hold)

    def acknowledge(self, data: bytes) -> None:
        """Says at once that a message arrived; everything heard is on disk before."""
        self._say(data, hold=True)

    def rest(self) -> None:
        """Waits for our own silence."""
        self._pause(max(0.0, self._free_at - self._clock()))

    def pause(self, seconds: float) -> None:
        self._pause(seconds)

    def answer(self, size: int) -> bytes:
        """The first bytes of an answer, at most `size`."""
        data = self._hear(size, self._reply)
        if not data:
            self._recorder.heard(b"")
            raise LinkError("analyzer.silent")
        return data

    def first(self, size: int, patience: float) -> bytes:
        """The first bytes of what an instrument says by itself; b"" when it said nothing for `patience` seconds."""
        return self._hear(size, patience)

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

    def settled(self) -> bytes:
        """As `after`; behind trouble for as long as an answer may take: one that was given up can still come."""
        late = self._hear(4096, self._reply) if self._wary else b""
        self._wary = False
        return late + self.after()

    def keep(self, data: bytes) -> None:
        """The beginning of what an instrument says next, heard too early. It is written down again when it is used."""
        self._early = data

    def distrust(self) -> None:
        """Nothing that is on its way counts any more; an instrument that speaks by itself is not hushed."""
        self._trusted = self._link.initiative == "device"

    def lost(self) -> None:
        self._recorder.lost()

    def did(self, word: str) -> None:
        """A person did what was asked."""
        self._recorder.operator(word)

    def _say(self, data: bytes, *, hold: bool) -> None:
        if hold:
            self._recorder.hold()
        self._port.write(data)
        self._recorder.said(data)
        self._free_at = self._clock() + self._gap
        if self._link.echo:
            self._echoed = self._without_echo(data)

    def _without_echo(self, said: bytes) -> bytes:
        """A two-wire adapter gives our own bytes back, or does not; anything else is the beginning of the answer."""
        heard = b""
        while len(heard) < len(said) and said.startswith(heard):
            more = self._hear(len(said) - len(heard), self._reply if heard else self._between)
            if not more:
                break
            heard += more
        return b"" if heard == said else heard

    def _hear(self, size: int, timeout: float) -> bytes:
        if self._echoed:
            data, self._echoed = self._echoed[:size], self._echoed[size:]
            return data
        data, self._early = self._early[:size], self._early[size:]
        data = data or self._port.read(size, timeout)
        if data:
            self._recorder.heard(data)
            self._free_at = self._clock() + self._gap
        return data

    def _hush(self) -> None:
        until = self._clock() + BABBLE
        self._echoed = b""
        while data := self._port.read(4096, self._reply):
            self._drop(data)
            if self._clock() > until:
                raise LinkError("analyzer.babbling")
        self._trusted = self._wary = True

    def _drop(self, stale: bytes) -> None:
        if stale:
            self._recorder.heard(stale)
