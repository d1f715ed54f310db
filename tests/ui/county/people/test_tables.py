"""Tables of producers: the office's word stands over the boxes', the newest box's over others, however they arrive."""

import random
from contextlib import closing
from dataclasses import replace

import pytest

from kiosk.contract import Envelope
from kiosk.rules.messages import (
    ActBody,
    CardEnded,
    CardGiven,
    CardMade,
    Credit,
    CreditGraded,
    DossierNoted,
    Span,
    Subject,
    SubjectMerged,
    SubjectProposed,
    SubjectWithdrawn,
)
from tests.support.bodies import a_test
from tests.ui.county.conftest import Desk
from tests.ui.county.people.conftest import LI, NEW, TOWN, WANG, put
from ui.county.act_tables import OFFICE
from ui.county.database import Arrived, Database, envelope_of, open_reader
from ui.county.migration import open_writer
from ui.county.people.asking import Filters, People
from ui.county.remake import remake
from ui.county.sameness import table_hashes
from ui.county.sql import Where

TABLES = ("subject", "subject_key", "subject_seen", "subject_entry", "subject_card", "dossier")
LATER = replace(NEW, name="李秀瑛", contact="13800009999")


def logs(desk: Desk) -> dict[str, list[Envelope]]:
    """Three logs that speak of the same producers: two boxes, of which one took a newcomer in again, and the office."""
    other = desk.county.enrol("there")
    boxes = {
        "gasa": [
            desk.box.opened(TOWN),
            desk.box.write(SubjectProposed(NEW, "南蚌村", "staff-1")),
            desk.box.write(CardGiven("11112222", NEW.id, "new", "staff-1")),
            desk.box.write(a_test(subject=LI)),
        ],
        "there": [
            other.opened(),
            other.write(a_test(subject=LI)),
            other.write(a_test(subject=NEW)),
            other.write(SubjectProposed(LATER, "新寨村", "staff-2")),
            other.write(SubjectProposed(replace(LI, name="李冒名"), "新寨村", "staff-2")),
            other.write(SubjectProposed(replace(WANG, id="p-zhou", name="周"), "新寨村", "staff-2")),
        ],
    }
    acts = (
        put(LI),
        put(WANG),
        CreditGraded(Credit(NEW.id, "B", "", "2026-11-01"), "high"),
        CardMade("12345675", LI.id, "new"),
        CardEnded("12345675", LI.id, "lost"),
        SubjectWithdrawn(WANG.id),
        SubjectMerged("p-zhou", LI.id),
        DossierNoted(LI.id, "training", "2026-10-01", hours="8"),
    )
    desk.accounts.desks.acts.do(lambda act: act.says(*acts))
    with closing(open_reader(desk.file)) as sql:
        office = [envelope_of(row) for row in sql.execute("select * from entry where station = 'office' order by seq")]
    return {OFFICE: office, **boxes}


def arrive(database: Database, told: dict[str, list[Envelope]], order: list[str]) -> None:
    """Each log's entries in their order, the logs mixed as `order` says."""
    left = {name: iter(entries) for name, entries in told.items()}
    for name in order:
        database.take([Arrived(name, next(left[name]))], "2026-11-22T10:00:00.000+08:00")


def hashes(where: Where) -> dict[str, str]:
    with closing(open_reader(where)) as sql:
        return {table: told for table, told in table_hashes(sql).items() if table in TABLES}


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_logs_arrive_makes_no_difference(where: Where, desk: Desk, seed: int) -> None:
    told = logs(desk)
    order = [name for name, entries in told.items() for _ in entries]
    with closing(Database(desk.file)) as straight:
        arrive(straight, told, [name for name in order if name != OFFICE])  # the office's own are there already
    random.Random(seed).shuffle(order)
    with closing(Database(where)) as mixed:
        arrive(mixed, told, order)
    assert hashes(where) == hashes(desk.file)
    with closing(open_reader(where)) as sql:
        rows = {
            row["id"]: (row["name"], row["state"], row["merged_into"]) for row in sql.execute("select * from subject")
        }
    assert rows == {
        LI.id: (LI.name, "listed", ""),  # no box changes what the office said
        WANG.id: (WANG.name, "withdrawn", ""),
        NEW.id: (LATER.name, "proposed", ""),
        "p-zhou": ("周", "merged", LI.id),
    }


def test_they_are_made_again_from_the_entries(where: Where, desk: Desk) -> None:
    told = logs(desk)
    with closing(Database(where)) as database:
        arrive(database, told, [name for name, entries in told.items() for _ in entries])
    before = hashes(where)
    with closing(open_writer(where)) as sql:
        sql.execute("update subject set name = 'x', grade = 'Z'")
        sql.execute("delete from subject_key")
        sql.execute("delete from subject_seen")
        with sql.transaction():
            remake(sql)
    assert hashes(where) == before


def test_a_person_s_number_is_nobody_s_id(where: Where, desk: Desk) -> None:
    """A box that gives such an id finds no place in the list; its entry stays where entries stand."""
    odd = replace(NEW, id="11010519491231002X")
    entries = (
        desk.box.opened(TOWN),
        desk.box.write(SubjectProposed(odd, "南蚌村", "s")),
        desk.box.write(a_test(subject=odd)),
    )
    with closing(Database(where)) as database:
        database.take([Arrived("gasa", one) for one in entries], "2026-11-22T10:00:00.000+08:00")
    with closing(open_reader(where)) as sql:
        for table in TABLES:
            assert sql.execute(f"select * from {table}").fetchall() == [], table  # noqa: S608  our own words


def test_a_newcomer_whose_entry_went_has_no_name_left(where: Where, desk: Desk) -> None:
    """What retention takes is gone from the list, from the search, and stays gone when tables are made again."""
    box = desk.box
    with closing(Database(where)) as database:
        database.take(
            [Arrived("gasa", one) for one in (box.opened(TOWN), box.write(SubjectProposed(NEW, "南蚌村", "staff-1")))],
            "2026-11-22T10:00:00.000+08:00",
        )
        database.retire(box.log, [Span(2, 2)])
    with closing(open_writer(where)) as sql, sql.transaction():
        remake(sql)
    with closing(open_reader(where)) as sql:
        rows = sql.execute("select name, contact, village, state from subject").fetchall()
        assert [tuple(row) for row in rows] == [("", "", "", "proposed")]
        assert sql.execute("select * from subject_key").fetchall() == []
        assert sql.execute("select station from subject_seen").fetchone()[0] == "gasa"


FINDS: dict[str, set[str]] = {
    "秀英": {"李秀英"},
    "lxy": {"李秀英"},
    "xy": {"李秀英"},
    "lixiu": {"李秀英"},
    "1234": {"李秀英"},
    "138 0000 1234": {"李秀英"},
    "93530427ma6n000091": {"李秀英"},
    "1234 5675": {"李秀英"},
    "戛洒": {"新平戛洒合作社"},
    "gshz": {"新平戛洒合作社"},
    "王": {"王在彼"},
    "5678": {"王在彼"},
    "%": set(),
    "_": set(),
    "'": set(),
}


def told_there(desk: Desk, where: Where, *acts: ActBody) -> None:
    """What the office said stands in the other database too."""
    desk.accounts.desks.acts.do(lambda act: act.says(*acts))
    with closing(open_reader(desk.file)) as sql:
        office = [envelope_of(row) for row in sql.execute("select * from entry order by seq")]
    with closing(Database(where)) as database:
        database.take([Arrived(OFFICE, one) for one in office], "2026-11-22T10:00:00.000+08:00")


def test_one_box_finds_by_name_letters_code_card_and_telephone(where: Where, desk: Desk) -> None:
    coop = Subject("p-coop", "cooperative", "新平戛洒合作社", "08771234567", "戛洒镇")
    told_there(desk, where, put(LI), put(WANG), put(coop), CardMade("12345675", LI.id, "new"))
    with People(where) as people:
        found = {text: {row["name"] for row in people.find(Filters(text=text), desk.at.date()).rows} for text in FINDS}
    assert found == FINDS


def test_pages_of_the_list_neither_repeat_nor_leave_out(where: Where, desk: Desk) -> None:
    names = [replace(WANG, id=f"p-{nth}", name=f"王{'一二三四五'[nth % 5]}") for nth in range(23)]
    told_there(desk, where, *map(put, names))
    seen, after = list[str](), ""
    with People(where) as people:
        while True:
            found = people.find(Filters(text="w", after=after), desk.at.date(), 5)
            seen += [row["id"] for row in found.rows]
            if not (after := found.more):
                break
    assert sorted(seen) == sorted(one.id for one in names)
    assert len(seen) == len(set(seen))
