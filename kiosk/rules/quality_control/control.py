"""Controls of a run: no verdict without a valid blank of this run, a positive control that works, channels that agree.

Times are arguments. A control is what the log says; `controls` are those of one analyzer and method, oldest first.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from kiosk.rules.messages import Control, Outcome
from kiosk.rules.quality_control.timing import MICROSECOND, Moment, minute
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.settings import CountySettings
from kiosk.rules.testing.methods import BatchControl, Curve, MethodPack, Rate

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
Controls = Sequence[tuple[datetime, Control]]  # with the times of their entries


@dataclass(frozen=True, slots=True)
class Around:
    """What stood around a measurement. `session` changes with every power-up of the box or of the analyzer."""

    run: str
    session: str
    lot: str  # of the reagent
    when: Moment
    temperature: Decimal | None = None  # °C beside the analyzer


@dataclass(frozen=True, slots=True)
class Blank:
    """`value` is its ΔA0, or the absorbance of a reagent blank; None when the readings give none."""

    around: Around
    value: Decimal | None


def blank_rulings(
    blank: Blank | None, sample: Around, method: MethodPack, settings: CountySettings
) -> tuple[Ruling, ...]:
    """Whether this blank may stand for this sample."""
    if blank is None:
        return (stop("control/no_blank", "control.no_blank"),)
    found = (
        _other_loading(blank.around, sample),
        _age(blank.around, sample, settings.blank_max_hours),
        _drift(blank.around, sample, settings.blank_max_drift),
        value_ruling(blank.value, method),
    )
    return tuple(ruling for ruling in found if ruling is not None)


def value_ruling(value: Decimal | None, method: MethodPack) -> Ruling | None:
    """The blank's value against the method's limits; equal to one is inside."""
    if value is None:
        return stop("control/blank_unread", "control.blank_unread")
    match method.how:
        case Rate(blank_min=least, blank_max=most):
            return _rate(value, least, most)
        case Curve(blank_max=most) if most is not None and value > most:
            return stop("control/reagent_blank", "control.reagent_blank", value=str(value), limit=str(most))
    return None


def card_ruling(blank: Outcome | None) -> Ruling | None:
    """The blank card beside the sample's cards, read by eye: NEGATIVE means that it turned blue."""
    if blank is None:
        return stop("control/no_blank_card", "control.no_blank_card")
    if blank is not Outcome.NEGATIVE:
        return stop("control/blank_card_pale", "control.blank_card_pale")
    return None


def batch_rulings(blank: Outcome | None, spiked: Outcome | None, needed: Container[BatchControl]) -> tuple[Ruling, ...]:
    """What a batch of a KJ method holds beside its samples: a blank that is negative, a spiked one that is positive."""
    found = (
        _batch_blank(blank) if BatchControl.BLANK in needed else None,
        _spiked(spiked) if BatchControl.POSITIVE in needed else None,
    )
    return tuple(ruling for ruling in found if ruling is not None)


def positive_ruling(outcome: Outcome) -> Ruling | None:
    """Whether a positive control did what it has to."""
    return None if outcome is Outcome.POSITIVE else stop("control/positive_failed", "control.positive_failed")


def positive_standing(controls: Controls, at: datetime, settings: CountySettings) -> Ruling | None:
    """Before a run: the last positive control worked, and is not too long ago."""
    last, days = last_control(controls, "positive"), settings.positive_control_days
    if last is None:
        return warn("control/positive_never", "control.positive_never", days=str(days))
    when, control = last
    if not control.passed:
        return stop("control/positive_open", "control.positive_open", when=minute(when))
    if when <= at <= when + timedelta(days=days):
        return None
    return warn("control/positive_due", "control.positive_due", when=minute(when), days=str(days))


def channels_standing(controls: Controls) -> Ruling | None:
    """Before a run: the channels agreed when they were last compared; nobody has to have compared them."""
    last = last_control(controls, "drift")
    if last is None or last[1].passed:
        return None
    return stop("control/channels_open", "control.channels_open", when=minute(last[0]))


def last_control(controls: Controls, what: str) -> tuple[datetime, Control] | None:
    """The last in the order of the log, whatever the clock said."""
    return next(((at, control) for at, control in reversed(controls) if control.what == what), None)


def doubtful_since(controls: Controls) -> datetime | None:
    """Since when results are in doubt: the last positive control that worked before those that did not.

    None when the last one worked or there was none; the first control's time when none ever worked.
    """
    positives = [(at, control.passed) for at, control in controls if control.what == "positive"]
    if not positives or positives[-1][1]:
        return None
    return next((at for at, passed in reversed(positives) if passed), positives[0][0])


def drift_ruling(changes: Mapping[int, Decimal], settings: CountySettings) -> Ruling | None:
    """The same blank in several channels: how far apart they read. One channel alone says nothing."""
    if len(changes) < 2:
        return None
    low, high = min(changes, key=changes.__getitem__), max(changes, key=changes.__getitem__)
    apart = changes[high] - changes[low]
    if apart <= settings.channel_difference:
        return None
    facts = {"value": str(apart), "limit": str(settings.channel_difference)}
    return stop("control/channels", "control.channels", low=str(low), high=str(high), **facts)


def _other_loading(blank: Around, sample: Around) -> Ruling | None:
    if blank.run != sample.run:
        return stop("control/blank_other_run", "control.blank_other_run")
    if blank.session != sample.session or blank.when.boot != sample.when.boot:
        return stop("control/blank_restarted", "control.blank_restarted")
    if blank.lot != sample.lot:
        return stop("control/blank_other_lot", "control.blank_other_lot", blank=blank.lot, sample=sample.lot)
    return None


def _rate(value: Decimal, least: Decimal, most: Decimal | None) -> Ruling | None:
    if value < least:
        return stop("control/blank_weak", "control.blank_weak", value=str(value), limit=str(least))
    if most is not None and value > most:
        return stop("control/blank_strong", "control.blank_strong", value=str(value), limit=str(most))
    return None


def _age(blank: Around, sample: Around, hours: Decimal) -> Ruling | None:
    """By the clock since the start, so that a wall clock that jumped makes no blank young or old."""
    if blank.when.boot != sample.when.boot:
        return None
    age = abs((sample.when.uptime + sample.when.asleep) - (blank.when.uptime + blank.when.asleep))
    if age // MICROSECOND <= hours * (HOUR // MICROSECOND):
        return None
    return stop("control/blank_old", "control.blank_old", minutes=str(-(-age // MINUTE)), limit=str(hours))


def _drift(blank: Around, sample: Around, most: Decimal) -> Ruling | None:
    if blank.temperature is None or sample.temperature is None:
        return None
    apart = abs(sample.temperature - blank.temperature)
    if apart <= most:
        return None
    return stop("control/blank_drift", "control.blank_drift", value=str(apart), limit=str(most))


def _batch_blank(blank: Outcome | None) -> Ruling | None:
    if blank is None:
        return stop("control/no_batch_blank", "control.no_batch_blank")
    return None if blank is Outcome.NEGATIVE else stop("control/batch_blank", "control.batch_blank")


def _spiked(spiked: Outcome | None) -> Ruling | None:
    if spiked is None:
        return stop("control/no_spiked", "control.no_spiked")
    return None if spiked is Outcome.POSITIVE else stop("control/spiked", "control.spiked")
