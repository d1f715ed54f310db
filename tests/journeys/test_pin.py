"""A county that wants a PIN: set at the box with staff beside him, asked at his card, wrong ones told."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from kiosk.rules.messages import PinSet, SettingsPut
from tests.support.fingers import does_all_orders, keys, opens, records, shows_card
from tests.support.stage import bench, card, entries
from tests.support.touch import SOON, Touch
from tests.support.turn_steps import ends
from ui.demo.bench import Bench, Plan

PIN, OTHER = "4826", "1357"


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        made.order(SettingsPut({"proof": "pin"}, "office"))
        made.start_all()
        does_all_orders(made)
        yield made


def tries(touch: Touch, pin: str) -> None:
    touch.key_in(pin)
    touch.press("pin")


def refused(touch: Touch, pin: str, look: str) -> None:
    """It opens nothing; the page says what to do."""
    tries(touch, pin)
    expect(touch.page.locator(".notice")).to_be_visible(timeout=SOON)
    touch.looked(look, moving=(".who",))


def test_a_pin_is_set_and_opens_his_turn(stage: Bench, touch: Touch) -> None:
    touch.hold_up(card(stage, 1), until="proving")
    refused(touch, PIN, "pin-none")  # he has none
    touch.press("abandon")
    ends(touch)
    touch.log_in("clerk")
    opens(touch, "sheet", "pin")
    shows_card(touch, "who", "pin")
    keys(touch, "pin", PIN)
    keys(touch, "again", PIN)
    records(touch)
    touch.press("log_off")
    touch.stands_at("idle")
    touch.hold_up(card(stage, 1), until="proving")
    refused(touch, OTHER, "pin-wrong")
    tries(touch, PIN)
    touch.stands_at("product")
    (kept,) = entries(stage, PinSet)
    assert PIN not in kept.pin
