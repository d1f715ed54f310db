"""What the box believes of its clock: never earlier than what has happened, and no longer than something vouches."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.clock import BEIJING, COUNTY_AGREES, Clock, ClockState

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


def test_without_a_clock_time_goes_on_from_what_is_known(box: Box) -> None:
    box.clock.raise_floor(NOW)
    box.at = datetime(1970, 1, 1, tzinfo=BEIJING)
    box.passes(timedelta(hours=30))
    now = box.clock.now()
    assert (now.at, now.state) == (NOW + timedelta(hours=30), ClockState.FLOOR)


@pytest.mark.parametrize(("ahead", "believed"), [(timedelta(days=400), True), (timedelta(days=3650), False)])
def test_a_box_may_stand_still_for_a_year_and_not_for_ten(box: Box, ahead: timedelta, believed: bool) -> None:
    box.clock.raise_floor(NOW)
    box.at += ahead
    assert box.clock.now().at == (box.at if believed else NOW)
    box.synchronised.touch()
    assert (box.clock.now().at, box.clock.now().state) == (box.at, ClockState.NTP)


def test_a_clock_that_was_a_little_fast_does_not_take_the_date_back(box: Box) -> None:
    """Half past midnight by a fast clock; then the network says that it is still yesterday."""
    box.clock.raise_floor(box.clock.now().at, ClockState.UNKNOWN)
    box.at -= timedelta(minutes=40)
    box.synchronised.touch()
    assert (box.clock.now().at, box.clock.now().trusted) == (NOW, False)
    box.passes(timedelta(minutes=41))
    assert (box.clock.now().at, box.clock.now().state) == (NOW + timedelta(minutes=1), ClockState.NTP)


class Life(RuleBasedStateMachine):
    """A box over years: its clock wrong in every way, now and then something that vouches, and certificates."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.synchronised = Path(self.folder.name) / "synchronized"
        self.true = NOW
        self.up = 0.0
        self.wall: timedelta | datetime = timedelta()  # how far it is off; or where it stands
        self.entries: list[tuple[datetime, ClockState]] = []
        self.receipt: datetime | None = None
        self.dates: list[date] = []
        self.clock = self.started()

    def started(self) -> Clock:
        clock = Clock(FLOOR, self.read, self.synchronised, lambda: self.up)
        for entry in self.entries[-20:]:
            clock.raise_floor(*entry)
        if self.receipt is not None:
            clock.raise_floor(self.receipt)
        return clock

    def read(self) -> datetime:
        return self.wall if isinstance(self.wall, datetime) else self.true + self.wall

    @rule(hours=st.integers(1, 24 * 40))
    def passes(self, hours: int) -> None:
        self.true += timedelta(hours=hours)
        self.up += hours * 3600
        if isinstance(self.wall, datetime):
            self.wall += timedelta(hours=hours)

    @rule(off=st.sampled_from([timedelta(days=-730), timedelta(days=3650), timedelta(hours=12), timedelta(hours=-12)]))
    def steps(self, off: timedelta) -> None:
        self.synchronised.unlink(missing_ok=True)
        self.wall = off

    @rule()
    def forgets(self) -> None:
        self.synchronised.unlink(missing_ok=True)
        self.wall = datetime(1970, 1, 1, tzinfo=BEIJING)

    @rule()
    def network_time(self) -> None:
        self.wall = timedelta()
        self.synchronised.touch()

    @rule()
    def hears_the_county(self) -> None:
        self.receipt = self.true
        self.clock.heard_county(self.true)

    @rule(hours=st.integers(0, 24 * 60))
    def stands_without_power(self, hours: int) -> None:
        self.true += timedelta(hours=hours)
        self.up = 0.0
        self.synchronised.unlink(missing_ok=True)
        self.clock = self.started()

    @rule()
    def certificate(self) -> None:
        now = self.clock.now()
        self.clock.raise_floor(now.at, now.state)
        self.entries.append((now.at, now.state))
        self.dates.append(date.fromisoformat(now.text[:10]))

    @invariant()
    def no_date_goes_back(self) -> None:
        assert self.dates == sorted(self.dates)

    @invariant()
    def what_is_vouched_for_is_true(self) -> None:
        now = self.clock.now()
        assert not now.trusted or abs(now.at - self.true) <= COUNTY_AGREES

    def teardown(self) -> None:
        self.folder.cleanup()


Life.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestCertificateDatesNeverGoBack = Life.TestCase
