"""Page printers: pictures become the pages of one PDF, which the spooler knows what to do with."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from drivers.printer.model import PrinterModel

if TYPE_CHECKING:
    from PIL.Image import Image

MM_PER_INCH = 25.4


def pages(rasters: Iterable["Image"], job_id: bytes, model: PrinterModel) -> Iterator[bytes]:
    """Black and white is kept dot by dot (CCITT group 4). The job's number is the document's title."""
    first, *rest = rasters
    pdf = BytesIO()
    dpi = model.dots_per_mm * MM_PER_INCH
    first.save(pdf, "PDF", resolution=dpi, save_all=True, append_images=rest, title=job_id.decode("ascii"))
    yield pdf.getvalue()
