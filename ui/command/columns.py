"""Text in a terminal: columns that stand under each other, lines that end in time. A Chinese character is two wide."""

from collections.abc import Iterator, Sequence
from unicodedata import category, east_asian_width

GAP = "  "
LINE = 100
NEVER_FIRST = "，。；：、？！）》」』”’…,.;:?!)"


def width(text: str) -> int:
    return sum(_cell(character) for character in text)


def padded(text: str, cells: int) -> str:
    return text + " " * (cells - width(text))


def table(rows: Sequence[Sequence[str]], indent: str = "") -> list[str]:
    """Columns as wide as their widest cell."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = (GAP.join(padded(cell, cells) for cell, cells in zip(row, widths, strict=True)) for row in rows)
    return [f"{indent}{line}".rstrip() for line in lines]


def wrapped(text: str, indent: str = "", most: int = LINE) -> list[str]:
    """Lines of at most `most` cells, broken at spaces or between Chinese characters."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line.strip() and width(indent + line + piece.rstrip()) > most:
            lines.append(f"{indent}{line.rstrip()}")
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, f"{indent}{line.rstrip()}"]


def _pieces(text: str) -> Iterator[str]:
    """What may not be torn: a word with the space behind it, a wide character with the mark that closes it."""
    piece = ""
    for character in text:
        joins = character in NEVER_FIRST or (_cell(character) < 2 and not piece.endswith(" ") and not _wide(piece))
        if piece and not joins and character != " ":
            yield piece
            piece = ""
        piece += character
    yield piece


def _wide(piece: str) -> bool:
    return bool(piece) and _cell(piece[-1]) == 2


def _cell(character: str) -> int:
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
