"""What waits aside has an end: after days nobody begins where somebody left, and nothing that was recorded is lost."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.asides import AWAKE, KEPT, Asides
from kiosk.clock import Clock
from kiosk.open_visit import OpenVisit
from kiosk.record import Record
from kiosk.rules.messages import SampleType, Scene
from kiosk.rules.visits.turn import Stage, Turn, Visit
from kiosk.run import Place, Run
from tests.kiosk.test_attendant import BUYER, Box
from tests.support.bodies import START
from tests.support.law import law

SHORT = timedelta(minutes=1)


class Waiting:
    """A turn that was set aside at START; `now` and `up` are the clocks."""

    def __init__(self, record: Record, folder: Path, stage: Stage, turn: Turn = Turn.BUYER) -> None:
        self.now: datetime = START
        self.up = 0.0
        clock = Clock(START - timedelta(days=1), lambda: self.now, folder / "never")
        self.open = OpenVisit(record, lambda _: law(), lambda _: None)
        place = Place(Scene.BASE, SampleType.SELF)
        taken: Callable[[Visit], None] = self.open.take_up
        parts = (self.open.park, lambda name, seq: None, taken, lambda: self.up)
        self.asides = Asides(self.open, place, clock, *parts)
        self.open.move(Visit("v-1", turn, stage, BUYER))
        self.open.park()
        self.asides.settle()

    def later(self, wall: timedelta, up: float) -> int:
        """How many wait then."""
        self.now, self.up = START + wall, up
        self.asides.settle()
        return len(self.open.parked)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with closing(Box(tmp_path).record()) as opened:
        yield opened


@pytest.mark.parametrize("stage", [Stage.FILLING, Stage.UNPRINTED, Stage.TEST_CHOICE])
def test_a_turn_of_days_ago_is_over(record: Record, tmp_path: Path, stage: Stage) -> None:
    waits = Waiting(record, tmp_path, stage)
    assert waits.later(KEPT - SHORT, 2 * AWAKE) == 1
    assert waits.later(KEPT + SHORT, 2 * AWAKE) == 0
    assert record.tables.open_visits() == []


def test_so_is_what_staff_left(record: Record, tmp_path: Path) -> None:
    assert Waiting(record, tmp_path, Stage.FILLING, Turn.STAFF).later(KEPT + SHORT, 2 * AWAKE) == 0


def test_a_clock_that_jumps_ends_nobodys_turn(record: Record, tmp_path: Path) -> None:
    assert Waiting(record, tmp_path, Stage.UNSURE).later(KEPT * 10, AWAKE / 2) == 1


def test_a_run_that_is_on_ends_first(record: Record, tmp_path: Path) -> None:
    waits = Waiting(record, tmp_path, Stage.TESTING)
    (aside,) = waits.open.parked.values()
    waits.open.advance(aside.id, lambda visit: visit, run=Run("r-1"))
    assert waits.later(KEPT + SHORT, 2 * AWAKE) == 1
    waits.open.advance(aside.id, lambda visit: visit)
    assert waits.later(KEPT + SHORT, 2 * AWAKE) == 0
