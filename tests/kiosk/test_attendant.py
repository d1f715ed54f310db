"""The attendant with a real record and a real press: paper exactly once, and nobody in front of the box can stop it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import pytest

from drivers.errors import LinkError
from drivers.scan_wire import Camera, CameraState, Preview, Seen
from drivers.scanner import read_codes
from kiosk import log
from kiosk.attendant import Attendant, Hardware
from kiosk.clock import Clock
from kiosk.contract import read
from kiosk.devices import DeviceLost, PrintEnded, PrintJob
from kiosk.entrance import Entrance
from kiosk.issuing import Press
from kiosk.paper.certificate import load_press
from kiosk.record import Home, Record
from kiosk.rules.messages import CardRevoked, Incident, Print, Reprint, SampleType, Scene, SubjectsUpsert
from kiosk.rules.settings import Proof
from kiosk.rules.visits.turn import Stage
from kiosk.run import Place
from kiosk.screen import Screen
from kiosk.seal import CardCode, link, seal_card
from kiosk.serving import Settings
from kiosk.words import load_words
from tests.support.bodies import COUNTY, FARMER, HOST, START, County
from tests.support.law import PACKS, law

STATION = "gasa-01"
SOON = 20.0


class Box:
    """One box over several starts. `jobs` is what reached the printer's queue."""

    def __init__(self, folder: Path) -> None:
        self.county = County()
        self.station = self.county.enrol(STATION)
        self.home = Home(COUNTY, STATION, "0", folder / "record.db", folder / "up", folder / "down")
        self.captures = folder / "blobs"
        self.jobs: list[PrintJob] = []
        code = CardCode("K-1", FARMER.id, FARMER.name, date(2026, 3, 1))
        self.card = link(HOST, "K", seal_card(code, self.county.card))
        self.bring(SubjectsUpsert((FARMER,)))

    def bring(self, *bodies: SubjectsUpsert | CardRevoked) -> None:
        with closing(log.Writer(self.home.down / "all")) as writer:
            for body in bodies:
                writer.append(self.county.give("all", writer.last + 1, body).bytes())
            writer.flush()
            writer.publish(writer.last)

    @contextmanager
    def serves(self, wordings: bool = True) -> Iterator["Served"]:
        """From a start of the program to its end; what was not answered stays unanswered, as after a SIGKILL."""
        with Served(self, wordings) as served:
            yield served

    def entries(self, kind: type) -> list[object]:
        bodies = [read(payload).entry for _, payload in log.payloads(self.home.up)]
        return [body for body in bodies if isinstance(body, kind)]


class Served:
    def __init__(self, box: Box, wordings: bool) -> None:
        self._box = box
        self._wordings = wordings
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self.attendant: Attendant

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(SOON)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(SOON)

    def _serve(self) -> None:
        box = self._box
        clock = Clock(START - timedelta(days=1), lambda: START, box.captures / "never")
        record = Record(box.home, box.station.key, box.county.trust, clock)
        with closing(record):
            wordings = {wording.id: wording for wording in PACKS.wordings} if self._wordings else {}
            press = Press(COUNTY, HOST, box.station.key, load_words("zh"), wordings, load_press(), read_codes)
            rules = law(method=False, proof=Proof.NONE)
            place = Place(Scene.BASE, SampleType.SELF)
            settings = Settings(
                lambda _: rules, PACKS.products, lambda: PACKS.wordings, place, "", None, lambda: PACKS.unconfirmed
            )
            entrance = Entrance(box.county.trust, record.tables)
            self.attendant = Attendant(record, entrance, press, clock, box.captures, settings)
            self._ready.set()
            self.attendant.begin(Hardware({}, box.jobs.append))
            self.attendant.serve(self._stopping)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def until(self, wanted: Callable[[Screen], bool]) -> Screen:
        end = time.monotonic() + SOON
        while not wanted(self.attendant.screen()):
            assert self.alive
            assert time.monotonic() < end
            time.sleep(0.01)
        return self.attendant.screen()

    def at(self, stage: Stage) -> Screen:
        return self.until(lambda screen: screen.visit.stage is stage)

    def tap(self, action: str, value: str = "") -> Screen:
        visit = self.attendant.screen().visit
        return self.attendant.act(action, value, visit.id, visit.stage)

    def promises(self, box: Box) -> PrintJob:
        """Card, lot and promise; the job that went to the printer."""
        self.until(lambda screen: screen.link.recorded >= 2)  # the list of producers has been obeyed
        self.attendant.post(Seen(box.card.encode(), "QRCode", "zxing"))
        self.at(Stage.PRODUCT)
        self.tap("product", "cowpea")
        self.tap("quantity", "320 jin")
        self.tap("drugs_none")
        screen = self.at(Stage.PROMISE)
        self.tap("promise", "+".join(screen.offered[0]))
        self.at(Stage.PRINTING)
        self.until(lambda _: bool(box.jobs))
        return box.jobs[-1]


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def refused(job: PrintJob) -> PrintEnded:
    return PrintEnded(job.number, job.copy, False, False, "status", LinkError("printer.silent"))


def test_a_power_cut_in_the_second_try_of_a_print_asks_the_person_and_never_prints_the_original_twice(box: Box) -> None:
    with box.serves() as served:
        job = served.promises(box)
        served.attendant.post(refused(job))
        served.at(Stage.UNPRINTED)
        served.tap("print_again")
        served.at(Stage.PRINTING)
    with box.serves() as served:
        served.at(Stage.UNSURE)
        served.tap("paper_spoiled")
        served.at(Stage.PRINTING)
        assert (box.jobs[-1].number, box.jobs[-1].copy) == (job.number, 2)
    assert [end.outcome for end in box.entries(Print) if isinstance(end, Print)] == ["failed", "unknown"]
    assert len(box.entries(Reprint)) == 1


def test_a_copy_that_cannot_be_drawn_is_a_sentence_and_the_box_goes_on(box: Box) -> None:
    with box.serves() as served:
        served.attendant.post(refused(served.promises(box)))
        served.at(Stage.UNPRINTED)
    with box.serves(wordings=False) as served:
        screen = served.at(Stage.UNPRINTED)
        screen = served.tap("print_again")
        assert screen.visit.notice is not None
        assert screen.visit.notice.key == "problem.rules.no_wording"
        assert screen.visit.stage is Stage.UNPRINTED


def test_a_scanner_that_never_stops_talking_does_not_keep_the_county_out(box: Box) -> None:
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        box.bring(CardRevoked("K-1", "lost"))
        end = time.monotonic() + SOON
        while served.attendant.screen().link.recorded < 3:
            assert time.monotonic() < end
            served.attendant.post(Camera(CameraState.READY))
            served.attendant.post(Preview(b"picture"))
            time.sleep(0.001)
        assert served.attendant.preview() == b"picture"


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("product", "?"),
        ("quantity", "9" * 5000 + " kg"),
        ("promise", "x+y"),
        ("read", "camera"),
        ("tail", "\0"),
        ("?", ""),
    ],
)
def test_a_hostile_tap_changes_nothing(box: Box, action: str, value: str) -> None:
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        for data in (b"", b"\xff" * 9000, f"HTTPS://{HOST}/K/AAAA".encode(), b"LZ"):
            served.attendant.post(Seen(data, "QRCode", "zxing"))
        served.attendant.post(Seen(box.card.encode(), "QRCode", "zxing"))
        before = served.at(Stage.PRODUCT).visit
        assert replace(served.tap(action, value).visit, notice=None) == before
        assert served.alive


def test_a_loose_plug_does_not_fill_the_log(box: Box) -> None:
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        for _ in range(50):
            served.attendant.post(DeviceLost("printer", LinkError("printer.silent")))
        served.attendant.post(DeviceLost("printer", LinkError("printer.garbled")))
        served.until(lambda screen: any("garbled" in problem.key for problem in screen.problems))
    told = [incident.problem for incident in box.entries(Incident) if isinstance(incident, Incident)]
    assert told == ["printer.silent", "printer.garbled"]


def test_only_the_next_persons_card_ends_a_finished_visit(box: Box) -> None:
    with box.serves() as served:
        job = served.promises(box)
        served.attendant.post(PrintEnded(job.number, job.copy, True, True, "completion"))
        done = served.at(Stage.DONE).visit.id
        for code in (b"HTTPS://LZ.EXAMPLE.CN/N/" + job.number.encode(), b"hello"):
            served.attendant.post(Seen(code, "QRCode", "zxing"))
        served.tap("?")  # answered after what was seen before it
        assert served.attendant.screen().visit.id == done
        served.attendant.post(Seen(box.card.encode(), "QRCode", "zxing"))
        served.at(Stage.PRODUCT)
