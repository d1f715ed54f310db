"""What entries leave behind for the board: the same in both databases, in any order of logs, and made again."""

import base64
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from kiosk.clock import BEIJING
from kiosk.contract import Envelope
from kiosk.pack import load_packs
from kiosk.rules.messages import Check, Control, DoctorReport, Incident, Opened, Position, PrintOutcome, Span
from kiosk.trust import SealError, Trust, public_bytes
from tests.support.bodies import RESIDUE_TESTER, County, Station, a_key, a_print, a_test
from ui.county.board.facts import Spot, Spots, controlled
from ui.county.board.light import Receipt
from ui.county.board.receipts import Receipts
from ui.county.database import Arrived, Database
from ui.county.migration import open_reader, open_writer
from ui.county.reader import Reader
from ui.county.remake import remake
from ui.county.sameness import table_hash
from ui.county.sql import Where

RECEIVED = "2026-11-22T09:40:00.000+08:00"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=BEIJING)
METHOD = "GB/T 5009.199-2003"


def a_control(*, passed: bool = True, what: str = "positive") -> Control:
    return Control(what, "r-1", METHOD, RESIDUE_TESTER, (), passed, (), "ef" * 32)


def opened(box: Station, position: Position | None = None) -> Envelope:
    key = base64.b64encode(public_bytes(box.key)).decode()
    return box.write(Opened(box.county, box.name, key, "liangzheng 0.1.0", region="530427100", position=position))


def taken(where: Where, *boxes: Station) -> None:
    with closing(Database(where)) as database:
        for box in boxes:
            database.take([Arrived(box.name, entry) for entry in box.entries], RECEIVED)


def spot_of(where: Where, county: County, station: str = "gasa") -> Spot:
    spots = Spots(Receipts(lambda: county.trust), controlled(load_packs()))
    with Reader(where) as reader:
        (found,) = [spot for spot in spots.all(reader, NOW) if spot.station == station]
        again = spots.one(reader, station, NOW)
        assert again is not None
        assert (again.facts, again.light, again.position) == (found.facts, found.light, found.position)
    return found


@pytest.fixture
def county() -> County:
    return County()


@pytest.fixture
def box(county: County) -> Station:
    return county.enrol("gasa")


def test_where_a_station_stands(where: Where, county: County, box: Station) -> None:
    opened(box, Position(Decimal("101.9312"), Decimal("24.0689")))
    taken(where, box)
    spot = spot_of(where, county)
    assert spot.position == (101.9312, 24.0689)
    assert spot.region == "530427100"


def test_a_place_off_the_earth_is_none(where: Where, county: County, box: Station) -> None:
    opened(box, Position(Decimal("1E+400"), Decimal(24)))
    taken(where, box)
    spot = spot_of(where, county)
    assert (spot.region, spot.position) == ("530427100", None)


def test_controls_of_a_method(where: Where, county: County, box: Station) -> None:
    opened(box)
    box.write(a_control())
    valid = box.at
    box.write(a_control(what="calibration", passed=False))
    taken(where, box)
    (one,) = spot_of(where, county).facts.controls
    assert (one.method, one.valid, one.failed, one.tested) == (METHOD, valid, None, None)
    box.write(a_control(passed=False))
    failed = box.at
    taken(where, box)
    (one,) = spot_of(where, county).facts.controls
    assert (one.valid, one.failed) == (valid, failed)
    box.write(a_test())
    taken(where, box)
    (one,) = spot_of(where, county).facts.controls
    assert (one.valid, one.failed, one.tested) == (box.at, None, box.at)  # it was judged against a blank of its run


def test_a_test_without_a_blank_bears_no_control(where: Where, county: County, box: Station) -> None:
    opened(box)
    box.write(replace(a_test(), blank=()))
    taken(where, box)
    (one,) = spot_of(where, county).facts.controls
    assert (one.valid, one.tested) == (None, box.at)


def test_trouble_with_paper_stands_until_something_was_printed(where: Where, county: County, box: Station) -> None:
    opened(box)
    box.write(Incident("printer", "printer.paper_out", {}))
    box.write(Incident("visit", "restart", {}))
    taken(where, box)
    (trouble,) = spot_of(where, county).facts.troubles
    assert (trouble.part, trouble.grave, trouble.problem) == ("printer", True, "problem.printer.paper_out")
    box.write(a_print("N", outcome=PrintOutcome.FAILED))
    taken(where, box)
    assert len(spot_of(where, county).facts.troubles) == 1
    box.write(a_print("N"))
    taken(where, box)
    assert spot_of(where, county).facts.troubles == ()


def test_the_newest_look_at_itself_counts_part_by_part(where: Where, county: County, box: Station) -> None:
    opened(box)
    disk = {"days": "12", "used": "70", "free": "20"}
    checks = (Check("record", "fail", "doctor.record_wrong", {"entry": "7"}), Check("disk", "warn", "", disk))
    box.write(DoctorReport("", checks))
    taken(where, box)
    facts = spot_of(where, county).facts
    assert {trouble.part: trouble.grave for trouble in facts.troubles} == {"record": True, "disk": False}
    assert facts.days == 12
    box.write(DoctorReport("", (Check("record", "ok", "", {}), Check("disk", "ok", "", {"days": "-"}))))
    box.write(Incident("disk", "disk.scarce", {"days": "2"}))
    taken(where, box)
    facts = spot_of(where, county).facts
    assert (facts.troubles, facts.days) == ((), 2)


def test_a_new_box_begins_without_the_troubles_of_the_old_one(where: Where, county: County, box: Station) -> None:
    opened(box)
    box.write(a_control())
    valid = box.at
    box.write(Incident("printer", "printer.paper_out", {}))
    new = county.enrol("gasa")
    new.key, new.at = a_key("another box"), box.at + timedelta(hours=1)
    opened(new)
    taken(where, new, box)
    facts = spot_of(where, county).facts
    assert facts.troubles == ()
    assert [one.valid for one in facts.controls] == [valid]  # the analyzer is still the same


def test_a_receipt_is_read_again(where: Where, county: County, box: Station) -> None:
    opened(box)
    box.write(a_test())
    taken(where, box)
    assert spot_of(where, county).facts.receipt is Receipt.NONE

    def receipt(size: int, root: bytes, of: County = county) -> Receipt:
        with closing(open_writer(where)) as sql:
            sql.execute("update head set receipted = ?, receipt = ?", (size, of.receipt(box.log, size, root)))
        return spot_of(where, county).facts.receipt

    with Reader(where) as reader:
        head = reader.head(box.log)
        first = reader.nodes(box.log)(0, 0)
    assert head is not None
    assert receipt(2, head.root) is Receipt.GOOD
    assert receipt(1, first) is Receipt.GOOD  # more came since
    assert receipt(2, first) is Receipt.OTHER
    assert receipt(1, head.root) is Receipt.OTHER
    assert receipt(3, head.root) is Receipt.OTHER  # the county was set back
    assert receipt(2, head.root, County("110000")) is Receipt.BROKEN


def test_the_order_in_which_logs_arrive_makes_no_difference(where: Where, county: County, box: Station) -> None:
    new, moon = county.enrol("gasa"), county.enrol("moon")
    new.key, new.at = a_key("another box"), box.at + timedelta(seconds=2)
    for one in (box, new, moon):
        opened(one)
        one.write(a_control(passed=one is not new))
        one.write(a_test())
        one.write(Incident("printer", "printer.paper_out", {}))
    found = set()
    for nth, order in enumerate(permutations((box, new, moon))):
        if isinstance(where, str):
            with closing(open_writer(where)) as sql:
                sql.script("drop schema public cascade; create schema public;")
            taken(where, *order)
            file: Where = where
        else:
            file = where.with_name(f"{nth}.db")
            taken(file, *order)
        with closing(open_reader(file)) as sql:
            found.add(table_hash(sql))
        found.add(str(spot_of(file, county).light))
    assert len(found) == 2


def test_what_is_made_again_is_the_same(where: Where, county: County, box: Station) -> None:
    opened(box, Position(Decimal("101.9"), Decimal("24.1")))
    for body in (a_control(), a_test(), Incident("printer", "printer.paper_out", {}), a_print("N"), a_test("70")):
        box.write(body)
    taken(where, box)
    with closing(open_writer(where)) as sql:
        before = table_hash(sql)
        with sql.transaction():
            remake(sql)
        assert table_hash(sql) == before
        assert {row["station"] for row in sql.execute("select station from feed")} == {"gasa"}


def test_a_control_outlives_the_body_that_said_it(where: Where, county: County, box: Station) -> None:
    opened(box)
    box.write(a_control())
    valid = box.at
    taken(where, box)
    with closing(Database(where)) as database:
        database.retire(box.log, [Span(2, 2)])
    with closing(open_writer(where)) as sql, sql.transaction():
        remake(sql)
    (one,) = spot_of(where, county).facts.controls
    assert one.valid == valid


def test_a_trust_list_that_cannot_be_read_now_takes_no_light_away(where: Where, county: County, box: Station) -> None:
    opened(box)
    taken(where, box)
    with Reader(where) as reader:
        head = reader.head(box.log)
    assert head is not None
    with closing(open_writer(where)) as sql:
        sql.execute("update head set receipted = 1, receipt = ?", (county.receipt(box.log, 1, head.root),))
    lists: list[Trust | SealError] = [county.trust, SealError("half written"), county.trust]

    def trust() -> Trust:
        found = lists.pop(0)
        if isinstance(found, SealError):
            raise found
        return found

    receipts = Receipts(trust)
    with Reader(where) as reader:
        for _ in range(2):
            assert receipts.of(reader.stations(), reader) == [Receipt.GOOD]
    assert lists == []
