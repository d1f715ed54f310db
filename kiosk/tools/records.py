"""The records page: how far the county has confirmed us, how long we can stay offline, clock, disk, software."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from kiosk.doctor import Facts
from kiosk.rules.messages import Incident
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import desk
from kiosk.tools.errand import Errand
from kiosk.tools.tool import Reach
from kiosk.tools.wall_clock import ClockRefused, WallClock

FRESH = 10.0  # seconds for which what was looked at is shown again
STEPS = {"day": 1440, "hour": 60, "ten": 10, "minute": 1}  # minutes
FARTHEST = 60 * 24 * 366 * 10
CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class RecordsShown:
    """`oldest`: time of the oldest entry that the county has not confirmed (ISO 8601), empty where it has all.

    `page`: "" | clock. `off`: minutes by which the clock is to be moved; `may_set`: nothing else vouches for it.
    """

    facts: Facts
    oldest: str
    page: str
    off: int
    may_set: bool
    busy: bool
    told: Sentence | None


class Records:
    id = "records"
    roles = frozenset({desk.TECHNICIAN, desk.OFFICER})

    def __init__(self, reach: Reach, facts: Callable[[], Facts], wall: WallClock) -> None:
        self._reach = reach
        self._look = facts
        self._wall = wall
        self._errand = Errand(reach.post, ClockRefused)
        self._facts: tuple[float, Facts] | None = None
        self._off = 0
        self._moved: Incident | None = None
        self._told: Sentence | None = None

    def shown(self, about: str) -> RecordsShown:
        facts = self._fresh()
        oldest = self._reach.record.tables.time_of(facts.link.receipted + 1) if self._waits(facts) else ""
        if about != CLOCK:
            self._off = 0
        trusted = self._reach.clock.now().trusted
        return RecordsShown(facts, oldest, about, self._off, not trusted, bool(self._errand.busy), self._told)

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {"clock_by": self._move, "clock_set": lambda _: self._set()}

    def heard(self, event: object) -> bool:
        ended = self._errand.heard(event)
        if ended is None:
            return False
        if isinstance(ended.error, ClockRefused):
            self._told = Sentence("tools.records.clock_refused", {"said": ended.error.said or "-"})
        elif self._moved is not None:
            self._reach.record.append(self._moved)
            self._told = Sentence("tools.records.clock_moved", dict(self._moved.facts))
        self._moved, self._facts = None, None
        if self._open:
            self._reach.open.step(desk.tool_opened(self._reach.open.visit, self.id))
        self._reach.show()
        return True

    @property
    def _open(self) -> bool:
        return self._reach.open.visit.tool.partition(" ")[0] == self.id

    def _fresh(self) -> Facts:
        if self._facts is None or time.monotonic() - self._facts[0] > FRESH:
            self._facts = time.monotonic(), self._look()
        return self._facts[1]

    def _waits(self, facts: Facts) -> bool:
        return facts.link.receipted < facts.link.recorded

    def _move(self, by: str) -> None:
        """`+day`, `-hour` …"""
        minutes = STEPS.get(by[1:], 0) * (-1 if by.startswith("-") else 1)
        if abs(self._off + minutes) <= FARTHEST:
            self._off += minutes
            self._reach.show()

    def _set(self) -> None:
        """Only where nothing vouches for the clock; how far, and by whom, becomes an entry."""
        now = self._reach.clock.now()
        if now.trusted or not self._off or self._errand.busy:
            return
        to, staff = now.at + timedelta(minutes=self._off), self._reach.open.visit.staff
        facts = {"before": now.text[:16], "after": to.isoformat()[:16], "minutes": str(self._off), "by": staff}
        self._moved = Incident("clock", "clock.set_by_hand", facts)
        self._errand.run("clock", lambda: self._wall.set(to))
        self._reach.show()
