"""The journey with an optics board: the screen leads the farmer through blank, cuvettes and wait to a paper."""

import hashlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from drivers.simulated.pty import PtyDevice
from kiosk.clock import system_time
from kiosk.rules import messages
from kiosk.rules.messages import Certificate, OrderDone, PackPut, RunEnded
from kiosk.words import load_words
from tests.journeys.test_turn import press, shot, stands_at, take_turn_to_result
from tests.support.optics import Board
from tests.support.stage import bench, entries
from ui.demo.bench import PROGRAMS, Bench, quick_method

WORDS = load_words("zh")
REACTION = 2  # seconds of the county's method; the board itself needs none


@pytest.fixture
def board() -> Board:
    return Board("clean")


@pytest.fixture
def stage(board: Board) -> Iterator[Bench]:
    with bench() as made, PtyDevice(board, made.devices / "optics"):
        made.order(timed())
        config = made.box / "etc" / "station.toml"
        text = config.read_text("utf-8").replace("dayuan-tl310", "dayuan-dy3500")
        config.write_text(text.replace(str(made.devices / "residue"), str(made.devices / "optics")), "utf-8")
        for name in PROGRAMS:
            made.start(name)
        last = 3 + len(made.office.orders(system_time().date()))  # producers, the quick method, and this one
        made.await_entry(lambda entry: isinstance(entry, OrderDone) and entry.seq == last)
        yield made


def timed() -> PackPut:
    """The county's quick method with a reaction that can be seen."""
    quick = quick_method()
    text = quick.text.replace('"least" = 0', f'"least" = {REACTION}')
    return PackPut(quick.file, text, hashlib.sha256(text.encode()).hexdigest())


def does(touch: Page, board: Board, word: str, insert: str) -> None:
    """The person reads what to do, does it and says so."""
    expect(touch.get_by_text(WORDS.say(f"analyzer.operator.{word}"))).to_be_visible()
    shot(touch, f"led-{word}")
    board.insert(insert)
    press(touch, "did")


def test_from_the_blank_to_the_paper(stage: Bench, board: Board, window: BrowserContext) -> None:
    touch = window.new_page()
    touch.goto(f"{stage.station_url}/enter?token={stage.token}")
    take_turn_to_result(stage, touch)
    does(touch, board, "insert_blank", "blank")
    expect(touch.get_by_text(WORDS.say("analyzer.operator.insert_cuvettes"))).to_be_visible()
    stage.programs.kill("station")  # the power goes in the middle of it
    stage.start("station")
    touch.goto(f"{stage.station_url}/enter?token={stage.token}")
    stands_at(touch, "test_choice")
    expect(touch.get_by_text(WORDS.say("visit.run_interrupted"))).to_be_visible()
    shot(touch, "led-power-cut")
    press(touch, "test")
    does(touch, board, "insert_blank", "blank")
    does(touch, board, "insert_cuvettes", "cuvettes")
    expect(touch.locator("[data-countdown]")).to_be_visible()
    shot(touch, "led-wait")
    stands_at(touch, "result")
    shot(touch, "led-result")
    press(touch, "result_read")
    stands_at(touch, "promise")
    touch.locator('label.chip:has(input[value="control+self_test"])').click()
    press(touch, "promise")
    stands_at(touch, "done")
    (test,) = [one for one in entries(stage, messages.Test) if isinstance(one, messages.Test)]
    assert (test.verdict.outcome, test.device.profile) == ("negative", "dayuan-dy3500")
    assert [one.reason for one in entries(stage, RunEnded) if isinstance(one, RunEnded)] == ["visit.run_interrupted"]
    assert len(entries(stage, Certificate)) == 1
    assert re.fullmatch("[0-9a-f]{64}", test.capture)
