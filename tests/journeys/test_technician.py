"""The technician notes an analyzer's calibration certificate by touch."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext

from kiosk.clock import system_time
from kiosk.rules.messages import Control
from tests.support.fingers import answers, opens, photographs
from tests.support.stage import bench, entries
from tests.support.touch import Touch
from ui.demo.bench import Bench, Plan


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        made.start_all()
        yield made


def test_a_calibration_certificate_is_noted(stage: Bench, window: BrowserContext) -> None:
    touch = Touch(stage, window)
    touch.enter()
    touch.log_in("technician")
    opens(touch, "tool", "analyzers")
    touch.stands_at("tool/analyzers")
    touch.looked("technician-analyzers")
    touch.press("tool")
    touch.press("sheet")
    touch.stands_at("filling/certificate")
    touch.looked("technician-certificate")
    touch.key_in("JZ-2026-0113")
    touch.press("answer")
    yesterday = (system_time().date() - timedelta(days=1)).isoformat()
    answers(touch, "day", yesterday)
    photographs(touch, "picture")
    touch.stands_at("filling/")
    opener = touch.page.locator("[data-action=sheet_done]")
    opener.wait_for()
    touch.press("sheet_done")
    touch.page.locator(".stage-analyzers").wait_for()
    (noted,) = entries(stage, Control)
    assert isinstance(noted, Control)
    assert (noted.what, noted.certificate, noted.certified_on) == ("calibration", "JZ-2026-0113", yesterday)
    assert noted.capture
    touch.quiet()
