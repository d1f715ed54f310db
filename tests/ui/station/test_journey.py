"""A finger in Debian's Chromium: from the card to the paper, live, and back again when the station was away."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from kiosk.rules.messages import Outcome, PrintOutcome, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import issue
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Kept, Stage
from kiosk.screen import DeviceState
from kiosk.words import LANGUAGES, load_words
from tests.support.waiting import wait_for
from tests.ui.station.conftest import TOKEN, Served
from tests.ui.station.scripted import IDENTITY, NUMBER, NUMBER_SHOWN, Scripted, note
from tests.ui.station.test_pages import JOURNEYS, ended, to_promise
from ui.ending import EndingServer
from ui.station.app import build_app
from ui.station.basket import ALONE, LINES

SMALLER = """finger => [...document.querySelectorAll("button, a, .chip")]
    .filter(one => one.checkVisibility())
    .map(one => one.getBoundingClientRect())
    .filter(box => Math.min(box.width, box.height) < finger)
    .map(box => [box.width, box.height])"""
OVERLAPS = """() => {
    const targets = "button, a, .chip, blockquote, .notice, .pairs";
    const boxes = [...document.querySelectorAll(targets)].map((one) => [one, one.getBoundingClientRect()]);
    const shown = boxes.filter(([, box]) => box.width);
    const behind = (a, b) => a.right <= b.left + 1 || a.bottom <= b.top + 1;
    const name = (one) => one.textContent.trim();
    return shown.flatMap(([one, box], nth) => shown.slice(nth + 1)
        .filter(([, other]) => !behind(box, other) && !behind(other, box))
        .map(([other]) => `${name(one)} over ${name(other)}`));
}"""
FINGER = 107.5  # px on a 10" panel of 1280 x 800: 18 mm


@pytest.fixture
def seen() -> list[str]:
    """Addresses that the page asked for, and what it complained of."""
    return []


@pytest.fixture
def panel(chromium: Browser, seen: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.on("request", lambda request: seen.append(request.url))
    page.on("pageerror", lambda fault: seen.append(f"fault: {fault}"))
    page.on("console", lambda message: seen.append(f"console: {message.text}") if message.type == "error" else None)
    yield page
    context.close()


def enter(panel: Page, address: str) -> None:
    panel.goto(f"{address}/enter?token={TOKEN}")


def stands(panel: Page, stage: Stage) -> None:
    """The screen shows this stage, whole, and every target is as big as a finger."""
    expect(panel.locator(f".stage[data-stage={stage}]:not(.settling)")).to_be_visible()
    assert panel.evaluate(
        "document.getElementById('main').scrollHeight <= document.getElementById('main').clientHeight"
    )
    assert panel.evaluate(OVERLAPS) == []
    assert panel.evaluate(SMALLER, FINGER) == []


def press(panel: Page, action: str) -> None:
    panel.locator(f"[data-action={action}]").click()


def keys(panel: Page, digits: str) -> None:
    for digit in digits:
        panel.locator(f"[data-key-press='{digit}']").click()


def test_from_card_to_paper_by_finger(served: Served, farmer: Subject, panel: Page, seen: list[str]) -> None:
    attendant = served.attendant
    enter(panel, served.address)
    stands(panel, Stage.IDLE)
    attendant.show_card(farmer, first_use=True)
    stands(panel, Stage.PROVING)
    keys(panel, "1111")
    press(panel, "tail")
    expect(panel.locator(".notice")).to_be_visible()
    keys(panel, "4321")
    press(panel, "tail")
    stands(panel, Stage.PRODUCT)
    panel.locator("[data-product=cowpea]").click()
    stands(panel, Stage.QUANTITY)
    expect(panel.locator("[data-action=quantity]")).to_be_disabled()
    keys(panel, "3200")
    panel.locator("[data-key-press=erase]").click()
    expect(panel.locator(".kilograms")).to_have_text(
        load_words("zh").say("screen.quantity.in_kilograms", kilograms=160)
    )
    press(panel, "quantity")
    stands(panel, Stage.DRUGS)
    press(panel, "drugs_none")
    stands(panel, Stage.TEST_CHOICE)
    press(panel, "test")
    stands(panel, Stage.TESTING)
    attendant.finish_run(note(7, Outcome.POSITIVE, "68.4"))
    stands(panel, Stage.RETESTING)
    press(panel, "retest")
    stands(panel, Stage.TESTING)
    press(panel, "cancel_test")
    stands(panel, Stage.RETESTING)
    assert attendant.screen().visit.typed == "320 jin"
    assert [one for one in seen if not one.startswith((served.address, "console: Failed to load resource"))] == []


def test_a_phone_tail_may_begin_with_nothing_and_be_typed_on_a_keyboard(
    served: Served, farmer: Subject, panel: Page
) -> None:
    enter(panel, served.address)
    served.attendant.show_card(replace(farmer, contact="13905710072"), first_use=True)
    stands(panel, Stage.PROVING)
    keys(panel, "0072")
    expect(panel.locator(".typed")).to_have_value("0072")
    panel.locator("[data-key-press=clear]").click()
    panel.keyboard.type("0073")
    panel.keyboard.press("Backspace")
    panel.keyboard.type("2")
    press(panel, "tail")
    stands(panel, Stage.PRODUCT)
    panel.locator("[data-product=cowpea]").click()
    stands(panel, Stage.QUANTITY)
    keys(panel, "05")
    expect(panel.locator(".typed")).to_have_value("5")


def test_a_clean_sample_to_the_paper(served: Served, farmer: Subject, panel: Page, seen: list[str]) -> None:
    attendant = served.attendant
    attendant.picture = b"\xff\xd8\xff\xd9"
    attendant.show_card(farmer)
    enter(panel, served.address)
    stands(panel, Stage.PRODUCT)
    panel.locator("[data-product=tomato]").click()
    panel.locator(".chip", has_text=load_words("zh").say("unit.kg")).first.click()
    keys(panel, "12.5")
    press(panel, "quantity")
    press(panel, "drugs_none")
    press(panel, "test")
    stands(panel, Stage.TESTING)
    attendant.finish_run(note(7, Outcome.NEGATIVE, "12.3"))
    stands(panel, Stage.RESULT)
    press(panel, "result_read")
    stands(panel, Stage.PROMISE)
    panel.locator('label.chip:has(input[value="control"])').click()
    press(panel, "promise")
    stands(panel, Stage.PRINTING)
    attendant.end_print(PrintOutcome.UNKNOWN)
    stands(panel, Stage.UNSURE)
    press(panel, "paper_spoiled")
    stands(panel, Stage.PRINTING)
    attendant.end_print(PrintOutcome.FAILED)
    stands(panel, Stage.UNPRINTED)
    press(panel, "print_again")
    stands(panel, Stage.PRINTING)
    attendant.end_print(PrintOutcome.PRINTED)
    stands(panel, Stage.DONE)
    expect(panel.locator(".number")).to_contain_text(NUMBER_SHOWN)
    panel.reload()
    stands(panel, Stage.DONE)
    press(panel, "next")
    stands(panel, Stage.IDLE)
    assert [one for one in seen if not one.startswith(served.address)] == []


def test_what_was_used_is_told_by_finger(served: Served, farmer: Subject, panel: Page) -> None:
    """A name from the list, its questions one by one, taken back by a tap, and named again."""
    attendant = served.attendant
    attendant.show_card(farmer)
    enter(panel, served.address)
    panel.locator("[data-product=cowpea]").click()
    keys(panel, "320")
    press(panel, "quantity")
    stands(panel, Stage.DRUGS)
    press(panel, "drugs_used")
    expect(panel.locator("#main h1")).to_have_text(load_words("zh").say("screen.drugs.title.names"))
    stands(panel, Stage.DRUGS)
    last_used, interval, harvest = (("last_used", "14"), ("interval", "7"), ("harvest", "0"))
    tell_profenofos(panel, last_used, interval, harvest)
    press(panel, "drug_off")
    expect(panel.locator(".line")).to_have_count(0)
    tell_profenofos(panel, last_used, interval)  # when the goods were harvested is known by now
    press(panel, "drugs_told")
    stands(panel, Stage.TEST_CHOICE)
    assert [use.ingredients for use in attendant.screen().visit.uses] == [("profenofos",)]


def tell_profenofos(panel: Page, *answers: tuple[str, str]) -> None:
    panel.locator("[data-drug=profenofos]").click()
    for question, answer in answers:
        asked = load_words("zh").say(f"screen.drugs.ask.{question}", drug="丙溴磷", product="豆角")
        expect(panel.locator("#main h1")).to_have_text(asked)
        stands(panel, Stage.DRUGS)
        panel.locator(f"form:has([name=value][value='{answer}']) [data-action=drug_answer]").click()
    expect(panel.locator(".line")).to_contain_text("丙溴磷")
    stands(panel, Stage.DRUGS)


def test_two_papers_of_one_lot_void_and_issue_anew(served: Served, farmer: Subject, panel: Page) -> None:
    attendant = served.attendant
    to_promise(attendant, farmer)
    enter(panel, served.address)
    stands(panel, Stage.PROMISE)
    panel.locator("form:has([name=value][value='2']) [data-action=split]").click()
    words = load_words("zh")
    expect(panel.locator(".papers a")).to_have_text(words.say("screen.promise.count", papers=2))
    expect(panel.locator(".goods-told")).to_contain_text(words.say("screen.promise.papers", papers=2))
    stands(panel, Stage.PROMISE)
    panel.locator('label.chip:has(input[value="control"])').click()
    press(panel, "promise")
    stands(panel, Stage.PRINTING)
    attendant.end_print(PrintOutcome.PRINTED)
    stands(panel, Stage.CONTINUING)
    expect(panel.locator(".huge")).to_have_text(load_words("zh").say("screen.continuing.next", nth=2, of=2))
    attendant.move(lambda visit: issue.issued(visit, visit.basis, NUMBER, nth=2))
    stands(panel, Stage.PRINTING)
    attendant.end_print(PrintOutcome.PRINTED)
    stands(panel, Stage.DONE)
    press(panel, "wrong")
    stands(panel, Stage.VOIDING)
    panel.locator('label.chip:has(input[value="wrong_quantity"])').click()
    panel.locator('label.chip:has(input[value="taken_back"])').click()
    press(panel, "void_again")
    stands(panel, Stage.PRODUCT)
    assert attendant.screen().visit.replaces == NUMBER


def test_a_certificate_that_is_void_is_not_handed_over(served: Served, farmer: Subject, panel: Page) -> None:
    ended(PrintOutcome.PRINTED)(served.attendant, farmer)
    enter(panel, served.address)
    stands(panel, Stage.DONE)
    press(panel, "wrong")
    stands(panel, Stage.VOIDING)
    panel.locator('label.chip:has(input[value="not_sold"])').click()
    panel.locator('label.chip:has(input[value="destroyed"])').click()
    press(panel, "void")
    stands(panel, Stage.DONE)
    expect(panel.locator(".notice")).to_contain_text(load_words("zh").say("visit.voided"))
    expect(panel.locator("[data-action=wrong], [data-action=paper_spoiled]")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("taken", [ALONE, 2 * ALONE + 1])
def test_a_basket_of_any_size_stands_on_its_page(
    served: Served, farmer: Subject, panel: Page, taken: int, language: str
) -> None:
    served.attendant.show_card(replace(farmer, kind="buyer"))
    for seq in range(taken):
        paper = Kept(seq, f"st/{seq}", NUMBER if seq % 2 else "", "cowpea", verified=bool(seq % 2))
        served.attendant.move(partial(turn.paper_taken, paper=paper))
    panel.context.add_cookies([{"name": "language", "value": language, "url": served.address}])
    enter(panel, served.address)
    stands(panel, Stage.BASKET)
    expect(panel.locator(".line")).to_have_count(ALONE if taken == ALONE else LINES)
    expect(panel.locator("#main")).not_to_contain_text(NUMBER)
    expect(panel.locator("#main")).not_to_contain_text("cowpea")
    panel.locator("[data-action=paper_off]").first.click()
    expect(panel.locator("[data-action=basket_goods]")).to_contain_text(str(taken - 1))
    stands(panel, Stage.BASKET)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", [Stage.DRUGS, Stage.PROMISE, Stage.CONTINUING, Stage.VOIDING, Stage.UNPRINTED])
def test_a_stage_stands_whole_in_every_language(
    served: Served, farmer: Subject, panel: Page, stage: Stage, language: str
) -> None:
    JOURNEYS[stage](served.attendant, farmer)
    panel.context.add_cookies([{"name": "language", "value": language, "url": served.address}])
    enter(panel, served.address)
    stands(panel, stage)


def test_a_double_tap_is_one_tap(served: Served, farmer: Subject, panel: Page) -> None:
    served.attendant.show_card(farmer)
    enter(panel, served.address)
    stands(panel, Stage.PRODUCT)
    box = panel.locator("[data-product=cowpea]").bounding_box()
    assert box is not None
    panel.mouse.dblclick(box["x"] + 50, box["y"] + 50)
    stands(panel, Stage.QUANTITY)
    assert served.attendant.screen().visit.product == "cowpea"
    expect(panel.locator(".typed")).to_have_value("")


def test_typed_digits_survive_news_of_a_device(served: Served, farmer: Subject, panel: Page) -> None:
    served.attendant.show_card(farmer, first_use=True)
    enter(panel, served.address)
    keys(panel, "43")
    served.attendant.show(devices=(DeviceState("tl310", Sentence("problem.link.absent")),))
    expect(panel.locator("#strip")).to_contain_text(load_words("zh").say("screen.strip.trouble", count=1))
    keys(panel, "21")
    press(panel, "tail")
    stands(panel, Stage.PRODUCT)


def test_the_technician_reads_an_analyzer(served: Served, panel: Page) -> None:
    served.attendant.show(devices=(DeviceState("tl310", None, IDENTITY),))
    enter(panel, served.address)
    panel.locator("#strip a").click()
    press(panel, "read")
    expect(panel.locator(".held")).to_contain_text("12.3")
    panel.locator("form[action='/language'] button").click()
    expect(panel.locator("h1").first).to_have_text(load_words("en").say("screen.tech.title"))


def test_the_page_comes_back_when_the_station_does(farmer: Subject, panel: Page) -> None:
    """The same port, another start of the program: the page says so kindly and recovers without a finger."""
    attendant = Scripted()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    first, ended = started(attendant, port)
    enter(panel, f"http://127.0.0.1:{port}")
    stands(panel, Stage.IDLE)
    first.should_exit = True
    ended.join(10)
    expect(panel.locator("#lost")).to_be_visible(timeout=20_000)
    attendant.show_card(farmer)
    again, ended = started(attendant, port)
    expect(panel.locator(".stage[data-stage=product]")).to_be_visible(timeout=20_000)
    expect(panel.locator("#lost")).to_be_hidden(timeout=20_000)
    again.should_exit = True
    ended.join(10)


def started(attendant: Scripted, port: int) -> tuple[uvicorn.Server, threading.Thread]:
    app = build_app(attendant, load_words("zh"), TOKEN, lambda _: (), lambda: attendant.method)
    server = EndingServer(uvicorn.Config(app, "127.0.0.1", port, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, name="station")
    thread.start()
    wait_for(lambda: server.started, "the page is served")
    return server, thread
