"""Tests of a visit: waits for the analyzer's run, takes its new records, and makes each planned sample an entry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from drivers.reading import Reading
from kiosk import blobs, resume, run
from kiosk.clock import Clock
from kiosk.devices import AnalyzerRead
from kiosk.open_visit import OpenVisit
from kiosk.record import Unwritable
from kiosk.rules.messages import Outcome, RunEnded, Test
from kiosk.rules.quality_control.timing import interrupted, too_soon
from kiosk.rules.ruling import Ruling
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Visit
from kiosk.run import Loading, Place, Run

READ = "read"  # the timed step that an analyzer does by itself
POLL = 0.3  # seconds between two questions to an analyzer whose run is not over


class Testing:
    """`read` asks the tester for everything it holds, so many seconds from now; `control` is its blank's channel."""

    def __init__(
        self,
        open_visit: OpenVisit,
        read: Callable[[float], None],
        place: Place,
        control: int | None,
        clock: Clock,
        captures: Path,
    ) -> None:
        self._open = open_visit
        self._read = read
        self._place = place
        self._control = control
        self._clock = clock
        self._captures = captures

    @property
    def ready(self) -> bool:
        """The tester's old records are known: whatever is new from now on belongs to this run."""
        return self._open.run is not None and self._open.run.based is not None

    def begin(self, visit: Visit, run_id: str) -> None:
        self._open.move(visit, run=Run(run_id))
        self._read(0.0)

    def fail(self, problem: Sentence) -> None:
        """The run is given up, which is recorded; the sample may be tested anew."""
        rules, recorded = self._open.rules(), () if self._open.run is None else self._open.run.notes
        visit = replace(self._open.visit, tests=(*self._open.visit.tests, *recorded))
        failed = turn.run_failed(visit, problem)
        number = "" if self._open.run is None else self._open.run.id
        method = "" if rules.method is None else rules.method.rule
        self._open.move(failed, RunEnded(number, method, problem.key, problem.facts, visit=visit.id))

    def tester_ready(self, *, same: bool) -> None:
        """The analyzer is there, or there again: a run that waits for it goes on, but not on another analyzer."""
        if self._open.stage is Stage.TESTING and not same:
            self.fail(Sentence("visit.run_interrupted"))
        elif self._open.stage is Stage.TESTING:
            self._open.tell(turn.noticed(self._open.visit, None))
            self._read(0.0)

    def take_up(self) -> None:
        """After a restart: a run whose tests are all recorded is finished, one that never began failed."""
        begun = None if self._open.run is None else self._open.run.based
        broken = None if begun is None else interrupted(begun, self._clock.moment())
        if self._open.run is None:
            self.fail(Sentence("visit.run_interrupted"))
        elif self._open.run.notes and self._wanted() <= 0:
            self._finish(self._open.run)
        elif broken is not None:
            self.fail(broken.say)

    def heard(self, event: AnalyzerRead) -> None:
        """Everything that the tester holds now."""
        current = self._open.run
        if self._open.stage is not Stage.TESTING or current is None:
            return
        if self._open.rules().method is None:  # an order of the county took it away: nothing can be judged by it
            self.fail(Sentence("visit.run_lost"))
            return
        now = self._clock.moment()
        if current.based is None:
            self._open.move(self._open.visit, run=run.based(current, event.identity, event.readings, now))
            self._read(POLL)
            return
        loaded = run.loading(current, event.identity, event.readings, self._control)
        early = self._too_soon(now.uptime - current.based.uptime)
        if loaded and early is not None:
            self._set_aside(event, current, loaded, early)
        elif loaded.complete(self._wanted()):
            self._record(event, current, loaded)
            return
        self._read(POLL)

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
        try:
            return blobs.keep(self._captures, self._clock.now().text[:7], event.capture)
        except OSError as refused:
            raise Unwritable(f"capture: {refused}") from refused

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
        )
        note = run.note_from(self._open.record.last + 1, test)
        current = run.noted(current, event.identity, sample, note)
        self._open.move(visit, test, current)
        return current

    def _finish(self, finished: Run) -> None:
        visit = turn.run_finished(self._open.visit, self._open.rules(), finished.notes)
        self._open.move(turn.noticed(visit, visit.notice or self._why_invalid(finished)))

    def _why_invalid(self, finished: Run) -> Sentence | None:
        """The reason of an invalid test, so that the person knows what to do; None for every other outcome."""
        test = self._open.record.read(finished.notes[-1].seq)
        if not isinstance(test, Test) or test.verdict.outcome is not Outcome.INVALID:
            return None
        return Sentence(test.verdict.reason, test.verdict.facts)
