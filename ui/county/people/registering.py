"""What the office says of producers: one act, and in the same commit the order that tells every box."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kiosk.contract import canonical
from kiosk.rules.messages import (
    Card,
    CardEnded,
    CardMade,
    CardRevoked,
    Credit,
    CreditGraded,
    CreditPut,
    DossierNoted,
    Subject,
    SubjectMerged,
    SubjectPut,
    SubjectsMerged,
    SubjectsUpsert,
    SubjectsWithdrawn,
    SubjectWithdrawn,
)
from ui.county.acts import Act, Acts
from ui.county.orders import ALL
from ui.county.people.errors import Unfit
from ui.county.people.facts import Facts, day_of, numbered

AT_ONCE = 200  # producers or cards in one order
MOST_ORDER = 96 * 1024  # bytes of one order's body, which stands as text in an act of 256 KiB at most
ID_BYTES = 5
MOST_REASON, MOST_NOTICE = 200, 60
GRADES = ("A", "B", "C", "D")
RISKS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Grading:
    """As it was typed; days are ISO 8601. `for_ever`: the 黑名单 has no last day (长期)."""

    subject: str
    grade: str
    listed: str
    since: str
    until: str
    for_ever: bool
    risk: str
    reason: str
    notice: str


class Registering:
    def __init__(self, acts: Acts) -> None:
        self._acts = acts

    def put(self, facts: Facts, by: str, reason: str = "") -> str:
        """His id; a new one is given to who has none."""
        whole = facts if facts.subject.id else numbered(facts, new_id())
        subject = whole.subject

        def put(act: Act) -> None:
            act.says(subject_put(whole, by, reason))
            act.asks(ALL, SubjectsUpsert((subject,)), by, subject.id, reason)

        self._acts.do(put)
        return subject.id

    def withdraw(self, subject: str, by: str, reason: str) -> None:
        def withdrawn(act: Act) -> None:
            act.says(SubjectWithdrawn(subject, by, reason))
            act.asks(ALL, SubjectsWithdrawn((subject,), reason), by, subject, reason)

        self._acts.do(withdrawn)

    def merge(self, subject: str, into: str, by: str, reason: str) -> None:
        """`subject` was `into` all along. Raises Unfit for one and the same."""
        if subject == into:
            raise Unfit("merge_self")

        def merged(act: Act) -> None:
            act.says(SubjectMerged(subject, into, by, reason))
            act.asks(ALL, SubjectsMerged(into, (subject,), reason), by, subject, reason)

        self._acts.do(merged)

    def grade(self, typed: Grading, by: str) -> None:
        """Raises Unfit."""
        check_grading(typed)
        until = "" if typed.for_ever or not typed.listed else typed.until
        facts = (typed.grade, typed.listed, typed.since, until, typed.reason, typed.notice)
        credit = Credit(typed.subject, *facts)

        def graded(act: Act) -> None:
            act.says(CreditGraded(credit, typed.risk, typed.notice, by))
            act.asks(ALL, CreditPut((credit,)), by, typed.subject, typed.reason)

        self._acts.do(graded)

    def make_cards(
        self, subjects: Sequence[str], number: Callable[[], str], by: str, reason: str = "new", replaces: str = ""
    ) -> list[str]:
        """The numbers. Their codes come when the program with the card key has sealed them (ui.county.signed)."""
        cards = [Card(number(), subject) for subject in subjects]
        about = subjects[0] if len(subjects) == 1 else ""

        def made(act: Act) -> None:
            act.says(*(CardMade(one.number, one.subject, reason, replaces, by) for one in cards))
            for at in range(0, len(cards), AT_ONCE):
                act.asks(ALL, SubjectsUpsert((), tuple(cards[at : at + AT_ONCE])), by, about)
            if replaces:
                act.asks(ALL, CardRevoked(replaces, reason), by, about)

        self._acts.do(made)
        return [one.number for one in cards]

    def end_card(self, card: str, subject: str, reason: str, by: str) -> None:
        def ended(act: Act) -> None:
            act.says(CardEnded(card, subject, reason, by))
            act.asks(ALL, CardRevoked(card, reason), by, subject)

        self._acts.do(ended)

    def note(self, line: DossierNoted) -> None:
        self._acts.do(lambda act: act.says(line))


def subject_put(facts: Facts, by: str, reason: str = "", digest: str = "", row: int | None = None) -> SubjectPut:
    kept = (facts.subject, facts.sort, facts.village, facts.scale, facts.adviser, facts.certifications)
    return SubjectPut(*kept, by, reason, digest, row)


def new_id() -> str:
    """Unlike those that boxes give, which begin with the name of a station."""
    return f"p-{secrets.token_hex(ID_BYTES)}"


def parts_of(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, ...]]:
    """As many as fit into one order."""
    part, size = list[Subject](), 0
    for one in subjects:
        own = len(canonical(SubjectsUpsert((one,))))
        if part and (len(part) == AT_ONCE or size + own > MOST_ORDER):
            yield tuple(part)
            part, size = [], 0
        part.append(one)
        size += own
    if part:
        yield tuple(part)


def check_grading(typed: Grading) -> None:
    """黑名单 only with the number of the paper that told him, and with an end or 长期. Raises Unfit."""
    if not typed.reason:
        raise Unfit("reason", "reason")
    if day_of(typed.since) is None:
        raise Unfit("day", "since", told=typed.since)
    if typed.listed not in ("", "watch", "black") or typed.risk not in ("", *RISKS) or typed.grade not in ("", *GRADES):
        raise Unfit("choice", "listed")
    if len(typed.reason) > MOST_REASON or len(typed.notice) > MOST_NOTICE:
        raise Unfit("long", "reason", most=MOST_REASON)
    if typed.listed != "black":
        _ends_in_order(typed)
        return
    if not typed.notice:
        raise Unfit("notice", "notice")
    if not typed.for_ever and not typed.until:
        raise Unfit("listed_until", "until")
    _ends_in_order(typed)


def _ends_in_order(typed: Grading) -> None:
    if typed.for_ever or not typed.until:
        return
    if day_of(typed.until) is None:
        raise Unfit("day", "until", told=typed.until)
    if typed.until < typed.since:
        raise Unfit("days_order", "until", since=typed.since, until=typed.until)


def is_listed(listed: str, since: str, until: str, today: date) -> bool:
    return bool(listed) and since <= today.isoformat() <= (until or today.isoformat())


def with_region(facts: Facts, region: str) -> Facts:
    return replace(facts, subject=replace(facts.subject, region=region))
