"""Which characters a font says that it can draw. Read from its file, kept as ranges: as a set of 45,000 numbers they
would take 5 MB of the station for good, and fontTools, which reads everything else of a font, 1 MB more."""

import struct
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from mmap import ACCESS_READ, mmap
from pathlib import Path

from kiosk.paper.layout import FontFile

FULL = 12  # format of a character map that has all of Unicode (OpenType, cmap)

Edges = tuple[int, ...]  # first of a range, first behind it, first of the next …: rising


def draws(file: FontFile, character: str) -> bool:
    """In every weight that it has."""
    return all(_within(edges, ord(character)) for edges in _weights(file))


def _within(edges: Edges, point: int) -> bool:
    return bisect_right(edges, point) % 2 == 1


@cache
def _weights(file: FontFile) -> tuple[Edges, ...]:
    return tuple(edges_of(path, file.index) for path in (file.regular, file.bold) if path)


def edges_of(path: str, index: int) -> Edges:
    with Path(path).open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as font:
        cmap = character_map(font, index)
    return full_map(cmap) or _by_name(path, index)


def _by_name(path: str, index: int) -> Edges:
    """Of a font without a full map. fontTools names the glyph of every character first: of ours 0.1 s and 40 MB."""
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=index, lazy=True) as font:
        return _edges((point, point) for point in sorted(font.getBestCmap()))


def character_map(font: bytes | mmap, index: int) -> bytes:
    """The table `cmap` of one face of a collection, or of the only one; empty where it has none."""
    (face,) = struct.unpack_from(">L", font, 12 + 4 * index) if font[:4] == b"ttcf" else (0,)
    (tables,) = struct.unpack_from(">H", font, face + 4)
    for name, _, start, length in struct.iter_unpack(">4sLLL", font[face + 12 : face + 12 + 16 * tables]):
        if name == b"cmap":
            return font[start : start + length]
    return b""


def full_map(cmap: bytes) -> Edges:
    """Empty when the table has no map of all of Unicode."""
    for entry in range(int.from_bytes(cmap[2:4])):
        _, start = struct.unpack_from(">LL", cmap, 4 + 8 * entry)
        form, _, _, _, count = struct.unpack_from(">HHLLL", cmap, start) if start + 16 <= len(cmap) else (0,) * 5
        if form == FULL:
            groups = struct.iter_unpack(">LLL", cmap[start + 16 : start + 16 + 12 * count])
            return _edges((first, last) for first, last, _ in groups)
    return _edges(())


def _edges(ranges: Iterable[tuple[int, int]]) -> Edges:
    """Of ranges that rise, each with its last number; those that touch become one."""
    edges = list[int]()
    for first, last in ranges:
        if edges and edges[-1] == first:
            edges.pop()
        else:
            edges.append(first)
        edges.append(last + 1)
    return tuple(edges)
