"""What the station does by itself: hears the county, watches its disk, and, while nobody is served, its chores.

Owned by the attendant's thread, as the record is. One tick does little: a finger shall not wait behind it.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from kiosk.clock import Clock
from kiosk.doctor import Facts, down_problem
from kiosk.hearing import Hearing
from kiosk.record import Record
from kiosk.record_error import Foreign, Kept
from kiosk.retention import Retention, drop
from kiosk.rules.sentence import Sentence
from kiosk.screen import DeviceState, House, Link
from kiosk.soundness import Soundness
from kiosk.storage import Storage

logger = logging.getLogger(__name__)

NOTICES = 2  # of the county, that the idle screen shows

Chore = Callable[[], bool]  # does one small thing that is due; whether there was one


class Household:
    def __init__(
        self, record: Record, clock: Clock, storage: Storage | None = None, soundness: Soundness | None = None
    ) -> None:
        self._record = record
        self._clock = clock
        self._hearing = Hearing(record, clock)
        self._storage = storage
        self._soundness = soundness
        self._devices: tuple[DeviceState, ...] = ()
        self._chores: tuple[Chore, ...] = ()
        self.house = House()

    def does(self, *chores: Chore) -> None:
        """While nobody is served, in this order: the first that is due takes the tick. The full check comes last."""
        self._chores = chores

    @property
    def link(self) -> Link:
        return self._hearing.link

    def closed(self) -> Sentence | None:
        """Why no turn may be begun: no room, or the county took our key back and nothing we sign is worth anything."""
        if self._record.taken_back is not None:
            return Sentence("problem.record.taken_back")
        return None if self.house.disk is None else self.house.disk.stops

    @property
    def unsound(self) -> Sentence | None:
        """What the full check found: nothing may be recorded any more."""
        return None if self._soundness is None else self._soundness.problem

    def tick(self, devices: tuple[DeviceState, ...], *, idle: bool) -> bool:
        """Whether there is anything new to show. Raises RecordError, also for what the full check finds."""
        self._devices = devices
        heard = self._hearing.hear()
        if heard and idle:
            self._record.checkpoint()
        if self._storage is not None:
            self._storage.tick(self._clock.now().at)
        if idle:
            self._chore()
        before, self.house = self.house, self._seen()
        return heard or told(before) != told(self.house)

    def facts(self, left_out: int) -> Facts:
        """For the doctor."""
        update = self._record.tables.orders.update()
        return Facts(
            now=self._clock.now(),
            checked=self._record.checked,
            link=self.link,
            disk=None if self._storage is None else self._storage.disk,
            down=down_problem(self._record.home.down),
            devices=self._devices,
            software=self._record.home.software,
            offered="" if update is None else update.version,
            left_out=left_out,
        )

    def _chore(self) -> None:
        """At most one."""
        if self._storage is not None and (scarce := self._storage.due()) is not None:
            self._record.append(scarce)
            self._storage.recorded()
        elif not any(chore() for chore in self._chores):
            self._check()

    def _check(self) -> None:
        if self._soundness is not None and self._soundness.tick() and self._soundness.problem is not None:
            raise Foreign(f"full check: {self._soundness.checked.problem}")

    def _seen(self) -> House:
        return House(
            disk=None if self._storage is None else self._storage.disk,
            notices=tuple(self._record.tables.orders.notices(self._clock.now().text[:10])[:NOTICES]),
            checked=None if self._soundness is None else self._soundness.checked,
        )


class Retiring:
    """What retention names goes: from both copies of the record, then whole months of blobs."""

    def __init__(self, record: Record, retention: Retention, clock: Clock, blobs: Path) -> None:
        self._record = record
        self._retention = retention
        self._clock = clock
        self._blobs = blobs

    def tick(self) -> bool:
        """One step of the look; whether something went. Raises RecordError."""
        found = self._retention.due(self._clock.now())
        if found is None:
            return False
        try:
            self._record.retire(found)
            drop(self._blobs, found.months)
        except Kept as stays:
            logger.warning("retention: %s", stays)
        except OSError as refused:  # the next look names these months again
            logger.warning("months of blobs cannot be taken away: %s", refused)
        return True


def told(house: House) -> tuple[object, ...]:
    """What a change of is worth drawing the screen for: a few bytes more on the disk, or entries checked, are not."""
    checked = None if house.checked is None else (house.checked.ended, house.checked.problem)
    return (house.notices, () if house.disk is None else house.disk.told, checked)
