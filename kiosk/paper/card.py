"""The producer's card as a picture: a code to be scanned, a name to be read. It identifies; it does not authorise."""

from dataclasses import dataclass

from PIL import Image

from kiosk.paper.code import draw_code
from kiosk.paper.fonts import Fonts, load_fonts
from kiosk.paper.layout import CardLayout, Style, load_layout
from kiosk.paper.sheet import Sheet
from kiosk.paper.typesetting import Setting, set_text


@dataclass(frozen=True, slots=True)
class CardFace:
    title: str
    name: str
    number_label: str
    number: str
    hint: str
    code_url: str
    name_label: str = ""  # what the name is called when it cannot be printed


class CardPress:
    def __init__(self, layout: CardLayout, fonts: Fonts) -> None:
        self._layout = layout
        self._fonts = fonts

    @property
    def dots_per_mm(self) -> int:
        return self._layout.dots_per_mm

    def draw(self, face: CardFace) -> Image.Image:
        """Mode "1", the size of the layout; PaperError when a word or the code cannot be printed."""
        layout, dots = self._layout, self._layout.dots
        width, height, margin = dots(layout.width), dots(layout.height), dots(layout.margin)
        code = draw_code(face.code_url, layout.code, layout.dots_per_mm)
        left = margin + code.width + dots(layout.gap)
        sheet = Sheet(self._fonts, width)
        sheet.frame(0, 0, width, height, dots(layout.rule), corner=dots(layout.corner))
        sheet.picture(margin, (height - code.height) // 2, code)
        self._words(sheet, face, left, width - margin - left)
        return sheet.paint(height)

    def _words(self, sheet: Sheet, face: CardFace, left: int, column: int) -> None:
        layout, styles, dots = self._layout, self._layout.styles, self._layout.dots
        top = dots(layout.margin) + dots(layout.gap)
        top += sheet.text(left, top, self._set(face.title, face.title, styles.title, column))
        sheet.rule(left, top, column, dots(layout.rule))
        foot = dots(layout.height) - dots(layout.margin) - dots(layout.gap)
        for field, text, style in (
            (face.hint, face.hint, styles.small),
            (face.number_label, face.number, styles.number),
            (face.number_label, face.number_label, styles.small),
        ):
            setting = self._set(field, text, style, column)
            foot -= setting.height
            sheet.text(left, foot, setting)
        top += dots(layout.gap)
        sheet.text(left, top, self._set(face.name_label or face.title, face.name, styles.name, column, foot - top))

    def _set(self, field: str, text: str, style: Style, width: int, height: int | None = None) -> Setting:
        return set_text(self._fonts, field, text, style, self._layout.dots_per_mm, width, height)


def load_card_press(dots_per_mm: int | None = None) -> CardPress:
    """At another resolution than the layout's for a sheet that is finer."""
    layout = load_layout("card", CardLayout)
    if dots_per_mm is not None:
        layout = layout.model_copy(update={"dots_per_mm": dots_per_mm})
    return CardPress(layout, load_fonts())
