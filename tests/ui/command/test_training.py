"""Training mode, from its start to its one line in the station's log: a place of its own, and nothing of it outside."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from kiosk.clock import system_time
from kiosk.contract import read
from kiosk.enrolment import accept, prepare
from kiosk.log import payloads
from kiosk.restart import Restart
from kiosk.rules.messages import Certificate, EntryBody, OrderDone, PackPut, Subject, Trained
from kiosk.rules.visits.turn import Stage
from kiosk.seal import open_certificate
from kiosk.training import FOLDER, MINUTES, Training
from kiosk.trust import SealError, Use, read_trust
from kiosk.words import load_words
from tests.support.broker import county_config
from tests.support.waiting import wait_for
from ui.command.station import started
from ui.command.station_training import bell
from ui.county.office import enrol, init_county
from ui.demo import turn
from ui.demo.hand import Hand, HandError
from ui.demo.programs import free_port

WORDS = load_words("zh")
ENDS = 30.0


class Box:
    """A box that has joined a county; `printer` is a file that stands for the real one."""

    def __init__(self, folder: Path) -> None:
        county, keys, today = county_config(folder / "county"), folder / "keys", system_time().date()
        init_county(county, today)
        accept(keys, enrol(county.folder, prepare(keys, county.county, "gasa-01"), today))
        self.folder, self.state, self.up = folder, folder / "state", folder / "up"
        self.trust, self.url = keys / "trust.json", f"127.0.0.1:{free_port()}"
        self.printer = folder / "real-printer"
        self.printer.touch()
        table = {
            "county": county.county, "station": "gasa-01", "host": county.host, "listen": self.url,
            "state": str(self.state), "up": str(self.up), "down": str(folder / "down"),
            "key": str(keys / "station.key"), "trust": str(self.trust), "scanner": str(folder / "no-scanner"),
        }  # fmt: skip
        self.file = folder / "station.toml"
        printer = f'[printer]\nport = "{self.printer}"\nmodel = "escpos-58mm-silent"\n'
        self.file.write_text(
            "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items()) + printer, "utf-8"
        )

    @contextmanager
    def serving(self, into: Training | None = None) -> Iterator[tuple[Hand, Restart]]:
        stopping = threading.Event()
        restart = Restart(stopping)
        if into is not None:
            restart.ask(into)
        thread = threading.Thread(target=started, args=(self.file, WORDS, stopping, restart), name="station")
        thread.start()
        try:
            wait_for(self._answers, "the station serves", ENDS)
            yield Hand(f"http://{self.url}", self._token()), restart
        finally:
            stopping.set()
            thread.join(ENDS)
        assert not thread.is_alive()

    def entries(self, place: Path) -> list[EntryBody]:
        return [read(payload).entry for _, payload in payloads(place)] if place.exists() else []

    def logs(self) -> set[str]:
        return {read(payload).header.log for _, payload in payloads(self.up)}

    def _answers(self) -> bool:
        try:
            Hand(f"http://{self.url}", self._token())
        except (OSError, ValueError, IndexError, HandError):
            return False
        return True

    def _token(self) -> str:
        return (self.state / "screen-token").read_text("ascii").split()[1]


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def now() -> str:
    return system_time().isoformat(timespec="milliseconds")


def heard_all(entries: list[EntryBody]) -> list[bool]:
    return [isinstance(one, OrderDone) and one.order == PackPut.kind for one in entries]


def practise(hand: Hand) -> None:
    """The practice farmer's whole turn, on the simulated analyzer and printer."""
    farmer = Subject("practice-farmer", "farmer", WORDS.say("training.farmer.name"), "13800001234", "")
    wait_for(
        lambda: WORDS.say("training.farmer.name") in hand.page().html, "the practice cards lie on the screen", ENDS
    )
    hand.tap("practise_card", value="farmer")
    hand.until((Stage.PROVING, Stage.PRODUCT), ENDS)
    turn.give_tail(hand, farmer)
    turn.name_lot(hand, farmer)
    turn.test(hand)
    turn.promise(hand)
    hand.until((Stage.DONE,), ENDS)


def test_a_practice_leaves_one_line_in_the_log_and_nothing_else(box: Box) -> None:
    place = box.state / FOLDER
    with box.serving() as (hand, _):
        assert "training-word" not in hand.page().html
        assert not place.exists()
    before = box.entries(box.up)
    with box.serving(Training("li", now())) as (hand, _):
        assert WORDS.say("training.now") in hand.page().html
        wait_for(lambda: any(heard_all(box.entries(place / "up"))), "the practice county was heard", ENDS)
        practise(hand)
        practised = box.entries(place / "up")
        assert box.entries(box.up) == before, "the box's own log has no entry of a practice"
        assert list((place / "papers").glob("*.png")), "the paper came out of the twin"
        (paper,) = (one for one in practised if isinstance(one, Certificate))
        assert_worth_nothing(box, paper)
        assert_foreign(box, place)
    assert box.printer.read_bytes() == b"", "not a byte for the real printer"
    with box.serving():
        told = [one for one in box.entries(box.up) if isinstance(one, Trained)]
    tests = sum(one.kind == "test" for one in practised)
    assert [(one.person, one.certificates, one.tests) for one in told] == [("li", 1, tests)]
    assert tests
    assert not place.exists(), "the place of the practice is gone"


def assert_worth_nothing(box: Box, paper: Certificate) -> None:
    """Whoever reads its code finds a signature that the county's list does not know."""
    with pytest.raises(SealError):
        open_certificate(bytes.fromhex(paper.code), read_trust(box.trust))


def assert_foreign(box: Box, place: Path) -> None:
    """Its log is written by a key that the county never granted to anybody."""
    header = read(next(payload for _, payload in payloads(place / "up"))).header
    assert not read_trust(box.trust).grants_of(Use.STATION, header.log)
    assert header.log != next(iter(box.logs()))


def test_a_power_cut_ends_a_practice_and_it_is_told_once(box: Box) -> None:
    with box.serving(Training("li", now())) as (hand, _):
        hand.page()
    place = box.state / FOLDER
    (place / "keep").mkdir()
    with box.serving():
        pass
    with box.serving():
        pass
    assert len([one for one in box.entries(box.up) if isinstance(one, Trained)]) == 1
    assert not place.exists()


def test_a_bell_ends_it_after_its_time_and_never_before() -> None:
    """The time is the caller's: `practising` gives it an hour."""
    early, late = Restart(threading.Event()), Restart(threading.Event())
    with bell(early, 60.0 * MINUTES):
        assert not early.wanted
    with bell(late, 0.05):
        wait_for(lambda: late.wanted, "the bell has rung", ENDS)
    assert MINUTES == 60
    assert not early.wanted


def test_a_button_ends_it(box: Box) -> None:
    with box.serving(Training("li", now())) as (hand, restart):
        with suppress(HandError, ConnectionError):  # the page is gone before it could be drawn again
            hand.tap("practise_end")
        wait_for(lambda: restart.wanted, "the station is to begin anew", ENDS)
    with box.serving() as (hand, _):
        assert WORDS.say("training.now") not in hand.page().html
