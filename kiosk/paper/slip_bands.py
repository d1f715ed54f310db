"""Strips of a slip that are never torn apart, and the measures that all of them share."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.paper.errors import PaperError
from kiosk.paper.fonts import Fonts
from kiosk.paper.layout import Style
from kiosk.paper.sheet import Sheet
from kiosk.paper.slip_layout import SlipLayout
from kiosk.paper.typesetting import Setting, set_text

Draw = Callable[[Sheet, int, int], None]  # on this sheet, with its upper left corner there


@dataclass(frozen=True, slots=True)
class Band:
    """`gap` stands above it, but not at the top of a page; with `keep` the next one stands on the same page.

    `field` is what is told when it does not fit.
    """

    height: int
    draw: Draw
    field: str
    gap: int = 0
    keep: bool = False


class Setter:
    """Sets words in the styles of one layout. `fixed` are the fonts of one width, for texts that are copied."""

    def __init__(self, layout: SlipLayout, fonts: Fonts, fixed: Fonts) -> None:
        self.layout = layout
        self.styles = layout.styles
        self.fonts = fonts
        self.fixed = fixed
        self.dots = layout.dots
        self.column = layout.column
        self.gap = layout.dots(layout.block.gap)
        self.thin = layout.dots(layout.block.line)
        self.thick = layout.dots(layout.block.heading)
        self.padding = layout.dots(layout.block.padding)

    def set(self, field: str, text: str, style: Style, width: int) -> Setting:
        """PaperError names `field`."""
        return set_text(self.fonts, field, text, style, self.layout.dots_per_mm, width)

    def whole(self, field: str, text: str, style: Style, width: int) -> Setting:
        """In one line where that can be, also smaller: dates and numbers are not torn; else as `set` does."""
        try:
            return self.set(field, text, style.model_copy(update={"lines": 1}), width)
        except PaperError as wrong:
            if wrong.code != "paper.overflow":
                raise
            return self.set(field, text, style, width)

    def line(self, text: str, style: Style) -> Setting:
        return self.set(text, text, style, self.column)

    def words(self, field: str, text: str, style: Style, *, centred: bool = False) -> Band:
        """Words over the whole column."""
        setting = self.set(field, text, style, self.column)

        def draw(sheet: Sheet, x: int, y: int) -> None:
            sheet.text(x, y, setting, centred_in=self.column if centred else 0)

        return Band(setting.height, draw, field)

    def titled(self, title: str, bands: list[Band]) -> list[Band]:
        """The bands of a block with its gap above; a title is kept with the first, and stands close to it."""
        if not title:
            return [replace(bands[0], gap=self.gap), *bands[1:]]
        head = replace(self.words(title, title, self.styles.part), gap=self.gap * 3 // 2, keep=True)
        return [head, replace(bands[0], gap=0), *bands[1:]]


def inner(setting: Setting) -> int:
    """Its height without the leading below the last line: what a frame is drawn round."""
    return setting.height - (setting.step - setting.kind.size)
