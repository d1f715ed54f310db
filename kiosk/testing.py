"""Runs of one analyzer: waits for what is new in it, and hands each loading on to be judged (kiosk.judging).

A run belongs to its visit, which may stand aside while it goes on. Owned by the attendant's thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from drivers.reading import Reading
from kiosk import leftovers, resume, retold, run
from kiosk.clock import Clock
from kiosk.curves import Curves
from kiosk.devices import AnalyzerRead
from kiosk.guide import AnalyzerAsks, AnalyzerWaits, Guided
from kiosk.judging import Judging, Session
from kiosk.leading import Leading, behind, without, without_any
from kiosk.open_visit import OpenVisit
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import EntryBody, Outcome, RunEnded, Test
from kiosk.rules.quality_control.instrument import ambient_rulings
from kiosk.rules.quality_control.timing import interrupted, too_soon
from kiosk.rules.ruling import Ruling, findings
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import inspection
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Turn, Visit, VisitRules
from kiosk.run import Air, Loading, Place, Run
from kiosk.run_quality import READ, Quality, Room
from kiosk.screen import Step
from kiosk.serving import Tester

POLL = 0.3  # seconds between two questions to an analyzer whose run is not over


@dataclass(frozen=True, slots=True)
class Bedside:
    """What every run here shares. `captures`: the folder of raw bytes; `room`: °C and % relative, None unmeasured."""

    place: Place
    clock: Clock
    captures: Path
    room: Room = lambda: None


class Testing:
    """`read` asks this analyzer for everything it holds, so many seconds from now.

    `line`: its own, where a person is led through its run. One that is dated is only asked for what it measured
    yesterday and today.
    """

    def __init__(
        self,
        open_visit: OpenVisit,
        tester: Tester,
        read: Callable[[float], None],
        beside: Bedside,
        line: Callable[[], Guided | None] = lambda: None,
    ) -> None:
        self.tester = tester
        self.curves = Curves()
        self.problem: Sentence | None = None  # why the instrument does not answer now
        self._open = open_visit
        self._read = read
        self._beside = beside
        self._clock = beside.clock
        self._leading = Leading(line, tester.control)
        quality = Quality(open_visit.record, beside.clock, beside.room)
        self._judging = Judging(open_visit, beside.place, self._measured_air, quality)
        self._needed = False  # an analyzer that forgets waits, with records that its run has not taken yet

    # --- what is on here ------------------------------------------------------------------------------------------

    @property
    def visit(self) -> Visit | None:
        """Whose run is on here, on the screen or aside."""
        mine = (one for one in self._open.all() if one.analyzer == self.tester.name and not one.queued)
        return next((one for one in mine if turn.stands(one) is Stage.TESTING), None)

    @property
    def run(self) -> Run | None:
        visit = self.visit
        return None if visit is None else self._open.run_of(visit.id)

    @property
    def ready(self) -> bool:
        """The old records are known: whatever is new from now on belongs to this run."""
        current = self.run
        return current is not None and current.based is not None

    @property
    def led(self) -> bool:
        return self._leading.needed

    @property
    def step(self) -> Step | None:
        """What the person at the analyzer is to do now, or how long to wait."""
        return self._leading.step

    @property
    def holes(self) -> tuple[int, ...]:
        """Where the samples of this run stand, as far as anybody planned it."""
        visit, current = self.visit, self.run
        if visit is None or current is None:
            return ()
        if visit.turn is Turn.STAFF:
            return tuple(place.channel for place in visit.placed if place.channel is not None)
        return behind(self.tester.control, max(self._wanted(visit, current), 1))

    def day(self) -> date:
        """About which the analyzer is asked. Asked from its own thread as well."""
        current = self.run
        return self._clock.now().at.date() if current is None or current.day is None else current.day

    # --- begun and ended ------------------------------------------------------------------------------------------

    def begin(self, visit: Visit, run_id: str) -> None:
        """Of the turn on the screen. Where a person is led, everything that is read is of this run; else what is old
        has to be known first.
        """
        current = Run(run_id, based=self._clock.moment() if self.led else None, day=self._clock.now().at.date())
        begun, warned = turn.run_begun(visit, self.tester.name), self._rulings(visit)
        self.curves.clear()
        self._open.move(turn.noticed(begun, warned[0].say) if warned else begun, run=current)
        self._ask(begun, current)

    def asked(self, event: AnalyzerAsks | AnalyzerWaits) -> None:
        """The instrument wants something done, or time."""
        visit, current = self.visit, self.run
        if visit is not None and current is not None and self._leading.heard(event, current.id):
            self._open.say(visit.id, visit.notice)

    def did(self, number: str) -> None:
        """The person has done what the step with this number asked."""
        visit = self.visit
        if visit is not None and self._leading.did(number):
            self._open.say(visit.id, visit.notice)

    def fail(self, problem: Sentence) -> None:
        """The run is given up, which is recorded; the samples may be tested anew. Raises OutOfTurn when none is on."""
        visit, current = self.visit, self.run
        if visit is None:
            raise OutOfTurn("run_failed", self._open.stage)
        self._leading.end()
        self._open.advance(visit.id, lambda one: _failed(one, current, problem), self._ended(visit, current, problem))
        if self._needed:
            self._needed = False
            self._read(0.0)

    def too_long(self) -> None:
        """The run has not come to an end in its time. A device whose own date is wrong has nothing of these days."""
        if self.tester.dated:
            self.fail(Sentence("visit.run_nothing_new", {"today": str(self.day())}))
        else:
            self.fail(Sentence("visit.run_too_long"))

    def lost(self, problem: Sentence) -> None:
        """The analyzer failed. What a person was led through cannot be taken up; else the run waits for it."""
        self.problem, visit = problem, self.visit
        if visit is None:
            return
        if self._leading.begun:
            self.fail(problem)
        else:
            self._open.say(visit.id, problem)

    def tester_ready(self, *, same: bool) -> None:
        """The analyzer is there, or there again: a run that waits for it goes on, but not on another analyzer."""
        self.problem, visit, current = None, self.visit, self.run
        if visit is None:
            return
        if not same:
            self.fail(Sentence("visit.run_interrupted"))
            return
        self._open.say(visit.id, None)
        if current is not None:
            self._ask(visit, current)

    def take_up(self) -> None:
        """After a restart: a run whose tests are all recorded is finished, one that never began failed."""
        visit, current = self.visit, self.run
        if visit is None:
            return
        begun = None if current is None else current.based
        broken = None if begun is None else interrupted(begun, self._clock.moment())
        if current is None:
            self.fail(Sentence("visit.run_interrupted"))
        elif current.notes and not self._wanted(visit, current):
            self._finish(visit.id)
        elif self.led:
            self.fail(Sentence("visit.run_interrupted"))
        elif broken is not None:
            self.fail(broken.say)

    # --- what the analyzer tells ----------------------------------------------------------------------------------

    def heard(self, event: AnalyzerRead) -> bool:
        """Everything that the analyzer holds now. True: the run needs it again, with what comes next."""
        visit, current = self.visit, self.run
        self._needed = visit is not None and current is not None and self._heard(event, visit, current)
        return self._needed

    def capture(self, event: AnalyzerRead) -> str:
        """The raw bytes of a session, durable; their hash. Raises Unwritable."""
        return leftovers.keep(self._beside.captures, self._clock.now().text[:7], event.capture)

    def _heard(self, event: AnalyzerRead, visit: Visit, current: Run) -> bool:
        if self._open.rules_of(visit).method is None:  # an order of the county took it away: nothing can be judged
            self.fail(Sentence("visit.run_lost"))
        elif not current.goes_on_with(event.identity):
            self.fail(Sentence("visit.run_interrupted"))
        elif self.led:
            self._take_led(event, visit, current)
        elif current.based is None:
            self._base(event, visit, current)
        else:
            return self._take(event, visit, current, self._clock.moment().uptime - current.based.uptime)
        return False

    def _ask(self, visit: Visit, current: Run) -> None:
        method = self._open.rules_of(visit).method
        reaction = None if method is None else method.step(READ)
        if self.led:
            holes = self._holes(visit, current)
            self._leading.begin(current.id, None if reaction is None else reaction.least, holes)
        else:
            self._read(0.0)

    def _base(self, event: AnalyzerRead, visit: Visit, current: Run) -> None:
        """What is old: all that the tester holds; of one that forgets, what it may tell once more."""
        old = retold.lately(self._open.record, event.identity.profile) if event.forgotten else event.readings
        based = run.based(current, event.identity, old, self._clock.moment())
        self._open.advance(visit.id, _same, run=based)
        self._read(POLL)

    def _take(self, event: AnalyzerRead, visit: Visit, current: Run, waited: timedelta) -> bool:
        """What is new, `waited` after the run began. True: not all that the run needs."""
        if not event.forgotten and run.replaced(current, event.identity, event.readings):
            self.fail(Sentence("visit.run_interrupted"))
            return False
        loaded = run.loading(current, event.identity, event.readings, self.tester.control, once=event.forgotten)
        self._draw(visit, loaded)
        early = self._too_soon(visit, waited)
        if loaded and early is not None:
            self._set_aside(event, visit, loaded, early)
        elif self._complete(visit, current, loaded):
            self._record(event, visit, current, loaded)
            return False
        self._read(POLL)
        return bool(loaded) and early is None

    def _take_led(self, event: AnalyzerRead, visit: Visit, current: Run) -> None:
        """All that this run came to. A box that slept does not know how long the reaction took."""
        if event.run != current.id:
            return
        whole = run.loading(current, event.identity, event.readings, self.tester.control, once=True)
        if visit.turn is Turn.STAFF:
            loaded, missing = without_any(whole, self.tester.control, self._holes(visit, current))
        else:
            loaded, missing = without(whole, self.tester.control, self._wanted(visit, current))
        slept = None if current.based is None else interrupted(current.based, self._clock.moment())
        problem = missing if slept is None else slept.say
        if problem is None:
            self._leading.end()
            self._record(event, visit, current, loaded)
            return
        self._observe(event, visit, loaded)
        self.fail(problem)

    def _draw(self, visit: Visit, loaded: Loading) -> None:
        readings = [reading for sample in (loaded.control, *loaded.samples) for reading in sample]
        if self.curves.add(readings):
            self._open.say(visit.id, visit.notice)

    def _too_soon(self, visit: Visit, waited: timedelta) -> Ruling | None:
        """What comes sooner than the analyzer can measure was put in by the person before."""
        method = self._open.rules_of(visit).method
        return None if method is None else too_soon(waited, [step for step in method.steps if step.id == READ])

    def _set_aside(self, event: AnalyzerRead, visit: Visit, loaded: Loading, why: Ruling) -> None:
        """Measured all the same, so recorded, but as nobody's test."""
        self._observe(event, visit, loaded)
        self._open.say(visit.id, why.say)

    def _observe(self, event: AnalyzerRead, visit: Visit, loaded: Loading) -> None:
        of = Session(event, self.capture(event))
        self._judging.observe(of, visit.id, (loaded.control, *loaded.samples))

    # --- what a run is to give ------------------------------------------------------------------------------------

    def _wanted(self, visit: Visit, current: Run) -> int:
        """Samples that this run still owes."""
        if visit.turn is Turn.STAFF:
            return len(run.owed(visit, current))
        return resume.wanted(visit, self._open.rules_of(visit)) - len(current.notes)

    def _holes(self, visit: Visit, current: Run) -> tuple[int, ...]:
        if visit.turn is not Turn.STAFF:
            return behind(self.tester.control, self._wanted(visit, current))
        samples = [place.channel for place in run.owed(visit, current)]
        return tuple(channel for channel in (*samples, visit.positive) if channel is not None)

    def _complete(self, visit: Visit, current: Run, loaded: Loading) -> bool:
        if visit.turn is not Turn.STAFF:
            wanted = self._wanted(visit, current)
            return loaded.complete(wanted, controlled=self.tester.control is not None)
        told = bool(loaded.control) or self.tester.control is None
        spiked = visit.positive is None or bool(_at(loaded, visit.positive))
        return told and spiked and all(run.standing_at(loaded, place) for place in run.owed(visit, current))

    def _record(self, event: AnalyzerRead, visit: Visit, current: Run, loaded: Loading) -> None:
        of = Session(event, self.capture(event))
        if visit.turn is Turn.STAFF:
            self._record_bench(of, visit, current, loaded)
        else:
            wanted = self._wanted(visit, current)
            self._judging.observe(of, visit.id, loaded.samples[wanted:])
            for sample in loaded.samples[:wanted]:
                self._judging.one(of, visit.id, loaded.control, sample)
        self._finish(visit.id)

    def _record_bench(self, of: Session, visit: Visit, current: Run, loaded: Loading) -> None:
        """By channel: what stood where nobody bound anything is nobody's test."""
        planned = [run.standing_at(loaded, place) for place in run.owed(visit, current)]
        positive = None if visit.positive is None else _at(loaded, visit.positive)
        mine = [*planned, *([] if positive is None else [positive])]
        self._judging.observe(of, visit.id, [sample for sample in loaded.samples if sample not in mine])
        self._judging.many(of, visit.id, loaded, positive)

    def _finish(self, visit: str) -> None:
        here, current = self._open.find(visit), self._open.run_of(visit)
        if here is None or current is None:
            return
        rules, channels = self._open.rules_of(here), self._channels()
        why = self._why_invalid(current)
        self._leading.end()
        self._open.advance(visit, lambda one: _finished(one, rules, current, channels, why))

    def _channels(self) -> tuple[int, ...]:
        return tuple(channel for channel in self.tester.channels if channel != self.tester.control)

    def _why_invalid(self, finished: Run) -> Sentence | None:
        """The reason of an invalid test, so that the person knows what to do; None for every other outcome."""
        test = self._open.record.read(finished.notes[-1].seq)
        if not isinstance(test, Test) or test.verdict.outcome is not Outcome.INVALID:
            return None
        return Sentence(test.verdict.reason, test.verdict.facts)

    # --- the room -------------------------------------------------------------------------------------------------

    def _rulings(self, visit: Visit | None) -> tuple[Ruling, ...]:
        """Of the room, where anything measures it; they warn and stop nobody."""
        air = self._beside.room()
        rules = self._open.rules() if visit is None else self._open.rules_of(visit)
        return () if air is None else ambient_rulings(*air, rules.settings)

    def _measured_air(self) -> Air:
        temperature, humidity = self._beside.room() or (None, None)
        return Air(temperature, humidity, findings(self._rulings(self.visit)))

    def _ended(self, visit: Visit, current: Run | None, problem: Sentence) -> EntryBody:
        method = self._open.rules_of(visit).method
        number, rule = "" if current is None else current.id, "" if method is None else method.rule
        samples = tuple(dict.fromkeys(place.sample for place in visit.placed))
        return RunEnded(number, rule, problem.key, problem.facts, samples, visit=visit.id)


def _same(visit: Visit) -> Visit:
    return visit


def _at(loaded: Loading, channel: int) -> tuple[Reading, ...]:
    return next((one for one in loaded.samples if one[0].channel == channel), ())


def _failed(visit: Visit, current: Run | None, problem: Sentence) -> Visit:
    return turn.run_failed(run.with_notes(visit, current), problem)


def _finished(visit: Visit, rules: VisitRules, current: Run, channels: tuple[int, ...], why: Sentence | None) -> Visit:
    """One person's turn is told why; of a bench every sample is told on its own."""
    if visit.turn is not Turn.STAFF:
        judged = turn.run_finished(visit, rules, current.notes)
        return turn.noticed(judged, judged.notice or why)
    judged = inspection.samples_judged(visit, rules, run.notes_by_sample(current))
    if judged.stage is not Stage.RETESTING:
        return judged
    return inspection.repeats_placed(judged, rules, channels)
