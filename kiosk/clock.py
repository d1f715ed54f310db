"""The only reader of the wall clock. Time tells people when; order is by seq only.

States of the clock: UNKNOWN nothing vouches for the clock · FLOOR it stood before something that has surely
happened, so that later time is used · NTP the system says it is synchronised · COUNTY a county receipt agreed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

from kiosk.rules.quality_control.timing import Moment

# China has one legal time, UTC+8, without daylight saving.
BEIJING = timezone(timedelta(hours=8))

# systemd-timesyncd touches this file when the kernel clock has been set from a server (systemd-timesyncd.service(8)).
SYNCHRONISED = Path("/run/systemd/timesync/synchronized")

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # another one after every start of the kernel, random(4)

# A receipt travels in seconds; a clock further away than this from the county's is not confirmed by it.
COUNTY_AGREES = timedelta(minutes=5)

# A box may stand in a store for a year or two. A clock that nothing vouches for and that is further ahead than this of
# all that is known is not believed: that is a spoilt battery or a slipped finger, and its dates would stand on paper.
AHEAD = timedelta(days=3 * 366)

# A clock that was a little fast before something vouched for it does not take the date back: we wait for it.
DRIFT = timedelta(days=1)


class ClockState(StrEnum):
    UNKNOWN = "unknown"
    FLOOR = "floor"
    NTP = "ntp"
    COUNTY = "county"


VOUCHED = (ClockState.NTP, ClockState.COUNTY)


@dataclass(frozen=True, slots=True)
class Now:
    at: datetime
    state: ClockState

    @property
    def trusted(self) -> bool:
        return self.state in VOUCHED

    @property
    def text(self) -> str:
        return self.at.isoformat(timespec="milliseconds")


def system_time() -> datetime:
    return datetime.now(BEIJING)


class Clock:
    """`floor`: nothing before it can be now (build, last entry, last receipt).

    Without anything that vouches for the clock, time goes on from the latest that is known, and so a date never goes
    back. What nothing vouched for holds the time only until something does: a box that was a month ahead comes home
    with its first synchronisation; one that was ahead by less than a day waits for the time instead.
    """

    def __init__(
        self,
        floor: datetime,
        read: Callable[[], datetime] = system_time,
        synchronised: Path = SYNCHRONISED,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._floor = self._last = floor
        self._read = read
        self._synchronised = synchronised
        self._monotonic = monotonic
        self._since = (floor, monotonic())  # the latest that is known, and the uptime then
        self._agreed: tuple[datetime, float] | None = None

    def now(self) -> Now:
        at = self._read()
        state = self._state(at)
        if state in VOUCHED:
            return self._vouched(at, state)
        known = self._known()
        return Now(at, state) if known <= at <= known + AHEAD else Now(known.astimezone(BEIJING), ClockState.FLOOR)

    def moment(self) -> Moment:
        """Now by all clocks of the box: the wall, the uptime, and how long it slept (clock_gettime(2))."""
        uptime, alive = time.clock_gettime_ns(time.CLOCK_MONOTONIC), time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        asleep = max(alive - uptime, 0)
        boot = BOOT_ID.read_text(encoding="ascii").strip()
        return Moment(
            self.now().at, boot, timedelta(microseconds=uptime // 1000), timedelta(microseconds=asleep // 1000)
        )

    def raise_floor(self, to: datetime, state: ClockState = ClockState.COUNTY) -> None:
        """Something happened at this time, as far as a clock in this state can say."""
        if state in VOUCHED:
            self._floor = max(self._floor, to)
        self._last = max(self._last, to)
        if to > self._known():
            self._since = (to, self._monotonic())

    def heard_county(self, county: datetime) -> None:
        """A verified receipt carried the county's time."""
        self._agreed = (county, self._monotonic())
        self.raise_floor(county)

    def _vouched(self, at: datetime, state: ClockState) -> Now:
        """A moment that something vouches for; not before what happened at a sure time, or a little later."""
        floor = max(self._floor, self._last) if self._last - at <= DRIFT else self._floor
        if at >= floor:
            return Now(at, state)
        return Now(floor.astimezone(BEIJING), state if floor - at <= COUNTY_AGREES else ClockState.FLOOR)

    def _known(self) -> datetime:
        """The latest that is known, and what has passed since by the uptime."""
        at, uptime = self._since
        return at + timedelta(seconds=self._monotonic() - uptime)

    def _state(self, at: datetime) -> ClockState:
        if self._synchronised.exists():
            return ClockState.NTP
        return ClockState.COUNTY if self._agrees_with_county(at) else ClockState.UNKNOWN

    def _agrees_with_county(self, at: datetime) -> bool:
        if self._agreed is None:
            return False
        county, heard = self._agreed
        expected = county + timedelta(seconds=self._monotonic() - heard)
        return abs(at - expected) <= COUNTY_AGREES


def build_time() -> datetime:
    """The newest moment that this software surely knows: when its own files were written."""
    return datetime.fromtimestamp(Path(__file__).stat().st_mtime, BEIJING)
