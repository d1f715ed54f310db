"""The receiving side of ASTM E1381 / CLSI LIS1-A: ENQ, numbered frames each acknowledged, EOT. One message is H … L.

Every frame is on disk before it is acknowledged. Nothing is a message before its EOT.
"""

import re

from drivers.analyzer.conversation import Conversation
from drivers.analyzer.messages import MOST, Message, bidden
from drivers.errors import FrameError
from drivers.profile.link import Astm

STX, ETX, EOT, ENQ, ACK, NAK, ETB = (bytes([code]) for code in (2, 3, 4, 5, 6, 0x15, 0x17))
FRAME = 30.0  # seconds that the receiver waits for a frame (LIS1-A 6.5.2.4, as generally known)
FAILURES = 6  # refused frames after which the sender gives up (LIS1-A 6.5.1.2)
IDLE = 20  # frames said again and beginnings made anew in one message, after which the sender has gone mad
_CONTROL = re.compile(rb"[\x02\x04\x05]")
_WHOLE = re.compile(rb"[\x03\x17]..", re.DOTALL)
_SOUND = re.compile(rb"\x02([0-7])([^\x03\x17]*)[\x03\x17]([0-9A-Fa-f]{2})")


class Receiver:
    """One message at a time."""

    def __init__(self, talk: Conversation, form: Astm) -> None:
        self._talk = talk
        self._form = form
        self._stream = b""
        self._idle = 0
        self._begin()

    def message(self, patience: float) -> Message | None:
        """None when nothing was sent for `patience` seconds, or only a keep-alive (ENQ, EOT).

        FrameError when the sender gave up or fell silent before its EOT, or never sent a sound frame.
        """
        begun = bidden(self._talk, ENQ, EOT, patience)
        if begun is None:
            return None
        self._stream = begun
        self._talk.acknowledge(ACK)
        while not self._ended():
            self._judge(self._next())
        if self._failures:
            raise FrameError("analyzer.checksum")
        return Message(self._text, self._raw) if self._text else None

    @property
    def left(self) -> bytes:
        """What was heard behind the end of the message."""
        return self._stream[1:] if self._stream.startswith(EOT) else b""

    def _begin(self) -> None:
        self._text = self._raw = self._newest = b""
        self._last = 0  # number of the frame accepted last; the first is 1
        self._failures = 0

    def _ended(self) -> bool:
        """Up to the next frame or the end; an ENQ inside a transfer begins it anew: what came before is no message."""
        until = self._talk.now + FRAME
        while True:
            self._dropped()
            if self._stream.startswith(ENQ):
                self._stream = self._stream[1:]
                self._begin()
                self._no_progress()
                self._talk.acknowledge(ACK)
            elif self._stream:
                return self._stream.startswith(EOT)
            else:
                self._wait(until)

    def _wait(self, until: float) -> None:
        """For a frame to begin. What is no frame and is not followed by one is refused: it may be a broken one."""
        heard = self._talk.first(4096, max(0.0, until - self._talk.now))
        if not heard:
            raise FrameError("analyzer.length")
        while not _CONTROL.search(heard):
            self._bounded(heard)
            more = self._talk.more(4096)
            heard += more
            if not more:
                if heard.strip(b"\r\n\0"):
                    self._refuse()
                return
        self._stream = heard

    def _dropped(self) -> None:
        """Line ends and noise before a frame."""
        found = _CONTROL.search(self._stream)
        self._stream = self._stream[found.start() :] if found else b""

    def _next(self) -> bytes:
        """From STX to the second digit of the sum, or what there is of it when the line falls silent."""
        while (end := _WHOLE.search(self._stream)) is None:
            self._bounded(self._stream)
            more = self._talk.more(4096)
            if not more:
                frame, self._stream = self._stream, b""
                return frame
            self._stream += more
        frame, self._stream = self._stream[: end.end()], self._stream[end.end() :]
        return frame[frame.rfind(STX, 0, end.start()) :]

    def _bounded(self, stream: bytes) -> None:
        if len(stream) > self._form.max or len(self._text) > MOST:
            raise FrameError("analyzer.noise")

    def _judge(self, frame: bytes) -> None:
        """Good and next: taken. Good and the same again: acknowledged and dropped. Anything else is refused."""
        found = _SOUND.fullmatch(frame)
        if found is None or sum(frame[1:-2]) % 256 != int(found[3], 16):
            self._refuse()
        elif frame == self._newest:
            self._no_progress()
            self._talk.acknowledge(ACK)
        elif int(found[1]) == (self._last + 1) % 8:
            self._last, self._newest, self._failures = int(found[1]), frame, 0
            self._text += found[2]
            self._raw += frame
            self._bounded(b"")
            self._talk.acknowledge(ACK)
        else:
            self._refuse()

    def _no_progress(self) -> None:
        self._idle += 1
        if self._idle > IDLE:
            raise FrameError("analyzer.noise")

    def _refuse(self) -> None:
        self._failures += 1
        if self._failures > FAILURES:
            raise FrameError("analyzer.checksum")
        self._talk.acknowledge(NAK)
