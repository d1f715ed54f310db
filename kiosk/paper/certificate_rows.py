"""The rows of a certificate: blocks below each other and, at their right, the code or the box for a signature."""

from dataclasses import dataclass

from kiosk.paper.certificate_blocks import Blocks, Piece, stacked
from kiosk.paper.layout import CertificateLayout, Row
from kiosk.paper.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Room:
    """Width of a row, and how much white there is around it: a code's border may lie there. In dots."""

    width: int
    above: int
    below: int
    aside: int


def set_row(layout: CertificateLayout, blocks: Blocks, row: Row, room: Room) -> Piece | None:
    """None when the face has nothing for it."""
    if row.beside == "code":
        return _ruled(layout, row, _beside_code(layout, blocks, row, room))
    if row.beside == "sign" and (box := _beside_sign(layout, blocks, row, room)) is not None:
        return _ruled(layout, row, box)
    stack = _stack(layout, blocks, row, room.width, 0)
    return None if stack is None else _ruled(layout, row, stack)


def _beside_code(layout: CertificateLayout, blocks: Blocks, row: Row, room: Room) -> Piece:
    picture, quiet = blocks.stamp.picture, blocks.stamp.quiet
    ink, out = picture.height - 2 * quiet, min(quiet, room.aside)
    over = min(quiet, room.above) if row.rule == "none" else 0
    under = min(quiet, room.below)
    left = room.width - (picture.width - out)
    words = _stack(layout, blocks, row, left, ink) or Piece(0, lambda *_: None)

    def put(sheet: Sheet, x: int, y: int) -> None:
        words.put(sheet, x, y + quiet - over)
        sheet.picture(x + left, y - over, picture)

    return Piece(max(ink, words.height) + 2 * quiet - over - under, put)


def _beside_sign(layout: CertificateLayout, blocks: Blocks, row: Row, room: Room) -> Piece | None:
    if layout.sign is None:
        return None
    wide = layout.dots(layout.sign.width)
    box = blocks.set("sign", wide)
    if box is None:
        return None
    left = room.width - wide - layout.dots(layout.block.gap)
    words = _stack(layout, blocks, row, left, box.height) or Piece(0, lambda *_: None)

    def put(sheet: Sheet, x: int, y: int) -> None:
        words.put(sheet, x, y)
        box.put(sheet, x + room.width - wide, y)

    return Piece(max(box.height, words.height), put)


def _stack(layout: CertificateLayout, blocks: Blocks, row: Row, width: int, height: int) -> Piece | None:
    """`foot` stands at the bottom of a row of that height."""
    gap = layout.dots(layout.block.gap)
    head = [piece for block in row.blocks if (piece := blocks.set(block, width)) is not None]
    foot = [piece for block in row.foot if (piece := blocks.set(block, width)) is not None]
    if not foot:
        return stacked(head, gap) if head else None
    top, bottom = stacked(head, gap), stacked(foot, gap)
    between = max(gap, height - top.height - bottom.height)
    return stacked((top, bottom), between)


def _ruled(layout: CertificateLayout, row: Row, piece: Piece) -> Piece:
    if row.rule == "none":
        return piece
    thick, gap = layout.dots(layout.block.rule), layout.dots(layout.block.gap)
    wide = layout.dots(layout.width) - 2 * layout.dots(layout.margin)
    above, below = (0, thick + gap) if row.rule == "apart" else ((gap + thick) // 2, 0)

    def put(sheet: Sheet, x: int, y: int) -> None:
        sheet.rule(x, y - above, wide, thick)
        piece.put(sheet, x, y + below)

    return Piece(below + piece.height, put)
