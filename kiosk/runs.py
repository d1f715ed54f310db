"""All analyzers that test: one `Testing` for each, who waits for which, and what becomes of a run that takes too long.

A turn that finds none free waits in line. One that is aside is called when its turn has come, and its run begins when
its card or slip is shown: a run never begins without its sample at hand. Owned by the attendant's thread.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from drivers.reading import Identity
from kiosk.devices import AnalyzerRead
from kiosk.guide import AnalyzerAsks, AnalyzerWaits, Guided
from kiosk.open_visit import OpenVisit
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Test
from kiosk.rules.ruling import first_stop
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing import method_use
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Planned, Stage, Turn, Visit
from kiosk.screen import Step
from kiosk.serving import Settings, Tester
from kiosk.testing import Bedside, Testing

NAMELESS = Tester("")  # of a station that has no analyzer, or of a run on one that was taken away


@dataclass(frozen=True, slots=True)
class Machines:
    """The analyzers, by name: ask one for everything it holds, and the line of one that a person is led through."""

    read: Callable[[str, float], None]
    line: Callable[[str], Guided | None]


@dataclass(frozen=True, slots=True)
class Expected:
    """What somebody may be told who leaves his sample: when to come back (ISO 8601; empty: nobody knows), and how many
    samples are before his.
    """

    back_at: str = ""
    before: int = 0


class Runs:
    def __init__(
        self,
        open_visit: OpenVisit,
        settings: Settings,
        beside: Bedside,
        machines: Machines,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open = open_visit
        self._settings = settings
        self._beside = beside
        self._machines = machines
        self._now = now
        self._there: dict[str, Identity] = {}
        self._began: dict[str, float] = {}  # runs, since when they are on in this program
        self._free: dict[str, float] = {}  # analyzers, since when nobody needs them
        self._all = {tester.name: self._made(tester) for tester in settings.testers or (NAMELESS,)}
        self._none = self._made(NAMELESS)

    # --- who is where ---------------------------------------------------------------------------------------------

    def all(self) -> tuple[Testing, ...]:
        return tuple(self._all.values())

    def of(self, analyzer: str) -> Testing | None:
        return self._all.get(analyzer)

    @property
    def may_load(self) -> bool:
        """The sample of whoever stands there may be put in."""
        return self.front.ready and self.front.visit is self._open.visit

    @property
    def front(self) -> Testing:
        """The analyzer of the turn on the screen."""
        return self._all.get(self._open.visit.analyzer, next(iter(self._all.values())))

    @property
    def step(self) -> Step | None:
        """What whoever stands there is asked to do, or waits for; nothing of anybody else's run."""
        front = self.front
        return front.step if front.visit is self._open.visit else None

    def there(self, analyzer: str) -> Identity | None:
        """Who answers under this name; None while nobody does."""
        return self._there.get(analyzer)

    def is_free(self, analyzer: str, visit: str = "") -> bool:
        """Nobody's run is on it, and nobody else than `visit` has put tubes in it."""
        testing = self._all.get(analyzer)
        if testing is None or testing.visit is not None:
            return False
        loading = [one for one in self._open.all() if one.analyzer == analyzer and one.loaded and one.id != visit]
        return not any(turn.stands(one) in (Stage.LOADING, Stage.TESTING) for one in loading)

    # --- begun ----------------------------------------------------------------------------------------------------

    def want(self, visit: Visit) -> None:
        """The turn on the screen wants its sample tested: now, or when its place in the line has come."""
        fitting = self._fitting(visit)
        if not fitting:
            self._open.tell(turn.noticed(self._open.visit, Sentence("waiting.no_analyzer")))
        elif (free := self._free_for(visit, fitting)) is not None:
            free.begin(visit, run_id())
        else:
            self._open.step(turn.run_awaited(visit, 1 + max(one.queued for one in self._open.all())))

    def cancel(self) -> None:
        """Whoever stands there gives up his run, or his place in the line."""
        visit, problem = self._open.visit, Sentence("visit.run_cancelled")
        if visit.queued and visit.stage is Stage.TESTING:
            self._open.step(turn.run_failed(visit, problem))
        else:
            self._on().fail(problem)

    def settle(self) -> None:
        """Now and then: a run that took too long, an analyzer that became free."""
        for testing in self.all():
            self._watch(testing)
        visit = self._open.visit
        if visit.stage is Stage.TESTING and visit.queued:
            free = self._free_for(visit, self._fitting(visit))
            if free is not None:
                free.begin(visit, run_id())

    def take_up(self) -> None:
        """After a restart: every run, whoever waits for it."""
        for visit in self._open.all():
            if turn.stands(visit) is Stage.TESTING and not visit.queued:
                self._of_restart(visit).take_up()

    # --- in line --------------------------------------------------------------------------------------------------

    def place(self, visit: Visit) -> int:
        """In the line, from 1; 0 for one that waits for no analyzer."""
        return 1 + len(self._before(visit)) if visit.queued else 0

    def called(self, visit: Visit) -> bool:
        """Aside, and an analyzer is free for it: its sample may be brought."""
        return bool(visit.queued) and self._free_for(visit, self._fitting(visit)) is not None

    def expected(self, visit: Visit) -> Expected:
        method, before = self._open.rules_of(visit).method, max(self.place(visit) - 1, 0)
        if method is None or not method.steps:
            return Expected("", before)
        one = timedelta(seconds=sum(step.least for step in method.steps))
        rounds = 1 + before // max(len(self._all), 1)
        back = self._beside.clock.now().at + rounds * one
        return Expected(back.isoformat(timespec="seconds"), before)

    # --- what analyzers and people say ----------------------------------------------------------------------------

    def ready(self, name: str, identity: Identity, *, same: bool) -> None:
        testing = self._all.get(name)
        if testing is not None:
            self._there[name] = identity
            testing.tester_ready(same=same)

    def lost(self, name: str, problem: Sentence) -> None:
        testing = self._all.get(name)
        if testing is not None:
            self._there.pop(name, None)
            testing.lost(problem)

    def asked(self, event: AnalyzerAsks | AnalyzerWaits) -> None:
        testing = self._all.get(event.name)
        if testing is not None:
            testing.asked(event)

    def did(self, value: str) -> None:
        """`<step>` of the run of whoever stands there, `<step> <analyzer>` of any."""
        step, _, name = value.partition(" ")
        testing = self._all.get(name) if name else self.front
        if testing is not None:
            testing.did(step)

    def capture(self, event: AnalyzerRead) -> str:
        """The raw bytes of a session of any instrument, durable; their hash. Raises Unwritable."""
        return self._none.capture(event)

    # --- within ---------------------------------------------------------------------------------------------------

    def _made(self, tester: Tester) -> Testing:
        name = tester.name
        return Testing(
            self._open,
            tester,
            lambda after: self._machines.read(name, after),
            self._beside,
            lambda: self._machines.line(name),
        )

    def _on(self) -> Testing:
        """The analyzer at work for whoever stands there. Raises OutOfTurn."""
        testing = self.front
        if self._open.stage is not Stage.TESTING or testing.visit is not self._open.visit:
            raise OutOfTurn("run", self._open.stage)
        return testing

    def _watch(self, testing: Testing) -> None:
        now, current, name = self._now(), testing.run, testing.tester.name
        if self.is_free(name):
            self._free.setdefault(name, now)
        else:
            self._free.pop(name, None)
        if current is not None and now - self._began.setdefault(current.id, now) > self._settings.run_within:
            self._began.pop(current.id)
            testing.too_long()

    def _of_restart(self, visit: Visit) -> Testing:
        """One that was saved before analyzers had names here is of the only one; one that is gone gives nothing."""
        if not visit.analyzer and len(self._all) == 1:
            (testing,) = self.all()
            name, current = testing.tester.name, self._open.run_of(visit.id)
            self._open.advance(visit.id, lambda one: turn.run_begun(one, name), run=current)
            return testing
        return self._all.get(visit.analyzer) or self._made(Tester(visit.analyzer))

    def _before(self, visit: Visit) -> list[Visit]:
        """Who waits longer than this turn does."""
        waiting = [one for one in self._open.all() if one.queued and turn.stands(one) is Stage.TESTING]
        return [one for one in waiting if one.id != visit.id and (not visit.queued or one.queued < visit.queued)]

    def _free_for(self, visit: Visit, fitting: list[Testing]) -> Testing | None:
        """The first that answers; who waits longer comes first, unless he is not there for some minutes."""
        there = [one for one in fitting if one.tester.name in self._there] or fitting
        free = [one for one in there if self.is_free(one.tester.name, visit.id)]
        if len(free) > len(self._before(visit)):
            return free[0]
        return next((one for one in free if self._long_free(one)), None)

    def _long_free(self, testing: Testing) -> bool:
        now = self._now()
        return now - self._free.get(testing.tester.name, now) >= self._settings.called_for

    def _fitting(self, visit: Visit) -> list[Testing]:
        """Those whose method may test this sample; a repeat is made by the method of its first test."""
        return [one for one in self.all() if self._fits(one, visit)]

    def _fits(self, testing: Testing, visit: Visit) -> bool:
        rules = self._open.rules_of(turn.run_begun(visit, testing.tester.name))
        if rules.method is None:
            return False
        if visit.planned is Planned.REPEAT and (first := self._first_method(visit)):
            return rules.method.rule == first
        return first_stop(method_use.usable(rules.method, rules.today, visit.product, visit.product)) is None

    def _first_method(self, visit: Visit) -> str:
        if visit.turn is Turn.STAFF:
            return ""
        first = turn.repeated(visit, self._open.rules_of(visit))
        test = None if first is None else self._open.record.read(first)
        return test.method if isinstance(test, Test) else ""


def run_id() -> str:
    return secrets.token_hex(4)
