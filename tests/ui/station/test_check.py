"""The page of a paper that somebody held up: the verdict first, all of it on one screen, gone by one touch."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.rules.visits.turn import Stage
from kiosk.screen import NO_DRUGS
from kiosk.seal import CertificateCode
from kiosk.verify import County, PaperCheck, Why, judge
from kiosk.words import load_words
from tests.support.bodies import START
from tests.support.checked import TODAY, Checking, OnDay, days
from tests.support.waiting import wait_for
from tests.ui.station.conftest import TOKEN, Served
from tests.ui.station.scripted import AT
from tests.ui.station.test_journey import FINGER, OVERLAPS, SMALLER
from ui.station.naming import Names

SHOTS = Path(os.environ.get("LIANGZHENG_SHOTS", "/nonexistent"))
LONG = "云南省玉溪市新平彝族傣族自治县戛洒镇新寨村民委员会大平掌村民小组二十四号附一号农民专业合作社…"


def judged(fate: str) -> PaperCheck:
    at_hand = Checking()
    certificate, text = at_hand.paper()
    listed = {"revoked": OnDay(TODAY, {certificate.number: Why.ORDER}), "old": OnDay(TODAY - days(40), {})}
    match fate:
        case "false":
            text = text[:-4]
        case "number":
            text = certificate.number
        case "ended":
            at_hand.revoke(at_hand.box, "2026-11-23", 1204)
        case "future":
            return judge(text.encode(), [County(at_hand.trust)], START.date() - days(3))
    return judge(text.encode(), [County(at_hand.trust, listed.get(fate, OnDay(TODAY, {}, None)))], TODAY)


FATES = ("genuine", "false", "revoked", "old", "number", "ended", "future")


@pytest.fixture
def panel(chromium: Browser, served: Served, language: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": "language", "value": language, "url": served.address}])
    page = context.new_page()
    page.goto(f"{served.address}/enter?token={TOKEN}")
    yield page
    context.close()


def shot(panel: Page, name: str) -> None:
    """A picture for whoever wants to look; only made where the folder exists."""
    if SHOTS.is_dir():
        panel.screenshot(path=SHOTS / f"check-{name}.png")


def whole(panel: Page) -> None:
    """Nothing is cut off, nothing lies over another, and the button is a finger's target."""
    for place in ("#main", ".checked", ".compared", ".known", ".ruling"):
        left = panel.locator(place).evaluate("one => one.scrollHeight - one.clientHeight")
        assert (place, left <= 1) == (place, True)
    assert panel.evaluate(OVERLAPS) == []
    assert panel.evaluate(SMALLER, FINGER) == []
    ruling, button = (panel.locator(place).bounding_box() for place in (".ruling", "[data-action=next]"))
    assert ruling is not None
    assert button is not None
    assert ruling["x"] + ruling["width"] <= button["x"]


@pytest.mark.parametrize("fate", FATES)
def test_a_checked_paper_stands_whole_on_one_screen(panel: Page, served: Served, language: str, fate: str) -> None:
    checked, words = judged(fate), load_words(language)
    served.attendant.show(checked=checked)
    expect(panel.locator(".ruling h1")).to_have_text(words.say(f"verify.verdict.{checked.verdict}"))
    why = Names(words, (), NO_DRUGS, None, AT.date()).named(checked.why)
    expect(panel.get_by_text(words.say(why.key, **why.facts))).to_be_visible()
    expect(panel.get_by_text(words.say(f"verify.advice.{checked.verdict}"))).to_have_count(1)
    if checked.code is not None:
        expect(panel.locator(".weight b")).to_contain_text("160")
    shot(panel, f"{language}-{fate}")
    whole(panel)


def test_the_longest_words_of_a_code_fit(panel: Page, served: Served, language: str) -> None:
    checked = judged("old")
    assert checked.code is not None
    code: CertificateCode = replace(checked.code, subject=LONG[:24], product=LONG[:24], origin=LONG[:24])
    served.attendant.show(checked=replace(checked, code=code))
    expect(panel.locator(".signed")).to_contain_text(LONG[:24])
    shot(panel, f"{language}-long")
    whole(panel)


def test_one_touch_takes_it_away(panel: Page, served: Served) -> None:
    served.attendant.show(checked=judged("genuine"))
    panel.locator("[data-action=next]").click()
    wait_for(lambda: served.attendant.taps == ["next"], "the touch has come")
    served.attendant.show(checked=None)
    expect(panel.locator(f"[data-stage={Stage.IDLE}]")).to_be_visible()
