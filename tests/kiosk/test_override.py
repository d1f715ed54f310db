"""The county's own packs and answers: from order to table, whole or not at all, the same after a rebuild."""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from kiosk.override import Overrides
from kiosk.pack_in_force import Live, PacksInForce, hindrance
from kiosk.pack_order import MOST_TEXT, refused
from kiosk.record import Record
from kiosk.rules.messages import (
    CertificateRevoked,
    LotReleased,
    OrderBody,
    OrderDone,
    Outcome,
    PackPut,
    SampleType,
    SettingsPut,
    TaskGiven,
)
from kiosk.rules.settings import Proof
from kiosk.tables import VERSION, Tables, open_tables
from kiosk.words import load_words
from tests.kiosk.test_record import START, Box

SHIPPED = Path(str(resources.files("kiosk"))) / "packs"
METHOD = "methods/gbt-5009-199-2003.toml"
WORDING = "certificate/2026-02-01.toml"
TODAY = START.date()
ZH = load_words("zh")


def changed(file: str, old: str, new: str) -> str:
    text = (SHIPPED / file).read_text("utf-8")
    assert old in text
    return text.replace(old, new, 1)


def put(file: str, text: str, since: str = "") -> PackPut:
    return PackPut(file, text, hashlib.sha256(text.encode()).hexdigest(), since)


STRICTER = put(METHOD, changed(METHOD, 'value = "50"', 'value = "45"'))
LATER = put(METHOD, changed(METHOD, 'value = "50"', 'value = "40"'), "2026-12-01")
BACK = put(METHOD, "")
NONSENSE = put(METHOD, changed(METHOD, 'value = "50"', "value = 50"))


class Judging(Box):
    def open(self) -> Record:
        from kiosk.clock import Clock

        clock = Clock(START - timedelta(days=1), lambda: self.time, self.folder / "never")
        return Record(self.home, self.own, self.trust, clock, hindrance=hindrance(ZH))


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Judging(tmp_path)


@pytest.fixture
def record(box: Box) -> Iterator[Record]:
    opened = box.open()
    yield opened
    opened.close()


def obeyed(box: Box, record: Record, *orders: OrderBody) -> list[OrderDone]:
    first = record.tables.cursor("all") + 1
    box.bring("all", *(box.order_bytes(first + nth, order) for nth, order in enumerate(orders)))
    return record.obey()


def limit(record: Record, day: date = TODAY) -> Decimal:
    packs = PacksInForce()
    packs.follow(record.tables)
    return packs.at(datetime.combine(day, START.timetz())).methods["gbt-5009-199-2003"].positive_at


# --- values -----------------------------------------------------------------------------------------------------------


def test_the_newest_whose_day_has_come_is_in_force() -> None:
    all_of_them = Overrides().with_pack(LATER, "all/1", TODAY).with_pack(STRICTER, "all/2", TODAY)
    assert all_of_them.on(date(2026, 11, 21)).packs == ()
    assert [pack.order for pack in all_of_them.on(TODAY).packs] == ["all/2"]
    assert [pack.order for pack in all_of_them.on(date(2026, 11, 30)).packs] == ["all/2"]
    assert [pack.order for pack in all_of_them.on(date(2026, 12, 1)).packs] == ["all/1"]
    assert all_of_them.days_from(TODAY) == [TODAY, date(2026, 12, 1)]
    assert all_of_them.days_from(date(2026, 12, 1)) == [date(2026, 12, 1)]


def test_a_later_order_for_the_same_day_takes_the_place_of_the_earlier() -> None:
    both = Overrides().with_pack(STRICTER, "all/1", TODAY).with_pack(BACK, "all/2", TODAY)
    assert [pack.order for pack in both.packs] == ["all/2"]
    assert both.on(TODAY).packs == ()


def test_no_order_reaches_into_the_past() -> None:
    (pack,) = Overrides().with_pack(put(METHOD, "x", "2020-01-01"), "all/1", TODAY).packs
    assert (pack.in_force_from, pack.at) == (TODAY, TODAY)


def test_an_answer_takes_the_place_of_an_earlier_one_and_leaves_the_others() -> None:
    first = Overrides().with_settings(SettingsPut({"proof": "none", "lot_days": "2"}, "Wang"), "all/1", TODAY)
    both = first.with_settings(SettingsPut({"proof": "tail"}, "Li"), "all/2", TODAY)
    assert [(one.name, one.value, one.by) for one in both.settings] == [
        ("lot_days", "2", "Wang"),
        ("proof", "tail", "Li"),
    ]
    assert [one.name for one in both.without((), {"proof"}).settings] == ["lot_days"]


# --- what an order may put --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (put("words/zh/rules.toml", "a = 1"), "not_orderable"),
        (put("rules/lot.toml", "a = 1"), "not_orderable"),
        (put("settings/county.toml", "a = 1"), "not_orderable"),
        (put("paper/fonts.toml", "a = 1"), "not_orderable"),
        (put("methods/../words/x.toml", "a = 1"), "not_orderable"),
        (put("methods/..toml", "a = 1"), "not_orderable"),
        (put("/etc/methods/x.toml", "a = 1"), "not_orderable"),
        (put("methods/x/y.toml", "a = 1"), "not_orderable"),
        (put("methods/X.toml", "a = 1"), "not_orderable"),
        (put("methods/x.toml\n", "a = 1"), "not_orderable"),
        (put("methods/x.py", "a = 1"), "not_orderable"),
        (put(f"methods/{'x' * 81}.toml", "a = 1"), "not_orderable"),
        (put(METHOD, "#" * (MOST_TEXT + 1)), "too_large"),
        (PackPut(METHOD, STRICTER.text, "0" * 64), "digest"),
        (put(METHOD, STRICTER.text, "tomorrow"), "day"),
        (NONSENSE, "number"),
        (put(METHOD, "not toml"), "toml"),
        (put(METHOD, "x = " + "[" * 20_000), "toml"),
        (put(METHOD, "x = " + "9" * 20_000), "toml"),
        (put("methods/other.toml", STRICTER.text), "file_name"),
        (put(WORDING, changed(WORDING, "confirmed = false", "confirmed = true")), "source_unnamed"),
        (put(WORDING, changed(WORDING, "in_force_from = 2026-02-01", "in_force_from = 2026-01-31")), "before"),
        (SettingsPut({}, "Wang"), "more_of"),
        (SettingsPut({"proof": "none"}, " "), "not_empty"),
        (SettingsPut({"proof": "fingerprint"}, "Wang"), "one_of"),
        (SettingsPut({"prof": "pin"}, "Wang"), "unknown_key"),
    ],
)  # fmt: skip
def test_what_is_refused(order: PackPut | SettingsPut, said: str) -> None:
    problems = refused(order, Overrides(), TODAY)
    assert f"pack.wrong.{said}" in [problem.expected.key for problem in problems]
    assert all("pack.wrong" not in problem.told(ZH) for problem in problems)


@pytest.mark.parametrize(
    "order",
    [
        STRICTER,
        LATER,
        BACK,
        put("methods/no-such.toml", ""),
        put(METHOD, STRICTER.text + "#" * (MOST_TEXT - len(STRICTER.text.encode()))),
        put(
            WORDING,
            changed(WORDING, "confirmed = false\nsources = [", 'confirmed = true\nsources = [\n  "annex, compared",'),
        ),
        SettingsPut({"proof": "none", "parts": "goods, stub"}, "Wang"),
    ],
)
def test_what_may_be_put(order: PackPut | SettingsPut) -> None:
    assert refused(order, Overrides(), TODAY) == []


def test_an_order_is_weighed_with_what_comes_later_too() -> None:
    """A pack that fits today and breaks what is already ordered for December is refused today."""
    products = "products/vegetables.toml"
    banned = "pesticides/banned.toml"
    only_tomato = changed(banned, "product_classes = [", 'products = ["tomato"]\nproduct_classes = [')
    before = Overrides().with_pack(put(banned, only_tomato, "2026-12-01"), "all/1", TODAY)
    without = put(
        products, changed(products, 'id = "tomato"', 'id = "love-apple"').replace("\nfalse_positive", "\n#", 1)
    )
    assert refused(without, Overrides(), TODAY) == []
    assert [problem.file for problem in refused(without, before, TODAY)] == [banned]


# --- at the record ----------------------------------------------------------------------------------------------------


def test_a_pack_of_the_county_is_used_at_once_and_given_back(box: Box, record: Record) -> None:
    assert limit(record) == 50
    assert [done.done for done in obeyed(box, record, STRICTER)] == [True]
    assert limit(record) == 45
    assert [done.done for done in obeyed(box, record, BACK)] == [True]
    assert limit(record) == 50


def test_a_pack_waits_for_its_day(box: Box, record: Record) -> None:
    obeyed(box, record, LATER)
    assert [limit(record, day) for day in (TODAY, date(2026, 11, 30), date(2026, 12, 1))] == [50, 50, 40]


def test_what_does_not_fit_is_refused_whole_and_says_why(box: Box, record: Record) -> None:
    done, then = obeyed(box, record, NONSENSE, SettingsPut({"proof": "none", "lot_days": "many"}, "Wang"))
    assert (done.done, then.done) == (False, False)
    assert done.reason.startswith(f"{METHOD}：positive_at.value：应当是加引号的数")
    assert "lot_days.value" in then.reason
    assert record.tables.orders.overrides() == Overrides()
    assert record.tables.cursor("all") == 2


def test_a_long_list_of_reasons_ends(box: Box, record: Record) -> None:
    (done,) = obeyed(box, record, SettingsPut({f"nothing_{nth}": "1" for nth in range(20)}, "Wang"))
    assert done.reason.count("settings/county.toml") == 5
    assert done.reason.endswith(ZH.say("pack.order.more", count=15))


def test_answers_are_kept_with_who_gave_them(box: Box, record: Record) -> None:
    obeyed(box, record, SettingsPut({"proof": "none", "lot_days": "2"}, "Wang", "meeting 3"))
    packs = PacksInForce()
    packs.follow(record.tables)
    in_force = packs.at(START)
    assert (in_force.settings.proof, in_force.settings.lot_days) == (Proof.NONE, 2)
    lot_days = in_force.put.settings[0]
    assert (lot_days.by, lot_days.reason, lot_days.order, lot_days.at) == ("Wang", "meeting 3", "all/1", TODAY)
    assert "settings/county/proof" not in [item.name for item in in_force.open]


def test_a_rebuild_gives_the_same(box: Box) -> None:
    box.open().close()
    shutil.copy(box.folder / "record.db", box.folder / "yesterday.db")
    opened = box.open()
    obeyed(box, opened, STRICTER, LATER, NONSENSE, SettingsPut({"proof": "none"}, "Wang"))
    before = opened.tables.orders.overrides()
    opened.close()
    (box.folder / "yesterday.db").replace(box.folder / "record.db")
    again = box.open()
    assert again.tables.orders.overrides() == before
    assert [pack.order for pack in before.packs] == ["all/1", "all/2"]
    assert again.obey() == []
    again.close()


def test_a_record_without_a_judge_takes_what_is_signed(tmp_path: Path) -> None:
    box = Box(tmp_path)
    opened = box.open()
    assert [done.done for done in obeyed(box, opened, put(METHOD, "not toml"))] == [True]
    assert [pack.in_force_from for pack in opened.tables.orders.overrides().packs] == [TODAY]
    opened.close()


# --- packs in force ---------------------------------------------------------------------------------------------------


def test_new_packs_are_used_without_a_restart_and_read_once(box: Box, record: Record) -> None:
    packs = PacksInForce()
    packs.follow(record.tables)
    first = packs.at(START)
    assert packs.at(START + timedelta(hours=1)) is first
    products = Live(lambda: packs.latest.products)
    assert (products["tomato"], len(products), "tomato" in list(products)) == (
        first.products["tomato"],
        len(first.products),
        True,
    )
    obeyed(box, record, STRICTER)
    assert packs.latest is first
    second = packs.at(START)
    assert (second.methods["gbt-5009-199-2003"].positive_at, packs.latest) == (Decimal(45), second)
    assert packs.at(START + timedelta(days=1)) is second


def test_a_pack_that_fits_no_longer_is_left_out_and_told(tmp_path: Path) -> None:
    """As after an update of the program that asks for more."""
    box = Box(tmp_path)
    record = box.open()
    products = put("products/others.toml", "[[product]]\nid = 3\n")
    obeyed(box, record, STRICTER, products, SettingsPut({"lot_days": "2", "old.name": "x"}, "Wang"))
    packs = PacksInForce()
    packs.follow(record.tables)
    in_force = packs.at(START)
    assert in_force.methods["gbt-5009-199-2003"].positive_at == 45
    assert "apple" in in_force.products
    assert (in_force.settings.lot_days, [one.name for one in in_force.put.settings]) == (2, ["lot_days"])
    assert {problem.file for problem in packs.left_out} == {"products/others.toml", "settings/county.toml"}
    record.close()


def test_when_a_shipped_pack_is_what_no_longer_fits_all_of_the_county_is_left_out(tmp_path: Path) -> None:
    """A wording of the county begins before the shipped one ends: which of the two is right nobody here can say."""
    box = Box(tmp_path)
    record = box.open()
    text = changed(WORDING, "2026-02-01", "2026-06-01").replace("2026-02-01", "2026-06-01")
    obeyed(box, record, STRICTER, put("certificate/2026-06-01.toml", text))
    packs = PacksInForce()
    packs.follow(record.tables)
    assert packs.at(START).put == Overrides()
    assert limit(record) == 50
    assert [problem.file for problem in packs.left_out] == [WORDING]
    record.close()


# --- the other orders -------------------------------------------------------------------------------------------------

TASK = TaskGiven("t-1", "sample", "sample the market", "2026-12-01", ("s-1",), ("tomato",), 3, SampleType.SUPERVISION)
RELEASE = LotReleased("lot-1", Outcome.NEGATIVE, "R-7", "county laboratory", Decimal("0.010"), "mg/kg")


def test_tasks_are_kept_until_their_end(box: Box, record: Record) -> None:
    urgent = TaskGiven("t-2", "gate", "gate", "2026-11-22")
    obeyed(box, record, TASK, urgent)
    assert record.tables.orders.tasks("2026-11-22") == [urgent, TASK]
    assert record.tables.orders.tasks("2026-11-23") == [TASK]
    assert record.tables.orders.tasks("2026-12-02") == []


def test_the_last_word_on_a_lot_and_on_a_certificate(box: Box, record: Record) -> None:
    obeyed(box, record, RELEASE, CertificateRevoked("530427-1", "forged"))
    assert (record.tables.orders.released("lot-1"), record.tables.orders.released("lot-2")) == (RELEASE, None)
    assert record.tables.orders.revoked_certificate("530427-1") == "forged"
    assert record.tables.orders.revoked_certificate("530427-2") is None
    confirmed = LotReleased("lot-1", Outcome.POSITIVE, "R-8", "county laboratory")
    obeyed(box, record, confirmed)
    assert record.tables.orders.released("lot-1") == confirmed


# --- migration --------------------------------------------------------------------------------------------------------


def version_1(file: Path) -> None:
    """As the first release left it: its own script, and rows of a day."""
    with sqlite3.connect(file) as sql:
        sql.executescript((resources.files("kiosk.schema") / "1.sql").read_text("utf-8"))
        sql.execute("""insert into subject values ('u1', '{"id": "u1", "kind": "farmer", "name": "李四", "contact": "1",
            "origin": "x", "region": "", "code": "", "products": ["tomato"], "controller": ""}')""")
        sql.execute("insert into revoked_card values ('K1', 'lost')")
        sql.execute("insert into cursor values ('all', 2)")
        sql.execute("pragma user_version = 1")


def test_tables_of_the_first_version_are_taken_over(tmp_path: Path) -> None:
    version_1(tmp_path / "record.db")
    sql = open_tables(tmp_path / "record.db")
    tables = Tables(sql, lambda _: None)
    assert sql.execute("pragma user_version").fetchone() == (VERSION,)
    subject = tables.orders.subject("u1")
    assert subject is not None
    assert (subject.name, subject.products, subject.marks) == ("李四", ("tomato",), ())
    assert (tables.orders.is_revoked("K1"), tables.cursor("all")) == (True, 2)
    assert (tables.orders.overrides(), tables.orders.tasks("2026-01-01")) == (Overrides(), [])
    sql.close()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    version_1(tmp_path / "record.db")
    with sqlite3.connect(tmp_path / "record.db") as sql:
        sql.execute("create table revoked_certificate (x)")
    with pytest.raises(sqlite3.Error):
        open_tables(tmp_path / "record.db")
    with sqlite3.connect(tmp_path / "record.db") as sql:
        names = {name for (name,) in sql.execute("select name from sqlite_master where type = 'table'")}
        assert ("pack_override" in names, sql.execute("pragma user_version").fetchone()) == (False, (1,))


def test_tables_of_newer_software_are_not_touched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "record.db") as sql:
        sql.execute(f"pragma user_version = {VERSION + 1}")
    with pytest.raises(sqlite3.DatabaseError, match="newer"):
        open_tables(tmp_path / "record.db")
