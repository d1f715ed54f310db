"""The inspector's journey: badge and PIN, tasks, a sample by the county's task with its signatures, gate, patrol."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from kiosk.rules.messages import GateCheck, Patrol, SampleTaken, SampleType, SlaughterEntry
from tests.support import things
from tests.support.fingers import (
    answers,
    begins_a_sample,
    both_sign,
    ends_a_sample,
    keys,
    opens,
    records,
    shows_card,
    skips,
    writes,
)
from tests.support.stage import bench, card, entries
from tests.support.touch import SOON, Touch
from ui.demo.bench import Bench, Plan

LINES = 10  # of the patrol sheet as it is shipped


@pytest.fixture(scope="module")
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        made.start_all()
        yield made


@pytest.fixture
def touch(touch: Touch) -> Iterator[Touch]:
    touch.log_in("inspector")
    yield touch
    touch.to_desk()
    touch.press("log_off")
    touch.stands_at("idle")


def test_a_sample_is_drawn_by_the_countys_task(stage: Bench, touch: Touch) -> None:
    for tool in ("samples", "cases", "tasks"):
        opens(touch, "tool", tool)
        touch.stands_at(f"tool/{tool}")
        touch.looked(f"inspector-{tool}", moving=(".row small",))
        touch.press("back")
        touch.stands_at("desk")
    opens(touch, "tool", "tasks")
    touch.press("tool", "tasks t-risk")
    touch.stands_at("tool/tasks t-risk")
    touch.looked("inspector-task", moving=(".lead",))
    touch.press("sheet", "sampling t-risk")
    begins_a_sample(touch, "supervision", "base", task="t-risk")
    ends_a_sample(touch)
    touch.stands_at("filling/")
    touch.looked("inspector-sampling-summary")
    touch.press("sheet_done")
    touch.stands_at("tool/tasks t-risk")
    (sample,) = entries(stage, SampleTaken)
    assert (sample.task, sample.sample_type, len(sample.signatures)) == ("t-risk", SampleType.SUPERVISION, 2)
    touch.press("tool", "tasks")
    touch.stands_at("tool/tasks")
    touch.press("back")
    touch.stands_at("desk")
    opens(touch, "tool", "samples")
    touch.press("loading")
    touch.stands_at("loading")
    touch.press("back")
    touch.stands_at("desk")


def test_a_load_without_papers_is_refused_at_the_gate(stage: Bench, touch: Touch) -> None:
    opens(touch, "sheet", "gate")
    skips(touch, "code")
    answers(touch, "paper", "none")
    answers(touch, "grower", "bought")
    writes(touch, "seller", "li")
    skips(touch, "stall")
    answers(touch, "product", "cowpea")
    keys(touch, "quantity", "30")
    writes(touch, "origin", "xin")
    touch.stands_at("filling/decision")
    touch.looked("inspector-gate-decision")
    answers(touch, "decision", "refuse")
    records(touch)
    (check,) = entries(stage, GateCheck)
    assert (check.advice, check.decision, check.paper) == ("refuse", "refuse", "none")


def test_a_patrol_is_filled_line_by_line(stage: Bench, touch: Touch) -> None:
    opens(touch, "sheet", "patrol")
    answers(touch, "task", "t-patrol")
    touch.stands_at("filling/subject")
    touch.hold_up(card(stage, 1), until="filling/item/records")
    for _ in range(LINES):
        expect(touch.page.locator('.stage[data-place^="filling/item"]')).to_be_visible(timeout=SOON)
        before = touch.place
        touch.press("answer", "good")
        expect(touch.page.locator(f'.stage[data-place="{before}"]')).to_be_hidden(timeout=SOON)
    skips(touch, "advice")
    skips(touch, "pictures")
    skips(touch, "companion")
    both_sign(touch)
    records(touch)
    (patrol,) = entries(stage, Patrol)
    assert (patrol.task, len(patrol.items)) == ("t-patrol", LINES)


def test_a_drove_enters_by_its_quarantine_certificate_and_ear_tags(stage: Bench, touch: Touch) -> None:
    opens(touch, "sheet", "slaughter")
    shows_card(touch, "subject", "product")
    answers(touch, "product")
    keys(touch, "heads", "12")
    answers(touch, "origin")
    touch.stands_at("filling/quarantine")
    touch.hold_up(things.held(stage, "quarantine", "5304270012345678"), until="filling/ear_1")
    touch.hold_up(things.held(stage, "ear", "153042700001234"), until="filling/ear_2")
    touch.looked("inspector-ear-tags")
    skips(touch, "ear_2")
    skips(touch, "sample")
    touch.stands_at("filling/decision")
    touch.looked("inspector-slaughter-decision")
    answers(touch, "decision", "admit")
    skips(touch, "pictures")
    records(touch)
    (entry,) = entries(stage, SlaughterEntry)
    assert (entry.quarantine, entry.ear_tags, entry.decision) == ("5304270012345678", ("153042700001234",), "admit")
