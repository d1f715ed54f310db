"""What the box believes of its clock: never earlier than what has happened, and no longer than something vouches."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.clock import BEIJING, Clock, ClockState

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=BEIJING)  # still yesterday in UTC
FLOOR = datetime(2026, 1, 1, tzinfo=BEIJING)


class Box:
    """A box whose clock and whose time since start are set by hand."""

    def __init__(self, folder: Path) -> None:
        self.at = NOW
        self.up = 0.0
        self.synchronised = folder / "synchronized"
        self.clock = Clock(FLOOR, lambda: self.at, self.synchronised, lambda: self.up)

    def passes(self, time: timedelta) -> None:
        self.at += time
        self.up += time.total_seconds()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_a_clock_that_nothing_vouches_for_is_unknown(box: Box) -> None:
    assert box.clock.now().state is ClockState.UNKNOWN
    assert not box.clock.now().trusted


def test_a_clock_behind_what_has_happened_stands_at_that_moment_on_a_day_of_beijing(box: Box) -> None:
    box.clock.raise_floor(NOW.astimezone(UTC) + timedelta(hours=1))
    now = box.clock.now()
    assert now.state is ClockState.FLOOR
    assert now.text == "2026-11-22T01:30:00.000+08:00"


@pytest.mark.parametrize("vouches", ["ntp", "county"])
def test_a_county_a_little_ahead_does_not_make_a_good_clock_untrusted(box: Box, vouches: str) -> None:
    if vouches == "ntp":
        box.synchronised.touch()
    box.clock.heard_county(NOW + timedelta(seconds=2))
    now = box.clock.now()
    assert (now.state, now.at) == (ClockState(vouches), NOW + timedelta(seconds=2))


def test_a_receipt_vouches_only_while_the_clock_keeps_to_it(box: Box) -> None:
    box.clock.heard_county(NOW - timedelta(minutes=1))
    box.passes(timedelta(hours=3))
    assert box.clock.now().state is ClockState.COUNTY
    box.at += timedelta(hours=1)
    assert box.clock.now().state is ClockState.UNKNOWN


def test_a_box_that_woke_up_in_the_future_comes_home_when_its_clock_is_set(box: Box) -> None:
    box.clock.raise_floor(NOW + timedelta(days=3650), ClockState.UNKNOWN)
    assert box.clock.now().at == NOW + timedelta(days=3650)
    assert box.clock.now().state is ClockState.FLOOR
    box.synchronised.touch()
    assert (box.clock.now().at, box.clock.now().state) == (NOW, ClockState.NTP)


def test_what_happened_at_a_sure_time_holds_even_a_synchronised_clock(box: Box) -> None:
    box.synchronised.touch()
    box.clock.raise_floor(NOW + timedelta(days=1), ClockState.NTP)
    assert (box.clock.now().at, box.clock.now().state) == (NOW + timedelta(days=1), ClockState.FLOOR)
