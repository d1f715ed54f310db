"""The uplink without its line: what to say when a connection stands, and what to do with what is heard. No network.

It reads up/ and the blobs, and owns down/. Whoever holds the line posts the letters and reports what became of each.
"""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from kiosk.blob_lane import BlobLane
from kiosk.clock import Clock
from kiosk.contract import ContractError, read
from kiosk.downward import Downward
from kiosk.log import Damaged, Tail, survey
from kiosk.trust import SealError
from kiosk.upward import Span, Upward
from kiosk.wire import MOST_CHUNK, MOST_ENTRIES, MOST_MESSAGE, MOST_SENT, Status, Want, WireError, pack, unpack

WANT_S = 2.0  # between two askings for the same missing orders
STATUS_S = 5.0  # between two reports
SLOW_STATUS_S = 60.0  # the same when only what waits has changed
FULL = {errno.ENOSPC, errno.EDQUOT}
AROUND = 1024  # bytes of topic, properties and chunk head around a payload


class Tell(Protocol):
    """Told when something changes: the key of a sentence and its facts."""

    def __call__(self, key: str, **facts: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Letter:
    """One message for a channel of our own. `span` and `last` say which entries are in it, if any."""

    channel: str
    payload: bytes
    span: Span | None = None
    last: int = 0
    deflated: bool = False
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    want: Want
    receipts: int
    through: int


@dataclass(frozen=True, slots=True)
class Waiting:
    recorded: int
    blobs: int


class Courier:
    def __init__(
        self,
        tail: Tail,
        downward: Downward,
        upward: Upward,
        clock: Clock,
        tell: Tell,
        blobs: BlobLane | None = None,
    ) -> None:
        self._tail = tail  # of the backlog
        self._newest = Tail(tail.folder)  # of live entries: each tail is quick where it last read
        self._downward = downward
        self._upward = upward
        self._blobs = blobs
        self._clock = clock
        self._tell = tell
        self._told: dict[str, str] = {}
        self._log = ""
        self._most = MOST_MESSAGE
        self._wants = False
        self._want_after = self._report_after = self._slow_after = 0.0
        self._reported: tuple[Counts, Waiting] | None = None

    def greeted(self, most: int = MOST_MESSAGE) -> None:
        """A connection stands: everything after the receipt travels again, and we ask for the orders we lack."""
        self._most = most
        self._wants, self._want_after, self._reported, self._report_after = True, 0.0, None, 0.0
        self._upward.begin(self._downward.through(self._log))
        if self._blobs is not None:
            self._blobs.begin()

    def letters(self, now: float) -> Iterator[Letter]:
        """What is to be said now. Each letter is posted before the next is asked for."""
        if self._wants and now >= self._want_after:
            self._wants, self._want_after = False, now + WANT_S
            yield self.want()
        yield from self._entries(now)
        yield from self._chunk(now)
        if self._has_news(now):
            yield self.report("online")

    def posted(self, letter: Letter, message: int, now: float) -> None:
        if letter.span is not None:
            self._upward.sent(message, letter.span, letter.last, now)
        elif letter.channel == "blob" and self._blobs is not None:
            self._blobs.sent(message)

    def answered(self, message: int, accepted: bool, reason: str, now: float) -> None:
        """The broker's PUBACK. A refused want or status is said again in its own time."""
        if self._blobs is not None and self._blobs.flies(message):
            self._blobs.answered(message, accepted, now)
        elif not self._upward.flies(message):
            return
        elif accepted:
            self._upward.taken(message)
        else:
            self._upward.refused(message, now)
        if accepted:
            self._told.pop("puback", None)
        else:
            self.once("puback", "uplink.not_taken", reason=reason)

    @property
    def log(self) -> str:
        """Id of the station's log; empty until it has an entry and was looked at."""
        return self._log

    def heard(self, channel: str, payload: bytes, deflated: bool, now: float) -> None:
        """A message from the county. What is not signed as it should be is told and dropped.

        So is what a full disk has no room for: the county says it again, and our entries must go on travelling.
        """
        try:
            if channel == "receipt":
                self._receipt(payload, now)
            elif channel == "kept":
                self._kept(payload)
            else:
                gap = self._downward.orders(unpack(payload, deflated)).gap
                self._wants = self._wants or gap
        except (WireError, ContractError, SealError) as wrong:
            self._tell("uplink.message_refused", channel=channel, reason=wrong)
        except OSError as refused:
            if refused.errno not in FULL:
                raise
            self.once("disk", "uplink.disk_full", channel=channel)
        else:
            self._told.pop("disk", None)

    def want(self) -> Letter:
        return Letter("want", self._downward.want.model_dump_json().encode())

    def report(self, state: str) -> Letter:
        """Our retained status."""
        counts, waiting = self._counts(), self._waiting()
        status = Status.model_validate(
            {
                "state": state,
                "time": self._clock.now().text,
                "all": counts.want.all,
                "own": counts.want.own,
                "receipt": counts.receipts,
                "through": counts.through,
                "recorded": waiting.recorded,
                "oldest": self._oldest(counts.through, waiting.recorded),
                "blobs": waiting.blobs,
            }
        )
        return Letter("status", status.model_dump_json().encode(), retain=True)

    def once(self, about: str, key: str, **facts: object) -> None:
        """Tell a change of state; the same state again is not news."""
        if self._told.get(about) != key:
            self._told[about] = key
            self._tell(key, **facts)

    def know_log(self) -> None:
        """The log's name stands in its first entry; until then nothing is sent and no receipt is ours.

        Raises kiosk.log.Damaged or ContractError.
        """
        if not self._log and (first := self._tail.after(0, 1)):
            self._log = read(first[0][1]).header.log
            self._upward.begin(self._downward.through(self._log))

    def all_letters(self, room: Callable[[int], bool]) -> Iterator[Letter]:
        """Everything that the county lacks, as one line after the other would have it. A blob needs `room(its bytes)`.

        Entries behind one that is damaged stay, and that is told. Raises kiosk.log.Damaged or ContractError when not
        even the first can be read.
        """
        self.know_log()
        yield self.want()
        yield from self._all_entries()
        yield self.report("offline")
        for blob in () if self._blobs is None else self._blobs.all():
            if room(blob.size):
                yield from (Letter("blob", chunk.bytes()) for chunk in blob.chunks())

    def standing(self) -> tuple[Counts, Waiting]:
        return self._counts(), self._waiting()

    def _entries(self, now: float) -> Iterator[Letter]:
        try:
            self.know_log()
            durable = self._tail.through
            while (span := self._upward.next(durable, now)) is not None:
                tail = self._newest if self._upward.is_live(span) else self._tail
                parcel = pack(_sound(tail, span), min(MOST_SENT, self._most - AROUND))
                if len(parcel.payload) > self._most - AROUND:
                    self.once("size", "uplink.entry_too_large", seq=span.after + 1, most=self._most)
                    return
                yield Letter("up", parcel.payload, span, span.after + parcel.count, parcel.deflated)
        except (Damaged, ContractError) as damage:
            self.once("up", "uplink.damaged", reason=damage)

    def _all_entries(self) -> Iterator[Letter]:
        after, durable = self._counts().through, self._tail.through
        try:
            while after < durable:
                parcel = pack(_sound(self._tail, Span(after, MOST_ENTRIES)))
                span = Span(after, parcel.count)
                yield Letter("up", parcel.payload, span, after + parcel.count, parcel.deflated)
                after += parcel.count
        except Damaged as damage:
            self.once("up", "uplink.damaged", reason=damage)

    def _chunk(self, now: float) -> Iterator[Letter]:
        """A piece of a blob, when no entry waits."""
        if self._blobs is None or self._upward.waits(self._tail.through):
            return
        chunk = self._blobs.next(now, min(MOST_CHUNK, self._most - AROUND))
        if self._blobs.unreadable is not None:
            self.once("blob folder", "uplink.blobs_unreadable", reason=self._blobs.unreadable)
        if self._blobs.damaged:
            self.once("blobs", "uplink.blob_damaged", count=self._blobs.damaged)
        if chunk is not None:
            yield Letter("blob", chunk.bytes())

    def _receipt(self, note: bytes, now: float) -> None:
        if self._log and self._downward.receipt(note, self._log, self._restored):
            through = self._downward.through(self._log)
            self._upward.heard(through, now)
            if through > self._tail.through and through > (recorded := self._recorded()):
                self.once("beyond", "uplink.receipt_beyond", through=through, recorded=recorded)  # the station stops

    def _recorded(self) -> int:
        """By the frames themselves: a power cut may have put back what readers are told."""
        try:
            return survey(self._tail.folder).last
        except Damaged as damage:
            return damage.seq

    def _restored(self, receipt: bytes) -> None:
        if self._blobs is not None:
            self._blobs.void(receipt)

    def _kept(self, note: bytes) -> None:
        if self._blobs is not None:
            self._blobs.heard(note)

    def _has_news(self, now: float) -> bool:
        """Cursors are news at once, what waits is from time to time."""
        news = (self._counts(), self._waiting())
        quick = self._reported is None or news[0] != self._reported[0]
        slow = news != self._reported and now >= self._slow_after
        if now < self._report_after or not (quick or slow):
            return False
        self._reported, self._report_after, self._slow_after = news, now + STATUS_S, now + SLOW_STATUS_S
        return True

    def _counts(self) -> Counts:
        return Counts(self._downward.want, self._downward.receipts, self._downward.through(self._log))

    def _waiting(self) -> Waiting:
        return Waiting(self._tail.through, 0 if self._blobs is None else self._blobs.waiting)

    def _oldest(self, through: int, recorded: int) -> str:
        """Time of the first entry that no receipt covers."""
        if recorded <= through:
            return ""
        try:
            first = self._newest.after(through, 1)
            return read(first[0][1]).header.time if first else ""
        except (Damaged, ContractError):
            return ""  # told where entries are read to be sent


def _sound(tail: Tail, span: Span) -> list[bytes]:
    """The entries of a message: those before the first that is damaged. Raises Damaged when it is the first."""
    try:
        found = tail.after(span.after, span.most)
    except Damaged as damage:
        before = damage.seq - span.after - 1
        if before <= 0:
            raise
        found = tail.after(span.after, min(before, span.most))
    return [payload for _, payload in found]
