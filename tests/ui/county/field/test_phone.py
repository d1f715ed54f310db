"""The phone itself, a real browser of its size: what is noted without a network waits in it, and goes once."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, ViewportSize, expect

from kiosk.seal import link
from kiosk.words import LANGUAGES, load_words
from tests.support.bodies import FARMER, HOST, a_test
from tests.support.browser import chromium_running
from tests.support.looks import axe
from tests.ui.county.conftest import DEADLINE, Desk, served
from tests.ui.county.field.conftest import LINES, jpeg
from tests.ui.county.field.test_sending import noted
from ui.county.field.forms import KINDS
from ui.county.field.sample_code import sample_code
from ui.county.web.doors import COOKIE

ZH = load_words("zh")
SIZE = ViewportSize(width=390, height=780)
TARGET = 48  # px that a thumb needs
SMALL = """(least) => [...document.querySelectorAll(
  "#field :is(a, button, select, input:not([type=hidden], [type=radio], .unseen)), .taps span, .camera label"
)].filter((one) => one.offsetParent && one.getBoundingClientRect().height < least).map((one) => one.outerHTML)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=1000 * DEADLINE)
    with chromium_running() as running:
        yield running
    expect.set_options(timeout=None)


@dataclass
class Hand:
    """An officer's phone. `address` stays while the county's program comes and goes."""

    desk: Desk
    context: BrowserContext
    page: Page
    address: str = ""

    def signs_in(self, account: str, *roles: str) -> None:
        self.desk.accounts.put(account, *(roles or ("officer",)))
        cookie = {"name": COOKIE, "value": self.desk.accounts.token(account), "url": self.address}
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def opens(self, path: str = "/field") -> Page:
        self.page.goto(self.address + path)
        return self.page

    def settles(self) -> None:
        """The phone has its pages: the worker stands before them, and keeps them."""
        self.opens()
        self.page.evaluate(
            """async (pages) => {
              await navigator.serviceWorker.ready;
              const kept = async () => {
                for (const name of await caches.keys()) {
                  const there = (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname);
                  if (pages.every((one) => there.includes(one))) return true;
                }
                return false;
              };
              while (!(await kept())) await new Promise((again) => setTimeout(again, 20));
            }""",
            ["/field", "/field/gate", "/field/patrol", "/field/sample", "/field/disposal", "/static/field_form.js"],
        )
        self.opens()

    def patrols(self, picture: Path | None = None, name: str = "李秀英") -> None:
        """Fills the form and keeps it."""
        self.page.goto(f"{self.address}/field/patrol")
        expect(self.page.locator("form[data-ready]")).to_be_visible()
        self.page.fill("[name=subject_name]", name)
        for line in LINES:
            poor = picture is not None and line == "waste"
            self.page.locator(f"input[name='item.{line}'][value={'poor' if poor else 'good'}]").check()
        if picture is not None:
            self.page.set_input_files("[data-picture='picture.waste'] input", picture)
            expect(self.page.locator("[data-picture='picture.waste'] canvas")).to_be_visible()
        self.page.click(".keep")
        expect(self.page).to_have_url(f"{self.address}/field")

    def waits(self, count: int) -> None:
        expect(self.page.locator("#queue > li")).to_have_count(count)


@pytest.fixture
def hand(desk: Desk, browser: Browser) -> Iterator[Hand]:
    context = browser.new_context(
        viewport=SIZE, is_mobile=True, has_touch=True, timezone_id="Asia/Shanghai", service_workers="allow"
    )
    with closing(context):
        yield Hand(desk, context, context.new_page())


@pytest.fixture
def phone(desk: Desk, hand: Hand) -> Iterator[Hand]:
    """Signed in at a county that runs."""
    with served(desk) as address:
        hand.address = address
        hand.signs_in("zhang")
        yield hand


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "taken.jpg"
    file.write_bytes(jpeg("green", (4000, 3000)))
    return file


def test_a_patrol_without_a_network_goes_once_when_there_is_one(desk: Desk, phone: Hand, picture: Path) -> None:
    phone.settles()
    phone.context.set_offline(True)
    phone.patrols(picture)
    phone.waits(1)
    expect(phone.page.locator("#link")).to_contain_text(ZH.say("county.field.js.offline"))
    assert noted(desk) == []
    phone.context.set_offline(False)
    phone.waits(0)
    expect(phone.page.locator("#sent .notes > li")).to_have_count(1)
    (note,) = noted(desk)
    assert note.patrol is not None
    assert (note.by, note.patrol.subject_name, len(note.patrol.pictures)) == ("zhang", FARMER.name, 1)
    assert {one.item: one.note for one in note.patrol.items}["waste"] == "#1"
    assert note.at.endswith("+08:00")
    phone.opens()
    phone.waits(0)
    assert len(noted(desk)) == 1


def test_pictures_are_small_before_they_wait(phone: Hand, picture: Path) -> None:
    phone.settles()
    phone.context.set_offline(True)
    phone.patrols(picture)
    sizes = phone.page.evaluate(
        """() => new Promise((done) => { indexedDB.open("liangzheng-field").onsuccess = (event) => {
          event.target.result.transaction("notes").objectStore("notes").getAll().onsuccess = async (found) => {
            const [name, data] = found.target.result[0].pictures[0];
            const seen = await createImageBitmap(new Blob([data]));
            done([name, seen.width, seen.height]);
          };
        }; })"""
    )
    assert sizes == ["picture.waste", 1600, 1200]


def test_a_county_that_dies_after_its_commit_keeps_it_once(desk: Desk, phone: Hand) -> None:
    """The answer is lost on the way: the phone sends again, the county counts once."""
    lost: list[str] = []

    def lose(route: Route, request: Request) -> None:
        if request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.opens()
    phone.page.route("**/field/notes", lose)
    phone.patrols()
    expect(phone.page.locator("#link")).to_contain_text(ZH.say("county.field.js.offline"))
    phone.waits(1)
    assert json.loads(lost[0])["kept"] is True
    phone.page.click("#send")
    phone.waits(0)
    assert len(noted(desk)) == 1


def test_a_county_that_is_away_and_comes_back_gets_them_in_order(desk: Desk, hand: Hand) -> None:
    with ExitStack() as running:
        hand.address = running.enter_context(served(desk))
        hand.signs_in("zhang")
        hand.settles()
    for name in ("甲", "乙", "丙"):
        hand.patrols(name=name)
    hand.waits(3)
    desk.start()
    with served(desk, int(urlsplit(hand.address).port or 0)):
        hand.page.click("#send")
        hand.waits(0)
    assert [note.patrol.subject_name for note in noted(desk) if note.patrol] == ["甲", "乙", "丙"]


def test_what_the_county_refuses_waits_and_says_what_to_correct(desk: Desk, phone: Hand) -> None:
    phone.settles()
    phone.context.set_offline(True)
    page = phone.opens("/field/gate")
    page.locator("input[name=paper][value=none]").check()
    page.select_option("[name=product]", "celery")
    for name, typed in {
        "quantity": "20",
        "seller": "王五",
        "origin": "新平县",
        "market": "县城市场",
        "reason": "x",
    }.items():
        if name == "reason":
            page.locator("input[name=decision][value=admit]").check()
        page.fill(f"[name={name}]", typed)
    page.evaluate("document.querySelector('[name=reason]').required = false")  # an older form of the phone's
    page.fill("[name=reason]", "")
    page.click(".keep")
    phone.waits(1)
    phone.context.set_offline(False)
    refused = page.locator("#queue > li.refused")
    expect(refused).to_contain_text(ZH.say("gate.reason.refuse"))
    assert noted(desk) == []
    refused.locator("a").click()
    expect(page.locator("[data-for=reason]")).to_have_text(ZH.say("gate.reason.refuse"))
    expect(page.locator("[name=seller]")).to_have_value("王五")
    expect(page.locator("input[name=decision][value=admit]")).to_be_checked()
    page.fill("[name=reason]", "自家种的，认识")
    page.click(".keep")
    expect(page.locator("#sent .notes > li")).to_have_count(1)
    phone.waits(0)
    (note,) = noted(desk)
    assert note.gate is not None
    assert note.gate.reason == "自家种的，认识"


def test_a_refused_note_holds_up_no_other(desk: Desk, phone: Hand, picture: Path) -> None:
    phone.opens()
    phone.page.route(
        "**/field/notes",
        lambda route: route.fulfill(status=422, json={"kept": False, "problems": {"item.waste": "!"}}),
        times=1,
    )
    phone.patrols()
    expect(phone.page.locator("#queue > li.refused")).to_have_count(1)
    phone.patrols(name="乙")
    phone.waits(1)
    assert [note.patrol.subject_name for note in noted(desk) if note.patrol] == ["乙"]
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.page.click("#queue .danger")
    phone.waits(0)


def test_a_network_that_answers_for_us_is_not_believed(desk: Desk, phone: Hand) -> None:
    phone.opens()
    phone.page.route("**/field/notes", lambda route: route.fulfill(status=200, body="<h1>Wi-Fi</h1>"), times=1)
    phone.patrols()
    phone.waits(1)
    phone.page.click("#send")
    phone.waits(0)
    assert len(noted(desk)) == 1


def test_another_account_on_the_phone_neither_sees_nor_sends_it(desk: Desk, phone: Hand) -> None:
    phone.settles()
    phone.context.set_offline(True)
    phone.patrols()
    phone.waits(1)
    phone.context.clear_cookies()
    phone.signs_in("wang")
    phone.context.set_offline(False)
    expect(phone.page.locator("#link")).to_contain_text(ZH.say("county.field.js.other"))
    phone.opens()
    phone.waits(0)
    assert noted(desk) == []
    phone.signs_in("zhang")
    phone.opens()
    expect(phone.page.locator("#sent .notes > li")).to_have_count(1)
    assert [note.by for note in noted(desk)] == ["zhang"]


def test_a_session_that_is_over_keeps_the_queue(desk: Desk, phone: Hand) -> None:
    phone.settles()
    phone.context.set_offline(True)
    phone.patrols()
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    expect(phone.page.locator("#link a")).to_have_attribute("href", "/sign-in?to=/field")
    phone.waits(1)
    phone.signs_in("zhang")
    phone.opens()
    expect(phone.page.locator("#sent .notes > li")).to_have_count(1)
    assert len(noted(desk)) == 1


def test_who_leaves_takes_his_pages_along_and_not_his_notes(desk: Desk, phone: Hand) -> None:
    phone.settles()
    phone.page.route("**/field/notes", lambda route: route.abort(), times=1)
    phone.patrols()
    phone.waits(1)
    phone.page.click("form[action='/sign-out'] button")
    expect(phone.page).to_have_url(f"{phone.address}/sign-in")
    assert phone.page.evaluate("caches.keys()") == []
    phone.signs_in("zhang")
    phone.opens()
    expect(phone.page.locator("#sent .notes > li")).to_have_count(1)


def test_the_gate_hears_the_county_while_it_is_filled(desk: Desk, phone: Hand) -> None:
    paper = desk.box.certificate(product="芹菜")
    desk.take(desk.box.opened(), desk.box.write(paper))
    page = phone.opens("/field/gate")
    page.locator("input[name=paper][value=ours]").check()
    page.fill("[name=number]", paper.number)
    page.click("#look")
    expect(page.locator("[name=product]")).to_have_value("celery")
    expect(page.locator("[name=seller]")).to_have_value(FARMER.name)
    page.fill("[name=market]", "县城市场")
    page.fill("[name=quantity]", "100")
    expect(page.locator("#advice.admit")).to_contain_text(ZH.say("county.field.advice.admit"))
    page.fill("[name=quantity]", "500")
    expect(page.locator("#advice.test_first")).to_contain_text(ZH.say("county.field.state.over_issued"))
    expect(page.locator("#why")).to_be_hidden()
    page.locator("input[name=decision][value=test_first]").check()
    expect(page.locator("#why")).to_be_hidden()
    page.locator("input[name=decision][value=admit]").check()
    expect(page.locator("#why")).to_be_visible()
    page.fill("[name=reason]", "分两车")
    page.click(".keep")
    expect(page.locator("#sent .notes > li")).to_have_count(1)
    (note,) = noted(desk)
    assert note.gate is not None
    assert (note.gate.number, note.gate.advice, note.gate.decision) == (paper.number, "test_first", "admit")


def test_a_phone_that_reads_codes_offers_it(desk: Desk, phone: Hand, picture: Path) -> None:
    """Chromium on this machine reads none: another one stands in for it."""
    paper = desk.box.certificate(product="芹菜")
    desk.take(desk.box.opened(), desk.box.write(paper))
    code = link(HOST, "C", bytes.fromhex(paper.code))
    page = phone.opens("/field/gate")
    page.locator("input[name=paper][value=ours]").check()
    expect(page.locator("#scan")).to_be_hidden()
    phone.context.add_init_script(
        f"window.BarcodeDetector = class {{ async detect() {{ return [{{ rawValue: {json.dumps(code)} }}]; }} }};"
    )
    phone.opens("/field/gate")
    page.locator("input[name=paper][value=ours]").check()
    page.set_input_files("#scan-file", picture)
    expect(page.locator("[name=number]")).to_have_value(paper.number)
    expect(page.locator("[name=seller]")).to_have_value(FARMER.name)


def test_the_code_on_the_bag_is_the_code_in_the_record(desk: Desk, phone: Hand) -> None:
    page = phone.opens("/field/sample")
    shown = page.locator("#code").inner_text()
    page.locator("input[name=type][value=consumer]").check()
    page.locator("input[name=scene][value=retail]").check()
    page.select_option("[name=product]", "other")
    for name, typed in {"subject_name": "李秀英", "product_other": "香椿", "place": "超市", "origin": "新平县"}.items():
        page.fill(f"[name={name}]", typed)
    page.click(".keep")
    expect(page.locator("#sent .notes > li")).to_have_count(1)
    (note,) = noted(desk)
    assert note.sample is not None
    assert shown == note.sample.sample_code == sample_code(note.id)
    assert note.sample.product == "香椿"


def test_where_he_is_is_noted_only_when_he_asks(desk: Desk, phone: Hand) -> None:
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"longitude": 101.990512, "latitude": 24.064102})
    phone.opens()
    phone.patrols()
    page = phone.opens("/field/patrol")
    page.fill("[name=subject_name]", "乙")
    for line in LINES:
        page.locator(f"input[name='item.{line}'][value=good]").check()
    page.click("#locate")
    expect(page.locator("#located")).to_contain_text("24.064102")
    page.click(".keep")
    expect(page.locator("#sent .notes > li")).to_have_count(2)
    first, second = (note.patrol for note in noted(desk))
    assert first is not None
    assert second is not None
    assert first.position is None
    assert second.position is not None
    assert str(second.position.longitude) == "101.990512"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_stand_on_a_phone(desk: Desk, phone: Hand, language: str, picture: Path) -> None:
    """No rule of axe-core is broken, nothing leaves the window, every target fits a thumb."""
    desk.take(desk.box.opened(), desk.box.write(a_test("81")))
    phone.opens(f"/field?lang={language}")
    phone.page.route(
        "**/field/notes", lambda route: route.fulfill(status=422, json={"problems": {"form": "!"}}), times=1
    )
    phone.patrols()
    expect(phone.page.locator("#queue > li.refused")).to_have_count(1)
    phone.patrols(picture)
    expect(phone.page.locator("#sent .notes > li")).to_have_count(1)
    (note,) = noted(desk)
    for path in ("/field", *(f"/field/{kind}" for kind in KINDS), f"/field/notes/{note.id}"):
        page = phone.opens(path)
        for part in page.locator("[data-when]").all():
            part.evaluate("(one) => { one.hidden = false; }")  # whatever a form can ask
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZE["width"], path
        assert page.evaluate(SMALL, TARGET) == [], path
