"""Reload, back, a lost line, a dead station, devices that go and come, at every step: the turn goes on where it was.

One kind at every step here; all of them: make faults ARGS='--only screen'.
"""

from collections.abc import Iterator

import pytest

from kiosk.rules.messages import Certificate, LotDeclared, Print
from tests.support.interruptions import walked
from tests.support.stage import bench, entries
from tests.support.touch import Touch
from tests.support.turn_steps import comes
from tests.support.ways import CLERK, FARMER
from ui.demo.bench import Bench, Plan


@pytest.fixture(scope="module")
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        made.start_all()
        yield made


def recorded(stage: Bench) -> tuple[int, ...]:
    """Lots, certificates and prints."""
    return tuple(len(entries(stage, kind)) for kind in (LotDeclared, Certificate, Print))


@pytest.mark.parametrize("what", ["reload", "station"])
def test_a_farmers_turn_goes_on(stage: Bench, touch: Touch, what: str) -> None:
    before = recorded(stage)
    steps = FARMER if what == "reload" else FARMER[2:]
    if what == "station":  # he is known by now: nothing is asked
        comes(touch)
    assert list(walked(touch, steps, what)) == []
    assert recorded(stage) == tuple(one + 1 for one in before)


def test_a_double_tap_at_every_step_counts_once(stage: Bench, touch: Touch) -> None:
    lots, certificates, _ = recorded(stage)
    comes(touch)
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
    assert recorded(stage)[:2] == (lots + 1, certificates + 1)
    touch.press("next")


def test_the_staffs_desk_goes_on(touch: Touch) -> None:
    assert list(walked(touch, CLERK, "reload")) == []
