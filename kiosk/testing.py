"""Tests of a visit: waits for the analyzer's run, takes its new records, and makes each planned sample an entry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from drivers.reading import Reading
from kiosk import leftovers, resume, retold, run
from kiosk.clock import Clock
from kiosk.devices import AnalyzerRead
from kiosk.guide import AnalyzerAsks, AnalyzerWaits, Guided
from kiosk.leading import Leading, without
from kiosk.open_visit import OpenVisit
from kiosk.rules.messages import Outcome, RunEnded, Test
from kiosk.rules.quality_control.instrument import ambient_rulings
from kiosk.rules.quality_control.timing import interrupted, too_soon
from kiosk.rules.ruling import Ruling, findings
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Visit
from kiosk.run import Air, Loading, Place, Run
from kiosk.screen import Step

READ = "read"  # the timed step that an analyzer does by itself
POLL = 0.3  # seconds between two questions to an analyzer whose run is not over


class Testing:
    """`read` asks the tester for everything it holds, so many seconds from now; `control` is its blank's channel.

    `line`: the tester's, where a person is led through its run. `air`: °C and % relative beside the tester, None
    where nothing measures them. `dated`: it is only asked for what it measured yesterday and today.
    """

    def __init__(
        self,
        open_visit: OpenVisit,
        read: Callable[[float], None],
        place: Place,
        control: int | None,
        clock: Clock,
        captures: Path,
        *,
        line: Callable[[], Guided | None] = lambda: None,
        air: Callable[[], tuple[Decimal | None, Decimal | None] | None] = lambda: None,
        dated: bool = False,
    ) -> None:
        self._open = open_visit
        self._read = read
        self._place = place
        self._control = control
        self._clock = clock
        self._captures = captures
        self._air = air
        self._dated = dated
        self._leading = Leading(line, control)
        self._needed = False  # an analyzer that forgets waits, with records that its run has not taken yet

    @property
    def ready(self) -> bool:
        """The tester's old records are known: whatever is new from now on belongs to this run."""
        return self._open.run is not None and self._open.run.based is not None

    @property
    def led(self) -> bool:
        return self._leading.needed

    def day(self) -> date:
        """About which the tester is asked. Asked from its own thread as well."""
        current = self._open.run
        return self._clock.now().at.date() if current is None or current.day is None else current.day

    @property
    def step(self) -> Step | None:
        """What the person at the tester is to do now, or how long to wait."""
        return self._leading.step

    def begin(self, visit: Visit, run_id: str) -> None:
        """Where a person is led, everything that is read is of this run; else what is old has to be known first."""
        current = Run(run_id, based=self._clock.moment() if self.led else None, day=self.day())
        warned = self._rulings()
        self._open.move(turn.noticed(visit, warned[0].say) if warned else visit, run=current)
        self._ask(current)

    def asked(self, event: AnalyzerAsks | AnalyzerWaits) -> None:
        """The instrument wants something done, or time."""
        current = self._open.run
        if self._open.stage is Stage.TESTING and current is not None and self._leading.heard(event, current.id):
            self._open.tell(self._open.visit)

    def did(self, number: str) -> None:
        """The person has done what the step with this number asked."""
        if self._leading.did(number):
            self._open.tell(self._open.visit)

    def _ask(self, current: Run) -> None:
        method = self._open.rules().method
        reaction = None if method is None else method.step(READ)
        if self.led:
            self._leading.begin(current.id, None if reaction is None else reaction.least, self._wanted())
        else:
            self._read(0.0)

    def fail(self, problem: Sentence) -> None:
        """The run is given up, which is recorded; the sample may be tested anew."""
        rules, recorded = self._open.rules(), () if self._open.run is None else self._open.run.notes
        visit = replace(self._open.visit, tests=(*self._open.visit.tests, *recorded))
        failed = turn.run_failed(visit, problem)
        self._leading.end()
        number = "" if self._open.run is None else self._open.run.id
        method = "" if rules.method is None else rules.method.rule
        self._open.move(failed, RunEnded(number, method, problem.key, problem.facts, visit=visit.id))
        if self._needed:
            self._needed = False
            self._read(0.0)

    def too_long(self) -> None:
        """The run has not come to an end in its time. A device whose own date is wrong has nothing of these days."""
        if self._dated:
            self.fail(Sentence("visit.run_nothing_new", {"today": str(self.day())}))
        else:
            self.fail(Sentence("visit.run_too_long"))

    def lost(self, problem: Sentence) -> None:
        """The tester failed. What a person was led through cannot be taken up; else the run waits for it."""
        if self._open.stage is not Stage.TESTING:
            return
        if self._leading.begun:
            self.fail(problem)
        else:
            self._open.tell(turn.noticed(self._open.visit, problem))

    def tester_ready(self, *, same: bool) -> None:
        """The analyzer is there, or there again: a run that waits for it goes on, but not on another analyzer."""
        if self._open.stage is Stage.TESTING and not same:
            self.fail(Sentence("visit.run_interrupted"))
        elif self._open.stage is Stage.TESTING:
            self._open.tell(turn.noticed(self._open.visit, None))
            if self._open.run is not None:
                self._ask(self._open.run)

    def take_up(self) -> None:
        """After a restart: a run whose tests are all recorded is finished, one that never began failed."""
        begun = None if self._open.run is None else self._open.run.based
        broken = None if begun is None else interrupted(begun, self._clock.moment())
        if self._open.run is None:
            self.fail(Sentence("visit.run_interrupted"))
        elif self._open.run.notes and self._wanted() <= 0:
            self._finish(self._open.run)
        elif self.led:
            self.fail(Sentence("visit.run_interrupted"))
        elif broken is not None:
            self.fail(broken.say)

    def heard(self, event: AnalyzerRead) -> bool:
        """Everything that the tester holds now. True: the run needs it again, with what comes next."""
        self._needed = self._open.stage is Stage.TESTING and self._open.run is not None and self._heard(event)
        return self._needed

    def _heard(self, event: AnalyzerRead) -> bool:
        current = self._open.run
        if current is None:
            return False
        if self._open.rules().method is None:  # an order of the county took it away: nothing can be judged by it
            self.fail(Sentence("visit.run_lost"))
        elif not current.goes_on_with(event.identity):
            self.fail(Sentence("visit.run_interrupted"))
        elif self.led:
            self._take_led(event, current)
        elif current.based is None:
            self._base(event, current)
        else:
            return self._take(event, current, self._clock.moment().uptime - current.based.uptime)
        return False

    def _base(self, event: AnalyzerRead, current: Run) -> None:
        """What is old: all that the tester holds; of one that forgets, what it may tell once more."""
        old = retold.lately(self._open.record, event.identity.profile) if event.forgotten else event.readings
        self._open.move(self._open.visit, run=run.based(current, event.identity, old, self._clock.moment()))
        self._read(POLL)

    def _take(self, event: AnalyzerRead, current: Run, waited: timedelta) -> bool:
        """What is new, `waited` after the run began. True: not all that the run needs."""
        if not event.forgotten and run.replaced(current, event.identity, event.readings):
            self.fail(Sentence("visit.run_interrupted"))
            return False
        loaded = run.loading(current, event.identity, event.readings, self._control, once=event.forgotten)
        early = self._too_soon(waited)
        if loaded and early is not None:
            self._set_aside(event, current, loaded, early)
        elif loaded.complete(self._wanted(), controlled=self._control is not None):
            self._record(event, current, loaded)
            return False
        self._read(POLL)
        return bool(loaded) and early is None

    def _take_led(self, event: AnalyzerRead, current: Run) -> None:
        """All that this run came to. A box that slept does not know how long the reaction took."""
        if event.run != current.id:
            return
        wanted = self._wanted()
        whole = run.loading(current, event.identity, event.readings, self._control, once=True)
        loaded, missing = without(whole, self._control, wanted)
        slept = None if current.based is None else interrupted(current.based, self._clock.moment())
        problem = missing if slept is None else slept.say
        if problem is None:
            self._leading.end()
            self._record(event, current, loaded)
            return
        self._record_unplanned(event, current, (loaded.control, *loaded.samples), self.capture(event))
        self.fail(problem)

    def _too_soon(self, waited: timedelta) -> Ruling | None:
        """What comes sooner than the analyzer can measure was put in by the person before."""
        method = self._open.rules().method
        return None if method is None else too_soon(waited, [step for step in method.steps if step.id == READ])

    def _set_aside(self, event: AnalyzerRead, current: Run, loaded: Loading, why: Ruling) -> None:
        """Measured all the same, so recorded, but as nobody's test."""
        self._record_unplanned(event, current, (loaded.control, *loaded.samples), self.capture(event))
        self._open.tell(turn.noticed(self._open.visit, why.say))

    def capture(self, event: AnalyzerRead) -> str:
        """The raw bytes of a session, durable; their hash. Raises Unwritable."""
        return leftovers.keep(self._captures, self._clock.now().text[:7], event.capture)

    def _wanted(self) -> int:
        """Samples that this run still owes."""
        recorded = len(self._open.run.notes) if self._open.run is not None else 0
        return resume.wanted(self._open.visit, self._open.rules()) - recorded

    def _record(self, event: AnalyzerRead, current: Run, loaded: Loading) -> None:
        wanted, capture = self._wanted(), self.capture(event)
        current = self._record_unplanned(event, current, loaded.samples[wanted:], capture)
        for sample in loaded.samples[:wanted]:
            current = self._record_test(event, current, loaded.control, sample, capture)
        self._finish(current)

    def _record_unplanned(
        self, event: AnalyzerRead, current: Run, samples: tuple[tuple[Reading, ...], ...], capture: str
    ) -> Run:
        """Cuvettes that nobody planned were measured all the same, so they are recorded, as what they are."""
        readings = [reading for sample in samples for reading in sample]
        if not readings:
            return current
        for observation in run.observations_of(event.identity, readings, capture):
            current = run.known(current, event.identity, observation.readings)
            self._open.move(self._open.visit, observation, current)
        return current

    def _record_test(
        self,
        event: AnalyzerRead,
        current: Run,
        blank: tuple[Reading, ...],
        sample: tuple[Reading, ...],
        capture: str,
    ) -> Run:
        visit, rules = self._open.visit, self._open.rules()
        if rules.method is None:
            return current
        retest_of = turn.repeated(visit, rules)
        test = run.test_of(
            visit,
            current,
            rules.method,
            self._place,
            event.identity,
            blank,
            sample,
            capture=capture,
            retest_of=retest_of,
            air=self._measured_air(),
        )
        note = run.note_from(self._open.record.last + 1, test)
        current = run.noted(current, event.identity, sample, note)
        self._open.move(visit, test, current)
        return current

    def _rulings(self) -> tuple[Ruling, ...]:
        """Of the room, where anything measures it; they warn and stop nobody."""
        air = self._air()
        return () if air is None else ambient_rulings(*air, self._open.rules().settings)

    def _measured_air(self) -> Air:
        temperature, humidity = self._air() or (None, None)
        return Air(temperature, humidity, findings(self._rulings()))

    def _finish(self, finished: Run) -> None:
        visit = turn.run_finished(self._open.visit, self._open.rules(), finished.notes)
        self._open.move(turn.noticed(visit, visit.notice or self._why_invalid(finished)))

    def _why_invalid(self, finished: Run) -> Sentence | None:
        """The reason of an invalid test, so that the person knows what to do; None for every other outcome."""
        test = self._open.record.read(finished.notes[-1].seq)
        if not isinstance(test, Test) or test.verdict.outcome is not Outcome.INVALID:
            return None
        return Sentence(test.verdict.reason, test.verdict.facts)
