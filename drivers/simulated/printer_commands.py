"""An ESC/POS printer's commands, cut out of a stream of bytes. Written from Epson's manual, not from our encoder."""

from collections.abc import Iterator
from dataclasses import dataclass

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    raw: bytes
    number: int = 0

    def rows(self) -> Iterator[bytes]:
        """The rows of a GS v 0 picture, doubled as its mode says."""
        mode, width = self.raw[3] & 3, self.raw[4] + 256 * self.raw[5]
        for start in range(8, len(self.raw), width or 1):
            row = self.raw[start : start + width]
            yield from [_doubled(row) if mode & 1 else row] * (2 if mode & 2 else 1)


class Ears:
    """Hears DLE EOT 1-4 and the clear command in a stream of single bytes."""

    def __init__(self) -> None:
        self._tail = b""

    def hear(self, byte: int) -> bytes:
        self._tail = (self._tail + bytes([byte]))[-len(CLEAR) :]
        if self._tail == CLEAR:
            return CLEAR
        last = self._tail[-3:]
        return last if last[:2] == b"\x10\x04" and last[2:] in (b"\1", b"\2", b"\3", b"\4") else b""


def parse(stream: bytes | bytearray) -> Command | None:
    """The first command of a stream, None while it is incomplete. Unknown ones are taken as short as possible."""
    head = bytes(stream[:8])
    name, length = _measured(head)
    if not head or len(stream) < length:
        return None
    raw = bytes(stream[:length])
    return Command(name, raw, _number(name, raw))


def _doubled(row: bytes) -> bytes:
    bits = "".join(bit * 2 for bit in f"{int.from_bytes(row):0{len(row) * 8}b}")
    return int(bits, 2).to_bytes(len(row) * 2)


# Commands of one length: name and length. A command of three bytes carries a number.
_FIXED = {
    b"\x1b@": ("reset", 2),
    b"\x1b2": ("spacing", 2),
    b"\x1b3": ("spacing", 3),
    b"\x1b$": ("position", 4),
    b"\x1bd": ("lines", 3),
    b"\x1bJ": ("dots", 3),
    b"\x10\x04": ("real-time", 3),
    b"\x10\x14": ("real-time", len(CLEAR)),
}
_UNKNOWN = ("unknown", 2)


def _number(name: str, raw: bytes) -> int:
    """The number that ends a short command; a line feed is one line."""
    if name == "position":
        return _word(raw, 2)
    return raw[-1] if len(raw) in (3, 4) else int(raw == b"\n")


def _measured(head: bytes) -> tuple[str, int]:
    """Name and length of the command that starts so; a length beyond `head` while there is too little to tell."""
    if head[:1] == b"\n":
        return "lines", 1
    if head[:1] not in (b"\x10", b"\x1b", b"\x1d"):
        return "unknown", 1
    if head[:2] in _FIXED or head[:1] != b"\x1d" or len(head) < 2:
        return _FIXED.get(head[:2], _UNKNOWN)
    return _group(head)


def _group(head: bytes) -> tuple[str, int]:
    """GS commands, whose length stands in them."""
    if head[1:3] in (b"v", b"v0"):
        return "raster", 8 + _word(head, 4) * _word(head, 6) if len(head) == 8 else 8
    if head[1:2] == b"V":
        return "cut", 4 if head[2:3] in (b"A", b"B") else 3
    if head[1:2] == b"a":
        return "automatic", 3
    if head[1:2] == b"(":
        name = "completion" if head[2:3] == b"H" and head[5:7] == b"00" else "unknown"
        return name, 5 + _word(head, 3) if len(head) >= 5 else 5
    return _UNKNOWN


def _word(head: bytes, place: int) -> int:
    return int.from_bytes(head[place : place + 2], "little")
