"""A hint stays long enough to be read: what is said to a person does not flicker. Pure."""

from drivers.scanner.wire import Advice, Hint

HOLD = 1.0  # seconds


class HintHold:
    """`looked` with what each look finds; returns what is to be told, None when that has not changed."""

    def __init__(self) -> None:
        self._told: Hint | None = None
        self._since = float("-inf")

    def looked(self, hint: Hint | None, now: float) -> Advice | None:
        if hint == self._told or (self._told is not None and now - self._since < HOLD):
            return None
        return self._say(hint, now)

    def read(self, now: float) -> Advice | None:
        """A code was read, or the camera is gone: nothing needs to be said any more, at once."""
        return None if self._told is None else self._say(None, now)

    def _say(self, hint: Hint | None, now: float) -> Advice:
        self._told, self._since = hint, now
        return Advice(hint)
