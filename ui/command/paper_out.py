"""Drawn pages as files: one PDF, or one PNG a page. All of them are written, or none."""

import os
import stat
from errno import EISDIR, ENOENT
from pathlib import Path

from kiosk.durable import BESIDE, flush_folder, written
from kiosk.paper.electronic import as_pdf, as_png
from kiosk.paper.pages import Pages
from kiosk.slips.cited import CitedError

KINDS = (".pdf", ".png")


def write(pages: Pages, out: Path, title: str) -> list[Path]:
    """What was written: `out`, or `out-1.png`, `out-2.png` … of several pages. Raises CitedError, OSError."""
    named(out)
    files = _files(pages, out, title)
    for file in files:
        _writable(file)
    beside = {file.with_name(file.name + BESIDE): file for file in files}
    try:
        for fresh, file in beside.items():
            os.close(written(fresh, files[file], 0o644))
        for fresh, file in beside.items():
            fresh.replace(file)
    except OSError:
        for fresh in beside:
            fresh.unlink(missing_ok=True)
        raise
    flush_folder(out.parent)
    return list(files)


def named(out: Path) -> None:
    """Raises CitedError for a name that says neither PNG nor PDF."""
    if out.suffix.lower() not in KINDS:
        raise CitedError("file_kind", file=out.name)


def _files(pages: Pages, out: Path, title: str) -> dict[Path, bytes]:
    if out.suffix.lower() == ".pdf":
        return {out: as_pdf(pages.pictures, pages.dots_per_mm, title)}
    several = len(pages.pictures) > 1
    return {
        out.with_stem(f"{out.stem}-{nth}") if several else out: as_png(page.pictures, page.dots_per_mm)
        for nth, page in enumerate(pages.single(), 1)
    }


def _writable(file: Path) -> None:
    """A folder or a device is not put aside for a picture. Raises OSError."""
    if not file.parent.is_dir():
        raise OSError(ENOENT, os.strerror(ENOENT), str(file))
    if file.exists() and not stat.S_ISREG(file.stat().st_mode):
        raise OSError(EISDIR, os.strerror(EISDIR), str(file))
