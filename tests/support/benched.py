"""Screens of the bench and the line for tests of pages: an inspector, his samples, racks of any size, turns aside."""

import time
from decimal import Decimal

from kiosk.rules.messages import Outcome, SampleTaken, SampleType, Scene
from kiosk.rules.ruling import stop, warn
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.visits.turn import Loaded, Stage, Turn, Visit
from kiosk.screen import (
    Alarm,
    Aside,
    ChannelShown,
    LoadingShown,
    RunShown,
    RunState,
    SampleShown,
    StaffShown,
    TesterShown,
    TimerShown,
)

STAFF = StaffShown("u-2", "王强", ("inspector",))
PRODUCTS = ("cowpea", "tomato", "cabbage")
WHO = ("李*英", "王*", "欧阳**")
METHOD = "gbt-5009-199-2003"
ANALYZER = "农药残留检测仪"


def code(nth: int) -> str:
    return f"XP-20261122-{nth:04}"


def taken(nth: int) -> SampleTaken:
    product = PRODUCTS[nth % len(PRODUCTS)]
    return SampleTaken(
        code(nth), SampleType.SUPERVISION, Scene.RETAIL, f"p-{nth}", WHO[nth % 3], product, "", "新平",
        "2026-11-22T08:00:00+08:00", "王强", seals=("F-1", "F-2"),
    )  # fmt: skip


def visit(stage: Stage, *loaded: Loaded, notice: Sentence | None = None) -> Visit:
    return Visit(
        "v-i", Turn.STAFF, stage, staff=STAFF.id, analyzer=ANALYZER, loaded=loaded, reagent="E2611", notice=notice
    )


def an_analyzer(holes: int, name: str = ANALYZER, *, ready: bool = True, busy: bool = False) -> TesterShown:
    return TesterShown(name, ready, busy, METHOD, tuple(range(1, holes + 1)), 1 if holes else None)


def channel(nth: int, filled: int) -> ChannelShown:
    if nth == 1:
        return ChannelShown(1, "control")
    if nth <= filled + 1:
        return ChannelShown(nth, "sample", code(nth), f"T0000{nth}", PRODUCTS[nth % 3])
    return ChannelShown(nth, "empty")


def loading(holes: int, filled: int, waiting: int = 3, *, stopped: bool = True) -> LoadingShown:
    bound = [SampleShown(code(nth), PRODUCTS[nth % 3], WHO[nth % 3], "", nth) for nth in range(2, filled + 2)]
    free = [SampleShown(code(nth), PRODUCTS[nth % 3], WHO[nth % 3], "") for nth in range(500, 500 + waiting)]
    names = {"zh": "提取", "en": "extract"}
    early = TimerShown("extract", names, 600, 900, time.monotonic() - 95, "early")
    later = TimerShown("incubate", {"zh": "培养", "en": "incubate"}, 600, None)
    ruling = stop if stopped else warn
    return LoadingShown(
        ANALYZER,
        (an_analyzer(holes), an_analyzer(holes, "二号仪", busy=True), an_analyzer(holes, "三号仪", ready=False)),
        tuple(channel(nth, filled) for nth in range(1, holes + 1)), tuple(bound + free),
        picked=code(3) if filled > 1 else "", reagent="E2611", reagents=("E2611", "E2612"),
        left=(Sentence("reagent.left_uses", {"reagent": "enzyme", "lot": "E2611", "uses": "40"}),),
        rulings=(ruling("quality/reagent", "loading.reagent_unknown", lot="E2611"),),
        timers=(early, later),
    )  # fmt: skip


def run(holes: int, state: RunState = RunState.READING, points: int = 30) -> RunShown:
    channels = tuple(
        ChannelShown(
            nth, "control" if nth == 1 else "sample", "" if nth == 1 else code(nth), "", PRODUCTS[nth % 3],
            tuple(Decimal(step * nth) / 1000 for step in range(points)), "AU",
        )
        for nth in range(1, holes + 1)
    )  # fmt: skip
    return RunShown(
        "r-1", ANALYZER, "v-i", state, time.monotonic(), time.monotonic() + 171, channels=channels, staff=True
    )


def judged(count: int) -> tuple[Loaded, ...]:
    """Of every outcome, the gravest with its repeats."""
    outcomes = (Outcome.NEGATIVE, Outcome.POSITIVE, Outcome.SUSPECT, Outcome.INVALID)
    return tuple(
        Loaded(taken(nth), f"T{nth}", nth + 2, _notes(nth, outcomes[nth % 4 if nth < 4 else 0])) for nth in range(count)
    )


def _notes(nth: int, outcome: Outcome) -> tuple[TestNote, ...]:
    first = TestNote(40 + nth, outcome, "" if outcome is Outcome.INVALID else f"{20 + nth}.3", None)
    return (first, TestNote(80 + nth, outcome, "63.0", 40 + nth)) if outcome is Outcome.POSITIVE else (first,)


def alarm() -> Alarm:
    return Alarm(41, "tomato", "2026-11-22T09:00:00+08:00", True, "刀美英", "2026-11-22T09:07:00+08:00")


def asides(count: int) -> tuple[Aside, ...]:
    stages = (Stage.TESTING, Stage.RESULT, Stage.TESTING, Stage.RETESTING, Stage.UNSURE)
    return tuple(
        Aside(
            f"a-{nth}", stages[nth % 5], WHO[nth % 3], f"T0K3M9Q{nth}", PRODUCTS[nth % 3], "2026-11-22T09:00:00+08:00",
            place=2 if nth == 2 else 0, called=nth == 7, staff=nth == 5, over=nth == 5,
        )
        for nth in range(count)
    )  # fmt: skip
