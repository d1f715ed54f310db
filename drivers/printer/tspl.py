"""TSPL labels: a picture becomes SIZE, GAP, DIRECTION, CLS, small BITMAPs and PRINT (TSC programming manual)."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from drivers.printer.bands import WHITE_ON, bands, cut, ink_rows
from drivers.printer.model import PrinterModel

if TYPE_CHECKING:
    from PIL.Image import Image

FIELD_MOST = 2048  # bytes in one BITMAP
FLUSH = b'""\r\n' + b"\r\n" * (FIELD_MOST // 2)  # spoils half a line, fills up half a BITMAP, is nothing by itself


def pages(rasters: Iterable["Image"], job_id: bytes, model: PrinterModel) -> Iterator[bytes]:
    """One label after the other; `job_id` stays with us, TSPL has no place for it."""
    del job_id
    for raster in rasters:
        yield from label(raster, model)


def label(raster: "Image", model: PrinterModel) -> Iterator[bytes]:
    """In a BITMAP of mode 0 a bit of 0 is a burnt dot; what no BITMAP covers stays white after CLS.

    BITMAPs are small, so that a printer that still waits for the rest of one is soon rid of it (`FLUSH`).
    """
    rows = ink_rows(raster)
    size = f"SIZE {_mm(raster.width, model)} mm,{_mm(raster.height, model)} mm"
    head = _lines(size, f"GAP {model.gap} mm,0 mm", "DIRECTION 1", "CLS")
    most = max(1, min(model.band, FIELD_MOST // ((raster.width + 7) // 8)))
    for band in bands(rows, most):
        place = f"BITMAP {band.left * 8},{band.top},{band.right - band.left},{band.bottom - band.top},0,"
        yield head + place.encode("ascii") + b"".join(cut(rows, band)).translate(WHITE_ON) + b"\r\n"
        head = b""
    yield head + _lines("PRINT 1,1")


def _mm(dots: int, model: PrinterModel) -> Decimal:
    return (Decimal(dots) / model.dots_per_mm).normalize() + 0


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
