"""A slaughterhouse's gate: live animals and nothing else is offered, and what came is on record as they are called."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from kiosk.rules.messages import SlaughterEntry
from tests.support import things
from tests.support.fingers import answers, keys, opens, records, shows_card, skips
from tests.support.stage import entries
from tests.support.touch import Touch
from ui.demo.bench import Bench

pytestmark = pytest.mark.usefixtures("inspector")


def test_geese_are_let_in_and_no_vegetable_is_asked_for(stage: Bench, touch: Touch) -> None:
    opens(touch, "sheet", "slaughter")
    shows_card(touch, "subject", "product")
    touch.looked("slaughter-animals")
    expect(touch.page.locator("main .tile .picture")).to_have_count(6)
    expect(touch.page.locator('[data-value="cowpea"]')).to_have_count(0)
    answers(touch, "product", "goose")
    keys(touch, "heads", "30")
    answers(touch, "origin")
    touch.stands_at("filling/quarantine")
    touch.hold_up(things.held(stage, "quarantine", "5304270012345679"), until="filling/ear_1")
    skips(touch, "ear_1")
    skips(touch, "sample")
    answers(touch, "decision", "admit")
    skips(touch, "pictures")
    records(touch)
    (entry,) = entries(stage, SlaughterEntry)
    assert (entry.product, entry.heads, entry.decision) == ("goose", Decimal(30), "admit")
