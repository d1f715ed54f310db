"""The timed steps of a card or a strip that a person reads: each tap is the moment at which a step begins.

Lengths come from the clock that nobody can set; a start of the box or its sleep in between ends the step.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from kiosk.rules.errors import Unreadable
from kiosk.rules.quality_control.timing import (
    MICROSECOND,
    SECOND,
    Moment,
    Phase,
    Timer,
    checked,
    interrupted,
    moment_from,
    step_rulings,
    timer_ruling,
)
from kiosk.rules.ruling import Ruling
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Ask, Draft, Facts, Kind
from kiosk.rules.testing.methods import MethodPack, TimedStep

READ = "read"  # id of the step that is the look itself; its window counts from the drops
DROPPED, LOOKED = "dropped", "looked"
WARM = "warm_"  # °C beside a step, where the method asks for some


def step_asks(draft: Draft, facts: Facts, method: MethodPack) -> tuple[Ask, ...]:
    """Each button is pressed when its step begins; the next page counts until it may go on."""
    asked = list[Ask]()
    before: Timer | None = None
    for step in method.steps:
        asked.append(_begins(step, before, facts))
        if step.low is not None or step.high is not None:
            asked.append(Ask(WARM + step.id, Kind.NUMBER, optional=True, most=5))
        began = moment(draft, _ask_of(step))
        before = None if began is None else Timer(step, began)
    told = (Sentence("sheet.reading.blank_first"), *_wrong(before, facts))
    return (*asked, Ask(LOOKED, Kind.READ, text=told, stamp=True, until=_until(before, facts)))


def began(draft: Draft, method: MethodPack) -> Moment | None:
    """When the first step that was timed began."""
    found = (moment(draft, ask) for ask in _order(method))
    return next((one for one in found if one is not None), None)


def waited(draft: Draft) -> int | None:
    """Whole seconds from the drops to the look; None where nobody knows."""
    dropped, looked = moment(draft, DROPPED), moment(draft, LOOKED)
    if dropped is None or looked is None or interrupted(dropped, looked) is not None:
        return None
    return (looked.uptime - dropped.uptime) // SECOND


def too_short(draft: Draft, method: MethodPack) -> tuple[str, Sentence] | None:
    """The tap that came before its step had its time, or before the step itself was begun anew: it is given again."""
    for timer, following in _timers(draft, method):
        if timer.ended is None or checked(timer, timer.ended).phase is not Phase.EARLY:
            continue
        passed = str((timer.ended.uptime - timer.started.uptime) // SECOND)
        facts = {"step": timer.step.id, "least": str(timer.step.least), "passed": passed}
        return following, Sentence("sheet.reading.too_short", facts)
    return next(((ask, Sentence("sheet.reading.anew")) for ask in _overtaken(draft, method)), None)


def rulings(draft: Draft, method: MethodPack, now: Moment) -> tuple[Ruling, ...]:
    """Of the steps that people do; the window of the look is the verdict's own."""
    mine = tuple(step for step in method.steps if step.id != READ)
    timers = tuple(timer for timer, _ in _timers(draft, method) if timer.step.id != READ)
    return step_rulings(mine, timers, now)


def moment(draft: Draft, ask: str) -> Moment | None:
    """Of the tap that answered; None of none, or of what another version of the software wrote."""
    try:
        return moment_from(draft.one(ask)) if draft.one(ask) else None
    except Unreadable:
        return None


def _begins(step: TimedStep, before: Timer | None, facts: Facts) -> Ask:
    told = (Sentence("sheet.reading.drops"),) if step.id == READ else ()
    names = () if step.id == READ else tuple(step.names.items())
    text, until = (*told, *_wrong(before, facts)), _until(before, facts)
    return Ask(_ask_of(step), Kind.READ, text=text, stamp=True, until=until, names=names)


def _until(before: Timer | None, facts: Facts) -> str:
    """By the wall clock of this moment, for who looks at it; empty where nothing has to be waited for.

    The next whole second: a button that opens a moment too early would only be refused.
    """
    if before is None or checked(before, facts.moment).phase is not Phase.EARLY:
        return ""
    passed = facts.moment.uptime - before.started.uptime
    exact = facts.moment.at + before.step.least * SECOND - passed
    return (exact + SECOND - MICROSECOND).isoformat(timespec="seconds")


def _wrong(before: Timer | None, facts: Facts) -> tuple[Sentence, ...]:
    """What has become of the step that is on; that it wants more time, the page counts."""
    if before is None or checked(before, facts.moment).phase is Phase.EARLY:
        return ()
    found = timer_ruling(before, facts.moment)
    return () if found is None else (found.say,)


def _timers(draft: Draft, method: MethodPack) -> Iterator[tuple[Timer, str]]:
    """Each step with the question whose tap ended it."""
    order = _order(method)
    for step, this, following in zip(method.steps, order, order[1:], strict=False):
        started, ended = moment(draft, this), moment(draft, following)
        if started is not None:
            yield Timer(step, started, ended, _degrees(draft, step)), following


def _overtaken(draft: Draft, method: MethodPack) -> Iterator[str]:
    """Taps that are older than the one before them: what came first was done once more."""
    for this, following in pairwise(_order(method)):
        first, second = moment(draft, this), moment(draft, following)
        if first is not None and second is not None and first.boot == second.boot and second.uptime < first.uptime:
            yield following


def _order(method: MethodPack) -> list[str]:
    return [*map(_ask_of, method.steps), LOOKED]


def _ask_of(step: TimedStep) -> str:
    return DROPPED if step.id == READ else f"step_{step.id}"


def _degrees(draft: Draft, step: TimedStep) -> Decimal | None:
    told = draft.one(WARM + step.id)
    return Decimal(told) if told else None
