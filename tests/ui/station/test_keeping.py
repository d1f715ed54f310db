"""The page keeps itself: hasty fingers, keys that lead away, a station that was away, nothing drawn any more."""

import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from playwright.sync_api import Browser, Error, Page, expect

from kiosk.rules.messages import Subject
from kiosk.rules.visits.turn import Stage
from kiosk.words import load_words
from tests.ui.station.conftest import TOKEN, Served

WORDS = load_words("zh")
CHORDS = (
    "Control+r",
    "Control+p",
    "Control+s",
    "Alt+ArrowLeft",
    "F5",
    "F11",
    "F12",
    "Meta+a",
    "Escape",
    "Control+Shift+i",
)


@pytest.fixture
def page(chromium: Browser, served: Served) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{served.address}/enter?token={TOKEN}")
    expect(page.locator("[data-stage=idle]")).to_be_visible()
    yield page
    context.close()


def at(page: Page, stage: Stage) -> None:
    expect(page.locator(f".stage[data-stage={stage}]")).to_be_visible()


def middle(page: Page, target: str) -> tuple[float, float]:
    box = page.locator(target).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_second_tap_of_the_same_finger_hits_nothing(served: Served, farmer: Subject, page: Page) -> None:
    """The tiles of the next page lie where the finger is: none of them is pressed."""
    served.attendant.show_card(farmer)
    at(page, Stage.PRODUCT)
    page.locator(".settling").wait_for(state="detached")
    served.attendant.taps.clear()
    x, y = middle(page, "[data-product=cowpea], form:has(input[value=cowpea]) button")
    for _ in range(4):
        page.mouse.click(x, y, delay=20)
    at(page, Stage.QUANTITY)
    assert served.attendant.taps == ["product"]


def test_quick_presses_of_a_keypad_all_count(served: Served, farmer: Subject, page: Page) -> None:
    served.attendant.show_card(farmer)
    at(page, Stage.PRODUCT)
    page.locator("form:has(input[value=cowpea]) button").click()
    at(page, Stage.QUANTITY)
    places = [middle(page, f"[data-key-press='{digit}']") for digit in "4321"]
    for x, y in places:
        page.mouse.click(x, y)
    assert page.locator(".typed").first.input_value() == "4321"


def test_a_page_that_comes_as_news_takes_no_tap_that_was_meant_for_the_one_before(
    served: Served, farmer: Subject, page: Page
) -> None:
    served.attendant.show_card(farmer)
    expect(page.locator(".stage.settling[data-stage=product]")).to_be_visible()
    at(page, Stage.PRODUCT)


@pytest.mark.parametrize("chord", CHORDS)
def test_keys_that_lead_away_lead_nowhere(page: Page, served: Served, chord: str) -> None:
    page.evaluate("window.marked = true")
    page.keyboard.press(chord)
    assert page.evaluate("window.marked")
    assert page.url == f"{served.address}/"


def test_back_forward_and_reload_change_nothing(served: Served, farmer: Subject, page: Page) -> None:
    served.attendant.show_card(farmer)
    at(page, Stage.PRODUCT)
    before = served.attendant.screen().visit
    for step in (*["history.back()"] * 4, "history.forward()", "location.reload()", "history.back()"):
        with suppress(Error):  # of a page that is loaded anew the answer never comes
            page.evaluate(step)
        at(page, Stage.PRODUCT)
        assert page.url.startswith(served.address)
    assert served.attendant.screen().visit == before


def test_nothing_drawn_comes_back_by_itself(page: Page) -> None:
    page.evaluate("document.getElementById('main').replaceChildren()")
    expect(page.locator("#lost")).to_be_visible(timeout=15_000)
    assert page.locator("#lost-code").inner_text().startswith("blank ")
    at(page, Stage.IDLE)
    expect(page.locator("#lost")).to_be_hidden()


def test_a_white_page_comes_back_by_itself(page: Page) -> None:
    began = time.monotonic()
    page.evaluate("document.body.replaceChildren()")
    expect(page.locator("[data-stage=idle]")).to_be_visible(timeout=30_000)
    print(f"a white page: {time.monotonic() - began:.1f} s")


def test_a_page_without_its_parts_comes_back_by_itself(page: Page) -> None:
    """A script that did not come, for one."""
    page.evaluate("window.htmx = undefined")
    page.wait_for_event("load", timeout=30_000)
    at(page, Stage.IDLE)
    assert page.evaluate("Boolean(window.htmx)")


def test_a_page_is_heard_as_long_as_it_draws(page: Page, served: Served) -> None:
    told = httpx.get(f"{served.address}/alive", cookies={"liangzheng": TOKEN}).text
    ages = dict(line.split(" ") for line in told.splitlines())
    assert int(ages["turn"]) < 10
    assert int(ages["devices"]) > 1000
    assert httpx.get(f"{served.address}/alive").status_code == 403


def test_a_fault_has_a_support_code_that_the_log_has_too(
    served: Served, page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    served.attendant.show(visit=None)
    page.goto(f"{served.address}/")
    notice = page.locator(".notice").inner_text()
    code = next(word for word in notice.replace("：", " ").split() if word.startswith("AttributeError-"))
    assert any(code in record.getMessage() for record in caplog.records)
    assert page.locator("meta[http-equiv=refresh]").count() == 1  # it comes back where no script runs


def test_a_page_that_does_not_exist_leads_back(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/no/such/page")
    expect(page.locator("[data-stage=idle]")).to_be_visible(timeout=15_000)
