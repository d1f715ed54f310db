"""A log in one file that a stranger can check: FORMATS.md §11. Written from both copies of a record; only reads them.

A zip without compression, made the same way each time, so that the same entries are the same bytes.
"""

import base64
import hashlib
import os
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import log, tree
from kiosk.checkpoint import Receipt, countersigned, open_countersigned, open_receipt, sign_note
from kiosk.contract import key_id
from kiosk.durable import BESIDE, flush_folder
from kiosk.live_trust import LiveTrust
from kiosk.record import Home
from kiosk.record_error import OutOfLog, Unreadable
from kiosk.tables import Tables, read_tables
from kiosk.trust import SealError, Trust, public_bytes

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
    first: int
    last: int
    confirmed: int


class Package:
    """The zip, part by part; `take` is given its bytes."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._zip = zipfile.ZipFile(_Stream(take), "w", zipfile.ZIP_STORED)
        self.digests: list[tuple[str, str]] = []

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


def take_out(home: Home, key: Ed25519PrivateKey, trust: Trust, first: int, last: int, out: Path) -> Exported:
    """Write entries `first` … `last` of a record (0: to the newest) with all that checks them.

    Raises OSError, log.Damaged, Unreadable, and OutOfLog for entries that are not there.
    """
    through = log.Tail(home.up).through
    span = (first, last or through)
    if not 1 <= span[0] <= span[1] <= through:
        raise OutOfLog(f"entries {span[0]} to {span[1]} of {through}")
    try:
        with closing(read_tables(home.tables)) as sql:
            tables, listed = Tables(sql, lambda _: None), LiveTrust(lambda: trust)
            listed.learn(tables.orders.key_words())
            receipt = _newest(tables.receipt_note(), home.signer, key, listed.now())
            return _written(home, tables, key, listed.now(), receipt, span, out)
    except sqlite3.Error as wrong:
        raise Unreadable(f"{home.tables.name}: {wrong}") from wrong


def _newest(note: str, signer: str, key: Ed25519PrivateKey, trust: Trust) -> Receipt | None:
    """What county and station have both signed last. Older software kept the county's line alone."""
    if not note:
        return None
    try:
        return open_countersigned(note, signer, public_bytes(key), trust)
    except SealError:
        receipt = open_receipt(note, trust)
        return replace(receipt, note=countersigned(receipt, signer, key))


def _written(
    home: Home,
    tables: Tables,
    key: Ed25519PrivateKey,
    trust: Trust,
    receipt: Receipt | None,
    span: tuple[int, int],
    out: Path,
) -> Exported:
    first, last = span
    confirmed = 0 if receipt is None else receipt.checkpoint.size
    beside = out.with_name(out.name + BESIDE)
    beside.unlink(missing_ok=True)  # a link on a stick would lead anywhere
    with _whole_or_none(beside) as whole:
        package = Package(whole.write)
        package.add(ENTRIES, _lines(home.up, first, last))
        package.add(TREE, _nodes(tables, first, last, confirmed))
        package.add(TRUST, [trust.bytes()])
        if receipt is not None:
            package.add(CHECKPOINT, [receipt.note.encode()])
        owner = (key_id(public_bytes(key)), home.county, home.station)
        manifest = Manifest(*owner, first, last, tables.root(last), tuple(package.digests))
        package.add(MANIFEST, [sign_note(manifest.text(), home.signer, key).encode()])
        package.close()
        whole.flush()
        os.fsync(whole.fileno())
    beside.replace(out)
    flush_folder(out.absolute().parent)
    return Exported(first, last, confirmed)


@contextmanager
def _whole_or_none(file: Path) -> Iterator[BinaryIO]:
    ended = False
    try:
        with file.open("wb") as whole:
            yield whole
        ended = True
    finally:
        if not ended:
            file.unlink(missing_ok=True)


def _lines(up: Path, first: int, last: int) -> Iterator[bytes]:
    for seq, payload in log.payloads(up, first - 1):
        if seq > last:
            return
        yield payload + b"\n"


def _nodes(tables: Tables, first: int, last: int, confirmed: int) -> Iterator[bytes]:
    """The tree before and behind the entries, as far as the county's checkpoint needs it, and cut there."""
    for start, end in pieces(first, last, confirmed):
        for level, index in tree.cover(start, end):
            yield f"{level} {index} {tables.node(level, index).hex()}\n".encode()


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
            self._take = len  # the zip ends itself when it goes, and has nowhere to end
            raise
        return len(data)
