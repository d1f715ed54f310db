"""The same drawing as a file: PNG and PDF without loss, in their physical size. The same pages give the same bytes."""

from collections.abc import Sequence
from io import BytesIO
from math import floor, nextafter
from time import gmtime
from typing import Any

from PIL import Image

MM_PER_INCH = 25.4
LONG_AGO = gmtime(0)  # a file's own date would make two files of one certificate; the date stands on the paper


def as_png(pages: Sequence[Image.Image], dots_per_mm: int) -> bytes:
    """One picture; several pages stand below each other."""
    out = BytesIO()
    density = (dots_per_mm * MM_PER_INCH,) * 2
    _one_below_the_other(pages).save(out, "PNG", dpi=density, optimize=True)
    return out.getvalue()


def as_pdf(pages: Sequence[Image.Image], dots_per_mm: int, title: str) -> bytes:
    """Every page as large as its picture; black-and-white pictures are kept dot for dot (CCITT group 4)."""
    out = BytesIO()
    facts: dict[str, Any] = {"title": title, "creationDate": LONG_AGO, "modDate": LONG_AGO}
    first, *others = pages
    density = (_density(first.width, dots_per_mm), _density(first.height, dots_per_mm))
    first.save(out, "PDF", dpi=density, save_all=True, append_images=others, **facts)
    return out.getvalue()


def _density(dots: int, dots_per_mm: int) -> float:
    """Dots per inch with which a length is a number of points that six decimals hold, as many as are written: of a page
    that is a hair too long, readers make one more row of dots."""
    points = floor(dots * 72 / (dots_per_mm * MM_PER_INCH) * 1e6) / 1e6
    density = dots * 72 / points
    while dots * 72 / density < points:
        density = nextafter(density, 0)
    return density


def _one_below_the_other(pages: Sequence[Image.Image]) -> Image.Image:
    if len(pages) == 1:
        return pages[0]
    whole = Image.new("1", (max(page.width for page in pages), sum(page.height for page in pages)), 1)
    y = 0
    for page in pages:
        whole.paste(page, (0, y))
        y += page.height
    return whole
