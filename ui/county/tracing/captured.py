"""Raw captures and photographs of one entry, as far as the county has them. Bytes in, something to look at out."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path

from drivers.errors import FrameError
from kiosk import blobs
from kiosk.rules.messages import Control, EntryBody, Observation, Test

PICTURES = ("photograph", "picture", "pictures")  # members that name pictures, in any body
SHOWN_TEXT, SHOWN_BYTES = 16_000, 1024  # of a capture on the page; the rest is downloaded
ROW = 16  # bytes of a line
MOST_PICTURES = 24  # on one page
# What an image begins with (JFIF and Exif, PNG, WebP), by the type under which it is served.
BEGINNINGS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
PRINTABLE = range(0x20, 0x7F)


class Here(StrEnum):
    WHOLE = "whole"
    AWAITED = "awaited"  # the station has not sent it yet, or retention dropped its month
    DAMAGED = "damaged"  # not the bytes of its hash, or no picture


@dataclass(frozen=True, slots=True)
class HexLine:
    at: str
    hex: str
    text: str


@dataclass(frozen=True, slots=True)
class Capture:
    """`text` is its beginning when it is text; `lines` its first bytes; `cut`: there is more."""

    digest: str
    here: Here
    size: int = 0
    text: str = ""
    lines: tuple[HexLine, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    digest: str
    here: Here


class Captured:
    """`folder` is the county's folder of blobs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def capture(self, body: EntryBody | None) -> Capture | None:
        """None for an entry that rests on no capture."""
        digest = capture_of(body)
        if not digest:
            return None
        here, data = self.read(digest)
        if here is not Here.WHOLE:
            return Capture(digest, here)
        text = _text(data)
        cut = len(text) > SHOWN_TEXT if text else len(data) > SHOWN_BYTES
        return Capture(digest, here, len(data), text[:SHOWN_TEXT], tuple(_rows(data[:SHOWN_BYTES])), cut)

    def pictures(self, body: EntryBody | None) -> tuple[Picture, ...]:
        return tuple(Picture(digest, self._picture(digest)) for digest in pictures_of(body)[:MOST_PICTURES])

    def read(self, digest: str) -> tuple[Here, bytes]:
        """Its bytes, checked against their hash."""
        try:
            data = blobs.find(self._folder, digest)
        except (FrameError, OSError):
            return Here.DAMAGED, b""
        return (Here.AWAITED, b"") if data is None else (Here.WHOLE, data)

    def _picture(self, digest: str) -> Here:
        here, data = self.read(digest)
        return Here.DAMAGED if here is Here.WHOLE and not image_type(data) else here


def capture_of(body: EntryBody | None) -> str:
    return body.capture if isinstance(body, Test | Control | Observation) else ""


def pictures_of(body: EntryBody | None) -> tuple[str, ...]:
    """Hashes of the pictures that an entry names, each once."""
    members = [] if body is None else [field.name for field in fields(body) if field.name in PICTURES]
    values = [getattr(body, name) for name in members]
    named = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    return tuple(dict.fromkeys(digest for digest in named if digest))


def image_type(data: bytes) -> str:
    """The media type of an image by its first bytes; empty for anything else, whatever it is called."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((named for beginning, named in BEGINNINGS if data.startswith(beginning)), "")


def _text(data: bytes) -> str:
    """The whole as text when it is text; empty for bytes of another kind."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return ""
    plain = all(sign.isprintable() or sign in "\n\r\t" for sign in text[:SHOWN_TEXT])
    return text if plain else ""


def _rows(data: bytes) -> Iterator[HexLine]:
    for at in range(0, len(data), ROW):
        row = data[at : at + ROW]
        text = "".join(chr(one) if one in PRINTABLE else "." for one in row)
        yield HexLine(f"{at:06x}", row.hex(" "), text)
