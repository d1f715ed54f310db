"""Blocks of words: title, paragraphs, big words, boxes to tick, codes, marks, notes, and texts copied sign by sign."""

from collections.abc import Iterator
from dataclasses import replace

from PIL import Image

from kiosk.paper.code import draw_code
from kiosk.paper.fonts import Type
from kiosk.paper.sheet import Sheet
from kiosk.paper.slip_bands import Band, Draw, Setter, inner
from kiosk.paper.slip_blocks import Big, Boxes, Coded, Marks, Notes, Paragraph, Shown, Verbatim
from kiosk.paper.typesetting import Setting

ALONE_VERSION = 14  # of a sealed code (kiosk.seal)


def title(setter: Setter, text: str, place: str) -> list[Band]:
    """The service point small, the title large, a rule below."""
    told = [setter.words(place, place, setter.styles.place, centred=True)] if place else []
    heading = setter.words(text, text, setter.styles.heading, centred=True)

    def draw(sheet: Sheet, x: int, y: int) -> None:
        heading.draw(sheet, x, y)
        sheet.rule(x, y + heading.height, setter.column, setter.thick)

    return [*(replace(one, keep=True) for one in told), Band(heading.height + setter.thick, draw, text, keep=True)]


def paragraph(setter: Setter, block: Paragraph) -> list[Band]:
    style = setter.styles.strong if block.strong else setter.styles.body
    return setter.titled(block.title, [setter.words(block.title or block.text, block.text, style)])


def notes(setter: Setter, block: Notes) -> list[Band]:
    """Small print under a thin rule."""
    if not block.lines:
        return []
    bands = [setter.words(line, line, setter.styles.note) for line in block.lines]
    first = bands[0]

    def draw(sheet: Sheet, x: int, y: int) -> None:
        sheet.rule(x, y, setter.column, setter.thin)
        first.draw(sheet, x, y + setter.padding)

    ruled = Band(first.height + setter.padding, draw, first.field, gap=setter.gap)
    return [*(replace(one, keep=True) for one in (ruled, *bands[1:-1])), bands[-1]] if bands[1:] else [ruled]


def marks(setter: Setter, block: Marks) -> list[Band]:
    return [_framed(setter, setter.set(line, line, setter.styles.mark, _inside(setter)), line) for line in block.lines]


def big(setter: Setter, block: Big) -> list[Band]:
    label = setter.words(block.label, block.label, setter.styles.big_label, centred=True)
    setting = setter.whole(block.label, block.text, setter.styles.big, _inside(setter))
    if block.framed:
        return [replace(label, gap=setter.gap, keep=True), replace(_framed(setter, setting, block.label), gap=0)]

    def draw(sheet: Sheet, x: int, y: int) -> None:
        sheet.text(x, y, setting, centred_in=setter.column)

    return [replace(label, gap=setter.gap, keep=True), Band(setting.height, draw, block.label)]


def boxes(setter: Setter, block: Boxes) -> list[Band]:
    label = setter.words(block.label, block.label, setter.styles.strong)
    options = [_option(setter, block.label, words, ticked=ticked) for words, ticked in block.options]
    return [replace(label, gap=setter.gap, keep=True), *(replace(one, keep=True) for one in options[:-1]), options[-1]]


def coded(setter: Setter, block: Coded) -> list[Band]:
    """Left the number and what the code is for, right the code."""
    code = draw_code(block.text, setter.layout.code, setter.layout.dots_per_mm)
    column = setter.column - code.width - setter.padding
    styles = setter.styles
    told = [
        setter.set(block.number_label, block.number_label, styles.note, column),
        setter.whole(block.number_label, block.number, styles.code, column),
        setter.set(block.hint, block.hint, styles.note, column),
    ]
    height = max(code.height, sum(one.height for one in told))

    def draw(sheet: Sheet, x: int, y: int) -> None:
        sheet.picture(x + setter.column - code.width, y, code)
        top = y + (height - sum(one.height for one in told)) // 2
        for one in told:
            top += sheet.text(x, top, one)

    return [Band(height, draw, block.number_label, gap=setter.gap)]


def shown(setter: Setter, block: Shown) -> list[Band]:
    """In the middle, as large as the column lets it be."""
    layout = setter.layout
    room = {"width": setter.column / layout.dots_per_mm, "max_version": ALONE_VERSION}
    code = draw_code(block.text, layout.code.model_copy(update=room), layout.dots_per_mm)
    left = (setter.column - code.width) // 2
    return [Band(code.height, lambda sheet, x, y: sheet.picture(x + left, y, code), block.field, gap=setter.gap)]


def verbatim(setter: Setter, block: Verbatim) -> list[Band]:
    """Each line of the text has its number; what goes on below it has none."""
    kind, gutter = _pitch(setter), setter.dots(setter.layout.verbatim.gutter)
    setter.fixed.require("".join(block.text.split()), block.title)
    step = round(kind.size * setter.styles.verbatim.leading)
    bands = []
    for number, piece in cut_lines(block.text, setter):
        picture = _fixed(setter, piece, kind, step)
        told = setter.set(block.title, number, setter.styles.note, gutter) if number else None
        bands.append(Band(step, _numbered(picture, told, gutter), block.title))
    return setter.titled(block.title, bands)


def _pitch(setter: Setter) -> Type:
    style = setter.styles.verbatim
    return Type(setter.dots(style.size), style.bold)


def cut_lines(text: str, setter: Setter) -> Iterator[tuple[str, str]]:
    """The number of a line and its beginning; no number, and how it goes on."""
    kind, width = _pitch(setter), setter.column - setter.dots(setter.layout.verbatim.gutter)
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        cut = [""]
        for character in line:
            if setter.fixed.width(cut[-1] + character, kind) > width:
                cut[-1:] = _cut(cut[-1], character)
            cut[-1] += character
        yield from ((str(number) if not nth else "", piece) for nth, piece in enumerate(cut))


def _cut(line: str, following: str) -> tuple[str, str]:
    """Where a line goes on below: never at a space, which nobody would see there."""
    keep = len(line)
    while keep > 1 and (following == " " or line[keep - 1] == " "):
        keep, following = keep - 1, line[keep - 1]
    return line[:keep], line[keep:]


def _fixed(setter: Setter, piece: str, kind: Type, step: int) -> Image.Image:
    """A line in the fonts of one width, which are not those of the sheet."""
    sheet = Sheet(setter.fixed, max(1, setter.fixed.width(piece, kind)))
    if piece:
        sheet.text(0, 0, Setting((piece,), kind, step))
    return sheet.paint(step)


def _numbered(picture: Image.Image, number: Setting | None, gutter: int) -> Draw:
    def draw(sheet: Sheet, x: int, y: int) -> None:
        if number is not None:
            sheet.text(x, y, number)
        sheet.picture(x + gutter, y, picture)

    return draw


def _option(setter: Setter, field: str, words: str, *, ticked: bool) -> Band:
    box = setter.layout.box
    size, indent = setter.dots(box.size), setter.padding
    left = indent + size + setter.dots(box.gap)
    setting = setter.set(field, words, setter.styles.body, setter.column - left)

    def draw(sheet: Sheet, x: int, y: int) -> None:
        drop = (setting.kind.size - size) // 2
        sheet.box(x + indent, y + drop, size, setter.dots(box.line), setter.dots(box.tick) if ticked else None)
        sheet.text(x + left, y, setting)

    return Band(setting.height, draw, field)


def _inside(setter: Setter) -> int:
    return setter.column - 2 * (setter.padding + setter.thick)


def _framed(setter: Setter, setting: Setting, field: str) -> Band:
    height = inner(setting) + 2 * (setter.padding + setter.thick)

    def draw(sheet: Sheet, x: int, y: int) -> None:
        sheet.frame(x, y, setter.column, height, setter.thick)
        sheet.text(x, y + setter.padding + setter.thick, setting, centred_in=setter.column)

    return Band(height, draw, field, gap=setter.gap)
