"""A hint stays until it can be read; the page hears of it at most twice a second."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from drivers.scanner.wire import Hint
from kiosk.guidance import HELD, Guidance


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_hint_comes_at_once_and_stays_its_second() -> None:
    clock = Hands()
    guidance = Guidance(clock)
    guidance.advised(Hint.NEARER)
    assert guidance.settle()
    guidance.advised(None)
    clock.at += 0.9 * HELD
    assert not guidance.settle()
    assert guidance.hint is Hint.NEARER
    clock.at += 0.2 * HELD
    assert guidance.settle()
    assert guidance.hint is None


def test_of_what_was_advised_meanwhile_the_last_is_shown() -> None:
    clock = Hands()
    guidance = Guidance(clock)
    shown = []
    for hint in (Hint.GLARE, Hint.STEADY, Hint.LIGHT):
        guidance.advised(hint)
        guidance.settle()
        shown.append(guidance.hint)
    clock.at += HELD
    guidance.settle()
    assert [*shown, guidance.hint] == [*[Hint.GLARE] * 3, Hint.LIGHT]


def test_a_scanner_that_is_away_asks_to_scan_again_and_is_forgotten_when_it_is_back() -> None:
    clock = Hands()
    guidance = Guidance(clock)
    guidance.advised(Hint.GLARE)
    guidance.scanner_away(True)
    assert guidance.settle()
    assert guidance.hint is Hint.AGAIN
    guidance.scanner_away(False)
    clock.at += HELD
    assert guidance.settle()
    assert guidance.hint is None


@given(st.lists(st.tuples(st.sampled_from([None, *Hint]), st.sampled_from([0.03, 0.2, 0.7])), max_size=60))
def test_no_storm_reaches_the_page(advice: Sequence[tuple[Hint | None, float]]) -> None:
    clock, changes = Hands(), []
    guidance = Guidance(clock)
    for hint, pause in advice:
        guidance.advised(hint)
        if guidance.settle():
            changes.append(clock.at)
        clock.at += pause
    assert all(third - first >= HELD for first, third in zip(changes, changes[2:], strict=False))
