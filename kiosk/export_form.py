"""The form of an export, for whoever writes or reads one: FORMATS.md §11. Parts in, bytes out; knows no record.

A zip without compression, made the same way each time, so that the same entries are the same bytes.
"""

import base64
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from kiosk import tree
from kiosk.durable import BESIDE, flush_folder

FORM = "liangzheng/export/1"
ENTRIES, TREE, TRUST, CHECKPOINT, MANIFEST = "entries.jsonl", "tree.txt", "trust.json", "checkpoint.txt", "export.txt"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `export.txt` says: entries `first` … `last`, the root of entries 1 … `last`, and the digest of each part."""

    log: str
    county: str
    station: str
    first: int
    last: int
    root: bytes
    digests: tuple[tuple[str, str], ...]  # name, SHA-256 in hex

    def text(self) -> str:
        root = base64.b64encode(self.root).decode()
        head = f"{FORM}\n{self.log}\n{self.county}/{self.station}\n{self.first} {self.last}\n{root}\n"
        return head + "".join(f"{digest}  {name}\n" for name, digest in self.digests)


@dataclass(frozen=True, slots=True)
class Exported:
    """Entries `first` … `last` were written; `confirmed`: how many of the log the newest receipt covers."""

    first: int
    last: int
    confirmed: int


class Package:
    """The zip, part by part; `take` is given its bytes. Left by an error, it gives no more."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._stream = _Stream(take)
        self._zip = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_STORED)
        self.digests: list[tuple[str, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            self._stream.drop()
        self.close()

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        part, digest = zipfile.ZipInfo(name, EPOCH), hashlib.sha256()
        part.create_system, part.external_attr = 3, 0o644 << 16  # as Unix writes it, wherever this runs
        with self._zip.open(part, "w", force_zip64=False) as inside:
            for chunk in chunks:
                digest.update(chunk)
                inside.write(chunk)
        self.digests.append((name, digest.hexdigest()))

    def close(self) -> None:
        self._zip.close()


@contextmanager
def whole_or_none(out: Path) -> Iterator[BinaryIO]:
    """What is written becomes the file `out` when the block ends, durable; when it fails, nothing of it stays."""
    beside, ended = out.with_name(out.name + BESIDE), False
    beside.unlink(missing_ok=True)  # a link on a stick would lead anywhere
    try:
        with beside.open("wb") as whole:
            yield whole
            whole.flush()
            os.fsync(whole.fileno())
        beside.replace(out)
        ended = True
    finally:
        if not ended:
            beside.unlink(missing_ok=True)
    flush_folder(out.absolute().parent)


def node_lines(nodes: tree.Nodes, first: int, last: int, confirmed: int) -> Iterator[bytes]:
    """The tree before and behind the entries, as far as the county's checkpoint needs it, and cut there."""
    for start, end in pieces(first, last, confirmed):
        for level, index in tree.cover(start, end):
            yield f"{level} {index} {nodes(level, index).hex()}\n".encode()


def pieces(first: int, last: int, confirmed: int) -> list[tuple[int, int]]:
    """Spans of leaves (from 0, end not included) of which an export holds the tree and no entries."""
    before = min(confirmed, first - 1)
    spans = [(0, before), (before, first - 1), (last, max(confirmed, last))]
    return [(start, end) for start, end in spans if start < end]


class _Stream(RawIOBase):
    """What a zip is written to when nothing may be written twice: then its bytes follow from the parts alone."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        super().__init__()
        self._take = take

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        try:
            self._take(data)
        except OSError:
            self.drop()
            raise
        return len(data)

    def drop(self) -> None:
        """What comes now goes nowhere: a zip ends itself when it goes, and has nowhere to end."""
        self._take = len
