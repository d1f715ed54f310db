"""How a station serves: built once, in its program."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.rules.certify.certificate import Wording
from kiosk.rules.goods.products import Product
from kiosk.rules.visits.turn import VisitRules, Waits
from kiosk.run import Place


@dataclass(frozen=True, slots=True)
class Settings:
    """How this station serves. `rules` gives the county's settings and the packs in force at a time."""

    rules: Callable[[datetime], VisitRules]
    products: Mapping[str, Product]
    wordings: Callable[[], Sequence[Wording]]
    place: Place
    tester: str  # name of the analyzer that tests samples; empty where none does
    control: int | None  # its channel of the blank cuvette
    unconfirmed: Callable[[], tuple[str, ...]]
    dated: bool = False  # the tester tells one day at a time
    log_every: Mapping[str, float] = field(default_factory=dict)  # seconds, by name of the analyzers read by themselves
    idle_after: float = 120.0  # seconds without a touch until an unfinished visit is given up
    ended_after: float = 30.0  # seconds that the end of a visit stays on the screen
    run_within: float = 2700.0  # seconds a run may take before the person is told

    def patience(self, waits: Waits) -> float:
        """Seconds that a stage waits."""
        times = {Waits.IDLE: self.idle_after, Waits.ENDED: self.ended_after, Waits.RUN: self.run_within}
        return times.get(waits, float("inf"))
