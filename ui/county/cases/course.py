"""The course of a case: its steps in, where it stands and what is due next out. Pure: no clock, no rows.

States: open (repeats are awaited), confirmed, suspect, at_lab, lab_positive, lab_negative, disposed, handed_over,
closed. Whether something is overdue is a question of the hour, and is asked of `Wait.until` by whoever knows the hour.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from kiosk.clock import BEIJING
from kiosk.rules.messages import Outcome
from kiosk.rules.oversight.disposal import AWAY
from kiosk.rules.oversight.objection import CONFIRMS, RECHECK_DAYS, Result, moment
from kiosk.rules.oversight.workdays import due

LONG_REASON = 10  # letters, where a case is closed although something stands in its way
IN_TIME = "in_time"
SEEING = ("seen", "taken", "sent", "result", "disposed", "enforcement", "police", "answered", "closed")
HANDED = ("enforcement", "police")


class State(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    SUSPECT = "suspect"
    AT_LAB = "at_lab"
    LAB_POSITIVE = "lab_positive"
    LAB_NEGATIVE = "lab_negative"
    DISPOSED = "disposed"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"


SCREENED = (State.OPEN, State.CONFIRMED, State.SUSPECT)


@dataclass(frozen=True, slots=True)
class Step:
    """`what`: one of CASE_STEPS, or of a station: sample, bound, delivered, objected, objection_closed, disposal.

    `at` and `until` are stamps; `said` is what it came to: an outcome, a measure, `in_time`, a result of an objection.
    `name` is the entry that says it.
    """

    what: str
    at: str
    said: str = ""
    until: str = ""
    name: tuple[str, int] = ("", 0)


@dataclass(frozen=True, slots=True)
class Wait:
    """What is due: see, repeat, object (the four hours), send, report, dispose, answer, close.

    `until` is a stamp, empty where no text names an hour. `rule` names where that comes from: a clause of the rules, a
    setting, `own` for the day that somebody at the office wrote down, or nothing.
    """

    what: str
    until: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """`obstacles` are what forbids to close without a reason of some length: objecting, at_lab, not_disposed."""

    state: State
    seen: bool
    wait: Wait | None
    obstacles: tuple[str, ...]


def stamp(text: str) -> str:
    """A time as text that sorts: UTC with milliseconds. Empty for what is no time."""
    at = moment(text)
    return "" if at is None else stamped(at)


def stamped(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def end_of(day: str) -> str:
    """The last moment of a day in Beijing, as a stamp; empty for none."""
    return stamp(f"{day}T23:59:59.999+08:00") if day else ""


def standing(screened: State, first_at: str, steps: Iterable[Step]) -> Standing:
    """`screened` is what the first test and its repeats came to; `first_at` the stamp of the first test.

    Steps count in the order of their times, in whatever order they are given.
    """
    told = sorted(steps, key=lambda step: (step.at, step.name))
    facts = _Facts.of(told)
    state = facts.state(screened)
    seen = any(step.what in SEEING for step in told)
    wait = Wait("see", first_at, "report_hours") if not seen and state is not State.CLOSED else _wait(state, facts)
    return Standing(state, seen, wait, () if state is State.CLOSED else tuple(facts.obstacles()))


def obstacle_to(what: str, stands: Standing, reason: str, *, anyway: bool) -> str:
    """Why a step may not be noted now, as the end of a key; empty: it may.

    A case that is closed takes a reopening or a remark. Closing asks for a reason, and for a longer one and a second
    thought (`anyway`) where something stands in its way.
    """
    if stands.state is State.CLOSED:
        return "" if what in ("reopened", "note", "seen") else "closed"
    if what == "reopened":
        return "not_closed"
    if what == "closed" and stands.obstacles and not (anyway and len(reason) >= LONG_REASON):
        return stands.obstacles[0]
    return ""


@dataclass(frozen=True, slots=True)
class _Facts:
    """The last step of each sort, as far as nothing later undid it."""

    closed: bool
    handed: Step | None
    lab: Step | None  # its outcome in `said`
    sent: Step | None
    disposed: bool
    delivered: Step | None
    objected: bool

    @classmethod
    def of(cls, steps: Sequence[Step]) -> "_Facts":
        def last(*names: str) -> Step | None:
            return next((step for step in reversed(steps) if step.what in names), None)

        ended = last("closed", "reopened")
        handed, sent = last(*HANDED, "answered"), last("sent", "result")
        objected = last("objected", "objection_closed", "result")
        delivered = next((step for step in steps if step.what == "delivered" and step.until), None)
        return cls(
            closed=ended is not None and ended.what == "closed",
            handed=handed if handed is not None and handed.what in HANDED else None,
            lab=_lab(steps),
            sent=sent if sent is not None and sent.what == "sent" else None,
            disposed=any(_is_disposal(step) for step in steps),
            delivered=delivered,
            objected=objected is not None and objected.what == "objected" and objected.said == IN_TIME,
        )

    def state(self, screened: State) -> State:
        """The gravest thing that is not over."""
        if self.closed:
            return State.CLOSED
        if self.handed is not None:
            return State.HANDED_OVER
        if self.sent is not None or self.objected:
            return State.AT_LAB
        if self.disposed:
            return State.DISPOSED
        if self.lab is None:
            return screened
        return State.LAB_POSITIVE if self.lab.said == Outcome.POSITIVE else State.LAB_NEGATIVE

    def obstacles(self) -> Iterable[str]:
        if self.objected:
            yield "objecting"
        if self.sent is not None:
            yield "at_lab"
        if self.lab is not None and self.lab.said == Outcome.POSITIVE and not self.disposed:
            yield "not_disposed"


def _lab(steps: Sequence[Step]) -> Step | None:
    """The last word of a laboratory, its outcome in `said`."""
    for step in reversed(steps):
        if step.what == "result" and step.said:
            return step
        if step.what == "objection_closed" and (found := CONFIRMS.get(_result(step.said))) is not None:
            return Step(step.what, step.at, found.value, step.until, step.name)
    return None


def _result(text: str) -> Result:
    return Result(text) if text in tuple(Result) else Result.WITHDRAWN


def _is_disposal(step: Step) -> bool:
    return step.what == "disposed" or (step.what == "disposal" and step.said in AWAY)


PLAIN = {
    State.OPEN: Wait("repeat"),
    State.LAB_POSITIVE: Wait("dispose"),
    State.LAB_NEGATIVE: Wait("close"),
    State.DISPOSED: Wait("close"),
}


def _wait(state: State, facts: _Facts) -> Wait | None:
    match state:
        case State.CONFIRMED | State.SUSPECT:
            clock = facts.delivered
            return Wait("send") if clock is None else Wait("object", clock.until, "objection/four_hours")
        case State.AT_LAB:
            return _report(facts.sent)
        case State.HANDED_OVER:
            until = "" if facts.handed is None else facts.handed.until
            return Wait("answer", until, "own" if until else "")
    return PLAIN.get(state)


def _report(sent: Step | None) -> Wait:
    """The day that was agreed with the laboratory, or the seven working days of a re-test."""
    if sent is None:
        return Wait("report")
    if sent.until:
        return Wait("report", sent.until, "own")
    at = moment(sent.at)
    last: date | None = None if at is None else due(at.astimezone(BEIJING).date(), RECHECK_DAYS).on
    return Wait("report", "" if last is None else end_of(last.isoformat()), "objection/seven_days")
