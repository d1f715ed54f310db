"""What all tests of one lot come to: first tests, their repeats, and the worst of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kiosk.rules.messages import Outcome, Repeat, Test
from kiosk.rules.testing.methods import MethodPack
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


@dataclass(frozen=True, slots=True)
class CameTo:
    """What a test, its first and the repeats of that come to together; `seqs` are their entries, oldest first.

    While valid repeats are missing it is not `settled`: then the first valid one of them speaks.
    """

    outcome: Outcome
    settled: bool
    seqs: tuple[int, ...]


def came_to(seq: int, test: Test, beside: Iterable[tuple[int, Test]], method: MethodPack | None) -> CameTo:
    """`beside`: the tests of its sample, each with its entry. Without its method a test stands for itself alone."""
    if method is None:
        return CameTo(test.verdict.outcome, False, (seq,))
    notes = [_note(each, one) for each, one in sorted({**dict(beside), seq: test}.items())]
    first = next(_root(notes, note) for note in notes if note.seq == seq)
    outcomes = [_result(notes, first, method.agreement), *_repeats(notes, first, method.agreement)]
    outcome = settle(outcomes[0], outcomes[1:], method.repeats)
    speaks = outcome or next(one for one in outcomes if one is not Outcome.INVALID)
    return CameTo(speaks, outcome is not None, tuple(note.seq for note in notes if _root(notes, note) is first))


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


def _note(seq: int, test: Test) -> TestNote:
    return TestNote(seq, test.verdict.outcome, "", test.retest_of, test.repeat, test.item)


def _is_parallel(note: TestNote) -> bool:
    return note.repeat is Repeat.PARALLEL
