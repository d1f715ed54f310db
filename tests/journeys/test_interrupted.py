"""Reload, back, a lost line, a dead station, devices that go and come, at every step: the turn goes on where it was.

One kind at every step here; all of them: make faults ARGS='--only screen'.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from kiosk.rules.messages import Certificate, LotDeclared, Print
from tests.support.interruptions import clerk, come, farmer, walked
from tests.support.stage import bench, entries
from tests.support.touch import Touch
from ui.demo.bench import Bench, Plan


@pytest.fixture(scope="module")
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        made.start_all()
        yield made


@pytest.mark.parametrize("what", ["reload", "station"])
def test_a_farmers_turn_goes_on(stage: Bench, window: BrowserContext, what: str) -> None:
    before = len(entries(stage, Certificate)), len(entries(stage, Print)), len(entries(stage, LotDeclared))
    touch = Touch(stage, window)
    touch.enter()
    steps = farmer(touch) if what == "reload" else farmer(touch)[2:]
    if what == "station":  # he is known by now: nothing is asked
        come(touch)
    assert list(walked(touch, steps, what)) == []
    after = len(entries(stage, Certificate)), len(entries(stage, Print)), len(entries(stage, LotDeclared))
    assert after == tuple(one + 1 for one in before)
    touch.quiet()


def test_a_double_tap_at_every_step_counts_once(stage: Bench, window: BrowserContext) -> None:
    touch = Touch(stage, window)
    touch.enter()
    before = len(entries(stage, Certificate)), len(entries(stage, LotDeclared))
    come(touch)
    touch.double_tap("product", "cowpea")
    touch.stands_at("quantity")
    touch.key_in("32")
    for place, action in (
        ("quantity", "quantity"),
        ("drugs", "drugs_none"),
        ("test_choice", "no_test"),
        ("promise", "promise"),
    ):
        touch.stands_at(place)
        touch.double_tap(action)
    touch.stands_at("done")
    assert len(entries(stage, Certificate)) == before[0] + 1
    assert len(entries(stage, LotDeclared)) == before[1] + 1
    touch.press("next")
    touch.quiet()


def test_the_staffs_desk_goes_on(stage: Bench, window: BrowserContext) -> None:
    touch = Touch(stage, window)
    touch.enter()
    assert list(walked(touch, clerk(touch), "reload")) == []
    touch.quiet()
