"""Part `turns`: whole turns at the touch screen while SIGKILL takes the box's programs, one to three of them a turn."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from tests.faults.book import Found, Units
from tests.faults.kills import planned
from tests.faults.patient import Lot
from tests.faults.trial import Outcome, Trials, lot_of
from tests.faults.ward import TURNS_OF_ONE, running

FULL = 300
SCENARIOS = ("clean", "contaminated", "weak-enzyme")  # of one bench after the other


class Benches:
    """One bench after the other. A turn that went wrong ends its bench: what follows would only repeat it."""

    def __init__(self, seed: int, scenarios: Sequence[str]) -> None:
        self._seed = seed
        self._scenarios = scenarios
        self._scenario = ""
        self._open = ExitStack()
        self._trials: Trials | None = None
        self._turns = 0

    def tried(self, unit: int, fault: Callable[[Trials, Lot], Outcome]) -> Outcome:
        trials, lot = self._next(unit)
        outcome = fault(trials, lot)
        if outcome.wrong:
            self.close()
        return outcome

    def close(self) -> None:
        self._trials = None
        self._open.close()

    def _next(self, unit: int) -> tuple[Trials, Lot]:
        scenario = self._scenarios[unit // TURNS_OF_ONE % len(self._scenarios)]
        if self._trials is None or self._turns == TURNS_OF_ONE or scenario != self._scenario:
            self.close()
            self._scenario = scenario
            self._bench, listener = self._open.enter_context(running(self._seed, scenario))
            self._trials, self._turns = Trials(self._bench, listener), 0
        lot = lot_of(self._bench, self._seed, unit, self._turns)
        self._turns += 1
        return self._trials, lot


def units(seed: int, count: int | None) -> Units:
    benches = Benches(seed, SCENARIOS)
    try:
        for turn in range(FULL if count is None else count):
            yield f"turn {turn}", _turn(benches, seed, turn)
    finally:
        benches.close()


def _turn(benches: Benches, seed: int, turn: int) -> Callable[[], Sequence[str]]:
    def run() -> Sequence[str]:
        outcome = benches.tried(turn, lambda trials, lot: trials.killed(lot, planned(seed, turn)))
        return Found(outcome.wrong, {"turns": 1, **Counter(kill.partition("+")[0] for kill in outcome.kills)})

    return run
