"""The tables behind trace: the same on both databases, in whatever order logs come, and made again alike."""

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from kiosk.contract import Envelope
from kiosk.rules.messages import Correction, DrugsStated, FarmWork, Incoming, LotDeclared, Proofs, Reviewed
from tests.support.bodies import County, Station
from ui.county.database import Arrived, Database
from ui.county.migration import open_reader, open_writer
from ui.county.reader import Reader
from ui.county.remake import TRACED, remake
from ui.county.sameness import table_hashes
from ui.county.sql import Where
from ui.county.tracing import beside, chain
from ui.county.tracing.chain import Chain
from ui.county.tracing.tables import key, paper

RECEIVED = "2026-11-22T09:40:00.000+08:00"
LOT = "L-1"


def logs() -> tuple[Station, Station]:
    county = County()
    grower, buyer = county.enrol("gasa"), county.enrol("moon")
    certificate = replace(grower.certificate(), lot=LOT)
    grower.opened()
    for body in (
        LotDeclared(LOT, "s-0001", "cowpea", certificate.quantity, "kg", "", ""),
        DrugsStated("v", LOT, "s-0001", "cowpea", used=False),
        FarmWork("s-0001", "cowpea", "sown", "2026-08-01"),
        FarmWork("s-0001", "long" * 2000, "sown", "2026-08-01"),
        certificate,
        Correction(5, "product", "a", "b", "c", "d"),
        Reviewed(5, "x", True),
    ):
        grower.write(body)
    buyer.opened()
    buyer.write(Incoming("v", "b", "ours", True, "cowpea", None, "kg", "x", number=certificate.number.lower()))
    buyer.write(
        replace(buyer.certificate(7), proofs=Proofs(incoming=(certificate.number, certificate.number, "seq:2")))
    )
    return grower, buyer


def filled(where: Where, *parts: tuple[str, Sequence[Envelope]]) -> dict[str, str]:
    with closing(Database(where)) as database:
        for station, entries in parts:
            database.take([Arrived(station, entry) for entry in entries], RECEIVED)
    with closing(open_reader(where)) as sql:
        return table_hashes(sql)


def test_the_order_of_arrival_makes_no_difference(where: Where, tmp_path: Path) -> None:
    grower, buyer = logs()
    one = filled(where, ("gasa", grower.entries), ("moon", buyer.entries))
    parts = [("moon", buyer.entries), ("gasa", grower.entries[4:]), ("gasa", grower.entries[:4])]
    other = filled(tmp_path / "other.db", *parts)
    assert {table: one[table] for table in TRACED} == {table: other[table] for table in TRACED}


def test_made_again_they_are_the_same(where: Where) -> None:
    grower, buyer = logs()
    before = filled(where, ("gasa", grower.entries), ("moon", buyer.entries))
    with closing(open_writer(where)) as sql:
        with sql.transaction():
            remake(sql)
        assert table_hashes(sql) == before


def test_a_step_forward_is_found_from_another_station(where: Where) -> None:
    grower, buyer = logs()
    filled(where, ("gasa", grower.entries), ("moon", buyer.entries))
    certificate = replace(grower.certificate(), lot=LOT)
    with Reader(where) as reader:
        story = Chain(reader, grower.log, "gasa", certificate)
        assert [one.body.kind for one in (*story.forward("certificate"), *story.forward("incoming"))] == [
            "certificate",
            "incoming",
        ]
        stated = story.drugs()
        assert stated is not None
        assert not stated.used
        elsewhere = Chain(reader, grower.log, "moon", certificate)
        assert elsewhere.drugs() is None  # what one station says of another's batch counts nothing
        assert len(story.corrections(5)) == 1


def test_what_is_searched_for_fits_every_index() -> None:
    assert len(key("x" * 100_000)) == 64
    assert "\0" not in key("a\0b")
    assert paper("530427-ESQQA-RV8CN-N".lower()) == paper("530427ESQQARV8CNN")


def test_every_question_reads_an_index(tmp_path: Path) -> None:
    """And needs no sorting of what may be long."""
    grower, buyer = logs()
    filled(tmp_path / "county.db", ("gasa", grower.entries), ("moon", buyer.entries))
    questions = [chain.ON_LOT, chain.WORK, chain.MADE, chain.ON_NUMBER, chain.BRANDS, chain.CORRECTED]
    questions += [beside.OF_RUN, beside.OF_METHOD, beside.REVIEWED]
    with closing(open_reader(tmp_path / "county.db")) as sql:
        for question in questions:
            values = [1] * question.count("?")
            steps = [row["detail"] for row in sql.execute(f"explain query plan {question}", values)]
            assert [step for step in steps if not re.match(r"SEARCH \w+ USING", step)] == [], question
