"""What one transaction of the county's memory does: entries in, prefixes, trees and tables extended, receipts signed.

One lock order for everybody: heads of logs by name, then the one row of `state`. From there to its commit a
transaction is alone, so that `version` and `place` follow the order of commits, and no reader misses a lower number.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kiosk import tree
from kiosk.contract import Envelope
from ui.county.act_tables import OFFICE
from ui.county.place import Place
from ui.county.projections import Projections
from ui.county.rows import Growth, envelope_of, nodes_of
from ui.county.sql import Row, Sql

AT_ONCE = 500  # rows of one question


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


class Sign(Protocol):
    """Signs the receipt of a head while nobody else can extend that log; None when none is to be given.

    `nodes` is the log's tree, `before` the last receipt that the database holds of it (text, may be empty).
    """

    def __call__(self, log: str, head: Head, nodes: tree.Nodes, before: str, /) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Taken:
    fresh: tuple[Envelope, ...]  # newly stored
    heads: dict[str, Head]  # of every log that was touched, also when nothing was new
    conflicts: tuple[tuple[str, int], ...]  # a different entry for a known (log, seq)
    receipts: dict[str, str] = field(default_factory=dict)  # by log, as they were signed and stored


class Commit:
    """The caller owns the transaction."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql
        self.tables = Projections(sql)

    def take(self, entries: Sequence[Arrived], received: str, sign: Sign | None) -> Taken:
        stations = {arrived.envelope.header.log: arrived.station for arrived in entries}
        before = self._locked(stations)
        fresh, others = self._sorted(entries)
        self._insert(fresh, received)
        grown = {log: self._following(log, row["through"]) for log, row in before.items()}
        heads = {log: self._extend(log, before[log], rows) for log, rows in grown.items()}
        receipts = self._signed(heads, before, sign) if sign else {}
        version = self.next_version()
        for other in others:
            self._conflict(other, received, version)
        for log, rows in grown.items():
            self._place(log, rows, version)
        for station in sorted(set(stations.values()) - {OFFICE}):
            self.tables.heard(station, received)
            self.tables.stand(station)
        conflicts = tuple((other.envelope.header.log, other.envelope.header.seq) for other in others)
        return Taken(tuple(arrived.envelope for arrived in fresh), heads, conflicts, receipts)

    def own(self, log: str, made: Callable[[int], Sequence[Envelope]]) -> None:
        """The next entries of the county's own log: `made` from its next number, while nobody else extends that log."""
        before = self._locked({log: OFFICE})
        entries = made(before[log]["through"] + 1)
        self.take([Arrived(OFFICE, one) for one in entries], entries[0].header.time, None)

    def receipts(self, stations: Mapping[str, str], sign: Sign) -> dict[str, str]:
        before = self._locked(stations)
        heads = {log: Head(row["through"], bytes(row["root"])) for log, row in before.items()}
        notes = self._signed(heads, before, sign)
        self.next_version()
        return notes

    def _locked(self, stations: Mapping[str, str]) -> dict[str, Row]:
        """The heads of logs, made where they are new; nobody else extends these logs before this transaction ends."""
        statement = (
            "insert into head (log, station, through, root) values (?, ?, 0, ?)"
            " on conflict (log) do update set station = excluded.station returning through, root, receipt"
        )
        return {
            log: self._sql.execute(statement, (log, stations[log], tree.EMPTY_ROOT)).fetchone()
            for log in sorted(stations)
        }

    def _sorted(self, entries: Sequence[Arrived]) -> tuple[list[Arrived], list[Arrived]]:
        """Entries that are new here, and those that tell another story of a number that is taken."""
        known = self._known({(one.envelope.header.log, one.envelope.header.seq) for one in entries})
        fresh, others = [], []
        for arrived in entries:
            header = arrived.envelope.header
            kept = known.setdefault((header.log, header.seq), None)
            if kept is None:
                known[header.log, header.seq] = header.bytes()
                fresh.append(arrived)
            elif kept != header.bytes():
                others.append(arrived)
        return fresh, others

    def _known(self, names: set[tuple[str, int]]) -> dict[tuple[str, int], bytes | None]:
        found: dict[tuple[str, int], bytes | None] = {}
        for log in {log for log, _ in names}:
            for part in _parts(sorted(seq for name, seq in names if name == log)):
                marks = ", ".join("?" * len(part))
                rows = self._sql.execute(
                    f"select seq, header from entry where log = ? and seq in ({marks})",  # noqa: S608  only marks
                    (log, *part),
                )
                found |= {(log, row["seq"]): bytes(row["header"]) for row in rows}
        return found

    def _insert(self, arrivals: Iterable[Arrived], received: str) -> None:
        rows = []
        for arrived in arrivals:
            entry, header = arrived.envelope, arrived.envelope.header
            told = (header.log, header.seq, arrived.station, header.kind, header.time, header.clock, header.bytes())
            rows.append((*told, entry.body, entry.salt, entry.signature, entry.key, received))
        self._sql.executemany("insert into entry values (?, ?, null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _conflict(self, arrived: Arrived, received: str, version: int) -> None:
        header, data = arrived.envelope.header, arrived.envelope.bytes()
        self._sql.execute(
            "insert into conflict values (?, ?, ?, ?, ?) on conflict (log, seq, digest) do nothing",
            (header.log, header.seq, digest_of(header.bytes()), data, received),
        )
        self.tables.alarm("equivocation", Place(0, arrived.station, header.log, header.seq, received, version))

    def _following(self, log: str, through: int) -> list[Row]:
        """The stored entries after `through`, as far as they have no gap."""
        found: list[Row] = []
        while True:
            rows = self._sql.execute(
                "select * from entry where log = ? and seq > ? and place is null order by seq limit ?",
                (log, through + len(found), AT_ONCE),
            ).fetchall()
            joined = [row for nth, row in enumerate(rows, through + len(found) + 1) if row["seq"] == nth]
            found += joined
            if len(joined) < AT_ONCE:
                return found

    def _extend(self, log: str, before: Row, rows: Sequence[Row]) -> Head:
        """Take into the verified prefix what follows it without a gap."""
        if not rows:
            return Head(before["through"], bytes(before["root"]))
        growth = Growth(before["through"], nodes_of(self._sql, log))
        for row in rows:
            growth.add(bytes(row["header"]))
        self._sql.executemany("insert into node values (?, ?, ?, ?)", [(log, *node) for node in growth.added])
        head = Head(growth.size, growth.root)
        self._sql.execute("update head set through = ?, root = ? where log = ?", (head.through, head.root, log))
        return head

    def _signed(self, heads: Mapping[str, Head], before: Mapping[str, Row], sign: Sign) -> dict[str, str]:
        notes: dict[str, str] = {}
        for log, head in heads.items():
            note = sign(log, head, nodes_of(self._sql, log), before[log]["receipt"])
            if note is not None:
                notes[log] = note
                self._sql.execute("update head set receipted = ?, receipt = ? where log = ?", (head.through, note, log))
        return notes

    def _place(self, log: str, rows: Sequence[Row], version: int) -> None:
        """Number entries in the order of commits, and apply them to the tables."""
        last = self._sql.execute("update state set place = place + ? returning place", (len(rows),)).fetchone()[0]
        placed = list(enumerate(rows, last - len(rows) + 1))
        names = [(place, log, row["seq"]) for place, row in placed]
        self._sql.executemany("update entry set place = ? where log = ? and seq = ?", names)
        told = [name for name, (_, row) in zip(names, placed, strict=True) if row["station"] != OFFICE]
        self._sql.executemany("insert into outgoing values (?, ?, ?)", told)
        for place, row in placed:
            at = Place(place, row["station"], log, row["seq"], row["received"], version)
            self.tables.apply(envelope_of(row), at)

    def next_version(self) -> int:
        """Locks the one row of state: until its commit this transaction is alone."""
        return int(self._sql.execute("update state set version = version + 1 returning version").fetchone()[0])


def _parts(seqs: Sequence[int]) -> Iterator[Sequence[int]]:
    return (seqs[start : start + AT_ONCE] for start in range(0, len(seqs), AT_ONCE))


def digest_of(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
