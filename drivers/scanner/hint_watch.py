"""When a hint is worth saying: after it was so for a while, not for one odd picture. Times in, decisions out.

How long it then stays on the screen is the station's business.
"""

from drivers.scanner.wire import Advice, Hint

LASTS = 0.4  # seconds


class HintWatch:
    """`looked` with what each look finds; returns what is to be told, None when that has not changed."""

    def __init__(self) -> None:
        self._told: Hint | None = None
        self._found: Hint | None = None
        self._since = float("-inf")

    def looked(self, hint: Hint | None, now: float) -> Advice | None:
        if hint is not self._found:
            self._found, self._since = hint, now
        if hint is self._told or now - self._since < LASTS:
            return None
        return self._say(hint)

    def read(self) -> Advice | None:
        """A code was read, or the camera is gone: nothing needs to be said any more, at once."""
        self._found = None
        return None if self._told is None else self._say(None)

    def _say(self, hint: Hint | None) -> Advice:
        self._told = hint
        return Advice(hint)
