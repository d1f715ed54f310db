"""Is a quantity far beyond what this producer brings? Values only; it is asked about, never refused."""

from decimal import Decimal

from kiosk.rules.goods.quantity import Quantity, kilograms, plain
from kiosk.rules.sentence import Sentence


def unusual(amount: Quantity, usual: Quantity | None, times: Decimal) -> Sentence | None:
    """The question with both numbers; None when nothing is to be asked.

    `times`: beyond so many times the usual one (county setting `usual_times`). What is weighed is compared in kilograms
    and told in the unit that he chose; of what is counted only the same unit can be compared.
    """
    compared = _compared(amount, usual)
    if compared is None or compared[0] <= times * compared[1]:
        return None
    before = compared[1] * amount.amount / compared[0]
    facts = {"amount": plain(amount.amount), "usual": _round(before), "unit": str(amount.unit)}
    return Sentence("visit.unusual", facts)


def _compared(amount: Quantity, usual: Quantity | None) -> tuple[Decimal, Decimal] | None:
    if usual is None:
        return None
    now, before = kilograms(amount), kilograms(usual)
    if now is not None and before is not None:
        return now, before
    return (amount.amount, usual.amount) if amount.unit is usual.unit else None


def _round(number: Decimal) -> str:
    """Two digits are enough of what is usual: 左右."""
    if number >= 1:
        return plain(number.quantize(Decimal(1).scaleb(max(number.adjusted() - 1, 0))))
    return plain(number.quantize(Decimal("0.001")))
