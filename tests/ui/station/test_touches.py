"""A farmer who comes again: three touches from the card to the paper, and what may be chosen on the way."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import PrintOutcome, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Stage
from kiosk.screen import DeviceState
from kiosk.words import load_words
from tests.ui.station.conftest import TOKEN, Served
from tests.ui.station.scripted import NUMBER
from tests.ui.station.test_looks import LAST, again, unusual
from tests.ui.station.test_pages import JOURNEYS, ended, to_promise, to_quantity

LINK = f"HTTPS://530427.EXAMPLE.ORG/N/{NUMBER}"


@pytest.fixture
def panel(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def enter(panel: Page, served: Served) -> None:
    panel.goto(f"{served.address}/enter?token={TOKEN}")


def stands(panel: Page, stage: Stage) -> None:
    expect(panel.locator(f".stage[data-stage={stage}]:not(.settling)")).to_be_visible()


def test_three_touches_from_card_to_paper(served: Served, farmer: Subject, panel: Page) -> None:
    enter(panel, served)
    stands(panel, Stage.IDLE)
    again(served.attendant, farmer)
    touched = ("repeat_last", "drugs_none", "promise")
    for action in touched:
        panel.locator(f".stage:not(.settling) [data-action={action}]").click()
    stands(panel, Stage.PRINTING)
    served.attendant.end_print(PrintOutcome.PRINTED)
    stands(panel, Stage.DONE)  # without a touch
    assert served.attendant.taps == list(touched)
    visit = served.attendant.screen().visit
    assert (visit.product, visit.quantity, visit.used) == (LAST.product, LAST.amount, False)


def test_same_as_last_time_shows_what_it_copies(served: Served, farmer: Subject, panel: Page) -> None:
    enter(panel, served)
    again(served.attendant, farmer)
    same = panel.locator("[data-action=repeat_last]")
    for told in ("番茄", "320斤", LAST.origin):
        expect(same).to_contain_text(told)


def test_the_only_lawful_box_is_ticked_and_a_choice_is_not(served: Served, farmer: Subject, panel: Page) -> None:
    to_promise(served.attendant, farmer)
    enter(panel, served)
    words = load_words("zh")
    expect(panel.locator("#promise input:checked")).to_have_count(0)
    expect(panel.locator("#promising")).to_contain_text(words.say("screen.promise.first_choose"))
    panel.locator(".chip.plainest").click()
    expect(panel.locator("#promising .ready")).to_be_visible()
    panel.locator("#promising").click()
    stands(panel, Stage.PRINTING)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("320", "三百二十斤，对吗"),
        ("10", "十斤，对吗"),
        ("12.5", "十二点五斤，对吗"),
        ("105", "一百零五斤，对吗"),
        ("110", "一百一十斤，对吗"),
        ("1008", "一千零八斤，对吗"),
        ("2000", "二千斤，对吗"),
        ("10020", "一万零二十斤，对吗"),
        ("230000", "二十三万斤，对吗"),
        ("0.5", "零点五斤，对吗"),
    ],
)
def test_an_amount_is_read_back_in_words(served: Served, farmer: Subject, panel: Page, keys: str, said: str) -> None:
    to_quantity(served.attendant, farmer)
    enter(panel, served)
    for key in keys:
        panel.locator(f"[data-key-press='{key}']").click()
    expect(panel.locator(".read-back")).to_have_text(said)


def test_an_unusual_amount_is_asked_about_with_both_numbers(served: Served, farmer: Subject, panel: Page) -> None:
    unusual(served.attendant, farmer)
    enter(panel, served)
    expect(panel.locator(".figures dd")).to_have_text(["320 公斤", "40 公斤"])
    panel.locator("[data-action=quantity]").click()
    stands(panel, Stage.DRUGS)
    assert served.attendant.screen().visit.quantity == Quantity(Decimal(320), Unit.KG)


def test_the_electronic_certificate_can_be_scanned_off_the_screen(
    served: Served, farmer: Subject, panel: Page, tmp_path: object
) -> None:
    ended(PrintOutcome.PRINTED)(served.attendant, farmer)
    served.attendant.show(trace=LINK)
    enter(panel, served)
    file = f"{tmp_path}/screen.png"
    panel.screenshot(path=file)
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(file))] == [LINK]


def test_the_size_of_the_letters_goes_round_and_ends_with_the_turn(
    served: Served, farmer: Subject, panel: Page
) -> None:
    ended(PrintOutcome.PRINTED)(served.attendant, farmer)
    enter(panel, served)
    sizes = []
    for _ in range(4):
        panel.locator("form[action='/text'] button").click()
        panel.wait_for_load_state()
        sizes.append(panel.locator("html").get_attribute("data-text"))
    assert sizes == ["2", "3", "4", "1"]
    panel.locator("form[action='/text'] button").click()
    expect(panel.locator("html[data-text='2']")).to_have_count(1)
    panel.locator("[data-action=next]").click()
    expect(panel.locator("html[data-text='1']")).to_have_count(1)
    stands(panel, Stage.IDLE)


def test_the_idle_screen_teaches_in_pictures_that_stand_still(served: Served, panel: Page) -> None:
    enter(panel, served)
    expect(panel.locator(".slide")).to_have_count(3)
    assert panel.locator(".slide:visible").count() == 1
    panel.emulate_media(reduced_motion="reduce")
    assert panel.locator(".slide:visible").count() == 3


@pytest.mark.parametrize("stage", [Stage.DONE, Stage.STOPPED])
def test_satisfaction_is_one_tap_and_its_thanks_move_nothing(
    stage: Stage, served: Served, farmer: Subject, panel: Page
) -> None:
    (ended(PrintOutcome.PRINTED) if stage is Stage.DONE else JOURNEYS[stage])(served.attendant, farmer)
    enter(panel, served)
    places = ".rated", ".rated > b", ".rated > form:last-child", ".bar"
    before = [panel.locator(place).bounding_box() for place in places]
    panel.locator("form:has([value=good]) [data-action=rate]").click()
    expect(panel.locator(".rated .thanks")).to_have_text("谢谢您，记下了。")
    assert served.attendant.taps[-1] == "rate"
    assert panel.locator("[data-action=rate]").count() == 0
    assert [panel.locator(place).bounding_box() for place in places] == before
    assert served.attendant.screen().visit.stage is stage


def test_a_very_long_name_is_told_whole(served: Served, farmer: Subject, panel: Page) -> None:
    long = replace(farmer, name="阿卜杜热西提·买买提吐尔逊", origin="新疆维吾尔自治区喀什地区莎车县某某乡某某村三组")
    again(served.attendant, long)
    enter(panel, served)
    name = panel.locator(".who b")
    assert name.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_an_amount_that_stands_there_already_is_read_back_in_words_too(
    served: Served, farmer: Subject, panel: Page
) -> None:
    to_quantity(served.attendant, farmer)
    served.attendant.move(lambda visit: replace(visit, quantity=Quantity(Decimal(320), Unit.JIN), unit=Unit.JIN))
    enter(panel, served)
    expect(panel.locator(".read-back")).to_have_text("三百二十斤，对吗")
    panel.reload()
    expect(panel.locator(".read-back")).to_have_text("三百二十斤，对吗")
    served.attendant.show(devices=(DeviceState("tl310", Sentence("problem.link.absent")),))
    expect(panel.locator("#strip")).to_contain_text(load_words("zh").say("screen.strip.trouble", count=1))
    expect(panel.locator(".read-back")).to_have_text("三百二十斤，对吗")
