"""A station in one thread, for `paper`: its record on its own disk, its printer on a cable, a person at its screen."""

import shutil
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from PIL import Image

from drivers.printer.model import PrinterModel
from drivers.printer.outcome import AnyPrinter
from drivers.printer.printer import Printer
from drivers.printer.render import render_job
from drivers.scanner.codes.decoders import read_codes
from drivers.simulated.printer import PrinterTwin
from kiosk import log
from kiosk.attendant import Attendant, Hardware, Tap
from kiosk.clock import Clock
from kiosk.contract import read
from kiosk.devices import PrintJob, printed
from kiosk.entrance import Entrance
from kiosk.housekeeping import Household
from kiosk.issuing import Copy, Press
from kiosk.paper.certificate import CertificateFace, CertificatePress, Size, load_press
from kiosk.record import Home, Record
from kiosk.rules.goods.quantity import Unit
from kiosk.rules.messages import Certificate, Print, PrintOutcome, Reprint, SampleType
from kiosk.rules.messages import Scene as Where
from kiosk.rules.scan.numbers import RANDOM_BYTES, certificate_number
from kiosk.rules.settings import Proof
from kiosk.rules.visits import arrival, drug_turn
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Visit, VisitRules
from kiosk.run import Place
from kiosk.saved_visit import to_json
from kiosk.serving import Settings
from kiosk.words import load_words
from tests.faults.paper_port import Cable, PowerCut, inked
from tests.support.bodies import COUNTY, FARMER, HOST, START, County
from tests.support.law import PACKS, law
from ui.command.station_printers import cleared

__all__ = ("Desk", "PowerCut", "Scene", "Telling")
FINISHED = frozenset({Stage.DONE})
HOLDS = (PrintOutcome.PRINTED, PrintOutcome.CONFIRMED)
NUMBER = certificate_number(COUNTY, bytes(RANDOM_BYTES))
GOODS = PACKS.products["cowpea"]
PATIENCE = 30  # taps


@dataclass(frozen=True, slots=True)
class Telling:
    wrong: tuple[str, ...]
    originals: int
    reprints: int


class Scene:
    """A record whose person is about to promise; every stop begins with a copy of it. Papers are drawn once."""

    def __init__(self, folder: Path, size: Size = "80mm") -> None:
        self._folder = folder
        county = County()
        self.station = county.enrol("gasa-01")
        self.trust = county.trust
        self._jobs: dict[tuple[bytes, int, PrinterModel], list[bytes]] = {}
        self._rows: dict[tuple[int, int], bytes] = {}
        self.memories: dict[PrinterModel, dict[int, PrinterTwin]] = {}
        wordings = {wording.id: wording for wording in PACKS.wordings}
        drawn = cast("CertificatePress", _Remembered(load_press(size)))
        seen: dict[bytes, tuple[bytes, ...]] = {}

        def codes(picture: memoryview) -> tuple[bytes, ...]:
            key = picture.tobytes()
            if key not in seen:
                seen[key] = read_codes(picture)
            return seen[key]

        self.press = _OneNumber(COUNTY, HOST, self.station.key, load_words("zh"), wordings, drawn, codes)
        with self._record(folder / "before") as record:
            record.save_visit("v1", to_json(promising(), record.last), None)
        self._refuse_first(folder)

    def _refuse_first(self, folder: Path) -> None:
        """The same with the certificate recorded: the printer was not there, and no byte of it was sent."""
        shutil.copytree(folder / "before", folder / "recorded")
        cable = Cable(PrinterModel())
        desk = Desk(self, folder / "recorded", cable, ())
        desk.open()
        cable.pull()
        desk.act()
        desk.close()

    def home(self, folder: Path) -> Home:
        return Home(COUNTY, "gasa-01", "0", folder / "record.db", folder / "up", folder / "down")

    def clock(self, folder: Path) -> Clock:
        return Clock(START - timedelta(days=1), lambda: START, folder / "never")

    def open(self, folder: Path) -> Record:
        return Record(self.home(folder), self.station.key, self.trust, self.clock(folder))

    @contextmanager
    def laid_out(self, start: str = "before") -> Iterator[Path]:
        """`before` the promise, or with the certificate `recorded` and not printed."""
        folder = self._folder / "now"
        shutil.copytree(self._folder / start, folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def rendered(self, raster: Image.Image, job_id: bytes, model: PrinterModel) -> list[bytes]:
        key = (job_id, id(raster), model)
        if key not in self._jobs:
            self._jobs[key] = list(render_job(raster, job_id, model))
        return self._jobs[key]

    def drawn(self, certificate: Certificate, which: Copy, width: int) -> bytes:
        """The rows of a copy, `width` bytes each, as they come out of a printer: black is one, without feed."""
        raster = self.press.again(certificate, which, GOODS).raster
        key = (id(raster), width)
        if key not in self._rows:
            ink = Image.new("1", (width * 8, raster.height), 1)
            ink.paste(raster, (0, 0))
            self._rows[key] = inked(bytes(0xFF ^ dots for dots in ink.tobytes()), width)
        return self._rows[key]

    def job(self, model: PrinterModel) -> int:
        """How many bytes the job of an original has."""
        cable = Cable(model)
        with self.laid_out() as folder:
            desk = Desk(self, folder, cable, ())
            desk.open()
            while not desk.satisfied:
                desk.act()
            desk.close()
        return cable.sent

    @contextmanager
    def _record(self, folder: Path) -> Iterator[Record]:
        (folder / "up").mkdir(parents=True)
        for name in ("all", "own", "receipts"):
            (folder / "down" / name).mkdir(parents=True)
        record = self.open(folder)
        yield record
        record.close()


class Desk:
    def __init__(self, scene: Scene, folder: Path, cable: Cable, parts: tuple[str, ...]) -> None:
        self.printer: AnyPrinter
        self._scene = scene
        self._folder = folder
        self._cable = cable
        self._parts = parts
        self._queue: list[PrintJob] = []
        self._attendant: Attendant
        self._record: Record | None = None
        self._taps = 0

    @property
    def stage(self) -> Stage:
        return self._attendant.screen().visit.stage

    @property
    def satisfied(self) -> bool:
        """The turn has ended, and the last paper in his hand is whole."""
        return self.stage in FINISHED and self._is_whole()

    def open(self) -> None:
        """The program starts."""
        scene, folder = self._scene, self._folder
        record, clock = scene.open(folder), scene.clock(folder)
        self._record = record
        entrance, household = Entrance(scene.trust, record.tables), Household(record, clock)
        settings = _settings(self._parts)
        self._attendant = Attendant(record, entrance, scene.press, clock, folder / "blobs", settings, household)
        self._attendant.begin(Hardware({}, self._queue.append))
        self.printer_found()

    def close(self) -> None:
        if self._record is not None:
            self._record.close()
        self._record = None

    def power_returns(self) -> None:
        self._queue.clear()
        self.close()
        self._cable.power_returns()
        self.open()

    def printer_found(self) -> None:
        """As the printer's line opens it."""
        self._cable.opened()
        self.printer = cleared(Printer(self._cable, self._cable.model, self._cable.clock), self._cable.model)
        self.printer.require_ready()

    def act(self) -> None:
        """What the screen asks for, done."""
        self._taps += 1
        if self._taps > PATIENCE:
            raise AssertionError(f"the turn stands at {self.stage}")
        if self.stage is Stage.PROMISE:
            self._tap("promise", "control")
            return
        self._cable.mend()
        if self.stage in FINISHED:  # what came out is no paper: he switches the printer off and on
            self._cable.power_returns()
        if not self._cable.connected:
            self.printer_found()
        if self.stage is Stage.UNPRINTED:
            self._tap("print_again")
        elif self.stage is Stage.UNSURE:
            self._tap("paper_whole" if self._is_whole() else "paper_spoiled")
        elif self.stage in FINISHED:
            self._tap("paper_spoiled")

    def told(self, *, struck: bool) -> Telling:
        """What is wrong at the end, by the record and by the paper. `struck`: a fault was to strike."""
        bodies = [read(payload).entry for _, payload in log.payloads(self._scene.home(self._folder).up)]
        (certificate,) = (body for body in bodies if isinstance(body, Certificate))
        reprints = [body for body in bodies if isinstance(body, Reprint)]
        ends = [body for body in bodies if isinstance(body, Print)]
        wrong = ["the fault did not strike"] if struck and not self._cable.struck else []
        originals = 0
        for part in certificate.parts or ("",):
            copies = [1, *(one.copy for one in reprints if one.part == part)]
            found = self._found(certificate, part, copies)
            originals += found[0]
            wrong += _judged(part, copies, [one for one in ends if one.part == part], found)
        wrong += self._comes_by_itself()
        if self._record is None or self._record.tables.prints.unended():
            wrong.append("a copy has no end in the tables")
        return Telling(tuple(wrong), originals, len(reprints))

    def _found(self, certificate: Certificate, part: str, copies: list[int]) -> list[int]:
        """How often each copy is on paper, whole."""
        pieces = self._cable.looks()
        width = self._cable.model.width // 8
        whole = [self._scene.drawn(certificate, Copy(copy, part), width) for copy in copies]
        return [sum(_times(rows, piece, width) for piece in pieces) for rows in whole]

    def _comes_by_itself(self) -> list[str]:
        """A printer that is unplugged and comes back, with new paper, prints nothing more."""
        before = self._cable.came_out()
        self._cable.pull()
        self._cable.mend()
        self.printer_found()
        return [] if self._cable.came_out() == before else ["something came out by itself"]

    def _is_whole(self) -> bool:
        visit = self._attendant.screen().visit
        certificate = next(
            body
            for _, payload in log.payloads(self._scene.home(self._folder).up)
            if isinstance(body := read(payload).entry, Certificate)
        )
        return self._found(certificate, visit.part, [visit.copy])[0] > 0

    def _tap(self, action: str, value: str = "") -> None:
        visit = self._attendant.screen().visit
        self._attendant._take(Tap(action, value, visit.id, visit.stage, Future()))
        while self._queue:
            self._print(self._queue.pop(0))

    def _print(self, job: PrintJob) -> None:
        """As the printer's line prints a job."""
        model = self._cable.model
        ended = printed(self.printer, lambda raster, job_id: self._scene.rendered(raster, job_id, model), job)
        self._attendant._take(ended)
        if ended.problem is not None:
            self._cable.connected = False


def _judged(part: str, copies: list[int], ends: list[Print], found: list[int]) -> Iterator[str]:
    if found[0] > 1:
        yield f"{found[0]} originals {part}"
    if not any(found):
        yield f"nobody has a whole paper {part}"
    if copies != list(range(1, len(copies) + 1)):
        yield f"copies {copies} {part}"
    for copy in copies:
        outcomes = [end.outcome for end in ends if end.copy == copy]
        if not outcomes:
            yield f"copy {copy} {part} has no end"
        if sum(outcome in HOLDS for outcome in outcomes) > 1:
            yield f"copy {copy} {part} ended {outcomes}"
    if ends and ends[-1].outcome not in HOLDS:
        yield f"the last copy {part} ended {ends[-1].outcome}"


def _times(rows: bytes, piece: bytes, width: int) -> int:
    """How often these rows stand on a piece of paper, row by row."""
    found, at = 0, piece.find(rows)
    while at >= 0:
        found += at % width == 0
        at = piece.find(rows, at + 1)
    return found


def promising() -> Visit:
    rules = _rules(())
    visit = arrival.card_shown(Visit("v1"), rules, FARMER, "K-1", first_use=True)
    visit = turn.quantity_given(turn.product_chosen(visit, GOODS), rules, "320", Unit.JIN)
    return drug_turn.drugs_told(visit, rules, GOODS, used=False)


def _rules(parts: tuple[str, ...]) -> VisitRules:
    return law(method=False, proof=Proof.NONE, parts=parts)


def _settings(parts: tuple[str, ...]) -> Settings:
    rules, place = _rules(parts), Place(Where.BASE, SampleType.SELF)
    return Settings(lambda _: rules, PACKS.products, lambda: PACKS.wordings, place, (), lambda: ())


class _OneNumber(Press):
    """Every stop issues the same certificate, so that it is drawn once."""

    def number(self) -> str:
        return NUMBER


class _Remembered:
    """A press that draws each face once."""

    def __init__(self, press: CertificatePress) -> None:
        self._press = press
        self._drawn: dict[CertificateFace, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._press, name)

    def check(self, face: CertificateFace) -> None:
        if face not in self._drawn:
            self._press.check(face)

    def draw(self, face: CertificateFace) -> Image.Image:
        if face not in self._drawn:
            self._drawn[face] = self._press.draw(face)
        picture: Image.Image = self._drawn[face]
        return picture
