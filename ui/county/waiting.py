"""What stations have told and the county has not answered: newcomers, cards given out, positives, complaints, faults.

An answer is an order: the newcomer's id is spoken of, the card's number too, the entry was seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosk.contract import ContractError, read
from kiosk.rules.messages import (
    AlarmSeen,
    CardGiven,
    CardRevoked,
    Complaint,
    EntryBody,
    FaultReported,
    OrderBody,
    SubjectProposed,
    SubjectsMerged,
    SubjectsSnapshot,
    SubjectsUpsert,
    SubjectsWithdrawn,
)
from ui.county.orders import Orders
from ui.county.reader import Kept, Reader
from ui.county.sheet import body_of

AT_ONCE = 500  # orders
LOOKED_AT = 500  # newest entries of a kind
POSITIVE = "positive"
ASKING = (SubjectProposed.kind, CardGiven.kind, Complaint.kind, FaultReported.kind)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry that nobody has answered. `what` is its kind, or `positive`; `body` None: retention took it."""

    what: str
    log: str
    seq: int
    station: str
    time: str
    body: EntryBody | None

    @property
    def entry(self) -> str:
        return f"{self.log}/{self.seq}"


@dataclass(slots=True)
class Answers:
    """What the county's orders have spoken of so far."""

    subjects: set[str] = field(default_factory=set)
    cards: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)
    seen: set[tuple[str, int]] = field(default_factory=set)

    def hear(self, order: OrderBody) -> None:
        match order:
            case SubjectsUpsert(subjects=some, cards=cards) | SubjectsSnapshot(subjects=some, cards=cards):
                self.subjects.update(one.id for one in some)
                self.cards.update(card.number for card in cards)
            case SubjectsMerged(subjects=ids) | SubjectsWithdrawn(subjects=ids):
                self.subjects.update(ids)
            case CardRevoked(card=card):
                self.revoked.add(card)
            case AlarmSeen(log=log, seq=seq):
                self.seen.add((log, seq))

    def to(self, one: Waiting) -> bool:
        """Whether this has its answer."""
        match one.body:
            case SubjectProposed(subject=subject):
                return subject.id in self.subjects
            case CardGiven(card=card, replaces=old):
                known = card in self.cards or card in self.revoked
                return known and (not old or old in self.revoked)
        return (one.log, one.seq) in self.seen


def answers(orders: Orders) -> Answers:
    """Reads every order that was given: for a person's command, and no page."""
    found = Answers()
    for stream in orders.streams():
        for order in _given(orders, stream):
            found.hear(order)
    return found


def waiting(reader: Reader, given: Answers, most: int) -> list[Waiting]:
    """Kind by kind, positives first; of each the newest `most`. A newcomer who was told of twice stands once."""
    told = [one for one in _positives(reader) if not given.to(one)][:most]
    for kind in ASKING:
        open_ones = [one for one in _once(_of_kind(reader, kind)) if not given.to(one)]
        told += open_ones[:most]
    return told


def _positives(reader: Reader) -> Iterator[Waiting]:
    for row in reader.positives(LOOKED_AT):
        kept = reader.entry(row["log"], row["seq"])
        if kept is not None:
            yield _told(kept, POSITIVE)


def _of_kind(reader: Reader, kind: str) -> Iterator[Waiting]:
    return (_told(kept, kind) for kept in reader.asking(kind, LOOKED_AT))


def _once(found: Iterator[Waiting]) -> Iterator[Waiting]:
    """The newest word on each newcomer."""
    told: set[str] = set()
    for one in found:
        name = one.body.subject.id if isinstance(one.body, SubjectProposed) else one.entry
        if name not in told:
            told.add(name)
            yield one


def _told(kept: Kept, what: str) -> Waiting:
    header = kept.envelope.header
    return Waiting(what, header.log, header.seq, kept.station, header.time, body_of(kept))


def _given(orders: Orders, stream: str) -> Iterator[OrderBody]:
    seq = 0
    while payloads := orders.after(stream, seq, AT_ONCE):
        seq += len(payloads)
        for payload in payloads:
            try:
                yield read(payload).order
            except ContractError:
                continue  # of newer software
