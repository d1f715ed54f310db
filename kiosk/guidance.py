"""What helps a person to hold a code well, calm enough to be read: no hint leaves the screen before its second is over.

Advice comes as fast as pictures do; the page hears of it at most twice a second.
"""

import time
from collections.abc import Callable

from drivers.scanner.wire import Hint

HELD = 1.0  # seconds that a hint stays at least


class Guidance:
    """`clock` in seconds, any beginning. One thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.hint: Hint | None = None
        self._clock = clock
        self._advised: Hint | None = None
        self._away = False
        self._shown_at = 0.0

    def advised(self, hint: Hint | None) -> None:
        self._advised = hint

    def scanner_away(self, away: bool) -> None:
        """Nothing is read until it is back: whoever shows a code is asked to show it again, and told no more."""
        self._away = away
        if away:
            self._advised = None

    def settle(self) -> bool:
        """Take what is to be said onto the screen when what stands there was readable; whether it changed."""
        wanted = Hint.AGAIN if self._away else self._advised
        now = self._clock()
        if wanted is self.hint or (self.hint is not None and now - self._shown_at < HELD):
            return False
        self.hint, self._shown_at = wanted, now
        return True
