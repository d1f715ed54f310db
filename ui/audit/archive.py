"""The zip of an export, read as a stream and with limits: FORMATS.md §11 allows one way to write it, to the byte."""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ui.audit.errors import Wrong

NAMES = ("entries.jsonl", "tree.txt", "trust.json", "checkpoint.txt", "export.txt")
ORDERS = (NAMES, (*NAMES[:3], NAMES[4]))
CHUNK = 1 << 20
MOST_TEXT = 4 << 20  # bytes of a part that is read whole
MOST_LINE = 256 << 10  # of an entry
END, CENTRAL = struct.Struct("<4s4H2IH"), struct.Struct("<4s4B4H3I5H2I")
LOCAL, BEHIND = struct.Struct("<4s5H3I2H"), struct.Struct("<4s3I")
DAY = 0x21  # 1980-01-01, in the form of DOS


@dataclass(frozen=True, slots=True)
class Part:
    """`at`: where its bytes begin."""

    name: str
    at: int
    size: int
    crc: int


class Archive:
    """Raises Wrong("zip") wherever the file differs from what the format says."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digests: dict[str, str] = {}  # SHA-256, hex, of each part that was read to its end
        self.parts = {part.name: part for part in self._directory()}

    def text(self, name: str) -> bytes:
        """A part as a whole."""
        if self.parts[name].size > MOST_TEXT:
            raise Wrong("zip", told=name)
        return b"".join(self._chunks(self.parts[name]))

    def lines(self, name: str) -> Iterator[bytes]:
        """Lines without their line feeds; the last one has its own."""
        rest = b""
        for chunk in self._chunks(self.parts[name]):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > MOST_LINE:
                raise Wrong("zip", told=name)
        if rest:
            raise Wrong("zip", told=name)

    def _chunks(self, part: Part) -> Iterator[bytes]:
        self._file.seek(part.at)
        left, crc, digest = part.size, 0, hashlib.sha256()
        while left:
            chunk = self._file.read(min(CHUNK, left))
            if not chunk:
                raise Wrong("zip", told=part.name)
            left -= len(chunk)
            crc = zlib.crc32(chunk, crc)
            digest.update(chunk)
            yield chunk
        if crc != part.crc:
            raise Wrong("zip", told=part.name)
        self.digests[part.name] = digest.hexdigest()

    # --- what stands around the parts -----------------------------------------------------------------------------

    def _directory(self) -> list[Part]:
        size = self._file.seek(0, os.SEEK_END)
        try:
            self._file.seek(max(0, size - END.size))
            _, _, _, _, count, length, at, _ = END.unpack(self._file.read(END.size))
            found = self._listed(at, count, length)
        except (struct.error, ValueError) as wrong:
            raise Wrong("zip", told="") from wrong
        if tuple(part.name for part in found) not in ORDERS or at > size:
            raise Wrong("zip", told="")
        written = _directory_of(found)
        end = END.pack(b"PK\5\6", 0, 0, len(found), len(found), len(written), at, 0)
        if self._bytes(at, size - at) != written + end or not self._framed(found, at):
            raise Wrong("zip", told="")
        return found

    def _listed(self, at: int, count: int, length: int) -> list[Part]:
        """Names, sizes and sums as the directory tells them; nothing of it is believed yet."""
        if not len(NAMES) - 1 <= count <= len(NAMES) or length > 1 << 10:
            raise Wrong("zip", told="")
        directory, found, place, head = self._bytes(at, length), [], 0, 0
        for _ in range(count):
            fields = CENTRAL.unpack_from(directory, place)
            crc, size, name_size = fields[9], fields[10], fields[12]
            name = directory[place + CENTRAL.size :][:name_size]
            found.append(Part(name.decode("ascii"), head + LOCAL.size + len(name), size, crc))
            place += CENTRAL.size + len(name)
            head = found[-1].at + size + BEHIND.size
        return found

    def _framed(self, parts: list[Part], end: int) -> bool:
        """Whether each part stands between the header and the descriptor that it has to have, and nothing between."""
        place = 0
        for part in parts:
            name = part.name.encode()
            local = LOCAL.pack(b"PK\3\4", 20, 8, 0, 0, DAY, 0, 0, 0, len(name), 0) + name
            behind = BEHIND.pack(b"PK\7\10", part.crc, part.size, part.size)
            if self._bytes(place, len(local)) != local or part.at != place + len(local):
                return False
            if self._bytes(part.at + part.size, len(behind)) != behind:
                return False
            place = part.at + part.size + len(behind)
        return place == end

    def _bytes(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        return self._file.read(max(0, min(size, MOST_TEXT)))


def _directory_of(parts: list[Part]) -> bytes:
    """Version 2.0, made on Unix, mode 0644, sizes behind the data, no extra fields, no comments."""
    written, mode = b"", 0o644 << 16
    for part in parts:
        name = part.name.encode()
        head = part.at - LOCAL.size - len(name)
        facts = (part.crc, part.size, part.size, len(name), 0, 0, 0, 0, mode, head)
        written += CENTRAL.pack(b"PK\1\2", 20, 3, 20, 0, 8, 0, 0, DAY, *facts) + name
    return written
