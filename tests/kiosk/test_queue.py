"""Ten people, two analyzers, one printer: turns stand aside while their tests run, and no test is ever another's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Self

import pytest

from drivers.binding import Bound
from drivers.profile.folder import shipped
from drivers.simulated.analyzer import MISSING, ResidueTwin, Stored
from drivers.simulated.pty import PtyDevice
from kiosk.attendant import Attendant, Hardware
from kiosk.devices import PrintEnded
from kiosk.rules import messages
from kiosk.rules.messages import Certificate, Outcome, RunEnded, SampleTaken, SampleType, Scene, Subject, SubjectsUpsert
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import FINAL, Stage
from kiosk.run import Place
from kiosk.screen import Aside, RunState, Screen
from kiosk.seal import CardCode, link, seal_card
from kiosk.serving import Settings, Tester
from tests.kiosk.test_attendant import SOON, Box, Served
from tests.support.bodies import FARMER, HOST
from tests.support.law import PACKS
from tests.support.tester import lines_at_work, method_of
from tests.support.waiting import wait_for

LEFT, RIGHT = "left", "right"
BLANK = 510  # 0.001 AU
POSITIVE = 96
LONG_AGO = datetime(2025, 8, 3, 8, 0, tzinfo=UTC)


class HandTwin(ResidueTwin):
    """A TL-310 that measures what a hand put in, and nothing before."""

    def __init__(self) -> None:
        super().__init__(auto=False)
        self._minutes = 0

    def put(self, *samples: int) -> None:
        """Control and samples, read at once."""
        self._minutes += 1
        at = LONG_AGO + timedelta(minutes=self._minutes)
        self._store += [Stored(1, at, BLANK, MISSING, 2)]
        self._store += [Stored(hole, at, absorb, 0, 2) for hole, absorb in enumerate(samples, 2)]


class QueueBox(Box):
    """Two analyzers that are alike, as many subjects as are wanted, each with a card."""

    def __init__(self, folder: Path, people: int) -> None:
        super().__init__(folder)
        self._folder = folder
        self.called_for = 180.0
        self.run_within = 600.0
        self.people = [replace(FARMER, id=f"p-{nth}", name=f"{chr(0x4E00 + nth)}x") for nth in range(people)]
        self.bring(SubjectsUpsert(tuple(self.people)))
        self.twins = {LEFT: HandTwin(), RIGHT: HandTwin()}
        self._devices = {name: PtyDevice(twin, folder / "ports" / name) for name, twin in self.twins.items()}
        profile = shipped().all_of("dayuan-tl310")
        self._bound = tuple(Bound(name, profile, str(device.link)) for name, device in self._devices.items())

    def close(self) -> None:
        for device in self._devices.values():
            device.close()

    def settings(self) -> Settings:
        rules = method_of(0)
        return Settings(
            rules=lambda _: rules,
            products=self.products,
            wordings=lambda: PACKS.wordings,
            place=Place(Scene.BASE, SampleType.SELF),
            testers=tuple(Tester(name, 1, tuple(range(1, 9))) for name in self.twins),
            unconfirmed=lambda: (),
            called_for=self.called_for,
            run_within=self.run_within,
        )

    @contextmanager
    def hardware(self, attendant: Attendant) -> Iterator[Hardware]:
        with lines_at_work(attendant, self._bound, self.twins, self._folder / "tapes") as lines:
            yield Hardware({line.name: line.read for line in lines}, self.jobs.append)

    def card_of(self, person: Subject) -> str:
        code = CardCode(f"K-{person.id}", person.id, person.name, date(2026, 3, 1))
        return link(HOST, "K", seal_card(code, self.county.card))

    @property
    def judged(self) -> list[messages.Test]:
        return self.entries(messages.Test)

    @property
    def taken(self) -> list[SampleTaken]:
        return self.entries(SampleTaken)


class Day:
    """People at the box, each with a sample of his own value. `restarts` says after which action the power goes."""

    def __init__(self, box: QueueBox, values: dict[str, int], restarts: Callable[[], bool]) -> None:
        self.box = box
        self.values = values
        self._restarts = restarts
        self._served: Served
        self._stack = ExitStack()
        self.visits: dict[str, str] = {}  # person -> his visit
        self.ended: set[str] = set()
        self._loaded: set[str] = set()  # runs that were loaded

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _begin(self) -> None:
        self._stack = ExitStack()
        self._served = self._stack.enter_context(self.box.serves())
        self.until(lambda screen: screen.link.recorded >= 3)

    def acted(self) -> None:
        """The power may go: whoever stood there still does, and everybody aside is."""
        if not self._restarts():
            return
        before = self.screen
        self._stack.close()
        self._begin()
        gone = before.visit.stage in (Stage.IDLE, *FINAL)  # what has ended is not shown once more
        same = None if gone else before.visit.id
        aside = {one.visit for one in before.aside}
        self.until(lambda screen: same in (None, screen.visit.id) and {one.visit for one in screen.aside} == aside)

    @property
    def screen(self) -> Screen:
        return self._served.attendant.screen()

    def until(self, wanted: Callable[[Screen], bool]) -> Screen:
        return self._served.until(wanted)

    def tap(self, action: str, value: str = "") -> None:
        self._served.tap(action, value)
        self.acted()

    def shows(self, code: str, stage: Stage) -> None:
        self._served.shows(code)
        self._served.at(stage)
        self.acted()

    # --- what people do -------------------------------------------------------------------------------------------

    def comes(self, person: Subject) -> None:
        """To the moment at which his test is wanted, and away with a slip."""
        self.shows(self.box.card_of(person), Stage.PRODUCT)
        self.visits[person.id] = self.screen.visit.id
        for action, value in (("product", "cowpea"), ("quantity", "320 jin"), ("drugs_none", ""), ("test", "")):
            self.tap(action, value)
        self._served.at(Stage.TESTING)
        self.leaves()

    def leaves(self) -> None:
        self.tap("next_person")
        self._served.at(Stage.IDLE)

    def brings(self, person: Subject) -> None:
        """He was called, and shows his slip."""
        self.shows(self.aside(person).slip, Stage.TESTING)
        self.until(lambda screen: any(run.visit == self.visits[person.id] for run in screen.runs))
        self.leaves()

    def repeats(self, person: Subject) -> None:
        self.shows(self.box.card_of(person), Stage.RETESTING)
        self.tap("retest")
        self._served.at(Stage.TESTING)
        self.leaves()

    def finishes(self, person: Subject) -> None:
        """Result read, promise given, paper in hand."""
        self.shows(self.box.card_of(person), Stage.RESULT)
        self.tap("result_read")
        before = len(self.box.jobs)
        self._served.tap("promise", "+".join(self.screen.offered[0]))
        self._served.at(Stage.PRINTING)
        wait_for(lambda: len(self.box.jobs) > before, "the paper", SOON)
        job = self.box.jobs[-1]
        self._served.tap("next_person")  # a turn at the printer does not go aside
        assert self.screen.visit.stage is Stage.PRINTING
        self._served.attendant.post(PrintEnded(job.number, job.copy, True, True, "completion"))
        self._served.at(Stage.DONE)
        self.tap("next_person")
        self._served.at(Stage.IDLE)
        self.ended.add(person.id)

    def refused(self, person: Subject) -> None:
        """A positive lot ends here; nothing is printed."""
        self.shows(self.box.card_of(person), Stage.STOPPED)
        self.tap("next_person")
        self._served.at(Stage.IDLE)
        self.ended.add(person.id)

    # --- what happens meanwhile -----------------------------------------------------------------------------------

    def aside(self, person: Subject) -> Aside:
        return next(one for one in self.screen.aside if one.visit == self.visits[person.id])

    def puts_in(self) -> bool:
        """Every sample whose analyzer is ready for it goes in; whether there was any."""
        ready = [run for run in self.screen.runs if run.state is RunState.READY and run.run not in self._loaded]
        for run in ready:
            person = next(one for one, visit in self.visits.items() if visit == run.visit)
            self.box.twins[run.analyzer].put(*[self.values[person]] * sum(one.use == "sample" for one in run.channels))
            self._loaded.add(run.run)
            self.until(lambda screen, number=run.run: all(one.run != number for one in screen.runs))  # type: ignore[misc]
            self.acted()
        return bool(ready)

    def next_of(self, person: Subject) -> Callable[[Subject], None] | None:
        """What this person can do now; None while he waits."""
        if person.id in self.ended:
            return None
        if person.id not in self.visits:
            return self.comes
        aside = self.aside(person)
        steps = {Stage.RESULT: self.finishes, Stage.RETESTING: self.repeats, Stage.STOPPED: self.refused}
        if aside.stage is Stage.TESTING:
            return self.brings if aside.called else None
        return steps[aside.stage]


def played(day: Day, random: Random) -> None:
    """Whoever can do something does it, in an order that nobody chose."""
    while len(day.ended) < len(day.box.people):
        moves = [(person, step) for person in day.box.people if (step := day.next_of(person)) is not None]
        if moves and (random.random() < 0.7 or not day.screen.runs):
            person, step = random.choice(moves)
            step(person)
        elif not day.puts_in():
            assert day.screen.runs, [day.aside(one) for one in day.box.people if one.id not in day.ended]


def change_of(test: messages.Test) -> int:
    """What the analyzer measured, in 0.001 AU."""
    (told,) = [one.value for one in test.sample if one.quantity == "absorbance_change"]
    assert told is not None
    return int(told * 1000)


def every_sample_is_its_own(box: QueueBox, values: dict[str, int]) -> None:
    papers = [one for one in box.entries(Certificate) if isinstance(one, Certificate)]
    for person in box.people:
        mine = [test for test in box.judged if test.subject == person.id]
        assert mine
        assert {test.subject_name for test in mine} == {person.name}
        assert {int(test.sample[0].value * 1000) for test in mine if test.sample[0].value} - {
            values[person.id]
        } == set()
        (handed_in,) = [one for one in box.taken if one.subject == person.id]
        assert {test.sample_code for test in mine} == {handed_in.sample_code}
        stopped = values[person.id] == POSITIVE
        assert [one.subject.id for one in papers if one.subject.id == person.id] == ([] if stopped else [person.id])
        assert len(mine) == (3 if stopped else 1)
    assert len(box.judged) == sum(3 if value == POSITIVE else 1 for value in values.values())
    assert box.entries(RunEnded) == []


def values_of(box: QueueBox) -> dict[str, int]:
    """Another absorbance for everybody, so that a value says whose sample it was; one of them is contaminated."""
    values = {person.id: 430 + 7 * nth for nth, person in enumerate(box.people)}
    return {**values, box.people[-1].id: POSITIVE}


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_people_and_two_analyzers_and_every_sample_ends_with_its_own_person(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    with closing(QueueBox(tmp_path, 10)) as box:
        values = values_of(box)
        with Day(box, values, lambda: random.random() < 0.05) as day:
            played(day, random)
            assert day.screen.aside == ()
            assert [alarm.product for alarm in day.screen.alarms] == ["cowpea"]  # its repeats are no new alarms
    every_sample_is_its_own(box, values)


def test_a_restart_behind_every_step_loses_nothing_and_swaps_nothing(tmp_path: Path) -> None:
    with closing(QueueBox(tmp_path, 3)) as box:
        values = values_of(box)
        with Day(box, values, lambda: True) as day:
            played(day, Random(3))
    every_sample_is_its_own(box, values)


def begun(day: Day, *people: Subject) -> None:
    for person in people:
        day.comes(person)


def never() -> bool:
    return False


def test_who_finds_no_analyzer_free_is_told_his_place_and_called_in_his_turn(tmp_path: Path) -> None:
    with closing(QueueBox(tmp_path, 4)) as box, Day(box, values_of(box), never) as day:
        first, second, third, fourth = box.people
        begun(day, first, second, third)
        assert [(one.place, one.called) for one in day.screen.aside] == [(0, False), (0, False), (1, False)]
        assert {run.analyzer for run in day.screen.runs} == {LEFT, RIGHT}
        day.shows(box.card_of(fourth), Stage.PRODUCT)
        day.visits[fourth.id] = day.screen.visit.id
        for action, value in (("product", "cowpea"), ("quantity", "1 kg"), ("drugs_none", ""), ("test", "")):
            day.tap(action, value)
        assert (day.screen.visit.stage, day.screen.queue, day.screen.run_ready) == (Stage.TESTING, 2, False)
        day.until(lambda screen: any(run.state is RunState.READY for run in screen.runs))
        run = next(run for run in day.screen.runs if run.state is RunState.READY)
        box.twins[run.analyzer].put(432)
        day.until(lambda screen: any(one.called for one in screen.aside))
        assert day.screen.queue == 2  # who was before him is called, and he waits on
        day.leaves()
        day.brings(third)
        assert [one.place for one in day.screen.aside if one.visit == day.visits[fourth.id]] == [1]


def test_an_analyzer_is_not_kept_for_ever_for_who_does_not_come(tmp_path: Path) -> None:
    with closing(QueueBox(tmp_path, 4)) as box:
        box.called_for = 0.0
        with Day(box, values_of(box), never) as day:
            begun(day, *box.people[:3])
            day.until(lambda screen: all(run.state is RunState.READY for run in screen.runs))
            run = day.screen.runs[0]
            box.twins[run.analyzer].put(432)
            day.until(lambda screen: len(screen.runs) == 1)
            day.comes(box.people[3])
            assert {run.visit for run in day.screen.runs} == {
                day.visits[box.people[3].id],
                *(one.visit for one in day.screen.runs if one.run != run.run and one.analyzer != run.analyzer),
            }


def test_a_run_of_a_turn_aside_that_takes_too_long_fails_and_says_so(tmp_path: Path) -> None:
    with closing(QueueBox(tmp_path, 1)) as box:
        box.run_within = 1.0
        with Day(box, values_of(box), never) as day:
            begun(day, box.people[0])
            day.until(lambda screen: screen.runs == ())
            assert [one.stage for one in day.screen.aside] == [Stage.TEST_CHOICE]
            day.shows(box.card_of(box.people[0]), Stage.TEST_CHOICE)
            assert day.screen.visit.notice == Sentence("visit.run_too_long")
    (ended,) = [one for one in box.entries(RunEnded) if isinstance(one, RunEnded)]
    assert (ended.visit, ended.reason) == (day.visits[box.people[0].id], "visit.run_too_long")


def test_a_finger_on_the_list_opens_nobodys_turn(tmp_path: Path) -> None:
    with closing(QueueBox(tmp_path, 2)) as box, Day(box, values_of(box), never) as day:
        mine, other = box.people
        begun(day, mine)
        day.tap("aside", day.visits[mine.id])
        assert day.screen.visit.stage is Stage.IDLE
        assert day.screen.visit.notice is not None
        assert day.screen.visit.notice.key == "waiting.show_card"
        assert mine.name not in str(day.screen.visit.notice.facts)
        day.shows(box.card_of(other), Stage.PRODUCT)  # it is another's card: his own turn begins
        assert day.screen.visit.subject == other


def test_two_turns_of_one_person_are_told_apart_by_their_slips(tmp_path: Path) -> None:
    with closing(QueueBox(tmp_path, 1)) as box, Day(box, values_of(box), never) as day:
        (person,) = box.people
        begun(day, person)
        first = day.screen.aside[0]
        day.until(lambda screen: screen.runs[0].state is RunState.READY)
        box.twins[day.screen.runs[0].analyzer].put(POSITIVE)
        day.until(lambda screen: screen.aside[0].stage is Stage.RETESTING)
        assert (day.screen.aside[0].worst, day.screen.aside[0].slip) == (Outcome.POSITIVE, first.slip)
        day.shows(first.slip, Stage.RETESTING)
        assert day.screen.visit.id == first.visit


def test_a_silent_analyzer_does_not_hold_up_the_other(tmp_path: Path) -> None:
    with closing(QueueBox(tmp_path, 2)) as box, Day(box, values_of(box), never) as day:
        begun(day, *box.people)
        day.until(lambda screen: [run.state for run in screen.runs] == [RunState.READY] * 2)
        box.twins[LEFT].fault = "silent"
        right = next(run for run in day.screen.runs if run.analyzer == RIGHT)
        day.until(lambda screen: any(run.state is RunState.LOST for run in screen.runs))
        box.twins[RIGHT].put(433)
        day.until(lambda screen: all(run.run != right.run for run in screen.runs))
        (test,) = box.judged
        assert (test.visit, change_of(test)) == (right.visit, 433)
        assert [run.state for run in day.screen.runs] == [RunState.LOST]
