"""The messages of one answer, one after the other, as the profile's frame delimits them."""

from dataclasses import dataclass

from drivers.analyzer import frames
from drivers.analyzer.conversation import Conversation
from drivers.errors import FrameError
from drivers.profile.link import Fixed, Frame, Framed, Line, Silence

MOST = 1 << 20  # bytes of one answer; more is a device gone mad
NOISE = 4096  # bytes beside the longest message, in which one has to be found
BEFORE = 1 << 14  # bytes in which an instrument has to ask whether we listen: the rest of what we came too late for


@dataclass(frozen=True, slots=True)
class Message:
    """`body` is what a record describes; `raw` is the whole of it on the wire."""

    body: bytes
    raw: bytes


def bidden(talk: Conversation, bid: bytes, bye: bytes, patience: float) -> bytes | None:
    """What follows the byte by which an instrument asks whether we listen; None when it says nothing for `patience` s.

    Before it stands the end of something whose beginning we have not heard. FrameError when nothing but noise is heard.
    """
    heard, more = b"", talk.first(4096, patience)
    while more and len(heard) < BEFORE:
        heard += more
        if bid in heard:
            return heard.partition(bid)[2]
        more = talk.more(4096)
    if heard.strip(bye + b"\r\n\0"):
        raise FrameError("analyzer.noise")
    return None


class Messages:
    """Of one answer. `size`: bytes of a message of fixed size. `patience`: seconds to the first byte if we listen.

    `heard`: what was heard before of it. `bye`: the byte by which an instrument that speaks by itself takes its leave.
    """

    def __init__(
        self,
        talk: Conversation,
        frame: Frame,
        size: int | None = None,
        patience: float | None = None,
        heard: bytes = b"",
        bye: bytes | None = None,
    ) -> None:
        self._talk = talk
        self._frame = frame
        self._size = size
        self._patience = patience
        self._stream = heard
        self._bye = bye
        self._parted = False
        self._heard = len(heard)
        self.trouble: str | None = None  # the code of what was wrong with the bytes heard last

    def next(self) -> Message:
        """LinkError when the device is silent, FrameError when it is not sound."""
        message = self.another()
        if message is None:
            raise frames.fault(self.trouble)
        return message

    def another(self) -> Message | None:
        """The next message; None when nothing more comes, or nothing sound."""
        if isinstance(self._frame, Fixed):
            body = self._talk.exactly(self._size or 0)
            return Message(body, body)
        if isinstance(self._frame, Silence):
            return self._until_silent(self._frame)
        if not isinstance(self._frame, Framed | Line):
            raise FrameError("analyzer.noise")
        return self._framed(self._frame)

    def ended(self) -> None:
        """Noise may follow the last message; another one means that this was not the answer to our question."""
        rest = self.rest()
        if isinstance(self._frame, Framed):
            more = self._frame.heard in rest
        elif isinstance(self._frame, Line) and self._frame.start:
            more = self._frame.start.encode("latin-1") in rest
        else:
            more = bool(rest.strip(b"\r\n\0 "))
        if more:
            raise FrameError("analyzer.answer", field="end", value="-")

    def rest(self) -> bytes:
        """What follows the message taken last, until the line is silent."""
        rest, self._stream = self._stream + self._talk.settled(), b""
        return rest

    def left(self) -> bytes:
        """What was heard behind the message taken last, and not used."""
        rest, self._stream = self._stream, b""
        return rest

    def parted(self) -> bool:
        """Did the instrument take its leave? Waits for it no longer than between two bytes."""
        while not self._parted and self._bye is not None:
            if self._left(self._bye):
                break
            more = self._talk.more(4096)
            if not more:
                break
            self._stream += more
        return self._parted

    def _left(self, bye: bytes) -> bool:
        """Does the leave stand before the next message?"""
        start = self._frame.start.encode("latin-1") if isinstance(self._frame, Line) else b""
        before = self._stream.partition(start)[0] if start else b""
        if bye in before:
            self._parted, self._stream = True, self._stream[before.index(bye) + len(bye) :]
        return self._parted

    def _framed(self, form: Framed | Line) -> Message | None:
        ended, self.trouble, passed = False, None, 0
        while passed <= form.max + NOISE:
            if self._bye is not None and self._left(self._bye):
                return None
            taken = frames.take(self._stream, form, ended)
            self._stream = taken.rest
            if taken.trouble and self.trouble != "analyzer.checksum":
                self.trouble = taken.trouble
            if taken.frame is not None:
                return Message(frames.body(taken.frame, form), taken.frame)
            if ended:
                return None
            more = self._more()
            self._stream += more
            passed += len(more)
            ended = not more
        raise FrameError("analyzer.noise")

    def _until_silent(self, form: Silence) -> Message | None:
        data = b""
        while len(data) <= form.max and (more := self._more()):
            data += more
        if not data:
            return None
        begin = data.find(form.start)
        whole = 0 <= begin <= form.junk and data.endswith(form.end) and len(data) <= form.max
        if not whole:
            raise FrameError("analyzer.length" if 0 <= begin <= form.junk else "analyzer.noise")
        return Message(data[begin + len(form.start) : len(data) - len(form.end)], data)

    def _more(self) -> bytes:
        if self._heard:
            more = self._talk.more(4096)
        elif self._patience is None:
            more = self._talk.answer(4096)
        else:
            more = self._talk.first(4096, self._patience)
        self._heard += len(more)
        if self._heard > MOST:
            raise FrameError("analyzer.noise")
        return more
