"""How large a picture file says it is, from its first bytes: asked before a decoder reserves the memory. Pure."""

import struct
from collections.abc import Iterator
from itertools import pairwise

Size = tuple[int, int]  # width, height in pixels

_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xDA)})  # JPEG markers without a length: TEM, RST0-7, SOI, EOI (T.81 B.1.1)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0-15; the others are DHT, JPG, DAC (T.81 table B.1)
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_SCAN = 0xDA  # SOS


def size_of(raw: bytes) -> Size | None:
    """Width and height of a PNG, JPEG, BMP or WebP; None for anything else or when the head is torn."""
    try:
        if raw.startswith(b"\x89PNG\r\n\x1a\n"):
            return struct.unpack_from(">II", raw, 16)  # PNG 11.2.2, IHDR
        if raw.startswith(b"\xff\xd8"):
            return _jpeg(raw)
        if raw.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", raw, 18)  # BITMAPINFOHEADER; negative: rows from the top
            return abs(width), abs(height)
        if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
            return _webp(raw)
    except (struct.error, IndexError):
        return None
    return None


def see_through(raw: bytes) -> bool:
    """Whether it is a PNG with an alpha channel (PNG 11.2.2, colour types 4 and 6)."""
    return raw.startswith(b"\x89PNG\r\n\x1a\n") and raw[25:26] in (b"\x04", b"\x06")


def buffered(raw: bytes) -> int:
    """Bytes that a JPEG in several scans makes its decoder keep at once, two for each sample; 0 for all others."""
    if not raw.startswith(b"\xff\xd8"):
        return 0
    kept, parts, progressive = 0, 0, False
    try:
        for marker, at in _segments(raw):
            if marker in _FRAMES:
                kept, parts, progressive = *_samples(raw, at), marker in _PROGRESSIVE
            elif marker == _SCAN:
                return kept * 2 if progressive or raw[at + 4] < parts else 0
    except (struct.error, IndexError):  # torn: it may be anything
        return kept * 2
    return 0


def _samples(raw: bytes, at: int) -> tuple[int, int]:
    """Samples of all components of a frame, and how many components it has (T.81 B.2.2)."""
    height, width, parts = struct.unpack_from(">HHB", raw, at + 5)
    each = [(raw[place] >> 4) * (raw[place] & 15) for place in range(at + 11, at + 11 + 3 * parts, 3)]
    return width * height * sum(each) // max([*each, 1]), parts


def _jpeg(raw: bytes) -> Size | None:
    for marker, at in _segments(raw):
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", raw, at + 5)
            return width, height
    return None


def _segments(raw: bytes) -> Iterator[tuple[int, int]]:
    """Markers and where they stand, up to the first scan; IndexError at a torn end."""
    at, marker = 2, 0
    while marker != _SCAN and raw[at] == 0xFF:
        marker = raw[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        yield marker, at
        at += 2 if marker in _NO_LENGTH else 2 + max(2, int.from_bytes(raw[at + 2 : at + 4]))


def _webp(raw: bytes) -> Size | None:
    """RFC 9649: sections 2.5 (VP8), 2.6 (VP8L) and 2.7 (VP8X)."""
    match raw[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", raw, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", raw, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = (int.from_bytes(raw[at:end], "little") + 1 for at, end in pairwise((24, 27, 30)))
            return width, height
    return None
