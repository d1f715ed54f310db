"""Blocks with cells: fields with their labels, tables, places to sign. A cell without words is written in by hand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kiosk.paper.layout import Style
from kiosk.paper.sheet import Sheet, on_baseline_of
from kiosk.paper.slip_bands import Band, Setter, inner
from kiosk.paper.slip_blocks import Field, Fields, Sign, Signatures, Table
from kiosk.paper.typesetting import Setting

LATIN = re.compile("[A-Za-z]")
LABEL_LINES = 3  # of a label in letters; a Chinese one is spread over one line


def fields(setter: Setter, block: Fields) -> list[Band]:
    form = setter.layout.fields
    if form.framed:
        rows = list(_paired(block.rows, form.columns))
        return setter.titled(block.title, [_cells(setter, row) for row in rows])
    gap = setter.dots(form.gap)
    bands = [_line(setter, row) for row in block.rows]
    return setter.titled(block.title, [bands[0], *(replace(one, gap=gap) for one in bands[1:])])


def table(setter: Setter, block: Table) -> list[Band]:
    widths = _shared(setter.column, block.shares)
    styles, framed = setter.styles, setter.layout.fields.framed
    head = _row(setter, block.head, block.head, widths, styles.head, framed=framed)
    rows = [_row(setter, block.head, row, widths, styles.cell, framed=framed) for row in block.rows]
    return setter.titled(block.title, [replace(head, keep=True), *rows])


def signatures(setter: Setter, block: Signatures) -> list[Band]:
    """Places to sign, side by side where the paper is wide enough."""
    space = setter.layout.sign
    wide = _shared(setter.column, (1,) * space.columns)
    rows = [block.signs[at : at + space.columns] for at in range(0, len(block.signs), space.columns)]
    bands = [_signed(setter, row, wide) for row in rows]
    return setter.titled(block.title, [bands[0], *(replace(one, gap=setter.padding) for one in bands[1:])])


def _line(setter: Setter, row: Field) -> Band:
    """One line of a roll: the label spread, a colon, the value; a rule to write on where there is none."""
    form, styles = setter.layout.fields, setter.styles
    over = setter.dots(form.label_width)
    name = _label(setter, row.label, over)
    colon = setter.set(row.label, form.colon, styles.label, setter.column)
    left = over + setter.fonts.width(form.colon, colon.kind)
    if not row.value and row.write_in:
        return _to_write(setter, row.label, name, colon, left)
    worth = setter.whole(row.label, row.value, styles.value, setter.column - left)
    drop = on_baseline_of(worth, name)

    def draw(sheet: Sheet, x: int, y: int) -> None:
        _draw_label(sheet, x, y + max(drop, 0), name, over, row.label)
        sheet.text(x + over, y + max(drop, 0), colon)
        sheet.text(x + left, y + max(-drop, 0), worth)

    return Band(max(name.height, worth.height), draw, row.label)


def _to_write(setter: Setter, label: str, name: Setting, colon: Setting, left: int) -> Band:
    over, height = setter.dots(setter.layout.fields.label_width), setter.dots(setter.layout.fields.blank)
    height = max(height, name.height)

    def draw(sheet: Sheet, x: int, y: int) -> None:
        top = y + height - inner(name)
        _draw_label(sheet, x, top, name, over, label)
        sheet.text(x + over, top, colon)
        sheet.rule(x + left, y + height - setter.thin, setter.column - left, setter.thin)

    return Band(height, draw, label)


def _label(setter: Setter, label: str, width: int) -> Setting:
    style = setter.styles.label
    return setter.set(label, label, _for_letters(style) if LATIN.search(label) else style, width)


def _for_letters(style: Style) -> Style:
    return style.model_copy(update={"lines": LABEL_LINES})


def _draw_label(sheet: Sheet, x: int, y: int, name: Setting, over: int, label: str) -> None:
    if LATIN.search(label) or len(name.lines) > 1:
        sheet.text(x, y, name)
    else:
        sheet.spread(x, y, name, over)


def _paired(rows: Sequence[Field], columns: int) -> Iterator[tuple[Field, ...]]:
    """Rows of a form: as many fields side by side as there are columns, a wide one alone."""
    row: tuple[Field, ...] = ()
    for field in rows:
        if row and field.wide:
            yield row
            row = ()
        row = (*row, field)
        if field.wide or len(row) == columns:
            yield row
            row = ()
    if row:
        yield row


def _cells(setter: Setter, row: tuple[Field, ...]) -> Band:
    """Label and value in frames; the lower frame line lies on the next row's upper one."""
    form, styles = setter.layout.fields, setter.styles
    label = setter.dots(form.label_width)
    widths = _shared(setter.column, (1,) * len(row))
    named = [_inset(setter, one.label, one.label, styles.label, label) for one in row]
    worth = [
        None if not one.value and one.write_in else _inset(setter, one.label, one.value, styles.value, width - label)
        for one, width in zip(row, widths, strict=True)
    ]
    known = [inner(one) for one in (*named, *worth) if one is not None]
    blank = setter.dots(form.blank) if None in worth else 0
    height = max(*known, blank) + 2 * setter.padding

    def draw(sheet: Sheet, x: int, y: int) -> None:
        for name, value, width in zip(named, worth, widths, strict=True):
            _cell(setter, sheet, (x, y, label, height), name)
            _cell(setter, sheet, (x + label, y, width - label, height), value)
            x += width

    return Band(height, draw, row[0].label)


def _cell(setter: Setter, sheet: Sheet, place: tuple[int, int, int, int], words: Setting | None) -> None:
    x, y, width, height = place
    sheet.frame(x, y, width + setter.thin, height + setter.thin, setter.thin)
    if words is not None:
        sheet.text(x + setter.padding + setter.thin, y + (height - inner(words)) // 2, words)


def _inset(setter: Setter, field: str, text: str, style: Style, width: int) -> Setting:
    lettered = _for_letters(style) if style.lines < LABEL_LINES and LATIN.search(text) else style
    return setter.whole(field, text, lettered, width - 2 * setter.padding - 2 * setter.thin)


def _row(
    setter: Setter, head: tuple[str, ...], row: tuple[str, ...], widths: list[int], style: Style, *, framed: bool
) -> Band:
    """A row of a table; on a roll rules stand between rows, on a form every cell has its frame."""
    words = [
        _inset(setter, name, text, style, width) if text else None
        for name, text, width in zip(head, row, widths, strict=True)
    ]
    told = [inner(one) for one in words if one is not None]
    blank = setter.dots(setter.layout.fields.blank) if None in words else 0
    height = max(blank, *told) + 2 * setter.padding if told else blank + 2 * setter.padding

    def draw(sheet: Sheet, x: int, y: int) -> None:
        for one, width in zip(words, widths, strict=True):
            if framed:
                _cell(setter, sheet, (x, y, width, height), one)
            elif one is not None:
                sheet.text(x, y + (height - inner(one)) // 2, one)
            x += width
        if not framed:
            sheet.rule(x - sum(widths), y + height - setter.thin, sum(widths), setter.thin)

    return Band(height, draw, head[0])


def _signed(setter: Setter, row: Sequence[Sign], widths: list[int]) -> Band:
    space, height, apart = setter.layout.sign, setter.dots(setter.layout.sign.height), 3 * setter.padding
    labels = [
        setter.set(one.label, f"{one.label} {one.name}".rstrip(), setter.styles.body, width - setter.padding)
        for one, width in zip(row, widths, strict=False)
    ]
    done = [
        setter.set(one.label, one.done, setter.styles.strong, width - setter.padding) if one.done else None
        for one, width in zip(row, widths, strict=False)
    ]
    top = max(one.height for one in labels)
    height = max([height, *(one.height for one in done if one is not None)])

    def draw(sheet: Sheet, x: int, y: int) -> None:
        for label, word, width in zip(labels, done, widths, strict=False):
            sheet.text(x, y, label)
            if word is not None:
                sheet.text(x, y + top + height - word.height, word)
            sheet.rule(x, y + top + height - setter.thin, width - (apart if space.columns > 1 else 0), setter.thin)
            x += width

    return Band(top + height, draw, row[0].label)


def _shared(width: int, shares: Sequence[int]) -> list[int]:
    """Whole dots for each share, together exactly the width."""
    whole, ends, at = sum(shares), [0], 0
    for share in shares:
        at += share
        ends.append(width * at // whole)
    return [right - left for left, right in pairwise(ends)]
