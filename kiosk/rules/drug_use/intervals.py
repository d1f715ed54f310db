"""安全间隔期 and 休药期: the first day on which goods may be harvested, slaughtered or caught. No day is guessed.

The first lawful day is the day of the last use plus the days of the interval: used on the 1st with 7 days, the 8th is
the first day. Several uses: the latest of their days. What is not known is asked for, never filled in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kiosk.rules.messages import DrugUse
from kiosk.rules.ruling import Ruling, stop, warn

MOST_DAYS = 365  # a longer interval is a slip of the finger
READ = ("label", "pack")  # sources of an interval that nobody had to remember


class Asks(StrEnum):
    LAST_USED = "last_used"
    INTERVAL = "interval"
    HARVEST = "harvest"


@dataclass(frozen=True, slots=True)
class Question:
    """What is still to be asked; `use` is the place of the use in the statement, None for the lot itself."""

    what: Asks
    use: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """`earliest` is None when nothing was used or when the day of any use is open."""

    earliest: date | None
    questions: tuple[Question, ...]
    rulings: tuple[Ruling, ...]


@dataclass(frozen=True, slots=True)
class _Clear:
    """The day from which one use stands in the way no longer."""

    day: date
    used: date
    use: DrugUse


def first_day(last_used: date, days: int) -> date:
    return last_used + timedelta(days=days)


def wait(uses: Sequence[DrugUse], harvest: str, on: date) -> Wait:
    """What the uses of a lot ask of its harvest. `on` is today; dates of the statement are ISO, empty when unknown."""
    reaped = day_of(harvest)
    clear = [one for use in uses if (one := _clear(use, reaped, on)) is not None]
    last = max(clear, key=lambda one: (one.day, one.used, called(one.use)), default=None)
    of_lot = [Question(Asks.HARVEST)] if uses and reaped is None else []
    rulings = [ruling for use in uses for ruling in _rulings(use, reaped, on)]
    return Wait(
        earliest=last.day if last is not None and len(clear) == len(uses) else None,
        questions=(*(question for nth, use in enumerate(uses) for question in _asks(use, nth)), *of_lot),
        rulings=once((*rulings, *(_of_harvest(last, reaped, on) if uses else ()))),
    )


def day_of(text: str) -> date | None:
    """An ISO day; None for one that is not known or cannot be read."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def days_of(use: DrugUse) -> int | None:
    """The interval of a use; None when nobody gave one that can be right."""
    days = use.interval_days
    return days if days is not None and 0 <= days <= MOST_DAYS else None


def is_unknown(use: DrugUse) -> bool:
    """Nobody can say what it was: there is no label to read an interval from."""
    return not called(use)


def called(use: DrugUse) -> str:
    """As people called it, or the number or id that it goes by; empty when nobody knows."""
    return use.name or use.registration or next(iter(use.ingredients), "")


def once(rulings: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """Each of them one time, in their order."""
    told: list[Ruling] = []
    for ruling in rulings:
        if ruling not in told:
            told.append(ruling)
    return tuple(told)


def _clear(use: DrugUse, reaped: date | None, on: date) -> _Clear | None:
    used, days = day_of(use.last_used), days_of(use)
    if is_unknown(use) or used is None or days is None or used > min(on, reaped or on):
        return None
    return _Clear(first_day(used, days), used, use)


def _asks(use: DrugUse, nth: int) -> list[Question]:
    if is_unknown(use):
        return []
    open_ = [(day_of(use.last_used), Asks.LAST_USED), (days_of(use), Asks.INTERVAL)]
    return [Question(what, nth) for known, what in open_ if known is None]


def _rulings(use: DrugUse, reaped: date | None, on: date) -> list[Ruling]:
    if is_unknown(use):
        return [warn("interval/unknown_drug", "interval.unknown_drug")]
    return [one for one in (_of_day(use, reaped, on), _of_days(use)) if one is not None]


def _of_day(use: DrugUse, reaped: date | None, on: date) -> Ruling | None:
    """Whether the day of the last use can be right."""
    used = day_of(use.last_used)
    if used is None:
        return warn("interval/last_use", "interval.last_use", drug=called(use))
    facts = {"drug": called(use), "used": used.isoformat()}
    if used > on:
        return stop("interval/use_ahead", "interval.use_ahead", today=on.isoformat(), **facts)
    if reaped is not None and used > reaped:
        return stop("interval/used_after", "interval.used_after", harvest=reaped.isoformat(), **facts)
    return None


def _of_days(use: DrugUse) -> Ruling | None:
    """Whether the days of the interval can be right."""
    days = use.interval_days
    if days is None:
        return warn("interval/ask", "interval.ask", drug=called(use))
    if days_of(use) is None:
        return warn("interval/slip", "interval.slip", drug=called(use), days=str(days), most=str(MOST_DAYS))
    if use.interval_source not in READ:
        return warn("interval/from_label", "interval.from_label", drug=called(use), days=str(days))
    return None


def _of_harvest(last: _Clear | None, reaped: date | None, on: date) -> list[Ruling]:
    """Goods whose day of harvest nobody gave were harvested today at the latest: a later first day stops them too."""
    if last is not None and (reaped or on) < last.day:
        return [_too_early(last, reaped)]
    if reaped is None:
        return [warn("interval/harvest", "interval.harvest")]
    return [warn("interval/harvest_ahead", "interval.harvest_ahead", harvest=reaped.isoformat())] if reaped > on else []


def _too_early(last: _Clear, reaped: date | None) -> Ruling:
    facts = {
        "drug": called(last.use),
        "used": last.used.isoformat(),
        "days": str(last.use.interval_days),
        "earliest": last.day.isoformat(),
    }
    if reaped is None:
        return stop("interval/first_day", "interval.not_yet", **facts)
    return stop("interval/first_day", "interval.too_early", harvest=reaped.isoformat(), **facts)
