"""Tables made anew from the segments, compared with the old ones, and put in force only when told.

Three tables are not of the log (kiosk.tables.NOT_OF_THE_LOG): the newest receipt comes from down/, open visits are
copied where the old tables can be read, and the full check begins anew.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import log
from kiosk.brought import Brought
from kiosk.checkpoint import Receipt, countersigned
from kiosk.clock import BEIJING
from kiosk.contract import key_id
from kiosk.durable import flush_folder
from kiosk.live_trust import live
from kiosk.record import Home
from kiosk.record_error import Unreadable
from kiosk.recovery import own, version
from kiosk.rules.messages import OrderBody, OrderDone
from kiosk.tables import NOT_OF_THE_LOG, VERSION, Tables, open_tables, read_tables
from kiosk.trust import Trust, public_bytes

FRESH, OLD = ".rebuilt", ".compared"
AT_ONCE = 500  # entries of one transaction
GONE = """update retired set ended = 1 where not exists (select 1 from entry
  where seq between retired.first and retired.last and json_extract(cast(envelope as text), '$.body') is not null)"""
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`lost`: orders that the log says were done and that lie in down/ no longer; what they said is not in `file`."""

    file: Path
    entries: int
    lost: int
    receipted: int
    visits: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of one table that only the old tables have, that only the new ones have, and that are not the same."""

    table: str
    only_old: int
    only_new: int
    changed: int


def rebuild(home: Home, key: Ed25519PrivateKey, trust: Trust) -> Rebuilt:
    """Make the tables again, beside the old ones. Raises log.Damaged, Foreign, Unreadable, OSError."""
    file = home.tables.with_name(home.tables.name + FRESH)
    for left in file.parent.glob(f"{file.name}*"):
        left.unlink()
    brought = Brought(home.down, live(trust), home.county, home.station, key_id(public_bytes(key)))
    try:
        with closing(open_tables(file)) as sql:
            made = _Making(home, key, brought, sql)
            entries = made.entries()
            receipted, visits = made.receipt(), made.visits()
            sql.execute("pragma wal_checkpoint(truncate)")
    except sqlite3.Error as wrong:
        raise Unreadable(f"{file.name}: {wrong}") from wrong
    return Rebuilt(file, entries, made.lost, receipted, visits)


def compared(old: Path, new: Path) -> list[Difference]:
    """What differs, table by table; nothing for tables that are the same. Raises Unreadable for the old ones."""
    try:
        with _current(old) as before, closing(read_tables(new)) as after:
            return [found for name in _names(after) if (found := _difference(name, before, after)) is not None]
    except sqlite3.Error as wrong:
        raise Unreadable(f"{old.name}: {wrong}") from wrong


def entries_in(tables: Path) -> int:
    """How many entries tables hold; 0 where they cannot be read."""
    with suppress(sqlite3.Error), closing(read_tables(tables)) as sql:
        return Tables(sql, lambda _: None).last()
    return 0


def put_in_force(tables: Path, fresh: Path, time: str) -> Path:
    """Let the new tables take the place of the old, which stay as `<name>.<time>`. Raises OSError.

    At every moment a file stands there from which a start can go on. The caller holds the log's lock.
    """
    kept = tables.with_name(f"{tables.name}.{time}")
    ahead = tables.with_name(f"{tables.name}-wal")
    if tables.exists():
        kept.hardlink_to(tables)
        if ahead.exists():  # of the old tables only; what it holds and they lack is in the segments too
            ahead.replace(kept.with_name(f"{kept.name}-wal"))
        tables.with_name(f"{tables.name}-shm").unlink(missing_ok=True)
        flush_folder(tables.parent)
    fresh.replace(tables)
    flush_folder(tables.parent)
    return kept


class _Making:
    def __init__(self, home: Home, key: Ed25519PrivateKey, brought: Brought, sql: sqlite3.Connection) -> None:
        self.lost = 0
        self._home = home
        self._key = key
        self._brought = brought
        self._sql = sql
        self._tables = Tables(sql, self._order)

    def entries(self) -> int:
        public, count = public_bytes(self._key), 0
        self._sql.execute("begin immediate")
        for seq, payload in log.payloads(self._home.up):
            self._tables.apply(own(payload, seq, public), payload)
            count = seq
            if seq % AT_ONCE == 0:
                self._sql.execute("commit")
                self._sql.execute("begin immediate")
        self._sql.execute(GONE)
        self._sql.execute("commit")
        return count

    def receipt(self) -> int:
        """How far the newest of the county's receipts that holds covers the log."""
        receipts, _ = self._brought.receipts(0)
        held = next((one for one in receipts if self._holds(one)), None)
        if held is None:
            return 0
        time = held.time.astimezone(BEIJING).isoformat()
        note = countersigned(held, self._home.signer, self._key)
        self._tables.keep_receipt(held.checkpoint.size, time, note)
        return held.checkpoint.size

    def visits(self) -> int:
        try:
            with closing(read_tables(self._home.tables)) as old:
                rows = old.execute("select id, visit, run from open_visit").fetchall()
        except sqlite3.Error:
            return 0
        for row in rows:
            self._tables.save_visit(*row)
        return len(rows)

    def _holds(self, receipt: Receipt) -> bool:
        said = receipt.checkpoint
        return said.size <= self._tables.last() and self._tables.root(said.size) == said.root

    def _order(self, done: OrderDone) -> OrderBody | None:
        found = self._brought.order_of(done)
        self.lost += found is None
        return found


@contextmanager
def _current(tables: Path) -> Iterator[sqlite3.Connection]:
    """Tables of this version: the old ones as they lie there, or a copy of them that was migrated."""
    with closing(read_tables(tables)) as rows:
        if version(rows) == VERSION:
            yield rows
            return
        copy = tables.with_name(tables.name + OLD)
        with closing(sqlite3.connect(copy)) as beside:
            rows.backup(beside)
    try:
        with closing(open_tables(copy)) as migrated:
            yield migrated
    finally:
        for left in copy.parent.glob(f"{copy.name}*"):
            left.unlink()


def _names(sql: sqlite3.Connection) -> list[str]:
    rows = sql.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite%' order by name")
    return [name for (name,) in rows if name not in NOT_OF_THE_LOG]


def _difference(table: str, old: sqlite3.Connection, new: sqlite3.Connection) -> Difference | None:
    """Both sides in the order of their key, side by side: a table may be larger than the memory."""
    before, after = _rows(old, table), _rows(new, table)
    only_old = only_new = changed = 0
    left, right = next(before, None), next(after, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            only_old, left = only_old + 1, next(before, None)
        elif left is None or right[0] < left[0]:
            only_new, right = only_new + 1, next(after, None)
        else:
            changed += left[1] != right[1]
            left, right = next(before, None), next(after, None)
    return Difference(table, only_old, only_new, changed) if only_old or only_new or changed else None


def _rows(sql: sqlite3.Connection, table: str) -> Iterator[tuple[Row, Row]]:
    """Key and values of every row, by the order of the key."""
    columns = sql.execute(f"pragma table_info({table})").fetchall()
    key = [name for _, name, _, _, _, place in sorted(columns, key=lambda column: column[5]) if place]
    rest = [name for _, name, _, _, _, place in columns if not place]
    query = f"select {', '.join(key + rest)} from {table} order by {', '.join(key)}"  # noqa: S608 — our own names
    for row in sql.execute(query):
        yield row[: len(key)], tuple(_meant(value) for value in row[len(key) :])


def _meant(value: object) -> object:
    """Of a body in JSON what it says: a member that an older program did not know is as if it were empty."""
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    try:
        return {name: said for name, said in json.loads(value).items() if said not in ("", [], None)}
    except ValueError:
        return value
