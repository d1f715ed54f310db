"""One turn under one fault, and what is wrong afterwards."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from kiosk.rules.visits.turn import Stage
from tests.faults.auditor import Auditor
from tests.faults.feed import Listener
from tests.faults.kills import Kill, Killer
from tests.faults.patient import Lot, Patient, Stuck
from tests.faults.syscalls import Injector, Point
from tests.faults.tray import Tray
from tests.faults.ward import PRODUCTS
from ui.demo.bench import Bench

AMOUNTS = ("320", "45.5", "1200")  # jin; the last asks for the phone tail


@dataclass(frozen=True, slots=True)
class Outcome:
    """`kills` that really happened; `wrong` is empty when all held."""

    kills: tuple[str, ...]
    wrong: tuple[str, ...]
    seconds: float


class Trials:
    """The turns of one bench, one after the other."""

    def __init__(self, bench: Bench, listener: Listener) -> None:
        self.tray = Tray(bench)
        self.auditor = Auditor(bench, listener, self.tray)
        self._bench = bench

    def killed(self, lot: Lot, plan: Sequence[Kill]) -> Outcome:
        began = time.monotonic()
        with Killer(self._bench, plan) as killer:
            wrong = self._turn(lot, killer.saw, lambda: bool(killer.failed))
        broker = any(kill.program == "broker" for kill in killer.done)
        wrong += killer.failed or self.auditor.audit(broker_killed=broker)
        return Outcome(tuple(map(str, killer.done)), tuple(wrong), time.monotonic() - began)

    def crashed(self, lot: Lot, point: Point) -> Outcome:
        """`kills` is empty when the step was over before its N-th call."""
        began = time.monotonic()
        with Injector(self._bench, point) as injector:
            wrong = self._turn(lot, injector.saw, lambda: bool(injector.failed))
        wrong += injector.failed or self.auditor.audit(broker_killed=False)
        return Outcome((str(point),) if injector.hit else (), tuple(wrong), time.monotonic() - began)

    def _turn(self, lot: Lot, saw: Callable[[Stage], None], lost: Callable[[], bool]) -> list[str]:
        try:
            Patient(self._bench, self.tray, lot, saw, lost).take_turn()
        except Stuck as stuck:
            return [str(stuck)]
        return []


def lot_of(bench: Bench, seed: int, turn: int, nth: int) -> Lot:
    """The `nth` turn on this bench: another person each time, and a lot that has not been tested yet."""
    people = bench.people
    product = PRODUCTS[nth // len(people) % len(PRODUCTS)]
    amount = Random(f"{seed}/{turn}/amount").choice(AMOUNTS)
    return Lot(people[nth % len(people)], product, amount)
