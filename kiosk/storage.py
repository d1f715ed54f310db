"""Room on the disk: how much the station's folders hold, how fast that grows, how many days are left. Deletes nothing.

The folders are walked in small slices, so that a tick stays short however many files there are. What is left is shown
long before it ends; below the reserve no turn is begun, and those that have begun are ended from it.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from kiosk.enrolment import install
from kiosk.record import Record
from kiosk.rules.messages import Incident
from kiosk.rules.sentence import Sentence

MB = 1_000_000
SPAN = 30  # days that the growth is taken from
SHOWN = 30  # days left from which on every page says so
YOUNG = 3  # days below which nothing can be said of the growth
LEVELS = (14, 3)  # days left below which an entry says so, once each
SLICE = 100  # files looked at in one tick
REST = 60.0  # seconds between two walks


@dataclass(frozen=True, slots=True)
class Limits:
    """In bytes. `cap` is what the station's folders may hold together, 0: the whole disk; `reserve` is kept back."""

    cap: int = 0
    reserve: int = 200 * MB


@dataclass(frozen=True, slots=True)
class Folders:
    """`home` holds what grows with every entry, `months` a folder of blobs for each month, `down` what came."""

    home: tuple[Path, ...]
    months: Path
    down: Path

    @property
    def all(self) -> tuple[Path, ...]:
        return (*self.home, self.months, self.down)


@dataclass(frozen=True, slots=True)
class Disk:
    """In bytes; `per_day` is 0 while nothing is known of the growth."""

    used: int  # by the station's folders
    free: int  # on the disk; of several the one that has least
    limits: Limits
    per_day: int = 0

    @property
    def left(self) -> int:
        """Until no turn is begun any more; negative when the reserve is broken into."""
        room = min(self.free, self.limits.cap - self.used) if self.limits.cap else self.free
        return room - self.limits.reserve

    @property
    def days(self) -> int | None:
        return max(self.left, 0) // self.per_day if self.per_day else None

    @property
    def scarce(self) -> bool:
        """Worth a word on every page."""
        return self.left <= 0 or (self.days is not None and self.days <= SHOWN)

    @property
    def stops(self) -> Sentence | None:
        """Why no turn may be begun now, and what to do."""
        if self.left > 0:
            return None
        capped = self.limits.cap > 0 and self.limits.cap - self.used < self.free
        return Sentence("problem.disk.cap" if capped else "problem.disk.full", self.facts)

    @property
    def told(self) -> tuple[object, ...]:
        """What a change of is worth drawing the screen for."""
        return (self.left > 0, self.days, self.free // (10 * MB), self.used // MB)

    @property
    def facts(self) -> dict[str, str]:
        """In megabytes."""
        return {"used": _mb(self.used), "free": _mb(self.free), "cap": _mb(self.limits.cap)}


@dataclass(frozen=True, slots=True)
class Log:
    """What the growth is reckoned from: the time of an entry (ISO 8601), and how many there are, at least one."""

    time_of: Callable[[int], str]
    last: int


class Storage:
    """`told` keeps the lowest of LEVELS that an entry has told of, over restarts."""

    def __init__(
        self,
        record: Record,
        folders: Folders,
        limits: Limits,
        told: Path,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.disk: Disk | None = None  # None until the first walk has ended
        self._record = record
        self._folders = folders
        self._limits = limits
        self._told = told
        self._level = _kept(told)
        self._monotonic = monotonic
        self._walk: Iterator[tuple[Path, int]] | None = None
        self._walked = float("-inf")
        self._sizes: dict[Path, int] = {}

    def tick(self, now: datetime) -> None:
        """Look at some files more."""
        if self.disk is not None:  # the disk itself is asked at once: others write on it too
            self.disk = replace(self.disk, free=free_of(self._folders.all))
        if self._walk is None and self._monotonic() - self._walked >= REST:
            self._walk, self._sizes = sizes(self._folders), {}
        if self._walk is not None and self._looked(self._walk):
            self._walk, self._walked = None, self._monotonic()
            log = Log(self._record.tables.time_of, self._record.last)
            self.disk = _disk(self._sizes, self._folders, self._limits, log, now.date())

    def due(self) -> Incident | None:
        """What an entry is to say of the disk now; `recorded` follows once it does, so that it says it once."""
        if self.disk is None or self.disk.days is None:
            return None
        level = _level(self.disk.days)
        if self._level is not None and self.disk.days > SHOWN:  # there is room again: the next time is another one
            self._keep(None)
        if level is None or (self._level is not None and self._level <= level):
            return None
        return Incident("disk", "disk.scarce", {"days": str(self.disk.days), **self.disk.facts})

    def recorded(self) -> None:
        self._keep(None if self.disk is None or self.disk.days is None else _level(self.disk.days))

    def _looked(self, walk: Iterator[tuple[Path, int]]) -> bool:
        """Whether that was the last of them."""
        for _ in range(SLICE):
            found = next(walk, None)
            if found is None:
                return True
            folder, size = found
            self._sizes[folder] = self._sizes.get(folder, 0) + size
        return False

    def _keep(self, level: int | None) -> None:
        self._level = level
        with contextlib.suppress(OSError):  # told once more after a restart, then
            install(self._told, b"" if level is None else str(level).encode(), 0o640)


def measured(folders: Folders, limits: Limits, log: Log, today: date) -> Disk:
    """All at once, for who may wait."""
    total: dict[Path, int] = {}
    for folder, size in sizes(folders):
        total[folder] = total.get(folder, 0) + size
    return _disk(total, folders, limits, log, today)


def sizes(folders: Folders) -> Iterator[tuple[Path, int]]:
    """Every file's size, under the folder of `folders` or the month that it lies in. What vanishes meanwhile is left
    out: the uplink and the record write while we look."""
    for top in (*folders.home, folders.down):
        for _, size in _files(top, folders.months):
            yield top, size
    for month, size in _files(folders.months, None):
        yield month, size


def free_of(folders: Sequence[Path]) -> int:
    """Bytes that a program without privileges may still write, on the fullest of their disks."""
    found = [os.statvfs(folder) for folder in folders if folder.exists()]
    return min((disk.f_bavail * disk.f_frsize for disk in found), default=0)


def first_since(time_of: Callable[[int], str], last: int, since: str) -> int:
    """The first entry at or after a time, by halving: the log is in order of time but where a clock was wrong."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        if time_of(middle) < since:
            low = middle + 1
        else:
            high = middle
    return low


def _disk(total: dict[Path, int], folders: Folders, limits: Limits, log: Log, today: date) -> Disk:
    per_day = _growth(total, folders, log, today) if log.last else 0
    return Disk(sum(total.values()), free_of(folders.all), limits, per_day)


def _growth(total: dict[Path, int], folders: Folders, log: Log, today: date) -> int:
    """Bytes a day: of log and tables as many as the share of the entries of late, of blobs the latest months."""
    first = date.fromisoformat(log.time_of(1)[:10])
    entries = log.last - first_since(log.time_of, log.last, (today - timedelta(days=SPAN)).isoformat()) + 1
    home = sum(total.get(folder, 0) for folder in folders.home)
    days = min((today - first).days + 1, SPAN)
    if days < YOUNG:
        return 0
    begun = max(_last_month(today), first)
    blobs = sum(size for folder, size in total.items() if _month(folder) and folder.name >= f"{begun:%Y-%m}")
    return home * entries // log.last // days + blobs // max((today - begun).days + 1, 1)


def _files(folder: Path, but: Path | None) -> Iterator[tuple[Path, int]]:
    """Folder and bytes on disk of every file below, without what lies in `but`."""
    try:
        found = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    for entry in found:
        try:
            if entry.is_dir(follow_symlinks=False):
                if Path(entry.path) != but:
                    yield from _files(Path(entry.path), but)
            else:
                yield folder, entry.stat(follow_symlinks=False).st_blocks * 512
        except FileNotFoundError:
            continue


def _month(folder: Path) -> bool:
    year, _, month = folder.name.partition("-")
    return len(folder.name) == 7 and year.isdecimal() and month.isdecimal()


def _last_month(today: date) -> date:
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def _kept(told: Path) -> int | None:
    try:
        return int(told.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _level(days: int) -> int | None:
    return min((level for level in LEVELS if days < level), default=None)


def _mb(size: int) -> str:
    return str(size // MB)
