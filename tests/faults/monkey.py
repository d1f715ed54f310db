"""Part `monkey`: a seeded monkey at the touch screen, 200 taps a unit; each ends on the idle page, no fault told."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from playwright.sync_api import Browser

from tests.faults.book import Found, Units
from tests.support.browser import chromium_running
from tests.support.monkey import Monkey, quick, wrong_in_logs
from tests.support.stage import bench
from tests.support.touch import Touch
from ui.demo.bench import Bench, Plan

FULL, TAPS = 100, 200
UNITS_OF_ONE = 10  # that one bench serves
SCENARIOS = ("clean", "contaminated", "weak-enzyme")


class Cages:
    """One bench after the other. A monkey that found something ends its bench: what follows would only repeat it."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._browsing = ExitStack()
        self._browser: Browser | None = None
        self._open = ExitStack()
        self._bench: Bench | None = None
        self._served = 0

    def let_loose(self, unit: int) -> Found:
        stage = self._next(unit)
        if self._browser is None:
            self._browser = self._browsing.enter_context(chromium_running())
        window = self._browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        window.set_default_timeout(30_000)
        told = len(wrong_in_logs(stage))
        touch = Touch(stage, window)
        touch.enter()
        monkey = Monkey(touch, self._seed * 1_000_003 + unit)
        monkey.act(TAPS)
        wrong = [] if monkey.home() else [f"stands at {touch.place}"]
        wrong += wrong_in_logs(stage)[told:]
        try:
            touch.quiet()
        except AssertionError as complained:
            wrong.append(str(complained))
        window.close()
        if wrong:
            self._end()
        return Found(wrong, {"taps": monkey.did})

    def close(self) -> None:
        self._end()
        self._browsing.close()

    def _next(self, unit: int) -> Bench:
        if self._bench is None or self._served == UNITS_OF_ONE:
            self._end()
            scenario = SCENARIOS[unit // UNITS_OF_ONE % len(SCENARIOS)]
            self._bench = self._open.enter_context(bench(Plan(scenario, seed=self._seed, run_seconds=0.3)))
            quick(self._bench)
            self._bench.start_all()
        self._served += 1
        return self._bench

    def _end(self) -> None:
        self._bench, self._served = None, 0
        self._open.close()


def units(seed: int, count: int | None) -> Units:
    cages = Cages(seed)
    try:
        for unit in range(FULL if count is None else count):
            yield f"monkey {unit}", _loose(cages, unit)
    finally:
        cages.close()


def _loose(cages: Cages, unit: int) -> Callable[[], Sequence[str]]:
    def run() -> Sequence[str]:
        return cages.let_loose(unit)

    return run
