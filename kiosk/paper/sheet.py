"""A sheet of paper being filled: texts, rules, boxes and pictures at their places, painted once in black and white."""

from PIL import Image, ImageDraw

from kiosk.paper.fonts import RISE, Fonts
from kiosk.paper.typesetting import Setting

# Grey above this becomes paper. Above the middle: thermal heads print thin strokes thinner than drawn.
INK = 150


class Sheet:
    def __init__(self, fonts: Fonts, width: int) -> None:
        self.width = width
        self._fonts = fonts
        self._texts: list[tuple[int, int, str, Setting]] = []
        self._lines: list[tuple[tuple[tuple[int, int], ...], int]] = []
        self._bars: list[tuple[int, int, int, int]] = []
        self._frames: list[tuple[tuple[int, int, int, int], int, int]] = []
        self._pictures: list[tuple[int, int, Image.Image]] = []

    def text(self, x: int, y: int, setting: Setting, centred_in: int = 0) -> int:
        """Returns the height it takes."""
        for number, line in enumerate(setting.lines):
            aside = (centred_in - self._fonts.width(line, setting.kind)) // 2 if centred_in else 0
            self._texts.append((x + aside, y + number * setting.step, line, setting))
        return setting.height

    def spread(self, x: int, y: int, setting: Setting, width: int) -> None:
        """One line whose first and last character stand at the two ends of `width`, as Chinese labels do."""
        (line,) = setting.lines
        spare = width - self._fonts.width(line, setting.kind)
        advance = 0
        for number, character in enumerate(line):
            aside = spare * number // max(1, len(line) - 1)
            self._texts.append((x + advance + aside, y, character, setting))
            advance += self._fonts.width(character, setting.kind)

    def rule(self, x: int, y: int, width: int, thickness: int) -> None:
        self._bars.append((x, y, x + width - 1, y + thickness - 1))

    def frame(self, x: int, y: int, width: int, height: int, thickness: int, corner: int = 0) -> None:
        self._frames.append(((x, y, x + width - 1, y + height - 1), thickness, corner))

    def box(self, x: int, y: int, size: int, line: int, tick: int | None) -> None:
        """A check box; `tick` is the thickness of its mark, None when it is not ticked."""
        self.frame(x, y, size, size, line)
        if tick is not None:
            corners = ((0.2, 0.52), (0.42, 0.76), (0.98, -0.02))  # the mark leaves the box: seen from afar
            self._lines.append((tuple((x + round(size * a), y + round(size * b)) for a, b in corners), tick))

    def picture(self, x: int, y: int, picture: Image.Image) -> None:
        self._pictures.append((x, y, picture))

    def paint(self, height: int) -> Image.Image:
        grey = Image.new("L", (self.width, height), 255)
        for x, y, line, setting in self._texts:
            self._fonts.draw(grey, (x, y), line, setting.kind)
        sheet = grey.point(lambda level: 255 if level > INK else 0, "1")
        pen = ImageDraw.Draw(sheet)
        for bar in self._bars:
            pen.rectangle(bar, fill=0)
        for area, thickness, corner in self._frames:
            pen.rounded_rectangle(area, radius=corner, outline=0, width=thickness)
        for path, thickness in self._lines:
            pen.line(path, fill=0, width=thickness, joint="curve")
        for x, y, picture in self._pictures:
            sheet.paste(picture, (x, y))
        return sheet


def on_baseline_of(taller: Setting, smaller: Setting) -> int:
    """How much lower a smaller text starts so that both stand on one line."""
    return round((taller.kind.size - smaller.kind.size) * RISE)
