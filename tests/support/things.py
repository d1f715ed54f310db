"""What people hold up to the camera of a simulated bench: badges, tubes, bottles, boxes, papers. Each a picture."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import segno
from PIL import Image

from kiosk.rules.messages import Basis
from kiosk.rules.scan import tags
from kiosk.rules.scan.numbers import certificate_number
from kiosk.rules.scan.tags import Tag
from kiosk.seal import CertificateCode, link, seal_certificate
from kiosk.trust import read_key
from tests.support.bodies import kid
from ui.demo.bench import COUNTY, HOST, Bench
from ui.demo.office import Colleague

FRAME = (1280, 720)


def held(stage: Bench, name: str, text: str) -> Path:
    """A code in front of a white wall."""
    file = stage.folder / "things" / f"{name}.png"
    file.parent.mkdir(exist_ok=True)
    drawn = io.BytesIO()
    segno.make(text, error="m", boost_error=False, micro=False).save(drawn, kind="png", scale=8, border=4)
    code = Image.open(drawn).convert("L")
    wall = Image.new("L", FRAME, 235)
    wall.paste(code, ((FRAME[0] - code.width) // 2, (FRAME[1] - code.height) // 2))
    wall.save(file)
    return file


def wall(stage: Bench) -> Path:
    """Nothing that has a code."""
    file = stage.folder / "things" / "wall.png"
    file.parent.mkdir(exist_ok=True)
    Image.new("L", FRAME, 235).save(file)
    return file


def tag(kind: Tag, nth: int) -> str:
    """The same number for the same thing, in every run."""
    return tags.tag_number(kind, bytes((nth, 7, 7, 7, 7)))


def colleague(stage: Bench, role: str) -> Colleague:
    """Of the demonstration's staff, the first who may do this."""
    return next(one for one in stage.office.staff if role in one.roles)


def badge(stage: Bench, role: str) -> Path:
    return stage.folder / "cards" / f"{colleague(stage, role).id}.png"


def tube(stage: Bench, nth: int = 1) -> Path:
    return held(stage, f"tube-{nth}", tag(Tag.TUBE, nth))


def reagent(stage: Bench, nth: int = 1) -> Path:
    """The box of a reagent lot with our label."""
    return held(stage, f"reagent-{nth}", tags.tag_link(HOST, tag(Tag.REAGENT, nth)))


def task(stage: Bench, nth: int = 1) -> Path:
    return held(stage, f"task-{nth}", tags.tag_link(HOST, tag(Tag.TASK, nth)))


def bottle(stage: Bench, text: str) -> Path:
    """A pesticide's bottle; `text` is what its code says: a unit code, a registration number, a page."""
    return held(stage, "bottle-" + "".join(one for one in text if one.isalnum())[-24:], text)


def paper(stage: Bench, nth: int = 1, day: date | None = None, product: str = "cowpea", kg: int = 160) -> Path:
    """A certificate that this box sealed before."""
    key = read_key(stage.box / "keys" / "station.key")
    number = certificate_number(COUNTY, bytes((nth, *b"paper!")))
    code = CertificateCode(
        number, 1, stage.people[0].name, stage.people[0].id, product, Decimal(kg), "kg", stage.people[0].origin,
        day or date(2026, 3, 2), (Basis.CONTROL,), (), kid(key), "cd" * 32,
    )  # fmt: skip
    return held(stage, f"paper-{nth}", link(HOST, "C", seal_certificate(code, key, HOST)))


def foreign(stage: Bench, nth: int = 1) -> Path:
    """A paper of another county, with a page of its own behind the code: nobody here can verify it."""
    return held(stage, f"foreign-{nth}", f"https://trace.elsewhere.example/hgz?id={nth:012}")
