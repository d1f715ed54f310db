"""The page that shows whether a printer does what its model says: rulers, steps, a code, a last line. Words go in."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from PIL import Image, ImageDraw

from kiosk.paper.fonts import Fonts, Type

QUIET = 4  # modules of white around a code
STEPS = 12
STEP = 6  # dots high
BESIDE = 60  # mm of width: then the code stands beside the lines


@dataclass(frozen=True, slots=True)
class TrialFace:
    """`lines` stand under each other; `code` is what the code says; `end` is the last line."""

    title: str
    lines: tuple[str, ...]
    steps: str
    code: str
    end: str


class TrialPress:
    """`width`, `height` in dots; without a height the page is as long as it needs to be."""

    def __init__(self, fonts: Fonts, width: int, dots_per_mm: int, height: int | None = None) -> None:
        self._fonts = fonts
        self._width = width
        self._mm = dots_per_mm
        self._height = height

    def draw(self, face: TrialFace) -> Image.Image:
        """PaperError for a character without a glyph; a line that is too long is cut off."""
        page = Image.new("L", (self._width, 200 * self._mm), 255)
        pen = ImageDraw.Draw(page)
        self._ruler(pen)
        code = _code(face.code, max(3, self._mm // 2))
        beside = self._width >= BESIDE * self._mm  # else the code stands below
        left, at, room = 6 * self._mm, 5 * self._mm, code.width if beside else 0
        at = self._text(page, left, at, (face.title,), self._size(4), room, bold=True)
        at = self._text(page, left, at, face.lines, self._size(2.8), room)
        if beside:
            page.paste(code, (self._width - code.width, 5 * self._mm))
            at = max(at, 5 * self._mm + code.height)
        else:
            page.paste(code, (left, at))
            at += code.height
        self._side(pen, at)
        at = self._text(page, left, at, (face.steps,), self._size(2.8))
        at = self._steps(pen, left, at + self._mm)
        at = self._text(page, left, at + self._mm, (face.end,), self._size(2.8)) + self._mm
        height = self._height or at
        return page.crop((0, 0, self._width, height)).point(lambda level: 255 if level >= 150 else 0, "1")

    def _size(self, mm: float) -> int:
        """Smaller on narrow paper, never below what can be read."""
        return max(20, min(round(mm * self._mm), self._width // 18))

    def _ruler(self, pen: ImageDraw.ImageDraw) -> None:
        """The outermost dots on both sides, millimetres along the upper edge."""
        pen.line((0, 0, self._width - 1, 0), fill=0)
        for mm in range(self._width // self._mm + 1):
            length = 4 if mm % 10 == 0 else 3 if mm % 5 == 0 else 2
            x = min(mm * self._mm, self._width - 1)
            pen.line((x, 0, x, length * self._mm), fill=0)
        pen.line((self._width - 1, 0, self._width - 1, 4 * self._mm), fill=0)

    def _side(self, pen: ImageDraw.ImageDraw, down_to: int) -> None:
        """Millimetres down the left edge: the feed. Between them, rows have no ink at the left, as most paper has."""
        for mm in range(down_to // self._mm + 1):
            length = 4 if mm % 10 == 0 else 3 if mm % 5 == 0 else 2
            pen.line((0, mm * self._mm, length * self._mm, mm * self._mm), fill=0)

    def _text(
        self,
        page: Image.Image,
        left: int,
        at: int,
        lines: Sequence[str],
        size: int,
        taken: int = 0,
        *,
        bold: bool = False,
    ) -> int:
        """`taken`: dots at the right that are not free. Returns where the next line begins."""
        for line in lines:
            self._fonts.require(line, "trial")
            kind, shown = Type(size, bold), line
            while self._fonts.width(shown, kind) > self._width - left - taken:
                shown = shown[:-1]
            self._fonts.draw(page, (left, at), shown, kind)
            at += size * 5 // 4
        return at

    def _steps(self, pen: ImageDraw.ImageDraw, left: int, at: int) -> int:
        """Each step begins where the last one ends: a printer that does not move the left end shows it at once."""
        wide, high = (self._width - left) // STEPS, STEP
        for step in range(STEPS):
            x = left + step * wide
            pen.rectangle((x, at + step * high, x + wide - 1, at + (step + 1) * high - 1), fill=0)
        return at + STEPS * high


def _code(text: str, dots: int) -> Image.Image:
    """With its quiet zone, `dots` to a module."""
    matrix = tuple(map(bytes, segno.make(text, error="m", micro=False, boost_error=False).matrix))
    side = (len(matrix) + 2 * QUIET) * dots
    code = Image.new("L", (side, side), 255)
    for y, row in enumerate(matrix, QUIET):
        for x, dark in enumerate(row, QUIET):
            if dark:
                code.paste(0, (x * dots, y * dots, (x + 1) * dots, (y + 1) * dots))
    return code
