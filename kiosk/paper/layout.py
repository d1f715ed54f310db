"""Layouts as data: read, checked, and turned from millimetres into whole dots. Nothing is drawn here."""

import tomllib
from decimal import Decimal
from importlib import resources
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk.paper.errors import PaperError

Layout = TypeVar("Layout", bound=BaseModel)
Millimetres = Annotated[Decimal, Field(gt=0, le=300)]
Block = Literal[
    "tags", "heading", "title", "marks", "promise", "basis", "fields", "number", "code", "online", "sign", "notes"
]
StyleName = Literal[
    "tag", "heading", "title", "mark", "body", "label", "value", "number_label", "number", "online", "sign", "note"
]
STYLES_OF: dict[Block, tuple[StyleName, ...]] = {
    "tags": ("tag",),
    "heading": ("heading",),
    "title": ("title",),
    "marks": ("mark",),
    "promise": ("body",),
    "basis": ("body",),
    "fields": ("label", "value"),
    "number": ("number_label", "number"),
    "code": (),
    "online": ("online",),
    "sign": ("sign",),
    "notes": ("note",),
}
ROLL_DOTS, LABEL_DOTS = 4, 3  # of a module, at least: fewer do not survive a worn print head


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Style(Part):
    """How a text is set: it wraps to `lines`, shrinks to `floor`, and is then refused. `whole`: below its floor
    it shrinks on, so far, to stay in one line, and is broken only then."""

    size: Millimetres
    floor: Millimetres
    lines: Annotated[int, Field(ge=1, le=9)]
    leading: Annotated[Decimal, Field(ge=1, le=3)]
    bold: bool = False
    whole: Millimetres | None = None

    def shrunk(self, percent: int) -> "Style":
        return self.model_copy(update={"size": max(self.floor, self.size * percent / 100)})


class Code(Part):
    """`level`: how much of it may be lost (ISO/IEC 18004): a short link has room for more than the sealed code."""

    width: Millimetres
    min_dots: Annotated[int, Field(ge=2)]
    max_dots: Annotated[int, Field(ge=2)]
    max_version: Annotated[int, Field(ge=1, le=40)]
    level: Literal["m", "h"] = "m"

    def smallest(self) -> "Code":
        return self.model_copy(update={"max_dots": self.min_dots})


class BlockSpacing(Part):
    """`spread`: by how much a gap may grow so that a page is filled. `run_on`: notes follow each other on one line."""

    gap: Millimetres
    indent: Annotated[Decimal, Field(ge=0, le=50)]
    rule: Millimetres
    spread: Annotated[Decimal, Field(ge=0, le=50)] = Decimal(0)
    run_on: bool = False


class Box(Part):
    size: Millimetres
    line: Millimetres
    tick: Millimetres
    gap: Millimetres
    in_line: bool = False  # boxes stand beside each other


class Fields(Part):
    """Labels are spread over `ems` characters of their own size. `tab`: where a second field of the same line begins,
    if it fits there.

    `only`: labels of the fields that this paper has room for; `optional`: of these, what is left out when it has not.
    """

    ems: Annotated[int, Field(ge=1, le=12)]
    colon: str
    gap: Millimetres
    tab: Millimetres | None = None
    labels: bool = True
    only: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


class Sign(Part):
    """The box for a signature or a seal: at least as large as a county's round seal leaves room for."""

    width: Annotated[Decimal, Field(ge=40, le=300)]
    height: Annotated[Decimal, Field(ge=15, le=100)]


class Frame(Part):
    inset: Millimetres  # from the edge of the page
    rule: Millimetres
    inner: Millimetres  # thickness of a second, thin line
    apart: Millimetres


class Row(Part):
    """Blocks below each other; `foot` those that stand at its bottom, `beside` what stands at its right."""

    blocks: tuple[Block, ...]
    foot: tuple[Block, ...] = ()
    beside: Literal["code", "sign"] | None = None
    rule: Literal["none", "apart", "within"] = "none"  # a line above, with a gap of its own or in the middle of the gap


class CertificateLayout(Part):
    """A roll has no `height`. On a page everything shrinks together, down to `least` percent, until it fits.

    `online` are the words of a paper that is too small for the sealed code: its short link says nothing without a
    network.
    """

    name: str
    dots_per_mm: Annotated[int, Field(ge=4, le=24)]
    width: Millimetres
    height: Millimetres | None = None
    margin: Annotated[Decimal, Field(ge=0, le=50)] = Decimal(0)
    least: Annotated[int, Field(ge=50, le=100)] = 100
    online: str = ""
    row: Annotated[tuple[Row, ...], Field(min_length=1)]
    frame: Frame | None = None
    code: Code
    block: BlockSpacing
    box: Box | None = None
    fields: Fields
    sign: Sign | None = None
    styles: dict[StyleName, Style]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        used = {style for block in self.blocks() for style in STYLES_OF[block]}
        used -= set() if self.fields.labels else {"label", "number_label"}
        if used != set(self.styles):
            raise ValueError(f"styles: {', '.join(sorted(used ^ set(self.styles)))} are missing or not used")
        if [*self.blocks()].count("code") != 1:
            raise ValueError("row: the code stands once")
        if ("basis" in self.blocks()) != (self.box is not None) or ("sign" in self.blocks()) != (self.sign is not None):
            raise ValueError("box and sign belong to the blocks basis and sign")
        if ("online" in self.blocks()) != bool(self.online):
            raise ValueError("online: the words and their block")
        if self.code.min_dots < (ROLL_DOTS if self.height is None else LABEL_DOTS):
            raise ValueError("code.min_dots: too few for this kind of paper")
        return self

    def blocks(self) -> tuple[Block, ...]:
        rows = ((*row.blocks, *row.foot, *([row.beside] if row.beside else [])) for row in self.row)
        return tuple(block for row in rows for block in row)

    def dots(self, length: Decimal) -> int:
        return round(length * self.dots_per_mm)

    def shrunk(self, percent: int, code: Code) -> "CertificateLayout":
        """Texts (down to their floors) and the gaps between them smaller; boxes for people and rules are not."""
        styles = {name: style.shrunk(percent) for name, style in self.styles.items()}
        block = self.block.model_copy(update={"gap": self.block.gap * percent / 100})
        fields = self.fields.model_copy(update={"gap": self.fields.gap * percent / 100})
        box = self.box
        if box is not None:
            size = box.size * styles["body"].size / self.styles["body"].size
            box = box.model_copy(update={"size": size})
        return self.model_copy(update={"styles": styles, "block": block, "fields": fields, "box": box, "code": code})


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
    except ValidationError as wrong:
        told = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in wrong.errors())
        raise PaperError("paper.layout", file=name, wrong=told) from wrong
    except (ValueError, RecursionError) as wrong:  # not TOML, a number of 5,000 digits, nested too deep
        raise PaperError("paper.layout", file=name, wrong=str(wrong)) from wrong
