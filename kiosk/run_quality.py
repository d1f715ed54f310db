"""What the record knows for the quality control of a run at the bench; the rules judge (rules.quality_control).

Asked of staff's runs: a producer who serves himself registers no reagent and stops no clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from drivers.reading import Reading
from kiosk.clock import Clock
from kiosk.record import Record
from kiosk.rules.messages import Control, Outcome, TubeBound
from kiosk.rules.quality_control import instrument, reagent, timing
from kiosk.rules.quality_control.control import Around, Blank, Controls
from kiosk.rules.quality_control.quality import Readout, RunFacts, after_run, before_run
from kiosk.rules.quality_control.reagent import InUse, State
from kiosk.rules.quality_control.timing import Moment, Timer, moment_from
from kiosk.rules.ruling import Ruling
from kiosk.rules.settings import CountySettings
from kiosk.rules.testing.assay import change_of
from kiosk.rules.testing.methods import MethodPack, TimedStep
from kiosk.rules.visits.turn import Placed, Planned, StepTimer, Visit, VisitRules
from kiosk.run import Run

READ = "read"  # the timed step that an analyzer does by itself
CONTROLS = 50  # of an instrument, the newest: its last positive one stands among them

Room = Callable[[], tuple[Decimal | None, Decimal | None] | None]


@dataclass(frozen=True, slots=True)
class Readings:
    """What a run came to, as far as quality control asks."""

    blank: tuple[Reading, ...]
    positive: Outcome | None
    channels: tuple[int | None, ...]


class Quality:
    """`room`: °C and % relative beside the analyzers, None where nothing measures them."""

    def __init__(self, record: Record, clock: Clock, room: Room) -> None:
        self._record = record
        self._clock = clock
        self._room = room

    def before(self, visit: Visit, rules: VisitRules, profile: str) -> tuple[Ruling, ...]:
        """Whether the run may begin. `profile`: of the analyzer; empty while it has not answered."""
        method = rules.method
        if method is None:
            return ()
        now = self._clock.now()
        temperature, humidity = self._room() or (None, None)
        facts = RunFacts(
            method=method,
            settings=rules.settings,
            at=now.at,
            trusted=now.trusted,
            reagents=self._kit(visit, method),
            controls=self._controls(profile, method),
            calibrated=self._calibrated(profile),
            temperature=temperature,
            humidity=humidity,
        )
        steps = timing.step_rulings(_asked_of(visit, method), _timers(visit, method), self._clock.moment())
        found = (*before_run(facts), *steps)
        return tuple(sorted(found, key=lambda ruling: not ruling.stops))

    def after(self, visit: Visit, run: Run, rules: VisitRules, read: Readings) -> tuple[Ruling, ...]:
        """Whether its readings may count."""
        method = rules.method
        if method is None or run.based is None:
            return ()
        now = self._clock.moment()
        temperature = (self._room() or (None, None))[0]
        around = Around(run.id, now.boot, visit.reagent, now, temperature)
        own = method.step(READ)
        readout = Readout(
            method=method,
            settings=rules.settings,
            started=run.based,
            sample=around,
            blank=Blank(around, change_of(read.blank).value) if read.blank else None,
            spiked=read.positive,
            steps=_asked_of(visit, method),
            timers=_timers(visit, method),
            own_steps=() if own is None else (own,),
            tubes=bound(visit, run.id, visit.placed, ""),
            channels=read.channels,
        )
        return after_run(readout)

    def lot(self, lot: str) -> State | None:
        """What the record says of a reagent lot; None of one that nobody registered."""
        if not lot:
            return None
        events = self._record.tables.work.reagent_events(lot)
        return reagent.state_of(lot, [(self._time(seq), body) for seq, body in events])

    def in_use(self, visit: Visit, method: MethodPack) -> tuple[InUse, ...]:
        return self._kit(visit, method) if visit.reagent else ()

    def calibration_due(self, profile: str, settings: CountySettings) -> str:
        """Day; empty where nobody recorded a calibration."""
        day = self._calibrated(profile)
        return "" if day is None else instrument.due_day(day, settings).isoformat()

    def _kit(self, visit: Visit, method: MethodPack) -> tuple[InUse, ...]:
        used = self._record.tables.work.used_of(visit.reagent)
        return reagent.kit(method.reagents, visit.reagent, self.lot(visit.reagent), used)

    def _calibrated(self, profile: str) -> date | None:
        found = self._record.tables.work.controls(profile, "calibration", 1) if profile else []
        return next((_calibration_day(body, self._time(seq)) for seq, body in found if body.passed), None)

    def _controls(self, profile: str, method: MethodPack) -> Controls:
        """Of this analyzer and method, oldest first."""
        found = self._record.tables.work.controls(profile, "", CONTROLS) if profile else []
        return [(self._time(seq), body) for seq, body in reversed(found) if body.method == method.rule]

    def _time(self, seq: int) -> datetime:
        return datetime.fromisoformat(self._record.tables.time_of(seq))


def _calibration_day(body: Control, noted: datetime) -> date:
    """That of the certificate; of an entry without one, when it was noted."""
    return date.fromisoformat(body.certified_on) if body.certified_on else timing.day_of(noted)


def bound(visit: Visit, run: str, placed: tuple[Placed, ...], by: str) -> tuple[TubeBound, ...]:
    """What stands where in a run; a sample without a tube of its own stands under its own label."""
    tubes: Mapping[str, str] = {one.sample.sample_code: one.tube for one in visit.loaded}
    return tuple(
        TubeBound(tubes.get(one.sample, "") or one.sample, one.sample, run, one.channel, by=by) for one in placed
    )


def people_do(method: MethodPack) -> tuple[TimedStep, ...]:
    """The steps whose clock a person has to watch."""
    return tuple(step for step in method.steps if step.id != READ)


def timer_of(timer: StepTimer, step: TimedStep) -> Timer:
    """Raises Unreadable for what is not ours."""
    ended: Moment | None = moment_from(timer.ended) if timer.ended else None
    return Timer(step, moment_from(timer.began), ended)


def _timers(visit: Visit, method: MethodPack) -> tuple[Timer, ...]:
    steps = {step.id: step for step in method.steps}
    mine = [one for one in visit.timers if one.step in steps and one.method in ("", method.id)]
    return tuple(timer_of(one, steps[one.step]) for one in mine)


def _asked_of(visit: Visit, method: MethodPack) -> tuple[TimedStep, ...]:
    """A repeat is made of the extract that stands there already: only what was timed once more is asked."""
    timed = {one.step for one in visit.timers}
    people = people_do(method)
    return people if visit.planned is not Planned.REPEAT else tuple(step for step in people if step.id in timed)
