"""Who is told of an alarm now: step by step, as long as nobody has seen it. Pure: values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from ui.county.alarms.channels import Law

GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Duty:
    """`regions` as in an account: codes or beginnings of codes; none: the whole county. Days are ISO 8601 or empty."""

    id: str
    name: str
    channel: str
    address: str
    step: int
    account: str = ""
    regions: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def counts(self, day: str, region: str) -> bool:
        in_time = (not self.since or self.since <= day) and (not self.until or day <= self.until)
        return in_time and (not self.regions or any(region.startswith(one) for one in self.regions))


@dataclass(frozen=True, slots=True)
class Telling:
    """One that was begun: since when, and how it stands (due, sent, given_up)."""

    duty: str
    step: int
    state: str
    made: datetime


def due(
    heard: datetime, region: str, duties: Sequence[Duty], begun: Sequence[Telling], now: datetime, law: Law
) -> list[Duty]:
    """Those who are to be told and were not yet. `heard` is when the alarm reached the county, `region` its station's.

    The lowest step that anybody has is told at once. Every other follows the one below it: so many minutes after that
    was told, or at once when nobody of it could be reached.
    """
    if now - heard > timedelta(hours=law.hours):
        return []
    serving = [duty for duty in duties if duty.counts(now.date().isoformat(), region)]
    steps = sorted({duty.step for duty in serving} | {one.step for one in begun})
    open_steps = set(steps[:1])
    for below, step in pairwise(steps):
        if below not in open_steps or not _passed(below, step, begun, now, law):
            break
        open_steps.add(step)
    known = {(one.duty, one.step) for one in begun}
    return [duty for duty in serving if duty.step in open_steps and (duty.id, duty.step) not in known]


def minutes_of(step: int, law: Law) -> int:
    """The last figure holds for every further step."""
    return law.minutes[min(step, len(law.minutes)) - 1]


def _passed(below: int, step: int, begun: Sequence[Telling], now: datetime, law: Law) -> bool:
    told = [one for one in begun if one.step == below]
    if not told:
        return False
    if all(one.state == GIVEN_UP for one in told):
        return True
    return now >= max(one.made for one in told) + timedelta(minutes=minutes_of(step, law))
