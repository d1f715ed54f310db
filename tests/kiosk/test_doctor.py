"""The station looked over: each part by what is known of it, and every order of the county answered once."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.reading import Identity
from kiosk.checking import Checked
from kiosk.clock import ClockState, Now
from kiosk.doctor import Doctor, Facts, down_problem, examined, told
from kiosk.housekeeping import Household
from kiosk.rules.messages import Check, DoctorAsked, DoctorReport
from kiosk.rules.sentence import Sentence
from kiosk.screen import DeviceState, Link
from kiosk.storage import MB, Disk, Limits
from kiosk.words import LANGUAGES, load_words
from tests.support.bodies import START
from tests.support.house import House, at

DISK = Disk(300 * MB, 9000 * MB, Limits(), 10 * MB)
TESTER = Identity("dayuan-tl310", 1, "0" * 64, "DaYuan", "TL-310", None, "documented")
WELL = Facts(
    now=Now(START, ClockState.NTP),
    checked=Checked(40, 40, at(START - timedelta(days=2)), ""),
    link=Link(40, 40, at(START)),
    disk=DISK,
    down=None,
    devices=(DeviceState("camera", None), DeviceState("left", None, TESTER)),
    software="0.1.0",
    offered="",
    left_out=0,
)
SILENT = DeviceState("printer", Sentence("problem.printer.silent"))
LATE = at(START - timedelta(days=8))


def part(facts: Facts, name: str) -> Check:
    return next(check for check in examined(facts) if check.part == name)


def test_all_is_well() -> None:
    assert {check.state for check in examined(WELL)} == {"ok"}
    assert {check.problem for check in examined(WELL)} == {""}


@pytest.mark.parametrize(
    ("name", "state", "problem", "changed"),
    [
        ("record", "fail", "doctor.record_wrong", {"checked": Checked(4, 40, at(START), "differs 5")}),
        ("record", "warn", "doctor.check_late", {"checked": Checked(40, 40, at(START - timedelta(days=15)), "")}),
        ("record", "ok", "", {"checked": Checked(4, 40, "", "")}),
        ("disk", "fail", "doctor.disk_full", {"disk": replace(DISK, free=MB)}),
        ("disk", "warn", "doctor.disk_scarce", {"disk": replace(DISK, free=400 * MB)}),
        ("disk", "ok", "", {"disk": None}),
        ("clock", "warn", "doctor.clock_floor", {"now": Now(START, ClockState.FLOOR)}),
        ("clock", "warn", "doctor.clock_unknown", {"now": Now(START, ClockState.UNKNOWN)}),
        ("uplink", "warn", "doctor.never_heard", {"link": Link(40, 0, "")}),
        ("uplink", "warn", "doctor.county_silent", {"link": Link(40, 30, at(START - timedelta(days=2)))}),
        ("uplink", "fail", "doctor.county_silent", {"link": Link(40, 30, LATE)}),
        ("uplink", "ok", "", {"link": Link(40, 40, LATE)}),
        ("down", "fail", "doctor.down_unreadable", {"down": Sentence("doctor.down_unreadable")}),
        ("printer", "fail", "problem.printer.silent", {"devices": (SILENT,)}),
        ("software", "warn", "doctor.update_waits", {"offered": "0.2.0"}),
        ("software", "ok", "", {"offered": "0.1.0"}),
        ("packs", "warn", "doctor.packs_left_out", {"left_out": 2}),
    ],
)  # fmt: skip
def test_each_part_is_judged(name: str, state: str, problem: str, changed: dict[str, object]) -> None:
    check = part(replace(WELL, **changed), name)  # type: ignore[arg-type]
    assert (check.state, check.problem) == (state, problem)
    for language in LANGUAGES:
        sentence = told(check)
        assert load_words(language).say(sentence.key, **sentence.facts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_well_is_said_too(language: str) -> None:
    words = load_words(language)
    said = [words.say(told(check).key, **told(check).facts) for check in examined(WELL)]
    assert len(set(said)) == len(said) == 9


def test_what_the_uplink_brought_can_be_read_or_not(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert down_problem(house.home.down) is None
    house.order(DoctorAsked())
    assert down_problem(house.home.down) is None
    (segment,) = (house.home.down / "own").glob("*.seg")
    segment.write_bytes(b"not a segment at all, and longer than a head")
    problem = down_problem(house.home.down)
    assert problem is not None
    assert (problem.key, problem.facts) == ("doctor.down_damaged", {"file": segment.name, "seq": "1"})


def serve(house: House) -> None:
    """A start of the program, and some idle moments."""
    with house.record() as record:
        household = Household(record, house.clock)
        household.does(Doctor(record, lambda: household.facts(0)).answer)
        for _ in range(4):
            household.tick((DeviceState("camera", None),), idle=True)


def test_every_order_is_answered_once_also_after_a_restart(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.order(DoctorAsked("before the season"), DoctorAsked())
    serve(house)
    serve(house)
    reports = [body for body in house.entries(DoctorReport) if isinstance(body, DoctorReport)]
    assert [report.asked for report in reports] == ["own/1", "own/2"]
    assert {check.part for check in reports[0].checks} >= {"record", "disk", "clock", "uplink", "down", "camera"}
