"""A box with sheets and a desk, on a real record: staff with badges, a hand for its fingers, for tests of sheets.

`box` and `served` are fixtures; a file whose box is another, or who is logged on already, has its own.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from PIL import Image

from kiosk import staff_pin
from kiosk.attendant import Attendant, Hardware
from kiosk.books_of import BooksOf
from kiosk.clock import Clock
from kiosk.counter import Paperwork
from kiosk.entrance import Entrance
from kiosk.finding import Finding, Listed, Lists
from kiosk.hands import SheetHands
from kiosk.housekeeping import Household
from kiosk.piece_drawing import PieceDrawing
from kiosk.private_data import PrivateData
from kiosk.proving import Pins
from kiosk.record import Record
from kiosk.rules.messages import Staff, StaffPut
from kiosk.rules.quality_control.timing import Moment
from kiosk.rules.scan.tags import Tag, tag_number
from kiosk.rules.settings import Proof
from kiosk.rules.sheets.document import documents_on
from kiosk.rules.sheets.sheet import Facts, Sheet
from kiosk.rules.sheets.shelf import SHEETS
from kiosk.rules.visits.turn import Visit
from kiosk.screen import Screen
from kiosk.serving import Settings
from kiosk.slip_faces import Faces
from kiosk.slip_pages import Drawn, Papers, drawn
from kiosk.slips.desk import Desk
from kiosk.tools.tool import Reach
from kiosk.trust import Grant, Use, granted
from kiosk.words import load_words
from tests.kiosk.test_attendant import STATION, Box, Served
from tests.support.bodies import COUNTY, HOST, START
from tests.support.law import PACKS, law

PIN = "4711"
BADGES = {role: tag_number(Tag.BADGE, bytes([nth]) * 5) for nth, role in enumerate(("clerk", "inspector", "late"), 1)}
CLERK = Staff("u-1", "张敏", ("clerk",), BADGES["clerk"], staff_pin.hashed(PIN))
INSPECTOR = Staff("u-2", "王强", ("inspector", "technician"), BADGES["inspector"], staff_pin.hashed(PIN))
LATE = Staff("u-3", "老陈", ("clerk",), BADGES["late"], staff_pin.hashed(PIN), until="2026-01-31")
SIGNED = "[[[20,20],[300,150],[580,40]]]"


class DeskBox(Box):
    """`slips` are the pieces of paper that sheets asked for: name and entry."""

    def __init__(self, folder: Path, sheets: dict[str, Sheet] | None = None) -> None:
        self.pins = Pins(b"p" * 32)
        super().__init__(folder)
        self.sheets = sheets or dict(SHEETS)
        self.slips: list[tuple[str, int]] = []
        self.of_sheets = START  # the time that sheets see
        self.set_by = timedelta(0)  # by which somebody set the wall clock since
        self.boot = "boot-1"
        self.still = jpeg()
        self.data_key = X25519PrivateKey.generate()
        public = base64.b64encode(self.data_key.public_key().public_bytes_raw()).decode()
        self.grant = granted(self.county.root, Grant(COUNTY, Use.DATA, "office", public, "2026-01-01", "2036-01-01"))
        self.bring(StaffPut((CLERK, INSPECTOR, LATE)))

    def settings(self) -> Settings:
        told, self.answers = self.answers, {}
        settings, self.answers = super().settings(), told
        rules = law(method=self.method, **({"proof": Proof.NONE} | told))
        return replace(settings, rules=lambda _: rules, fits=self.pins.fits)

    def household(self, record: Record, clock: Clock) -> Household:
        trust = self.county.trust.merged((self.grant,), ())
        self.entrance = Entrance(trust, record.tables)
        return super().household(record, clock)

    @contextmanager
    def hardware(self, attendant: Attendant) -> Iterator[Hardware]:
        attendant.furnish(lambda reach: self.paperwork(reach, attendant.screen), lambda _: ())
        yield Hardware({}, self.jobs.append, still=lambda _: self.still)

    def paperwork(self, reach: Reach, screen: Callable[[], Screen]) -> Paperwork:
        tables = reach.record.tables
        lists = Lists(
            people=lambda: [Listed(*row) for row in tables.people.listed()],
            edition=lambda: tables.people.edition,
            products=lambda: tuple(PACKS.products.values()),
            drugs=lambda: PACKS.drugs,
        )
        return Paperwork(
            sheets=self.sheets,
            facts=lambda visit: self.facts(reach, visit, screen),
            finds=Finding(lists),
            hands=SheetHands(
                reach.pictures, self.captures, self.entrance, reach.badges, self.pins, _today, PrivateData(b"q" * 32)
            ),
            slip=lambda name, seq: self.slips.append((name, seq)),
            draw=PieceDrawing(tables, _desk, lambda: PACKS.marks, _drawn, START.isoformat),
        )

    def facts(self, reach: Reach, visit: Visit, screen: Callable[[], Screen]) -> Facts:
        return Facts(
            now=self.of_sheets + self.set_by,
            station=STATION,
            staff=reach.badges.known(visit.staff) if visit.staff else None,
            subject=visit.subject,
            settings=self.settings().rules(START).settings,
            moment=Moment(self.of_sheets + self.set_by, self.boot, self.of_sheets - START),
            books=BooksOf(reach.record.tables, lambda: PACKS, _today, self.entrance.trust.now),
            visit=visit.id,
            number=visit.number,
            parts={"camera": "", "printer": "problem.printer.silent"},
            runs=tuple(run.run for run in screen().runs),
            documents=documents_on(_today(), PACKS.agreements),
            supplies={"strip": ({"zh": "检测卡", "en": "strips"}, "条")},
            presence=visit.presence,
            present=visit.present,
            county=COUNTY,
        )


@pytest.fixture
def box(tmp_path: Path) -> DeskBox:
    return DeskBox(tmp_path)


@pytest.fixture
def served(box: DeskBox) -> Iterator[Served]:
    with box.serves() as served:
        yield ready(served)


def ready(served: Served) -> Served:
    """When all that the county said has been obeyed."""
    served.until(lambda screen: screen.link.recorded >= 3)
    return served


def logs_on(served: Served, role: str = "clerk") -> Screen:
    served.shows(BADGES[role])
    served.until(lambda screen: screen.proof == "badge")
    return touch(served, "badge_pin", PIN)


def touch(served: Served, action: str, value: str = "") -> Screen:
    """A finger on what is shown now."""
    screen = served.attendant.screen()
    return served.attendant.act(action, value, screen.visit.id, screen.place)


def jpeg(colour: str = "green") -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


def _desk() -> Desk:
    return Desk(load_words("zh"), STATION, HOST, PACKS.products, PACKS.methods)


def _drawn(faces: Faces) -> Drawn:
    return drawn(faces, Papers("80mm"))


def _today() -> date:
    return START.date()
