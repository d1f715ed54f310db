"""Sheets by finger: every kind of question on the real pages, with a real record behind them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from kiosk.rules.messages import AgreementSigned, Complaint, EntryBody, FarmWork, SubjectProposed, Supply
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet
from kiosk.rules.visits.turn import Stage
from kiosk.words import load_words
from tests.kiosk.test_attendant import Served
from tests.support.bodies import START
from tests.support.desk import BADGES, PIN, DeskBox, jpeg, ready, touch
from tests.support.waiting import wait_for
from tests.ui.station.conftest import TOKEN
from tests.ui.station.test_journey import FINGER, OVERLAPS, SMALLER
from ui.ending import EndingServer
from ui.station.app import build_app

DEADLINE = 10.0
DAY = (START.date().replace(day=1) - timedelta(days=5)).isoformat()  # of the month before


def several(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    words = (("zh", "都有什么？"), ("en", "Which?"))
    return (Ask("which", Kind.SEVERAL, tuple(Choice(str(nth), f"第{nth}样") for nth in range(1, 21)), names=words),)


def nothing(draft: Draft, facts: Facts) -> Made:
    entries: tuple[EntryBody, ...] = ()
    return Made(entries)


@pytest.fixture
def box(tmp_path: Path) -> DeskBox:
    return DeskBox(tmp_path)


@contextmanager
def shown(served: Served, language: str = "zh") -> Iterator[str]:
    """The address of the screen of this box."""
    app = build_app(served.attendant, load_words(language), TOKEN, lambda _: (), lambda: None)
    server = EndingServer(uvicorn.Config(app, "127.0.0.1", 0, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(lambda: server.started, "the app has started", DEADLINE)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/enter?token={TOKEN}"
    finally:
        server.should_exit = True
        thread.join(DEADLINE)


@pytest.fixture
def served(box: DeskBox) -> Iterator[Served]:
    with box.serves() as served:
        yield ready(served)


@pytest.fixture
def panel(chromium: Browser, served: Served) -> Iterator[Page]:
    with shown(served) as address:
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, has_touch=True)
        page = context.new_page()
        page.goto(address)
        yield page
        context.close()


def fits(panel: Page, finger: float = FINGER) -> None:
    """Nothing scrolls, lies over another or is smaller than a finger."""
    expect(panel.locator(".stage:not(.settling)")).to_be_visible()
    main = "document.getElementById('main')"
    assert panel.evaluate(f"{main}.scrollHeight <= {main}.clientHeight")
    assert panel.evaluate(OVERLAPS) == []
    assert panel.evaluate(SMALLER, finger) == []


def asks(panel: Page, place: str) -> None:
    expect(panel.locator(f".stage[data-place='{place}']:not(.settling)")).to_be_visible()


def press(panel: Page, action: str, value: str = "") -> None:
    at = f"[data-value='{value}']" if value else ""
    panel.locator(f"[data-action={action}]{at}").click()


def keys(panel: Page, digits: str) -> None:
    for digit in digits:
        panel.locator(f"[data-key-press='{digit}']").click()


def letters(panel: Page, text: str) -> None:
    """One tap each, as they come back from the station."""
    for nth, letter in enumerate(text, 1):
        panel.locator(f"[data-letter='{letter}']").click()
        expect(panel.locator(".written i")).to_have_text(text[:nth].upper())


def log_on(served: Served, panel: Page) -> None:
    served.shows(BADGES["clerk"])
    asks(panel, "proving")
    keys(panel, PIN)
    press(panel, "badge_pin")
    asks(panel, "desk")


def test_a_newcomer_is_taken_in_by_finger(box: DeskBox, served: Served, panel: Page) -> None:
    panel.locator("[data-action=number]").first.click()
    asks(panel, "keying")
    panel.locator("[data-action=sheet]").first.click()
    asks(panel, "filling/staff")
    panel.locator("a[data-leaf='1']").click()
    for character in BADGES["clerk"]:
        panel.locator(f"[data-key-press='{character}']").click()
    press(panel, "badge_number")
    expect(panel.locator("[data-action=staff_pin]")).to_be_visible()
    keys(panel, PIN)
    press(panel, "staff_pin")
    asks(panel, "filling/kind")
    press(panel, "answer", "farmer")
    asks(panel, "filling/name")
    for spelling, character in (("li", "李"), ("xiu", "秀")):
        letters(panel, spelling)
        press(panel, "take", character)
        expect(panel.locator(".written b")).to_contain_text(character)
    press(panel, "taken")
    asks(panel, "filling/village")
    panel.locator("[data-action=answer]").first.click()
    asks(panel, "filling/contact")
    keys(panel, "13987654321")
    press(panel, "answer")
    asks(panel, "filling/card")
    press(panel, "answer", "no")
    asks(panel, "filling/")
    press(panel, "sheet_done")
    served.at(Stage.PRODUCT)
    (proposed,) = box.entries(SubjectProposed)
    assert isinstance(proposed, SubjectProposed)
    assert (proposed.subject.name, proposed.subject.contact) == ("李秀", "13987654321")


def test_a_complaint_with_a_picture_and_a_number(box: DeskBox, served: Served, panel: Page) -> None:
    touch(served, "sheet", "complaint")
    asks(panel, "filling/about")
    press(panel, "answer", "goods")
    asks(panel, "filling/number")
    served.shows("530427-008J4-CT4AN-2")
    asks(panel, "filling/text")
    letters(panel, "wo")
    press(panel, "take", "我")
    press(panel, "taken")
    asks(panel, "filling/pictures")
    press(panel, "picture")
    expect(panel.locator("[data-action=take_off]")).to_have_count(1)
    box.still = jpeg("red")
    press(panel, "picture")
    expect(panel.locator("[data-action=take_off]")).to_have_count(2)
    panel.locator("[data-action=take_off]").first.click()
    press(panel, "taken")
    asks(panel, "filling/contact")
    press(panel, "skip")
    asks(panel, "filling/")
    press(panel, "sheet_done")
    asks(panel, "done")
    (told,) = box.entries(Complaint)
    assert isinstance(told, Complaint)
    assert (told.number, told.text, len(told.pictures)) == ("530427008J4CT4AN2", "我", 1)


def test_a_line_of_the_farm_record_by_pictures_and_a_month(box: DeskBox, served: Served, panel: Page) -> None:
    log_on(served, panel)
    press(panel, "sheet", "farming")
    asks(panel, "filling/who")
    served.shows(box.card)
    asks(panel, "filling/product")
    panel.locator("a[data-leaf=letters]").click()
    letters(panel, "dj")
    press(panel, "answer", "cowpea")
    asks(panel, "filling/what")
    press(panel, "answer", "watered")
    asks(panel, "filling/on")
    panel.locator("a[data-leaf=month]").click()
    expect(panel.locator(f"[data-value='{START.date()}']")).to_be_enabled()
    expect(panel.locator(f"[data-value='{START.date() + timedelta(days=1)}']")).to_be_disabled()
    expect(panel.locator("button.arrow.on")).to_be_disabled()
    panel.locator("a[data-leaf='499']").click()
    expect(panel.locator("a[data-leaf='500']")).to_be_visible()
    press(panel, "answer", DAY)
    asks(panel, "filling/plot")
    press(panel, "skip")
    asks(panel, "filling/")
    press(panel, "sheet_done")
    asks(panel, "desk")
    (line,) = box.entries(FarmWork)
    assert isinstance(line, FarmWork)
    assert (line.product, line.on) == ("cowpea", DAY)


def test_a_name_is_signed_with_a_finger(box: DeskBox, served: Served, panel: Page) -> None:
    served.shows(box.card)
    served.at(Stage.PRODUCT)
    touch(served, "sheet", "agreement notice")
    asks(panel, "filling/read")
    press(panel, "answer")
    asks(panel, "filling/signature")
    expect(panel.locator("[data-action=sign]")).to_be_disabled()
    pad = panel.locator(".pad canvas").bounding_box()
    assert pad is not None
    for _ in range(2):
        panel.mouse.move(pad["x"] + 40, pad["y"] + 40)
        panel.mouse.down()
        panel.mouse.move(pad["x"] + 400, pad["y"] + 120, steps=6)
        panel.mouse.up()
        expect(panel.locator("[data-action=sign]")).to_be_enabled()
        panel.locator("[data-sign=again]").click() if _ == 0 else None
    press(panel, "sign")
    asks(panel, "filling/")
    press(panel, "sheet_done")
    served.at(Stage.PRODUCT)
    assert len(box.entries(AgreementSigned)) == 1


def test_back_leave_and_the_summary_lead_where_they_say(served: Served, panel: Page) -> None:
    touch(served, "sheet", "complaint")
    press(panel, "answer", "service")
    asks(panel, "filling/text")
    press(panel, "sheet_back")
    asks(panel, "filling/about")
    panel.locator("a[data-leaf='99']").click()
    expect(panel.locator("[data-action=sheet_leave]")).to_be_visible()
    panel.locator("a[data-leaf='0']").click()
    asks(panel, "filling/about")
    press(panel, "answer", "service")
    for place in ("pictures", "contact", ""):
        press(panel, "skip")
        asks(panel, f"filling/{place}")
    press(panel, "sheet_at", "about")
    asks(panel, "filling/about")
    expect(panel.locator(".option.chosen")).to_have_attribute("data-value", "service")
    panel.locator("a[data-leaf='99']").click()
    press(panel, "sheet_leave")
    asks(panel, "idle")


def test_an_answer_that_does_not_do_is_gone_back_to(served: Served, panel: Page) -> None:
    touch(served, "sheet", "complaint")
    press(panel, "answer", "service")
    for place in ("text", "pictures", "contact"):
        asks(panel, f"filling/{place}")
        press(panel, "skip")
    press(panel, "sheet_done")
    asks(panel, "filling/text")
    expect(panel.locator(".notice")).to_be_visible()


def test_a_double_tap_answers_one_question(served: Served, panel: Page) -> None:
    touch(served, "sheet", "complaint")
    asks(panel, "filling/about")
    panel.locator("[data-value=service]").dblclick()
    asks(panel, "filling/text")


def test_a_reload_and_a_restart_in_the_middle_change_nothing(box: DeskBox, chromium: Browser) -> None:
    page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
    with box.serves() as served, shown(ready(served)) as address:
        page.goto(address)
        touch(served, "sheet", "complaint")
        press(page, "answer", "other")
        letters(page, "ni")
        page.reload()
        expect(page.locator(".written i")).to_have_text("NI")
    with box.serves() as served, shown(served) as address:
        served.at(Stage.FILLING)
        page.goto(address)
        asks(page, "filling/text")
        expect(page.locator(".written i")).to_have_text("NI")
    page.context.close()


def test_several_are_marked_and_taken_together_over_two_leaves(box: DeskBox, chromium: Browser) -> None:
    box.sheets["fault"] = Sheet("fault", several, nothing)
    page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
    with box.serves() as served, shown(ready(served)) as address:
        page.goto(address)
        touch(served, "sheet", "fault")
        fits(page)
        for value in ("1", "3"):
            press(page, "take", value)
            expect(page.locator(f"[data-value='{value}']")).to_have_attribute("aria-pressed", "true")
        press(page, "take", "1")
        expect(page.locator("[data-value='1']")).to_have_attribute("aria-pressed", "false")
        page.locator("a[data-leaf='1']").click()
        press(page, "take", "12")
        wait_for(lambda: len(_taken(served)) == 2, "both are taken", DEADLINE)
        press(page, "taken")
        asks(page, "filling/")
        sheet = served.attendant.screen().sheet
        assert sheet is not None
        assert sheet.draft.all("which") == ("3", "12")
    page.context.close()


def _taken(served: Served) -> tuple[str, ...]:
    sheet = served.attendant.screen().sheet
    return () if sheet is None else sheet.draft.taken


def test_a_tool_and_a_sheet_are_offered_by_role_with_what_waits(served: Served, panel: Page) -> None:
    log_on(served, panel)
    fits(panel)
    expect(panel.locator("[data-value=handover]")).to_be_visible()
    expect(panel.locator("[data-value=network]")).to_have_count(0)
    press(panel, "log_off")
    asks(panel, "idle")


def test_supplies_by_keypad(box: DeskBox, served: Served, panel: Page) -> None:
    log_on(served, panel)
    press(panel, "sheet", "supply")
    press(panel, "answer", "strip")
    press(panel, "answer", "received")
    asks(panel, "filling/count")
    keys(panel, "250")
    panel.locator("[data-key-press=erase]").click()
    press(panel, "answer")
    press(panel, "skip")
    press(panel, "sheet_done")
    asks(panel, "desk")
    expect(panel.locator(".notice.good")).to_be_visible()
    assert [str(one.count) for one in box.entries(Supply) if isinstance(one, Supply)] == ["25"]
