"""The county's memory on both databases: repeats change nothing, gaps wait, two stories are an alarm, tables follow."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest

from kiosk import tree
from kiosk.contract import Envelope
from kiosk.rules.messages import Check, DoctorReport, Incident, Observation, Opened, PrintOutcome, Reprint, Span
from tests.support.bodies import FARMER, RESIDUE_TESTER, County, Station, a_print, a_test
from ui.county.database import MOST_PARKED_OF_ONE, Absent, Arrived, Database, Head, Newer, Refused, Taken
from ui.county.migration import open_reader, open_writer
from ui.county.reader import Reader
from ui.county.remake import remake
from ui.county.sameness import ASIDE, TOLD, table_hash
from ui.county.sql import Where

RECEIVED = "2026-11-22T09:40:00.000+08:00"


@pytest.fixture
def database(where: Where) -> Iterator[Database]:
    with closing(Database(where)) as opened:
        yield opened


@pytest.fixture
def box() -> Station:
    return County().enrol("gasa")


def arrive(database: Database, *entries: Envelope, station: str = "gasa") -> Taken:
    return database.take([Arrived(station, entry) for entry in entries], RECEIVED)


def dump(where: Where) -> list[tuple[object, ...]]:
    """Every row of every table but `state`, which counts commits."""
    with closing(open_reader(where)) as sql:
        tables = sorted({*TOLD, *ASIDE} - {"state"})
        rows = {table: sql.execute(f"select * from {table} order by 1, 2") for table in tables}  # noqa: S608
        return [(table, *row) for table in tables for row in rows[table]]


def change(where: Where, statement: str) -> None:
    with closing(open_writer(where)) as sql:
        sql.execute(statement)


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


def test_five_deliveries_change_nothing_more_than_one(where: Where, database: Database, box: Station) -> None:
    entries = [box.opened(), box.write(a_test()), box.write(box.certificate()), box.write(a_test("70"))]
    once = arrive(database, *entries)
    before = dump(where)
    for _ in range(4):
        again = arrive(database, *entries)
        assert (again.fresh, again.heads, again.conflicts) == ((), once.heads, ())
    assert dump(where) == before


def test_entries_behind_a_gap_wait(where: Where, database: Database, box: Station) -> None:
    first, second, third, fourth = box.opened(), box.write(a_test()), box.write(a_test()), box.write(a_test())
    taken = arrive(database, first, fourth, third)
    assert taken.heads[box.log].through == 1
    assert len(taken.fresh) == 3
    with Reader(where) as reader:
        assert len(reader.newest(9)) == 1
        assert reader.stations()[0]["gap"] == 1
    assert arrive(database, second).heads[box.log].through == 4
    with Reader(where) as reader:
        assert [line["seq"] for line in reader.newest(9)] == [4, 3, 2, 1]
        assert reader.stations()[0]["gap"] == 0


def test_another_entry_of_one_number_is_kept_as_evidence(where: Where, database: Database, box: Station) -> None:
    original, other = box.opened(), box.entry(1, a_test("60"))
    arrive(database, original)
    for _ in range(2):
        assert arrive(database, other).conflicts == ((box.log, 1),)
    with Reader(where) as reader:
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
    where: Where, database: Database, box: Station, repeats: tuple[str, ...], state: str
) -> None:
    box.opened()
    first = box.write(a_test("72"))
    for value in repeats:
        box.write(a_test(value, retest_of=first.header.seq))
    arrive(database, *box.entries)
    with Reader(where) as reader:
        (alarm,) = reader.alarms(9)
        assert (alarm["kind"], alarm["seq"], alarm["state"]) == ("positive", first.header.seq, state)
        assert alarm["repeats"] == len(repeats)
        tally = reader.tally("2026-11-22")
        assert tally["positive"] == 1
        assert tally.get("retest", 0) == len(repeats)


def test_a_negative_is_no_alarm(where: Where, database: Database, box: Station) -> None:
    arrive(database, box.opened(), box.write(a_test("49.9")))
    with Reader(where) as reader:
        assert reader.alarms(9) == []


def test_prints_draw_the_certificates_line_anew(where: Where, database: Database, box: Station) -> None:
    certificate = box.certificate()
    arrive(database, box.opened(), box.write(certificate))
    with Reader(where) as reader:
        before = reader.version
    arrive(database, box.write(a_print(certificate.number, outcome=PrintOutcome.UNKNOWN)))
    arrive(database, box.write(Reprint(certificate.number, 2, "spoiled")))
    with Reader(where) as reader:
        (line,) = reader.changed(before, 9)
        assert (line["number"], line["printed"], line["copies"]) == (certificate.number, "begun", 2)
        assert line["born"] <= before


def test_one_number_on_two_certificates_is_an_alarm(where: Where, database: Database, box: Station) -> None:
    arrive(database, box.opened(), box.write(box.certificate()), box.write(box.certificate()))
    with Reader(where) as reader:
        assert [alarm["kind"] for alarm in reader.alarms(9)] == ["number_twice"]


def test_unknown_kinds_and_odd_bodies_are_kept_and_shown(where: Where, database: Database, box: Station) -> None:
    box.opened()
    box.write(Incident("printer", "printer.paper_out", {}))
    box.write(Observation(RESIDUE_TESTER, (), "00" * 32))
    box.write_raw("weather", {"sky": "clear"})
    box.write_raw("test", {"nothing": "that fits"})
    assert arrive(database, *box.entries).heads[box.log].through == 5
    with Reader(where) as reader:
        assert [line["kind"] for line in reader.newest(9)] == ["test", "weather", "incident", "log.opened"]


@pytest.mark.parametrize("value", ["1E+900000", "-1E-900000", "9" * 60])
def test_an_absurd_number_stops_nothing(where: Where, database: Database, box: Station, value: str) -> None:
    box.opened()
    box.write(replace(a_test(), value=Decimal(value)))
    box.write(replace(box.certificate(), quantity=Decimal(value)))
    assert arrive(database, *box.entries).heads[box.log].through == 3
    with Reader(where) as reader:
        assert len(reader.newest(9)) == 3


def test_feed_order_and_acknowledgement(database: Database, box: Station) -> None:
    entries = [box.opened(), box.write(a_test()), box.write(a_test())]
    arrive(database, *entries)
    assert database.unpublished(2) == entries[:2]
    database.published(entries[:2])
    assert database.unpublished(9) == entries[2:]


@pytest.mark.parametrize(
    "forbidden",
    [
        "delete from entry",
        "update entry set signature = header",
        "update entry set seq = 9",
        "update entry set place = 9",
        "update entry set body = header",
        "update entry set received = ''",
        "delete from conflict",
        "delete from opened",
        "update opened set who = ''",
    ],
)
def test_entries_and_evidence_are_never_deleted_or_changed(
    where: Where, database: Database, box: Station, forbidden: str
) -> None:
    arrive(database, box.opened(), box.entry(1, a_test()))
    database.opened("Li", "auditor", "case 7", box.log, 1, ("id_number",), RECEIVED)
    with pytest.raises(Refused):
        change(where, forbidden)
    change(where, "update entry set body = null, salt = null")


def test_status_is_shown_but_never_trusted_as_a_number(where: Where, database: Database, box: Station) -> None:
    arrive(database, box.opened())
    database.status("gasa", {"state": "online", "through": 5, "all": -1, "own": "x"}, RECEIVED)
    with Reader(where) as reader:
        (station,) = reader.stations()
        assert (station["online"], station["queue"]) == (1, 4)
        assert (station["orders_all"], station["orders_own"]) == (0, 0)


def test_what_a_station_says_of_its_backlog_is_kept(where: Where, database: Database, box: Station) -> None:
    first, second, third, fourth = box.opened(), box.write(a_test()), box.write(a_test()), box.write(a_test())
    arrive(database, first, third, fourth)
    told = {"state": "online", "through": 1, "all": 2, "own": 3}
    waits = {"recorded": 9, "oldest": "2026-11-22T08:00:00.000+08:00", "blobs": 4}
    database.status("gasa", told | waits, RECEIVED)
    database.park("liangzheng/1/530427/gasa/up", b"x", "county.parked.form", RECEIVED)
    with Reader(where) as reader:
        (row,) = reader.stations()
        assert {name: row[name] for name in waits} == waits
        assert (row["queue"], row["pending"], row["gap"], row["parked"]) == (9, 2, 1, 1)
    database.receipted(box.log, 1, "a note")
    arrive(database, second)
    with Reader(where) as reader:
        (row,) = reader.stations()
        assert (row["queue"], row["pending"], row["gap"]) == (8, 0, 0)
    database.status("gasa", told | {"recorded": 1, "oldest": "<b>", "blobs": -1}, RECEIVED)
    with Reader(where) as reader:
        (row,) = reader.stations()
        assert (row["queue"], row["oldest"], row["blobs"]) == (0, "", 0)


def test_the_newest_look_at_itself_is_the_one_that_is_shown(where: Where, database: Database, box: Station) -> None:
    box.opened()
    for state in ("ok", "fail"):
        box.write(DoctorReport("", (Check("disk", state, "", {}),)))
    arrive(database, *box.entries)
    with Reader(where) as reader:
        (row,) = reader.stations()
        assert row["doctor"] == 3


def test_parked_messages_of_a_station_have_a_bound_and_the_oldest_go(where: Where, database: Database) -> None:
    other = "liangzheng/1/530427/moon/up"
    database.park(other, b"x", "county.parked.form", "2026-11-21T00:00:00.000+08:00")
    for nth in range(MOST_PARKED_OF_ONE + 5):
        received = f"2026-11-22T{nth // 60:02}:{nth % 60:02}:00.000+08:00"
        database.park("liangzheng/1/530427/gasa/up", b"%d" % nth, "county.parked.form", received)
    with Reader(where) as reader:
        kept = reader.parked(1000)
    assert len(kept) == MOST_PARKED_OF_ONE + 1
    assert kept[-1]["topic"] == other
    assert kept[-2]["received"] == "2026-11-22T00:05:00.000+08:00"


def test_parked_messages_are_counted_once_each(where: Where, database: Database) -> None:
    for _ in range(3):
        database.park("liangzheng/1/530427/gasa/up", b"not json" * 20_000, "not JSON", RECEIVED)
    with Reader(where) as reader:
        (parked,) = reader.parked(9)
        assert (parked["times"], parked["bytes"]) == (3, 160_000)


def test_a_failed_take_leaves_nothing(where: Where, database: Database, box: Station) -> None:
    entry = box.opened()
    torn = Arrived("gasa", Envelope(entry.header, entry.key, entry.salt, entry.body, None))  # type: ignore[arg-type]
    before = dump(where)
    with pytest.raises(Refused):
        database.take([torn], RECEIVED)
    assert dump(where) == before
    assert arrive(database, entry).heads[box.log].through == 1


def test_reader_of_no_database_and_database_of_newer_software(where: Where) -> None:
    with pytest.raises(Absent):
        Reader(where)
    with closing(open_writer(where)) as sql, sql.transaction():
        sql.set_version(99)
    with pytest.raises(Newer):
        Database(where)
    with pytest.raises(Absent):
        Reader(where)


def test_everything_survives_opening_again(where: Where, box: Station) -> None:
    first = Database(where)
    head = arrive(first, box.opened(), box.write(a_test())).heads[box.log]
    first.close()
    again = Database(where)
    assert arrive(again, box.entries[0]).heads[box.log] == head
    again.close()


def test_a_number_belongs_to_its_first_certificate_whichever_arrived_first(where: Where, database: Database) -> None:
    county = County()
    early, late = county.enrol("gasa"), county.enrol("moon")
    late.at = early.at.replace(hour=11)
    arrive(database, late.opened(), late.write(late.certificate()), station="moon")
    with Reader(where) as reader:
        before = reader.version
    number = early.certificate().number
    arrive(database, early.opened(), early.write(early.certificate()))
    with Reader(where) as reader:
        first = reader.certificate(number)
        assert first is not None
        assert first["log"] == early.log
        assert [(alarm["kind"], alarm["log"]) for alarm in reader.alarms(9)] == [("number_twice", late.log)]
        assert late.log in {line["log"] for line in reader.changed(before, 9)}


def test_a_replaced_box_does_not_speak_for_its_station_any_more(where: Where, database: Database) -> None:
    old, new = County().enrol("gasa"), County("110000").enrol("gasa")
    new.at = old.at.replace(hour=11)
    opened = new.opened().entry
    assert isinstance(opened, Opened)
    arrive(database, new.entry(1, replace(opened, software="liangzheng 0.2.0")))
    arrive(database, old.opened(), old.write(a_test()))
    with Reader(where) as reader:
        (station,) = reader.stations()
        assert (station["log"], station["software"], station["clock"]) == (new.log, "liangzheng 0.2.0", "ntp")


def test_what_waits_behind_a_gap_can_be_seen(where: Where, database: Database, box: Station) -> None:
    box.opened()
    missing, test, paper = box.write(a_test()), box.write(a_test("60")), box.write(box.certificate())
    observed, incident = box.write_raw("weather", {}), box.write(Incident("printer", "printer.paper_out", {}))
    database.take([Arrived("gasa", one) for one in (box.entries[0], test, observed)], RECEIVED)
    database.take([Arrived("gasa", one) for one in (incident, paper)], RECEIVED.replace("09:40", "09:41"))
    with Reader(where) as reader:
        pending = reader.pending(9)
        assert {kept.envelope for kept in pending[:2]} == {incident, paper}
        assert pending[2].envelope == test
        assert [kept.place for kept in pending] == [None] * 3
        assert len(reader.pending(1)) == 1
    arrive(database, missing)
    with Reader(where) as reader:
        assert reader.pending(9) == []


def test_blobs_are_noted_once(where: Where, database: Database) -> None:
    digest = "ab" * 32
    assert not database.blob_kept(digest)
    database.keep_blob(digest, "2026-11", 5000, "gasa", RECEIVED)
    database.keep_blob(digest, "2026-12", 5000, "moon", RECEIVED)
    assert database.blob_kept(digest)
    assert [row[1:4] for row in dump(where) if row[0] == "blob"] == [(digest, "2026-11", 5000)]


def test_what_was_opened_is_on_record(where: Where, database: Database, box: Station) -> None:
    arrive(database, box.opened())
    database.opened("Li", "auditor", "case 7", box.log, 1, ("id_number", "phone"), RECEIVED)
    database.opened("Wu", "chief", "case 8", box.log, 1, ("phone",), RECEIVED)
    with Reader(where) as reader:
        assert [(row["who"], row["role"], row["reason"], row["field"]) for row in reader.openings(2)] == [
            ("Wu", "chief", "case 8", "phone"),
            ("Li", "auditor", "case 7", "phone"),
        ]
        assert len(reader.openings_of(box.log, 1)) == 3


def test_retirement_takes_names_and_leaves_numbers(where: Where, database: Database, box: Station) -> None:
    box.opened()
    box.write(a_test("60"))
    box.write(box.certificate())
    box.write(a_test())
    arrive(database, *box.entries, box.entry(2, a_test("70")))
    head = database.head(box.log)
    with Reader(where) as reader:
        before, tally = reader.version, reader.tally("2026-11-22")
    assert database.retire(box.log, (Span(2, 3), Span(9, 12))) == 2
    assert database.retire(box.log, (Span(2, 3),)) == 0
    told = repr(dump(where))
    assert told.count(FARMER.name) == 1  # in the table of tests, for the one that stays
    assert database.head(box.log) == head
    assert arrive(database, *box.entries).fresh == ()
    with Reader(where) as reader:
        kept = reader.entry(box.log, 2)
        assert kept is not None
        assert kept.envelope == replace(box.entries[1], body=None, salt=None)
        assert reader.tally("2026-11-22") == tally
        assert {line["seq"] for line in reader.changed(before, 9)} >= {2, 3}
    with closing(open_writer(where)) as sql:
        hashed = table_hash(sql)
        with sql.transaction():
            remake(sql)
        assert table_hash(sql) == hashed


def test_receipts_are_signed_and_stored_with_the_commit(where: Where, database: Database, box: Station) -> None:
    seen: list[tuple[int, str]] = []

    def sign(log: str, head: Head, nodes: tree.Nodes, before: str) -> str | None:
        assert tree.root(head.through, nodes) == head.root
        seen.append((head.through, before))
        return f"{log} {head.through}" if head.through != 2 else None

    def arrives(entry: Envelope) -> dict[str, str]:
        return database.take([Arrived("gasa", entry)], RECEIVED, sign).receipts

    assert arrives(box.opened()) == {box.log: f"{box.log} 1"}
    assert arrives(box.write(a_test())) == {}
    assert arrives(box.write(a_test())) == {box.log: f"{box.log} 3"}
    database.receipted(box.log, 1, "an older one, signed by another intake, that comes late")
    assert database.receipts({box.log: "gasa", "ab" * 16: "moon"}, sign)["ab" * 16].endswith(" 0")
    assert seen == [(1, ""), (2, f"{box.log} 1"), (3, f"{box.log} 1"), (0, ""), (3, f"{box.log} 3")]
    with Reader(where) as reader:
        head = reader.head(box.log)
        assert head is not None
        assert (head.receipted, head.receipt) == (3, f"{box.log} 3")


def test_letters_that_a_database_does_not_take_are_replaced(where: Where, database: Database, box: Station) -> None:
    box.opened()
    box.write(a_test(subject=replace(FARMER, name="Li\0Xiu")))
    arrive(database, *box.entries)
    with Reader(where) as reader:
        assert reader.newest(1)[0]["subject_name"] == "Li\ufffdXiu"
        kept = reader.entry(box.log, 2)
        assert kept is not None
        assert kept.envelope == box.entries[1]
