"""Where the ink is in a picture: rows as bytes, and the bands that hold all of it. Values only, no language."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.errors import Refused
from drivers.printer.job import is_job_id
from drivers.printer.model import PrinterModel

if TYPE_CHECKING:
    from PIL.Image import Image

WHITE_ON = bytes(byte ^ 0xFF for byte in range(256))
OVERHEAD = 12  # bytes that a band costs beside its rows: position and head of the raster command


@dataclass(frozen=True, slots=True)
class Band:
    """Rows `top` to before `bottom`, bytes `left` to before `right`; outside of all bands the picture is white."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def size(self) -> int:
        return (self.bottom - self.top) * (self.right - self.left)


def require_printable(raster: "Image", job_id: bytes, model: PrinterModel) -> None:
    """Refused("printer.job") for what could not come out as it is."""
    if raster.mode != "1" or not 0 < raster.width <= model.width or not is_job_id(job_id):
        raise Refused("printer.job", width=raster.width, printer=model.width)


def ink_rows(raster: "Image") -> list[bytes]:
    """The rows of a black-and-white picture: one bit a dot, 1 is ink, white up to the end of the last byte."""
    width = (raster.width + 7) // 8
    ink = raster.tobytes().translate(WHITE_ON)
    rows = [ink[start : start + width] for start in range(0, len(ink), width)]
    if rest := raster.width % 8:
        keep = 0xFF00 >> rest & 0xFF
        rows = [row[:-1] + bytes([row[-1] & keep]) for row in rows]
    return rows


def bands(rows: Sequence[bytes], most: int, *, from_left: bool = False) -> Iterator[Band]:
    """Bands of at most `most` rows from top to bottom, each as soon as its rows are looked at.

    Two neighbours are one band where that is fewer bytes. `from_left`: every band begins at the left edge.
    """
    for start in range(0, len(rows), most):
        for top, bottom, left, right, _ in _joined(rows[start : start + most], start, from_left):
            yield Band(top, bottom, left, right)


def cut(rows: Sequence[bytes], band: Band) -> Iterator[bytes]:
    return (row[band.left : band.right] for row in rows[band.top : band.bottom])


def in_pieces(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of at most `size`, none held back."""
    for chunk in chunks:
        yield from (chunk[start : start + size] for start in range(0, len(chunk), size))


def _joined(rows: Sequence[bytes], start: int, from_left: bool) -> list[tuple[int, int, int, int, int]]:
    """Top, bottom, left, right and size of bands. Every row of every paper goes through here: plain numbers."""
    stack: list[tuple[int, int, int, int, int]] = []
    for number, row in enumerate(rows, start):
        right = len(row.rstrip(b"\0"))
        if not right:
            continue
        left = 0 if from_left else len(row) - len(row.lstrip(b"\0"))
        top, size = number, right - left
        while stack:
            above, _, its_left, its_right, its_size = stack[-1]
            both_left, both_right = min(left, its_left), max(right, its_right)
            both = (number + 1 - above) * (both_right - both_left)
            if both > its_size + OVERHEAD + size:
                break
            stack.pop()
            top, left, right, size = above, both_left, both_right, both
        stack.append((top, number + 1, left, right, size))
    return stack
