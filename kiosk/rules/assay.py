"""Readings of one run against a method: values in, verdict out. The number is ours; the analyzer's is kept beside it.

Nothing is rounded before it is compared: division rounds towards minus infinity at 50 digits, so that a quotient below
a limit stays below it and one that equals it is equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from drivers.reading import Reading
from kiosk.rules.errors import Unusable
from kiosk.rules.messages import Outcome, Verdict
from kiosk.rules.methods import MethodPack

EXACT = Context(prec=50, rounding=ROUND_FLOOR)
TENTH = Decimal("0.1")
HUNDRED = Decimal(100)
LOGARITHM = Decimal("1E-20")  # 50 digits of a logarithm err far below this; half of log 4 must equal log 2

# What instruments call their own verdict, in ours. A word that is not here is kept but not compared.
DEVICE_WORDS = {
    "negative": Outcome.NEGATIVE,
    "pass": Outcome.NEGATIVE,
    "qualified": Outcome.NEGATIVE,
    "positive": Outcome.POSITIVE,
    "exceeds": Outcome.POSITIVE,
    "fail": Outcome.POSITIVE,
    "unqualified": Outcome.POSITIVE,
    "suspect": Outcome.SUSPECT,
    "suspicious": Outcome.SUSPECT,
    "invalid": Outcome.INVALID,
}


@dataclass(frozen=True, slots=True)
class Assayed:
    """`value` is None when the readings give none; it is kept unrounded and may be negative."""

    value: Decimal | None
    verdict: Verdict
    device_value: Decimal | None
    device_verdict: str | None
    disagrees: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Absorbance change of one cuvette, or the word key of why there is none.

    `blur` is half the last digit of what was read. `exact` is False for a logarithm, which has no last digit.
    """

    value: Decimal | None
    blur: Decimal = Decimal(0)
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


def shown(value: Decimal) -> str:
    """One decimal, cut and never rounded up, so that 49.96 does not read 50.0; a negative inhibition reads 0.0."""
    return str(max(value, Decimal(0)).quantize(TENTH, rounding=ROUND_DOWN))


def judge_run(method: MethodPack, blank: Sequence[Reading], sample: Sequence[Reading]) -> Assayed:
    """Verdict on one sample cuvette by the blank of the same run."""
    of_blank, of_sample = change_of(blank), change_of(sample)
    value, verdict = _judged(method, of_blank, of_sample)
    device_value, device_verdict = _device_said(sample)
    blur = _blur(value, of_blank, of_sample)
    differs = _numbers_differ(value, device_value, blur) or _verdicts_differ(verdict.outcome, device_verdict)
    return Assayed(value, verdict, device_value, device_verdict, differs)


def change_of(readings: Sequence[Reading]) -> Change:
    """The absorbance change that these readings of one cuvette state, directly or as a start and an end."""
    for names, compute in (
        (("absorbance_change",), None),
        (("absorbance_start", "absorbance_end"), absorbance_change),
        (("intensity_start", "intensity_end"), light_change),
    ):
        found = [[reading for reading in readings if reading.quantity == name] for name in names]
        if not any(found):
            continue
        if fault := _fault([len(same) for same in found], [reading for same in found for reading in same]):
            return Change(None, missing=fault)
        values = [value for same in found if (value := same[0].value) is not None]
        blur = sum((_last_digit(value) / 2 for value in values), Decimal(0))
        return Change(compute(*values) if compute else values[0], blur, exact=compute is not light_change)
    return Change(None, missing="verdict.no_reading")


def judge_value(method: MethodPack, value: Decimal) -> Verdict:
    """Verdict on one valid number: equal to the limit is positive."""
    facts = {"value": shown(value), "limit": str(method.positive_at), "unit": method.unit}
    if value >= method.positive_at:
        reason = "verdict.positive_flat" if value >= HUNDRED else "verdict.positive"
        return Verdict(Outcome.POSITIVE, method.clause("positive"), reason, facts)
    if method.suspect_from is not None and value >= method.suspect_from:
        return Verdict(Outcome.SUSPECT, method.clause("suspect"), "verdict.suspect", facts)
    return Verdict(Outcome.NEGATIVE, method.clause("negative"), "verdict.negative", facts)


def settle(first: Outcome, repeats: Sequence[Outcome], needed: int) -> Outcome | None:
    """What a first test and its repeats come to; None while valid repeats are still missing."""
    if first in (Outcome.NEGATIVE, Outcome.INVALID):
        return first
    valid = [outcome for outcome in repeats if outcome is not Outcome.INVALID]
    if len(valid) < needed:
        return None
    return Outcome.POSITIVE if all(outcome is Outcome.POSITIVE for outcome in valid) else Outcome.SUSPECT


def combine(method: MethodPack, first: Verdict, repeats: Sequence[Verdict]) -> Verdict | None:
    """`settle` on verdicts, with the reason; None while valid repeats are still missing."""
    outcome = settle(first.outcome, [repeat.outcome for repeat in repeats], method.repeats)
    if outcome is None:
        return None
    if first.outcome in (Outcome.NEGATIVE, Outcome.INVALID):
        return first
    valid = [repeat.outcome for repeat in repeats if repeat.outcome is not Outcome.INVALID]
    facts = {"positives": str(valid.count(Outcome.POSITIVE)), "repeats": str(len(valid))}
    reason = "verdict.repeats_positive" if outcome is Outcome.POSITIVE else "verdict.repeats_differ"
    return Verdict(outcome, method.clause("repeats"), reason, facts)


def _judged(method: MethodPack, blank: Change, sample: Change) -> tuple[Decimal | None, Verdict]:
    if blank.value is None:
        return None, _invalid(method, "blank", _of_blank(blank.missing))
    facts = {"value": str(blank.value)}
    if blank.value < method.blank_min:
        return None, _invalid(method, "blank", "verdict.blank_weak", limit=str(method.blank_min), **facts)
    if method.blank_max is not None and blank.value > method.blank_max:
        return None, _invalid(method, "blank", "verdict.blank_high", limit=str(method.blank_max), **facts)
    if sample.value is None:
        return None, _invalid(method, "reading", sample.missing)
    value = inhibition(blank.value, sample.value)
    if not (blank.exact and sample.exact):
        value = value.quantize(LOGARITHM, rounding=ROUND_HALF_EVEN, context=EXACT)
    return value, judge_value(method, value)


def _invalid(method: MethodPack, clause: str, reason: str, **facts: str) -> Verdict:
    return Verdict(Outcome.INVALID, method.clause(clause), reason, facts)


def _of_blank(missing: str) -> str:
    return "verdict.no_blank" if missing == "verdict.no_reading" else missing.replace("verdict.", "verdict.blank_")


def _fault(counts: list[int], readings: list[Reading]) -> str:
    if any(count > 1 for count in counts):
        return "verdict.read_twice"
    if not all(counts):
        return "verdict.no_reading"
    if any(reading.value is None or not reading.value.is_finite() for reading in readings):
        return "verdict.no_value"
    if any(reading.quantity.startswith("absorbance") and reading.unit != "AU" for reading in readings):
        return "verdict.other_unit"
    if any(_dark(reading) for reading in readings):
        return "verdict.no_light"
    return ""


def _dark(reading: Reading) -> bool:
    return reading.quantity.startswith("intensity") and reading.value is not None and reading.value <= 0


def _device_said(sample: Sequence[Reading]) -> tuple[Decimal | None, str | None]:
    value = next((reading.value for reading in sample if reading.quantity == "inhibition"), None)
    verdict = next((reading.device_verdict for reading in sample if reading.device_verdict is not None), None)
    return value, verdict


def _last_digit(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(0)


def _blur(value: Decimal | None, blank: Change, sample: Change) -> Decimal:
    """How far our number may lie from one that the device computed before it rounded its absorbances."""
    if value is None or blank.value is None or sample.value is None:
        return Decimal(0)
    share = abs(sample.value / blank.value)
    return HUNDRED * (sample.blur + blank.blur * share) / blank.value


def _numbers_differ(ours: Decimal | None, device: Decimal | None, blur: Decimal) -> bool:
    """Many devices cut a negative inhibition to 0; that alone is no disagreement."""
    if ours is None or device is None:
        return False
    if device == 0:
        ours = max(ours, Decimal(0))
    return abs(ours - device) > _last_digit(device) + TENTH + blur


def _verdicts_differ(ours: Outcome, device: str | None) -> bool:
    theirs = DEVICE_WORDS.get(device.lower()) if device is not None else None
    return theirs is not None and theirs is not ours
