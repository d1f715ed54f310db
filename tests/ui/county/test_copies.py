"""Copies of papers as the county keeps and shows them: each part has its own original, labels are no certificates."""

from contextlib import closing
from dataclasses import replace
from importlib import resources
from pathlib import Path

import httpx
import pytest

from kiosk.rules.messages import Certificate, Print, PrintOutcome, Reprint, TraceLabel
from kiosk.rules.scan.numbers import certificate_number, shown
from kiosk.words import load_words
from tests.support.bodies import COUNTY, FARMER
from tests.ui.county.conftest import Desk
from ui.county.database import Arrived, Database
from ui.county.migration import FIRST, VERSION, open_reader, open_writer
from ui.county.reader import Reader
from ui.county.sameness import table_hashes
from ui.county.sql import Sql, Where
from ui.county.sql_postgresql import Postgresql
from ui.county.sql_sqlite import Sqlite

ZH = load_words("zh")
PARTS = ("goods", "stub")
LABELS = TraceLabel(certificate_number(COUNTY, b"onlabel"), "v-1", FARMER.id, "cowpea", "L261122-7K3M9QX2-V", 200, "")


def ended(number: str, part: str, outcome: PrintOutcome = PrintOutcome.PRINTED, copy: int = 1) -> Print:
    return Print(number, copy, outcome, "GS ( H 0001", part=part)


def in_parts(desk: Desk) -> Certificate:
    certificate = replace(desk.box.certificate(), parts=PARTS)
    desk.take(desk.box.opened(), desk.box.write(certificate))
    return certificate


def trace(web: httpx.Client, number: str) -> str:
    answer = web.get(f"/N/{number}")
    assert answer.status_code == 200
    return answer.text


def test_two_parts_are_two_originals_and_no_reprint(desk: Desk, web: httpx.Client) -> None:
    number = in_parts(desk).number
    desk.take(*(desk.box.write(ended(number, part)) for part in PARTS))
    told = trace(web, number)
    assert ZH.say("county.trace.copies_parts", parts=2) in told
    assert ZH.say("county.trace.copies_again", again=1) not in told
    page = web.get(f"/entry/{desk.box.log}/2").text
    assert all(f"{ZH.say(f'papers.part.{part}')} 1</dt>" in page for part in PARTS)
    assert ZH.say("county.print.again", times=1) not in web.get("/").text
    assert ZH.say("papers.part.stub") in web.get(f"/entry/{desk.box.log}/4").text


def test_the_end_of_a_part_says_nothing_of_the_other(desk: Desk) -> None:
    number = in_parts(desk).number
    desk.take(desk.box.write(ended(number, "goods", PrintOutcome.UNKNOWN)), desk.box.write(ended(number, "stub")))
    with Reader(desk.file) as reader:
        assert [(row["part"], row["outcome"]) for row in reader.copies(number)] == [
            ("goods", "unknown"),
            ("stub", "printed"),
        ]


def test_a_reprint_of_one_part_is_one_reprint(desk: Desk, web: httpx.Client) -> None:
    number = in_parts(desk).number
    desk.take(*(desk.box.write(ended(number, part)) for part in PARTS))
    desk.take(desk.box.write(Reprint(number, 2, "spoiled", "stub")), desk.box.write(ended(number, "stub", copy=2)))
    told = trace(web, number)
    assert ZH.say("county.trace.copies_parts", parts=2) in told
    assert ZH.say("county.trace.copies_again", again=1) in told


def test_what_never_reached_paper_is_no_print(desk: Desk, web: httpx.Client) -> None:
    number = in_parts(desk).number
    desk.take(desk.box.write(ended(number, "goods", PrintOutcome.FAILED)))
    assert ZH.say("county.trace.copies_none") in trace(web, number)


def test_what_another_station_says_of_a_number_is_no_print_of_it(desk: Desk, web: httpx.Client) -> None:
    number = in_parts(desk).number
    other = desk.county.enrol("yangwu")
    desk.take(other.opened(), other.write(Reprint(number, 9, "spoiled", "goods")), box=other)
    assert ZH.say("county.trace.copies_none") in trace(web, number)


def test_a_batch_of_labels_is_no_certificate(desk: Desk, web: httpx.Client) -> None:
    certificate = in_parts(desk)
    labels = [desk.box.write(ended(LABELS.number, str(nth))) for nth in range(1, 38)]
    desk.take(desk.box.write(LABELS), *labels)
    assert ZH.say("county.trace.copies_none") in trace(web, certificate.number)
    told = trace(web, LABELS.number)
    assert ZH.say("papers.label") in told
    assert ZH.say("county.paper.no_certificate") in told
    assert "补打" not in told
    with Reader(desk.file) as reader:
        assert len(reader.copies(LABELS.number)) == 37
        assert [line["number"] for line in reader.newest(60) if line["number"]] == [certificate.number]
    assert shown(LABELS.number) not in web.get("/").text


def test_a_part_too_long_for_an_index_stops_nothing(where: Where, desk: Desk) -> None:
    with closing(Database(where)) as database:
        certificate = desk.box.certificate()
        desk.box.opened()
        desk.box.write(certificate)
        desk.box.write(ended(certificate.number, "联" * 20000))
        database.take([Arrived(desk.box.name, entry) for entry in desk.box.entries], "2026-11-22T10:00:00+08:00")
    with Reader(where) as reader:
        assert len(reader.copies(certificate.number)) == 1


def test_both_databases_hold_the_same_of_parts(desk: Desk, tmp_path: Path, server_database: str) -> None:
    number = in_parts(desk).number
    ends = [desk.box.write(ended(number, part)) for part in PARTS]
    said = [*desk.box.entries[:2], *ends, desk.box.write(Reprint(number, 2, "spoiled", "goods"))]
    hashes = []
    for where in (tmp_path / "one.db", server_database):
        with closing(Database(where)) as database:
            database.take([Arrived(desk.box.name, entry) for entry in said], "2026-11-22T10:00:00+08:00")
        with closing(open_reader(where)) as sql:
            hashes.append(table_hashes(sql))
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize("server", [False, True], ids=["sqlite", "postgresql"])
def test_a_retired_copy_outlives_the_new_column(tmp_path: Path, server: bool, request: pytest.FixtureRequest) -> None:
    """It cannot be made again from its entry."""
    where: Where = request.getfixturevalue("server_database") if server else tmp_path / "county.db"
    old: Sql = Postgresql.writing(where) if isinstance(where, str) else Sqlite.writing(where)
    with closing(old), old.transaction():
        for step in range(FIRST[old.dialect], 3):
            old.script((resources.files("ui.county.schema") / f"{step}.{old.dialect}.sql").read_text(encoding="utf-8"))
        old.set_version(2)
        old.execute(
            "insert into entry (log, seq, station, kind, time, clock, header, signature, key, received, place)"
            " values ('a', 7, 'gasa', 'print', 'then', 'ok', ?, ?, 'k', 'then', 1)",
            (b"{}", b"s"),
        )
        old.execute("insert into print values ('N', 1, 'a', 7, 'then', 'printed')")
    open_writer(where).close()
    with closing(open_reader(where)) as new:
        assert new.version() == VERSION
        rows = [tuple(row) for row in new.execute("select number, part, copy, log, seq, outcome from print")]
        assert rows == [("N", "", 1, "a", 7, "printed")]
