"""Goods that failed: held, made harmless, destroyed or returned. Only the county's order on a laboratory's word frees.

Every seq is one of our own log, so that an order that came before a further failure frees nothing of what failed later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import Disposal, LotReleased, Outcome
from kiosk.rules.ruling import Ruling, stop, warn


class Measure(StrEnum):
    SEALED = "sealed"
    HARMLESS = "harmless"  # 无害化处理
    DESTROYED = "destroyed"
    RETURNED = "returned"
    RELEASED = "released"


class Fate(StrEnum):
    FREE = "free"  # nothing of it failed
    STOPPED = "stopped"  # failed, and nothing was done yet
    SEALED = "sealed"
    RELEASED = "released"
    GONE = "gone"


AWAY = (Measure.HARMLESS, Measure.DESTROYED, Measure.RETURNED)
FOR_GOOD = (Measure.HARMLESS, Measure.DESTROYED)


@dataclass(frozen=True, slots=True)
class Held:
    """What became of a lot. `left` None: nobody knows how much is left."""

    lot: str
    fate: Fate
    left: Decimal | None
    unit: str

    @property
    def may_be_sold(self) -> bool:
        return self.fate in (Fate.FREE, Fate.RELEASED)


def held(
    lot: str,
    quantity: Decimal,
    unit: str,
    *,
    failed: Iterable[int],
    disposals: Iterable[tuple[int, Disposal]],
    orders: Iterable[tuple[int, LotReleased]],
) -> Held:
    """Fold failed tests, disposals and orders of a lot, in whatever order they are read; orders by their order.done."""
    done = {seq: one for seq, one in disposals if one.lot == lot}
    away = [one for one in done.values() if one.measure in AWAY]
    left = _left(quantity, unit, away)
    freed = _freed({seq: one for seq, one in orders if one.lot == lot})
    sealed = max((seq for seq, one in done.items() if one.measure == Measure.SEALED), default=-1)
    return Held(lot, _fate(left, max(failed, default=-1), sealed, freed), left, unit)


def may_dispose(wanted: Disposal, now: Held) -> tuple[Ruling, ...]:
    """Whether this may be recorded of a lot that stands as `now` says."""
    if wanted.measure not in list(Measure):
        return (stop("disposal/measure", "disposal.measure", measure=wanted.measure),)
    if now.fate is Fate.GONE:
        return (stop("disposal/gone", "disposal.gone", lot=now.lot),)
    if wanted.measure == Measure.RELEASED and now.fate is not Fate.RELEASED:
        return (stop("disposal/release", "disposal.no_release", lot=now.lot),)
    return (*_recorded(wanted), *_amount(wanted, now))


def may_release(order: LotReleased) -> Ruling | None:
    """An order frees a lot only with a laboratory's report that found nothing; a rapid test has neither."""
    if order.outcome is not Outcome.NEGATIVE:
        return stop("disposal/order", "disposal.order_not_negative", lot=order.lot)
    if not (order.report.strip() and order.laboratory.strip()):
        return stop("disposal/order", "disposal.order_without_report", lot=order.lot)
    return None


def _left(quantity: Decimal, unit: str, away: Sequence[Disposal]) -> Decimal | None:
    """None where a measure did not say how much, or said it in another unit."""
    amounts = [one.quantity if one.unit == unit else None for one in away]
    known = [amount for amount in amounts if amount is not None]
    return max(quantity - sum(known, Decimal(0)), Decimal(0)) if len(known) == len(amounts) else None


def _freed(orders: dict[int, LotReleased]) -> int:
    """Where the last order stands, if it frees the lot; a later one takes an earlier one back."""
    last = max(orders, default=-1)
    return last if last >= 0 and may_release(orders[last]) is None else -1


def _fate(left: Decimal | None, failed: int, sealed: int, freed: int) -> Fate:
    """What is gone stays gone, and so does what may be gone: an unknown rest is never released."""
    if not left:
        return Fate.GONE
    if freed > max(failed, sealed):
        return Fate.RELEASED
    if sealed >= 0:
        return Fate.SEALED
    return Fate.FREE if failed < 0 else Fate.STOPPED


def _recorded(wanted: Disposal) -> list[Ruling]:
    missing = [name for name in ("by", "place") if not getattr(wanted, name).strip()]
    told = [stop("disposal/record", f"disposal.record.{name}") for name in missing]
    if wanted.measure in FOR_GOOD and not wanted.pictures:
        told.append(warn("disposal/pictures", "disposal.pictures"))
    if wanted.measure in FOR_GOOD and wanted.witness.strip() in ("", wanted.by.strip()):
        told.append(warn("disposal/witness", "disposal.witness"))
    return told


def _amount(wanted: Disposal, now: Held) -> list[Ruling]:
    if wanted.measure not in AWAY:
        return []
    if wanted.quantity is None or wanted.quantity <= 0:
        return [stop("disposal/quantity", "disposal.quantity")]
    if wanted.unit != now.unit:
        return [stop("disposal/unit", "disposal.unit", unit=wanted.unit, expected=now.unit)]
    if now.left is not None and wanted.quantity > now.left:
        facts = {"asked": plain(wanted.quantity), "left": plain(now.left), "unit": now.unit}
        return [stop("disposal/too_much", "disposal.too_much", **facts)]
    return []
