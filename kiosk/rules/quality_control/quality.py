"""Quality control of one run, as two questions: may it begin (`before_run`), and may its readings count (`after_run`).

Everything that is known goes in as one value; every ruling comes out, the stops first. The entry keeps them all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from kiosk.rules.messages import Outcome
from kiosk.rules.quality_control import control, instrument, reagent, timing, tubes
from kiosk.rules.quality_control.control import Around, Blank, Controls
from kiosk.rules.quality_control.reagent import InUse
from kiosk.rules.quality_control.timing import Moment, Timer
from kiosk.rules.quality_control.tubes import Tubes
from kiosk.rules.ruling import Ruling
from kiosk.rules.settings import CountySettings
from kiosk.rules.testing.methods import BatchControl, Formula, MethodPack, TimedStep


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is known before a run is loaded. `trusted`: something vouches for the clock that gave `at`."""

    method: MethodPack
    settings: CountySettings
    at: datetime
    trusted: bool
    reagents: tuple[InUse, ...]
    controls: Controls = ()  # of this analyzer and method, oldest first
    calibrated: date | None = None
    temperature: Decimal | None = None  # °C beside the analyzer
    humidity: Decimal | None = None  # % relative


@dataclass(frozen=True, slots=True)
class Readout:
    """What is known once its readings are there."""

    method: MethodPack
    settings: CountySettings
    started: Moment  # of the run, on the box
    sample: Around  # `when` is when the readings came
    blank: Blank | None = None
    blank_outcome: Outcome | None = None  # of a blank that is read, not measured
    spiked: Outcome | None = None
    blanks: Mapping[int, Decimal] = field(default_factory=dict)  # ΔA0 by channel, where the blank stood in several
    steps: tuple[TimedStep, ...] = ()  # what people do
    timers: tuple[Timer, ...] = ()
    own_steps: tuple[TimedStep, ...] = ()  # what the analyzer does by itself
    tubes: Tubes = ()
    channels: tuple[int | None, ...] = ()  # that gave a result


def before_run(facts: RunFacts) -> tuple[Ruling, ...]:
    """A method whose every batch holds a positive control needs none beside it."""
    settings = facts.settings
    in_batch = BatchControl.POSITIVE in facts.method.controls
    return _sorted(
        (
            instrument.clock_ruling(trusted=facts.trusted),
            instrument.calibration_ruling(facts.calibrated, timing.day_of(facts.at), settings),
            *instrument.ambient_rulings(facts.temperature, facts.humidity, settings),
            None if in_batch else control.positive_standing(facts.controls, facts.at, settings),
            control.channels_standing(facts.controls),
            *_reagents(facts),
        )
    )


def after_run(read: Readout) -> tuple[Ruling, ...]:
    """A break of the clocks is told once, and then nothing that rests on them."""
    now = read.sample.when
    broken = timing.interrupted(read.started, now)
    timed = () if broken else timing.step_rulings(read.steps, read.timers, now)
    soon = None if broken else timing.too_soon(now.uptime - read.started.uptime, read.own_steps)
    loaded = tubes.run_rulings(read.tubes, read.sample.run, read.channels)
    return _sorted((broken, soon, *timed, *_guarded(read), *loaded))


def _guarded(read: Readout) -> tuple[Ruling | None, ...]:
    """What vouches for the readings: a blank that is measured, a blank card, or the controls of the batch."""
    method, settings = read.method, read.settings
    match method.formula:
        case Formula.STRIP:
            return control.batch_rulings(read.blank_outcome, read.spiked, method.controls)
        case Formula.CARD:
            blank: tuple[Ruling | None, ...] = (control.card_ruling(read.blank_outcome),)
        case Formula.INHIBITION | Formula.CURVE:
            blank = control.blank_rulings(read.blank, read.sample, method, settings)
    spiked = control.batch_rulings(None, read.spiked, {BatchControl.POSITIVE}.intersection(method.controls))
    return (*blank, *spiked, control.drift_ruling(read.blanks, settings))


def _reagents(facts: RunFacts) -> list[Ruling]:
    rule, curve = facts.method.rule, facts.method.formula is Formula.CURVE
    taken = facts.reagents or reagent.kit((), "", None)
    found = [reagent.reagent_rulings(one, rule, facts.at, curve=curve) for one in taken]
    return [ruling for rulings in found for ruling in rulings]


def _sorted(found: Iterable[Ruling | None]) -> tuple[Ruling, ...]:
    """Each once, the stops before the warnings."""
    once: list[Ruling] = []
    for ruling in found:
        if ruling is not None and ruling not in once:
            once.append(ruling)
    return tuple(sorted(once, key=lambda ruling: not ruling.stops))
