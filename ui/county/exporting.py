"""A log that the county holds, in one file that a stranger can check: FORMATS.md §11, signed by the office's key.

Only reads; entries are read in parts, so that a log of any length needs the same memory.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import tree
from kiosk.checkpoint import open_receipt, sign_note
from kiosk.contract import key_id
from kiosk.export_form import (
    CHECKPOINT,
    ENTRIES,
    MANIFEST,
    TREE,
    TRUST,
    Exported,
    Manifest,
    Package,
    node_lines,
    whole_or_none,
)
from kiosk.trust import Trust, Use, public_bytes
from ui.county.act_tables import OFFICE
from ui.county.office import OfficeError
from ui.county.rows import envelope_of, nodes_of
from ui.county.sql import Sql

AT_ONCE = 500  # entries of one question
MOST_BYTES = (1 << 31) - (1 << 26)  # of entries: a zip of our form ends at 2 GiB, with the tree and the list of keys
LOGS = """select head.log, head.through, head.receipt from head
  join entry on entry.log = head.log and entry.seq = 1
  where head.station = ? order by entry.place, head.log"""
OF_DAYS = """select min(seq) as first_seq, max(seq) as last_seq from entry
  where log = ? and seq <= ? and substr("time", 1, 10) between ? and ?"""
ENTRIES_OF = "select * from entry where log = ? and seq > ? and seq <= ? order by seq limit ?"


@dataclass(frozen=True, slots=True)
class Part:
    """Entries `first` … `last` of one log, and the newest receipt (text) for it; empty while there is none."""

    log: str
    station: str
    first: int
    last: int
    receipt: str


@dataclass(frozen=True, slots=True)
class Maker:
    """The office that signs what it gives out."""

    trust: Trust
    key: Ed25519PrivateKey

    @property
    def name(self) -> str:
        return f"liangzheng/{self.trust.county}/{OFFICE}"

    def check(self) -> None:
        """Raises OfficeError when nobody would believe this key."""
        kid = key_id(public_bytes(self.key))
        if not self.trust.grants_of(Use.OFFICE, kid) or self.trust.revocation(Use.OFFICE, kid) is not None:
            raise OfficeError("office.export_key", kid=kid)


def parts_of(sql: Sql, station: str, since: date | None, until: date | None, log: str = "") -> list[Part]:
    """What there is to export of a station, or of the office itself, one part for each of its logs, the oldest first.

    A part goes from the first entry of these days (both included; None: no bound) to the last one, with all that stands
    between. Raises OfficeError when there is nothing. `log`: only the log whose id begins so.
    """
    heads = sql.execute(LOGS, (station,)).fetchall()
    if not heads:
        raise OfficeError("office.export_station", station=station)
    heads = [head for head in heads if head["log"].startswith(log)]
    if not heads:
        raise OfficeError("office.export_log", station=station, log=log)
    spans = [(head, _span(sql, head["log"], head["through"], since, until)) for head in heads]
    parts = [Part(head["log"], station, *span, head["receipt"]) for head, span in spans if span is not None]
    if not parts:
        raise OfficeError("office.export_days", station=station, since=since or "…", until=until or "…")
    return parts


def take_out(sql: Sql, maker: Maker, part: Part, out: Path) -> Exported:
    """Write a part with all that checks it. Raises OfficeError, SealError for a receipt that is not ours, OSError."""
    maker.check()
    confirmed = open_receipt(part.receipt, maker.trust).checkpoint.size if part.receipt else 0
    nodes = nodes_of(sql, part.log)
    try:
        with whole_or_none(out) as whole:
            os.fchmod(whole.fileno(), 0o600)  # producers are named in it: who gets it, its owner says
            with Package(whole.write) as package:
                package.add(ENTRIES, _lines(sql, part))
                package.add(TREE, node_lines(nodes, part.first, part.last, confirmed))
                package.add(TRUST, [maker.trust.bytes()])
                if part.receipt:
                    package.add(CHECKPOINT, [part.receipt.encode()])
                span, root = (part.first, part.last), tree.root(part.last, nodes)
                manifest = Manifest(part.log, maker.trust.county, part.station, *span, root, tuple(package.digests))
                package.add(MANIFEST, [sign_note(manifest.text(), maker.name, maker.key).encode()])
    except LookupError as missing:  # an entry or a node that the county's own head says it has
        raise OfficeError("office.export_broken", log=part.log) from missing
    return Exported(part.first, part.last, confirmed)


def _span(sql: Sql, log: str, through: int, since: date | None, until: date | None) -> tuple[int, int] | None:
    """Entries of verified prefixes only. A day is that with which the station wrote the time."""
    if since is None and until is None:
        return 1, through
    days = ((since or date.min).isoformat(), (until or date.max).isoformat())
    row = sql.execute(OF_DAYS, (log, through, *days)).fetchone()
    return None if row["first_seq"] is None else (int(row["first_seq"]), int(row["last_seq"]))


def _lines(sql: Sql, part: Part) -> Iterator[bytes]:
    """Raises LookupError for an entry that is not there, OfficeError when the file would be too large."""
    seq, size = part.first - 1, 0
    while seq < part.last:
        rows = sql.execute(ENTRIES_OF, (part.log, seq, part.last, AT_ONCE)).fetchall()
        if [row["seq"] for row in rows] != list(range(seq + 1, seq + len(rows) + 1)) or not rows:
            raise LookupError(f"entry {seq + 1} of log {part.log}")
        for row in rows:
            line = envelope_of(row).bytes() + b"\n"
            size += len(line)
            if size > MOST_BYTES:
                raise OfficeError("office.export_large", log=part.log)
            yield line
        seq += len(rows)
