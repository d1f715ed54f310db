"""The certificate (承诺达标合格证) as a picture: one drawing for print, preview, the file and the county's page.

Words come in with the face, measures with the layout. Nothing here knows the law, the clock or a printer.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Literal

from PIL import Image

from kiosk.paper.certificate_blocks import Blocks, Piece, stacked
from kiosk.paper.certificate_face import CertificateFace, text_of
from kiosk.paper.certificate_rows import Room, set_row
from kiosk.paper.code import Stamp, draw_stamp, largest_stamp
from kiosk.paper.errors import PaperError
from kiosk.paper.fonts import Fonts, load_fonts
from kiosk.paper.layout import CertificateLayout, Code, load_layout
from kiosk.paper.sheet import Sheet

__all__ = ["SIZES", "CertificateFace", "CertificatePress", "Size", "load_press", "text_of"]

Size = Literal["80mm", "58mm", "75x65", "100x70", "a5", "a4", "60x40", "50x30"]
SIZES: tuple[Size, ...] = ("80mm", "58mm", "75x65", "100x70", "a5", "a4", "60x40", "50x30")
STEP = 2  # percent by which everything shrinks at a time


class CertificatePress:
    """Sets, checks and draws certificates of one layout. Build once and keep it: it holds the fonts."""

    def __init__(self, layout: CertificateLayout, fonts: Fonts) -> None:
        self._layouts = _smaller_and_smaller(layout)
        self._layout = layout
        self._fonts = fonts
        self._width = layout.dots(layout.width)
        self._height = None if layout.height is None else layout.dots(layout.height)
        self._margin = layout.dots(layout.margin)

    @property
    def dots_per_mm(self) -> int:
        return self._layout.dots_per_mm

    @property
    def online_only(self) -> bool:
        """This paper has room for a short link only: `code_url` is that of the county's page of the number."""
        return bool(self._layout.online)

    def check(self, face: CertificateFace) -> None:
        """PaperError when a character or a field cannot be printed. Call before anything is recorded: the code need not
        be known yet: then its largest size is assumed."""
        self._set(face, partial(draw_stamp, face.code_url) if face.code_url else largest_stamp)

    def draw(self, face: CertificateFace) -> Image.Image:
        """Mode "1", the size of the layout; on a roll as high as it needs."""
        rows, gap = self._set(face, partial(draw_stamp, face.code_url))
        sheet, high = Sheet(self._fonts, self._width), sum(row.height for row in rows) + gap * (len(rows) - 1)
        height = high + 2 * self._margin + gap if self._height is None else self._height
        room = height - 2 * self._margin - high
        if self._height is not None and len(rows) > 1:
            more = min(room // (len(rows) - 1), self._layout.dots(self._layout.block.spread))
            gap, room = gap + more, room - more * (len(rows) - 1)
        above = 0 if self._height is None else room // 2
        self._frame(sheet, height)
        stacked(rows, gap).put(sheet, self._margin, self._margin + above)
        return sheet.paint(height)

    def _frame(self, sheet: Sheet, height: int) -> None:
        frame, dots = self._layout.frame, self._layout.dots
        if frame is not None:
            for inset, rule in ((frame.inset, frame.rule), (frame.inset + frame.rule + frame.apart, frame.inner)):
                edge = dots(inset)
                sheet.frame(edge, edge, self._width - 2 * edge, height - 2 * edge, dots(rule))

    def _set(self, face: CertificateFace, stamp: Callable[[Code, int], Stamp]) -> tuple[list[Piece], int]:
        """The rows of the largest setting that fits, and the gap between them."""
        if face.sign_label and self._layout.sign is None:
            raise PaperError("paper.overflow", field=face.sign_label, text=face.sign_label)
        refused = PaperError("paper.overflow", field=face.title, text=face.title)
        codes = cache(stamp)
        for wanted in self._shortened(face):
            for layout in self._layouts:
                try:
                    drawn = codes(layout.code, layout.dots_per_mm)
                    return self._fitted(layout, Blocks(layout, self._fonts, wanted, drawn))
                except PaperError as wrong:
                    if wrong.code != "paper.overflow":
                        raise
                    refused = wrong
        raise refused

    def _shortened(self, face: CertificateFace) -> Iterator[CertificateFace]:
        """The face, and without the fields that a small paper may leave out."""
        yield face
        optional = self._layout.fields.optional
        if optional:
            fields = tuple(field for field in face.fields if field[0] not in optional)
            yield replace(face, fields=fields)

    def _fitted(self, layout: CertificateLayout, blocks: Blocks) -> tuple[list[Piece], int]:
        gap, width, above = layout.dots(layout.block.gap), self._width - 2 * self._margin, self._margin
        rows: list[Piece] = []
        for number, row in enumerate(layout.row):
            piece = set_row(layout, blocks, row, Room(width, above, self._below(layout, number), self._margin))
            if piece is not None:
                rows.append(piece)
                above = gap
        high = sum(row.height for row in rows) + gap * (len(rows) - 1)
        if self._height is not None and high > self._height - 2 * self._margin:
            raise PaperError("paper.overflow", field=blocks.longest, text=blocks.longest)
        return rows, gap

    def _below(self, layout: CertificateLayout, number: int) -> int:
        """How much white there is below a row."""
        gap = layout.dots(layout.block.gap)
        if number + 1 == len(layout.row):
            return self._margin
        return (gap - layout.dots(layout.block.rule)) // 2 if layout.row[number + 1].rule == "within" else gap


def _smaller_and_smaller(layout: CertificateLayout) -> tuple[CertificateLayout, ...]:
    """First the texts, then also the code."""
    codes = (layout.code, layout.code.smallest()) if layout.code.max_dots > layout.code.min_dots else (layout.code,)
    percents = range(100, layout.least - 1, -STEP)
    return tuple(layout.shrunk(percent, code) for code in codes for percent in percents)


def load_press(size: Size = "80mm", fonts: Fonts | None = None) -> CertificatePress:
    """`size` in millimetres, of the paper: a roll, a label, or a page. Presses of one thread may share their fonts."""
    return CertificatePress(load_layout(f"certificate-{size}", CertificateLayout), fonts or load_fonts())
