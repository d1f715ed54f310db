"""ESC/POS print jobs: the only python-escpos. Pictures go in, bytes come out, the first band before the rest is made.

python-escpos knows the printers: the width of a profile, its reset and its cut. Ours is what it has no word for: which
bands, where they begin (ESC $), white rows between them (ESC J), completion (GS ( H); and GS v 0 itself, the same bytes
as python-escpos's (a test compares them), because a certificate has seventy bands and each cost it ten times as long.
"""

import contextlib
import logging
import os
import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from drivers.errors import ProfileError
from drivers.printer.bands import Band, bands, cut, ink_rows
from drivers.printer.model import PrinterModel

if TYPE_CHECKING:
    from PIL.Image import Image

RASTER = b"\x1dv0\x00"  # GS v 0, each dot once
COMPLETION = b"\x1d(H\x06\x00\x30\x30"  # GS ( H fn 48: "when you are done, send me these four bytes"
FEED_MOST = 255  # units of one ESC J; rows of one white picture as well
PICKLES = "ESCPOS_CAPABILITIES_PICKLE_DIR"


def pages(rasters: Iterable["Image"], job_id: bytes, model: PrinterModel) -> Iterator[bytes]:
    """Reset, then each picture with its feed and cut, then the question for completion. The first piece has a band."""
    paper = _escpos_dummy(model)
    paper.hw("INIT")
    for raster in rasters:
        yield from _picture(paper, raster, model)
        if model.cuts:
            paper.cut()
        else:
            paper.print_and_feed(model.tear_off)
        yield _taken(paper)
    if model.completes:
        yield COMPLETION + job_id


def _picture(paper: "_Dummy", raster: "Image", model: PrinterModel) -> Iterator[bytes]:
    done, rows = 0, ink_rows(raster)
    head = _taken(paper)
    for band in bands(rows, model.band, from_left=not model.places):
        yield head + feed(band.top - done, model) + position(band) + raster_bytes(rows, band)
        head, done = b"", band.bottom
    yield head + feed(raster.height - done, model)


def raster_bytes(rows: Sequence[bytes], band: Band) -> bytes:
    """GS v 0: bytes in a row, rows, and the rows."""
    across, down = band.right - band.left, band.bottom - band.top
    return RASTER + struct.pack("<HH", across, down) + b"".join(cut(rows, band))


def position(band: Band) -> bytes:
    """ESC $; GS v 0 goes back to the left end by itself."""
    return b"\x1b$" + (band.left * 8).to_bytes(2, "little") if band.left else b""


def feed(rows: int, model: PrinterModel) -> bytes:
    """White rows. Where the unit of ESC J is not known, a white picture one byte wide is the one exact way."""
    if model.feed_units:
        units = rows * model.feed_units
        return b"".join(b"\x1bJ" + bytes([min(FEED_MOST, units - n)]) for n in range(0, units, FEED_MOST))
    heights = (min(FEED_MOST, rows - n) for n in range(0, rows, FEED_MOST))
    return b"".join(RASTER + struct.pack("<HH", 1, height) + bytes(height) for height in heights)


class _Profile(Protocol):
    media: dict[str, dict[str, int | str]]  # "Unknown" where nobody knows


class _Dummy(Protocol):
    output: bytes
    profile: _Profile

    def hw(self, code: str) -> None: ...

    def cut(self) -> None: ...

    def print_and_feed(self, n: int) -> None: ...

    def clear(self) -> None: ...


def _taken(paper: _Dummy) -> bytes:
    data = bytes(paper.output)
    paper.clear()
    return data


def _escpos_dummy(model: PrinterModel) -> _Dummy:
    """ProfileError for a profile that python-escpos lacks, or that is narrower than the model."""
    try:
        dummy: _Dummy = _dummy_class()(profile=model.profile)
    except KeyError as unknown:
        raise ProfileError("printer.profile", profile=model.profile, width=model.width) from unknown
    pixels = dummy.profile.media["width"].get("pixels")
    if isinstance(pixels, int) and pixels < model.width:
        raise ProfileError("printer.profile", profile=model.profile, width=model.width)
    return dummy


@cache
def _dummy_class() -> Any:
    """Importing python-escpos calls logging.basicConfig() and leaves a new folder in /tmp each time; not with us."""
    folder = _pickle_folder()
    root, temporary, told = logging.getLogger(), tempfile.tempdir, os.environ.get(PICKLES)
    handlers = root.handlers[:]
    os.environ[PICKLES], tempfile.tempdir = str(folder), str(folder)
    try:
        from escpos.printer import Dummy
    finally:
        tempfile.tempdir = temporary
        root.handlers[:] = handlers
        if told is None:  # a program that we start may be another user's: it must not look into our folder
            del os.environ[PICKLES]
        else:
            os.environ[PICKLES] = told
    for left_behind in folder.glob("tmp*/"):
        with contextlib.suppress(OSError):  # not empty: not escpos's
            left_behind.rmdir()
    return Dummy


def _pickle_folder() -> Path:
    """A folder that only this user can write, because what lies in it gets unpickled."""
    place = os.environ.get("CACHE_DIRECTORY") or os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    folder = Path(place) / "liangzheng-escpos"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid == os.geteuid() and os.access(folder, os.W_OK | os.X_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="liangzheng-escpos-"))
