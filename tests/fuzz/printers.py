"""Targets: what a printer answers, and files about printers and paper. Garbage is never «well»; faults are named."""

import json
import tempfile
import tomllib
from importlib.resources import files
from itertools import islice
from pathlib import Path
from random import Random

from PIL import Image
from pydantic import BaseModel

from drivers.errors import DeviceError, FrameError, ProfileError
from drivers.printer import escpos_status, ipp, tspl_status, zpl_status
from drivers.printer.render import render_job
from drivers.printer.shelf import known_models, load_model
from drivers.printer.status import NOTHING_HEARD, PrinterStatus, State, trouble, well
from kiosk.paper.errors import PaperError
from kiosk.paper.layout import CertificateLayout, FontList, check_layout
from kiosk.paper.slip_layout import LabelLayout, SheetLayout, SlipLayout
from tests.fuzz.described import _inline as inline
from tests.fuzz.mutate import bent, damaged
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target

ANSWERS = (
    b"\x16\x12\x12\x12",
    b"\x1e\x32\x12\x72",
    b"\x14\x00\x00\x0f",
    b"\x10\x00\x0c\x0f",
    b"7 0012\x00",
    b"\x37\x22\x30\x30\x30\x31\x00",
    b"\x11\x13\x16\x12",
    b"\x37\x21\x00",
)
ZPL = (
    b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02001,0,0,0,1,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n",
    b"\x02030,1,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02001,0,1,0,1,2,6,0,00000003,1,000\x03\r\n\x021234,0\x03\r\n",
)
TSPL_WELL = (b"\x00", b"\x20")
FORMS: dict[str, type[BaseModel]] = {
    "certificate": CertificateLayout,
    "slip": SlipLayout,
    "label": LabelLayout,
    "sheet": SheetLayout,
    "fonts": FontList,
    "slip-fonts": FontList,
}
Named = tuple[str, type[BaseModel]]


def targets(_: World) -> tuple[Target, ...]:
    return _escpos(), _tspl(), _zpl(), _ipp(), _models(), _layouts()


def _escpos() -> Target:
    """Whatever comes between answers: what is whole is told once, and what is not exactly an answer says nothing."""

    def breed(draw: Random) -> bytes:
        if draw.random() < 0.2:
            return draw.randbytes(draw.randrange(12))
        return b"".join(damaged(draw, ANSWERS)[:40] for _ in range(draw.randint(1, 4)))

    def check(data: bytes) -> bool:
        blocks = escpos_status.Blocks()
        for byte in data:
            blocks.feed(bytes([byte]))
        whole = escpos_status.Blocks()
        whole.feed(data)
        if (blocks.done, blocks.automatic) != (whole.done, whole.automatic):
            raise Broken("the same bytes are heard otherwise in pieces")
        if any(one[0] != 0x37 or len(one) > 7 for one in whole.done):
            raise Broken("a block that is none")
        four = [*data[:4], None, None, None, None][:4]
        found = [escpos_status.status_of(four[0], four[1], four[2], four[3])]
        found += [escpos_status.status_of_automatic(whole.automatic)] if whole.automatic else []
        _sound(found[0], any(byte is None or byte & 0x93 != 0x12 for byte in four))
        return any(map(well, found))

    return Target("printer.escpos", breed, check)


def _tspl() -> Target:
    """One byte is an answer; well is one that has no bit of trouble."""

    def check(data: bytes) -> bool:
        status = tspl_status.status_of(data)
        if well(status) != (data in TSPL_WELL):
            raise Broken(f"{data.hex()} is {status}")
        return trouble(status) is None and status.online is not State.UNKNOWN

    return Target("printer.tspl", lambda draw: draw.randbytes(draw.choice((0, 1, 1, 1, 1, 2, 9))), check)


def _zpl() -> Target:
    """Three strings of one form; of anything else nothing is known."""

    def check(data: bytes) -> bool:
        status = zpl_status.status_of(data)
        if well(status):
            strings = data.split(b"\x03\r\n")
            first = strings[0].removeprefix(b"\x02").split(b",")
            second = strings[1].removeprefix(b"\x02").split(b",")
            if (len(strings), first[1], first[2], second[2]) != (4, b"0", b"0", b"0"):
                raise Broken("well, although it does not say so")
        if not data and status != NOTHING_HEARD:
            raise Broken("silence says something")
        return well(status)

    return Target("printer.zpl", lambda draw: damaged(draw, ZPL) if draw.random() < 0.95 else draw.choice(ZPL), check)


def _ipp() -> Target:
    """What a spooler answers: attributes, or no IPP."""
    fields: dict[str, str | int] = {"printer-uri": "ipp://localhost/printers/a4", "job-id": 7, "job-name": "paper"}
    seeds = (
        ipp.request(0, fields),
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x23\x00\x0dprinter-state\x00\x04\x00\x00\x00\x03\x22\x00\x01a\x00\x01\x01\x03",
    )

    def check(data: bytes) -> bool:
        try:
            answer = ipp.answer(data)
        except FrameError:
            return False
        for name in answer.attributes:
            answer.words(name)
        try:
            answer.number("printer-state")
        except FrameError:
            return False
        return answer.done

    return Target("printer.ipp", lambda draw: damaged(draw, seeds), check)


def _models() -> Target:
    """A model of one's own: a refusal that names the file, or a printer to which a paper can be written."""
    place = tempfile.mkdtemp(prefix="liangzheng-fuzz-")
    file = Path(place) / "mine.toml"
    shelf = files("drivers.printer") / "models"
    texts = tuple((shelf / f"{name}.toml").read_bytes() for name in known_models())

    def breed(draw: Random) -> bytes:
        return _torn(draw, texts)

    def check(data: bytes) -> bool:
        file.write_bytes(data)
        try:
            model = load_model("mine", (Path(place),))
        except ProfileError as wrong:
            if "mine" not in str(wrong.facts):
                raise Broken("the file is not named") from wrong
            return False
        try:
            list(islice(render_job(Image.new("1", (64, 64), 1), b"0001", model), 4))
        except DeviceError:
            return False
        return True

    return Target("printer.model", breed, check, weight=4)


def _layouts() -> Target:
    """A layout of a pack: PaperError with its name, or a layout of the form that was asked for."""
    folder = files("kiosk") / "packs" / "paper"
    texts = {one.name: one.read_bytes() for one in folder.iterdir() if _form(one.name) is not None}

    def breed(draw: Random) -> bytes:
        name = draw.choice(sorted(texts))
        return name.encode() + b"\n" + _torn(draw, (texts[name],))

    def check(data: bytes) -> bool:
        name, _, text = data.partition(b"\n")
        form = _form(name.decode())
        if form is None:
            return False
        try:
            layout = check_layout(name.decode(), text.decode("utf-8", "replace"), form)
        except PaperError as wrong:
            if wrong.facts["file"] != name.decode():
                raise Broken("the layout is not named") from wrong
            return False
        return isinstance(layout, form)

    return Target("paper.layout", breed, check, weight=2)


def _form(name: str) -> type[BaseModel] | None:
    plain = name.removesuffix(".toml")
    return FORMS.get(plain) or FORMS.get(plain.partition("-")[0])


def _torn(draw: Random, texts: tuple[bytes, ...]) -> bytes:
    """Damaged as bytes, or with one odd value in the place of another."""
    if draw.random() < 0.5:
        return damaged(draw, texts)
    table = bent(draw, json.loads(json.dumps(tomllib.loads(draw.choice(texts).decode()), default=str)))
    lines = (
        [f"{inline(name)} = {inline(value)}" for name, value in table.items() if value is not None]
        if isinstance(table, dict)
        else []
    )
    return "\n".join(lines).encode("utf-8", "replace")


def _sound(status: PrinterStatus, lacking: bool) -> None:
    """Well needs every answer."""
    if lacking and well(status) and State.UNKNOWN not in (status.error, status.near_end):
        raise Broken("well, although an answer is missing or is none")
