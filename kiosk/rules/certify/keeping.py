"""Parts of one issue against reprints, and how long a record is kept. A part is no copy; a copy is no certificate."""

from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.rules.ruling import Ruling, stop

LEAST_MONTHS = 6  # of the rule of 2026 and of the Food Safety Law, art. 65


@dataclass(frozen=True, slots=True)
class Sheet:
    """One piece of paper that a job prints. `part` is empty where a certificate has none; `reprint` 0 is no 补打."""

    part: str
    nth: int
    of: int
    reprint: int


def sheets(parts: tuple[str, ...], copy: int) -> tuple[Sheet, ...]:
    """What copy 1, 2 … of a certificate prints: all its parts; from the second copy on every one is a 补打."""
    named = parts or ("",)
    return tuple(Sheet(part, nth, len(named), copy - 1) for nth, part in enumerate(named, start=1))


def papers_used(parts: tuple[str, ...], copies: int) -> int:
    """Sheets of paper for so many copies, for the ledger of consumables."""
    return max(len(parts), 1) * copies


def kept_through(day: date, retention_days: int) -> date:
    """The last day on which a record of `day` has to be there: the county's days, never less than six months."""
    return max(day + timedelta(days=retention_days), six_months_after(day))


def six_months_after(day: date) -> date:
    """The same day six months on, or the last of a month that has no such day."""
    year, month = _month(day.year, day.month + LEAST_MONTHS)
    year_after, month_after = _month(year, month + 1)
    last = date(year_after, month_after, 1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def is_over(day: date, today: date, retention_days: int) -> bool:
    """Whether the time of a record of `day` is over, whatever else may keep it."""
    return today > kept_through(day, retention_days)


def old_before(today: date, retention_days: int) -> date:
    """What was made before this day is over."""
    day = today - timedelta(days=retention_days)
    while not is_over(day, today, retention_days):
        day -= timedelta(days=1)
    return day + timedelta(days=1)


def last_day(month: str) -> date:
    """Of `YYYY-MM`."""
    year, number = _month(int(month[:4]), int(month[5:]) + 1)
    return date(year, number, 1) - timedelta(days=1)


def may_retire(day: date, today: date, retention_days: int, *, case_open: bool, receipted: bool) -> Ruling | None:
    """Whether salt and body of an entry of `day` may be taken away today."""
    if not is_over(day, today, retention_days):
        through = kept_through(day, retention_days)
        return stop("certificate/keep", "certificate.keep", through=through.isoformat())
    if case_open:
        return stop("certificate/keep_case", "certificate.keep_case")
    if not receipted:
        return stop("certificate/keep_receipt", "certificate.keep_receipt")
    return None


def _month(year: int, month: int) -> tuple[int, int]:
    """Month 13 is January of the next year."""
    return year + (month - 1) // 12, (month - 1) % 12 + 1
