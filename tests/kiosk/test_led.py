"""A run that a person is led through, on a DY-3500 optics board: blank, cuvettes, reading, wait, reading, verdict."""

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.evidence.reread import reread
from drivers.profile.folder import shipped
from drivers.transcript import parse_torn
from kiosk import blobs
from kiosk.rules.messages import Outcome
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen, Step
from tests.kiosk.test_attendant import Served
from tests.support.optics import Board
from tests.support.tester import BenchBox, begins


class OpticsBox(BenchBox):
    def __init__(self, folder: Path, scenario: str, seconds: int) -> None:
        self.board = Board(scenario)
        super().__init__(folder, "dayuan-dy3500", self.board, seconds)


class Make:
    """A box, unplugged when the test has ended."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack

    def __call__(self, scenario: str = "clean", seconds: int = 0) -> OpticsBox:
        box = OpticsBox(self._folder, scenario, seconds)
        self._stack.callback(box.close)
        return box


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as stack:
        yield Make(tmp_path, stack)


def asked(served: Served, word: str) -> Step:
    screen = served.until(lambda screen: screen.step is not None and screen.step.word == word)
    assert screen.step is not None
    assert screen.led
    return screen.step


def goes_on(served: Served, board: Board, word: str, insert: str) -> Step:
    """The person puts in what is asked for and says so."""
    step = asked(served, word)
    board.insert(insert)
    served.tap("did", step.id)
    return step


def measures(served: Served, board: Board) -> Step:
    goes_on(served, board, "insert_blank", "blank")
    return goes_on(served, board, "insert_cuvettes", "cuvettes")


def over(screen: Screen) -> bool:
    return screen.visit.stage is not Stage.TESTING


def test_a_clean_sample_is_a_test_by_our_own_inhibition(make: Make, tmp_path: Path) -> None:
    box = make("clean")
    with box.serves() as served:
        begins(served, box)
        step = measures(served, box.board)
        assert (step.control, step.samples) == (1, (2,))
        served.at(Stage.RESULT)
    (test,) = box.judged
    assert (test.verdict.outcome, test.verdict.rule) == (Outcome.NEGATIVE, "GB/T 5009.199-2003/negative")
    assert test.value is not None
    assert abs(test.value) < 10
    assert (test.device.profile, test.device.evidence, test.device_value) == ("dayuan-dy3500", "documented", None)
    assert [one.quantity for one in test.blank] == ["absorbance", "absorbance_change"]
    assert [{one.channel for one in of} for of in (test.blank, test.sample)] == [{1}, {2}]
    assert test.started_at
    (capture,) = (tmp_path / "blobs").rglob(f"{test.capture}*")
    told = blobs.read(capture).decode()
    assert ". insert_blank" in told
    assert told.count("> 1B 1B") == 3 * 2
    (case,) = [case for case in parse_torn(told).cases if case.run == "reaction"]
    assert reread(shipped().all_of("dayuan-dy3500"), case).changed == 0
    assert {one.channel for seen in box.observed for one in seen.readings} == {3}  # nobody planned hole 3
    assert box.ends == []


def test_a_positive_sample_is_repeated_in_the_two_holes_behind_the_control(make: Make) -> None:
    box = make("contaminated")
    with box.serves() as served:
        begins(served, box)
        measures(served, box.board)
        served.at(Stage.RETESTING)
        served.tap("retest")
        step = measures(served, box.board)
        assert step.samples == (2, 3)
        served.at(Stage.STOPPED)
    assert [test.verdict.outcome for test in box.judged] == [Outcome.POSITIVE] * 3
    assert [test.retest_of is None for test in box.judged] == [True, False, False]


def test_the_reaction_takes_as_long_as_the_method_says(make: Make) -> None:
    box = make("clean", seconds=2)
    with box.serves() as served:
        begins(served, box)
        measures(served, box.board)
        screen = served.until(lambda screen: screen.step is not None and not screen.step.word)
        assert box.board.reads == 2 * 2
        assert screen.visit.stage is Stage.TESTING
        assert screen.step is not None
        assert screen.step.ends > 0
        served.at(Stage.RESULT)


def test_an_empty_hole_is_no_test(make: Make) -> None:
    box = make("clean")
    with box.serves() as served:
        begins(served, box)
        goes_on(served, box.board, "insert_blank", "blank")
        goes_on(served, box.board, "insert_cuvettes", "blank")  # the person forgot them
        screen = served.until(over)
        assert screen.visit.notice == Sentence("visit.run_empty", {"hole": "1"})
        assert screen.visit.stage is Stage.TEST_CHOICE
    assert (box.judged, box.observed, box.ends) == ([], [], ["visit.run_empty"])


def test_a_tap_too_many_does_not_do_the_next_step(make: Make) -> None:
    box = make("clean")
    with box.serves() as served:
        begins(served, box)
        first = goes_on(served, box.board, "insert_blank", "blank")
        asked(served, "insert_cuvettes")
        served.tap("did", first.id)
        served.tap("did", "insert_cuvettes")
        screen = served.tap("did", "")
        assert screen.step is not None
        assert screen.step.word == "insert_cuvettes"
        assert box.board.reads == 2


@pytest.mark.parametrize("waiting", [False, True])
def test_cancelled_in_the_middle_nothing_is_a_test_and_the_next_run_begins_anew(make: Make, waiting: bool) -> None:
    box = make("clean", seconds=600 if waiting else 0)
    with box.serves() as served:
        begins(served, box)
        if waiting:
            measures(served, box.board)
            served.until(lambda screen: screen.step is not None and not screen.step.word)
        else:
            asked(served, "insert_blank")
        screen = served.tap("cancel_test")
        assert (screen.visit.stage, screen.step) == (Stage.TEST_CHOICE, None)
        served.tap("test")
        asked(served, "insert_blank")
        assert not [device for device in served.attendant.screen().devices if device.problem]
    assert (box.judged, box.ends) == ([], ["visit.run_cancelled"])


def test_a_run_whose_person_went_away_ends_by_itself(make: Make) -> None:
    box = make("clean")
    box.run_within = 0.5
    with box.serves() as served:
        begins(served, box)
        assert served.until(over).visit.notice == Sentence("visit.run_too_long")
    assert (box.judged, box.ends) == ([], ["visit.run_too_long"])


def test_an_unplugged_board_ends_a_run_that_has_begun_and_another_one_goes_through(make: Make) -> None:
    box = make("clean")
    with box.serves() as served:
        begins(served, box)
        goes_on(served, box.board, "insert_blank", "blank")
        asked(served, "insert_cuvettes")
        box.device.unplug()
        served.tap("did", asked(served, "insert_cuvettes").id)
        notice = served.until(over).visit.notice
        assert notice is not None
        assert notice.key.startswith("problem.link.")
        box.device.replug()
        served.tap("test")
        measures(served, box.board)
        served.at(Stage.RESULT)
    assert len(box.judged) == len(box.ends) == 1


def test_a_board_that_is_not_there_yet_is_waited_for(make: Make) -> None:
    box = make("clean")
    box.device.unplug()
    with box.serves() as served:
        served.until(lambda screen: bool(screen.problems) and screen.link.recorded >= 3)  # that it is lost, too
        begins(served, box)
        assert served.attendant.screen().visit.stage is Stage.TESTING
        box.device.replug()
        measures(served, box.board)
        served.at(Stage.RESULT)
    assert len(box.judged) == 1


@pytest.mark.parametrize("waiting", [False, True])
def test_a_power_cut_in_the_middle_ends_the_run(make: Make, waiting: bool) -> None:
    box = make("clean", seconds=600 if waiting else 0)
    with box.serves() as served:
        begins(served, box)
        if waiting:
            measures(served, box.board)
            served.until(lambda screen: screen.step is not None and not screen.step.word)
        else:
            goes_on(served, box.board, "insert_blank", "blank")
            asked(served, "insert_cuvettes")
    box.seconds = 0
    with box.serves() as served:
        screen = served.at(Stage.TEST_CHOICE)
        assert screen.visit.notice == Sentence("visit.run_interrupted")
        assert (box.judged, box.ends) == ([], ["visit.run_interrupted"])
        served.tap("test")
        measures(served, box.board)
        served.at(Stage.RESULT)
    assert [test.value is not None and abs(test.value) < Decimal(10) for test in box.judged] == [True]
