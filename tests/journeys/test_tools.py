"""The technician, by touch alone: devices in words, network, printer and its test page, analyzers and what one sends,
the screen, the camera, record, clock and days offline, the check-up on paper, supplies, and a fault told to the
county."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from kiosk.rules.messages import FaultReported, Supply
from kiosk.words import load_words
from tests.support.stage import bench, card, entries
from tests.support.touch import Touch
from tests.support.waiting import wait_for
from ui.demo.bench import Bench, Plan

SOON = 40
WORDS = load_words("zh")
FACTS = (".row small",)  # sizes, days, addresses: what is another on every machine


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        made.start_all()
        yield made


def opens(touch: Touch, tool: str) -> None:
    """Behind one of the desk's leaves."""
    touch.stands_at("desk")
    tile = f'.desk-tiles button[data-value="{tool}"]'
    for _ in range(4):
        if touch.page.locator(tile).count():
            break
        touch.tap(".desk-tiles a[href]")
    touch.tap(tile)


@pytest.fixture
def touch(stage: Bench, window: BrowserContext) -> Iterator[Touch]:
    touch = Touch(stage, window)
    touch.enter()
    touch.log_in("technician")
    yield touch
    touch.stands_at("desk")
    touch.press("log_off")
    touch.stands_at("idle")
    touch.quiet()


def test_every_page_of_the_box_in_words(touch: Touch) -> None:
    touch.looked("technician-desk")
    for tool in ("devices", "printers", "analyzers", "records", "screen_setup", "checkup", "supplies", "faults"):
        opens(touch, tool)
        touch.stands_at(f"tool/{tool}")
        touch.looked(f"technician-{tool}", moving=FACTS)
        touch.press("back")


def test_what_a_page_of_the_box_does(touch: Touch, stage: Bench) -> None:
    opens(touch, "scan_test")
    touch.hold_up(card(stage))
    touch.says(re.compile("/K/"))  # what was read, and nobody's name
    touch.take_away()
    touch.looked("technician-scan_test", moving=FACTS)
    touch.press("back")

    opens(touch, "devices")
    touch.tap(".rows button >> nth=2")  # the residue analyzer
    touch.press("read")
    expect(touch.page.locator(".held .bytes").first).to_be_visible(timeout=SOON * 1000)
    touch.looked("technician-device", moving=(".held", ".pairs"))
    touch.tap('[data-action="sheet"]')  # this one is broken
    touch.stands_at("filling/what")
    touch.choose("wrong_value")
    touch.stands_at("filling/note")
    touch.press("skip")
    touch.press("sheet_done")
    wait_for(lambda: entries(stage, FaultReported), "the fault is told to the county", SOON)
    touch.says(WORDS.say("sheet.fault.done"))
    touch.press("tool", "devices")
    touch.press("back")

    touch.press("sheet", "supply")
    touch.stands_at("filling/item")
    touch.looked("technician-supply")
    touch.tap("[data-action=answer]")
    touch.stands_at("filling/event")
    touch.choose("received")
    touch.stands_at("filling/count")
    touch.key_in("200")
    touch.press("answer")
    touch.stands_at("filling/note")
    touch.press("skip")
    touch.press("sheet_done")
    wait_for(lambda: entries(stage, Supply), "what came is on record", SOON)
    touch.stands_at("desk")

    opens(touch, "checkup")
    before = len(stage.printer.papers)
    touch.press("print_checkup")
    wait_for(lambda: len(stage.printer.papers) > before, "the check-up is printed", SOON)
    touch.press("back")
