"""Readings of one run against a method: values in, verdict out. The number is ours; the analyzer's is kept beside it.

Nothing is rounded before it is compared. What people see instead of an instrument is judged in card_colour and strip.
"""

from collections.abc import Sequence

from drivers.reading import Reading
from kiosk.rules.errors import Unusable
from kiosk.rules.messages import Outcome, Verdict
from kiosk.rules.testing.assayed import Assayed, Judged, Said, assayed, batch_fault, named_item, shown, window_fault
from kiosk.rules.testing.curve import LotCurve, judge_curve
from kiosk.rules.testing.inhibition import (
    absorbance_change,
    change_of,
    inhibition,
    judge_change,
    judge_value,
    light_change,
    said_inhibition,
)
from kiosk.rules.testing.methods import BatchControl, Card, Curve, MethodPack, Rate, Strip
from kiosk.rules.testing.repeats import combine, settle
from kiosk.rules.testing.strip import LotStrip, judge_ratio

__all__ = [
    "Assayed", "absorbance_change", "change_of", "combine", "inhibition", "judge_run", "judge_value", "light_change",
    "settle", "shown",
]  # fmt: skip


def judge_run(
    method: MethodPack,
    blank: Sequence[Reading],
    sample: Sequence[Reading],
    *,
    lot: LotCurve | LotStrip | None = None,
    elapsed: int | None = None,
    positive: Outcome | None = None,
    item: str = "",
) -> Assayed:
    """Verdict on one sample by the blank of the same run.

    `lot` is what the reagent lot carries; `elapsed` the seconds from the drops to the reading of a strip; `positive`
    what the batch's spiked control came to; `item` what was looked for, where the method sees several.
    Raises Unusable for a card, which no instrument reads.
    """
    named, wrong = named_item(method, item or (lot.item if lot is not None else ""))
    wrong = wrong or batch_fault(method, BatchControl.POSITIVE, positive)
    match method.how:
        case Rate():
            judged, said = _rate(method, blank, sample)
        case Curve():
            judged, said = judge_curve(method, method.how, lot if isinstance(lot, LotCurve) else None, blank, sample)
        case Strip():
            strips = lot if isinstance(lot, LotStrip) else None
            wrong = wrong or _blank_strip(method, strips, blank) or window_fault(method, elapsed)
            judged, said = judge_ratio(method, strips, sample)
        case Card():
            raise Unusable("rules.read_by_eye", method=method.rule)
    if wrong is not None:
        judged = Judged(None, wrong, judged.unit, judged.limit)
    return assayed(judged, said, named)


def _rate(method: MethodPack, blank: Sequence[Reading], sample: Sequence[Reading]) -> tuple[Judged, Said]:
    of_blank, of_sample = change_of(blank), change_of(sample)
    judged = judge_change(method, of_blank, of_sample)
    return judged, said_inhibition(sample, judged.value, of_blank, of_sample)


def _blank_strip(method: MethodPack, lot: LotStrip | None, blank: Sequence[Reading]) -> Verdict | None:
    found = judge_ratio(method, lot, blank)[0].verdict.outcome if blank else None
    return batch_fault(method, BatchControl.BLANK, found)
