"""The technician's pages in a real browser: all fits both screens, every target is a finger's, nothing is unsaid."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kiosk.rules.visits.turn import Stage, Turn, Visit
from kiosk.training import Card, Training
from kiosk.words import load_words
from tests.support import looks
from tests.support.waiting import wait_for
from tests.ui.station.conftest import TOKEN, Served, chromium, language, served
from tests.ui.station.tools.shown import DEVICES, PAGES

__all__ = ["chromium", "language", "served"]

SIZES = ((1280, 800), (1024, 600))
SHOTS = Path(os.environ.get("LIANGZHENG_SHOTS", "/nonexistent"))
CARDS = (Card("farmer", "practice", "person", "1234", "x"), Card("staff", "practice", "test", "1234", "x"))


def shown(served: Served, page: str) -> None:
    about, value = PAGES[page]
    visit = Visit(
        "v-1", turn=Turn.STAFF, stage=Stage.TOOL, tool=f"{page.split(maxsplit=1)[0]} {about}".strip(), staff="li"
    )
    place = f"tool/{visit.tool}"
    served.attendant.show(visit=visit, tool=value, devices=DEVICES, may_go_back=True, may_abandon=True, place=place)


def opened(served: Served, browser: Browser, language: str, size: tuple[int, int]) -> Page:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(f"{served.address}/enter?token={TOKEN}")
    context.add_cookies([{"name": "language", "value": language, "url": served.address}])
    return page


def well(page: Page, served: Served, name: str) -> list[str]:
    """What is wrong with the page in any look; a word that is missing among it."""
    unsaid: list[str] = []

    def look_again(look: looks.Look) -> None:
        if load_words(look.language).say("screen.unsaid", code="").rstrip() in page.inner_text("#main"):
            unsaid.append(f"{look}: a word is missing")
        if SHOTS.is_dir():
            page.screenshot(path=SHOTS / f"{name.replace(' ', '-')}-{look}.png")

    return [*looks.wrong(page, served.address, look_again), *unsaid]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_well_in_every_look(served: Served, chromium: Browser, name: str) -> None:
    shown(served, name)
    page = opened(served, chromium, "zh", SIZES[0])
    assert well(page, served, name) == []
    page.context.close()


def test_where_a_finger_lands_is_told_in_ten_thousandths(served: Served, chromium: Browser) -> None:
    page = opened(served, chromium, "zh", SIZES[0])
    shown(served, "screen_setup touch")
    page.goto(f"{served.address}/")
    with page.expect_request("**/act") as asked:
        page.mouse.click(128, 96)
    told = asked.value.post_data or ""
    page.context.close()
    assert "action=touched" in told
    assert "value=1000+1200" in told or "value=1000%201200" in told


def test_a_practice_is_told_on_every_page_and_has_its_end(served: Served, chromium: Browser, language: str) -> None:
    page = opened(served, chromium, language, SIZES[0])
    training = Training("li", "2026-03-18T09:41:00.000+08:00", cards=CARDS)
    words = load_words(language)
    for name in ("", "devices", "supplies"):
        served.attendant.show(visit=Visit("v-2"), tool=None, place="idle", training=training)
        if name:
            shown(served, name)
        page.goto(f"{served.address}/")
        assert words.say("training.now") in page.inner_text("#strip")
        assert words.say("training.end") in page.inner_text("#strip")
        assert "repeating-linear-gradient" in page.evaluate("getComputedStyle(document.body).borderImageSource")
    served.attendant.show(visit=Visit("v-3"), tool=None, place="idle", training=training)
    page.goto(f"{served.address}/")
    page.click("[data-action=practise_card] >> nth=0")
    wait_for(lambda: "practise_card" in served.attendant.taps, "the tap arrived")
    page.context.close()
