"""A monkey at the screen ends on the idle page, no log tells a fault. Longer: make faults ARGS='--only monkey'."""

from collections.abc import Iterator

import pytest

from tests.support.monkey import Monkey, quick, wrong_in_logs
from tests.support.stage import bench
from tests.support.touch import Touch
from ui.demo.bench import Bench, Plan

SEED, TAPS = 20260318, 200


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        quick(made)
        made.start_all()
        yield made


def test_it_ends_on_idle(stage: Bench, touch: Touch) -> None:
    monkey = Monkey(touch, SEED)
    monkey.act(TAPS)
    assert monkey.home(), touch.place
    assert wrong_in_logs(stage) == []
