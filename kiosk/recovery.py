"""A record as it is found at a start: judged by reading only, so that what is wrong stays as it was found.

Looks at the tail of both copies; its cost does not grow with history (kiosk.checking looks at all of it).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from kiosk import contract, log
from kiosk.contract import ContractError, Envelope, key_id
from kiosk.record_error import Foreign, RolledBack, Unreadable
from kiosk.tables import read_tables

COMPARED = 20  # the newest entries


@contextmanager
def found(tables: Path) -> Iterator[sqlite3.Connection]:
    """The tables as they lie there, of any version, to read; empty ones where there are none. Raises Unreadable."""
    try:
        rows = read_tables(tables) if tables.exists() else sqlite3.connect(":memory:")
        with closing(rows):
            yield rows
    except sqlite3.Error as wrong:
        raise Unreadable(f"{tables.name}: {wrong}") from wrong


def version(rows: sqlite3.Connection) -> int:
    """0 for tables that nobody has made yet."""
    (number,) = rows.execute("pragma user_version").fetchone()
    return int(number)


def judge(up: Path, rows: sqlite3.Connection, public: bytes, receipted: int) -> None:
    """Whether this record may be continued by the owner of `public`; `receipted`: so many entries the county has.

    Every entry that one copy lacks is ours, and the newest that both have are the same. Raises RolledBack, Foreign,
    log.Damaged, sqlite3.Error.
    """
    in_segments, in_tables = log.survey(up).last, _last(rows)
    last, both = max(in_segments, in_tables), min(in_segments, in_tables)
    if receipted > last:
        raise RolledBack(f"the county has {receipted} entries of this log, this card {last}")
    for seq, payload in log.payloads(up, max(0, both - COMPARED)):
        own(payload, seq, public)
        if seq <= both and not same(payload, _row(rows, seq)):
            raise Foreign(f"entry {seq} differs between segment and tables")
    for seq in range(in_segments + 1, in_tables + 1):
        own(_row(rows, seq), seq, public)


def own(payload: bytes, seq: int, public: bytes) -> Envelope:
    """Entry `seq` of the log of this key. Raises Foreign."""
    try:
        envelope = contract.read(payload)
        contract.verify(envelope, public)
    except ContractError as wrong:
        raise Foreign(f"entry {seq}: {wrong}") from wrong
    header = envelope.header
    if header.log != key_id(public) or header.seq != seq:
        raise Foreign(f"entry {seq} is {header.log}/{header.seq}")
    return envelope


def same(one: bytes, other: bytes) -> bool:
    """Whether two copies are of one entry. Retention may have reached one of them and not yet the other."""
    return one == other or _bare(one) == _bare(other)


def _bare(payload: bytes) -> bytes:
    try:
        return replace(contract.read(payload), salt=None, body=None).bytes()
    except ContractError:
        return payload


def _last(rows: sqlite3.Connection) -> int:
    if version(rows) == 0:
        return 0
    (seq,) = rows.execute("select coalesce(max(seq), 0) from entry").fetchone()
    return int(seq)


def _row(rows: sqlite3.Connection, seq: int) -> bytes:
    row = rows.execute("select envelope from entry where seq = ?", (seq,)).fetchone()
    return b"" if row is None else row[0]
