"""Takes over into the county's list whom its orders have named already: a county from before it had a list of its own.

Orders stay as they are; nothing is told to stations again. Who stands in the list is left alone, so that it may be
done twice.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

from kiosk.contract import ContractError, read
from kiosk.rules.messages import (
    CardMade,
    CardRevoked,
    Credit,
    CreditGraded,
    CreditPut,
    OrderBody,
    Subject,
    SubjectPut,
    SubjectsMerged,
    SubjectsSnapshot,
    SubjectsUpsert,
    SubjectsWithdrawn,
)
from ui.county.acts import Act, Acts
from ui.county.migration import open_reader
from ui.county.orders import ALL, Orders
from ui.county.people.kinds import sort_of_kind
from ui.county.sql import Where

AT_ONCE = 200  # producers in one commit
REASON = "order"


@dataclass(slots=True)
class Ordered:
    """What the orders say at their end."""

    subjects: dict[str, Subject] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)  # number -> whose
    credits: dict[str, Credit] = field(default_factory=dict)

    def hear(self, body: OrderBody) -> None:
        match body:
            case SubjectsUpsert(subjects=subjects, cards=cards) | SubjectsSnapshot(subjects=subjects, cards=cards):
                self.subjects |= {one.id: one for one in subjects}
                self.cards |= {one.number: one.subject for one in cards}
            case SubjectsWithdrawn(subjects=gone):
                self._drop(gone)
            case SubjectsMerged(into=into, subjects=gone):
                self.cards |= {number: into for number, whose in self.cards.items() if whose in gone}
                self._drop(gone)
            case CardRevoked(card=card):
                self.cards.pop(card, None)
            case CreditPut(credits=credits):
                self.credits |= {one.subject: one for one in credits}

    def _drop(self, gone: tuple[str, ...]) -> None:
        for subject in gone:
            self.subjects.pop(subject, None)


def adopt(orders: Orders, acts: Acts, where: Where, by: str) -> int:
    """How many producers were taken over. `by` is the account in whose name it is done. Raises DatabaseError."""
    said = ordered(orders)
    with closing(open_reader(where)) as sql:
        known = {row["id"] for row in sql.execute("select id from subject where put = 1")}
    fresh = [one for name, one in sorted(said.subjects.items()) if name not in known]
    for at in range(0, len(fresh), AT_ONCE):
        acts.do(lambda act, part=fresh[at : at + AT_ONCE]: _take(act, part, said, by))  # type: ignore[misc]
    return len(fresh)


def ordered(orders: Orders) -> Ordered:
    said = Ordered()
    for body in _bodies(orders):
        said.hear(body)
    return said


def _take(act: Act, subjects: list[Subject], said: Ordered, by: str) -> None:
    names = {one.id for one in subjects}
    for one in subjects:
        act.says(SubjectPut(one, sort_of_kind(one.kind), by=by, reason=REASON))
        if one.id in said.credits:
            act.says(CreditGraded(said.credits[one.id], by=by))
    for number, whose in sorted(said.cards.items()):
        if whose in names:
            act.says(CardMade(number, whose, "new", by=by))


def _bodies(orders: Orders) -> Iterator[OrderBody]:
    seq = 0
    while payloads := orders.after(ALL, seq):
        for payload in payloads:
            envelope = read(payload)
            seq = envelope.header.seq
            try:
                yield envelope.order
            except ContractError:  # of newer software
                continue
