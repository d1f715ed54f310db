"""What the tests of one lot come to."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules import messages
from kiosk.rules.messages import Outcome, Repeat, Verdict
from kiosk.rules.testing.lot import CameTo, Standing, TestNote, came_to, cleared, missing, standing, waiting
from tests.support.bodies import a_test
from tests.support.law import METHOD

NEG, SUS, POS, INV = Outcome.NEGATIVE, Outcome.SUSPECT, Outcome.POSITIVE, Outcome.INVALID


def note(seq: int, outcome: Outcome, of: int | None = None, *, item: str = "") -> TestNote:
    return TestNote(seq, outcome, "1.0", of, item=item)


def beside(seq: int, outcome: Outcome, of: int) -> TestNote:
    return TestNote(seq, outcome, "1.0", of, Repeat.PARALLEL)


@pytest.mark.parametrize(
    ("notes", "expected", "waits", "lacks"),
    [
        ([], Standing.UNTESTED, None, 0),
        ([note(1, NEG)], Standing.NEGATIVE, None, 0),
        ([note(1, INV)], Standing.INVALID, None, 0),
        ([note(1, INV), note(2, NEG)], Standing.NEGATIVE, None, 0),
        ([note(1, POS)], Standing.UNSETTLED, 1, 2),
        ([note(1, POS), note(2, POS, 1), note(3, INV, 1)], Standing.UNSETTLED, 1, 1),
        ([note(1, POS), note(2, POS, 1), note(3, POS, 1)], Standing.POSITIVE, None, 0),
        ([note(1, SUS), note(2, NEG, 1), note(3, POS, 1)], Standing.SUSPECT, None, 0),
        ([note(1, POS), note(4, NEG)], Standing.UNSETTLED, 1, 2),  # a later negative does not wash it away
        ([note(1, POS), note(2, POS, 1), note(3, POS, 1), note(4, NEG)], Standing.POSITIVE, None, 0),
        ([note(1, NEG), note(9, NEG, 7)], Standing.NEGATIVE, None, 0),
        ([note(1, NEG), note(9, POS, 7)], Standing.UNSETTLED, 9, 2),  # a repeat of what is not here stands for itself
        ([note(1, POS), note(2, POS, 1), note(3, POS, 2)], Standing.POSITIVE, None, 0),  # a repeat of a repeat
        ([note(1, POS), note(2, INV, 1), note(3, POS, 2)], Standing.UNSETTLED, 1, 1),
        ([note(1, NEG), note(2, POS, 1)], Standing.SUSPECT, None, 0),
        ([note(1, INV), note(2, POS, 1)], Standing.UNSETTLED, 1, 2),
        ([note(1, INV), note(2, NEG, 1)], Standing.NEGATIVE, None, 0),
        ([note(1, INV), note(2, INV)], Standing.INVALID, None, 0),
        ([note(1, SUS), note(2, POS), note(3, POS, 2), note(4, POS, 2)], Standing.POSITIVE, 1, 2),
        ([note(1, SUS), note(2, NEG, 1), note(3, NEG, 1), note(4, POS)], Standing.SUSPECT, 4, 2),
        ([note(1, NEG, 1)], Standing.NEGATIVE, None, 0),  # names itself
        ([note(1, POS, 5), note(5, NEG)], Standing.UNSETTLED, 1, 2),  # names a later one
        # parallels are one test together with the one beside which they stood
        ([note(1, NEG), beside(2, NEG, 1)], Standing.NEGATIVE, None, 0),
        ([note(1, POS), beside(2, POS, 1), beside(3, POS, 1)], Standing.UNSETTLED, 1, 2),
        ([note(1, NEG), beside(2, POS, 1)], Standing.UNSETTLED, 1, 2),
        ([note(1, NEG), beside(2, INV, 1)], Standing.INVALID, None, 0),
        ([note(1, POS), note(2, POS, 1), note(3, POS, 1), beside(4, NEG, 3)], Standing.SUSPECT, None, 0),
        ([note(1, POS), note(2, POS, 1), note(3, POS, 1), beside(4, POS, 3)], Standing.POSITIVE, None, 0),
        ([beside(3, POS, 1)], Standing.UNSETTLED, 3, 2),
    ],
)
def test_standing(notes: list[TestNote], expected: Standing, waits: int | None, lacks: int) -> None:
    first = waiting(notes, 2)
    assert standing(notes, 2) is expected
    assert (None if first is None else first.seq, missing(notes, 2)) == (waits, lacks)


def test_parallels_agree_as_the_method_says() -> None:
    notes = [note(1, POS), note(2, POS, 1), note(3, POS, 1), *[beside(4 + n, POS, 3) for n in range(3)]]
    notes.append(beside(9, NEG, 3))
    assert standing(notes, 2) is Standing.SUSPECT
    assert standing(notes, 2, Decimal(80)) is Standing.POSITIVE
    assert standing(notes, 2, Decimal("80.1")) is Standing.SUSPECT
    first = [note(1, POS), *[beside(2 + n, POS, 1) for n in range(3)], beside(6, NEG, 1)]
    more = [*first, note(7, POS, 1), note(8, POS, 1)]
    assert standing(more, 2, Decimal(80)) is Standing.POSITIVE
    assert waiting(first, 2, Decimal(80)) == first[0]
    assert missing(first, 2, Decimal(80)) == 2


def test_a_parallel_of_a_repeat_may_leave_it_waiting() -> None:
    """The second repeat came to nothing: one of its parallels is invalid, the other negative."""
    notes = [note(1, POS), note(2, POS, 1), note(3, NEG, 1), beside(4, INV, 3)]
    assert (standing(notes, 2), missing(notes, 2)) == (Standing.UNSETTLED, 1)


def test_items_are_cleared_one_by_one() -> None:
    notes = [
        note(1, NEG, item="aoz"),
        note(2, POS, item="amoz"),
        note(3, INV, item="sem"),
        note(4, NEG, item="ahd"),
        note(5, NEG, item="ahd"),
        note(6, POS, 2, item="amoz"),
    ]
    assert cleared(notes, 2) == {"aoz", "ahd"}
    assert cleared([], 2) == frozenset()
    assert cleared([*notes, note(7, POS, item="ahd")], 2) == {"aoz"}
    parallel = [note(1, NEG, item="a"), TestNote(2, POS, "", 1, Repeat.PARALLEL, "a")]
    assert cleared(parallel, 2, Decimal(80)) == frozenset()


@given(st.lists(st.tuples(st.sampled_from(list(Outcome)), st.integers(0, 6)), max_size=6))
def test_a_positive_is_never_out_of_sight(tests: list[tuple[Outcome, int]]) -> None:
    notes = [note(seq, outcome, of or None) for seq, (outcome, of) in enumerate(tests, 1)]
    bad = any(outcome in (POS, SUS) for outcome, _ in tests)
    assert (standing(notes, 2) in (Standing.UNSETTLED, Standing.SUSPECT, Standing.POSITIVE)) is bad


def test_the_order_of_the_notes_does_not_matter() -> None:
    notes = [note(1, POS), note(2, POS, 1), note(3, POS, 1), note(4, INV)]
    assert {standing(order, 2) for order in permutations(notes)} == {Standing.POSITIVE}


def judged(outcome: Outcome, of: int | None = None, repeat: Repeat | None = Repeat.RETEST) -> messages.Test:
    made = replace(a_test(retest_of=of), repeat=None if of is None else repeat)
    return replace(made, verdict=Verdict(outcome, "", "", {}))


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ({4: judged(NEG)}, CameTo(NEG, True, (4,))),
        ({4: judged(POS)}, CameTo(POS, False, (4,))),
        ({4: judged(POS), 6: judged(NEG, 4)}, CameTo(POS, False, (4, 6))),  # the last one alone would be negative
        ({4: judged(POS), 6: judged(POS, 4), 7: judged(NEG, 4)}, CameTo(SUS, True, (4, 6, 7))),
        ({4: judged(POS), 6: judged(POS, 4), 7: judged(POS, 6)}, CameTo(POS, True, (4, 6, 7))),
        ({4: judged(INV), 6: judged(SUS, 4)}, CameTo(SUS, False, (4, 6))),
        ({4: judged(INV), 6: judged(NEG, 4)}, CameTo(NEG, True, (4, 6))),
        (
            {4: judged(POS), 5: judged(NEG), 6: judged(POS, 4)},
            CameTo(POS, False, (4, 6)),
        ),  # 5 looked for something else
    ],
)
def test_a_test_is_told_with_its_first_and_all_repeats(tests: dict[int, messages.Test], expected: CameTo) -> None:
    assert {came_to(seq, tests[seq], tests.items(), METHOD) for seq in expected.seqs} == {expected}


def test_a_test_that_nothing_is_known_of_stands_for_itself() -> None:
    first, repeat = judged(POS), judged(NEG, 4)
    assert came_to(6, repeat, [(4, first), (6, repeat)], None) == CameTo(NEG, False, (6,))
    assert came_to(6, repeat, (), METHOD) == CameTo(NEG, True, (6,))
