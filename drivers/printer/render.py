"""A print job in the language of its printer, streamed: the first piece can go out before the rest is made."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from drivers.printer import document, escpos, tspl, zpl
from drivers.printer.bands import require_printable
from drivers.printer.model import PrinterModel

if TYPE_CHECKING:
    from PIL.Image import Image

Language = Callable[[Iterable["Image"], bytes, PrinterModel], Iterator[bytes]]
LANGUAGES: dict[str, Language] = {
    "escpos": escpos.pages,
    "tspl": tspl.pages,
    "zpl": zpl.pages,
    "cups": document.pages,
}


def render_job(raster: "Image", job_id: bytes, model: PrinterModel | None = None) -> Iterator[bytes]:
    """One paper from a black-and-white picture. Refused before the first byte when it cannot come out as it is."""
    return render_pages((raster,), job_id, model)


def render_pages(rasters: Iterable["Image"], job_id: bytes, model: PrinterModel | None = None) -> Iterator[bytes]:
    """Several papers or labels as one job. A later picture is asked for when the one before it has gone out."""
    model = model or PrinterModel()
    looked_at = iter(rasters)
    first = next(looked_at, None)
    if first is None:
        return iter(())
    require_printable(first, job_id, model)
    return LANGUAGES[model.language](_printable(first, looked_at, job_id, model), job_id, model)


def _printable(first: "Image", rest: Iterable["Image"], job_id: bytes, model: PrinterModel) -> Iterator["Image"]:
    yield first
    for raster in rest:
        require_printable(raster, job_id, model)
        yield raster
