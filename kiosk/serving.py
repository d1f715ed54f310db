"""How a station serves: built once, in its program."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kiosk.rules.certify.certificate import Wording
from kiosk.rules.goods.products import Product
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.visits.turn import VisitRules, Waits
from kiosk.run import Place
from kiosk.training import Training


@dataclass(frozen=True, slots=True)
class Tester:
    """An analyzer that tests samples."""

    __test__ = False  # not a class of pytest

    name: str
    control: int | None = None  # its channel of the blank cuvette
    channels: tuple[int, ...] = ()  # its places; empty: it has one place without a number
    dated: bool = False  # it tells one day at a time
    led: bool = False  # its run has steps that a person is led through
    method: str = ""  # id of the method pack that it measures by; empty: the station's


def no_methods(_: datetime) -> Mapping[str, MethodPack]:
    return {}


@dataclass(frozen=True, slots=True)
class Settings:
    """How this station serves. `rules` gives the county's settings and the packs in force at a time, with the station's
    own method; `methods` all that are in force, by id.
    """

    rules: Callable[[datetime], VisitRules]
    products: Mapping[str, Product]
    wordings: Callable[[], Sequence[Wording]]
    place: Place
    testers: tuple[Tester, ...]
    unconfirmed: Callable[[], tuple[str, ...]]
    methods: Callable[[datetime], Mapping[str, MethodPack]] = no_methods
    log_every: Mapping[str, float] = field(default_factory=dict)  # seconds, by name of the analyzers read by themselves
    training: Training | None = None  # nothing that is done counts: a practice
    idle_after: float = 120.0  # seconds without a touch until an unfinished visit is given up
    ended_after: float = 30.0  # seconds that the end of a visit stays on the screen
    fits: Callable[[str, str], bool] = lambda typed, kept: False  # whether a subject's PIN is the one that is kept
    run_within: float = 2700.0  # seconds a run may take before the person is told
    called_for: float = 180.0  # seconds that a free analyzer is kept for somebody who waits and is not at the box

    def patience(self, waits: Waits) -> float:
        """Seconds that a stage waits."""
        times = {Waits.IDLE: self.idle_after, Waits.ENDED: self.ended_after, Waits.RUN: self.run_within}
        return times.get(waits, float("inf"))

    def tester(self, name: str) -> Tester | None:
        return next((one for one in self.testers if one.name == name), None)

    def rules_of(self, analyzer: str, at: datetime) -> VisitRules:
        """What is judged by on this analyzer; before one is chosen, by what the first one measures."""
        rules = self.rules(at)
        first = next(iter(self.testers), None)
        tester = self.tester(analyzer) if analyzer else first
        if tester is None or not tester.method:
            return rules
        return replace(rules, method=self.methods(at).get(tester.method))
