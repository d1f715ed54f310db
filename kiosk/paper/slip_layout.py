"""Layouts of slips, labels and sheets of them as data, in millimetres: read and checked, nothing is drawn here."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from kiosk.paper.layout import Box, Code, Millimetres, Part, Style

Dots = Annotated[int, Field(ge=4, le=24)]
Margin = Annotated[Decimal, Field(ge=0, le=50)]
Count = Annotated[int, Field(ge=1, le=40)]


class Margins(Part):
    left: Margin
    top: Margin
    right: Margin
    bottom: Margin


class Spacing(Part):
    gap: Millimetres  # between two blocks
    line: Millimetres  # of the thin rules
    heading: Millimetres  # of the rule below the title, and of frames
    padding: Millimetres  # between a frame and its words


class FieldColumns(Part):
    """`framed`: a form of cells; else one line for each, labels spread as on the certificate."""

    label_width: Millimetres
    colon: str
    gap: Millimetres
    columns: Annotated[int, Field(ge=1, le=2)]
    framed: bool
    blank: Millimetres  # height of a cell that is written in by hand


class SignatureSpace(Part):
    height: Millimetres  # to sign in
    columns: Annotated[int, Field(ge=1, le=3)]


class Verbatim(Part):
    gutter: Millimetres  # of the line numbers


class SlipStyles(Part):
    place: Style
    heading: Style
    part: Style  # title of a block
    big: Style
    big_label: Style
    body: Style
    strong: Style
    label: Style
    value: Style
    head: Style  # of a table
    cell: Style
    mark: Style
    note: Style
    code: Style
    verbatim: Style


class SlipLayout(Part):
    """`height` None: a roll, one picture as long as it has to be; else pages of this height."""

    name: str
    dots_per_mm: Dots
    width: Millimetres
    height: Millimetres | None = None
    margin: Margins
    block: Spacing
    fields: FieldColumns
    box: Box
    code: Code
    sign: SignatureSpace
    verbatim: Verbatim
    styles: SlipStyles

    def dots(self, length: Decimal) -> int:
        return round(length * self.dots_per_mm)

    @property
    def column(self) -> int:
        """Dots between the margins."""
        return self.dots(self.width) - self.dots(self.margin.left) - self.dots(self.margin.right)


class LabelStyles(Part):
    title: Style
    big: Style
    text: Style
    small: Style


class LabelLayout(Part):
    """A label of a fixed size: words on the left, a code on the right where it has one, notes along the foot."""

    name: str
    dots_per_mm: Dots
    width: Millimetres
    height: Millimetres
    margin: Millimetres
    gap: Millimetres
    line: Millimetres  # of frames and rules
    sign: Millimetres  # height in which somebody signs
    code: Code
    styles: LabelStyles

    def dots(self, length: Decimal) -> int:
        return round(length * self.dots_per_mm)


class SheetLayout(Part):
    """Where labels or cards lie on a sheet. `marks`: length of the cut marks; 0 where the sheet is cut already."""

    name: str
    dots_per_mm: Dots
    width: Millimetres
    height: Millimetres
    left: Millimetres
    top: Millimetres
    cell_width: Millimetres
    cell_height: Millimetres
    gap_across: Margin
    gap_down: Margin
    columns: Count
    rows: Count
    marks: Margin
    line: Millimetres

    def dots(self, length: Decimal) -> int:
        return round(length * self.dots_per_mm)
