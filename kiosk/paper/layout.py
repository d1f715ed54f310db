"""Layouts as data: read, checked, and turned from millimetres into whole dots. Nothing is drawn here."""

import tomllib
from decimal import Decimal
from importlib import resources
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.paper.errors import PaperError

Layout = TypeVar("Layout", bound=BaseModel)
Millimetres = Annotated[Decimal, Field(gt=0, le=300)]
Block = Literal["heading", "marks", "promise", "basis", "fields", "proof", "notes"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Style(Part):
    """How a text is set: it wraps to `lines`, shrinks to `floor`, and is then refused."""

    size: Millimetres
    floor: Millimetres
    lines: Annotated[int, Field(ge=1, le=9)]
    leading: Annotated[Decimal, Field(ge=1, le=3)]
    bold: bool = False


class Code(Part):
    width: Millimetres
    min_dots: Annotated[int, Field(ge=2)]
    max_dots: Annotated[int, Field(ge=2)]
    max_version: Annotated[int, Field(ge=1, le=40)]


class Heading(Part):
    rule: Millimetres


class Proof(Part):
    gap: Millimetres


class BlockSpacing(Part):
    gap: Millimetres
    indent: Millimetres
    rule: Millimetres


class Box(Part):
    size: Millimetres
    line: Millimetres
    tick: Millimetres
    gap: Millimetres


class Fields(Part):
    label_width: Millimetres
    colon: str
    gap: Millimetres


class CertificateStyles(Part):
    heading: Style
    title: Style
    number_label: Style
    number: Style
    body: Style
    label: Style
    value: Style
    mark: Style
    note: Style


class CertificateLayout(Part):
    name: str
    dots_per_mm: Annotated[int, Field(ge=4, le=24)]
    width: Millimetres
    order: tuple[Block, ...]
    heading: Heading
    proof: Proof
    code: Code
    block: BlockSpacing
    box: Box
    fields: Fields
    styles: CertificateStyles

    def dots(self, length: Decimal) -> int:
        return round(length * self.dots_per_mm)


class CardStyles(Part):
    title: Style
    name: Style
    small: Style
    number: Style


class CardLayout(Part):
    name: str
    dots_per_mm: Annotated[int, Field(ge=4, le=24)]
    width: Millimetres
    height: Millimetres
    margin: Millimetres
    corner: Millimetres
    rule: Millimetres
    gap: Millimetres
    code: Code
    styles: CardStyles

    def dots(self, length: Decimal) -> int:
        return round(length * self.dots_per_mm)


class FontFile(Part):
    package: str
    regular: str
    bold: str | None = None
    index: int = 0


class FontList(Part):
    font: Annotated[tuple[FontFile, ...], Field(min_length=1)]


def load_layout(name: str, form: type[Layout]) -> Layout:
    """A layout of `kiosk/packs/paper`; PaperError("paper.layout") names the file and every wrong key."""
    file = resources.files("kiosk") / "packs" / "paper" / f"{name}.toml"
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as wrong:
        raise PaperError("paper.layout", file=name, wrong=str(wrong)) from wrong
    return check_layout(name, text, form)


def check_layout(name: str, text: str, form: type[Layout]) -> Layout:
    try:
        return form.model_validate(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as wrong:
        raise PaperError("paper.layout", file=name, wrong=str(wrong)) from wrong
    except ValidationError as wrong:
        told = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in wrong.errors())
        raise PaperError("paper.layout", file=name, wrong=told) from wrong
