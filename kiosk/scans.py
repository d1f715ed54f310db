"""Whether what the scanner tells counts as shown: at one read where the payload proves itself, else at the second.

A showing counts once. Its number alone says nothing: a scanner that was started again counts from the beginning.
"""

from collections.abc import Callable

from drivers.scanner.wire import Seen

GUN = "gun"
KEPT = 16  # showings that wait for their second read; more codes than these are never in view


class Scans:
    """`proves`: whether one read is enough, because a wrong read could not have passed. One thread."""

    def __init__(self, proves: Callable[[bytes], bool]) -> None:
        self._proves = proves
        self._counted: dict[tuple[bytes, int], None] = {}  # at their first read, the oldest first

    def counts(self, seen: Seen) -> bool:
        if seen.decoder == GUN:  # tells each pull of its trigger once
            return True
        if seen.reads == 1:
            return self._first(seen)
        return self._counted.pop((seen.data, seen.showing), self) is self

    def interrupted(self) -> None:
        """The scanner went away: what it tells next belongs to no showing that is known."""
        self._counted.clear()

    def _first(self, seen: Seen) -> bool:
        """Every showing begins with its first read, also one whose number was there before."""
        showing = (seen.data, seen.showing)
        self._counted.pop(showing, None)
        if not self._proves(seen.data):
            return False
        if len(self._counted) >= KEPT:
            del self._counted[next(iter(self._counted))]
        self._counted[showing] = None
        return True
