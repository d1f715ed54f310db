"""满意度: one tap when a turn has ended, once a turn. It says nothing of who."""

from collections.abc import Callable

from kiosk.open_visit import OpenVisit
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Rating
from kiosk.rules.visits import arrival

SCORES = ("good", "fair", "bad")


class Rated:
    def __init__(self, open_visit: OpenVisit) -> None:
        self._open = open_visit

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        return {"rate": self.rate}

    def rate(self, score: str) -> None:
        visit = self._open.visit
        if score not in SCORES or visit.rated:
            raise OutOfTurn("rate", visit.stage)
        self._open.move(arrival.rated(visit), Rating(score), self._open.run)
