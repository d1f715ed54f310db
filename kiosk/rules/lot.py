"""What all tests of one lot come to: first tests, their repeats, and the worst of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.rules.assay import settle
from kiosk.rules.messages import Outcome


class Standing(StrEnum):
    UNTESTED = "untested"
    NEGATIVE = "negative"
    INVALID = "invalid"
    UNSETTLED = "unsettled"  # a positive or suspect first test without its repeats
    SUSPECT = "suspect"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class TestNote:
    """A recorded test, as far as a lot needs it; `seq` is its entry, `retest_of` the entry of the test it repeats."""

    __test__ = False  # not a class of pytest

    seq: int
    outcome: Outcome
    value_shown: str
    retest_of: int | None = None


def standing(notes: Sequence[TestNote], needed: int) -> Standing:
    """The worst of what each first test came to; an invalid one counts only when there is nothing else."""
    settled = {settle(first.outcome, _repeats(notes, first), needed) for first in _firsts(notes)}
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


def waiting(notes: Sequence[TestNote], needed: int) -> TestNote | None:
    """The first test that still lacks valid repeats."""
    open_firsts = (first for first in _firsts(notes) if settle(first.outcome, _repeats(notes, first), needed) is None)
    return next(open_firsts, None)


def missing(notes: Sequence[TestNote], needed: int) -> int:
    """How many valid repeats the waiting test lacks."""
    first = waiting(notes, needed)
    if first is None:
        return 0
    return needed - sum(outcome is not Outcome.INVALID for outcome in _repeats(notes, first))


def _firsts(notes: Sequence[TestNote]) -> list[TestNote]:
    return [note for note in notes if note.retest_of is None]


def _repeats(notes: Sequence[TestNote], first: TestNote) -> list[Outcome]:
    return [note.outcome for note in notes if note.retest_of == first.seq]
