"""四挂钩: whether a producer may apply for projects, brands, certification, fairs. Pure law, as seed 001 has it.

Paragraph 24 there: registered on the national platform and the records entered six months before he applies.
Paragraph 23: who entered what is not so, or too little, is left out for two years. Whether a county's own scheme of
2018 is in force elsewhere nobody of this project has read: the answer is 未核实 until the county says so.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MONTHS_BEFORE = 6  # seed 001, line 24
EXCLUDED_MONTHS = 24  # seed 001, line 23
CONFIRMED = False


class Answer(StrEnum):
    MAY = "may"
    NOT_YET = "not_yet"  # the six months are not over
    EXCLUDED = "excluded"  # the two years are not over
    NOT_ENROLLED = "not_enrolled"
    NO_RECORDS = "no_records"


@dataclass(frozen=True, slots=True)
class Linked:
    """`since`: the day from which the six months run; `may_from`: the first day on which he may apply, where known.

    `until`: the last day of an exclusion that stands; `days`: how many are left of what holds him.
    """

    answer: Answer
    since: date | None
    may_from: date | None
    until: date | None
    days: int
    confirmed: bool = CONFIRMED


@dataclass(frozen=True, slots=True)
class Excluded:
    """`until` is the last day where the paper names it; else two years from `on`."""

    on: date
    until: date | None = None

    @property
    def through(self) -> date:
        return self.until or later(self.on, EXCLUDED_MONTHS)


def linked(enrolled: date | None, recorded: date | None, excluded: tuple[Excluded, ...], today: date) -> Linked:
    """`enrolled` on the platform, `recorded` the first production record; None: nobody has noted it."""
    since = max(enrolled, recorded) if enrolled is not None and recorded is not None else None
    over = max((one.through for one in excluded if one.on <= today), default=None)
    until = over if over is not None and over >= today else None
    ready = None if since is None else later(since, MONTHS_BEFORE)
    may_from = _after(ready, until)
    if until is not None:
        return Linked(Answer.EXCLUDED, since, may_from, until, (until - today).days + 1)
    if ready is None or may_from is None:
        missing = Answer.NOT_ENROLLED if enrolled is None else Answer.NO_RECORDS
        return Linked(missing, None, None, None, 0)
    if today < ready:
        return Linked(Answer.NOT_YET, since, may_from, None, (ready - today).days)
    return Linked(Answer.MAY, since, may_from, None, 0)


def later(day: date, months: int) -> date:
    """The same day so many months on; the last of a month that is shorter."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _after(ready: date | None, until: date | None) -> date | None:
    if ready is None or until is None:
        return ready
    return max(ready, date.fromordinal(until.toordinal() + 1))
