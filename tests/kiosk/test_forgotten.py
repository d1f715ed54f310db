"""What an instrument that forgets tells a run, an attendant or nobody: it waits until it is an entry."""

import queue
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.analyzer.analyzer import Person
from drivers.errors import DeviceError, LinkError, Refused
from drivers.profile.sent import Days
from drivers.reading import Identity, Reading
from kiosk import testing as station
from kiosk.captures import FileTape, Untaken
from kiosk.clock import Clock
from kiosk.devices import AnalyzerLine, AnalyzerRead, AnalyzerReady, DeviceLost
from kiosk.open_visit import OpenVisit
from kiosk.rules import messages
from kiosk.rules.goods.quantity import Unit
from kiosk.rules.messages import Observation, SampleType, Scene
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.visits import arrival, drug_turn
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Visit, VisitRules
from kiosk.run import Place
from kiosk.serving import Tester
from tests.kiosk.test_attendant import Box
from tests.kiosk.test_captures import bodies
from tests.support.bodies import FARMER, START
from tests.support.eraser import opened, shelf
from tests.support.law import METHOD, PACKS, law

SOON = 20.0
IDENTITY = Identity("test-eraser", 1, "ab" * 32, "Test", "Eraser", None, "documented")


def reading(number: int, channel: int | None, change: str) -> Reading:
    return Reading(channel, "absorbance_change", Decimal(change), "AU", bytes([number]), record=number)


BLANK, SAMPLE, LOOSE = reading(1, 1, "0.51"), reading(2, 2, "0.47"), reading(3, None, "0.2")


@dataclass
class Answers:
    """Who waits for the attendant's word."""

    given: "queue.SimpleQueue[int | None]" = field(default_factory=queue.SimpleQueue)

    def event(self, *readings: Reading, unread: bool = False, name: str = "eraser") -> AnalyzerRead:
        return AnalyzerRead(name, IDENTITY, readings, b"# after 1\n", self.given.put, unread)


def rules() -> VisitRules:
    return replace(law(proof=Proof.NONE), method=replace(METHOD, steps=()))


def in_test(given: VisitRules) -> Visit:
    visit = arrival.card_shown(Visit("v1"), given, FARMER, "K1", first_use=True)
    visit = turn.quantity_given(turn.product_chosen(visit, PACKS.products["cowpea"]), given, "320", Unit.JIN)
    visit = drug_turn.drugs_told(visit, given, PACKS.products["cowpea"], used=False)
    return turn.test_wanted(visit, given)


@contextmanager
def in_run(folder: Path) -> Iterator[tuple[station.Testing, OpenVisit, list[float]]]:
    given = rules()
    asked: list[float] = []
    clock = Clock(START - timedelta(days=1), lambda: START, folder / "never")
    with closing(opened(folder)) as record:
        visit = OpenVisit(record, lambda _: given, lambda _: None)
        beside = station.Bedside(Place(Scene.BASE, SampleType.SELF), clock, folder / "blobs")
        tests = station.Testing(visit, Tester("eraser", 1), asked.append, beside)
        tests.begin(in_test(given), "r1")
        yield tests, visit, asked


def test_a_run_waits_for_what_is_missing_and_then_takes_it_all(tmp_path: Path) -> None:
    with in_run(tmp_path) as (tests, visit, _):
        told = Answers()
        assert not tests.heard(told.event(reading(9, 2, "0.9")))  # of before the run
        assert tests.heard(told.event(BLANK))
        assert not tests.heard(told.event(BLANK, SAMPLE))
        assert visit.stage is Stage.RESULT
    (test,) = [body for body in bodies(tmp_path) if isinstance(body, messages.Test)]
    assert ([one.record for one in test.blank], [one.record for one in test.sample]) == ([1], [2])


def test_a_run_that_is_given_up_asks_for_what_it_had_not_taken(tmp_path: Path) -> None:
    with in_run(tmp_path) as (tests, _, asked):
        told = Answers()
        tests.heard(told.event())
        assert tests.heard(told.event(BLANK))
        asked.clear()
        tests.fail(Sentence("visit.run_cancelled"))
        assert asked == [0.0]
        assert not tests.heard(told.event(BLANK))


def test_what_nobody_waits_for_is_an_observation_before_it_is_let_go(tmp_path: Path) -> None:
    box, told = Box(tmp_path), Answers()
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        served.attendant.post(told.event(BLANK, SAMPLE, LOOSE))
        after = told.given.get(timeout=SOON)
        served.attendant.post(told.event())
        assert told.given.get(timeout=SOON) == after
        served.attendant.post(told.event(unread=True))
        assert told.given.get(timeout=SOON) == (after or 0) + 1
        (shown,) = [device for device in served.attendant.screen().devices if device.part == "eraser"]
    (observation,) = box.entries(Observation)
    assert isinstance(observation, Observation)
    assert [one.record for one in observation.readings] == [1, 2, 3]
    assert [one.record for one in shown.readings] == [1, 2, 3]


class Speaker:
    """An instrument that speaks by itself."""

    def __init__(self) -> None:
        self.said: queue.SimpleQueue[tuple[Reading, ...] | DeviceError] = queue.SimpleQueue()
        self.closed = threading.Event()
        self.opened = 0
        self.transcript = "golden 1\n"

    def identify(self) -> Identity:
        self.opened += 1
        return IDENTITY

    def read(self, name: str = "", days: Days | None = None, person: Person | None = None) -> tuple[Reading, ...]:
        raise LinkError("analyzer.silent")

    def listen(self, patience: float) -> tuple[Reading, ...]:
        try:
            said = self.said.get(timeout=0.01)
        except queue.Empty:
            return ()
        if isinstance(said, DeviceError):
            raise said
        return said

    def forget(self) -> None:
        """Nothing is written down here."""

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def speaker() -> Speaker:
    return Speaker()


@contextmanager
def listening(folder: Path, speaker: Speaker) -> Iterator[tuple[AnalyzerLine, "queue.SimpleQueue[object]"]]:
    heard: queue.SimpleQueue[object] = queue.SimpleQueue()
    untaken = Untaken(FileTape(folder / "tapes" / "scale.tape"), shelf(folder).all_of, 1)
    line = AnalyzerLine("scale", "-", lambda: speaker, heard.put, untaken, listens=True)
    line.start()
    assert isinstance(heard.get(timeout=SOON), AnalyzerReady)
    try:
        yield line, heard
    finally:
        line.stop()
    assert speaker.closed.is_set()


def told_by(heard: "queue.SimpleQueue[object]") -> AnalyzerRead:
    event = heard.get(timeout=SOON)
    assert isinstance(event, AnalyzerRead)
    assert event.taken is not None
    return event


def test_an_instrument_that_speaks_by_itself_is_told_at_once_and_until_it_is_taken(
    tmp_path: Path, speaker: Speaker
) -> None:
    with listening(tmp_path, speaker) as (line, heard):
        speaker.said.put((BLANK,))
        first = told_by(heard)
        assert (first.readings, first.forgotten) == ((BLANK,), True)
        first.taken(None)  # type: ignore[misc]
        speaker.said.put((SAMPLE,))
        second = told_by(heard)
        assert second.readings == (BLANK, SAMPLE)
        second.taken(7)  # type: ignore[misc]
        line.read()
        asked = told_by(heard)
        assert asked.readings == ()
        asked.taken(8)  # type: ignore[misc]
        assert heard.empty()
    assert "# after 8" in (tmp_path / "tapes" / "scale.tape").read_text()


def test_a_message_that_cannot_be_used_does_not_close_the_line_to_the_next_one(
    tmp_path: Path, speaker: Speaker
) -> None:
    with listening(tmp_path, speaker) as (_, heard):
        speaker.said.put(Refused("analyzer.refused", field="kind", value="transmittance"))
        lost = heard.get(timeout=SOON)
        assert isinstance(lost, DeviceLost)
        assert lost.problem.code == "analyzer.refused"
        speaker.said.put((BLANK,))
        read = told_by(heard)
        assert read.readings == (BLANK,)
        read.taken(7)  # type: ignore[misc]
        assert isinstance(heard.get(timeout=SOON), AnalyzerReady)
        assert (speaker.opened, speaker.closed.is_set()) == (1, False)


def test_what_was_told_before_the_line_broke_is_kept(tmp_path: Path, speaker: Speaker) -> None:
    with listening(tmp_path, speaker) as (line, heard):
        speaker.said.put((BLANK,))
        told_by(heard).taken(None)  # type: ignore[misc]
        speaker.said.put(LinkError("link.lost", port="scale"))
        assert isinstance(heard.get(timeout=SOON), DeviceLost)
        assert isinstance(heard.get(timeout=SOON), AnalyzerReady)
        line.read()
        again = told_by(heard)
        assert again.readings == (BLANK,)
        again.taken(9)  # type: ignore[misc]
