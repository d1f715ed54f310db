"""An instrument that speaks when it likes: heard, acknowledged after its bytes are on disk, and never hurried."""

from drivers.analyzer.answers import Answers, Rows, is_block
from drivers.analyzer.astm import FAILURES, Receiver
from drivers.analyzer.conversation import Conversation
from drivers.analyzer.frames import fault
from drivers.analyzer.messages import Message, Messages, bidden
from drivers.errors import FrameError, ProfileError
from drivers.profile.exchange import Hear
from drivers.profile.form import Profile
from drivers.profile.layout import Record
from drivers.profile.link import Astm
from drivers.profile.parts import length_of, record_of

NOISE = 4096  # bytes in which an acknowledgement has to come


class Listening:
    """One profile on one line."""

    def __init__(self, profile: Profile, talk: Conversation, answers: Answers) -> None:
        self._profile = profile
        self._talk = talk
        self._answers = answers

    def heard(self, exchange: Hear, patience: float) -> Rows:
        """Rows of the next session; () when nothing was said for `patience` seconds."""
        record, frame = record_of(self._profile, exchange), self._profile.frame
        if record is None or frame is None:
            return ()
        if isinstance(frame, Astm):
            receiver = Receiver(self._talk, frame)
            message = receiver.message(patience)
            self._keep(receiver.left)
            return self._answers.rows(message, record) if message else ()
        session, begun = self._profile.session, b""
        if session.bid is not None:
            after = bidden(self._talk, session.bid, session.bye or b"", patience)
            if after is None:
                return ()
            self._acknowledge(good=True)
            begun, patience = after, self._profile.link.reply_ms / 1000
        return self._session(
            exchange, record, Messages(self._talk, frame, length_of(record), patience, begun, session.bye)
        )

    def greeted(self) -> None:
        """What a device that opens the conversation says is acknowledged, message by message, before we ask."""
        frame, acks = self._profile.frame, self._profile.link.acks
        for said in self._profile.session.greeting:
            if frame is None or acks is None:
                raise ProfileError("profile.kind", file=self._profile.id, path="session.greeting", kind="-")
            message = Messages(self._talk, frame).next()
            if not self._answers.matches(message, said):
                raise FrameError("analyzer.answer", field="greeting", value=message.body.hex(" ").upper())
            self._talk.acknowledge(acks.good)

    def taken(self) -> None:
        """What we said was taken: the instrument's answer begins with that. FrameError when it was not."""
        acks = self._profile.link.acks
        if acks is None:
            return
        heard = self._talk.answer(1)
        while not heard.endswith((acks.good, acks.bad)):
            more = self._talk.more(1)
            if not more or len(heard) > NOISE:
                raise FrameError("analyzer.noise")
            heard += more
        if heard.endswith(acks.bad):
            raise FrameError("analyzer.answer", field="ack", value=acks.bad.hex(" ").upper())

    def acknowledge(self) -> None:
        """A sound message has arrived."""
        self._acknowledge(good=True)

    def _session(self, exchange: Hear, record: Record, messages: Messages) -> Rows:
        """Every sound message is acknowledged before we make anything of it: it is on disk, whatever it means."""
        heard: list[Message] = []
        ended = exchange.until != "end"
        while len(heard) < exchange.limit:
            message = self._sound(messages)
            if message is None:
                break
            self._acknowledge(good=True)
            if self._answers.is_end(message, exchange.end):
                ended = True
                break
            heard.append(message)
            if exchange.until is None:
                break
        if heard and not ended:
            raise FrameError("analyzer.length")
        cut = exchange.until == "silence" and is_block(record) and len(heard) == exchange.limit
        if heard and (exchange.until == "end" or cut) and self._answers.says(messages.rest()):
            raise FrameError("analyzer.answer", field="end", value="-")  # a second one in one breath: which is which?
        if messages.parted():
            self._acknowledge(good=True)
        self._keep(messages.left())
        if is_block(record):
            return self._answers.block(heard, record)
        return tuple(row for message in heard for row in self._answers.rows(message, record))

    def _sound(self, messages: Messages) -> Message | None:
        """The next message. A broken one is refused where that can be said, and may come again; else FrameError."""
        broken: str | None = None
        for _ in range(FAILURES):
            message = messages.another()
            if message is not None and messages.trouble == "analyzer.checksum" and self._profile.link.acks is None:
                self._talk.keep(message.raw + messages.left())  # the broken one is told, the next one is not lost
                break
            if message is not None or (messages.trouble is None and broken is None):
                return message
            if messages.trouble is None or self._profile.link.acks is None:
                break
            broken = broken or messages.trouble
            self._acknowledge(good=False)
        raise fault(broken or messages.trouble)

    def _keep(self, rest: bytes) -> None:
        """What came in one breath with this message belongs to the next one."""
        if self._answers.says(rest):
            self._talk.keep(rest)

    def _acknowledge(self, *, good: bool) -> None:
        acks = self._profile.link.acks
        if acks is not None:
            self._talk.acknowledge(acks.good if good else acks.bad)
