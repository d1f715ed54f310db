"""One odd picture says nothing to a person. Pure: times are numbers."""

from drivers.scanner.hint_watch import LASTS, HintWatch
from drivers.scanner.wire import Advice, Hint


def test_a_hint_is_told_once_when_it_lasts_and_taken_back_when_it_has_gone() -> None:
    watch = HintWatch()
    assert watch.looked(Hint.NEARER, 5.0) is None
    assert watch.looked(Hint.NEARER, 5.0 + LASTS) == Advice(Hint.NEARER)
    assert watch.looked(Hint.NEARER, 6.0) is None
    assert watch.looked(None, 6.1) is None
    assert watch.looked(None, 6.1 + LASTS) == Advice(None)


def test_one_odd_picture_says_nothing() -> None:
    watch = HintWatch()
    hints = [Hint.GLARE if look % 5 == 0 else None for look in range(100)]
    assert [told for look, hint in enumerate(hints) if (told := watch.looked(hint, look / 30))] == []


def test_another_hint_takes_the_place_of_the_first() -> None:
    watch = HintWatch()
    told = [watch.looked(Hint.GLARE if look < 30 else Hint.STEADY, look / 30) for look in range(60)]
    assert [one for one in told if one] == [Advice(Hint.GLARE), Advice(Hint.STEADY)]


def test_a_code_that_was_read_ends_it_at_once() -> None:
    watch = HintWatch()
    assert watch.read() is None
    watch.looked(Hint.NEARER, 5.0)
    watch.looked(Hint.NEARER, 6.0)
    assert watch.read() == Advice(None)
    assert watch.looked(Hint.NEARER, 6.1) is None
