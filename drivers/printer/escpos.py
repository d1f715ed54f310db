"""ESC/POS print jobs: the only python-escpos. A picture goes in, bytes come out."""

import contextlib
import logging
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from drivers.errors import Refused
from drivers.printer.job import is_job_id
from drivers.printer.model import PrinterModel

if TYPE_CHECKING:
    from PIL.Image import Image

COMPLETION = b"\x1d(H\x06\x00\x30\x30"  # GS ( H fn 48: "when you are done, send me these four bytes"
PICKLES = "ESCPOS_CAPABILITIES_PICKLE_DIR"


def render_job(raster: "Image", job_id: bytes, model: PrinterModel | None = None) -> bytes:
    """A print job for a black-and-white picture: reset, picture, feed past the tear bar, cut, ask for completion."""
    model = model or PrinterModel()
    if raster.mode != "1" or raster.width > model.width or not is_job_id(job_id):
        raise Refused("printer.job", width=raster.width, printer=model.width)
    paper = _escpos_dummy(model.profile)
    paper.hw("INIT")
    paper.image(raster, impl="bitImageRaster", fragment_height=model.band)
    paper.cut()
    return bytes(paper.output) + (COMPLETION + job_id if model.completes else b"")


class _Dummy(Protocol):
    output: bytes

    def hw(self, code: str) -> None: ...

    def image(self, img_source: "Image", *, impl: str, fragment_height: int) -> None: ...

    def cut(self) -> None: ...


def _escpos_dummy(profile: str) -> _Dummy:
    dummy: _Dummy = _dummy_class()(profile=profile)
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
