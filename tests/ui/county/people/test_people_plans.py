"""No question about a producer looks through what grows with every test: entries, cards, lines of files, acts."""

import re
from collections.abc import Sequence
from contextlib import closing

from tests.ui.county.people.conftest import LI, TOWN, Village
from ui.county.accounts.scope import Scope
from ui.county.acted import Acted
from ui.county.migration import open_reader
from ui.county.people.asking import Filters, People
from ui.county.sql import Result, Sql
from ui.county.web.people_file_pages import SECTIONS

GROWING = re.compile(r"SCAN (subject_entry|subject_card|made|over|next|dossier|act|entry|subject_key)\b(?!.*act_time)")


class Asked:
    """Runs every statement, and keeps those for which the database would look through a growing table."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql
        self.walks: dict[str, list[str]] = {}
        self.count = 0

    def execute(self, statement: str, values: Sequence[object] = (), /) -> Result:
        plan = [row["detail"] for row in self._sql.execute(f"explain query plan {statement}", values)]
        self.count += 1
        if found := [step for step in plan if GROWING.match(step)]:
            self.walks[statement] = found
        return self._sql.execute(statement, values)

    def __getattr__(self, name: str) -> object:
        return getattr(self._sql, name)


def test_every_question_reads_an_index(village: Village) -> None:
    today = village.desk.at.date()
    for scope in (Scope(), Scope((TOWN,), ("gasa",))):
        with People(village.desk.file, scope) as people:
            asked = Asked(people.sql)
            people.sql = asked  # type: ignore[assignment]
            for show in ("", "confirm", "risk", "black", "withdrawn", "merged"):
                people.find(Filters("l", "farmer", TOWN, show, scale=True, after="l|p"), today)
                people.count(show, today)
            row = people.one(LI.id)
            people.alike(row)
            people.doubles(LI.name, LI.code, LI.contact)
            people.home(row)
            ids = people.ids(LI.id)
            for kinds in SECTIONS.values():
                people.entries(ids, kinds, 10, "2026|x|1")
            people.names(ids, 10)
            people.first_record(ids)
            people.dossier(ids)
            people.cards(ids)
            people.newest_cards(10)
            people.asked_orders(("subjects.upsert",), 10)
            people.towns()
            people.stations()
            Acted(people.sql).page(about=LI.id)
            assert asked.walks == {}
            assert asked.count > 30


def test_the_check_itself_bites(village: Village) -> None:
    with closing(open_reader(village.desk.file)) as sql:
        asked = Asked(sql)
        asked.execute("select * from subject_entry where station = 'gasa'")
        assert len(asked.walks) == 1
