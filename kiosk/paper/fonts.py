"""Fonts: which one has a character, how wide a text is, and its pixels. A character without a font is refused."""

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from kiosk.paper.errors import PaperError
from kiosk.paper.layout import FontFile, FontList, load_layout

KEPT, KEPT_SIZE = 128, 80  # drawn texts, and up to which size: 2 MB
RISE = 0.88  # CJK fonts stand 0.88 em above the line and 0.12 em below it


@dataclass(frozen=True, slots=True)
class Type:
    """One font size of one weight, in dots."""

    size: int
    bold: bool = False


class Fonts:
    """The installed fonts of a list, in its order. Build once and keep: opening them costs milliseconds and memory."""

    def __init__(self, files: tuple[FontFile, ...]) -> None:
        self._files = tuple(file for file in files if _installed(file))
        if files[0] not in self._files:
            raise PaperError("paper.font", package=files[0].package)
        self._opened: dict[tuple[int, Type], ImageFont.FreeTypeFont] = {}
        self._homes: dict[str, int | None] = {}
        self._kept: dict[tuple[str, Type], Image.Image] = {}
        self._advances: dict[Type, dict[str, float]] = {}

    def require(self, text: str, field: str) -> None:
        """PaperError("paper.glyph") for the first character that cannot be drawn."""
        for character in text:
            if self._home(character) is None:
                raise PaperError("paper.glyph", field=field, character=character, codepoint=f"U+{ord(character):04X}")

    def width(self, text: str, kind: Type) -> int:
        """Characters stand side by side without kerning, so that each is measured once."""
        known = self._advances.setdefault(kind, {})
        for character in text:
            if character not in known:
                known[character] = sum(self._font(home, kind).getlength(run) for home, run in self._runs(character))
        return round(sum(known[character] for character in text))

    def draw(self, picture: Image.Image, place: tuple[int, int], text: str, kind: Type) -> None:
        """Draws on an "L" picture; `place` is the left end of the line box of height `kind.size`."""
        x, y = place
        for home, run in self._runs(text):
            picture.paste(0, (x - kind.size // 2, y - kind.size // 2), self._inked(home, run, kind))
            x += self.width(run, kind)

    def _inked(self, home: int, run: str, kind: Type) -> Image.Image:
        """The pixels of a text with half its size around them. Most words stand on every paper: the last ones are kept,
        unless they are as large as on a page."""
        drawn = self._kept.get((run, kind))
        if drawn is None:
            aside = kind.size // 2
            drawn = Image.new("L", (self.width(run, kind) + 2 * aside, kind.size + 2 * aside), 0)
            place = (aside, aside + round(kind.size * RISE))
            ImageDraw.Draw(drawn).text(place, run, fill=255, font=self._font(home, kind), anchor="ls")
            if kind.size <= KEPT_SIZE:
                self._keep(run, kind, drawn)
        return drawn

    def _keep(self, run: str, kind: Type, drawn: Image.Image) -> None:
        if len(self._kept) >= KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[run, kind] = drawn

    def _runs(self, text: str) -> list[tuple[int, str]]:
        """The text cut where the font changes."""
        runs: list[tuple[int, str]] = []
        for character in text:
            home = self._home(character)
            if home is None:
                raise PaperError("paper.glyph", field=text, character=character, codepoint=f"U+{ord(character):04X}")
            if runs and runs[-1][0] == home:
                runs[-1] = (home, runs[-1][1] + character)
            else:
                runs.append((home, character))
        return runs

    def _home(self, character: str) -> int | None:
        if character not in self._homes:
            self._homes[character] = self._first_with(character)
        return self._homes[character]

    def _first_with(self, character: str) -> int | None:
        if not character.isprintable():
            return None
        return next((n for n, file in enumerate(self._files) if ord(character) in _characters(file)), None)

    def _font(self, home: int, kind: Type) -> ImageFont.FreeTypeFont:
        if (home, kind) not in self._opened:
            file = self._files[home]
            path = file.bold if kind.bold and file.bold else file.regular
            self._opened[home, kind] = ImageFont.truetype(
                path, kind.size, index=file.index, layout_engine=ImageFont.Layout.BASIC
            )
        return self._opened[home, kind]


def _installed(file: FontFile) -> bool:
    return all(Path(path).is_file() for path in (file.regular, file.bold) if path)


@cache
def _characters(file: FontFile) -> frozenset[int]:
    """What the font files themselves say they can draw, in every weight."""
    drawn: list[frozenset[int]] = []
    for path in (file.regular, *([file.bold] if file.bold else [])):
        with TTFont(path, fontNumber=file.index, lazy=True) as font:
            drawn.append(_full_map(font.getTableData("cmap")) or frozenset(font.getBestCmap()))
    return frozenset.intersection(*drawn)


def _full_map(cmap: bytes) -> frozenset[int]:
    """The characters of the full Unicode map (OpenType cmap, format 12), empty when the table has none. fontTools would
    name 65,535 glyphs first: 0.1 s and 40 MB that the station does not have."""
    for entry in range(int.from_bytes(cmap[2:4])):
        _, start = struct.unpack_from(">LL", cmap, 4 + 8 * entry)
        form, _, _, _, count = struct.unpack_from(">HHLLL", cmap, start) if start + 16 <= len(cmap) else (0,) * 5
        if form == 12:
            groups = struct.iter_unpack(">LLL", cmap[start + 16 : start + 16 + 12 * count])
            return frozenset(point for first, last, _ in groups for point in range(first, last + 1))
    return frozenset()


def load_fonts() -> Fonts:
    return Fonts(load_layout("fonts", FontList).font)
