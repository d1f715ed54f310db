"""One positive from the feed to its end, by the hands of everybody whose work it is; and what each other role sees."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from kiosk.rules.messages import AlarmSeen, LotReleased, UserPut
from tests.support.accounts import PASSWORD
from tests.support.bodies import a_test
from tests.support.looks import axe
from tests.ui.county.conftest import Desk
from tests.ui.county.journeys.conftest import House, house_of
from ui.command.main import main
from ui.county.sql import Where

# What stands in the menu of each: what is not there is refused as well (below).
MENU: dict[str, set[str]] = {
    "officer": {"/", "/board", "/stations", "/alarms", "/cases", "/review", "/people", "/orders", "/field", "/acts"},
    "township": {"/", "/board", "/stations", "/alarms", "/cases", "/people", "/field"},
    "assistant": {"/", "/board", "/stations", "/people", "/field"},
    "reviewer": {"/", "/board", "/stations", "/review"},
    "lab": {"/", "/board", "/stations", "/alarms", "/cases"},
    "enforcement": {"/", "/board", "/stations", "/alarms", "/cases", "/people"},
    "authority": {"/", "/board", "/stations", "/alarms", "/cases", "/people"},
    "market": {"/", "/board", "/stations", "/field"},
    "administrator": {"/", "/board", "/stations", "/acts", "/users"},
    "auditor": {"/", "/board", "/stations", "/acts"},
    "province": {"/", "/board", "/stations"},
}
EVERY = sorted(set().union(*MENU.values()))


def step(page: Page, what: str, **fields: str) -> None:
    """Fill in and send the form of a step; it may have to be unfolded first."""
    form = page.locator(f"form[action$='/{what}']")
    if not form.is_visible():
        page.locator("details.step", has=form).locator("summary").click()
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button").last.click()
    page.wait_for_load_state()


@pytest.fixture
def on_both(where: Where, chromium: Browser) -> Iterator[House]:
    """On each kind of database in turn."""
    with closing(Desk(where)) as desk, house_of(desk, chromium) as house:
        yield house


def test_one_positive_from_the_feed_to_its_end(on_both: House, tmp_path: Path) -> None:
    """Officer, laboratory, enforcement, township; the station hears that it was seen."""
    page = on_both.chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    on_both.pages["typed"] = page
    page.goto(on_both.address)
    page.locator("#account").fill("officer")
    page.locator("#password").fill(PASSWORD)
    page.locator("form button").first.click()
    expect(page.locator("#alarms")).to_contain_text("豆角")
    page.locator("#alarms a").first.click()
    page.locator(f"a[href='{on_both.case}']").click()
    page.locator("form[action$='/seen'] button").click()
    on_both.office.signs()
    (seen,) = on_both.office.given("gasa")
    assert isinstance(seen, AlarmSeen)
    assert (seen.log, seen.seq) == (on_both.box.log, 2)
    step(page, "sent", who="玉溪市农产品质量安全检测中心")
    expect(page.locator("main")).to_contain_text("玉溪市农产品质量安全检测中心")

    lab = on_both.goes("lab", on_both.case)
    lab.locator("form[action$='/result'] input[value=positive]").check()
    step(lab, "result", who="玉溪市检测中心", number="W2026-0815", value="0.35", unit="mg/kg")
    expect(lab.locator("main")).to_contain_text("W2026-0815")
    assert lab.locator("form[action$='/police']").count() == 0

    picture = tmp_path / "burnt.jpg"
    Image.new("RGB", (640, 480), "brown").save(picture)
    page.reload()
    form = page.locator("form[action$='/disposed']")
    form.locator("input[type=file]").set_input_files(picture)
    step(page, "disposed", text="全部 320 斤就地销毁")
    expect(page.locator(".pictures img")).to_have_count(1)

    police = on_both.goes("enforcement", on_both.case)
    step(police, "enforcement", number="新农移〔2026〕3号")
    step(police, "answered", text="罚款二千元")
    page.reload()
    step(page, "closed", text="检测、处置、移送都已完成")
    expect(page.locator(".case-state.closed").first).to_be_visible()
    page.goto(f"{on_both.address}/cases")
    expect(page.locator("a.case-name")).to_have_count(0)
    seen_by_town = on_both.goes("township", on_both.case)
    expect(seen_by_town.locator(".timeline")).to_contain_text("罚款二千元")
    assert on_both.goes("elsewhere", on_both.case).locator(".timeline").count() == 0


def test_a_laboratory_s_word_on_a_lot_goes_down_to_the_station(desk: Desk, chromium: Browser) -> None:
    with house_of(desk, chromium) as house:
        lot = replace(a_test("90", 9), lot="L20260302-1")
        desk.take(entry := house.box.write(lot))
        seq = entry.header.seq
        page = house.goes("officer", f"/case/{house.box.log}/{seq}")
        page.locator("form[action$='/seen'] button").click()
        step(page, "sent", who="检测中心")
        lab = house.goes("lab", f"/case/{house.box.log}/{seq}")
        lab.locator("form[action$='/result'] input[value=negative]").check()
        step(lab, "result", who="检测中心", number="W1", value="0.01", unit="mg/kg")
        house.office.signs()
        released = [one for one in house.office.given("gasa") if isinstance(one, LotReleased)]
        assert [(one.lot, one.outcome, one.report) for one in released] == [("L20260302-1", "negative", "W1")]


@pytest.mark.parametrize("who", sorted(MENU))
def test_each_role_sees_its_own_pages_and_no_others(house: House, who: str) -> None:
    page = house.goes(who, "/")
    links = {link.get_attribute("href") for link in page.locator(".bar nav > a").all()}
    assert links == MENU[who]
    for path in EVERY:
        answer = page.goto(house.address + path)
        assert answer is not None
        assert answer.status == (200 if path in MENU[who] else 403), path
        if path in MENU[who] and who in ("officer", "administrator"):  # between them they see every page
            assert axe(page) == [], path


def test_a_reviewer_agrees(house: House) -> None:
    page = house.goes("reviewer", "/review")
    page.locator("a.case-name").first.click()
    page.locator("#note").fill("曲线正常")
    page.locator("button[value=agreed]").click()
    page.goto(f"{house.address}/review?view=done")
    expect(page.locator("a.case-name")).to_have_count(1)


def test_an_administrator_hires_and_sees_no_case(house: House) -> None:
    page = house.goes("administrator", "/users")
    page.locator("#id").fill("zhao")
    page.locator("#name").fill("赵强")
    page.locator("input[name='role.province']").check()
    page.locator("form.form button").click()
    first = page.locator("code, .password").first.inner_text()
    assert first
    page.goto(house.address + "/acts")
    expect(page.locator("main")).to_contain_text("赵强")


def test_an_auditor_takes_a_proof_away_and_checks_it(house: House, tmp_path: Path) -> None:
    page = house.goes("auditor", f"/entry/{house.box.log}/2")
    with page.expect_download() as download:
        page.locator("a[href$='proof.json']").click()
    proof = tmp_path / "proof.json"
    download.value.save_as(proof)
    assert json.loads(proof.read_text())
    trust = tmp_path / "trust.json"
    trust.write_bytes(house.desk.county.trust.bytes())
    assert main(["verify", str(proof), "--trust", str(trust)]) == 0


def test_the_province_looks_and_changes_nothing(house: House) -> None:
    page = house.goes("province", "/")
    for path in ("/", "/board", "/stations", f"/entry/{house.box.log}/2"):
        page.goto(house.address + path)
        buttons = page.locator("main form[method=post] button")
        assert buttons.count() == 0, path


def test_who_was_signed_in_is_told_when_that_ends(house: House) -> None:
    """His account was ended: the live page leads to where one signs in."""
    page = house.goes("authority", "/")
    expect(page.locator("#alarms")).to_contain_text("豆角")
    ended = UserPut("authority", "Authority", ("authority",), until="2020-01-01")
    house.desk.accounts.desks.acts.do(lambda act: act.says(ended))
    page.goto(house.address + "/cases")
    expect(page.locator("#account")).to_be_visible()
