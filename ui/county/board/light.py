"""The trust light of a station: facts in, a light with its reasons out. The one law for every page; pure.

RED    what it reports cannot be trusted, or it can work no longer: somebody has to act now
GREY   nobody knows how it stands: it is away, or has never reported
AMBER  it works, and something will have to be looked at
GREEN  all is well

A station that is away keeps its light red when the last that was known of it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

# A live entry travels in seconds; what is older came to a line that does not carry (ui.county.telling.LATE).
QUEUE_AMBER = timedelta(minutes=10)
# Results of yesterday that nobody at the county has seen are of no use to whoever has to stop the goods.
QUEUE_RED = timedelta(hours=24)
# Closed for a weekend or a feast is ordinary; for a week is not, and somebody has to go there.
AWAY_RED = timedelta(days=7)
# A control belongs to the day's runs: tests of a day without one rest on nothing.
CONTROL_SPAN = timedelta(hours=24)
# Reagents stand for months; who has tested nothing for so long begins with a control.
CONTROL_OLD = timedelta(days=30)
# Days that the disk still holds what cannot be sent: a rider today, or a technician next week (kiosk.storage.LEVELS).
DAYS_RED, DAYS_AMBER = 3, 14
SET_CLOCKS = ("ntp", "county")


class State(StrEnum):
    """Values are the marks of the style sheet; each has its own shape and its own word."""

    RED = "bad"
    GREY = "off"
    AMBER = "wait"
    GREEN = "ok"


RANK = {state: place for place, state in enumerate(State)}  # the gravest first


class Receipt(StrEnum):
    """What became of the county's own last receipt when it was read again."""

    NONE = "none"
    GOOD = "good"
    BROKEN = "broken"  # the signature does not hold
    OTHER = "other"  # it holds, and what is stored is another log


@dataclass(frozen=True, slots=True)
class Controlled:
    """One method at one station. `failed`: when the newest control failed and none was passed since.

    `valid` is the last one that was passed, `tested` the last sample; `asked`: the method asks for controls.
    """

    method: str
    valid: datetime | None
    tested: datetime | None
    failed: datetime | None
    asked: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the station said of one of its parts. `grave`: it does not work; `problem` is a key of the words."""

    part: str
    grave: bool
    problem: str
    facts: tuple[tuple[str, str], ...]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the county knows of one station. `pending` entries wait behind a gap; `queue` at the station.

    `days`: how many it can stay offline, by its own last word; None: it has not said. `newest`: the newest software of
    any station.
    """

    heard: datetime | None
    online: bool
    queue: int = 0
    oldest: datetime | None = None
    conflict: bool = False
    pending: int = 0
    blobs: int = 0
    parked: int = 0
    receipt: Receipt = Receipt.NONE
    clock: str = "ntp"
    controls: tuple[Controlled, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    days: int | None = None
    software: str = ""
    newest: str = ""


Told = str | int | datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """`key` is a word of `county.light.why`, filled by `facts`; `trouble` says more in the station's own words."""

    state: State
    key: str
    facts: tuple[tuple[str, Told], ...] = ()
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Light:
    """`reasons`: the gravest first; those of GREEN are remarks that change nothing."""

    state: State
    reasons: tuple[Reason, ...]

    @property
    def gravest(self) -> Reason | None:
        return self.reasons[0] if self.reasons else None


def light(facts: Facts, now: datetime) -> Light:
    """`now` bears an offset, as every time in `facts`."""
    found = sorted(_reasons(facts, now), key=lambda reason: RANK[reason.state])
    return Light(found[0].state if found else State.GREEN, tuple(found))


def _reasons(facts: Facts, now: datetime) -> Iterator[Reason]:
    yield from _log(facts)
    yield from _line(facts, now)
    yield from _queue(facts, now)
    for control in facts.controls:
        yield from _control(control, now)
    yield from _machine(facts)
    yield from _software(facts)


def _log(facts: Facts) -> Iterator[Reason]:
    """Is what it wrote whole, and still what was receipted?"""
    if facts.conflict:
        yield Reason(State.RED, "conflict")
    if facts.receipt in (Receipt.BROKEN, Receipt.OTHER):
        yield Reason(State.RED, f"receipt_{facts.receipt}")
    if facts.pending:
        yield Reason(State.AMBER, "gap", (("count", facts.pending),))
    if facts.parked:
        yield Reason(State.AMBER, "parked", (("count", facts.parked),))


def _line(facts: Facts, now: datetime) -> Iterator[Reason]:
    if facts.heard is None:
        yield Reason(State.GREY, "silent")
    elif not facts.online and now - facts.heard > AWAY_RED:
        yield Reason(State.RED, "lost", (("days", (now - facts.heard).days), ("time", facts.heard)))
    elif not facts.online:
        yield Reason(State.GREY, "away", (("time", facts.heard),))


def _queue(facts: Facts, now: datetime) -> Iterator[Reason]:
    """A queue of unknown age counts as an old one: a station of ours says how old it is."""
    if facts.queue and facts.oldest is None:
        yield Reason(State.AMBER, "behind", (("count", facts.queue),))
    elif facts.queue and facts.oldest is not None and now - facts.oldest > QUEUE_AMBER:
        state = State.RED if now - facts.oldest > QUEUE_RED else State.AMBER
        yield Reason(state, "queue", (("count", facts.queue), ("time", facts.oldest)))
    if facts.blobs:
        yield Reason(State.GREEN, "blobs", (("count", facts.blobs),))


def _control(control: Controlled, now: datetime) -> Iterator[Reason]:
    method = ("method", control.method)
    if control.failed is not None:
        yield Reason(State.RED, "control_failed", (method, ("time", control.failed)))
    elif control.valid is None:
        if control.asked and control.tested is not None:
            yield Reason(State.RED, "control_none", (method, ("time", control.tested)))
    elif control.tested is not None and control.tested - control.valid > CONTROL_SPAN:
        yield Reason(State.RED, "control_missing", (method, ("time", control.tested), ("valid", control.valid)))
    elif now - control.valid > CONTROL_OLD:
        yield Reason(State.AMBER, "control_old", (method, ("days", (now - control.valid).days)))


def _machine(facts: Facts) -> Iterator[Reason]:
    if facts.clock and facts.clock not in SET_CLOCKS:
        yield Reason(State.AMBER, f"clock_{facts.clock}" if facts.clock in ("unknown", "floor") else "clock_unknown")
    for trouble in facts.troubles:
        told: tuple[tuple[str, Told], ...] = (("part", trouble.part),)
        yield Reason(_grave(trouble), "trouble", told, trouble)
    if facts.days is not None and facts.days <= DAYS_AMBER:
        yield Reason(State.RED if facts.days <= DAYS_RED else State.AMBER, "days", (("count", facts.days),))


def _grave(trouble: Trouble) -> State:
    """A broken record is the one part without which nothing that is reported counts."""
    return State.RED if trouble.part == "record" and trouble.grave else State.AMBER


def _software(facts: Facts) -> Iterator[Reason]:
    """Only the last number behind is a remark: an update goes round for days, and amber everywhere is seen nowhere."""
    ours, newest = version_of(facts.software), version_of(facts.newest)
    if ours and newest and ours < newest:
        state = State.AMBER if ours[:2] < newest[:2] else State.GREEN
        yield Reason(state, "software", (("software", facts.software), ("newest", facts.newest)))


@lru_cache(256)  # five hundred stations run the same few
def version_of(software: str) -> tuple[int, ...]:
    """The numbers in `liangzheng 1.4.0`; empty for what is no version of ours."""
    numbers = software.rpartition(" ")[2].partition("+")[0].split(".")
    short = all(number.isdecimal() and len(number) <= 6 for number in numbers)
    return tuple(int(number) for number in numbers) if short else ()
