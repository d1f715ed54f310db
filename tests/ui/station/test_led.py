"""The screen of a run that a person is led through: one step big, one button, then a clock that counts down."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from drivers.profile.exchange import Operator
from kiosk.rules.messages import Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Step
from kiosk.words import Words, load_words
from tests.ui.station.conftest import TOKEN, Served
from tests.ui.station.test_journey import stands
from tests.ui.station.test_pages import to_testing

SHOTS = Path(os.environ.get("LIANGZHENG_SHOTS", "/nonexistent"))
WORDS = get_args(Operator.model_fields["operator"].annotation)


@pytest.fixture
def panel(chromium: Browser, served: Served, farmer: Subject, language: str) -> Iterator[Page]:
    """At the analyzer, in this language."""
    to_testing(served.attendant, farmer)
    served.attendant.show(led=True)
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": "language", "value": language, "url": served.address}])
    page = context.new_page()
    page.goto(f"{served.address}/enter?token={TOKEN}")
    yield page
    context.close()


def shot(panel: Page, name: str) -> None:
    """A picture for whoever wants to look; only made where the folder exists."""
    if SHOTS.is_dir():
        panel.screenshot(path=SHOTS / f"{name}.png")


def test_each_step_stands_there_big_with_one_button(panel: Page, served: Served, language: str) -> None:
    words = load_words(language)
    for number, word in enumerate(WORDS):
        served.attendant.show(step=Step(str(number), word, 1, (2, 3)))
        expect(panel.get_by_text(words.say(f"analyzer.operator.{word}"))).to_be_visible()
        expect(panel.locator("[data-action=did]")).to_have_count(1)
        stands(panel, Stage.TESTING)
        shot(panel, f"led-{language}-{word}")
    warned = Sentence("control.hot", {"value": "36.5", "limit": "35"})
    served.attendant.move(lambda visit: turn.noticed(visit, warned))
    served.attendant.show(step=Step("9", "insert_cuvettes", 1, (2,)))
    expect(panel.get_by_text(words.say("screen.testing.holes", control=1, samples="2"))).to_be_visible()
    stands(panel, Stage.TESTING)
    shot(panel, f"led-{language}-warned")


def test_a_finger_says_that_it_is_done(panel: Page, served: Served) -> None:
    served.attendant.show(step=Step("7", "insert_blank", 1, (2,)))
    with panel.expect_request("**/act") as asked:
        panel.locator("[data-action=did]").click()
    said = parse_qs(asked.value.post_data or "")
    assert (said["action"], said["value"]) == (["did"], ["7"])


def test_the_wait_is_counted_down_and_the_page_is_not_drawn_anew(panel: Page, served: Served, language: str) -> None:
    words = load_words(language)
    served.attendant.show(step=Step("3", "", ends=time.monotonic() + 171))
    clock = panel.locator("[data-countdown] span")
    expect(clock).to_have_text(counted(words, "[45]."))
    expect(panel.locator("[data-action=did]")).to_have_count(0)
    stands(panel, Stage.TESTING)
    shot(panel, f"led-{language}-wait")
    panel.evaluate("document.querySelector('.stage').dataset.kept = 'yes'")
    served.attendant.show(led=True)
    expect(clock).to_have_text(counted(words, "4."))
    assert panel.locator(".stage[data-kept=yes]").count() == 1
    panel.reload()
    expect(clock).to_have_text(counted(words, "[34]."))


def counted(words: Words, seconds: str) -> re.Pattern[str]:
    return re.compile(words.say("screen.testing.left", minutes="2", seconds=seconds))


def test_while_it_reads_nobody_is_asked_anything(panel: Page, served: Served, language: str) -> None:
    served.attendant.show(step=None)
    expect(panel.get_by_text(load_words(language).say("screen.testing.reading"))).to_be_visible()
    expect(panel.locator("[data-action=did]")).to_have_count(0)
    expect(panel.locator("[data-action=cancel_test]")).to_have_count(1)
    stands(panel, Stage.TESTING)
    shot(panel, f"led-{language}-reading")
