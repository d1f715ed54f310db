"""The technician, by touch alone: devices in words, network, printer and its test page, analyzers and what one sends,
the screen, the camera, record, clock and days offline, the check-up on paper, supplies, a fault told to the county, and
an analyzer's calibration certificate."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from kiosk.clock import system_time
from kiosk.rules.messages import Control, FaultReported, Supply
from kiosk.words import load_words
from tests.support.fingers import answers, keys, opens, photographs, records, skips
from tests.support.stage import card, entries
from tests.support.touch import Touch
from tests.support.waiting import wait_for
from ui.demo.bench import Bench

SOON = 40
WORDS = load_words("zh")
FACTS = (".row small",)  # sizes, days, addresses: what is another on every machine


@pytest.fixture
def touch(touch: Touch) -> Iterator[Touch]:
    touch.log_in("technician")
    yield touch
    touch.stands_at("desk")
    touch.press("log_off")
    touch.stands_at("idle")


def test_every_page_of_the_box_in_words(touch: Touch) -> None:
    touch.looked("technician-desk")
    for tool in ("devices", "printers", "analyzers", "records", "screen_setup", "checkup", "supplies", "faults"):
        opens(touch, "tool", tool)
        touch.stands_at(f"tool/{tool}")
        touch.looked(f"technician-{tool}", moving=FACTS)
        touch.press("back")


def test_what_a_page_of_the_box_does(touch: Touch, stage: Bench) -> None:
    opens(touch, "tool", "scan_test")
    touch.hold_up(card(stage))
    touch.says(re.compile("/K/"))  # what was read, and nobody's name
    touch.take_away()
    touch.looked("technician-scan_test", moving=FACTS)
    touch.press("back")

    opens(touch, "tool", "devices")
    touch.tap(".rows button >> nth=2")  # the residue analyzer
    touch.press("read")
    expect(touch.page.locator(".held .bytes").first).to_be_visible(timeout=SOON * 1000)
    touch.looked("technician-device", moving=(".held", ".pairs"))
    touch.tap('[data-action="sheet"]')  # this one is broken
    answers(touch, "what", "wrong_value")
    skips(touch, "note")
    touch.press("sheet_done")
    wait_for(lambda: entries(stage, FaultReported), "the fault is told to the county", SOON)
    touch.says(WORDS.say("sheet.fault.done"))
    touch.press("tool", "devices")
    touch.press("back")

    opens(touch, "sheet", "supply")
    touch.stands_at("filling/item")
    touch.looked("technician-supply")
    answers(touch, "item")
    answers(touch, "event", "received")
    keys(touch, "count", "200")
    skips(touch, "note")
    records(touch)
    wait_for(lambda: entries(stage, Supply), "what came is on record", SOON)

    opens(touch, "tool", "checkup")
    before = len(stage.printer.papers)
    touch.press("print_checkup")
    wait_for(lambda: len(stage.printer.papers) > before, "the check-up is printed", SOON)
    touch.press("back")


def test_a_calibration_certificate_is_noted(touch: Touch, stage: Bench) -> None:
    opens(touch, "tool", "analyzers")
    touch.stands_at("tool/analyzers")
    touch.looked("technician-analyzers")
    touch.press("tool")
    touch.press("sheet")
    touch.stands_at("filling/certificate")
    touch.looked("technician-certificate")
    keys(touch, "certificate", "JZ-2026-0113")
    yesterday = (system_time().date() - timedelta(days=1)).isoformat()
    answers(touch, "day", yesterday)
    photographs(touch, "picture")
    touch.stands_at("filling/")
    touch.press("sheet_done")
    touch.page.locator(".stage-analyzers").wait_for()
    (noted,) = entries(stage, Control)
    assert (noted.what, noted.certificate, noted.certified_on) == ("calibration", "JZ-2026-0113", yesterday)
    assert noted.capture
    touch.to_desk()
