"""Steps that a clock rules. A timer never resumes by guess: a restart, a sleep or a missed window ends it.

Durations come from the clock that runs since the box was started; the wall clock only tells people when.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

from kiosk.rules.errors import Unreadable, Unusable
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.testing.methods import TimedStep

BEIJING = timezone(timedelta(hours=8))  # one legal time, without daylight saving
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
SLEPT = SECOND  # less than this is the time between reading one clock and the other
MOMENT = re.compile(r"(\S+) ([0-9]+) (-?[0-9]+) (\S+[+-][0-9]{2}:[0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, by all clocks of the box. `uptime` stands still while the box sleeps, `asleep` is how long it has slept.

    `boot` is the kernel's id of this start: after another start the uptime means nothing.
    """

    at: datetime
    boot: str
    uptime: timedelta
    asleep: timedelta = timedelta(0)

    @property
    def text(self) -> str:
        return f"{self.boot} {self.uptime // MICROSECOND} {self.asleep // MICROSECOND} {self.at.isoformat()}"


class Phase(StrEnum):
    EARLY = "early"
    OPEN = "open"  # it may be ended now
    MISSED = "missed"
    BROKEN = "broken"  # nobody knows how long it took


@dataclass(frozen=True, slots=True)
class Checked:
    """`left`: whole seconds until the step may be ended, then until it must be; None where it may wait for ever."""

    phase: Phase
    left: int | None


@dataclass(frozen=True, slots=True)
class Timer:
    step: TimedStep
    started: Moment
    ended: Moment | None = None
    temperature: Decimal | None = None  # °C beside it, where it is measured


def moment_from(text: str) -> Moment:
    """The moment that was saved as its `text`. Raises Unreadable."""
    parts = MOMENT.fullmatch(text)
    if parts is None:
        raise Unreadable("rules.moment", text=text)
    try:
        at = datetime.fromisoformat(parts[4])
        return Moment(at, parts[1], int(parts[2]) * MICROSECOND, int(parts[3]) * MICROSECOND)
    except (ValueError, OverflowError) as wrong:
        raise Unreadable("rules.moment", text=text) from wrong


def started(step: TimedStep, now: Moment) -> Timer:
    return Timer(step, now)


def ended(timer: Timer, now: Moment, temperature: Decimal | None = None) -> Timer:
    """The step is over as far as the person or the reading says; a second end changes nothing."""
    return timer if timer.ended else replace(timer, ended=now, temperature=temperature)


def checked(timer: Timer, now: Moment) -> Checked:
    until = timer.ended or now
    if interrupted(timer.started, until):
        return Checked(Phase.BROKEN, 0)
    passed = until.uptime - timer.started.uptime
    least, most = timer.step.least * SECOND, timer.step.most
    if passed < least:
        return Checked(Phase.EARLY, _up(least - passed))
    if most is None:
        return Checked(Phase.OPEN, None)
    return Checked(Phase.OPEN, _up(most * SECOND - passed)) if passed <= most * SECOND else Checked(Phase.MISSED, 0)


def interrupted(start: Moment, now: Moment) -> Ruling | None:
    """Why nobody knows how long it is from one moment to the other."""
    since = minute(start.at)
    if start.boot != now.boot or now.uptime < start.uptime:
        return stop("timing/restarted", "timing.restarted", started=since)
    slept = now.asleep - start.asleep
    if slept >= SLEPT:
        return stop("timing/suspended", "timing.suspended", started=since, slept=str(_up(slept)))
    return None


def timer_ruling(timer: Timer, now: Moment) -> Ruling | None:
    """Why the step may not be ended now, or was not ended in its window."""
    until = timer.ended or now
    state, step = checked(timer, until), timer.step
    if state.phase is Phase.BROKEN:
        return interrupted(timer.started, until)
    passed = str((until.uptime - timer.started.uptime) // SECOND)
    if state.phase is Phase.EARLY:
        facts = {"step": step.id, "least": str(step.least), "left": str(state.left)}
        return stop("timing/early", "timing.early", passed=passed, **facts)
    if state.phase is Phase.MISSED:
        return stop("timing/missed", "timing.missed", step=step.id, most=str(step.most), passed=passed)
    return None


def step_rulings(steps: Sequence[TimedStep], timers: Sequence[Timer], now: Moment) -> tuple[Ruling, ...]:
    """Whether every step that people do was done in its window; of a step that was begun anew every try counts."""
    return tuple(
        ruling for step in steps for ruling in _of_step(step, [one for one in timers if one.step == step], now)
    )


def too_soon(waited: timedelta, steps: Sequence[TimedStep]) -> Ruling | None:
    """A reading that comes sooner than the analyzer's own steps allow is of an earlier loading.

    `waited` is the time since the run was started on the box, `steps` those that the analyzer does by itself.
    """
    least = sum(step.least for step in steps)
    if waited >= least * SECOND:
        return None
    return stop("timing/too_soon", "timing.too_soon", waited=str(max(waited // SECOND, 0)), least=str(least))


def day_of(at: datetime) -> date:
    """The calendar day in China. Raises Unusable for a time without offset."""
    return _aware(at).date()


def minute(at: datetime) -> str:
    """As people are told it: `2026-11-22 08:30`, in China. Raises Unusable for a time without offset."""
    return f"{_aware(at):%Y-%m-%d %H:%M}"


def _of_step(step: TimedStep, timers: Sequence[Timer], now: Moment) -> list[Ruling]:
    if not timers:
        return [stop("timing/skipped", "timing.skipped", step=step.id, least=str(step.least))]
    if timers[-1].ended is None:
        return [timer_ruling(timers[-1], now) or stop("timing/unended", "timing.unended", step=step.id)]
    return [ruling for one in timers for ruling in (timer_ruling(one, now), _temperature(one)) if ruling is not None]


def _temperature(timer: Timer) -> Ruling | None:
    step, value = timer.step, timer.temperature
    if value is None:
        return None
    if step.low is not None and value < step.low:
        return warn("timing/cold", "timing.cold", step=step.id, value=str(value), limit=str(step.low))
    if step.high is not None and value > step.high:
        return warn("timing/hot", "timing.hot", step=step.id, value=str(value), limit=str(step.high))
    return None


def _up(left: timedelta) -> int:
    return -(-left // SECOND)


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise Unusable("rules.no_offset", time=at.isoformat())
    return at.astimezone(BEIJING)
