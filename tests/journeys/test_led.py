"""The journey with an optics board: the screen leads the farmer through blank, cuvettes and wait to a paper."""

import hashlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from drivers.simulated.pty import PtyDevice
from kiosk.clock import system_time
from kiosk.rules import messages
from kiosk.rules.messages import Certificate, OrderDone, PackPut, RunEnded
from kiosk.words import load_words
from tests.journeys.test_turn import seen, take_turn_to_result
from tests.support.optics import Board
from tests.support.shots import put_aside
from tests.support.stage import bench, entries
from tests.support.touch import Touch
from tests.support.turn_steps import promises
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


def does(touch: Touch, board: Board, word: str, insert: str) -> None:
    """The person reads what to do, does it and says so."""
    touch.says(WORDS.say(f"analyzer.operator.{word}"))
    put_aside(touch.page, f"led-{word}")
    board.insert(insert)
    touch.press("did")


def test_from_the_blank_to_the_paper(stage: Bench, board: Board, touch: Touch) -> None:
    take_turn_to_result(touch)
    does(touch, board, "insert_blank", "blank")
    touch.says(WORDS.say("analyzer.operator.insert_cuvettes"))
    touch.offline()  # the power goes in the middle of it
    stage.start("station")
    touch.enter()
    touch.stands_at("test_choice")
    touch.says(WORDS.say("visit.run_interrupted"))
    put_aside(touch.page, "led-power-cut")
    touch.press("test")
    does(touch, board, "insert_blank", "blank")
    does(touch, board, "insert_cuvettes", "cuvettes")
    expect(touch.page.locator("[data-countdown]")).to_be_visible()
    put_aside(touch.page, "led-wait")
    seen(touch, "result", "led-result")
    touch.press("result_read")
    promises(touch, "control+self_test")
    (test,) = entries(stage, messages.Test)
    assert (test.verdict.outcome, test.device.profile) == ("negative", "dayuan-dy3500")
    assert [one.reason for one in entries(stage, RunEnded)] == ["visit.run_interrupted"]
    assert len(entries(stage, Certificate)) == 1
    assert re.fullmatch("[0-9a-f]{64}", test.capture)
