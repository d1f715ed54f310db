"""What all tests of one lot come to: first tests, their repeats, and the worst of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kiosk.rules.messages import Outcome, Repeat
from kiosk.rules.testing.repeats import agreed, lacking, settle


class Standing(StrEnum):
    UNTESTED = "untested"
    NEGATIVE = "negative"
    INVALID = "invalid"
    UNSETTLED = "unsettled"  # a positive or suspect first test without its repeats
    SUSPECT = "suspect"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class TestNote:
    """A recorded test, as far as a lot needs it; `seq` is its entry, `retest_of` the entry of the test it repeats.

    `repeat` None beside a `retest_of` is a 复测. A repeat of a repeat belongs to the first; one whose first is not
    among the tests stands for itself, so that no positive gets lost.
    """

    __test__ = False  # not a class of pytest

    seq: int
    outcome: Outcome
    value_shown: str
    retest_of: int | None = None
    repeat: Repeat | None = None
    item: str = ""


def standing(notes: Sequence[TestNote], needed: int, agreement: Decimal | None = None) -> Standing:
    """The worst of what each first test came to; an invalid one counts only when there is nothing else."""
    settled = {_settled(notes, first, needed, agreement) for first in _firsts(notes)}
    if not settled:
        return Standing.UNTESTED
    for outcome, worst in (
        (Outcome.POSITIVE, Standing.POSITIVE),
        (Outcome.SUSPECT, Standing.SUSPECT),
        (None, Standing.UNSETTLED),
        (Outcome.NEGATIVE, Standing.NEGATIVE),
    ):
        if outcome in settled:
            return worst
    return Standing.INVALID


def cleared(notes: Sequence[TestNote], needed: int, agreement: Decimal | None = None) -> frozenset[str]:
    """The items that were looked for and, by every test of them that is valid, not found."""
    items = {note.item for note in notes}
    return frozenset(
        item
        for item in items
        if standing([note for note in notes if note.item == item], needed, agreement) is Standing.NEGATIVE
    )


def waiting(notes: Sequence[TestNote], needed: int, agreement: Decimal | None = None) -> TestNote | None:
    """The first test that still lacks valid repeats."""
    open_firsts = (first for first in _firsts(notes) if _settled(notes, first, needed, agreement) is None)
    return next(open_firsts, None)


def missing(notes: Sequence[TestNote], needed: int, agreement: Decimal | None = None) -> int:
    """How many valid repeats the waiting test lacks."""
    first = waiting(notes, needed, agreement)
    if first is None:
        return 0
    return lacking(_result(notes, first, agreement), _repeats(notes, first, agreement), needed)


def _settled(notes: Sequence[TestNote], first: TestNote, needed: int, agreement: Decimal | None) -> Outcome | None:
    return settle(_result(notes, first, agreement), _repeats(notes, first, agreement), needed)


def _result(notes: Sequence[TestNote], test: TestNote, agreement: Decimal | None) -> Outcome:
    """One test with its parallels."""
    beside = [note.outcome for note in notes if _is_parallel(note) and note.retest_of == test.seq]
    return agreed([test.outcome, *beside], agreement) if beside else test.outcome


def _firsts(notes: Sequence[TestNote]) -> list[TestNote]:
    return [note for note in notes if _root(notes, note) is note]


def _repeats(notes: Sequence[TestNote], first: TestNote, agreement: Decimal | None) -> list[Outcome]:
    again = [note for note in notes if note is not first and not _is_parallel(note) and _root(notes, note) is first]
    return [_result(notes, note, agreement) for note in again]


def _root(notes: Sequence[TestNote], note: TestNote) -> TestNote:
    """The first test of the same sample. An entry only names earlier ones, so this ends."""
    while note.retest_of is not None and note.retest_of < note.seq:
        earlier = next((other for other in notes if other.seq == note.retest_of), None)
        if earlier is None:
            return note
        note = earlier
    return note


def _is_parallel(note: TestNote) -> bool:
    return note.repeat is Repeat.PARALLEL
