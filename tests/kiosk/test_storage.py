"""Room on the disk: measured on a real one of a few megabytes, and days reckoned from what lies there."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk import blobs
from kiosk.record import Record
from kiosk.rules.messages import Incident
from kiosk.storage import MB, REST, Disk, Folders, Limits, Log, Storage, first_since, measured, sizes
from tests.support.bodies import START
from tests.support.house import House

DAY = date(2026, 11, 22)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def record(house: House) -> Iterator[Record]:
    with house.record() as opened:
        yield opened


def folders(house: House) -> Folders:
    return Folders((house.folder / "state", house.home.up), house.blobs, house.home.down)


def looked(storage: Storage, times: int = 3) -> Disk:
    for _ in range(times):
        storage.tick(START)
    assert storage.disk is not None
    return storage.disk


def test_every_file_is_counted_once(house: House, record: Record) -> None:
    state = house.folder / "state"
    (state / "blobs" / "2026-11").mkdir(parents=True)
    (state / "tapes").mkdir()
    (state / "tapes" / "a.tape").write_bytes(os.urandom(9000))
    (state / "blobs" / "2026-11" / "x").write_bytes(os.urandom(40_000))
    inside = Folders((state, house.home.up), state / "blobs", house.home.down)
    found: dict[Path, int] = {}
    for folder, size in sizes(inside):
        found[folder] = found.get(folder, 0) + size
    assert found[state / "blobs" / "2026-11"] >= 40_000
    assert 9000 <= found[state] < 40_000
    assert sum(found.values()) == measured(inside, Limits(), Log(record.tables.time_of, record.last), DAY).used


def test_what_is_left_and_for_how_long() -> None:
    disk = Disk(used=300 * MB, free=1000 * MB, limits=Limits(0, 200 * MB), per_day=10 * MB)
    assert (disk.left, disk.days, disk.scarce, disk.stops) == (800 * MB, 80, False, None)
    assert replace(disk, free=500 * MB).scarce
    assert not replace(disk, per_day=0).scarce
    full = replace(disk, free=200 * MB)
    assert (full.days, full.stops and full.stops.key) == (0, "problem.disk.full")
    capped = replace(disk, limits=Limits(500 * MB, 200 * MB))
    assert (capped.left, capped.stops and capped.stops.key) == (0, "problem.disk.cap")
    assert replace(capped, free=50 * MB).stops == replace(full, free=50 * MB, limits=capped.limits).stops


def test_growth_is_that_of_the_last_month(house: House) -> None:
    """Sixty days, one entry each; in the last month a hundred kilobytes of blobs a day."""
    total = 60
    times = [START - timedelta(days=total - seq) for seq in range(1, total + 1)]
    (house.folder / "state").mkdir()
    (house.folder / "state" / "record.db").write_bytes(os.urandom(6_000_000))
    for day in range(22):
        blobs.keep(house.blobs, "2026-11", os.urandom(100_000) + bytes([day]))
    blobs.keep(house.blobs, "2026-01", os.urandom(5_000_000))
    log = Log(lambda seq: times[seq - 1].isoformat(), total)
    per_day = measured(folders(house), Limits(), log, DAY).per_day
    assert 100_000 < per_day - 22 * 100_000 // 53 < 120_000


def test_nothing_is_said_of_a_box_that_is_days_old(house: House, record: Record) -> None:
    log = Log(record.tables.time_of, record.last)
    assert measured(folders(house), Limits(), log, DAY + timedelta(days=1)).per_day == 0
    assert measured(folders(house), Limits(), log, DAY + timedelta(days=2)).per_day > 0


def test_halving_finds_the_first_entry_of_a_time() -> None:
    times = ["2026-11-01", "2026-11-02", "2026-11-02", "2026-11-05"]
    assert [first_since(lambda seq: times[seq - 1], 4, day) for day in ("2026-10-01", "2026-11-02", "2026-11-06")] == [
        1,
        2,
        5,
    ]


def test_a_walk_goes_in_slices_and_begins_again_after_a_rest(house: House, record: Record) -> None:
    house.blobs.mkdir()
    for number in range(250):
        (house.blobs / str(number)).write_bytes(b"x")
    uptime = [0.0]
    storage = Storage(record, folders(house), Limits(), house.folder / "told", lambda: uptime[0])
    storage.tick(START)
    assert storage.disk is None
    before = looked(storage, 3).used
    (house.blobs / "new").write_bytes(os.urandom(50_000))
    assert looked(storage).used == before
    uptime[0] += REST
    assert looked(storage, 4).used >= before + 50_000


def test_an_entry_says_once_below_each_level_also_over_restarts(house: House, record: Record) -> None:
    def days_left(days: int) -> Storage:
        storage = Storage(record, folders(house), Limits(0, 0), house.folder / "told")
        storage.disk = Disk(MB, days * MB, Limits(0, 0), MB)
        return storage

    told = []
    for days in (40, 20, 13, 12, 15, 13, 2, 1, 0, 10, 40, 13):
        storage = days_left(days)
        if (incident := storage.due()) is not None:
            told.append((days, incident.facts["days"]))
            storage.recorded()
        assert storage.due() is None
    assert told == [(13, "13"), (2, "2"), (13, "13")]


@pytest.fixture(params=["cap", "disk"] if os.geteuid() == 0 else ["cap"])
def small(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[House, Limits]]:
    """Four megabytes: by its own cap, or because the disk has no more."""
    if request.param == "cap":
        yield House(tmp_path), Limits(4 * MB, MB)
        return
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], check=True)
    yield House(place), Limits(0, MB)
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_stops_and_room_lets_go_on(small: tuple[House, Limits]) -> None:
    house, limits = small
    uptime = [0.0]
    with house.record() as record:
        storage = Storage(record, folders(house), limits, house.folder / "told", lambda: uptime[0])
        room = looked(storage).left
        assert looked(storage).stops is None
        blobs.keep(house.blobs, "2026-11", os.urandom(room + MB // 2))
        uptime[0] += REST
        assert looked(storage).stops is not None
        record.append(Incident("camera", "camera.lost", {}))  # the reserve ends what has begun
        shutil.rmtree(house.blobs)
        uptime[0] += REST
        assert looked(storage).stops is None
