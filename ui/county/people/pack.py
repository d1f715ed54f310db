"""The evidence pack of a producer: what a person reads, and each entry with the proof that anybody can check.

Made while it is sent, a few entries at a time: what it holds in memory does not grow with his file.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.contract import ContractError
from kiosk.trust import SealError, Trust
from kiosk.verify_proof import as_tlog_proof
from ui.county import proof
from ui.county.accounts.scope import Scope
from ui.county.people.texts import cell
from ui.county.reader import Kept, Reader
from ui.county.sql import Where

MOST = 1000  # entries of one pack, the newest
AT_ONCE = 20  # entries that are read in one look
DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)
Part = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Named:
    log: str
    seq: int

    @property
    def file(self) -> str:
        return f"{self.log[:8]}-{self.seq}"


def packed(parts: Iterable[Part]) -> Iterator[bytes]:
    """A zip, piece by piece."""
    held = _Held()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(zipfile.ZipInfo(name, DAY_OF_ZIP), data, zipfile.ZIP_DEFLATED)
            yield held.taken()
    yield held.taken()


def proofs(where: Where, scope: Scope, names: Sequence[Named], trust: Trust) -> Iterator[Part]:
    """Envelope and proof of each. No connection stays open between two parts: another thread may ask for the next."""
    for at in range(0, len(names), AT_ONCE):
        with Reader(where, scope) as reader:
            parts = [part for one in names[at : at + AT_ONCE] for part in _of(one, reader, trust)]
        yield from parts


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """With a mark before it, so that spreadsheets read it as UTF-8; no cell computes."""
    out = io.StringIO()
    csv.writer(out).writerows([[cell(one) for one in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _of(one: Named, reader: Reader, trust: Trust) -> Iterator[Part]:
    kept = reader.entry(one.log, one.seq)
    if kept is None:
        return
    yield f"entries/{one.file}.json", kept.envelope.bytes()
    text = _proof(kept, reader, trust)
    if text is not None:
        yield f"proofs/{one.file}.tlog-proof", text.encode()


def _proof(kept: Kept, reader: Reader, trust: Trust) -> str | None:
    """None while the county's receipt does not cover it, or where the parts do not fit."""
    log = kept.envelope.header.log
    head = reader.head(log)
    if head is None or not proof.is_covered(kept.envelope, head):
        return None
    try:
        return as_tlog_proof(proof.document(kept.envelope, head, reader.nodes(log), trust))
    except (SealError, ContractError, LookupError):
        return None


class _Held(io.RawIOBase):
    """What a zip is written to; whoever reads takes what has come so far."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._bytes += data
        return len(data)

    def taken(self) -> bytes:
        taken, self._bytes = bytes(self._bytes), bytearray()
        return taken
