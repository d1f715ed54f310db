"""What an intake hears: alone everything, among several its share; what its other self heard is left."""

import re

import pytest

from kiosk.wire import CODE, Topics
from ui.county.seat import NAME, Seat

TOPICS = Topics("530427")


def test_one_intake_hears_every_topic() -> None:
    assert set(Seat().filters(TOPICS)) == {f"liangzheng/1/530427/+/{name}" for name in ("up", "blob", "status", "want")}


def test_several_share_but_for_what_is_retained() -> None:
    """A shared subscription gets no retained message (MQTT 5 §4.8.2), and states of stations are retained."""
    filters = Seat("intake.2", shared=True).filters(TOPICS)
    assert "liangzheng/1/530427/+/status" in filters
    assert "$share/intake/liangzheng/1/530427/+/up" in filters
    assert len(filters) == 4


@pytest.mark.parametrize("shared", [True, False])
def test_the_other_way_to_hear_is_left(shared: bool) -> None:
    seat, other = Seat(shared=shared), Seat(shared=not shared)
    assert not {*seat.left(TOPICS)} & {*seat.filters(TOPICS)}
    assert {*seat.left(TOPICS)} | {*seat.filters(TOPICS)} >= {*other.filters(TOPICS)}


def test_no_station_can_have_the_name_of_an_intake_but_the_first() -> None:
    assert NAME.fullmatch("intake.2")
    assert not re.fullmatch(CODE, "intake.2")
