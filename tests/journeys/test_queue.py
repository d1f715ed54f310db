"""Three people leave their samples: each gets one slip, and whoever comes back with it, or with his card, finds his own
result. A slip that does not come out is told on the screen and holds up nobody."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from kiosk.rules.messages import Print, SampleTaken
from kiosk.words import load_words
from tests.journeys.test_ten_people import PEOPLE, hand_in
from tests.support import things
from tests.support.stage import bench, entries
from tests.support.touch import SOON, Touch
from tests.support.turn_steps import comes, ends, keys_tail
from tests.support.waiting import wait_for
from ui.demo.bench import Bench, Plan

WORDS = load_words("zh")


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=3.0, testers=2), people=PEOPLE[:3]) as made:
        made.start_all()
        yield made


def test_each_finds_his_own_result_by_slip_or_card(stage: Bench, touch: Touch) -> None:
    for who in range(3):
        hand_in(touch, who)
    wait_for(lambda: len(stage.printer.papers) == 3, "three slips are out", 30)
    touch.looked("queue-three-wait", moving=(".rail",))
    for who in (2, 0):
        touch.hold_up(things.held(stage, f"slip-{who}", entries(stage, SampleTaken)[who].sample_code), until="proving")
        keys_tail(touch, who)
        touch.stands_at("result")
        expect(touch.page.locator(".who b")).to_have_text(stage.people[who].name, timeout=SOON)
        touch.press("result_read")
        touch.stands_at("promise")
        touch.press("abandon")
        ends(touch)
    comes(touch, 1, to="result")
    expect(touch.page.locator(".who b")).to_have_text(stage.people[1].name)
    touch.press("print_report")
    wait_for(lambda: len(stage.printer.papers) == 4, "his result is printed", 30)
    assert [one.subject_name for one in entries(stage, SampleTaken)] == [one.name for one in stage.people[:3]]
    assert entries(stage, Print) == []


def test_without_paper_the_slip_waits_for_a_finger(stage: Bench, touch: Touch) -> None:
    stage.printer.fault = "paper-out"
    hand_in(touch, 0)
    expect(touch.page.locator(".slip-told")).to_be_visible(timeout=SOON)
    touch.looked("queue-slip-failed", moving=(".rail",))
    comes(touch, 1, to="product")  # nobody is held up by it, nor asked about somebody else's slip
    expect(touch.page.locator(".slip-told")).to_be_hidden()
    touch.press("abandon")
    touch.press("next")
    stage.printer.load_paper()
    comes(touch, 0, to="result")
    touch.press("slip_again")
    expect(touch.page.locator(".slip-told")).to_be_hidden(timeout=SOON)
    wait_for(lambda: len(stage.printer.papers) == 1, "the slip is out", 30)
    touch.stands_at("result")
