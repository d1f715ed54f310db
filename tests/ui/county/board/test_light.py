"""The law of the trust light, case by case: what is green, amber, red and grey, and why."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kiosk.clock import BEIJING
from kiosk.words import LANGUAGES, load_words
from ui.county.board.light import (
    AWAY_RED,
    CONTROL_OLD,
    CONTROL_SPAN,
    DAYS_AMBER,
    DAYS_RED,
    QUEUE_AMBER,
    QUEUE_RED,
    Controlled,
    Facts,
    Receipt,
    State,
    Trouble,
    light,
    version_of,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=BEIJING)
WELL = Facts(heard=NOW - timedelta(minutes=1), online=True, receipt=Receipt.GOOD, software="liangzheng 1.4.2")
MOMENT = timedelta(seconds=1)
METHOD = "GB/T 5009.199-2003"


def ago(span: timedelta) -> datetime:
    return NOW - span


def control(
    valid: datetime | None = NOW,
    tested: datetime | None = NOW,
    failed: datetime | None = None,
    *,
    asked: bool = False,
) -> Facts:
    return replace(WELL, controls=(Controlled(METHOD, valid, tested, failed, asked),))


def trouble(part: str, *, grave: bool) -> Facts:
    return replace(WELL, troubles=(Trouble(part, grave, "problem.printer.paper_out", (), NOW),))


def away(span: timedelta, **facts: object) -> Facts:
    return replace(WELL, online=False, heard=ago(span), **facts)  # type: ignore[arg-type]


CASES: list[tuple[str, Facts, State, str]] = [
    ("all is well", WELL, State.GREEN, ""),
    ("never reported", Facts(heard=None, online=False), State.GREY, "silent"),
    ("closed for the night", away(timedelta(hours=14)), State.GREY, "away"),
    ("away for just a week", away(AWAY_RED), State.GREY, "away"),
    ("away for more than a week", away(AWAY_RED + MOMENT), State.RED, "lost"),
    ("away, and two stories", away(timedelta(hours=1), conflict=True), State.RED, "conflict"),
    ("away, and a clock not set", away(timedelta(hours=1), clock="unknown"), State.GREY, "away"),
    ("two stories of one number", replace(WELL, conflict=True), State.RED, "conflict"),
    ("a forged receipt", replace(WELL, receipt=Receipt.BROKEN), State.RED, "receipt_broken"),
    ("another log than receipted", replace(WELL, receipt=Receipt.OTHER), State.RED, "receipt_other"),
    ("no receipt yet", replace(WELL, receipt=Receipt.NONE), State.GREEN, ""),
    ("a gap", replace(WELL, pending=3), State.AMBER, "gap"),
    ("refused messages", replace(WELL, parked=2), State.AMBER, "parked"),
    ("on its way", replace(WELL, queue=4, oldest=ago(QUEUE_AMBER)), State.GREEN, ""),
    ("a line that does not carry", replace(WELL, queue=4, oldest=ago(QUEUE_AMBER + MOMENT)), State.AMBER, "queue"),
    ("a day behind", replace(WELL, queue=4, oldest=ago(QUEUE_RED)), State.AMBER, "queue"),
    ("more than a day behind", replace(WELL, queue=4, oldest=ago(QUEUE_RED + MOMENT)), State.RED, "queue"),
    ("a queue of unknown age", replace(WELL, queue=4), State.AMBER, "behind"),
    ("an old time and nothing waiting", replace(WELL, oldest=ago(QUEUE_RED * 9)), State.GREEN, ""),
    ("pictures wait", replace(WELL, blobs=6), State.GREEN, "blobs"),
    ("a clock not set", replace(WELL, clock="unknown"), State.AMBER, "clock_unknown"),
    ("a clock behind", replace(WELL, clock="floor"), State.AMBER, "clock_floor"),
    ("a clock of newer software", replace(WELL, clock="sundial"), State.AMBER, "clock_unknown"),
    ("a clock set by the county", replace(WELL, clock="county"), State.GREEN, ""),
    ("a control that held", control(), State.GREEN, ""),
    ("a control that failed", control(failed=NOW), State.RED, "control_failed"),
    ("tested without any control", control(valid=None, asked=True), State.RED, "control_none"),
    ("a method without controls", control(valid=None), State.GREEN, ""),
    ("no test, no control", control(valid=None, tested=None, asked=True), State.GREEN, ""),
    ("control of the same day", control(valid=ago(CONTROL_SPAN)), State.GREEN, ""),
    ("control too old for the test", control(valid=ago(CONTROL_SPAN + MOMENT)), State.RED, "control_missing"),
    ("nothing tested for a month", control(ago(CONTROL_OLD), ago(CONTROL_OLD)), State.GREEN, ""),
    ("nothing tested for longer", control(ago(CONTROL_OLD + MOMENT), ago(CONTROL_OLD)), State.AMBER, "control_old"),
    ("no paper", trouble("printer", grave=True), State.AMBER, "trouble"),
    ("a warning of the record", trouble("record", grave=False), State.AMBER, "trouble"),
    ("a wrong record", trouble("record", grave=True), State.RED, "trouble"),
    ("room for weeks", replace(WELL, days=DAYS_AMBER + 1), State.GREEN, ""),
    ("room for days", replace(WELL, days=DAYS_AMBER), State.AMBER, "days"),
    ("hardly any room", replace(WELL, days=DAYS_RED), State.RED, "days"),
    ("no word of the disk", replace(WELL, days=None), State.GREEN, ""),
    ("the newest software", replace(WELL, newest="liangzheng 1.4.2"), State.GREEN, ""),
    ("one repair behind", replace(WELL, newest="liangzheng 1.4.10"), State.GREEN, "software"),
    ("a version behind", replace(WELL, newest="liangzheng 1.5.0"), State.AMBER, "software"),
    ("software of somebody else", replace(WELL, software="own build"), State.GREEN, ""),
]


@pytest.mark.parametrize(("facts", "state", "key"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_law(facts: Facts, state: State, key: str) -> None:
    found = light(facts, NOW)
    assert found.state is state
    assert ("" if found.gravest is None else found.gravest.key) == key


def test_every_reason_is_told_and_the_gravest_first() -> None:
    facts = replace(
        WELL, conflict=True, pending=1, queue=9, oldest=ago(QUEUE_RED * 2), clock="floor", blobs=1, online=False
    )
    found = light(facts, NOW)
    assert [reason.key for reason in found.reasons] == ["conflict", "queue", "away", "gap", "clock_floor", "blobs"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_sentence(language: str) -> None:
    words = load_words(language)
    for name, facts, _, _ in CASES:
        for reason in light(facts, NOW).reasons:
            told = {"part": "x", "problem": "y", **dict(reason.facts)}
            assert words.say(f"county.light.why.{reason.key}", **told), name


@pytest.mark.parametrize(
    ("software", "version"),
    [
        ("liangzheng 0.1.0", (0, 1, 0)),
        ("liangzheng 0.1.0+dirty", (0, 1, 0)),
        ("1.2", (1, 2)),
        ("", ()),
        ("liangzheng", ()),
        ("liangzheng 1.x", ()),
        (f"liangzheng {'9' * 5000}", ()),
    ],
)
def test_versions(software: str, version: tuple[int, ...]) -> None:
    assert version_of(software) == version
