"""Goods that failed: a farmer's own test stops them, and the inspector records what became of them."""

from collections.abc import Iterator

import pytest

from kiosk.rules.messages import Disposal
from tests.support.fingers import answers, finds, opens, records, skips, writes
from tests.support.stage import bench, entries
from tests.support.touch import Touch
from tests.support.turn_steps import brings, comes_first, wants_a_test
from ui.demo.bench import Bench, Plan


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("contaminated", seed=7, run_seconds=0.3)) as made:
        made.start_all()
        yield made


def fails(touch: Touch) -> None:
    """His beans are measured once, and twice more of the same sample."""
    comes_first(touch)
    brings(touch, "120")
    wants_a_test(touch)
    touch.stands_at("retesting")
    touch.press("retest")
    touch.stands_at("stopped")
    touch.press("next")


def test_what_failed_is_destroyed_before_a_witness(stage: Bench, touch: Touch) -> None:
    fails(touch)
    touch.log_in("inspector")
    touch.looked("inspector-desk-alarm", moving=(".notice",))
    opens(touch, "tool", "cases")
    finds(touch, "tool", "cases positives")
    touch.stands_at("tool/cases positives")
    touch.looked("cases-positives", moving=(".row small",))
    touch.press("sheet")
    answers(touch, "measure", "destroyed")
    touch.stands_at("filling/quantity")
    touch.looked("disposal-quantity", moving=(".facts-told",))
    touch.press("answer")
    writes(touch, "place", "cai")
    writes(touch, "witness", "li")
    skips(touch, "pictures")
    records(touch, at="tool/cases positives")
    (disposal,) = entries(stage, Disposal)
    assert (disposal.measure, str(disposal.quantity), disposal.unit) == ("destroyed", "60", "kg")  # 120 jin
    assert len(disposal.tests) == 3
