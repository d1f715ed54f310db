"""The mask of a code: the one with the least penalty (ISO/IEC 18004 §7.8.3), found on whole numbers, not dot by dot.

The encoder draws a text once. What another mask would change does not depend on the text: a version's masks are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Matrix = Sequence[Sequence[int]]  # rows of modules, 1 is dark

APART = 4  # light modules, at least, between two rows of a number: nothing reaches from one into the next
ROWS, BLOCKS, FINDERS, SHARE = 3, 3, 40, 10  # points: N1 to N4 of table 11
FINDER = 7  # modules of 1011101


@dataclass(frozen=True, slots=True)
class Modules:
    """A square code in whole bytes: `across` bits a row, the first `side` of them modules, 1 is dark."""

    side: int
    across: int
    dark: bytes


class Masks:
    """The masks of one version and level, from one text of it drawn with each of the eight."""

    def __init__(self, drawn: Sequence[Matrix]) -> None:
        self._side = side = len(drawn[0])
        self._stride = stride = (side + APART + 7) // 8 * 8
        plain, turned = self._number(drawn[0]), self._number(_turned(drawn[0]))
        self._changes = [self._number(matrix) ^ plain for matrix in drawn]
        self._turned_changes = [self._number(_turned(matrix)) ^ turned for matrix in drawn]
        told = self._number([[int(_is_told(i, j, side)) for j in range(side)] for i in range(side)])
        self._scored = told ^ (1 << stride * side) - 1
        self._inner = self._number([[int(j > 0) for j in range(side)]] * side)

    def best(self, drawn: Matrix) -> tuple[int, Modules]:
        """The number of the best mask for a text that was drawn with mask 0, and the code with it."""
        upright, turned = self._number(drawn), self._number(_turned(drawn))
        kept = self._scored
        changes = zip(self._changes, self._turned_changes, strict=True)
        points = [self._penalty((upright ^ one) & kept, (turned ^ other) & kept) for one, other in changes]
        best = points.index(min(points))
        dark = (upright ^ self._changes[best]).to_bytes(self._side * self._stride // 8)
        return best, Modules(self._side, self._stride, dark)

    def _number(self, matrix: Matrix) -> int:
        apart = "0" * (self._stride - self._side)
        return int("".join("".join(map(str, row)) + apart for row in matrix), 2)

    def _penalty(self, upright: int, turned: int) -> int:
        """The information on format and version is left out of it, as the standard says."""
        same, same_turned = self._same(upright), self._same(turned)
        blocks = same & same >> self._stride
        blocks ^= blocks & (upright ^ upright >> self._stride)
        dark = upright.bit_count() / self._side**2
        points = _runs(same) + _runs(same_turned) + BLOCKS * blocks.bit_count()
        points += FINDERS * (_finders(upright) + _finders(turned))
        return points + SHARE * int(abs(dark * 100 - 50) / 5)

    def _same(self, modules: int) -> int:
        """Modules with the colour of the one before them in the row."""
        return (modules ^ modules >> 1) & self._inner ^ self._inner


def _turned(matrix: Matrix) -> Matrix:
    return list(zip(*matrix, strict=True))


def _is_told(i: int, j: int, side: int) -> bool:
    """Row i, column j holds information on format or version (ISO/IEC 18004 §7.9, §7.10), or is the one dark module
    beside it."""
    low, high = min(i, j), max(i, j)
    if low < 6 and side > 41 and side - 11 <= high < side - 8:
        return True
    return low != 6 and high != 6 and (high == 8 or (low == 8 and high >= side - 8))


def _runs(same: int) -> int:
    """N1: a run of n ≥ 5 modules of one colour is worth 3 + (n - 5)."""
    fifth = same & same >> 1 & same >> 2 & same >> 3
    return ROWS * fifth.bit_count() - (ROWS - 1) * (fifth & fifth >> 1).bit_count()


def _finders(dark: int) -> int:
    """N3: what looks like a finder, dark 1:1:3:1:1, with four light modules on one side; none is part of two."""
    looks = dark & dark >> 2 & dark >> 3 & dark >> 4 & dark >> 6
    looks ^= looks & (dark >> 1 | dark >> 5)
    near = dark | dark >> 1 | dark >> 2 | dark >> 3
    looks ^= looks & near >> FINDER & near << 4
    if looks & (looks >> 4 | looks >> 6):
        return sum(1 for _ in _apart(looks))
    return looks.bit_count()


def _apart(looks: int) -> Iterator[int]:
    """From the first on, those that do not lie in the one before."""
    while looks:
        place = looks.bit_length() - 1
        yield place
        looks &= (1 << max(0, place - FINDER + 1)) - 1
