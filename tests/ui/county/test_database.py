"""The county's memory: repeats change nothing, gaps wait, two stories are an alarm, tables follow the log."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk import tree
from kiosk.contract import Envelope
from kiosk.rules.messages import Incident, Observation, PrintOutcome, Reprint
from tests.support.bodies import RESIDUE_TESTER, County, Station, a_print, a_test
from ui.county.database import Absent, Arrived, Database, Newer, Taken
from ui.county.reader import Reader

RECEIVED = "2026-11-22T09:40:00.000+08:00"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "county.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    opened = Database(file)
    yield opened
    opened.close()


@pytest.fixture
def box() -> Station:
    return County().enrol("gasa")


def arrive(database: Database, *entries: Envelope, station: str = "gasa") -> Taken:
    return database.take([Arrived(station, entry) for entry in entries], RECEIVED)


def dump(file: Path) -> list[str]:
    with sqlite3.connect(file) as sql:
        lines = [line for line in sql.iterdump() if '"state"' not in line]
    sql.close()
    return lines


def test_prefix_and_root_are_those_of_the_tree(database: Database, box: Station) -> None:
    entries = [box.opened(), *(box.write(a_test(nth=nth)) for nth in range(6))]
    taken = arrive(database, *entries)
    nodes: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        return nodes[level, index]

    for size, entry in enumerate(entries):
        for level, index, digest in tree.added(size, tree.leaf_hash(entry.header.bytes()), node):
            nodes[level, index] = digest
    head = taken.heads[box.log]
    assert (head.through, head.root) == (7, tree.root(7, node))
    assert taken.fresh == tuple(entries)


def test_five_deliveries_change_nothing_more_than_one(file: Path, database: Database, box: Station) -> None:
    entries = [box.opened(), box.write(a_test()), box.write(box.certificate()), box.write(a_test("70"))]
    once = arrive(database, *entries)
    before = dump(file)
    for _ in range(4):
        again = arrive(database, *entries)
        assert (again.fresh, again.heads, again.conflicts) == ((), once.heads, ())
    assert dump(file) == before


def test_entries_behind_a_gap_wait(file: Path, database: Database, box: Station) -> None:
    first, second, third, fourth = box.opened(), box.write(a_test()), box.write(a_test()), box.write(a_test())
    taken = arrive(database, first, fourth, third)
    assert taken.heads[box.log].through == 1
    assert len(taken.fresh) == 3
    with Reader(file) as reader:
        assert len(reader.newest(9)) == 1
        assert reader.stations()[0]["gap"] == 1
    assert arrive(database, second).heads[box.log].through == 4
    with Reader(file) as reader:
        assert [line["seq"] for line in reader.newest(9)] == [4, 3, 2, 1]
        assert reader.stations()[0]["gap"] == 0


def test_another_entry_of_one_number_is_kept_as_evidence(file: Path, database: Database, box: Station) -> None:
    original, other = box.opened(), box.entry(1, a_test("60"))
    arrive(database, original)
    for _ in range(2):
        assert arrive(database, other).conflicts == ((box.log, 1),)
    with Reader(file) as reader:
        kept = reader.entry(box.log, 1)
        assert kept is not None
        assert kept.envelope == original
        assert [(alarm["kind"], alarm["seq"]) for alarm in reader.alarms(9)] == [("equivocation", 1)]
        assert reader.conflicts(box.log, 1) == 1


def test_two_stories_in_one_batch_are_seen(database: Database, box: Station) -> None:
    taken = arrive(database, box.opened(), box.entry(1, a_test()))
    assert taken.conflicts == ((box.log, 1),)
    assert len(taken.fresh) == 1


@pytest.mark.parametrize(
    ("repeats", "state"),
    [
        ((), "open"),
        (("70",), "open"),
        (("70", "80"), "confirmed"),
        (("70", "3"), "suspect"),
        (("3", "70"), "suspect"),
    ],
)
def test_a_positive_is_an_alarm_until_its_repeats_settle_it(
    file: Path, database: Database, box: Station, repeats: tuple[str, ...], state: str
) -> None:
    box.opened()
    first = box.write(a_test("72"))
    for value in repeats:
        box.write(a_test(value, retest_of=first.header.seq))
    arrive(database, *box.entries)
    with Reader(file) as reader:
        (alarm,) = reader.alarms(9)
        assert (alarm["kind"], alarm["seq"], alarm["state"]) == ("positive", first.header.seq, state)
        assert alarm["repeats"] == len(repeats)
        tally = reader.tally("2026-11-22")
        assert tally["positive"] == 1
        assert tally.get("retest", 0) == len(repeats)


def test_a_negative_is_no_alarm(file: Path, database: Database, box: Station) -> None:
    arrive(database, box.opened(), box.write(a_test("49.9")))
    with Reader(file) as reader:
        assert reader.alarms(9) == []


def test_prints_draw_the_certificates_line_anew(file: Path, database: Database, box: Station) -> None:
    certificate = box.certificate()
    arrive(database, box.opened(), box.write(certificate))
    with Reader(file) as reader:
        before = reader.version
    arrive(database, box.write(a_print(certificate.number, outcome=PrintOutcome.UNKNOWN)))
    arrive(database, box.write(Reprint(certificate.number, 2, "spoiled")))
    with Reader(file) as reader:
        (line,) = reader.changed(before, 9)
        assert (line["number"], line["printed"], line["copies"]) == (certificate.number, "begun", 2)
        assert line["born"] <= before


def test_one_number_on_two_certificates_is_an_alarm(file: Path, database: Database, box: Station) -> None:
    arrive(database, box.opened(), box.write(box.certificate()), box.write(box.certificate()))
    with Reader(file) as reader:
        assert [alarm["kind"] for alarm in reader.alarms(9)] == ["number_twice"]


def test_unknown_kinds_and_odd_bodies_are_kept_and_shown(file: Path, database: Database, box: Station) -> None:
    box.opened()
    box.write(Incident("printer", "printer.paper_out", {}))
    box.write(Observation(RESIDUE_TESTER, (), "00" * 32))
    box.write_raw("weather", {"sky": "clear"})
    box.write_raw("test", {"nothing": "that fits"})
    assert arrive(database, *box.entries).heads[box.log].through == 5
    with Reader(file) as reader:
        assert [line["kind"] for line in reader.newest(9)] == ["test", "weather", "incident", "log.opened"]


@pytest.mark.parametrize("value", ["1E+900000", "-1E-900000", "9" * 60])
def test_an_absurd_number_stops_nothing(file: Path, database: Database, box: Station, value: str) -> None:
    box.opened()
    box.write(replace(a_test(), value=Decimal(value)))
    box.write(replace(box.certificate(), quantity=Decimal(value)))
    assert arrive(database, *box.entries).heads[box.log].through == 3
    with Reader(file) as reader:
        assert len(reader.newest(9)) == 3


def test_feed_order_and_acknowledgement(database: Database, box: Station) -> None:
    entries = [box.opened(), box.write(a_test()), box.write(a_test())]
    arrive(database, *entries)
    assert database.unpublished(2) == entries[:2]
    database.published(entries[:2])
    assert database.unpublished(9) == entries[2:]


def test_entries_are_never_deleted_or_changed(file: Path, database: Database, box: Station) -> None:
    arrive(database, box.opened())
    with sqlite3.connect(file) as sql:
        for change in ("delete from entry", "update entry set signature = x'00'", "update entry set seq = 9"):
            with pytest.raises(sqlite3.IntegrityError):
                sql.execute(change)
        sql.execute("update entry set body = null, salt = null")
    sql.close()


def test_status_is_shown_but_never_trusted_as_a_number(file: Path, database: Database, box: Station) -> None:
    arrive(database, box.opened())
    database.status("gasa", {"state": "online", "through": 5, "all": -1, "own": "x"}, RECEIVED)
    with Reader(file) as reader:
        (station,) = reader.stations()
        assert (station["online"], station["queue"]) == (1, 4)
        assert (station["orders_all"], station["orders_own"]) == (0, 0)


def test_parked_messages_are_counted_once_each(file: Path, database: Database) -> None:
    for _ in range(3):
        database.park("liangzheng/1/530427/gasa/up", b"not json" * 20_000, "not JSON", RECEIVED)
    with Reader(file) as reader:
        (parked,) = reader.parked(9)
        assert (parked["times"], parked["bytes"]) == (3, 160_000)


def test_a_failed_take_leaves_nothing(file: Path, database: Database, box: Station) -> None:
    entry = box.opened()
    torn = Arrived("gasa", Envelope(entry.header, entry.key, entry.salt, entry.body, None))  # type: ignore[arg-type]
    before = dump(file)
    with pytest.raises(sqlite3.IntegrityError):
        database.take([torn], RECEIVED)
    assert dump(file) == before
    assert arrive(database, entry).heads[box.log].through == 1


def test_reader_of_no_database_and_database_of_newer_software(file: Path) -> None:
    with pytest.raises(Absent):
        Reader(file)
    with sqlite3.connect(file) as sql:
        sql.execute("pragma user_version = 99")
    sql.close()
    with pytest.raises(Newer):
        Database(file)


def test_everything_survives_opening_again(file: Path, box: Station) -> None:
    first = Database(file)
    head = arrive(first, box.opened(), box.write(a_test())).heads[box.log]
    first.close()
    again = Database(file)
    assert arrive(again, box.entries[0]).heads[box.log] == head
    again.close()
