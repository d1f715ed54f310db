"""The close of a day: once, when it is over, whatever the clock does."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.checkpoint import open_checkpoint
from kiosk.daily import Daily
from kiosk.rules.messages import DayClosed, Incident
from kiosk.trust import public_bytes
from tests.support.bodies import START, a_test
from tests.support.house import House

TROUBLE = Incident("camera", "camera.lost", {})
STEPS = (timedelta(hours=5), timedelta(days=1), timedelta(days=40), timedelta(days=-3), timedelta(days=-730))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def closes(house: House) -> list[DayClosed]:
    return [body for body in house.entries(DayClosed) if isinstance(body, DayClosed)]


def test_a_day_is_closed_when_it_is_over_with_what_was_done_on_it(house: House) -> None:
    with house.record() as record:
        daily = Daily(record, house.clock)
        record.append(a_test("3.2"))
        record.append(a_test("81.0", nth=2))
        assert not daily.close()
        house.passes(days=1)
        assert daily.close()
        assert not daily.close()
        before = record.tables.root(record.last - 1)
        key, name = public_bytes(house.station.key), record.home.signer
    (closed,) = closes(house)
    assert (closed.day, closed.size, closed.root) == ("2026-11-22", 3, before.hex())
    assert (closed.tests, closed.positives, closed.certificates) == (2, 1, 0)
    assert open_checkpoint(closed.checkpoint, name, key).size == 3


def test_days_without_power_are_none(house: House) -> None:
    with house.record() as record:
        record.append(TROUBLE)
    house.passes(days=12)
    with house.record() as record:
        assert Daily(record, house.clock).close()
        house.passes(days=12)
        assert not Daily(record, house.clock).close()
    assert [closed.day for closed in closes(house)] == ["2026-11-22"]


def test_a_clock_that_was_ahead_and_comes_home_closes_no_day_twice(house: House) -> None:
    with house.record() as record:
        daily = Daily(record, house.clock)
        house.passes(days=40)
        assert daily.close()  # what is open is over by all that the box can know
        record.append(TROUBLE)
        house.time = START + timedelta(hours=2)
        house.synchronised.touch()
        record.append(TROUBLE)  # of the day that is closed
        assert not daily.close()
        house.passes(days=1)
        assert not daily.close()
        record.append(TROUBLE)
        house.passes(days=1)
        assert daily.close()
    days = [closed.day for closed in closes(house)]
    assert days == ["2026-11-22", "2026-11-23"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(("entry", "start", "idle", "vouched", *STEPS)), max_size=14))
def test_whatever_the_clock_does(tmp_path_factory: pytest.TempPathFactory, steps: list[str | timedelta]) -> None:
    house = House(tmp_path_factory.mktemp("house"))
    told: list[str] = []
    for step in steps:
        if isinstance(step, timedelta):
            house.time += step
        elif step == "vouched":
            house.time = START + timedelta(days=100)
            house.synchronised.touch()
        with house.record() as record:
            daily = Daily(record, house.clock)
            if step == "entry":
                record.append(TROUBLE)
            newest = record.last_day()
            if daily.close():
                told.append(newest)
            assert not daily.close()
            now: datetime = house.clock.now().at
            assert all(day < f"{now:%Y-%m-%d}" or house.synchronised.exists() for day in told[-1:])
    days = [closed.day for closed in closes(house)]
    assert days == told
    assert len(days) == len(set(days))
