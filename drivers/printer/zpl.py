"""ZPL II labels: a picture becomes ^GFA fields in bands, compressed as Zebra's guide describes, between ^XA and ^XZ."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from drivers.printer.bands import Band, bands, cut, ink_rows
from drivers.printer.model import PrinterModel

if TYPE_CHECKING:
    from PIL.Image import Image

MOST = 419  # z and Y: 400 + 19 of one digit


def pages(rasters: Iterable["Image"], job_id: bytes, model: PrinterModel) -> Iterator[bytes]:
    """One label after the other. The job's number goes along as a comment (^FX), for whoever reads a capture."""
    for raster in rasters:
        yield from label(raster, job_id, model)


def label(raster: "Image", job_id: bytes, model: PrinterModel) -> Iterator[bytes]:
    """^FO counts in dots from the upper left corner; in ^GF a bit of 1 is a burnt dot."""
    rows = ink_rows(raster)
    head = f"^XA^FX {job_id.hex()}^FS^PW{raster.width}^LL{raster.height}^LH0,0\r\n".encode("ascii")
    for band in bands(rows, model.band):
        yield head + _field(rows, band)
        head = b""
    yield head + b"^PQ1^XZ\r\n"


def _field(rows: Sequence[bytes], band: Band) -> bytes:
    width = band.right - band.left
    place = f"^FO{band.left * 8},{band.top}^GFA,{band.size},{band.size},{width},"
    return f"{place}{packed(cut(rows, band))}^FS\r\n".encode("ascii")


def packed(rows: Iterable[bytes]) -> str:
    """Hexadecimal: `:` the row above again, `,` zeros to its end, G to Y 1 to 19 times, g to z 20 to 400 times."""
    told, above = [], ""
    for row in rows:
        digits = row.hex().upper()
        told.append(":" if digits == above else _packed(digits))
        above = digits
    return "".join(told)


def _packed(digits: str) -> str:
    kept = digits.rstrip("0")
    runs = "".join(_run(digit, len(list(group))) for digit, group in groupby(kept))
    return runs if len(kept) == len(digits) else f"{runs},"


def _run(digit: str, times: int) -> str:
    whole, rest = divmod(times, MOST)
    return f"zY{digit}" * whole + _count(rest) + digit if rest else f"zY{digit}" * whole


def _count(times: int) -> str:
    if times < 3:  # a count of one or two is no shorter
        return "" if times < 2 else "H"
    twenties, ones = divmod(times, 20)
    return (chr(ord("f") + twenties) if twenties else "") + (chr(ord("F") + ones) if ones else "")
