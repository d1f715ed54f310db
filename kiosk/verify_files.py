"""Codes in files: pictures, the pictures of a PDF, proofs, text. Files in, bytes of codes out; judges nothing."""

import logging
import os
import struct
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.errors import DeviceError
from kiosk.rules.scan.codes import DATA_MOST
from kiosk.trust import Broken
from kiosk.verify_proof import MARK, is_proof

if TYPE_CHECKING:
    from pypdf._page import VirtualListImages

MOST_BYTES = 1 << 26  # of a PDF
MOST_PICTURES, MOST_PAGES, MOST_SECONDS = 64, 1000, 60.0  # of a PDF that are looked at, and for how long
STDERR = 2
ODD_PDF = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, OSError,
    RecursionError, SyntaxError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
Read = Callable[[], bytes]


class What(StrEnum):
    PDF = "pdf"
    PROOF = "proof"
    TEXT = "text"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class InPdf:
    """`codes` and the page that each was first found on. `unread`: pictures that nobody could look into; `more`: some
    were not looked at.
    """

    codes: tuple[tuple[bytes, int], ...]
    unread: int
    more: bool


def what(head: bytes) -> What:
    """Of the first bytes of a file; what nobody knows is tried as a picture."""
    if head.lstrip().startswith(b"%PDF-"):
        return What.PDF
    head = head.removeprefix(MARK)
    if is_proof(head):
        return What.PROOF
    printable = all(byte >= 0x20 or byte in b"\t\r\n" for byte in head)
    return What.TEXT if printable and not head.startswith(b"\xff\xd8") else What.PICTURE


def codes_in_text(file: Path) -> tuple[bytes, ...]:
    """The text of one code, as somebody copied it."""
    with file.open("rb") as source:
        return (source.read(DATA_MOST + 1).removeprefix(MARK).strip(),)


def codes_in_picture(file: Path) -> tuple[bytes, ...]:
    """Every code in it, by every way that there is. Raises DeviceError (drivers.scanner.frames.read_picture)."""
    from drivers.scanner.codes.reader import read_still
    from drivers.scanner.frames import gray_of, read_picture

    gray = gray_of(read_picture(file))
    found = read_still(gray) or read_still(gray, thorough=True)
    return tuple(dict.fromkeys(one.data for one in found))


def codes_in_pdf(file: Path) -> InPdf:
    """Every code in the pictures of its pages: our own e-certificate, or what a telephone scanned. Raises Broken.

    Pictures of a page that nobody sees are read like the others: so the page is told.
    """
    found: dict[bytes, int] = {}
    unread, looked, until = 0, 0, time.monotonic() + MOST_SECONDS
    with tempfile.TemporaryDirectory(prefix="liangzheng-verify-") as folder, _no_complaints():
        one = Path(folder, "picture")
        for page, read in _pictures(file):
            if looked == MOST_PICTURES or page > MOST_PAGES or time.monotonic() > until:
                return InPdf(tuple(found.items()), unread, more=True)
            looked += 1
            try:
                one.write_bytes(read())
            except _odd():
                unread += 1
            else:
                for data in _seen(one):
                    found.setdefault(data, page)
    return InPdf(tuple(found.items()), unread, more=False)


def _seen(picture: Path) -> tuple[bytes, ...]:
    try:
        return codes_in_picture(picture)
    except DeviceError:
        return ()  # a mask or an ornament that is no picture by itself


def _pictures(file: Path) -> "Iterator[tuple[int, Read]]":
    """Each picture: its page, and what reads it, which may raise what `_odd` names. Raises Broken."""
    from pypdf import PdfReader

    if file.stat().st_size > MOST_BYTES:
        raise Broken(f"more than {MOST_BYTES} bytes")
    try:
        for nth, page in enumerate(PdfReader(file).pages, 1):
            for read in _on_page(page.images):
                yield nth, read
    except _odd() as wrong:
        raise Broken(f"not a PDF that can be read ({wrong})") from wrong


def _on_page(images: "VirtualListImages") -> "Iterator[Read]":
    try:
        names = images.keys()
    except _odd() as wrong:
        yield partial(_refused, wrong)
        return
    for name in names:
        yield partial(_data_of, images, name)


def _data_of(images: "VirtualListImages", name: str | list[str]) -> bytes:
    return images[name].data


def _refused(wrong: Exception) -> bytes:
    raise wrong


def _odd() -> tuple[type[Exception], ...]:
    """What pypdf, and Pillow under it, let out when a file is not what it says."""
    from PIL.Image import DecompressionBombError
    from pypdf.errors import DependencyError, PyPdfError

    return (PyPdfError, DependencyError, DecompressionBombError, *ODD_PDF)


@contextmanager
def _no_complaints() -> Iterator[None]:
    """What decoders say of a bad picture is told by us; libtiff writes to the descriptor itself."""
    log, level = logging.getLogger("pypdf"), logging.getLogger("pypdf").level
    log.setLevel(logging.CRITICAL)
    sys.stderr.flush()
    kept, nowhere = os.dup(STDERR), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STDERR)
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)
        os.close(nowhere)
        log.setLevel(level)
