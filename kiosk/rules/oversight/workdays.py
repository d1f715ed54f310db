"""Working days from a dated list of holidays. Without a list that covers the days: plain weekdays, and it is said."""

from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """A year's notice on holidays: `off` are free weekdays, `on` are weekends that are worked (调休)."""

    first: date
    last: date
    off: frozenset[date]
    on: frozenset[date]
    confirmed: bool

    def works(self, day: date) -> bool:
        return day in self.on or (_weekday(day) and day not in self.off)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term. `confirmed` only where a confirmed calendar covers every day of it."""

    on: date
    confirmed: bool


def due(start: date, days: int, calendar: Calendar | None = None) -> Due:
    """`days` working days after `start`, which itself does not count."""
    works = _weekday if calendar is None else calendar.works
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= works(day)
    covered = calendar is not None and calendar.confirmed and calendar.first <= start and day <= calendar.last
    return Due(day, covered)


def _weekday(day: date) -> bool:
    return day.weekday() < SATURDAY
