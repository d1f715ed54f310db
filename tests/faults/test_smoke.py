"""A handful of faults in every test run; the counts are tests/faults/run.py's. Each ends with the whole audit."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk import contract, log
from kiosk.rules.visits.turn import Stage
from tests.faults.feed import Listener
from tests.faults.kills import Kill
from tests.faults.patient import Lot, Patient
from tests.faults.syscalls import Point
from tests.faults.trial import Trials, lot_of
from tests.faults.ward import running
from tests.support.waiting import wait_for
from ui.county.reader import Reader
from ui.demo.bench import Bench

WITHIN = 60.0
TURNS = (
    (Kill(Stage.IDLE, 0.3, "scanner"), Kill(Stage.PROMISE, 0.05, "station")),
    (Kill(Stage.TESTING, 0.4, "station"), Kill(Stage.DONE, 0.0, "station")),
    (Kill(Stage.TEST_CHOICE, 0.0, "uplink"), Kill(Stage.PROMISE, 0.0, "county")),
    (Kill(Stage.RESULT, 0.0, "broker"), Kill(Stage.PROMISE, 0.12, "station")),
)
POINTS = (
    Point(Stage.PROMISE, "pwrite64", 1),
    Point(Stage.PROMISE, "fdatasync", 1),
    Point(Stage.PROMISE, "rename", 1),
    Point(Stage.PROMISE, "write", 9),
)


@pytest.fixture(scope="module")
def ward() -> Iterator[tuple[Bench, Listener]]:
    with running(seed=1) as whole:
        yield whole


@pytest.fixture(scope="module")
def bench(ward: tuple[Bench, Listener]) -> Bench:
    return ward[0]


@pytest.fixture(scope="module")
def trials(ward: tuple[Bench, Listener]) -> Trials:
    return Trials(*ward)


@pytest.mark.parametrize("turn", range(len(TURNS)))
def test_killed_programs_lose_and_double_nothing(bench: Bench, trials: Trials, turn: int) -> None:
    outcome = trials.killed(lot_of(bench, 1, turn, turn), TURNS[turn])
    assert outcome.wrong == ()
    assert len(outcome.kills) == len(TURNS[turn])


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_killed_inside_a_system_call(bench: Bench, trials: Trials, point: Point) -> None:
    outcome = trials.crashed(lot_tested_before(bench), point)
    assert outcome.wrong == ()
    assert outcome.kills == (str(point),)


def test_without_a_broker_the_farmer_still_gets_the_paper(bench: Bench, trials: Trials) -> None:
    bench.programs.kill("broker")
    papers = len(bench.printer.papers)
    Patient(bench, trials.tray, lot_tested_before(bench)).take_turn()
    assert len(bench.printer.papers) == papers + 1
    assert receipted(bench) < recorded(bench)
    bench.start("broker")
    assert trials.auditor.audit(broker_killed=True) == []


def test_the_uplink_drains_with_the_station_stopped(bench: Bench, trials: Trials) -> None:
    bench.programs.kill("uplink")
    Patient(bench, trials.tray, lot_tested_before(bench)).take_turn()
    bench.programs.kill("station")
    waiting = recorded(bench)
    assert receipted(bench) < waiting
    bench.start("uplink")
    wait_for(lambda: receipted(bench) >= waiting, "the county has receipted all", WITHIN)
    assert receipted(bench) == waiting
    assert not bench.programs.runs("station")
    bench.start("station")
    assert trials.auditor.audit(broker_killed=False) == []


def lot_tested_before(bench: Bench) -> Lot:
    """The lot of the first turn: its test counts, so that these turns are short."""
    return replace(lot_of(bench, 1, 0, 0), amount="320")


def recorded(bench: Bench) -> int:
    return log.Tail(bench.box / "up").through


def receipted(bench: Bench) -> int:
    """How many entries the county has receipted, by its own database."""
    name = log_name(bench)
    with Reader(bench.county / "county.db") as reader:
        head = reader.head(name)
    return 0 if head is None else head.receipted


def log_name(bench: Bench) -> str:
    ((_, first),) = log.Tail(bench.box / "up").after(0, 1)
    return contract.read(first).header.log
