"""The number of a card, by finger. After some wrong ones the keypad rests: nobody finds a number by trying."""

import time
from collections.abc import Callable

from kiosk.entrance import Entrance, Known
from kiosk.rules.sentence import Sentence

WRONG_MOST = 3
REST = 30.0  # seconds


class Keyed:
    """Counts over all visits of this start. `clock` in seconds, any beginning. One thread."""

    def __init__(self, entrance: Entrance, clock: Callable[[], float] = time.monotonic) -> None:
        self._entrance = entrance
        self._clock = clock
        self._wrong = 0
        self._rests_until: float | None = None

    def who(self, digits: str) -> Known | Sentence:
        """Whose number it is, or why nobody is served; while the keypad rests no number is looked at."""
        if self._rests_until is not None and self._clock() < self._rests_until:
            return _rests()
        known = self._entrance.numbered(digits)
        self._wrong += isinstance(known, Sentence)
        if self._wrong < WRONG_MOST:
            return known
        self.refused()
        return _rests()

    def proved(self) -> None:
        """Whose number it is has stood the test. A number alone may be the one that its finder knows already."""
        self._wrong = 0

    def refused(self) -> None:
        """Too much was tried: the keypad rests."""
        self._wrong, self._rests_until = 0, self._clock() + REST


def _rests() -> Sentence:
    return Sentence("entrance.number_rests", {"seconds": f"{REST:.0f}"})
