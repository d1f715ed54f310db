"""Fonts: which one has a character, how wide a text is, and its pixels. A character without a font is refused."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from kiosk.paper.characters import draws
from kiosk.paper.errors import PaperError
from kiosk.paper.layout import FontFile, FontList, load_layout

KEPT, KEPT_SIZE = 128, 80  # drawn texts, and up to which size: 2 MB
OPEN = 8  # faces at a time, a certificate has seven: one costs 1 MB, and 0.6 ms when it is wanted again
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
        return next((n for n, file in enumerate(self._files) if draws(file, character)), None)

    def _font(self, home: int, kind: Type) -> ImageFont.FreeTypeFont:
        """The last used stand last. A page that is set smaller and smaller goes through seventy."""
        font = self._opened.pop((home, kind), None) or self._open(home, kind)
        if len(self._opened) >= OPEN:
            self._opened.pop(next(iter(self._opened)))
        self._opened[home, kind] = font
        return font

    def _open(self, home: int, kind: Type) -> ImageFont.FreeTypeFont:
        file = self._files[home]
        path = file.bold if kind.bold and file.bold else file.regular
        return ImageFont.truetype(path, kind.size, index=file.index, layout_engine=ImageFont.Layout.BASIC)


def _installed(file: FontFile) -> bool:
    return all(Path(path).is_file() for path in (file.regular, file.bold) if path)


def load_fonts() -> Fonts:
    return Fonts(load_layout("fonts", FontList).font)
