"""A station that a finger can reach every room of: real record, sheets, tools and pages; one step at a time, no thread.

What would touch this machine itself (its network, its clock, its sockets, its printers) has a stand-in that answers.
"""

import base64
import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from PIL import Image

from drivers.printer.model import PrinterModel
from drivers.printer.shelf import known_models, load_model
from drivers.reading import Identity, Reading
from drivers.scanner.codes.decoders import read_codes
from drivers.scanner.wire import Seen
from kiosk.attendant import Attendant, Hardware
from kiosk.choices import Choices, Table
from kiosk.clock import BEIJING, Clock
from kiosk.counter import Paperwork
from kiosk.devices import AnalyzerReady, PrintEnded, PrintJob
from kiosk.doctor import Facts as Examined
from kiosk.entrance import Entrance
from kiosk.issuing import Press
from kiosk.record import Record
from kiosk.restart import Restart
from kiosk.rules.messages import (
    Card,
    PinSet,
    ReagentOpened,
    SampleTaken,
    SampleType,
    Scene,
    Staff,
    StaffPut,
    Subject,
    SubjectsUpsert,
    TaskGiven,
)
from kiosk.rules.scan.numbers import card_number
from kiosk.rules.scan.tags import Tag, tag_number
from kiosk.rules.settings import Proof
from kiosk.screen import Link, Screen
from kiosk.seal import CardCode, link, seal_card
from kiosk.serving import Settings, Tester
from kiosk.slip_desk import SlipDesk
from kiosk.slip_faces import Beside, Faces, SlipFaces
from kiosk.slip_pages import Drawn
from kiosk.slips.acceptance import Delivered
from kiosk.slips.desk import Desk
from kiosk.slips.hand_in import Waiting
from kiosk.slips.handover import Shift
from kiosk.supplies import load_items
from kiosk.tools.analyzers import Analyzers, Instrument, Looked
from kiosk.tools.cases import Cases
from kiosk.tools.changes import Changes
from kiosk.tools.checkup import Checkup
from kiosk.tools.devices import Devices
from kiosk.tools.faults import Faults
from kiosk.tools.network import Network
from kiosk.tools.networking import Networking
from kiosk.tools.practice_desk import PracticeDesk
from kiosk.tools.printers import Found, Printers, Set, Stock
from kiosk.tools.records import Records
from kiosk.tools.samples import Samples
from kiosk.tools.scan_test import ScanTest
from kiosk.tools.screen_setup import ScreenSetup
from kiosk.tools.supplies import Supplies
from kiosk.tools.tasks import Tasks
from kiosk.tools.tool import Reach, Tool
from kiosk.tools.wall_clock import WallClock
from kiosk.words import load_words
from tests.fuzz.target import Broken
from tests.kiosk.test_attendant import BUYER
from tests.support.bodies import COUNTY, FARMER, HOST, START
from tests.support.desk import DeskBox
from tests.support.law import METHOD, PACKS
from tests.support.presses import press_of
from ui.station.pages import BOARD, DEVICES, TURN, Pages
from ui.station.voice import silent

PIN = "480917263548"  # of every badge; long enough that it stands nowhere by chance
OWN_PIN = "2580"  # of a subject
ID_NUMBER = "530427199003071415"
CLERKS = Subject("s-0003", "cooperative", "戛洒合作社", "13700005555", "Xinping", region=COUNTY)
PEOPLE = (FARMER, BUYER, CLERKS)
ROLES = (("clerk",), ("inspector",), ("technician", "officer"), ("clerk", "inspector", "technician", "officer"))
CARDS = tuple(card_number(bytes([nth]) * 8) for nth in range(1, 4))
TESTERS = (Tester("left", 1, tuple(range(1, 5))), Tester("right"))


def _kept_pin() -> str:
    """As cheap as a station takes it."""
    salt = bytes(16)
    digest = hashlib.scrypt(PIN.encode(), salt=salt, n=2, r=1, p=1, dklen=32)
    return f"scrypt$2$1$1${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


STAFF = tuple(
    Staff(f"u-{nth}", f"Staff{nth}", roles, tag_number(Tag.BADGE, bytes([nth + 1]) * 5), _kept_pin())
    for nth, roles in enumerate(ROLES)
)
TASK = TaskGiven("task-1", "sample", "豇豆", "2026-12-31", (FARMER.id,), ("cowpea",), 2)


def sample(nth: int) -> SampleTaken:
    code, at = f"A-00{nth}", "2026-11-22T08:00:00+08:00"
    return SampleTaken(
        sample_code=code, sample_type=SampleType.SUPERVISION, scene=Scene.RETAIL, subject=FARMER.id,
        subject_name=FARMER.name, product="cowpea", lot="", origin="Xinping", taken_at=at, sampler=STAFF[1].name,
        seals=(f"{code}-1",),
    )  # fmt: skip


class ScreenBox(DeskBox):
    """`proof` and the rest of the county's answers are drawn by the seed of the sequence."""

    def __init__(self, folder: Path, draw: Random) -> None:
        self.folder = folder
        super().__init__(folder)
        self.method = True
        self.proof = draw.choice((Proof.NONE, Proof.NONE, *Proof))
        self.told = {
            "staff_may_vouch": draw.random() < 0.5,
            "newcomer_may_issue": draw.random() < 0.5,
            "agreements": draw.choice(((), ("notice",), ("notice", "pledge"))),
            "public_board": draw.random() < 0.5,
            "speak_names": draw.random() < 0.5,
        }
        cards = tuple(Card(number, one.id) for number, one in zip(CARDS, PEOPLE, strict=True))
        self.bring(StaffPut(STAFF), SubjectsUpsert((*PEOPLE,), cards), TASK)
        record = self.opened()
        record.append(ReagentOpened("E2611", METHOD.rule, "opened", "2027-03", by=STAFF[1].name))
        for nth in (1, 2):
            record.append(sample(nth))
        for nth, one in enumerate(PEOPLE):
            record.append(PinSet(one.id, self.pins.kept(f"{nth:032x}", OWN_PIN), STAFF[0].id))
        record.close()

    def card_of(self, person: Subject) -> bytes:
        code = CardCode(f"K-{person.id}", person.id, person.name, date(2026, 3, 1))
        return link(HOST, "K", seal_card(code, self.county.card)).encode()

    def settings(self) -> Settings:
        self.answers = {**self.told, "proof": self.proof}
        settings = super().settings()
        self.answers = {}
        rules = settings.rules(START)
        method = replace(METHOD, steps=tuple(replace(step, least=0) for step in METHOD.steps))
        now = lambda at: replace(rules, method=method, at=at)  # noqa: E731
        return replace(settings, rules=now, testers=TESTERS, called_for=0.0)

    def opened(self) -> Record:
        record = Record(self.home, self.station.key, self.county.trust, self.clock(), flush=lambda _: None)
        record._sql.execute("pragma synchronous = off")  # nothing of it outlives us
        return record

    def clock(self) -> Clock:
        return Clock(START - timedelta(days=1), lambda: self.time, self.captures / "never")

    def paperwork(self, reach: Reach, screen: Callable[[], Screen]) -> Paperwork:
        made = super().paperwork(reach, screen)
        words = load_words("zh")
        desk = Desk(words, "Gasa", HOST, PACKS.products, PACKS.methods)
        beside = Beside(
            waiting=lambda _: Waiting(),
            shift=lambda body: Shift(reach.record.log, reach.record.last, body.at, True, "", "", (), 0, 0, ()),
            delivered=lambda: Delivered((), ()),
            card=lambda number, subject, name, day: f"https://{HOST}/K/{number}",
        )
        slips = SlipDesk(reach, SlipFaces(reach.record.tables, lambda: desk, beside), _drawn)
        return replace(made, slip=slips.slip, slips=slips)

    def tools(self, reach: Reach) -> tuple[Tool, ...]:
        choices, restart = Choices(self.folder / "choices.toml", _fits), Restart(threading.Event())
        changes, nobody = Changes(reach, choices, restart), "/nonexistent"
        found = (Found("/dev/usb/lp9", "usb", "P"), Found("cups:office", "cups", "office"))
        stock = Stock(lambda: found, [_model()], lambda _: ("80mm",), lambda *_: _page())
        looks = (Looked("/dev/ttyUSB9", "A", "dayuan-tl310", "TL-310", "7"), Looked("/dev/ttyUSB8", "B"))
        set_now = [Instrument("left", "dayuan-tl310", "/dev/a", tests=True), Instrument("right", "x", "/dev/b")]
        return (
            Tasks(reach), Samples(reach), Cases(reach), Devices(reach, {"left": "/dev/a"}), ScanTest(reach),
            Supplies(reach, load_items()), PracticeDesk(reach, restart, None, printer=True),
            Networking(reach, Network(nobody)), Printers(reach, stock, {"printer": Set("/dev/usb/lp9", _model().name)},
            changes),
            Analyzers(reach, lambda: looks, ["one", "two"], set_now, changes),
            ScreenSetup(reach, self.folder, self.folder / "backlights"),
            Records(reach, lambda: _examined(reach), WallClock(nobody)),
            Checkup(reach, lambda: _examined(reach)), Faults(reach),
        )  # fmt: skip


class Station:
    """One life of the program after another, on one record. `waiting` are at the printer."""

    def __init__(self, box: ScreenBox) -> None:
        self.box = box
        self._ended: dict[tuple[str, str, int], bool] = {}  # copies that were begun
        self._sent: set[tuple[str, str, int]] = set()
        self.waiting: list[PrintJob] = []
        self.start()

    def start(self) -> None:
        box, clock = self.box, self.box.clock()
        self.record = box.opened()
        wordings = {wording.id: wording for wording in PACKS.wordings}
        press = Press(COUNTY, HOST, box.station.key, load_words("zh"), wordings, press_of(), read_codes)
        entrance, household = Entrance(box.county.trust, self.record.tables), box.household(self.record, clock)
        settings = box.settings()
        self.attendant = Attendant(self.record, entrance, press, clock, box.captures, settings, household)
        self.attendant.furnish(lambda reach: box.paperwork(reach, self.attendant.screen), box.tools)
        self.waiting.clear()
        still = lambda _: box.still  # noqa: E731
        reads = {one.name: lambda _: None for one in TESTERS}
        self.attendant.begin(Hardware(reads, self._print, still=still))
        for one in TESTERS:
            self.take(AnalyzerReady(one.name, identity(1)))
        self.take(None)

    def again(self) -> None:
        self._settle()
        self.record.close()
        self.start()

    def take(self, event: object) -> None:
        """One event, and all that it leads to."""
        if isinstance(event, Seen):
            self.attendant.post(event)
        else:
            self.attendant._take(event)
        self._settle()

    def _settle(self) -> None:
        for _ in range(20):
            for thread in threading.enumerate():
                if thread.name.startswith(("errand", "slips")):
                    thread.join(5.0)
            if self.attendant._inbox.empty():
                return
            self.attendant._take(self.attendant._inbox.get())

    def printed(self, draw: Random) -> PrintEnded:
        """What came of a copy: of one that waits, of one that ended long ago, of one that nobody knows."""
        chance = draw.random()
        if self.waiting and chance < 0.8:
            job = self.waiting.pop(draw.randrange(len(self.waiting)))
            name = (job.number, job.part, job.copy)
        else:
            name = draw.choice([*sorted(self._sent), ("X", "", 1), ("", "trial", 0), ("slip/00", "0", 1)])
        begun, done = draw.choice(((True, True), (True, True), (True, False), (False, False)))
        self._ended[name] = begun
        evidence = draw.choice(("job_id", "printer.paper_end", "printer.cover_open"))
        return PrintEnded(name[0], name[2], begun, done, evidence, None, name[1])

    def _print(self, job: PrintJob) -> None:
        name = job.number, job.part, job.copy
        if name in self._sent and self._ended.get(name, True) and job.part != "trial":
            raise Broken(f"the same copy went to the printer twice: {name}")
        self._sent.add(name)
        self._ended.pop(name, None)
        self.waiting.append(job)


@cache
def pages() -> Pages:
    languages = {name: load_words(name) for name in ("zh", "en")}
    return Pages(languages, lambda _: ("x",), lambda: METHOD, "boot", silent())


def drawn(screen: Screen, draw: Random) -> str:
    """The page as it is read now, in both languages; the other pages now and then."""
    page = TURN if draw.random() < 0.9 else draw.choice((DEVICES, BOARD))
    if draw.random() < 0.1:
        pages().whole(screen, "zh", page, draw.choice((0, 1, 7, 999)))
    pages().pieces(screen, "en", page, draw.choice((0, 0, 1, 999)))
    return pages().main(screen, "zh", TURN, draw.choice((0, 0, 1))).html


def identity(nth: int) -> Identity:
    return Identity("dayuan-tl310", 1, "ab" * 32, "DaYuan", "TL-310", None, "documented", str(nth))


def reading(draw: Random, nth: int) -> tuple[Reading, ...]:
    """A loading of all channels, of the control alone, or nonsense."""
    at = (datetime(2025, 8, 3, 8, tzinfo=BEIJING) + timedelta(minutes=nth)).isoformat()
    values = [Decimal("0.510"), *(Decimal(draw.choice(("0.470", "0.096", "0.3", "-1", "999"))) for _ in range(3))]
    said = [
        Reading(place, "absorbance_change", value if draw.random() < 0.95 else None, "AU", b"\1", nth * 10 + place, at)
        for place, value in enumerate(values, 1)
    ]
    return tuple(said[: draw.choice((4, 4, 4, 1, 2, 0))])


def _drawn(_: Faces) -> Drawn:
    return Drawn((_page(), _page()))


def _page() -> Image.Image:
    return Image.new("1", (8, 8))


@cache
def _model() -> PrinterModel:
    return load_model(next(iter(known_models())))


def _fits(_: Table) -> None:
    """Everything does."""


def _examined(reach: Reach) -> Examined:
    link_ = Link(reach.record.last, 0, "")
    return Examined(reach.clock.now(), reach.record.checked, link_, None, None, reach.devices(), "0", "", 0)
