"""The board in Debian's Chromium: for everybody, on any screen, live, and honest when nobody is signed in any more."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.words import LANGUAGES, load_words
from tests.support.bodies import Station, a_test
from tests.support.browser import chromium_running
from tests.support.looks import axe
from tests.ui.county.board.conftest import TOWN, a_control, opened, says
from tests.ui.county.conftest import Desk, served
from ui.county.accounts import sessions
from ui.county.web import streams
from ui.county.web.doors import COOKIE

ZH = load_words("zh")


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with served(desk) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


@pytest.fixture
def page(desk: Desk, address: str, chromium: Browser) -> Iterator[Page]:
    """Of an officer; the page must do without a single error of its scripts."""
    errors: list[str] = []
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.context.add_cookies([{"name": name, "value": text, "url": address} for name, text in desk.cookies().items()])
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.context.close()
    assert errors == []


def is_up(page: Page) -> None:
    expect(page.locator("#link")).to_have_attribute("data-state", "up")


def test_everybody_can_use_it(boxes: dict[str, Station], address: str, page: Page) -> None:
    for language in LANGUAGES:
        for path in ("board", "stations", "station/lab"):
            page.goto(f"{address}/{path}?lang={language}")
            assert axe(page) == [], (path, language)
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, language, width)


def test_the_map_is_walked_by_keyboard(boxes: dict[str, Station], address: str, page: Page) -> None:
    page.goto(f"{address}/board")
    page.locator("#m-gasa").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/station/gasa")


def test_lights_change_without_reload(boxes: dict[str, Station], desk: Desk, address: str, page: Page) -> None:
    page.goto(f"{address}/board")
    page.evaluate("window.sameDocument = true")
    is_up(page)
    expect(page.locator("#s-gasa")).to_have_class("spot bad")
    expect(page.locator("#t-530427100 .bad")).to_have_count(1)
    gasa = boxes["gasa"]
    desk.take(gasa.write(a_control()), box=gasa)
    expect(page.locator("#s-gasa")).to_have_class("spot ok")
    expect(page.locator("#t-530427100 .bad")).to_have_count(0)
    expect(page.locator("#first")).not_to_contain_text("戛洒")
    expect(page.locator("#m-gasa")).to_have_class("dot ok")
    expect(page.locator("#m-gasa use")).to_have_attribute("href", "#shape-ok")
    expect(page.locator("#m-gasa")).to_have_attribute("aria-label", f"戛洒镇服务站 {ZH.say('county.light.state.ok')}")
    expect(page.locator("#s-nanbang")).to_have_class("spot wait")
    fresh = desk.county.enrol("fresh")
    desk.take(fresh.opened(f"{TOWN}300"), box=fresh)
    expect(page.locator("#s-fresh")).to_have_count(1)
    expect(page.locator(".spot")).to_have_count(len(boxes) + 1)
    assert page.evaluate("window.sameDocument")


def test_a_queue_is_seen_to_grow_and_to_go(boxes: dict[str, Station], desk: Desk, address: str, page: Page) -> None:
    page.goto(f"{address}/board")
    is_up(page)
    says(desk, "lab", recorded=9, oldest="2026-11-22T09:00:00.000+08:00")
    expect(page.locator("#s-lab")).to_contain_text(ZH.say("county.light.why.queue", count=5, time="09:00:00"))
    says(desk, "lab", recorded=4)
    expect(page.locator("#s-lab")).to_have_class("spot ok")


@pytest.mark.parametrize("path", ["", "board"])
def test_who_is_signed_out_is_told_and_led_to_the_door(
    boxes: dict[str, Station], desk: Desk, address: str, page: Page, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LOOK_S", 0.0)
    page.goto(f"{address}/{path}")
    is_up(page)
    expect(page.locator("#ended p")).to_be_hidden()
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == COOKIE)
    desk.accounts.desks.acts.do(lambda act: sessions.end(act.sql, token))
    desk.take(desk.box.write(a_test("5")))
    expect(page.locator("#ended p")).to_be_visible()
    expect(page.locator("#link")).to_have_attribute("data-state", "over")
    assert axe(page) == []
    page.locator("#ended a").click()
    page.wait_for_url(f"**/sign-in?to=/{path}")


def test_a_page_whose_owner_may_see_less_is_drawn_anew(
    boxes: dict[str, Station], desk: Desk, address: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LOOK_S", 0.0)
    page.goto(f"{address}/board")
    is_up(page)
    desk.accounts.put("officer", "officer", regions=(TOWN,))
    says(desk, "lab", recorded=9, oldest="2026-11-22T09:00:00.000+08:00")
    expect(page.locator(".spot")).to_have_count(2)
    is_up(page)


def test_a_browser_that_comes_back_has_everything(
    boxes: dict[str, Station], desk: Desk, address: str, page: Page
) -> None:
    page.goto(f"{address}/board")
    is_up(page)
    page.context.set_offline(True)
    page.goto("about:blank")
    gasa = boxes["gasa"]
    desk.take(gasa.write(a_control()), box=gasa)
    page.context.set_offline(False)
    page.go_back()
    expect(page.locator("#s-gasa")).to_have_class("spot ok")
    is_up(page)


def test_a_name_acts_nowhere(desk: Desk, address: str, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "<img src=x onerror=alert(1)>\u202e"
    monkeypatch.setitem(
        __import__("tests.ui.county.board.conftest", fromlist=["SITES"]).SITES, "gasa", (evil, TOWN, ("101.6", "24"))
    )
    opened(desk.box)
    desk.take(*desk.box.entries)
    for path in ("board", "stations", "station/gasa", ""):
        page.goto(f"{address}/{path}")
        assert page.locator("img[src=x]").count() == 0
        assert evil.partition("\u202e")[0] in page.content().replace("&lt;", "<").replace("&gt;", ">")
