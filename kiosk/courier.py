"""The uplink without its line: what to say when a connection stands, and what to do with what is heard. No network.

It reads up/ and owns down/. Whoever holds the line posts the letters and reports what became of each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from kiosk.clock import Clock
from kiosk.contract import ContractError, read
from kiosk.downward import Downward
from kiosk.log import Damaged, Tail
from kiosk.trust import SealError
from kiosk.upward import Upward
from kiosk.wire import MOST_ENTRIES, Status, Want, WireError, pack, unpack

WANT_S = 2.0  # between two askings for the same missing orders
STATUS_S = 5.0  # between two reports


class Tell(Protocol):
    """Told when something changes: the key of a sentence and its facts."""

    def __call__(self, key: str, **facts: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Letter:
    """One message for a channel of our own. `last` is the last entry in it, 0 when it carries none."""

    channel: str
    payload: bytes
    last: int = 0
    deflated: bool = False
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    want: Want
    receipts: int
    through: int


class Courier:
    def __init__(self, tail: Tail, downward: Downward, upward: Upward, clock: Clock, tell: Tell) -> None:
        self._tail = tail
        self._downward = downward
        self._upward = upward
        self._clock = clock
        self._tell = tell
        self._told: dict[str, str] = {}
        self._log = ""
        self._wants = False
        self._want_after = self._report_after = 0.0
        self._reported: Counts | None = None

    def greeted(self) -> None:
        """A connection stands: everything after the receipt travels again, and we ask for the orders we lack."""
        self._wants, self._want_after, self._reported, self._report_after = True, 0.0, None, 0.0
        self._upward.begin(self._downward.through(self._log))

    def letters(self, now: float) -> Iterator[Letter]:
        """What is to be said now. Each letter is posted before the next is asked for."""
        if self._wants and now >= self._want_after:
            self._wants, self._want_after = False, now + WANT_S
            yield Letter("want", self._downward.want.model_dump_json().encode())
        yield from self._entries(now)
        counts = self._counts()
        if counts != self._reported and now >= self._report_after:
            self._reported, self._report_after = counts, now + STATUS_S
            yield self.report("online")

    def posted(self, letter: Letter, message: int, now: float) -> None:
        if letter.last:
            self._upward.sent(message, letter.last, now)

    def answered(self, message: int, accepted: bool, reason: str, now: float) -> None:
        """The broker's PUBACK. A refused want or status is said again in its own time."""
        if not self._upward.flies(message):
            return
        if accepted:
            self._told.pop("puback", None)
        else:
            self._upward.refused(message, now)
            self.once("puback", "uplink.not_taken", reason=reason)

    def heard(self, channel: str, payload: bytes, deflated: bool, now: float) -> None:
        """A message from the county. What is not signed as it should be is told and dropped."""
        try:
            if channel == "receipt":
                self._receipt(payload, now)
            else:
                gap = self._downward.orders(unpack(payload, deflated)).gap
                self._wants = self._wants or gap
        except (WireError, ContractError, SealError) as wrong:
            self._tell("uplink.message_refused", channel=channel, reason=wrong)

    def report(self, state: str) -> Letter:
        """Our retained status."""
        counts = self._counts()
        status = Status.model_validate(
            {
                "state": state,
                "time": self._clock.now().text,
                "all": counts.want.all,
                "own": counts.want.own,
                "receipt": counts.receipts,
                "through": counts.through,
            }
        )
        return Letter("status", status.model_dump_json().encode(), retain=True)

    def once(self, about: str, key: str, **facts: object) -> None:
        """Tell a change of state; the same state again is not news."""
        if self._told.get(about) != key:
            self._told[about] = key
            self._tell(key, **facts)

    def _entries(self, now: float) -> Iterator[Letter]:
        try:
            self._know_log()
            durable = self._tail.through
            while (after := self._upward.next(durable, now)) is not None:
                parcel = pack([payload for _, payload in self._tail.after(after, MOST_ENTRIES)])
                yield Letter("up", parcel.payload, after + parcel.count, parcel.deflated)
        except (Damaged, ContractError) as damage:
            self.once("up", "uplink.damaged", reason=damage)

    def _know_log(self) -> None:
        """The log's name stands in its first entry; until then nothing is sent and no receipt is ours."""
        if not self._log and (first := self._tail.after(0, 1)):
            self._log = read(first[0][1]).header.log
            self._upward.begin(self._downward.through(self._log))

    def _receipt(self, note: bytes, now: float) -> None:
        if self._log and self._downward.receipt(note, self._log):
            self._upward.heard(self._downward.through(self._log), now)

    def _counts(self) -> Counts:
        return Counts(self._downward.want, self._downward.receipts, self._downward.through(self._log))
