"""Whoever waits aside, runs that go on and slips that were asked for, as every page tells them: in few words.

What a farmer is not disturbed by stays quiet: a count. What somebody has to come for stands there with sign and word.
"""

import time
from dataclasses import dataclass

from kiosk.rules.visits.turn import Stage
from kiosk.screen import Aside, RunShown, SlipShown, TimerShown
from ui.station.view import View

SLOTS = 5  # on the rail of the idle page: the turns, and the way to more of them
CALLING = ("open", "missed", "broken")  # phases of a clock for which somebody has to come
ANSWERED = (Stage.RESULT, Stage.RETESTING, Stage.STOPPED, Stage.PROMISE, Stage.TEST_CHOICE)
OUT = ("failed", "unsure")  # states of a slip about which somebody is asked
COMING = ("waiting", "drawing", "printing", "done")


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that somebody has to see to."""

    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A turn on the rail; `calls`: somebody has to come for it."""

    visit: str
    who: str
    state: str
    sign: str
    calls: bool


@dataclass(frozen=True, slots=True)
class Rail:
    shown: tuple[Waiting, ...]
    more: int | None = None  # the next leaf


def rail(view: View) -> Rail:
    """Those that somebody has to come for stand first."""
    every = sorted((_waiting(view, one) for one in view.screen.aside), key=lambda one: not one.calls)
    if len(every) <= SLOTS:
        return Rail(tuple(every))
    here = SLOTS - 1
    leaves = -(-len(every) // here)
    begin = view.leaf % leaves * here
    return Rail(tuple(every[begin : begin + here]), (view.leaf + 1) % leaves)


def told(view: View) -> str:
    """One calm sentence: how many are tested, how many results wait. Empty where nobody waits."""
    aside = view.screen.aside
    results = sum(one.stage in ANSWERED for one in aside)
    tested = sum(one.stage is Stage.TESTING for one in aside)
    parts = [view.say("queue.tested", count=tested)] if tested else []
    parts += [view.say("queue.results", count=results)] if results else []
    return view.say("queue.and").join(parts)


def marks(view: View) -> tuple[Mark, ...]:
    """What is not on the page and cannot wait: a clock that is over, an analyzer that fell silent, a free one."""
    screen = view.screen
    found = [_run(view, run) for run in screen.runs if run.visit != screen.visit.id]
    found += [_called(view, one) for one in screen.aside if one.called]
    if screen.visit.stage in (Stage.DESK, Stage.TOOL, Stage.FILLING):
        found += [_clock(view, one) for one in screen.timers if one.phase in CALLING]
    return tuple(one for one in found if one is not None)


def failed(view: View) -> SlipShown | None:
    """The first slip that did not come out: whose it is is asked, or, while nobody is served, called."""
    idle = view.screen.visit.stage is Stage.IDLE
    return next((one for one in view.screen.slips if one.state in OUT and (one.yours or idle)), None)


def coming(view: View) -> SlipShown | None:
    """The slip that comes out now, or has just come out."""
    return next((one for one in reversed(view.screen.slips) if one.state in COMING), None)


def slip_words(view: View, slip: SlipShown) -> str:
    """What is to be told of it, whole."""
    name = view.say(f"slip.name.{slip.name}")
    problem = "" if slip.problem is None else view.tell(slip.problem)
    if slip.state in OUT and not slip.yours:
        return view.say("slip.called", name=name, about=slip.about)
    return view.say(f"slip.{slip.state}", name=name, about=slip.about, problem=problem)


def clocks(view: View) -> str:
    """`<id>:<whole seconds>` of every clock that the page counts, for its frame: they are no part of what it says."""
    return " ".join(f"{name}:{seconds}" for name, seconds in _clocks(view))


def _clocks(view: View) -> list[tuple[str, int]]:
    now = time.monotonic()
    runs = [(f"run-{run.run}", round(run.ends - now)) for run in view.screen.runs if run.ends]
    loading = () if view.screen.loading is None else view.screen.loading.timers
    timers = [
        (f"step-{one.step}", round(one.began + (one.least if one.phase == "early" else one.most or one.least) - now))
        for one in (*view.screen.timers, *loading)
        if one.began and one.phase in ("early", "open")
    ]
    return [*runs, *timers]


def _waiting(view: View, one: Aside) -> Waiting:
    run = next((run for run in view.screen.runs if run.visit == one.visit), None)
    state, sign, calls = _state(view, one, run)
    who = one.who or view.say("queue.somebody")
    return Waiting(one.visit, view.say("queue.staff", who=who) if one.staff else who, state, sign, calls)


def _state(view: View, one: Aside, run: RunShown | None) -> tuple[str, str, bool]:
    """In words, with its sign; and whether somebody has to come."""
    if run is not None and run.problem is not None:
        return view.say("queue.silent"), "attention", True
    if one.over or (run is not None and run.over):
        return view.say("queue.over"), "attention", True
    if one.called:
        return view.say("queue.called"), "hand", True
    return (*_quiet(view, one), False)


def _quiet(view: View, one: Aside) -> tuple[str, str]:
    if one.place:
        return view.say("queue.place", place=one.place), "wait"
    if one.stage is Stage.TESTING:
        return view.say("queue.testing"), "test"
    return (view.say("queue.result"), "yes") if one.stage in ANSWERED else (view.say("queue.open"), "paper")


def _run(view: View, run: RunShown) -> Mark | None:
    if run.problem is not None:
        return Mark("attention", view.say("queue.mark.silent", analyzer=run.analyzer))
    if run.over:
        return Mark("attention", view.say("queue.mark.over", analyzer=run.analyzer))
    if run.step is not None and run.step.word:
        return Mark("hand", view.say("queue.mark.asks", analyzer=run.analyzer))
    return None


def _called(view: View, one: Aside) -> Mark:
    return Mark("hand", view.say("queue.mark.called", who=one.who or one.slip))


def _clock(view: View, timer: TimerShown) -> Mark:
    name = view.named(timer.names, timer.step)
    return Mark("wait" if timer.phase == "open" else "attention", view.say(f"queue.mark.{timer.phase}", step=name))
