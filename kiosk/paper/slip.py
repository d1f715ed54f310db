"""A slip: typed blocks under a title, as one picture on a roll or as pages of A5 and A4. Words come in with the face.

Nothing here knows the law, the clock, the record or a printer. What does not fit is refused with its field's name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PIL import Image

from kiosk.paper.errors import PaperError
from kiosk.paper.fonts import Fonts, load_fonts
from kiosk.paper.layout import FontList, load_layout
from kiosk.paper.sheet import Sheet
from kiosk.paper.slip_bands import Band, Setter
from kiosk.paper.slip_blocks import (
    Big,
    Block,
    Boxes,
    Coded,
    Fields,
    Marks,
    Notes,
    Paragraph,
    Shown,
    Signatures,
    Table,
    Verbatim,
)
from kiosk.paper.slip_forms import fields, signatures, table
from kiosk.paper.slip_layout import SlipLayout
from kiosk.paper.slip_words import big, boxes, coded, marks, notes, paragraph, shown, title, verbatim

SIZES = ("80mm", "58mm", "a5", "a4")
SETTERS: dict[type, Callable[[Setter, Any], list[Band]]] = {
    Big: big,
    Fields: fields,
    Paragraph: paragraph,
    Table: table,
    Boxes: boxes,
    Coded: coded,
    Shown: shown,
    Signatures: signatures,
    Notes: notes,
    Marks: marks,
    Verbatim: verbatim,
}


@dataclass(frozen=True, slots=True)
class SlipFace:
    """`place` stands above the title; `page` has the blanks {page} and {pages} and stands below each of several."""

    title: str
    blocks: tuple[Block, ...]
    place: str = ""
    page: str = ""


class SlipPress:
    """Sets, checks and draws slips of one layout. Build once and keep it: it holds the fonts."""

    def __init__(self, layout: SlipLayout, fonts: Fonts, fixed: Fonts) -> None:
        self._layout = layout
        self._fonts = fonts
        self._setter = Setter(layout, fonts, fixed)
        self._top = layout.dots(layout.margin.top)

    @property
    def dots_per_mm(self) -> int:
        return self._layout.dots_per_mm

    def check(self, face: SlipFace) -> None:
        """PaperError when a character, a field or a code cannot be printed. Call before anything is recorded."""
        self._flow(face)

    def draw(self, face: SlipFace) -> tuple[Image.Image, ...]:
        """Mode "1": one picture on a roll, pages of one size on A5 and A4."""
        pages = self._flow(face)
        return tuple(self._painted(face, page, nth, len(pages)) for nth, page in enumerate(pages, 1))

    def _flow(self, face: SlipFace) -> list[list[tuple[int, Band]]]:
        """Bands at their heights, page by page. A page's number takes room only where there are several."""
        bands = title(self._setter, face.title, face.place)
        for block in face.blocks:
            bands += SETTERS[type(block)](self._setter, block)
        pages = self._paged(bands, 0)
        if len(pages) == 1 or not face.page:
            return pages
        return self._paged(bands, 2 * self._layout.dots(self._layout.styles.note.size))

    def _paged(self, bands: list[Band], foot: int) -> list[list[tuple[int, Band]]]:
        """What belongs together is not torn apart."""
        bottom = self._bottom() - foot
        pages: list[list[tuple[int, Band]]] = [[]]
        y = self._top
        for group in _groups(bands):
            tall = sum(band.gap + band.height for band in group)
            if pages[-1] and y + tall > bottom:
                pages.append([])
                y = self._top
            for nth, band in enumerate(group):
                y += band.gap if pages[-1] or nth else 0
                pages[-1].append((y, band))
                y += band.height
            if y > bottom:
                raise PaperError("paper.overflow", field=group[-1].field, text=group[-1].field)
        return pages

    def _bottom(self) -> float:
        """Where words must end; a roll goes on for ever."""
        layout = self._layout
        if layout.height is None:
            return float("inf")
        return layout.dots(layout.height) - layout.dots(layout.margin.bottom)

    def _painted(self, face: SlipFace, page: list[tuple[int, Band]], nth: int, pages: int) -> Image.Image:
        layout = self._layout
        sheet = Sheet(self._fonts, layout.dots(layout.width))
        left = layout.dots(layout.margin.left)
        for y, band in page:
            band.draw(sheet, left, y)
        if layout.height is None:
            y, last = page[-1]
            return sheet.paint(y + last.height + layout.dots(layout.margin.bottom))
        height = layout.dots(layout.height)
        if face.page and pages > 1:
            told = self._setter.line(face.page.format(page=nth, pages=pages), layout.styles.note)
            sheet.text(left, height - layout.dots(layout.margin.bottom) - told.height, told, centred_in=layout.column)
        return sheet.paint(height)


def load_slip_press(size: str, fonts: Fonts | None = None, dots_per_mm: int | None = None) -> SlipPress:
    """One of SIZES; PaperError("paper.layout") for any other. Presses of one thread may share their fonts.

    At another resolution than the layout's for a printer that is coarser.
    """
    fixed, layout = Fonts(load_layout("slip-fonts", FontList).font), load_layout(f"slip-{size}", SlipLayout)
    if dots_per_mm is not None:
        layout = layout.model_copy(update={"dots_per_mm": dots_per_mm})
    return SlipPress(layout, fonts or load_fonts(), fixed)


def _groups(bands: list[Band]) -> list[list[Band]]:
    """Bands that say `keep` stand on the page of the next one."""
    groups: list[list[Band]] = [[]]
    for band in bands:
        groups[-1].append(band)
        if not band.keep:
            groups.append([])
    return [group for group in groups if group]
