"""Instruments that are read by themselves: an entry when something changed and once an hour, and the air of a test."""

from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.reading import Reading
from kiosk.logbook import HOURLY, Logbook
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen
from tests.kiosk.test_led import measures
from tests.support.optics import Board
from tests.support.tester import BenchBox, Beside, begins

ROOM = "room"


class Watch:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def air(temperature: str | None, humidity: str = "54.6") -> tuple[Reading, ...]:
    return (
        Reading(None, "temperature", None if temperature is None else Decimal(temperature), "°C", b"\x01"),
        Reading(None, "humidity", Decimal(humidity), "%RH", b"\x01"),
    )


def heard(book: Logbook, watch: Watch, *readings: Reading, after: float = 10.0) -> bool:
    """Is the next reading worth an entry?"""
    watch.now += after
    assert book.due() == [ROOM]
    return book.heard(ROOM, readings)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def book(watch: Watch) -> Logbook:
    return Logbook({ROOM: 10.0}, watch)


def test_what_stays_within_the_last_digit_needs_no_entry_before_an_hour(book: Logbook, watch: Watch) -> None:
    assert heard(book, watch, *air("23.4"))
    assert not heard(book, watch, *air("23.5"))
    assert not heard(book, watch, *air("23.3", "54.7"))
    assert not heard(book, watch, *air("23.4"), after=HOURLY - 30)
    assert heard(book, watch, *air("23.4"))


def test_a_slow_drift_is_compared_with_the_last_entry(book: Logbook, watch: Watch) -> None:
    assert [heard(book, watch, *air(f"23.{tenth}")) for tenth in (0, 1, 2, 3, 4)] == [True, False, True, False, True]


@pytest.mark.parametrize("other", [air("23.6"), air(None), air("23.4")[:1], air("NaN"), air("23.4", "54.8")])
def test_anything_else_is_a_change(book: Logbook, watch: Watch, other: tuple[Reading, ...]) -> None:
    assert heard(book, watch, *air("23.4"))
    assert heard(book, watch, *other)


def test_nobody_is_asked_twice_while_he_has_not_answered(book: Logbook, watch: Watch) -> None:
    assert book.due() == [ROOM]
    watch.now += 100
    assert book.due() == []
    book.lost(ROOM)
    assert book.due() == [ROOM]
    assert not book.heard("another", air("23.4"))


def test_the_room_is_what_a_hygrometer_told_lately(book: Logbook, watch: Watch) -> None:
    assert book.room() is None
    heard(book, watch, Reading(None, "temperature", Decimal("11.2"), "°C", b""))  # of water
    assert book.room() is None
    heard(book, watch, *air("23.4"))
    assert book.room() == (Decimal("23.4"), Decimal("54.6"))
    watch.now += 31
    assert book.room() == (None, None)


class Hygrometer:
    """An XY-MD02; both answers stand in its golden."""

    SETUP = (bytes.fromhex("0103010100041435"), bytes.fromhex("0103080001258000000000 83FC"))
    ASKED = bytes.fromhex("010400010002200B")
    MILD, HOT = bytes.fromhex("010404013102222ACE"), bytes.fromhex("010404025803E87B51")

    def __init__(self) -> None:
        self.says = self.MILD
        self._buffer = b""

    def answer(self, data: bytes) -> bytes:
        self._buffer = (self._buffer + data)[-8:]
        return self.says if self._buffer == self.ASKED else self.SETUP[1] if self._buffer == self.SETUP[0] else b""

    def tick(self) -> bytes:
        return b""


def test_the_air_beside_a_test_warns_stops_nobody_and_stands_in_its_entry(tmp_path: Path) -> None:
    board, hygrometer = Board("clean"), Hygrometer()
    beside = [Beside(ROOM, "xy-md02", hygrometer, 0.2)]
    with closing(BenchBox(tmp_path, "dayuan-dy3500", board, beside=beside)) as box, box.serves() as served:
        served.until(lambda screen: shown(screen) == "30.5")
        hygrometer.says = Hygrometer.HOT
        served.until(lambda screen: shown(screen) == "60.0")
        begins(served, box)
        warned = served.attendant.screen().visit.notice
        assert warned is not None
        assert warned.key == "control.hot"
        measures(served, board)
        served.at(Stage.RESULT)
    (test,) = box.judged
    assert (test.temperature, test.humidity) == (Decimal("60.0"), Decimal("100.0"))
    assert [(one.rule, one.effect) for one in test.findings] == [("control/hot", "warn"), ("control/damp", "warn")]
    logged = [one for one in box.observed if one.device.profile == "xy-md02"]
    assert [str(one.readings[0].value) for one in logged] == ["30.5", "60.0"]


def shown(screen: Screen) -> str:
    """The temperature on the technician's page."""
    return next((str(one.readings[0].value) for one in screen.devices if one.part == ROOM and one.readings), "")
