"""Part `screen`: every interruption before every step of everybody's turn at the screen; it goes on where it was."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from playwright.sync_api import Browser, Error

from tests.faults.book import Found, Units
from tests.support.browser import chromium_running
from tests.support.interruptions import INTERRUPTIONS, TWICE, Hasty, walked
from tests.support.monkey import wrong_in_logs
from tests.support.stage import bench
from tests.support.touch import Touch
from tests.support.ways import WAYS
from ui.demo.bench import Bench, Plan

FULL = 2  # times every way with every interruption


class Rooms:
    """One browser; a bench of its own for each unit, so that everybody comes for the first time."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._browsing = ExitStack()
        self._browser: Browser | None = None

    def taken(self, way: str, what: str) -> Found:
        if self._browser is None:
            self._browser = self._browsing.enter_context(chromium_running())
        plan = Plan("clean", seed=self._seed, run_seconds=0.3)
        with bench(plan, people=WAYS[way].people) as stage:
            stage.start_all()
            return Found(self._walked(self._browser, stage, way, what), {f"{way}/{what}": 1})

    def _walked(self, browser: Browser, stage: Bench, way: str, what: str) -> list[str]:
        window = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        window.set_default_timeout(30_000)
        touch = (Hasty if what == TWICE else Touch)(stage, window)
        touch.enter()
        try:
            wrong = [*walked(touch, WAYS[way].steps, what)]
            touch.quiet()
        except (AssertionError, Error) as stuck:
            wrong = [f"{way}, {what}, at {touch.place}: {str(stuck)[:300]}"]
        window.close()
        return wrong + wrong_in_logs(stage)

    def close(self) -> None:
        self._browsing.close()


def units(seed: int, count: int | None) -> Units:
    rooms = Rooms(seed)
    every = [(way, what) for way in WAYS for what in INTERRUPTIONS]
    try:
        for nth in range(FULL * len(every) if count is None else count):
            way, what = every[nth % len(every)]
            yield f"{way} {what} {nth // len(every)}", _taken(rooms, way, what)
    finally:
        rooms.close()


def _taken(rooms: Rooms, way: str, what: str) -> Callable[[], Sequence[str]]:
    def run() -> Sequence[str]:
        return rooms.taken(way, what)

    return run
