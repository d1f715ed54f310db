"""A Modbus request and its answer on a serial line (RTU) or a connection (TCP). What is not surely it, is not it."""

from typing import Protocol

from drivers.analyzer.conversation import Conversation
from drivers.errors import FrameError
from drivers.profile.link import Link

GLITCH = 3  # stray bytes around an answer: a line that turns round; whatever is longer could be a frame
EXCEPTION = 2  # bytes of a PDU: function with the top bit set, code
AROUND = 3  # bytes of an RTU frame beside the PDU: unit, CRC
HEADER = 6  # bytes of MBAP before the unit: transaction, protocol 0, length
MOST = 254  # bytes of a unit and a PDU
STALE = 8  # answers to earlier questions before a connection counts as out of step


class Framer(Protocol):
    """Puts a PDU into the frame of its line."""

    def encode(self, payload: bytes, device_id: int, tid: int, /) -> bytes: ...


class RtuLine:
    """unit, PDU, CRC. Nothing names the question that is answered, so that after trouble only silence helps:

    before the next question, and behind its answer. A device that is late still has the answer to that one to give.
    """

    def __init__(self, framer: Framer, link: Link, talk: Conversation) -> None:
        self._framer = framer
        self._any = link.any_unit
        self._patience = link.reply_ms / 1000
        self._talk = talk
        self._wary = False

    def ask(self, unit: int, pdu: bytes, size: int | None) -> tuple[bytes, bytes]:
        """The answer's PDU, `size` bytes unless it is an exception, and its frame. FrameError for anything else."""
        wary, self._wary = self._wary, True
        self._talk.ask(self._framer.encode(pdu, unit, 0))
        heard = self._burst(None if size is None else size + AROUND)
        if wary and self._talk.first(4096, self._patience):
            raise FrameError("analyzer.answer")
        for frame in _candidates(heard, size):
            mine = self._any or frame[0] == unit
            if mine and _answers(frame[1:-2], pdu[0], size) and self._sound(frame):
                self._wary = False
                return frame[1:-2], frame
        raise FrameError(self._what(heard, size))

    def _burst(self, enough: int | None) -> bytes:
        """All that comes until the line falls silent: an answer is one frame, and nothing follows it."""
        heard = self._talk.answer(4096)
        while more := self._talk.after() if enough and len(heard) >= enough else self._talk.more(4096):
            heard += more
            if len(heard) > MOST + 4096:
                raise FrameError("analyzer.noise")
        return heard

    def _sound(self, frame: bytes) -> bool:
        return self._framer.encode(frame[1:-2], frame[0], 0) == frame

    def _what(self, heard: bytes, size: int | None) -> str:
        """A sound frame that is no answer to our question is named as such."""
        if len(heard) >= AROUND + EXCEPTION and self._sound(heard):
            return "analyzer.answer"
        return "analyzer.checksum" if _candidates(heard, size) else "analyzer.length"


class TcpLine:
    """transaction, protocol, length, unit, PDU. An answer with the number of an earlier question is dropped."""

    def __init__(self, framer: Framer, link: Link, talk: Conversation) -> None:
        self._framer = framer
        self._any = link.any_unit
        self._talk = talk
        self._transaction = 0

    def ask(self, unit: int, pdu: bytes, size: int | None) -> tuple[bytes, bytes]:
        """As on a serial line. The frame begins with the unit: the number of our question says nothing of the value."""
        self._transaction = self._transaction % 0xFFFF + 1
        self._talk.ask(self._framer.encode(pdu, unit, self._transaction))
        frame = self._mine()
        if not (self._any or frame[0] == unit) or not _answers(frame[1:], pdu[0], size):
            raise FrameError("analyzer.answer")
        return frame[1:], frame

    def _mine(self) -> bytes:
        """Unit and PDU of the one frame with our number. With anything behind it, it does not count."""
        stream = self._talk.answer(4096)
        for _ in range(STALE):
            number, frame, stream = self._next(stream)
            if number != self._transaction:
                stream = stream or self._talk.answer(4096)
            elif self._talk.after() or stream:
                raise FrameError("analyzer.answer")
            else:
                return frame
        raise FrameError("analyzer.noise")

    def _next(self, stream: bytes) -> tuple[int, bytes, bytes]:
        """Number, unit and PDU of the next frame, and what follows it."""
        while True:
            at, end = _place(stream)
            if 0 < end <= len(stream):
                return int.from_bytes(stream[at : at + 2], "big"), stream[at + HEADER : end], stream[end:]
            if not end and len(stream) >= GLITCH + HEADER:
                self._talk.after()
                raise FrameError("analyzer.noise")
            more = self._talk.more(4096)
            if not more:
                raise FrameError("analyzer.length")
            stream += more


def _answers(pdu: bytes, function: int, size: int | None) -> bool:
    """Is it an answer to this function: one of the size that was asked for, or an exception?"""
    if pdu[0] == function | 0x80:
        return len(pdu) == EXCEPTION
    return pdu[0] == function and (size is None or len(pdu) == size)


def _candidates(heard: bytes, size: int | None) -> list[bytes]:
    """Every part that has the length of an answer, with at most a few stray bytes around it."""
    least, most = len(heard) - GLITCH, len(heard)
    sizes = range(most, least - 1, -1) if size is None else (size + AROUND, EXCEPTION + AROUND)
    fitting = [length for length in sizes if max(least, EXCEPTION + AROUND) <= length <= most]
    return [heard[at : at + length] for length in fitting for at in range(most - length + 1)]


def _place(stream: bytes) -> tuple[int, int]:
    """Where the first frame begins and ends, after at most a few stray bytes; (0, 0) as long as none is seen."""
    for at in range(GLITCH + 1):
        head = stream[at : at + HEADER]
        length = int.from_bytes(head[4:], "big")
        if len(head) == HEADER and head[2:4] == bytes(2) and EXCEPTION < length <= MOST:
            return at, at + HEADER + length
    return 0, 0
