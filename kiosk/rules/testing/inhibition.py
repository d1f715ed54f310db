"""Enzyme inhibition: two absorbance changes of one run, the blank's and the sample's, and what they come to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from drivers.reading import Reading
from kiosk.rules.errors import Unusable
from kiosk.rules.messages import Outcome, Verdict
from kiosk.rules.testing.assayed import (
    EXACT,
    NONE,
    Judged,
    Said,
    device_value,
    device_verdict,
    invalid,
    last_digit,
    shown,
)
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.testing.read import fault, of_blank

HUNDRED = Decimal(100)
TENTH = Decimal("0.1")  # a device may compute with other digits than it sends
LOGARITHM = Decimal("1E-20")  # 50 digits of a logarithm err far below this; half of log 4 must equal log 2


@dataclass(frozen=True, slots=True)
class Change:
    """Absorbance change of one cuvette, or the word key of why there is none.

    `blur` is half the last digit of what was read. `exact` is False for a logarithm, which has no last digit.
    """

    value: Decimal | None
    blur: Decimal = NONE
    exact: bool = True
    missing: str = ""


def inhibition(blank_change: Decimal, sample_change: Decimal) -> Decimal:
    """Inhibition in percent, unrounded: below zero when the sample reacted faster than the blank.

    Raises Unusable when the blank did not change at all.
    """
    if blank_change <= 0:
        raise Unusable("rules.blank_change", value=str(blank_change))
    slowed = EXACT.subtract(blank_change, sample_change)
    return EXACT.divide(EXACT.multiply(slowed, HUNDRED), blank_change)


def absorbance_change(start: Decimal, end: Decimal) -> Decimal:
    return EXACT.subtract(end, start)


def light_change(start: Decimal, end: Decimal) -> Decimal:
    """Absorbance change of an instrument that gives light intensities: log10(start) - log10(end)."""
    if start <= 0 or end <= 0:
        raise Unusable("rules.no_light", start=str(start), end=str(end))
    return EXACT.subtract(EXACT.log10(start), EXACT.log10(end))


def change_of(readings: Sequence[Reading]) -> Change:
    """The absorbance change that these readings of one cuvette state, directly or as a start and an end."""
    for names, compute in FORMS:
        found = [[reading for reading in readings if reading.quantity == name] for name in names]
        if not any(found):
            continue
        if missing := fault(found):
            return Change(None, missing=missing)
        values = [value for same in found if (value := same[0].value) is not None]
        blur = sum((last_digit(value) / 2 for value in values), NONE)
        return Change(compute(*values), blur, exact=compute is not light_change)
    return Change(None, missing="verdict.no_reading")


def _as_told(change: Decimal) -> Decimal:
    return change


FORMS: tuple[tuple[tuple[str, ...], Callable[..., Decimal]], ...] = (
    (("absorbance_change",), _as_told),
    (("absorbance_start", "absorbance_end"), absorbance_change),
    (("intensity_start", "intensity_end"), light_change),
)


def judge_change(method: MethodPack, blank: Change, sample: Change) -> Judged:
    """By the blank of the same run; nothing is computed on a blank that does not hold."""
    if blank.value is None:
        return _judged(method, None, invalid(method, "blank", of_blank(blank.missing)))
    facts = {"value": str(blank.value)}
    if blank.value < method.blank_min:
        weak = invalid(method, "blank", "verdict.blank_weak", limit=str(method.blank_min), **facts)
        return _judged(method, None, weak)
    if method.blank_max is not None and blank.value > method.blank_max:
        high = invalid(method, "blank", "verdict.blank_high", limit=str(method.blank_max), **facts)
        return _judged(method, None, high)
    if sample.value is None:
        return _judged(method, None, invalid(method, "reading", sample.missing))
    value = inhibition(blank.value, sample.value)
    if not (blank.exact and sample.exact):
        value = value.quantize(LOGARITHM, rounding=ROUND_HALF_EVEN, context=EXACT)
    return _judged(method, value, judge_value(method, value))


def judge_value(method: MethodPack, value: Decimal) -> Verdict:
    """Verdict on one valid inhibition: equal to the limit is positive."""
    facts = {"value": shown(value, "%", method.positive_at), "limit": str(method.positive_at), "unit": method.unit}
    if value >= method.positive_at:
        reason = "verdict.positive_flat" if value >= HUNDRED else "verdict.positive"
        return Verdict(Outcome.POSITIVE, method.clause("positive"), reason, facts)
    if method.suspect_from is not None and value >= method.suspect_from:
        return Verdict(Outcome.SUSPECT, method.clause("suspect"), "verdict.suspect", facts)
    return Verdict(Outcome.NEGATIVE, method.clause("negative"), "verdict.negative", facts)


def said_inhibition(sample: Sequence[Reading], value: Decimal | None, blank: Change, of_sample: Change) -> Said:
    blur = _blur(value, blank, of_sample)
    return Said(device_value(sample, "inhibition"), device_verdict(sample), TENTH + blur)


def _judged(method: MethodPack, value: Decimal | None, verdict: Verdict) -> Judged:
    text = "" if value is None else shown(value, "%", method.positive_at)
    return Judged(value, verdict, method.unit, method.positive_at, text)


def _blur(value: Decimal | None, blank: Change, sample: Change) -> Decimal:
    """How far our number may lie from one that the device computed before it rounded its absorbances."""
    if value is None or blank.value is None or sample.value is None:
        return NONE
    share = abs(sample.value / blank.value)
    return HUNDRED * (sample.blur + blank.blur * share) / blank.value
