"""The county's memory: entries, trees, receipts and the tables made from them. One connection writes, many only read.

A commit is one transaction: what `take` returned has been flushed, entries, trees and tables together.

    DatabaseError
    ├── Absent   there is no database yet: the intake makes it
    └── Newer    made by newer software than this
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from kiosk import tree
from kiosk.contract import Envelope, Header
from ui.county.projections import Place, Projections

VERSION = 1
MOST_PARKED = 64 * 1024  # bytes of one parked message that are kept; its digest binds the rest

Sql = sqlite3.Connection
Row = sqlite3.Row
SqlError = sqlite3.Error


class DatabaseError(Exception):
    pass


class Absent(DatabaseError):
    pass


class Newer(DatabaseError):
    pass


@dataclass(frozen=True, slots=True)
class Arrived:
    """An entry whose signature was verified with the key granted to `station`."""

    station: str
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Head:
    """The verified contiguous prefix of a log: its length and its RFC 6962 root."""

    through: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    fresh: tuple[Envelope, ...]  # newly stored
    heads: dict[str, Head]  # of every log that was touched, also when nothing was new
    conflicts: tuple[tuple[str, int], ...]  # a different entry for a known (log, seq)


class Database:
    """The one writing connection; used by the thread that made it."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._sql = sqlite3.connect(file, isolation_level=None)
        self._sql.row_factory = Row
        self._sql.execute("pragma journal_mode = wal")
        self._sql.execute("pragma synchronous = full")
        _migrate(self._sql)
        self._tables = Projections(self._sql)

    def take(self, entries: Sequence[Arrived], received: str) -> Taken:
        """Store verified entries, extend prefixes, trees and tables: all of it or nothing. Repeats change nothing."""
        fresh: list[Envelope] = []
        conflicts: list[tuple[str, int]] = []
        with self._transaction():
            version = self._next_version()
            for arrived in entries:
                kept = self._kept_header(arrived.envelope.header)
                if kept is None:
                    self._insert(arrived, received)
                    fresh.append(arrived.envelope)
                elif kept != arrived.envelope.header.bytes():
                    self._conflict(arrived, received, version)
                    conflicts.append((arrived.envelope.header.log, arrived.envelope.header.seq))
            stations = {arrived.envelope.header.log: arrived.station for arrived in entries}
            heads = {log: self._extend(log, station, version) for log, station in stations.items()}
            for station in stations.values():
                self._tables.heard(station, received)
        return Taken(tuple(fresh), heads, tuple(conflicts))

    def park(self, topic: str, payload: bytes, reason: str, received: str) -> None:
        """Put aside a message that is nobody's entry."""
        with self._transaction():
            self._next_version()
            self._sql.execute(
                "insert into parked values (?, ?, ?, ?, ?, 1, ?)"
                " on conflict (digest) do update set times = times + 1, received = excluded.received",
                (_digest(topic.encode(), payload), topic, reason, payload[:MOST_PARKED], len(payload), received),
            )

    def receipted(self, log: str, through: int, note: str) -> None:
        """Keep the receipt that was signed for the first `through` entries of a log."""
        with self._transaction():
            self._next_version()
            self._sql.execute("update head set receipted = ?, receipt = ? where log = ?", (through, note, log))

    def unpublished(self, most: int) -> list[Envelope]:
        """Entries of verified prefixes that are not yet on the feed, in the order of their arrival."""
        rows = self._sql.execute(
            "select entry.* from outgoing join entry using (log, seq) order by outgoing.place limit ?", (most,)
        )
        return [envelope_of(row) for row in rows]

    def published(self, entries: Sequence[Envelope]) -> None:
        names = [(entry.header.log, entry.header.seq) for entry in entries]
        with self._transaction():
            self._sql.executemany(
                "delete from outgoing where place = (select place from entry where log = ? and seq = ?)", names
            )

    def status(self, station: str, payload: Mapping[str, object], received: str) -> None:
        """What a station, or the broker as its will, says of its own state. Not signed: shown, never believed."""
        with self._transaction():
            self._next_version()
            self._tables.status(station, payload, received)

    def close(self) -> None:
        self._sql.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._sql.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._sql.execute("rollback")
            raise
        self._sql.execute("commit")

    def _next_version(self) -> int:
        row = self._sql.execute("update state set version = version + 1 returning version").fetchone()
        return int(row[0])

    def _kept_header(self, header: Header) -> bytes | None:
        row = self._sql.execute(
            "select header from entry where log = ? and seq = ?", (header.log, header.seq)
        ).fetchone()
        return None if row is None else bytes(row[0])

    def _insert(self, arrived: Arrived, received: str) -> None:
        entry, header = arrived.envelope, arrived.envelope.header
        self._sql.execute(
            "insert into entry values (?, ?, null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                header.log,
                header.seq,
                arrived.station,
                header.kind,
                header.time,
                header.clock,
                header.bytes(),
                entry.body,
                entry.salt,
                entry.signature,
                entry.key,
                received,
            ),
        )

    def _conflict(self, arrived: Arrived, received: str, version: int) -> None:
        header, data = arrived.envelope.header, arrived.envelope.bytes()
        self._sql.execute(
            "insert or ignore into conflict values (?, ?, ?, ?, ?)",
            (header.log, header.seq, _digest(header.bytes()), data, received),
        )
        self._tables.alarm("equivocation", Place(0, arrived.station, header.log, header.seq, received, version))

    def _extend(self, log: str, station: str, version: int) -> Head:
        """Take into the verified prefix what follows it without a gap, and apply it to the tables."""
        row = self._sql.execute("select through, root from head where log = ?", (log,)).fetchone()
        size = before = 0 if row is None else int(row["through"])
        nodes = self._nodes(log)
        for entry in self._following(log, size):
            self._sql.executemany(
                "insert into node values (?, ?, ?, ?)",
                [(log, *node) for node in tree.added(size, tree.leaf_hash(bytes(entry["header"])), nodes)],
            )
            self._place(entry, version)
            size += 1
        if row is not None and size == before:
            return Head(size, bytes(row["root"]))
        root = tree.root(size, nodes)
        self._sql.execute(
            "insert into head (log, station, through, root) values (?, ?, ?, ?)"
            " on conflict (log) do update set through = excluded.through, root = excluded.root",
            (log, station, size, root),
        )
        return Head(size, root)

    def _following(self, log: str, through: int) -> Iterator[Row]:
        """The stored entries after `through`, as far as they have no gap."""
        while True:
            row = self._sql.execute(
                "select * from entry where log = ? and seq = ? and place is null", (log, through + 1)
            ).fetchone()
            if row is None:
                return
            yield row
            through += 1

    def _place(self, row: Row, version: int) -> None:
        (place,) = self._sql.execute("update state set place = place + 1 returning place").fetchone()
        name = (row["log"], row["seq"])
        self._sql.execute("update entry set place = ? where log = ? and seq = ?", (place, *name))
        self._sql.execute("insert into outgoing values (?, ?, ?)", (place, *name))
        self._tables.apply(
            envelope_of(row), Place(place, row["station"], row["log"], row["seq"], row["received"], version)
        )

    def _nodes(self, log: str) -> tree.Nodes:
        return nodes_of(self._sql, log)


def open_reader(file: Path) -> Sql:
    """A connection that can only read, looking at one moment until it is closed. Raises Absent."""
    try:
        sql = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        sql.row_factory = Row
        sql.execute("begin")
        (version,) = sql.execute("pragma user_version").fetchone()
    except sqlite3.OperationalError as missing:
        raise Absent(f"{file}: {missing}") from missing
    if version != VERSION:
        sql.close()
        raise Absent(f"{file}: tables of version {version}, {VERSION} is needed")
    return sql


def nodes_of(sql: Sql, log: str) -> tree.Nodes:
    def node(level: int, index: int) -> bytes:
        row = sql.execute("select hash from node where log = ? and level = ? and idx = ?", (log, level, index))
        return bytes(row.fetchone()[0])

    return node


def envelope_of(row: Row) -> Envelope:
    table: dict[str, Any] = json.loads(row["header"])
    header = Header(**{name: value for name, value in table.items() if name != "v"})
    return Envelope(header, row["key"], row["salt"], row["body"], row["signature"])


def _migrate(sql: Sql) -> None:
    (version,) = sql.execute("pragma user_version").fetchone()
    if version > VERSION:
        raise Newer(f"tables of version {version} were made by newer software ({VERSION} is known)")
    if version == VERSION:
        return
    import sqlite_utils  # only a start that migrates pays for it

    database = sqlite_utils.Database(sql)
    for step in range(version + 1, VERSION + 1):
        script = (resources.files("ui.county.schema") / f"{step}.sql").read_text(encoding="utf-8")
        database.executescript(f"begin immediate;\n{script}\npragma user_version = {step};\ncommit;")


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
