"""Colloidal gold strips, competitive: T fades with the analyte. No C line, no result; outside the window, no result."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from drivers.reading import Reading
from kiosk.rules.errors import Unusable
from kiosk.rules.messages import Outcome, Verdict
from kiosk.rules.testing import read
from kiosk.rules.testing.assayed import (
    EXACT,
    NONE,
    Assayed,
    Judged,
    Said,
    batch_fault,
    by_eye,
    device_value,
    device_verdict,
    invalid,
    last_digit,
    named_item,
    shown,
    window_fault,
)
from kiosk.rules.testing.methods import BatchControl, LineStyle, MethodPack, Strip

HALF = Decimal("0.5")


class TestLine(StrEnum):
    """What a person may say of the T line."""

    __test__ = False  # not a class of pytest

    DARKER = "darker"  # than C
    EQUAL = "equal"  # to C
    LIGHTER = "lighter"  # than C
    VISIBLE = "visible"  # where T is only asked to be there
    ABSENT = "absent"


# The buttons of each style, and what each of them means.
ANSWERS = {
    LineStyle.COMPARE: {
        TestLine.DARKER: Outcome.NEGATIVE,
        TestLine.EQUAL: Outcome.NEGATIVE,
        TestLine.LIGHTER: Outcome.POSITIVE,
        TestLine.ABSENT: Outcome.POSITIVE,
    },
    LineStyle.VANISH: {
        TestLine.VISIBLE: Outcome.NEGATIVE,
        TestLine.ABSENT: Outcome.POSITIVE,
    },
}


@dataclass(frozen=True, slots=True)
class LotStrip:
    """What a lot of strips carries. None or empty: the method pack's own."""

    style: LineStyle | None = None
    cut_off: Decimal | None = None
    control_min: Decimal | None = None
    item: str = ""


@dataclass(frozen=True, slots=True)
class LinesSeen:
    """What a person saw, and who."""

    control: bool
    test: TestLine
    by: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What the controls of the batch came to; None: not done."""

    blank: Outcome | None = None
    positive: Outcome | None = None


def answers(method: MethodPack, lot: LotStrip | None = None) -> tuple[TestLine, ...]:
    """The buttons to offer for T; none while nobody knows how the strip is read."""
    style = _style(_strip(method), lot)
    return () if style is None else tuple(ANSWERS[style])


def judge_lines(
    method: MethodPack,
    seen: LinesSeen,
    *,
    elapsed: int | None,
    batch: Batch | None = None,
    lot: LotStrip | None = None,
    item: str = "",
) -> Assayed:
    """Verdict on what a person saw. A control of the batch itself is judged with `batch` None."""
    how = _strip(method)
    named, wrong = named_item(method, item or (lot.item if lot else ""))
    wrong = wrong or window_fault(method, elapsed) or _controls(method, batch) or _unseen(method, how, lot, seen)
    verdict = wrong or _of_lines(method, how, lot, seen)
    return by_eye(Judged(None, verdict), named)


def judge_ratio(method: MethodPack, lot: LotStrip | None, sample: Sequence[Reading]) -> tuple[Judged, Said]:
    """Verdict on a reader's T/C, computed from the lines where it gives them."""
    how = _strip(method)
    cut_off = lot.cut_off if lot is not None and lot.cut_off is not None else how.cut_off
    ratio = _ratio(sample, how, lot)
    said = _said(sample, ratio.slack)
    if ratio.value is None:
        clause = "control_line" if ratio.missing == "verdict.no_control_line" else "reading"
        return Judged(None, invalid(method, clause, ratio.missing), method.unit, cut_off), said
    text = shown(ratio.value, "", cut_off)
    if cut_off is None or cut_off <= 0:
        return Judged(ratio.value, invalid(method, "cut_off", "verdict.no_cut_off", value=text), "", None, text), said
    facts = {"value": text, "limit": str(cut_off)}
    if ratio.value < cut_off:
        verdict = Verdict(Outcome.POSITIVE, method.clause("cut_off"), "verdict.ratio_positive", facts)
    else:
        verdict = Verdict(Outcome.NEGATIVE, method.clause("cut_off"), "verdict.ratio_negative", facts)
    return Judged(ratio.value, verdict, "", cut_off, text), said


@dataclass(frozen=True, slots=True)
class _Ratio:
    value: Decimal | None
    missing: str = ""
    slack: Decimal = NONE


def _ratio(sample: Sequence[Reading], how: Strip, lot: LotStrip | None) -> _Ratio:
    """T/C of the lines; the reader's own ratio only where it gives no lines."""
    if not any(reading.quantity in ("line_c", "line_t") for reading in sample):
        told = read.one(sample, "ratio")
        return _Ratio(told.value, told.missing)
    control, test = read.one(sample, "line_c"), read.one(sample, "line_t")
    if control.value is None or test.value is None:
        return _Ratio(None, control.missing or test.missing)
    least = lot.control_min if lot is not None and lot.control_min is not None else how.control_min
    if control.value <= 0 or (least is not None and control.value < least):
        return _Ratio(None, "verdict.no_control_line")
    ratio = EXACT.divide(test.value, control.value)
    blur = HALF * (last_digit(test.value) + last_digit(control.value) * abs(ratio))
    return _Ratio(ratio, slack=EXACT.divide(blur, control.value))


def _said(sample: Sequence[Reading], slack: Decimal) -> Said:
    return Said(device_value(sample, "ratio"), device_verdict(sample), slack)


def _controls(method: MethodPack, batch: Batch | None) -> Verdict | None:
    if batch is None:
        return None
    return batch_fault(method, BatchControl.BLANK, batch.blank) or batch_fault(
        method, BatchControl.POSITIVE, batch.positive
    )


def _unseen(method: MethodPack, how: Strip, lot: LotStrip | None, seen: LinesSeen) -> Verdict | None:
    if not seen.by.strip():
        return invalid(method, "reader", "verdict.read_by_nobody")
    if not seen.control:
        return invalid(method, "control_line", "verdict.no_control_line")
    if _style(how, lot) is None:
        return invalid(method, "style", "verdict.no_style")
    return None


def _of_lines(method: MethodPack, how: Strip, lot: LotStrip | None, seen: LinesSeen) -> Verdict:
    style = _style(how, lot)
    outcome = ANSWERS[style].get(seen.test) if style is not None else None
    if outcome is None:
        return invalid(method, "style", "verdict.line_unread")
    return Verdict(outcome, method.clause(f"lines_{style}"), f"verdict.lines_{outcome}", {"by": seen.by.strip()})


def _style(how: Strip, lot: LotStrip | None) -> LineStyle | None:
    return lot.style if lot is not None and lot.style is not None else how.style


def _strip(method: MethodPack) -> Strip:
    """Raises Unusable for a method of another formula."""
    if not isinstance(method.how, Strip):
        raise Unusable("rules.not_strip", method=method.rule)
    return method.how
