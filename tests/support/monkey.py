"""A seeded monkey at the touch screen: taps what can be tapped, holds up what lies about, pulls plugs, cuts power.

It waits for no answer. Afterwards it lets go of everything, and the screen has to find back to the idle page by itself.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Event

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as Unanswered

from drivers.scanner.feed import ScanFeed
from drivers.scanner.watch import READS
from tests.support import things
from tests.support.stage import card
from tests.support.touch import Touch
from tests.support.waiting import PATIENCE_S, came, wait_for
from ui.demo.bench import Bench

TARGETS = """
() => [...document.querySelectorAll("button:enabled, a, label, canvas")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}))
  .map((one) => one.getBoundingClientRect())
  .filter((box) => box.width > 0 && box.top >= 0 && box.bottom <= innerHeight + 1)
  .map((box) => [box.x, box.y, box.width, box.height])
"""
PLUGS = ("residue", "chlorine", "printer")
FAULTS = ("", "silent", "noise")  # of the analyzer
QUICK = "visit = {idle_after = 12.0, ended_after = 3.0, run_within = 25.0}\n"
ANSWERED = 10_000  # ms; a browser that changes pages while it is touched may forget to say that it was
HOME = 90.0  # seconds within which everything that lapses has lapsed
WRONG = re.compile(r"Traceback|\bERROR\b|\bCRITICAL\b")
NOT_OURS = re.compile(r"uplink|broker")  # a line that is cut tells so


class Monkey:
    def __init__(self, touch: Touch, seed: int) -> None:
        self._touch = touch
        self._stage: Bench = touch.stage
        self._dice = Random(seed)
        self._does: tuple[tuple[int, Callable[[], None]], ...] = (
            (860, self._tap),
            (50, self._twice),
            (25, self._hold),
            (10, self._let_go),
            (15, self._plug),
            (12, self._fault),
            (12, touch.back),
            (8, self._reload),
            (4, self._cut),
        )
        self.did = 0

    def act(self, times: int) -> None:
        weights = [weight for weight, _ in self._does]
        for _ in range(times):
            ((_, deed),) = self._dice.choices(self._does, weights)
            try:
                deed()
            except Unanswered:
                with suppress(Error):
                    self._reload()
            except Error:  # the page went while it was touched
                with suppress(Error):
                    self._touch.page.locator("main .stage").wait_for(timeout=ANSWERED)
            self.did += 1

    def home(self) -> bool:
        """Everything is plugged in and let go; whether the screen stands idle by itself."""
        self._stage.residue.fault = ""
        self._stage.printer.fault = ""
        self._stage.take_away()
        for name in self._stage.plugs:
            if not self._stage.plugs[name].plugged:
                self._stage.plugs[name].replug()
        return came(self._idle, HOME, again=0.5)

    def _idle(self) -> bool:
        try:
            return self._touch.place == "idle" and not self._touch.page.locator("#lost").is_visible()
        except Error:
            return False

    # --- what it does ---------------------------------------------------------------------------------------------

    def _target(self) -> tuple[float, float] | None:
        boxes = self._touch.page.evaluate(TARGETS)
        if not boxes:
            return None
        x, y, width, height = self._dice.choice(boxes)
        return x + width * self._dice.uniform(0.2, 0.8), y + height * self._dice.uniform(0.2, 0.8)

    def _tap(self) -> None:
        if (place := self._target()) is not None:
            self._touched(*place)

    def _twice(self) -> None:
        if (place := self._target()) is not None:
            self._touched(*place)
            self._touched(*place)

    def _touched(self, x: float, y: float) -> None:
        whole = self._touch.page.locator("html")
        whole.click(position={"x": x, "y": y}, force=True, no_wait_after=True, timeout=ANSWERED)

    def _hold(self) -> None:
        self._stage.hold_up(self._dice.choice(self._things()))
        self._scanned()

    def _scanned(self) -> None:
        """The scanner has told what is held up: a picture that it gives away is one that it has looked at before."""
        here = Event()
        with ScanFeed(self._stage.box / "run" / "scanner.sock", lambda _: here.set()) as feed:
            wait_for(here.is_set, "the scanner")
            for _ in range(READS + 1):  # the first may have been taken before
                assert feed.still(PATIENCE_S), "the scanner does not look"

    def _things(self) -> list[Path]:
        stage = self._stage
        staff = [things.badge(stage, role) for role in ("clerk", "inspector", "technician")]
        return [card(stage, 0), card(stage, 1), *staff, things.tube(stage), things.paper(stage), things.foreign(stage)]

    def _let_go(self) -> None:
        self._stage.take_away()

    def _plug(self) -> None:
        plug = self._stage.plugs[self._dice.choice(PLUGS)]
        if plug.plugged:
            plug.unplug()
        else:
            plug.replug()

    def _fault(self) -> None:
        self._stage.residue.fault = self._dice.choice(FAULTS) or None
        self._stage.printer.fault = self._dice.choice(("", "paper-out", "cover-open"))

    def _reload(self) -> None:
        self._touch.page.reload(wait_until="commit")

    def _cut(self) -> None:
        self._stage.programs.kill("station")
        self._stage.start("station")


def quick(stage: Bench) -> None:
    """Before the station starts: nobody waits long for a turn that was left."""
    config = stage.box / "etc" / "station.toml"
    config.write_text(QUICK + config.read_text(encoding="utf-8"), encoding="utf-8")


def wrong_in_logs(stage: Bench) -> list[str]:
    """Lines of our programs' logs that tell of a fault."""
    found = []
    for file in sorted((stage.folder / "logs").glob("*.log")):
        if not NOT_OURS.search(file.stem):
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            found += [f"{file.stem}: {line}" for line in lines if WRONG.search(line)]
    return found
