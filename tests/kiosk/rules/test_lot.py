"""What the tests of one lot come to."""

import pytest

from kiosk.rules.lot import Standing, TestNote, missing, standing, waiting
from kiosk.rules.messages import Outcome

NEG, SUS, POS, INV = Outcome.NEGATIVE, Outcome.SUSPECT, Outcome.POSITIVE, Outcome.INVALID


def note(seq: int, outcome: Outcome, of: int | None = None) -> TestNote:
    return TestNote(seq, outcome, "1.0", of)


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
    ],
)
def test_standing(notes: list[TestNote], expected: Standing, waits: int | None, lacks: int) -> None:
    first = waiting(notes, 2)
    assert standing(notes, 2) is expected
    assert (None if first is None else first.seq, missing(notes, 2)) == (waits, lacks)
