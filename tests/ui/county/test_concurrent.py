"""Several intakes on one PostgreSQL: numbers follow commits, nobody waits for ever, one carries the feed."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import pytest

from kiosk.contract import Envelope
from kiosk.rules.messages import Span
from tests.support.bodies import County, Station, a_test
from tests.support.postgres import running_postgres
from ui.county.changes import Changes
from ui.county.database import Arrived, Database, Lost
from ui.county.migration import open_reader, open_writer
from ui.county.reader import Reader
from ui.county.watch import Watch

RECEIVED = "2026-11-22T09:40:00.000+08:00"
STATIONS = ("gasa", "moon", "yangwu")
TAKES = 25


@pytest.fixture
def where(server_database: str) -> str:
    Database(server_database).close()
    return server_database


@pytest.fixture
def boxes() -> list[Station]:
    county = County()
    boxes = [county.enrol(name) for name in STATIONS]
    for box in boxes:
        box.opened()
        for nth in range(TAKES):
            box.write(a_test(str(nth * 4)))
    return boxes


def together(*works: Callable[[], None]) -> None:
    """Each in a thread of its own; the first failure is raised here."""
    failed: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as wrong:  # noqa: BLE001  told by the test's own thread
            failed.append(wrong)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def taking(where: str, parcels: Sequence[Sequence[Arrived]]) -> Callable[[], None]:
    def take() -> None:
        with closing(Database(where)) as database:
            for parcel in parcels:
                database.take(parcel, RECEIVED, lambda log, head, _nodes, _before: f"{log} {head.through}")

    return take


def test_a_page_that_follows_misses_no_line(where: str, boxes: list[Station]) -> None:
    """A page asks for what changed since the last version that it saw. With numbers given before the commit, a slow
    commit with a lower number would be missed for ever.
    """
    ended = threading.Event()
    seen: list[int] = []

    def follow() -> None:
        since, last = 0, False
        with Reader(where) as reader:
            while not last:
                last = ended.is_set()
                reader.again()
                seen.extend(line["place"] for line in reversed(reader.changed(since, 10_000)) if line["born"] > since)
                since = reader.version

    def write() -> None:
        try:
            parcels = [[[Arrived(box.name, entry)] for entry in box.entries] for box in boxes]
            together(*(taking(where, each) for each in parcels))
        finally:
            ended.set()

    together(follow, write)
    assert seen == list(range(1, len(boxes) * (TAKES + 1) + 1))


def test_intakes_that_touch_the_same_logs_do_not_lock_each_other_out(where: str, boxes: list[Station]) -> None:
    """Each parcel names all logs, in another order each time; other writers take the same rows meanwhile."""
    entries = list(zip(*([Arrived(box.name, entry) for entry in box.entries] for box in boxes), strict=True))
    ways = [[list(parcel) for parcel in entries], [list(parcel)[::-1] for parcel in entries]]

    def others() -> None:
        with closing(Database(where)) as database:
            for nth in range(TAKES):
                database.status("moon", {"state": "online", "through": nth, "all": 0, "own": 0}, RECEIVED)
                database.receipts({box.log: box.name for box in reversed(boxes)}, lambda *_: None)
                database.park("a/b", b"%d" % nth, "not JSON", RECEIVED)
                database.retire(boxes[0].log, [Span(2, 3)])
                database.published(database.unpublished(10))

    together(*(taking(where, way) for way in ways), others)
    with Reader(where) as reader:
        for box in boxes:
            head = reader.head(box.log)
            assert head is not None
            assert (head.through, head.receipted) == (TAKES + 1, TAKES + 1)
            assert head.receipt == f"{box.log} {TAKES + 1}"
        assert sum(reader.tally("2026-11-22").values()) == len(boxes) * TAKES


def test_one_intake_carries_the_feed_until_it_ends(where: str, boxes: list[Station]) -> None:
    entries = boxes[0].entries[:4]
    with closing(Database(where)) as second:
        with closing(Database(where)) as first:
            first.take([Arrived("gasa", entry) for entry in entries[:2]], RECEIVED)
            assert first.unpublished(9) == entries[:2]
            second.take([Arrived("gasa", entry) for entry in entries[2:]], RECEIVED)
            assert second.unpublished(9) == []
            first.published(entries[:2])
            assert first.unpublished(9) == entries[2:]
        assert second.unpublished(9) == entries[2:]


def test_a_line_that_breaks_is_made_again(where: str, boxes: list[Station]) -> None:
    entries = boxes[0].entries[:3]
    with closing(Database(where)) as database, closing(open_writer(where)) as other:
        for nth, entry in enumerate(entries, 1):
            other.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
            taken = database.take([Arrived("gasa", entry)], RECEIVED)
            assert taken.heads[boxes[0].log].through == nth
        assert database.unpublished(9) == entries


def test_a_server_that_stays_away_is_said_and_nothing_is_taken(boxes: list[Station]) -> None:
    entry: Envelope = boxes[0].entries[0]
    with running_postgres(durable=True) as server:
        where = server.fresh()
        with closing(Database(where, patience=0.3)) as database:
            server.kill()
            with pytest.raises(Lost):
                database.take([Arrived("gasa", entry)], RECEIVED)
            server.start()
            assert database.take([Arrived("gasa", entry)], RECEIVED).fresh == (entry,)


@pytest.fixture
def watched(where: str) -> Iterator[Changes]:
    changes, stop = Changes(), threading.Event()
    thread = threading.Thread(target=Watch(where, changes).run, args=(stop,))
    thread.start()
    yield changes
    stop.set()
    thread.join()


async def heard(changes: Changes, seen: int) -> int:
    return await changes.after(seen, 20.0)


def test_pages_of_another_process_hear_of_a_commit(where: str, watched: Changes, boxes: list[Station]) -> None:
    first = asyncio.run(heard(watched, 0))
    with closing(Database(where)) as database:
        database.take([Arrived("gasa", boxes[0].entries[0])], RECEIVED)
    assert asyncio.run(heard(watched, first)) > first
    with closing(open_reader(where)) as sql:
        assert sql.execute("select version from state").fetchone()[0] == 1
