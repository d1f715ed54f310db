"""One durable entry against the floor: one bare page written and flushed on the same disk."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.clock import Clock, build_time
from kiosk.record import Home, Record
from tests.bench.row import Row, alternating
from tests.support.bodies import County, a_test

PAIRS = 300
PAGE = os.urandom(4096)


def rows(home: Path) -> Iterator[Row]:
    with TemporaryDirectory(dir=home) as folder, record_in(Path(folder)) as record, _page(Path(folder)) as bare:
        record.append(a_test())  # the first append pays for what is loaded once
        mine, floor = alternating(lambda: record.append(a_test()), bare, PAIRS)
        yield Row("append of one test entry, both copies", "ms", tuple(mine), "4 KiB pwrite + fdatasync", tuple(floor))
        yield Row("written to disk for one test entry", "B", (_written(record),))


def _written(record: Record) -> float:
    """By the kernel's own count of this process; the write-ahead log's pages and the segment's together."""
    before = write_bytes()
    for _ in range(PAIRS):
        record.append(a_test())
    return (write_bytes() - before) / PAIRS


def write_bytes() -> int:
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


@contextmanager
def record_in(folder: Path) -> Iterator[Record]:
    county = County()
    box = county.enrol("gasa-01")
    home = Home(county.name, "gasa-01", "0", folder / "record.db", folder / "up", folder / "down")
    with closing(Record(home, box.key, county.trust, Clock(build_time()))) as record:
        yield record


@contextmanager
def _page(folder: Path) -> Iterator["_Page"]:
    handle = os.open(folder / "bare", os.O_RDWR | os.O_CREAT)
    try:
        yield _Page(handle)
    finally:
        os.close(handle)


class _Page:
    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._end = 0

    def __call__(self) -> None:
        os.pwrite(self._handle, PAGE, self._end)
        os.fdatasync(self._handle)
        self._end += len(PAGE)
