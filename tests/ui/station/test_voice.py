"""The page speaks: its sounds are asked for in order, end at a touch, come again at a button, stay silent if wanted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.clock import ClockState, Now
from kiosk.pack import load_packs
from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import Subject
from kiosk.rules.visits.turn import LastTime, Stage, Turn, Visit
from kiosk.screen import Aside
from kiosk.tools.screen_setup import SetupShown
from kiosk.voice.listed import listed
from kiosk.voice.shelf import Shelf
from kiosk.words import load_words
from tests.kiosk.voice.sounds import pack_of
from tests.support.waiting import wait_for
from tests.ui.station.conftest import TOKEN, Served, serving
from tests.ui.station.scripted import AT
from ui.station.voice import LOUD, Voice, Volume

WANTED = listed(load_words("zh"), load_packs())
# every sound that the page plays, and that it was stopped, in order
LISTEN = """
window.heard = [];
const play = HTMLMediaElement.prototype.play, pause = HTMLMediaElement.prototype.pause;
HTMLMediaElement.prototype.play = function () {
  heard.push([this.src.split("/").pop().split("?")[0], this.volume]);
  return play.call(this);
};
const note = OscillatorNode.prototype.start;
window.notes = [];
OscillatorNode.prototype.start = function (at) { notes.push(this.frequency.value); return note.call(this, at); };
HTMLMediaElement.prototype.pause = function () { if (!this.paused) heard.push(["stop", 0]); return pause.call(this); };
"""
IDLE = ["turn.idle"]


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voice")
    pack_of(folder / "placeholder-zh", WANTED, WANTED)
    return folder


@pytest.fixture
def talking(packs: Path) -> Iterator[Served]:
    with serving(Voice(Shelf(packs, ""), [Volume(20, 40), Volume(7, 60)])) as served:
        yield served


@pytest.fixture
def panel(chromium: Browser, talking: Served) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.add_init_script(LISTEN)
    page.goto(f"{talking.address}/enter?token={TOKEN}")
    yield page
    context.close()


def heard(page: Page) -> list[str]:
    return [name.removesuffix(".opus") for name, _ in page.evaluate("heard")]


def begun(page: Page) -> list[str]:
    return [name for name in heard(page) if name != "stop"]


def hears(page: Page, *wanted: str) -> None:
    """Exactly these, in this order, whether they came to their end or not."""
    wait_for(lambda: len(begun(page)) >= len(wanted), f"{wanted} is heard", 10)
    assert begun(page) == list(wanted)


def until(page: Page, name: str) -> None:
    wait_for(lambda: name in heard(page), f"{name} is heard", 10)


def test_a_page_says_its_pieces_in_order(talking: Served, panel: Page, farmer: Subject) -> None:
    hears(panel, *IDLE)
    assert panel.evaluate("heard[0][1]") == pytest.approx(0.6)
    talking.attendant.show_card(farmer)
    hears(panel, *IDLE, "turn.product")
    panel.locator("[data-product=tomato]").click()
    hears(panel, *IDLE, "turn.product", "turn.quantity")


def test_a_touch_ends_it_and_a_button_says_it_again(talking: Served, panel: Page, farmer: Subject) -> None:
    hears(panel, *IDLE)
    talking.attendant.show_card(farmer)
    until(panel, "turn.product")
    panel.locator("h1").first.click()
    silence = begun(panel)
    panel.locator("[data-voice=again]").click()
    hears(panel, *silence, "turn.product")


def test_what_was_interrupted_is_not_gone_on_with(talking: Served, panel: Page, farmer: Subject) -> None:
    """豆角 三百二十 千克 and the question are seven sounds; a touch within the first leaves the others unheard."""
    attendant = talking.attendant
    attendant.show_card(farmer, last=LastTime("cowpea", Quantity(Decimal(320), Unit.KG)))
    until(panel, "turn.product_again")
    visit = attendant.screen().visit
    attendant.act("repeat_last", "", visit.id, visit.stage)
    until(panel, "product.cowpea")
    panel.locator("h1").first.click()
    silence = heard(panel)
    assert silence[-1] == "stop"
    assert "turn.drugs_again" not in silence


def test_silence_lasts_until_the_turn_ends(talking: Served, panel: Page, farmer: Subject) -> None:
    talking.attendant.show_card(farmer)
    until(panel, "turn.product")
    quiet = panel.locator("[data-voice=quiet]")
    quiet.click()
    expect(quiet).to_have_attribute("aria-pressed", "true")
    before = heard(panel)
    panel.locator("[data-product=tomato]").click()
    expect(panel.locator(".stage-quantity")).to_be_visible()
    assert [name for name in heard(panel) if name not in ("stop", *before)] == []
    panel.reload()
    expect(quiet).to_have_attribute("aria-pressed", "true")
    talking.attendant.begin_anew()
    until(panel, "turn.idle")
    expect(quiet).to_have_attribute("aria-pressed", "false")


def test_a_reload_says_nothing_twice(panel: Page) -> None:
    hears(panel, *IDLE)
    panel.reload()
    expect(panel.locator(".stage-idle")).to_be_visible()
    expect(panel.locator("[data-voice=again]")).to_be_visible()
    assert heard(panel) == []


def test_what_somebody_has_to_come_for_is_heard_once_as_a_tone(talking: Served, panel: Page) -> None:
    hears(panel, *IDLE)
    aside = Aside("v-9", Stage.TESTING, "w", "S-1", "cowpea", AT.isoformat())
    talking.attendant.show(aside=(aside,))
    expect(panel.locator("#facts [data-calls]")).to_have_attribute("data-calls", "")
    assert panel.evaluate("notes") == []
    talking.attendant.show(aside=(replace(aside, stage=Stage.STOPPED),))
    wait_for(lambda: len(panel.evaluate("notes")) == 2, "two notes are heard", 10)
    talking.attendant.show(aside=(replace(aside, stage=Stage.STOPPED), replace(aside, visit="v-10")))
    panel.reload()
    expect(panel.locator("#facts [data-calls]")).to_have_attribute("data-calls", "found:v-9:stopped")
    assert panel.evaluate("notes") == [], "it was heard before"
    over = replace(aside, visit="v-10", over=True)
    talking.attendant.show(aside=(replace(aside, stage=Stage.STOPPED), over))
    wait_for(lambda: panel.evaluate("notes") == [880, 660], "one more call, two more notes", 10)


def test_a_technician_hears_how_loud_it_is_and_whose_voice_it_is(talking: Served, panel: Page) -> None:
    hears(panel, *IDLE)
    visit = Visit("v-1", turn=Turn.STAFF, stage=Stage.TOOL, tool="screen_setup", staff="li")
    talking.attendant.show(visit=visit, tool=SetupShown("", (0.1, 0.1), 0, False, None, None))
    expect(panel.get_by_text(load_words("zh").say("voice.placeholder"))).to_be_visible()
    panel.locator("[data-voice=try]").click()
    hears(panel, *IDLE, "turn.done")


def test_a_page_without_sounds_has_no_buttons_for_them(chromium: Browser, served: Served) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{served.address}/enter?token={TOKEN}")
    expect(page.locator(".stage-idle")).to_be_visible()
    expect(page.locator("#voice")).to_be_hidden()
    context.close()


def test_sounds_are_kept_by_the_browser_and_only_for_who_has_the_token(talking: Served, packs: Path) -> None:
    with talking.browser() as browser:
        told = browser.get("/voice/placeholder-zh/turn.idle.opus")
        assert (told.status_code, told.headers["content-type"]) == (200, "audio/ogg")
        assert told.content == (packs / "placeholder-zh" / "turn.idle.opus").read_bytes()
        assert "immutable" in told.headers["cache-control"]
        for wrong in ("/voice/placeholder-zh/voice.toml", "/voice/..%2f/x.opus", "/voice/x/turn.idle.opus"):
            assert browser.get(wrong).status_code == 404
        assert browser.get("/said/name.opus").status_code == 404, "nobody stands there, and no county asked for it"
        browser.cookies.clear()
        assert browser.get("/voice/placeholder-zh/turn.idle.opus").status_code == 403


def test_a_name_is_spoken_where_the_county_wants_it(packs: Path, farmer: Subject) -> None:
    with serving(Voice(Shelf(packs, ""), names=lambda: True)) as served, served.browser() as browser:
        served.attendant.show_card(farmer)
        assert "/said/name.opus?" in browser.get("/").text
        told = browser.get("/said/name.opus")
        assert (told.status_code, told.content[:4]) == (200, b"OggS")
        assert told.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("hour", "loud"), [(9, 60), (20, 40), (23, 40), (3, 40)])
def test_the_volume_follows_the_day(talking: Served, hour: int, loud: int) -> None:
    at = AT.replace(hour=hour)
    talking.attendant.show(now=Now(at + timedelta(minutes=1), ClockState.NTP))
    with talking.browser() as browser:
        assert f'data-volume="{loud}"' in browser.get("/").text


def test_without_a_word_about_it_the_volume_is_loud(served: Served) -> None:
    with served.browser() as browser:
        assert f'data-volume="{LOUD}"' in browser.get("/").text


def test_without_a_voice_he_is_told_what_he_can_do_at_the_box(served: Served, language: str) -> None:
    """Who stands there has no terminal."""
    words = load_words(language)
    page = words.beginning("voice.none", "voice.placeholder", "voice.recorded")
    assert [one for one in page.values() if "liangzheng" in one] == []
    visit = Visit("v-1", turn=Turn.STAFF, stage=Stage.TOOL, tool="screen_setup", staff="li")
    served.attendant.show(visit=visit, tool=SetupShown("", (0.1, 0.1), 0, False, None, None))
    with served.browser() as browser:
        browser.post("/language", data={"to": language})
        html = browser.get("/").text
    assert words.say("voice.none", fault=words.say("tools.fault")) in html
    assert 'value="fault screen"' in html
