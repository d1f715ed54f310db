"""Codes in files: pictures, the pictures of a PDF, proofs, text. Files in, bytes of codes out; judges nothing."""

import tempfile
import zlib
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path

from drivers.errors import DeviceError
from kiosk.rules.scan.codes import DATA_MOST
from kiosk.trust import Broken
from kiosk.verify_proof import is_proof

MOST_BYTES = 1 << 26  # of a PDF
MOST_PICTURES = 64  # of a PDF that are looked at
# What pypdf lets out beside its own errors when a file is not what it says.
ODD_PDF = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, NotImplementedError, zlib.error)


class What(StrEnum):
    PDF = "pdf"
    PROOF = "proof"
    TEXT = "text"
    PICTURE = "picture"


def what(head: bytes) -> What:
    """Of the first bytes of a file; what nobody knows is tried as a picture."""
    if head.lstrip().startswith(b"%PDF-"):
        return What.PDF
    if is_proof(head):
        return What.PROOF
    printable = all(byte >= 0x20 or byte in b"\t\r\n" for byte in head)
    return What.TEXT if printable and not head.startswith(b"\xff\xd8") else What.PICTURE


def codes_in_text(file: Path) -> tuple[bytes, ...]:
    """The text of one code, as somebody copied it."""
    with file.open("rb") as source:
        return (source.read(DATA_MOST + 1).strip(),)


def codes_in_picture(file: Path) -> tuple[bytes, ...]:
    """Every code in it, by every way that there is. Raises DeviceError (drivers.scanner.frames.read_picture)."""
    from drivers.scanner.codes.reader import read_still
    from drivers.scanner.frames import gray_of, read_picture

    gray = gray_of(read_picture(file))
    found = read_still(gray) or read_still(gray, thorough=True)
    return tuple(dict.fromkeys(one.data for one in found))


def codes_in_pdf(file: Path) -> tuple[bytes, ...]:
    """Every code in the pictures of its pages: our own e-certificate, or what a telephone scanned. Raises Broken."""
    found: dict[bytes, None] = {}
    with tempfile.TemporaryDirectory(prefix="liangzheng-verify-") as folder:
        for nth, picture in enumerate(_pictures(file)):
            one = Path(folder, str(nth))
            one.write_bytes(picture)
            try:
                found |= dict.fromkeys(codes_in_picture(one))
            except DeviceError:
                continue  # a mask or an ornament that is no picture by itself
            finally:
                one.unlink()
    return tuple(found)


def _pictures(file: Path) -> Iterator[bytes]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    if file.stat().st_size > MOST_BYTES:
        raise Broken(f"more than {MOST_BYTES} bytes")
    try:
        pictures = (picture.data for page in PdfReader(file).pages for picture in page.images)
        yield from islice(pictures, MOST_PICTURES)
    except (PyPdfError, *ODD_PDF) as wrong:
        raise Broken(f"not a PDF that can be read ({wrong})") from wrong
