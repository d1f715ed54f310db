"""A station's log in one file that a stranger can check: FORMATS.md §11. Written from both copies of a record; only
reads them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import log
from kiosk.checkpoint import Receipt, countersigned, open_countersigned, open_receipt, sign_note
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
from kiosk.live_trust import LiveTrust
from kiosk.record import Home
from kiosk.record_error import OutOfLog, Unreadable
from kiosk.tables import Tables, read_tables
from kiosk.trust import SealError, Trust, public_bytes


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
    with whole_or_none(out) as whole, Package(whole.write) as package:
        package.add(ENTRIES, _lines(home.up, first, last))
        package.add(TREE, node_lines(tables.node, first, last, confirmed))
        package.add(TRUST, [trust.bytes()])
        if receipt is not None:
            package.add(CHECKPOINT, [receipt.note.encode()])
        owner = (key_id(public_bytes(key)), home.county, home.station)
        manifest = Manifest(*owner, first, last, tables.root(last), tuple(package.digests))
        package.add(MANIFEST, [sign_note(manifest.text(), home.signer, key).encode()])
    return Exported(first, last, confirmed)


def _lines(up: Path, first: int, last: int) -> Iterator[bytes]:
    for seq, payload in log.payloads(up, first - 1):
        if seq > last:
            return
        yield payload + b"\n"
