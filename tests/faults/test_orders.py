"""Some hundred wrong orders and a few kills in every test run; the 10,000 are `make faults`."""

from collections.abc import Callable, Sequence

import pytest

from tests.faults.orders import units

SMOKE = list(units(seed=1, count=400))


@pytest.mark.parametrize("unit", SMOKE, ids=[name for name, _ in SMOKE])
def test_no_wrong_order_is_done_and_the_true_one_once(unit: tuple[str, Callable[[], Sequence[str]]]) -> None:
    assert list(unit[1]()) == []
