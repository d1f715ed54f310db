"""Tables of notes follow from the acts alone, the same in either database and in any order of arrival."""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import httpx
import pytest

from kiosk.pack import load_packs
from kiosk.rules.messages import FieldNoted, GateCheck, SubjectPut, TaskGiven, TaskWithdrawn, UserEnded
from kiosk.words import LANGUAGES, load_words
from tests.support.bodies import FARMER, START, a_test
from tests.ui.county.conftest import DEADLINE, Desk, served
from tests.ui.county.field.conftest import OWN, Phone, gate, jpeg, patrol, sample
from ui.county.accounts.account import find
from ui.county.act_tables import OFFICE
from ui.county.acted import Acted
from ui.county.acts import Act
from ui.county.database import Arrived, Database
from ui.county.field.notes import Notes
from ui.county.field.tables import FieldTables
from ui.county.field.told import lines, told
from ui.county.migration import open_reader, open_writer
from ui.county.place import Place
from ui.county.remake import remake
from ui.county.rows import envelope_of
from ui.county.sameness import table_hashes
from ui.county.sql import Result, Row, Sql, Where
from ui.county.telling import Teller

TOWN = "530427100"
MINE = ("field_note", "gate_paper", "field_task")


@pytest.fixture
def either(where: Where) -> Iterator[Desk]:
    with closing(Desk(where)) as desk:
        yield desk


@pytest.fixture
def phone(either: Desk) -> Iterator[Phone]:
    with served(either) as address, httpx.Client(base_url=address, timeout=DEADLINE) as client:
        yield Phone(client, "").of(either, "chen", "township", regions=(TOWN,))


def rows(where: Where, table: str) -> list[Row]:
    with closing(open_reader(where)) as sql:
        return sql.execute(f"select * from {table} order by 1, 2").fetchall()  # noqa: S608  our own words


def check(number: str, quantity: str) -> GateCheck:
    """At a station's gate."""
    return GateCheck(
        at=START.isoformat(timespec="seconds"), market="县城市场", stall="", seller="王五", product="cowpea",
        quantity=Decimal(quantity), unit="kg", origin="新平县", paper="ours", number=number, issuer=FARMER.name,
        issued_on="2026-11-22", state="valid", advice="admit", decision="admit", reason="", inspector="周", findings=(),
    )  # fmt: skip


def everything(desk: Desk, phone: Phone) -> str:
    """Notes of each kind, beside a station's own check. The number of the paper that both saw."""
    opened, test = desk.box.opened(TOWN), desk.box.write(a_test("81"))
    paper = desk.box.certificate()
    desk.take(opened, test, desk.box.write(paper), desk.box.write(check(paper.number, "100")))
    notes = [
        gate(paper="ours", number=paper.number, product="cowpea", seller=FARMER.name, quantity="30",
             quantity_unit="kg", origin=FARMER.origin, decision="admit"),
        patrol(subject="s-0001", **{"item.waste": "poor", "note.waste": "乱扔"}),
        sample(type="commissioned", subject="s-0001"),
        {"kind": "disposal", "case": f"{desk.box.log}/2", "measure": "sealed", "place": "仓库"},
    ]  # fmt: skip
    for nth, fields in enumerate(notes):
        pictures = (("picture", jpeg()),) if fields["kind"] == "disposal" else ()
        answer = phone.send(fields, *pictures, note=f"{nth:08x}" * 4)
        assert answer.status_code == 200, answer.text
    return paper.number


def test_a_note_of_each_kind_stands_in_its_columns(either: Desk, phone: Phone) -> None:
    desk = either
    number = everything(desk, phone)
    found = {row["kind"]: row for row in rows(desk.file, "field_note")}
    assert set(found) == {"gate", "patrol", "sample", "disposal"}
    assert {row["account"] for row in found.values()} == {"chen"}
    assert {(row["region"], row["station"]) for row in found.values()} == {(TOWN, "")}
    assert {row["on_day"] for row in found.values()} == {"2026-11-22"}
    assert (found["gate"]["decision"], found["gate"]["state"], found["gate"]["product"]) == ("admit", "valid", "cowpea")
    assert (found["patrol"]["subject"], found["patrol"]["decision"]) == ("s-0001", "poor")
    assert found["sample"]["sample_code"].startswith("P-")
    case = found["disposal"]
    assert (case["case_log"], case["case_seq"], case["pictures"]) == (desk.box.log, 2, 1)
    assert {(row["number"], row["quantity"]) for row in rows(desk.file, "gate_paper")} == {
        (number, "100"),
        (number, "30"),
    }
    page = phone.get("/field/notes").text
    assert all(f"/field/notes/{row['id']}" in page for row in found.values())
    for row in found.values():
        assert phone.get(f"/field/notes/{row['id']}").status_code == 200


def test_they_are_made_again_from_the_entries(either: Desk, phone: Phone) -> None:
    everything(either, phone)
    ask(either, TaskGiven("t-1", "patrol", "双随机", "2026-12-01"))
    with closing(open_writer(either.file)) as sql:
        before = table_hashes(sql)
        with sql.transaction():
            remake(sql)
        after = table_hashes(sql)
    assert {name: before[name] == after[name] for name in MINE} == dict.fromkeys(MINE, True)
    assert all(len(rows(either.file, name)) for name in MINE)


def test_it_makes_no_difference_which_log_arrived_first(either: Desk, phone: Phone, tmp_path: Path) -> None:
    everything(either, phone)
    with closing(open_reader(either.file)) as sql:
        before = table_hashes(sql)
        entries = [Arrived(row["station"], envelope_of(row)) for row in sql.execute("select * from entry order by seq")]
    for place, first in (("office.db", True), ("station.db", False)):
        with closing(Database(tmp_path / place)) as other:
            for office in (first, not first):
                other.take([one for one in entries if (one.station == OFFICE) is office], START.isoformat())
        with closing(open_reader(tmp_path / place)) as sql:
            after = table_hashes(sql)
        assert {name: before[name] == after[name] for name in MINE} == dict.fromkeys(MINE, True), place


def ask(desk: Desk, order: TaskGiven | TaskWithdrawn, stream: str = "all") -> None:
    desk.accounts.desks.acts.do(lambda act: act.asks(stream, order, by="officer"))


def test_tasks_stand_on_the_phone_until_they_are_over_or_taken_back(either: Desk, phone: Phone) -> None:
    either.take(either.box.opened(TOWN))
    for task, what, until, stream in (
        ("t-1", "patrol", "2026-12-01", "all"), ("t-2", "sample", "2026-11-21", "all"),
        ("t-3", "gate", "2026-12-01", "gasa"), ("t-4", "patrol", "2026-12-01", "there"),
        ("t-5", "patrol", "2026-12-01", "all"),
    ):  # fmt: skip
        ask(either, TaskGiven(task, what, f"任务 {task}", until), stream)
    ask(either, TaskWithdrawn("t-5"))
    home, form = phone.get("/field").text, phone.get("/field/patrol").text
    assert [f"任务 t-{nth}" in home for nth in range(1, 6)] == [True, False, True, False, False]
    assert ["任务 t-1" in form, "任务 t-3" in form] == [True, False]
    assert phone.send(patrol(task="t-1")).status_code == 200


def test_a_note_that_is_sent_from_several_sides_at_once_is_kept_once(either: Desk, phone: Phone) -> None:
    answers: list[httpx.Response] = []
    together = threading.Barrier(4)

    def send() -> None:
        together.wait()
        answers.append(phone.send(patrol()))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["seq"] for answer in answers}) == 1
    with closing(open_reader(either.file)) as sql:
        assert len([one for one in Acted(sql).page().deeds if one.kind == FieldNoted.kind]) == 1


def test_the_same_note_told_twice_is_one_row(either: Desk, phone: Phone) -> None:
    """Two acts of one id cannot come from our pages; from a log they could."""
    assert phone.send(patrol()).status_code == 200
    (first,) = rows(either.file, "field_note")
    with closing(Database(either.file)) as database, closing(open_reader(either.file)) as sql:
        entry = sql.execute("select * from entry where log = ? and seq = ?", (first["log"], first["seq"])).fetchone()
        database.act(lambda writer, _: _again(writer, entry))
    assert len(rows(either.file, "field_note")) == 1


def _again(sql: Sql, row: Row) -> None:
    envelope = envelope_of(row)
    at = Place(row["place"], row["station"], row["log"], row["seq"] + 1000, row["received"], 1)
    FieldTables(sql).acted(envelope.act, envelope, at)


def said(put: SubjectPut, act: Act) -> None:
    act.says(put)


def test_producers_are_found_by_what_somebody_types_and_only_near_ones(either: Desk, phone: Phone) -> None:
    near, far = replace(FARMER, region=f"{TOWN}001"), replace(FARMER, id="s-0002", name="李远山", region="530427101")
    for put in (SubjectPut(near, "farmer"), SubjectPut(far, "farmer")):
        either.accounts.desks.acts.do(partial(said, put))
    for typed, found in {"李": ["s-0001"], "lxy": ["s-0001"], "1234": ["s-0001"], "李远": [], "": [], "%": []}.items():
        answer = phone.web.get("/field/subjects", params={"q": typed}, headers=OWN).json()["found"]
        assert [one["id"] for one in answer] == found, typed


@pytest.mark.parametrize("role", ["officer", "township", "assistant"])
def test_every_list_reads_an_index(desk: Desk, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    desk.accounts.put("li", role, regions=() if role == "officer" else (TOWN,))
    asked: list[tuple[str, Sequence[object]]] = []

    def listening(where: Where) -> Sql:
        return Listening(open_reader(where), asked)  # type: ignore[return-value]

    monkeypatch.setattr("ui.county.field.notes.open_reader", listening)
    with closing(open_reader(desk.file)) as sql:
        reader = find(sql, "li")
        assert reader is not None
        with Notes(desk.file, reader) as notes:
            notes.of_day("2026-11-22")
            notes.page()
            notes.page(f"2026-11-22T10:00:00+08:00/{'0' * 32}")
            notes.find("0" * 32)
        for statement, values in asked:
            plan = [row["detail"] for row in sql.execute(f"explain query plan {statement}", values)]
            assert not [step for step in plan if "TEMP B-TREE" in step], (statement, plan)
            assert [step for step in plan if re.match("(SEARCH field_note|SCAN field_note USING INDEX)", step)], plan


class Listening:
    """A connection whose questions are heard."""

    def __init__(self, sql: Sql, asked: list[tuple[str, Sequence[object]]]) -> None:
        self._sql = sql
        self._asked = asked

    def execute(self, statement: str, values: Sequence[object] = (), /) -> Result:
        self._asked.append((statement, values))
        return self._sql.execute(statement, values)

    def close(self) -> None:
        self._sql.close()


def test_every_note_is_told_in_words(either: Desk, phone: Phone) -> None:
    everything(either, phone)
    with closing(open_reader(either.file)) as sql:
        acts = [one.act for one in Acted(sql).page().deeds if isinstance(one.act, FieldNoted)]
    for language in LANGUAGES:
        in_words(acts, language)


def in_words(acts: list[FieldNoted], language: str) -> None:
    tell, packs = Teller(load_words(language), load_packs()), load_packs()
    sentences = [told(act, tell) for act in acts]
    assert all(sentences)
    assert len(set(sentences)) == 4
    for act in acts:
        values = [value for _, value in lines(act, tell, packs)]
        assert len(values) >= 4
        assert not [value for value in values if re.fullmatch(r"[a-z]+[._][a-z_.]+", value)]
    assert told(UserEnded("x", "y"), tell) is None
