"""A correction is an entry of its own. What was recorded stays; what counts is the fold of the corrections over it.

Never a reading or a verdict, nor what a seal covers (correctable.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import Correction, EntryBody
from kiosk.rules.oversight.correctable import Class, class_of
from kiosk.rules.ruling import Ruling, first_stop, stop

NUMBERS = ("quantity", "quantity_seen", "heads")
DATES = ("harvested", "issued_on", "on")


@dataclass(frozen=True, slots=True)
class View:
    """An entry as it counts today. `made` are the corrections that hold, `refused` those that do not, by seq."""

    entry: EntryBody
    made: tuple[int, ...]
    refused: tuple[int, ...]


def text(entry: EntryBody, field: str) -> str:
    """A recorded value as a person reads and corrects it."""
    value = getattr(entry, field)
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else str(value)


def may_correct(seq: int, entry: EntryBody, wanted: Correction, *, second_reviewer: bool) -> tuple[Ruling, ...]:
    """Whether this correction may be recorded. `entry` is as it counts now: with every earlier correction in it."""
    stopped = _class(seq, entry, wanted) or _old(entry, wanted)
    if stopped is not None:
        return (stopped,)
    told = [*_new(entry, wanted)]
    if not wanted.reason.strip():
        told.append(stop("correction/reason", "correction.reason"))
    return (*told, *_people(wanted, second_reviewer))


def corrected(seq: int, entry: EntryBody, corrections: Iterable[tuple[int, Correction]]) -> View:
    """The corrections of one entry in the order of the log; one that may not be made changes nothing."""
    made: list[int] = []
    refused: list[int] = []
    now = entry
    for place, one in sorted(dict(corrections).items()):
        if one.corrects != seq:
            continue
        if first_stop(may_correct(seq, now, one, second_reviewer=False)) is not None:
            refused.append(place)
            continue
        made.append(place)
        now = _with(now, one.field, one.new)
    return View(now, tuple(made), tuple(refused))


def history(seq: int, field: str, corrections: Sequence[tuple[int, Correction]]) -> tuple[Correction, ...]:
    """Everything that was said of one field, oldest first."""
    return tuple(one for _, one in sorted(dict(corrections).items()) if (one.corrects, one.field) == (seq, field))


def _class(seq: int, entry: EntryBody, wanted: Correction) -> Ruling | None:
    found = class_of(entry, wanted.field)
    if wanted.corrects != seq or found is None:
        return stop("correction/field", "correction.unknown", field=wanted.field)
    if found is Class.CLERICAL:
        return None
    return stop(f"correction/{found}", f"correction.{found}", field=wanted.field)


def _old(entry: EntryBody, wanted: Correction) -> Ruling | None:
    recorded = text(entry, wanted.field)
    if _same(wanted.field, wanted.old, recorded):
        return None
    return stop("correction/old", "correction.old_differs", recorded=recorded, old=wanted.old)


def _new(entry: EntryBody, wanted: Correction) -> list[Ruling]:
    if _same(wanted.field, wanted.new, wanted.old):
        return [stop("correction/new", "correction.same", new=wanted.new)]
    if not wanted.new.strip():
        return [] if _may_be_empty(entry, wanted.field) else [stop("correction/new", "correction.empty")]
    if wanted.field in NUMBERS and not _amount(wanted.new):
        return [stop("correction/new", "correction.not_an_amount", new=wanted.new)]
    if wanted.field in DATES and not _is_date(wanted.new):
        return [stop("correction/new", "correction.not_a_date", new=wanted.new)]
    return []


def _people(wanted: Correction, second_reviewer: bool) -> list[Ruling]:
    one, other = wanted.by.strip(), wanted.second.strip()
    if not one:
        return [stop("correction/by", "correction.by")]
    if second_reviewer and not other:
        return [stop("correction/second", "correction.second")]
    if one.casefold() == other.casefold():
        return [stop("correction/second", "correction.same_person", by=one)]
    return []


def _with(entry: EntryBody, field: str, new: str) -> EntryBody:
    value: Any = new
    if field in NUMBERS:
        value = _amount(new)
    return replace(entry, **{field: value})


def _same(field: str, one: str, other: str) -> bool:
    """`100.0` and `100` are the same amount."""
    if field in NUMBERS and _amount(one) is not None:
        return _amount(one) == _amount(other)
    return one == other


def _amount(typed: str) -> Decimal | None:
    """More than nothing; None otherwise."""
    try:
        amount = Decimal(typed)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None


def _may_be_empty(entry: EntryBody, field: str) -> bool:
    return any(one.name == field and one.default is not MISSING for one in fields(entry))


def _is_date(typed: str) -> bool:
    try:
        date.fromisoformat(typed)
    except ValueError:
        return False
    return True
