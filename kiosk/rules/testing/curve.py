"""Photometry by a standard curve A = k·c + b that the reagent lot carries. Inside its range, or no number at all.

content = (A - A0 - b) / k x volume / mass x dilution, in one division. A content beyond the range is never computed:
it is told as less than the lower or more than the upper end, and judged only where that end decides it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from drivers.reading import Reading
from kiosk.rules.errors import Unusable
from kiosk.rules.messages import Outcome, Verdict
from kiosk.rules.testing import read
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
from kiosk.rules.testing.methods import Curve, MethodPack

ONE = Decimal(1)
HALF = Decimal("0.5")
FEWEST_POINTS = 3  # through two points every line has r = 1
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,20})?")
NUMBERS = ("k", "b", "low", "high", "r2", "limit", "volume", "mass", "dilution", "blank_max")
DEMANDED = ("k", "b", "low", "high")


@dataclass(frozen=True, slots=True)
class LotCurve:
    """What a reagent lot carries. None or empty: the method pack's own. `low` and `high` are concentrations, mg/L."""

    k: Decimal
    b: Decimal
    low: Decimal
    high: Decimal
    r2: Decimal | None
    wavelength: int | None = None
    limit: Decimal | None = None
    unit: str = ""
    item: str = ""
    volume: Decimal | None = None  # mL
    mass: Decimal | None = None  # g
    dilution: Decimal | None = None
    blank_max: Decimal | None = None  # AU


@dataclass(frozen=True, slots=True)
class _Scale:
    """Concentration of the solution to content of the sample: x `times` / `over`."""

    times: Decimal
    over: Decimal

    def content(self, concentration: Decimal) -> Decimal:
        return EXACT.divide(EXACT.multiply(concentration, self.times), self.over)


def lot_curve(values: Mapping[str, str]) -> LotCurve:
    """The curve as the kit's code, or `ReagentOpened.curve`, has it. `r` may stand for `r2`.

    Raises Unusable naming the first value that is missing or no number.
    """
    missing = next((name for name in DEMANDED if not values.get(name)), None)
    if missing is not None:
        raise Unusable("rules.curve_unread", name=missing, value="-")
    number = {name: _number(name, values[name]) for name in NUMBERS if values.get(name)}
    if "r2" not in number and values.get("r"):
        number["r2"] = EXACT.power(_number("r", values["r"]), 2)
    return LotCurve(
        k=number["k"],
        b=number["b"],
        low=number["low"],
        high=number["high"],
        r2=number.get("r2"),
        wavelength=_wavelength(values.get("wavelength", "")),
        limit=number.get("limit"),
        unit=values.get("unit", ""),
        item=values.get("item", ""),
        volume=number.get("volume"),
        mass=number.get("mass"),
        dilution=number.get("dilution"),
        blank_max=number.get("blank_max"),
    )


def fit(points: Sequence[tuple[Decimal, Decimal]]) -> LotCurve:
    """Least squares through (concentration, absorbance) of standards; its range is that of the standards.

    Raises Unusable for fewer than three different concentrations, or absorbances that are all the same.
    """
    if len({concentration for concentration, _ in points}) < FEWEST_POINTS:
        raise Unusable("rules.curve_points", least=str(FEWEST_POINTS))
    with localcontext(EXACT):
        count, c_sum, a_sum = Decimal(len(points)), sum((c for c, _ in points), NONE), sum((a for _, a in points), NONE)
        across = count * sum((c * c for c, _ in points), NONE) - c_sum * c_sum
        down = count * sum((a * a for _, a in points), NONE) - a_sum * a_sum
        along = count * sum((c * a for c, a in points), NONE) - c_sum * a_sum
        if not down:
            raise Unusable("rules.curve_flat")
        k = along / across
        b, r2 = (a_sum - k * c_sum) / count, along * along / (across * down)
    tried = [concentration for concentration, _ in points]
    return LotCurve(k, b, min(tried), max(tried), r2)


def judge_curve(
    method: MethodPack, how: Curve, lot: LotCurve | None, blank: Sequence[Reading], sample: Sequence[Reading]
) -> tuple[Judged, Said]:
    """Verdict on one sample by the reagent blank of its run and the curve of its reagent lot."""
    if lot is None:
        return _without(method, invalid(method, "curve", "verdict.no_curve")), _said(sample)
    scale = _scale(how, lot)
    wrong = _curve_fault(method, how, lot)
    if wrong is not None or scale is None:
        return _without(method, wrong or invalid(method, "curve", "verdict.curve_amounts")), _said(sample)
    of_blank, of_sample = read.one(blank, "absorbance"), read.one(sample, "absorbance")
    if of_blank.value is None:
        return _without(method, invalid(method, "blank", read.of_blank(of_blank.missing))), _said(sample)
    wrong = _blank_fault(method, how, lot, of_blank.value)
    if wrong is not None:
        return _without(method, wrong), _said(sample)
    if of_sample.value is None:
        return _without(method, invalid(method, "reading", of_sample.missing)), _said(sample)
    net = EXACT.subtract(EXACT.subtract(of_sample.value, of_blank.value), lot.b)
    blur = HALF * (last_digit(of_sample.value) + last_digit(of_blank.value))
    judged = _judged(method, how, lot, scale, net)
    return judged, _said(sample, judged, EXACT.divide(blur * scale.times, lot.k * scale.over))


def _judged(method: MethodPack, how: Curve, lot: LotCurve, scale: _Scale, net: Decimal) -> Judged:
    limit = lot.limit if lot.limit is not None else how.limit
    unit = lot.unit or method.unit
    if net < EXACT.multiply(lot.k, lot.low):
        return _below(method, scale.content(lot.low), limit, unit)
    if net > EXACT.multiply(lot.k, lot.high):
        return _above(method, scale.content(lot.high), limit, unit)
    content = EXACT.divide(EXACT.multiply(net, scale.times), EXACT.multiply(lot.k, scale.over))
    text = shown(content, unit, limit)
    if limit is None:
        return Judged(content, invalid(method, "limit", "verdict.no_limit", value=text, unit=unit), unit, None, text)
    facts = {"value": text, "limit": str(limit), "unit": unit}
    if content >= limit:
        verdict = Verdict(Outcome.POSITIVE, method.clause("limit"), "verdict.content_positive", facts)
    else:
        verdict = Verdict(Outcome.NEGATIVE, method.clause("limit"), "verdict.content_negative", facts)
    return Judged(content, verdict, unit, limit, text)


def _below(method: MethodPack, lower: Decimal, limit: Decimal | None, unit: str) -> Judged:
    """Less than the lower end: negative when the limit is not below that end."""
    text = f"< {_end(lower)}"
    if limit is None or lower > limit:
        verdict = invalid(method, "range", "verdict.range_below", lower=_end(lower), unit=unit)
    else:
        facts = {"lower": _end(lower), "limit": str(limit), "unit": unit}
        verdict = Verdict(Outcome.NEGATIVE, method.clause("range"), "verdict.content_below", facts)
    return Judged(None, verdict, unit, limit, text)


def _above(method: MethodPack, upper: Decimal, limit: Decimal | None, unit: str) -> Judged:
    """More than the upper end: positive when the limit is not above that end, whatever the number may be."""
    text = f"> {_end(upper)}"
    if limit is None or upper < limit:
        verdict = invalid(method, "range", "verdict.range_above", upper=_end(upper), unit=unit)
    else:
        facts = {"upper": _end(upper), "limit": str(limit), "unit": unit}
        verdict = Verdict(Outcome.POSITIVE, method.clause("range"), "verdict.content_above", facts)
    return Judged(None, verdict, unit, limit, text)


def _curve_fault(method: MethodPack, how: Curve, lot: LotCurve) -> Verdict | None:
    if lot.k <= 0 or lot.low < 0 or lot.high <= lot.low:
        return invalid(method, "curve", "verdict.curve_unusable")
    if lot.r2 is None:
        return invalid(method, "curve", "verdict.curve_no_r", limit=str(how.r_min))
    if lot.r2 < how.r_min * how.r_min:
        r = shown(EXACT.sqrt(max(lot.r2, NONE)), "r", how.r_min)
        return invalid(method, "curve", "verdict.curve_r", value=r, limit=str(how.r_min))
    return None


def _blank_fault(method: MethodPack, how: Curve, lot: LotCurve, blank: Decimal) -> Verdict | None:
    most = lot.blank_max if lot.blank_max is not None else how.blank_max
    if most is not None and blank > most:
        facts = {"value": str(blank), "limit": str(most)}
        return invalid(method, "blank", "verdict.reagent_blank_high", **facts)
    return None


def _scale(how: Curve, lot: LotCurve) -> _Scale | None:
    """None when the amounts are not known, or are none. A liquid sample has neither volume nor mass."""
    volume = lot.volume if lot.volume is not None else how.volume
    mass = lot.mass if lot.mass is not None else how.mass
    dilution = lot.dilution if lot.dilution is not None else how.dilution or ONE
    if (volume is None) is not (mass is None):
        return None
    volume, mass = volume if volume is not None else ONE, mass if mass is not None else ONE
    return _Scale(volume * dilution, mass) if volume > 0 and mass > 0 and dilution > 0 else None


def _said(sample: Sequence[Reading], judged: Judged | None = None, blur: Decimal = NONE) -> Said:
    """A device that speaks of another unit is kept and not compared."""
    value = device_value(sample, "concentration")
    unit = next((reading.unit for reading in sample if reading.quantity == "concentration"), "")
    comparable = judged is not None and judged.unit == unit
    return Said(value, device_verdict(sample), blur, compared=comparable)


def _without(method: MethodPack, verdict: Verdict) -> Judged:
    return Judged(None, verdict, method.unit)


def _end(value: Decimal) -> str:
    return f"{EXACT.normalize(value):f}"


def _number(name: str, text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise Unusable("rules.curve_unread", name=name, value=text[:12])
    return Decimal(text)


def _wavelength(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Unusable("rules.curve_unread", name="wavelength", value=text[:12])
    return int(text)
