"""Lists from files: what is wrong is told row by row, nothing changes by looking, nothing hostile acts anywhere."""

import io
import json
import logging
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from html import unescape

import httpx
import openpyxl
import pytest

from kiosk.rules.messages import SubjectProposed
from kiosk.words import load_words
from tests.ui.county.people.conftest import LI, NEW, TOWN, WANG, Village
from ui.county.people import reading
from ui.county.people.errors import Unreadable
from ui.county.people.reading import read_table
from ui.county.web.doors import COOKIE

SAY = load_words("zh").say
HEAD = "姓名,主体类型,手机号码（必填）,地址,统一社会信用代码,备注,是否规模"
GOOD = "张三,农户,13700001111,戛洒镇,,x,是"
FORM = {"content-type": "multipart/form-data"}  # without its boundary
EVIL = "=cmd|' /C calc'!A0"


def sends(browser: httpx.Client, data: bytes, name: str = "名单.csv") -> httpx.Response:
    return browser.post("/people/import", files={"file": (name, data)})


def looks(browser: httpx.Client, *lines: str) -> tuple[str, str]:
    """Address and page of what was found in a CSV."""
    answer = sends(browser, "\n".join((HEAD, *lines)).encode())
    assert answer.status_code == 303, unescape(answer.text)
    address = answer.headers["location"]
    return address, unescape(browser.get(address).text)


def workbook(*rows: Sequence[object]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The same workbook with further files in it, or others in their place; `__` stands for `/`."""
    out, names = io.BytesIO(), {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, names.pop(one, b"") or old.read(one))
        for name, part in names.items():
            new.writestr(name, part)
    return out.getvalue()


def listed(village: Village) -> int:
    return len(village.rows("select id from subject where state = 'listed'"))


def test_looking_changes_nothing_and_the_word_takes_every_good_row(village: Village, browser: httpx.Client) -> None:
    before = village.rows("select log, seq from act where kind like 'subject.%'")
    address, page = looks(
        browser, GOOD, "李四,大户,1370,戛洒镇,93530427MA6N000092,,", "", "王五,农户,13700001113,,,,否"
    )
    assert village.rows("select log, seq from act where kind like 'subject.%'") == before
    assert SAY("problem.people.code_check", code="93530427MA6N000092", right="1") in page
    assert SAY("problem.people.origin") in page
    assert SAY("county.people.row", row=3) in page
    assert SAY("county.people.row", row=5) in page  # as the spreadsheet counts, an empty row between
    assert browser.post(f"{address}/take").headers["location"] == address
    assert SAY("county.people.taken", count=1) in unescape(browser.get(address).text)
    (row,) = village.rows("select name, kind, origin, scale, contact from subject where name = '张三'")
    assert row == ("张三", "farmer", "戛洒镇", 1, "13700001111")
    (order,) = village.asked()
    assert order[0] == "subjects.upsert"
    assert [one["name"] for one in json.loads(order[1])["subjects"]] == ["张三"]
    browser.post(f"{address}/take")  # a second press
    assert len(village.asked()) == 1


def test_a_long_list_is_one_commit_and_several_orders(village: Village, browser: httpx.Client) -> None:
    lines = [f"农户{nth},农户,{13700000000 + nth},戛洒镇,,," for nth in range(430)]
    address, _ = looks(browser, *lines)
    (before,) = village.rows("select version from state")
    browser.post(f"{address}/take")
    orders = [json.loads(text)["subjects"] for _, text in village.asked()]
    assert [len(one) for one in orders] == [200, 200, 30]
    assert len({one["id"] for order in orders for one in order}) == 430
    received = village.rows("select distinct received from entry where kind = 'subject.put' and seq > 4")
    assert len(received) == 1
    assert village.rows("select version from state") > [before]
    assert browser.get(f"{address}/far").json() is None  # nothing runs any more


def test_who_stands_there_twice_is_told(village: Village, browser: httpx.Client) -> None:
    again = f"{LI.name},农户,{LI.contact},戛洒镇,,,"
    address, page = looks(browser, GOOD, GOOD, again, f"别名,农户,13700001119,戛洒镇,{LI.code},,")
    assert SAY("problem.people.double_row", row=2) in page
    assert page.count(SAY("problem.people.double_listed", name=LI.name, id=LI.id)) == 2
    browser.post(f"{address}/take")
    assert (
        len(village.rows("select id from subject where name in (?, '张三', '别名')", LI.name)) == 3
    )  # and the newcomer


def test_an_export_that_is_imported_again_changes_facts_by_id(village: Village, browser: httpx.Client) -> None:
    table = browser.get("/people.csv").content.decode("utf-8-sig")
    address = sends(browser, table.replace("新平县平甸乡", "新平县漠沙镇").encode()).headers["location"]
    browser.post(f"{address}/take")
    assert listed(village) == 2 + 1  # the newcomer was confirmed by it
    ((origin, region),) = village.rows("select origin, region from subject where id = ?", WANG.id)
    assert (origin, region) == ("新平县漠沙镇", WANG.region)
    ((marks,),) = village.rows("select certifications from subject where id = ?", LI.id)
    assert json.loads(str(marks))[0]["number"] == "LB-1234"


def test_a_column_that_is_not_in_the_file_changes_nothing(village: Village, browser: httpx.Client) -> None:
    before = village.rows("select certifications, products, code, region, scale from subject where id = ?", LI.id)
    table = f"主体编号,姓名,类别,电话\n{LI.id},李新名,农户,13700009999\n"
    address = sends(browser, table.encode()).headers["location"]
    assert SAY("county.people.take", count=1) in unescape(browser.get(address).text)
    browser.post(f"{address}/take")
    assert village.rows("select name, contact from subject where id = ?", LI.id) == [("李新名", "13700009999")]
    after = village.rows("select certifications, products, code, region, scale from subject where id = ?", LI.id)
    assert after == before
    assert json.loads(before[0][0])[0]["since"] == "2025-01-01"  # not even what a cell leaves out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_as_spreadsheets_save_it(encoding: str) -> None:
    table = read_table(f"\n{HEAD}\r\n{GOOD}\r\n".encode(encoding))
    assert table.names.cells[0] == "姓名"
    assert [(line.row, line.cells[0]) for line in table.lines] == [(3, "张三")]


def test_a_workbook_is_read_as_it_looks() -> None:
    table = read_table(workbook(["名称", "电话"], [], ["张三", 13700001111], ["李四", 8771234567.0], ["王五", "=1+1"]))
    assert [(line.row, line.cells[:2]) for line in table.lines[:2]] == [
        (3, ("张三", "13700001111")),
        (4, ("李四", "8771234567")),
    ]
    assert table.lines[2].formulas == {1}


HARMLESS = workbook(["姓名"], ["张三"])
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_none"),
        (b"\n\n", "file_empty"),
        (b"\x00\x01\x02", "file_form"),
        (b"\xff\xfe\xfd\x80\x81", "file_form"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "file_old"),
        (b"PK\x03\x04 no zip", "file_form"),
        (bytes(reading.MOST_BYTES + 1), "file_size"),
        (b"a\n" * (reading.MOST_ROWS + 2), "file_rows"),
        (workbook(*[[1]] * (reading.MOST_ROWS + 2)), "file_rows"),
        (repacked(HARMLESS, xl__vbaProject_dot_bin=b"x"), "file_macros"),
        (repacked(HARMLESS, xl__externalLinks__externalLink1_dot_xml=b"<x/>"), "file_macros"),
        (repacked(HARMLESS, xl__worksheets__sheet1_dot_xml=BOMB), "file_form"),
        (repacked(HARMLESS, xl__worksheets__sheet1_dot_xml=b"<worksheet"), "file_form"),
        (repacked(HARMLESS, xl__media__zeros_dot_bin=bytes(reading.MOST_UNPACKED + 1)), "file_bomb"),
        (repacked(HARMLESS, **{f"part{nth}": b"x" for nth in range(reading.MOST_PARTS)}), "file_bomb"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_none_is_told_why(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as told:
        read_table(data)
    assert told.value.code == code


def test_a_sheet_that_claims_a_million_rows_is_read_as_far_as_it_goes() -> None:
    sheet = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
      <dimension ref="A1:XFD1048576"/>
      <sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>
      <row r="2"><c r="XFD2" t="inlineStr"><is><t>far</t></is></c></row></sheetData></worksheet>"""
    table = read_table(repacked(HARMLESS, xl__worksheets__sheet1_dot_xml=sheet))
    assert table.names.cells[0] == "x"
    assert table.lines == ()  # what stands beyond the columns of a table is none of it


def test_a_page_says_what_is_wrong_with_a_file(browser: httpx.Client) -> None:
    answer = sends(browser, b"a,b\n1,2\n")
    assert answer.status_code == 422
    missing = "、".join(SAY(f"county.people.column.{one}") for one in ("name", "sort", "contact"))
    assert SAY("problem.people.file_columns", columns=missing) in unescape(answer.text)
    assert sends(browser, bytes(reading.MOST_BYTES + 100_000)).status_code == 422
    assert browser.post("/people/import", content=b"x", headers=FORM).status_code == 422
    assert browser.post("/people/import", data={"file": "no file"}).status_code == 422


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_empty_table_is_one_that_is_taken(browser: httpx.Client, form: str) -> None:
    for language in ("zh", "en"):
        table = browser.get(f"/people/import/template.{form}?lang={language}").content
        address = sends(browser, table).headers["location"]
        page = unescape(browser.get(address, params={"lang": language}).text)
        assert load_words(language).say("county.people.take", count=1) in page


def test_nothing_hostile_acts_on_a_page_in_an_export_or_in_a_log(
    village: Village, browser: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """What a box signed cannot be refused; it is shown for what it is."""
    caplog.set_level(logging.DEBUG)
    names = [EVIL, "<script>alert(1)</script>", "李\u202e英秀", "王\u200b五"]
    for nth, name in enumerate(names):
        village.desk.take(village.desk.box.write(SubjectProposed(replace(NEW, id=f"gasa-{nth}", name=name), "村", "s")))
    looks(browser, *(f'"{name}",农户,1370000111{nth},戛洒镇,,,' for nth, name in enumerate(names)))
    pages = [browser.get(path).text for path in ("/people", "/people/gasa-1", "/people/gasa-2", "/people/gasa-2/same")]
    for page in pages:
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert "\u200b" not in page
    assert "李[U+202E]英秀" in pages[0]
    table = browser.get("/people.csv").content.decode("utf-8-sig")
    assert f"'{EVIL}" in table
    assert f",{EVIL}" not in table
    assert "\u202e" not in table
    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert not any(name in logged or name[1:] in logged for name in names)


def test_a_list_is_his_own_who_sent_it(village: Village, browser: httpx.Client) -> None:
    address, _ = looks(browser, GOOD)
    village.desk.accounts.put("other", "officer")
    browser.cookies.set(COOKIE, village.desk.accounts.token("other"))
    assert browser.get(address).status_code == 404
    assert browser.post(f"{address}/take").status_code == 404
    assert listed(village) == 2


def test_who_looks_after_a_town_imports_only_there(village: Village, browser: httpx.Client) -> None:
    village.desk.accounts.put("li", "township", regions=(TOWN,))
    browser.cookies.set(COOKIE, village.desk.accounts.token("li"))
    head = "姓名,类别,电话,地址,区划代码,编号"
    rows = [
        "张三,农户,13700001111,戛洒镇,,",
        "李四,农户,13700001112,平甸乡,530427101,",
        f"王,农户,13700001113,x,,{WANG.id}",
    ]
    address = sends(browser, "\n".join((head, *rows)).encode()).headers["location"]
    page = unescape(browser.get(address).text)
    assert SAY("problem.people.region_outside", regions=TOWN) in page
    assert SAY("problem.people.id_unknown", id=WANG.id) in page  # as if he were not there
    assert WANG.name not in page
    browser.post(f"{address}/take")
    assert village.rows("select region from subject where name = '张三'") == [(TOWN,)]
