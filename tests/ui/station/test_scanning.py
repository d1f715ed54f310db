"""A code before the camera: what helps in big words over a live mirror, and the number where nothing helps."""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from drivers.scanner.wire import Hint
from kiosk.rules.messages import Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import arrival
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Kept, Stage
from kiosk.screen import DeviceState
from kiosk.words import load_words
from tests.support.waiting import wait_for
from tests.ui.station.conftest import TOKEN, Served
from tests.ui.station.scripted import NUMBER
from tests.ui.station.test_journey import keys, press, stands

SHOTS = Path(os.environ.get("LIANGZHENG_SHOTS", "/nonexistent"))
BIG = 64.0  # px, to be read from where a card is held up


@pytest.fixture
def panel(chromium: Browser, served: Served, language: str) -> Iterator[Page]:
    served.attendant.picture = picture()
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": "language", "value": language, "url": served.address}])
    page = context.new_page()
    page.goto(f"{served.address}/enter?token={TOKEN}")
    yield page
    context.close()


def picture() -> bytes:
    """A grey wall with something bright on it, as a camera may send it."""
    wall = Image.new("RGB", (640, 480), (120, 126, 118))
    ImageDraw.Draw(wall).rectangle((200, 130, 440, 330), fill=(238, 236, 228))
    out = io.BytesIO()
    wall.save(out, "JPEG")
    return out.getvalue()


def shot(panel: Page, name: str) -> None:
    """A picture for whoever wants to look; only made where the folder exists."""
    if SHOTS.is_dir():
        panel.screenshot(path=SHOTS / f"{name}.png")


def to_basket(served: Served, farmer: Subject, papers: int) -> None:
    served.attendant.show_card(replace(farmer, kind="buyer"))
    for seq in range(papers):
        kept = Kept(seq, f"paper:{seq}", NUMBER, "tomato", seq % 2 == 0)
        served.attendant.move(lambda visit, kept=kept: turn.paper_taken(visit, kept))  # type: ignore[misc]


@pytest.mark.parametrize("hint", list(Hint))
def test_what_helps_stands_big_over_the_mirror(panel: Page, served: Served, language: str, hint: Hint) -> None:
    stands(panel, Stage.IDLE)
    served.attendant.show(hint=hint.value)
    words = panel.locator(".helps b")
    expect(words).to_have_text(load_words(language).say(f"screen.hint.{hint}"))
    expect(panel.locator(".helps svg path, .helps svg circle").first).to_be_visible()
    wait_for(lambda: panel.evaluate(SIZE) >= BIG, "it is big")  # the page may be drawn anew between two looks
    wait_for(lambda: panel.evaluate(INSIDE), "it stands over the mirror")
    stands(panel, Stage.IDLE)
    shot(panel, f"idle-{language}-{hint}")
    served.attendant.show(hint="")
    expect(panel.locator(".helps")).to_be_hidden()


SIZE = """() => {
    const words = document.querySelector(".helps b");
    return words ? parseFloat(getComputedStyle(words).fontSize) : 0;
}"""
INSIDE = """() => {
    const [mirror, hint] = [".mirror", ".helps"].map((one) => document.querySelector(one)?.getBoundingClientRect());
    return Boolean(mirror && hint) && hint.left >= mirror.left && hint.right <= mirror.right + 1
        && hint.top > mirror.top + mirror.height / 3 && hint.bottom <= mirror.bottom + 1;
}"""


def test_a_hint_leaves_the_mirror_alive_and_the_page_as_it_is(panel: Page, served: Served) -> None:
    stands(panel, Stage.IDLE)
    panel.evaluate("document.getElementById('mirror').dataset.kept = 'yes'")
    for hint in (Hint.NEARER, Hint.GLARE, Hint.STEADY):
        served.attendant.show(hint=hint.value)
        expect(panel.locator(".helps b")).not_to_be_empty()
    assert panel.locator("#mirror[data-kept=yes]").count() == 1
    with panel.expect_request(re.compile("/preview.jpg")):
        served.attendant.picture = picture()


def test_a_hint_comes_again_with_the_next_page_that_reads(panel: Page, served: Served, farmer: Subject) -> None:
    served.attendant.show(hint=Hint.GLARE.value)
    expect(panel.locator(".helps b")).to_be_visible()
    served.attendant.show_card(replace(farmer, kind="buyer"))
    stands(panel, Stage.BASKET)
    expect(panel.locator(".helps b")).to_be_visible()


@pytest.mark.parametrize("papers", [0, 1, 7])
def test_the_basket_has_a_mirror_too(panel: Page, served: Served, farmer: Subject, language: str, papers: int) -> None:
    to_basket(served, farmer, papers)
    served.attendant.show(hint=Hint.AGAIN.value)
    stands(panel, Stage.BASKET)
    expect(panel.locator(".helps b")).to_be_visible()
    wait_for(lambda: panel.evaluate(INSIDE), "it stands over the mirror")
    shot(panel, f"basket-{language}-{papers}")
    served.attendant.move(lambda visit: turn.noticed(visit, Sentence("incoming.twice", {"number": NUMBER})))
    stands(panel, Stage.BASKET)
    wait_for(lambda: panel.evaluate(INSIDE), "it stands over the mirror")
    shot(panel, f"basket-{language}-{papers}-told")


def test_a_camera_that_is_really_gone_is_said_and_comes_back_by_itself(
    panel: Page, served: Served, language: str
) -> None:
    told = load_words(language).say("problem.scanner.down")
    served.attendant.show(devices=(DeviceState("camera", Sentence("problem.scanner.down")),), hint="")
    expect(panel.get_by_text(told)).to_be_visible()
    stands(panel, Stage.IDLE)
    shot(panel, f"idle-{language}-down")
    served.attendant.show(devices=(DeviceState("camera", None),))
    expect(panel.get_by_text(told)).to_have_count(0)
    expect(panel.locator("#mirror")).to_be_visible()


def test_without_a_card_its_number_is_keyed_in(panel: Page, served: Served, farmer: Subject, language: str) -> None:
    words = load_words(language)
    stands(panel, Stage.IDLE)
    shot(panel, f"idle-{language}")
    press(panel, "number")
    stands(panel, Stage.KEYING)
    expect(panel.locator("[data-action=card]")).to_be_disabled()
    shot(panel, f"keying-{language}-empty")
    keys(panel, "01234567")
    expect(panel.locator(".typed")).to_have_value("01234567")
    assert panel.locator(".typed").evaluate("one => one.scrollWidth <= one.clientWidth")
    shot(panel, f"keying-{language}")
    with panel.expect_request("**/act") as asked:
        press(panel, "card")
    assert "value=01234567" in (asked.value.post_data or "")
    for told in (Sentence("entrance.number_unknown"), Sentence("entrance.number_rests", {"seconds": "30"})):
        served.attendant.move(lambda visit, told=told: turn.noticed(visit, told))  # type: ignore[misc]
        expect(panel.locator(".notice")).to_have_text(words.say(told.key, **told.facts))
        stands(panel, Stage.KEYING)
    shot(panel, f"keying-{language}-rests")
    press(panel, "back")
    stands(panel, Stage.IDLE)


def test_a_number_tells_nobody_a_name(panel: Page, served: Served, farmer: Subject, language: str) -> None:
    press(panel, "number")
    stands(panel, Stage.KEYING)
    rules = served.attendant.rules
    served.attendant.move(
        lambda visit: arrival.card_shown(visit, rules, farmer, "12345678", first_use=False, keyed=True)
    )
    stands(panel, Stage.PROVING)
    expect(panel.get_by_text(farmer.name)).to_have_count(0)
    shot(panel, f"proving-{language}")
    keys(panel, "4321")
    press(panel, "tail")
    stands(panel, Stage.PRODUCT)
    expect(panel.get_by_text(farmer.name)).to_be_visible()
