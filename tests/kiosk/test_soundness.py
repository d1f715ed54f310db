"""The full check in idle moments: what it finds stops everything, and stays found until a check finds nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import soundness
from kiosk.housekeeping import Household
from kiosk.record import Record
from kiosk.record_error import Foreign
from kiosk.rules.messages import Incident
from kiosk.soundness import Rechecked, Soundness, told
from tests.support.house import House

TROUBLE = Incident("camera", "camera.lost", {})


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def clean(house: House) -> Path:
    return house.folder / "ended-well"


@pytest.fixture
def record(house: House) -> Iterator[Record]:
    with house.record() as opened:
        for _ in range(2 * soundness.SLICE):
            opened.append(TROUBLE)
        yield opened


def through(checking: Soundness) -> int:
    """Ticks until nothing is due."""
    ticks = 0
    while checking.tick():
        ticks += 1
    return ticks


def test_it_goes_in_slices_and_rests_for_a_week(house: House, record: Record, clean: Path) -> None:
    checking = Soundness(record, house.clock, clean)
    assert through(checking) == 3
    assert (checking.checked.seq, checking.problem) == (record.last, None)
    house.passes(days=6)
    assert through(checking) == 0
    house.passes(days=1)
    assert through(checking) == 3


@pytest.mark.parametrize(("ended_well", "ticks"), [(True, 0), (False, 3)])
def test_it_begins_anew_after_a_stop_that_was_not_clean(
    house: House, record: Record, clean: Path, ended_well: bool, ticks: int
) -> None:
    through(Soundness(record, house.clock, clean))
    if ended_well:
        clean.touch()
    assert through(Soundness(record, house.clock, clean)) == ticks
    assert not clean.exists(), "a cut from now on is not clean"


def test_it_goes_on_where_a_restart_left_it(house: House, record: Record, clean: Path) -> None:
    Soundness(record, house.clock, clean).tick()
    clean.touch()
    assert through(Soundness(record, house.clock, clean)) == 2


def test_what_it_finds_stops_everything_and_leaves_the_log_as_it_is(house: House, clean: Path) -> None:
    with house.record() as record:
        for _ in range(60):
            record.append(TROUBLE)
    house.spoil(5)
    with house.record() as record:
        household = Household(record, house.clock, soundness=Soundness(record, house.clock, clean))
        with pytest.raises(Foreign, match=r"\b5\b"):
            household.tick((), idle=True)
        problem = household.unsound
        assert problem is not None
        assert (problem.key, problem.facts["entry"]) == ("problem.record.checked", "5")
        assert record.last == 61
    with house.record() as record:
        assert told(record.checked) == problem, "the next start knows it at once"
        again = Rechecked(record)
        assert not any(again.tick() for _ in range(5))
        assert record.checked.problem


def test_while_somebody_is_served_nothing_is_checked(house: House, record: Record, clean: Path) -> None:
    household = Household(record, house.clock, soundness=Soundness(record, house.clock, clean))
    household.tick((), idle=False)
    assert record.checked.seq == 0
    household.tick((), idle=True)
    assert record.checked.seq == soundness.SLICE


def test_a_fault_that_passed_is_found_to_have_passed(house: House, record: Record) -> None:
    damaged = next(house.home.up.glob("*.seg"))
    good = damaged.read_bytes()
    damaged.write_bytes(good[:3000] + bytes([good[3000] ^ 1]) + good[3001:])
    while not record.check(50).problem:
        pass
    damaged.write_bytes(good)
    again = Rechecked(record)
    assert [again.tick() for _ in range(5)] == [False, False, True, False, False]
    assert not record.checked.problem
