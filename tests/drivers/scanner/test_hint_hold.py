"""What is said to a person does not flicker. Pure: times are numbers."""

from drivers.scanner.hint_hold import HOLD, HintHold
from drivers.scanner.wire import Advice, Hint


def test_a_hint_is_told_once_and_taken_back_once() -> None:
    hold = HintHold()
    told = [hold.looked(hint, second) for second, hint in enumerate([None, Hint.NEARER, Hint.NEARER, None, None])]
    assert told == [None, Advice(Hint.NEARER), None, Advice(None), None]


def test_it_stays_long_enough_to_be_read() -> None:
    hold = HintHold()
    assert hold.looked(Hint.GLARE, 5.0) == Advice(Hint.GLARE)
    assert hold.looked(None, 5.0 + HOLD / 2) is None
    assert hold.looked(Hint.STEADY, 5.0 + HOLD * 0.9) is None
    assert hold.looked(Hint.STEADY, 5.0 + HOLD) == Advice(Hint.STEADY)


def test_the_first_hint_waits_for_nothing() -> None:
    hold = HintHold()
    hold.looked(Hint.GLARE, 0.0)
    assert hold.looked(None, 2.0) == Advice(None)
    assert hold.looked(Hint.LIGHT, 2.1) == Advice(Hint.LIGHT)


def test_a_code_that_was_read_ends_it_at_once() -> None:
    hold = HintHold()
    assert hold.read(0.0) is None
    hold.looked(Hint.GLARE, 0.0)
    assert hold.read(0.1) == Advice(None)
    assert hold.read(0.2) is None
