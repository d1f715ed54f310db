"""Labels of a fixed size, and sheets of labels or cards with their cut marks. What does not fit is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PIL import Image

from kiosk.paper.code import draw_code
from kiosk.paper.errors import PaperError
from kiosk.paper.fonts import Fonts, load_fonts
from kiosk.paper.layout import Style, load_layout
from kiosk.paper.sheet import Sheet
from kiosk.paper.slip_layout import LabelLayout, SheetLayout
from kiosk.paper.typesetting import Setting, set_text

SIZES = ("60x40", "50x30")


@dataclass(frozen=True, slots=True)
class LabelFace:
    """`big` is read across a room; `lines` are a field's name and its words; `sign` a place to sign, named.

    `foot` stands along the lower edge; `code` is what the code says, empty for none.
    """

    title: str
    big: str
    lines: tuple[tuple[str, str], ...] = ()
    code: str = ""
    foot: tuple[str, ...] = ()
    sign: str = ""
    framed: bool = False


class LabelPress:
    """Sets, checks and draws labels of one layout. Build once and keep it: it holds the fonts."""

    def __init__(self, layout: LabelLayout, fonts: Fonts) -> None:
        self._layout = layout
        self._fonts = fonts
        self._gap = layout.dots(layout.gap)
        self._edge = layout.dots(layout.margin)
        self._width, self._height = layout.dots(layout.width), layout.dots(layout.height)

    @property
    def dots_per_mm(self) -> int:
        return self._layout.dots_per_mm

    def check(self, face: LabelFace) -> None:
        """PaperError when a character, a field or the code cannot be printed. Call before anything is recorded."""
        self._compose(face)

    def draw(self, face: LabelFace) -> Image.Image:
        """Mode "1", the size of the layout."""
        return self._compose(face).paint(self._height)

    def _compose(self, face: LabelFace) -> Sheet:
        layout, sheet = self._layout, Sheet(self._fonts, self._width)
        column = self._width - 2 * self._edge
        foot = self._foot(sheet, face, column)
        if face.framed:
            sheet.frame(0, 0, self._width, self._height, layout.dots(layout.line))
        if face.code:
            code = draw_code(face.code, layout.code, layout.dots_per_mm)
            self._coded(sheet, code, foot)
            column -= code.width + self._gap
        y = self._edge
        for setting in self._fitting(face, column, foot - y):
            y += sheet.text(self._edge, y, setting)
        return sheet

    def _foot(self, sheet: Sheet, face: LabelFace, column: int) -> int:
        """Sets what stands along the lower edge; where it begins."""
        layout, foot = self._layout, self._height - self._edge
        for line in reversed(face.foot):
            setting = self._set(line, line, layout.styles.small, column)
            foot -= setting.height
            sheet.text(self._edge, foot, setting)
        if face.sign:
            setting = self._set(face.sign, face.sign, layout.styles.small, column)
            foot -= max(setting.height, layout.dots(layout.sign))
            taken = self._fonts.width(setting.lines[0], setting.kind) + self._gap
            below = foot + max(setting.height, layout.dots(layout.sign))
            sheet.text(self._edge, below - setting.height, setting)
            thin = layout.dots(layout.line)
            sheet.rule(self._edge + taken, below - 2 * thin, column - taken, thin)
        return foot

    def _coded(self, sheet: Sheet, code: Image.Image, foot: int) -> None:
        """On the right, in the middle of what the foot leaves."""
        top = max(0, (foot - code.height) // 2)
        if code.height > foot:
            raise PaperError("paper.code", wrong=f"{code.height} dots")
        sheet.picture(self._width - self._edge - code.width, top, code)

    def _fitting(self, face: LabelFace, column: int, height: int) -> list[Setting]:
        """All words at the largest size at which they stand above the foot together."""
        styles = self._layout.styles
        parts = [(face.title, face.title, styles.title), (face.title, face.big, styles.big)]
        parts = [part for part in parts if part[1]] + [(name, words, styles.text) for name, words in face.lines]
        most = max(self._layout.dots(style.size - style.floor) for _, _, style in parts)
        for less in range(most + 1):
            settings = [self._set(name, words, self._smaller(style, less), column) for name, words, style in parts]
            if sum(one.height for one in settings) <= height:
                return settings
        name, words, _ = parts[-1]
        raise PaperError("paper.overflow", field=name, text=words)

    def _smaller(self, style: Style, dots: int) -> Style:
        per = self._layout.dots_per_mm
        return style.model_copy(update={"size": max(style.floor, style.size - Decimal(dots) / per)})

    def _set(self, field: str, text: str, style: Style, width: int) -> Setting:
        """Numbers are not torn where a smaller size keeps them whole."""
        if text.isascii():
            try:
                whole = style.model_copy(update={"lines": 1})
                return set_text(self._fonts, field, text, whole, self._layout.dots_per_mm, width)
            except PaperError as wrong:
                if wrong.code != "paper.overflow":
                    raise
        return set_text(self._fonts, field, text, style, self._layout.dots_per_mm, width)


def load_label_press(name: str, fonts: Fonts | None = None, dots_per_mm: int | None = None) -> LabelPress:
    """One of SIZES, or `tube` for the cells of a sheet. Presses of one thread may share their fonts.

    At another resolution than the layout's for a printer that is coarser.
    """
    layout = load_layout(f"label-{name}", LabelLayout)
    if dots_per_mm is not None:
        layout = layout.model_copy(update={"dots_per_mm": dots_per_mm})
    return LabelPress(layout, fonts or load_fonts())


def load_sheet(name: str, dots_per_mm: int | None = None) -> SheetLayout:
    layout = load_layout(f"sheet-{name}", SheetLayout)
    return layout if dots_per_mm is None else layout.model_copy(update={"dots_per_mm": dots_per_mm})


def laid_out(pictures: Sequence[Image.Image], layout: SheetLayout) -> tuple[Image.Image, ...]:
    """Pages with a picture in each cell, row by row, and cut marks in the margins. PaperError when one is too large."""
    each = layout.columns * layout.rows
    return tuple(_page(pictures[at : at + each], layout) for at in range(0, len(pictures), each))


def _page(pictures: Sequence[Image.Image], layout: SheetLayout) -> Image.Image:
    dots = layout.dots
    page = Image.new("1", (dots(layout.width), dots(layout.height)), 1)
    cell = dots(layout.cell_width), dots(layout.cell_height)
    for nth, picture in enumerate(pictures):
        row, column = divmod(nth, layout.columns)
        if picture.width > cell[0] or picture.height > cell[1]:
            raise PaperError("paper.overflow", field=layout.name, text=f"{picture.width} x {picture.height}")
        left = dots(layout.left + column * (layout.cell_width + layout.gap_across))
        top = dots(layout.top + row * (layout.cell_height + layout.gap_down))
        page.paste(picture, (left + (cell[0] - picture.width) // 2, top + (cell[1] - picture.height) // 2))
    if layout.marks:
        _marked(page, layout)
    return page


def _marked(page: Image.Image, layout: SheetLayout) -> None:
    """Cut marks outside the cells, at both edges of each of them."""
    dots, thick, length = layout.dots, max(1, layout.dots(layout.line)), layout.dots(layout.marks)
    across = _edges(layout.left, layout.cell_width, layout.gap_across, layout.columns)
    down = _edges(layout.top, layout.cell_height, layout.gap_down, layout.rows)
    for x in map(dots, across):
        for y in (dots(down[0]) - length, dots(down[-1])):
            page.paste(0, (x, y, x + thick, y + length))
    for y in map(dots, down):
        for x in (dots(across[0]) - length, dots(across[-1])):
            page.paste(0, (x, y, x + length, y + thick))


def _edges(first: Decimal, cell: Decimal, gap: Decimal, count: int) -> list[Decimal]:
    """Where each cell begins and ends."""
    begins = [first + nth * (cell + gap) for nth in range(count)]
    return [edge for begin in begins for edge in (begin, begin + cell)]
