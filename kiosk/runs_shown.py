"""Runs, turns aside and the bench as the screen draws them. Names are masked: whoever stands there sees them all."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from kiosk.bench import Bench
from kiosk.bench_results import blank_of, reason_of, results_of, spiked_of
from kiosk.clock import Clock
from kiosk.open_visit import OpenVisit
from kiosk.record import Record
from kiosk.rules.messages import Outcome, SampleTaken
from kiosk.rules.personal import masks
from kiosk.rules.quality_control import reagent
from kiosk.rules.quality_control.timing import Phase, checked, interrupted
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Loaded, Stage, StepTimer, Turn, Visit
from kiosk.run import Run
from kiosk.run_quality import READ, people_do, timer_of
from kiosk.runs import Runs
from kiosk.screen import (
    Alarm,
    Aside,
    ChannelShown,
    LoadingShown,
    RunShown,
    RunState,
    SampleShown,
    Step,
    TesterShown,
    TimerShown,
)
from kiosk.serving import Settings, Tester
from kiosk.testing import Testing

ALARMS = 20
ALARM_DAYS = timedelta(days=2)
LOTS = 12  # of reagents, the newest
AT_THE_BENCH = (Stage.LOADING, Stage.RETESTING, Stage.RESULT)
GRAVEST = (Outcome.POSITIVE, Outcome.SUSPECT, Outcome.INVALID, Outcome.NEGATIVE)

Came = Callable[[Iterable[Loaded], Record], tuple[Outcome | None, Sentence | None]]


class RunsShown:
    def __init__(self, open_visit: OpenVisit, runs: Runs, bench: Bench, settings: Settings, clock: Clock) -> None:
        self._open = open_visit
        self._runs = runs
        self._bench = bench
        self._settings = settings
        self._clock = clock

    # --- runs -----------------------------------------------------------------------------------------------------

    def runs(self) -> tuple[RunShown, ...]:
        """Of every analyzer that is at work."""
        return tuple(shown for testing in self._runs.all() if (shown := self._run(testing)) is not None)

    def _run(self, testing: Testing) -> RunShown | None:
        visit, current = testing.visit, testing.run
        if visit is None or current is None:
            return None
        method = self._open.rules_of(visit).method
        timers = self._of_run(method, current)
        broken = current.based is not None and interrupted(current.based, self._clock.moment()) is not None
        began = 0.0 if current.based is None or broken else current.based.uptime.total_seconds()
        step = testing.step
        return RunShown(
            run=current.id,
            analyzer=testing.tester.name,
            visit=visit.id,
            state=_state(testing),
            began=began,
            ends=_ends(step, timers),
            step=step,
            who=_who(visit),
            slip=visit.slip,
            channels=_channels(visit, testing),
            problem=testing.problem,
            staff=visit.turn is Turn.STAFF,
            method="" if method is None else method.id,
            timers=timers,
            over=any(one.phase == Phase.MISSED for one in timers),
        )

    def _of_run(self, method: MethodPack | None, current: Run) -> tuple[TimerShown, ...]:
        """What the analyzer needs by itself."""
        own = None if method is None else method.step(READ)
        if method is None or own is None or current.based is None:
            return ()
        return (self._timed(method, StepTimer(own.id, current.based.text)),)

    # --- aside ----------------------------------------------------------------------------------------------------

    def aside(self) -> tuple[Aside, ...]:
        """The oldest first."""
        return tuple(self._aside(visit) for visit in self._open.parked.values())

    def _aside(self, visit: Visit) -> Aside:
        current = self._open.run_of(visit.id)
        return Aside(
            visit=visit.id,
            stage=turn.stands(visit),
            who=self._staff(visit) if visit.turn is Turn.STAFF else _who(visit),
            slip=visit.slip,
            product=visit.product,
            since=visit.since,
            worst=_worst(visit),
            place=self._runs.place(visit),
            called=self._runs.called(visit),
            run="" if current is None else current.id,
            staff=visit.turn is Turn.STAFF,
            over=any(one.phase == Phase.MISSED for one in self._timers(visit)),
        )

    def _staff(self, visit: Visit) -> str:
        known = self._open.record.tables.orders.staff()
        return next((masks.name(one.name) for one in known if one.id == visit.staff), "")

    def alarms(self) -> tuple[Alarm, ...]:
        """Positives of the last days."""
        since = (self._clock.now().at - ALARM_DAYS).date().isoformat()
        return tuple(Alarm(*row) for row in self._open.record.tables.work.alarms(ALARMS, since))

    def queue(self) -> int:
        return self._runs.place(self._open.visit)

    def back_at(self) -> str:
        visit = self._open.visit
        return self._runs.expected(visit).back_at if visit.stage is Stage.TESTING else ""

    # --- clocks ---------------------------------------------------------------------------------------------------

    def timers(self) -> tuple[TimerShown, ...]:
        """Those that were begun in the turn on the screen."""
        return self._timers(self._open.visit)

    def phases(self) -> tuple[str, ...]:
        """Of every clock that is drawn somewhere: they change by themselves, as time goes."""
        own = [one for testing in self._runs.all() if testing.run is not None for one in self._own(testing)]
        return tuple(one.phase for one in (*own, *(one for visit in self._open.all() for one in self._timers(visit))))

    def _own(self, testing: Testing) -> tuple[TimerShown, ...]:
        visit, current = testing.visit, testing.run
        if visit is None or current is None:
            return ()
        return self._of_run(self._open.rules_of(visit).method, current)

    def _timers(self, visit: Visit) -> tuple[TimerShown, ...]:
        found = ((self._method(visit, one), one) for one in visit.timers)
        return tuple(self._timed(method, one) for method, one in found if method is not None and method.step(one.step))

    def _method(self, visit: Visit, timer: StepTimer) -> MethodPack | None:
        return self._bench.method(timer.method) if timer.method else self._open.rules_of(visit).method

    def _timed(self, method: MethodPack, timer: StepTimer) -> TimerShown:
        step = method.step(timer.step)
        if step is None:
            return TimerShown(timer.step, {}, 0, None)
        value = timer_of(timer, step)
        phase = checked(value, self._clock.moment()).phase
        ended = bool(timer.ended) and phase is Phase.OPEN
        began = value.started.uptime.total_seconds()
        return TimerShown(step.id, step.names, step.least, step.most, began, "done" if ended else phase)

    # --- the bench ------------------------------------------------------------------------------------------------

    def loading(self) -> LoadingShown | None:
        visit = self._open.visit
        if visit.turn is not Turn.STAFF or visit.stage not in AT_THE_BENCH:
            return None
        tester = self._settings.tester(visit.analyzer)
        method = self._open.rules().method
        in_use = () if method is None else self._bench.quality.in_use(visit, method)
        return LoadingShown(
            analyzer=visit.analyzer,
            testers=tuple(self._tester(one, visit) for one in self._settings.testers),
            channels=() if tester is None else self._places(visit, tester),
            samples=self._samples(visit),
            picked=self._bench.picked,
            reagent=visit.reagent,
            reagents=tuple(body.lot for _, body in self._open.record.tables.work.reagents(LOTS)),
            left=_each_once(said for one in in_use for said in reagent.told(one)),
            rulings=() if visit.stage is Stage.RESULT or tester is None else self._bench.rulings(visit),
            timers=self._steps(visit, method),
            positive=visit.positive,
            results=results_of(visit.loaded, self._open.record) if visit.stage is Stage.RESULT else (),
        )

    def _tester(self, tester: Tester, visit: Visit) -> TesterShown:
        method = self._settings.rules_of(tester.name, self._clock.now().at).method
        busy = not self._runs.is_free(tester.name, visit.id)
        ready, id_ = self._runs.there(tester.name) is not None, "" if method is None else method.id
        return TesterShown(tester.name, ready, busy, id_, tester.channels, tester.control)

    def _places(self, visit: Visit, tester: Tester) -> tuple[ChannelShown, ...]:
        """Before the repeats: where they are to stand; else what stands where, with what it came to."""
        return tuple(self._place(visit, tester, channel) for channel in tester.channels)

    def _place(self, visit: Visit, tester: Tester, channel: int) -> ChannelShown:
        if channel == tester.control:
            return self._control(visit, ChannelShown(channel, "control"), blank_of)
        if channel == visit.positive:
            return self._control(visit, ChannelShown(channel, "positive"), spiked_of)
        again = {place.channel: place.sample for place in visit.placed} if visit.stage is Stage.RETESTING else {}
        found = (
            one
            for one in visit.loaded
            if (one.channel == channel if not again else again.get(channel) == one.sample.sample_code)
        )
        one = next(found, None)
        return ChannelShown(channel, "empty") if one is None else self._told(one, channel)

    def _control(self, visit: Visit, bare: ChannelShown, came: Came) -> ChannelShown:
        """What it came to in the run that has ended; before that nothing is known of it."""
        if visit.stage not in (Stage.RESULT, Stage.RETESTING):
            return bare
        outcome, reason = came(visit.loaded, self._open.record)
        return replace(bare, outcome=outcome, reason=reason)

    def _told(self, one: Loaded, channel: int) -> ChannelShown:
        last = one.notes[-1] if one.notes else None
        return ChannelShown(
            channel,
            "sample",
            sample=one.sample.sample_code,
            tube=one.tube,
            product=one.sample.product,
            outcome=None if last is None else last.outcome,
            value="" if last is None else last.value_shown,
            reason=reason_of(last, self._open.record),
        )

    def _samples(self, visit: Visit) -> tuple[SampleShown, ...]:
        """Those of this run first."""
        here = {one.sample.sample_code: one for one in visit.loaded}
        waiting = [one for _, one in self._bench.samples()] if visit.stage is Stage.LOADING else []
        fresh = [one for one in waiting if one.sample_code not in here]
        bound = tuple(_sample(one.sample, one.channel, one.tube) for one in here.values())
        return (*bound, *(_sample(one) for one in fresh))

    def _steps(self, visit: Visit, method: MethodPack | None) -> tuple[TimerShown, ...]:
        """Every step that people do, with the clock that was begun last."""
        begun = {one.step: one for one in visit.timers if not one.method}
        steps = () if method is None else people_do(method)
        return tuple(
            TimerShown(step.id, step.names, step.least, step.most)
            if method is None or step.id not in begun
            else self._timed(method, begun[step.id])
            for step in steps
        )


def _state(testing: Testing) -> RunState:
    if testing.problem is not None:
        return RunState.LOST
    if not testing.ready:
        return RunState.BASING
    if testing.led:
        step = testing.step
        return RunState.READING if step is None else RunState.ASKING if step.word else RunState.REACTING
    return RunState.READING if testing.curves.begun else RunState.READY


def _ends(step: Step | None, timers: Iterable[TimerShown]) -> float:
    if step is not None and step.ends:
        return step.ends
    return max((one.began + one.least for one in timers if one.began and one.phase != Phase.BROKEN), default=0.0)


def _channels(visit: Visit, testing: Testing) -> tuple[ChannelShown, ...]:
    """What stands where, with what was read of it so far."""
    tester, by_channel = testing.tester, {place.channel: place.sample for place in visit.placed}
    products = {one.sample.sample_code: one.sample.product for one in visit.loaded}
    tubes = {one.sample.sample_code: one.tube for one in visit.loaded}
    holes = testing.holes
    shown = [] if tester.control is None else [_curve(testing, tester.control, "control")]
    shown += [] if visit.positive is None else [_curve(testing, visit.positive, "positive")]
    for hole in holes:
        code = by_channel.get(hole, visit.slip)
        facts = (code, tubes.get(code, ""), products.get(code, visit.product))
        shown.append(_curve(testing, hole, "sample", *facts))
    return tuple(shown)


def _curve(
    testing: Testing, channel: int, use: str, sample: str = "", tube: str = "", product: str = ""
) -> ChannelShown:
    curve, unit = testing.curves.of(channel)
    return ChannelShown(channel, use, sample, tube, product, curve, unit)


def _sample(sample: SampleTaken, channel: int | None = None, tube: str = "") -> SampleShown:
    who = masks.name(sample.subject_name)
    return SampleShown(sample.sample_code, sample.product, who, sample.taken_at, channel, tube)


def _each_once(told: Iterable[Sentence]) -> tuple[Sentence, ...]:
    kept: list[Sentence] = []
    for one in told:
        if one not in kept:
            kept.append(one)
    return tuple(kept)


def _who(visit: Visit) -> str:
    return masks.name(visit.subject.name if visit.subject else "")


def _worst(visit: Visit) -> Outcome | None:
    told = {note.outcome for note in (*visit.tests, *(note for one in visit.loaded for note in one.notes))}
    return next((outcome for outcome in GRAVEST if outcome in told), None)
