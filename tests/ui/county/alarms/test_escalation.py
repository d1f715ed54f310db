"""Who is told when, with a clock that is set by hand."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from kiosk.clock import BEIJING
from ui.county.alarms.channels import Law
from ui.county.alarms.escalation import Duty, Telling, due

HEARD = datetime(2026, 11, 22, 9, 30, tzinfo=BEIJING)
LAW = Law(minutes=(0, 15, 30), hours=24, kinds=("positive",))
TOWN = "530427100"


def duty(step: int, name: str = "", **facts: Any) -> Duty:
    return Duty(name or f"d{step}", "x", "page", "", step, **facts)


FIRST, SECOND, THIRD, FOURTH = (duty(step) for step in (1, 2, 3, 4))
ALL = (FIRST, SECOND, THIRD, FOURTH)


def told(one: Duty, minute: float, state: str = "sent") -> Telling:
    return Telling(one.id, one.step, state, HEARD + timedelta(minutes=minute))


def at(minute: float, *begun: Telling, duties: tuple[Duty, ...] = ALL, region: str = TOWN) -> list[str]:
    return [one.id for one in due(HEARD, region, duties, begun, HEARD + timedelta(minutes=minute), LAW)]


def test_step_by_step_while_nobody_looks() -> None:
    assert at(0) == ["d1"]
    one = told(FIRST, 0)
    assert at(14.9, one) == []
    assert at(15, one) == ["d2"]
    two = told(SECOND, 15)
    assert at(44.9, one, two) == []
    assert at(45, one, two) == ["d3"]
    assert at(75, one, two, told(THIRD, 45)) == ["d4"], "the last figure holds on"
    assert at(999, *(told(one, 0) for one in ALL)) == []


def test_after_a_long_silence_of_the_county_the_steps_still_come_one_by_one() -> None:
    assert at(600) == ["d1"]
    assert at(601, told(FIRST, 600)) == []
    assert at(615, told(FIRST, 600)) == ["d2"]


def test_a_step_that_reached_nobody_is_not_waited_for() -> None:
    other = duty(1, "other")
    both = (told(FIRST, 0, "given_up"), told(other, 0, "given_up"))
    assert at(1, *both, duties=(FIRST, other, SECOND)) == ["d2"]
    assert at(1, told(FIRST, 0, "given_up"), told(other, 0, "due"), duties=(FIRST, other, SECOND)) == []


def test_the_lowest_step_that_anybody_has_is_the_first() -> None:
    assert at(0, duties=(THIRD, SECOND)) == ["d2"]
    assert at(0, duties=()) == []


def test_who_comes_on_duty_later_is_told_with_his_step() -> None:
    late = duty(1, "late")
    assert at(5, told(FIRST, 0), duties=(FIRST, late, SECOND)) == ["late"]


@pytest.mark.parametrize(
    ("facts", "tells"),
    [
        ({"regions": ("530427",)}, True),
        ({"regions": ("530427100001",)}, False),
        ({"regions": ("530427101", TOWN)}, True),
        ({"since": "2026-11-22", "until": "2026-11-22"}, True),
        ({"since": "2026-11-23"}, False),
        ({"until": "2026-11-21"}, False),
    ],
)
def test_only_his_places_and_his_days(facts: dict[str, Any], tells: bool) -> None:
    assert bool(at(0, duties=(duty(1, **facts),))) is tells
    if "regions" in facts:
        assert at(0, duties=(duty(1, **facts),), region="") == []


def test_what_is_too_old_is_told_to_nobody() -> None:
    assert at(24 * 60) == ["d1"]
    assert at(24 * 60 + 1) == []
