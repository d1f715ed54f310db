"""Who gets how much of the intake: stations in turn, so that none that floods keeps the others waiting. No network.

What a station sends beyond its share is let go: acknowledged unread. Nothing is lost by that, for only a receipt tells
a station that an entry has arrived; it sends again by its own timer.
"""

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

HELD = 24  # messages of one station that wait here: an uplink has at most a dozen on their way
HELD_BYTES = 4 * 1024 * 1024
PER_TURN = 8  # messages of one station in one commit

Item = TypeVar("Item")


class Shares(Generic[Item]):
    """Messages by station (the level of the topic). `let_go` counts what was not held, by station."""

    def __init__(self, weigh: Callable[[Item], int]) -> None:
        self._weigh = weigh
        self._waiting: dict[str, deque[Item]] = {}
        self._bytes: dict[str, int] = {}
        self.let_go: dict[str, int] = {}

    def add(self, station: str, item: Item) -> bool:
        """False when the station has its share already: acknowledge, and forget it."""
        waiting, weight = self._waiting.get(station, ()), self._bytes.get(station, 0) + self._weigh(item)
        if waiting and (len(waiting) >= HELD or weight > HELD_BYTES):
            self.let_go[station] = self.let_go.get(station, 0) + 1
            return False
        self._waiting.setdefault(station, deque()).append(item)
        self._bytes[station] = weight
        return True

    def turn(self) -> list[Item]:
        """The next messages of every station, each station's in the order in which they came."""
        taken: list[Item] = []
        for station, waiting in list(self._waiting.items()):
            part = [waiting.popleft() for _ in range(min(PER_TURN, len(waiting)))]
            self._bytes[station] -= sum(map(self._weigh, part))
            if not waiting:
                del self._waiting[station], self._bytes[station]
            taken += part
        return taken

    @property
    def waits(self) -> bool:
        return bool(self._waiting)
