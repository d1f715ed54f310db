"""What stands on one leaf of a page: tiles to pick from, lines to take back."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    product: str
    name: str
    mark: str  # the first character, drawn big where there is no picture


@dataclass(frozen=True, slots=True)
class Tiles:
    shown: tuple[Tile, ...]
    more: int | None  # the next leaf


@dataclass(frozen=True, slots=True)
class Line:
    """Something told or taken that a tap takes back: `value` is what the tap sends."""

    value: str
    name: str
    about: str


def leaf_of(tiles: Sequence[Tile], leaf: int, slots: int, ways: int = 1) -> Tiles:
    """All where they fit; else as many as leave slots for the ways to others, the next leaf among them."""
    if len(tiles) <= slots:
        return Tiles(tuple(tiles), None)
    here = slots - ways
    leaves = -(-len(tiles) // here)
    begin = leaf % leaves * here
    return Tiles(tuple(tiles[begin : begin + here]), (leaf + 1) % leaves)
