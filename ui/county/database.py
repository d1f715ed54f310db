"""The county's memory: entries, trees, receipts and the tables made from them, on SQLite or on PostgreSQL.

A commit is one transaction: what `take` returned has been flushed, entries, trees and tables together. What happens
inside is said in ui.county.commit. On PostgreSQL several intakes may write; on SQLite one does.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from kiosk.contract import Envelope
from kiosk.rules.messages import Span
from kiosk.wire import Backoff, draw
from ui.county.bare import bare
from ui.county.commit import Arrived, Commit, Head, Sign, Taken, digest_of
from ui.county.migration import open_reader, open_writer
from ui.county.rows import envelope_of, nodes_of
from ui.county.sql import Absent, Again, DatabaseError, Lost, Newer, Refused, Row, Sql, Where

__all__ = [
    "Absent", "Again", "Arrived", "Database", "DatabaseError", "Head", "Lost", "Newer", "Refused", "Row", "Sign", "Sql",
    "SqlError", "Taken", "Where", "envelope_of", "nodes_of", "open_reader",
]  # fmt: skip  # what rooms of the county take from its memory, in one place

MOST_PARKED = 64 * 1024  # bytes of one parked message that are kept; its digest binds the rest
MOST_PARKED_OF_ONE = 200  # parked messages of one station; what arrived before them goes
PATIENCE_S = 20.0  # how long a transaction is tried again before the intake hears of it
FEED = 1  # what one connection at a time does
SqlError = DatabaseError

logger = logging.getLogger(__name__)
Came = TypeVar("Came")


class Database:
    """One writing connection; used by the thread that made it. A county on SQLite has one intake (ui.county.program).

    A transaction that met another one, or lost its connection, is done again until `patience` (seconds) is over; then
    Again or Lost is raised, and what was asked must be asked anew: nothing may be acknowledged.
    """

    def __init__(self, where: Where, patience: float = PATIENCE_S) -> None:
        self._where = where
        self._patience = patience
        self._open()

    def take(self, entries: Sequence[Arrived], received: str, sign: Sign | None = None) -> Taken:
        """Store verified entries, extend prefixes, trees and tables: all of it or nothing. Repeats change nothing.

        With `sign`, the receipts of all touched logs are signed and stored in the same commit.
        """
        return self._done(lambda: self._commit.take(entries, received, sign))

    def receipts(self, stations: Mapping[str, str], sign: Sign) -> dict[str, str]:
        """Sign and store a receipt for what is held now of each log (log: its station); the receipts by log."""
        return self._done(lambda: self._commit.receipts(stations, sign))

    def head(self, log: str) -> Head | None:
        """How far a log is verified here; None for one that nobody heard of."""
        row = self._done(lambda: self._sql.execute("select through, root from head where log = ?", (log,)).fetchone())
        return None if row is None else Head(row["through"], bytes(row["root"]))

    def park(
        self, topic: str, payload: bytes, reason: str, received: str, facts: Mapping[str, str] | None = None
    ) -> None:
        """Put aside a message that is nobody's entry; `reason` is a key of the words. The oldest of its station go."""
        digest, station = digest_of(topic.encode(), payload), topic.split("/")[-2:][0]
        told = json.dumps(dict(facts or {}), ensure_ascii=False)

        def put() -> None:
            self._commit.next_version()
            self._sql.execute(
                "insert into parked (digest, topic, reason, payload, bytes, times, received, station, facts)"
                " values (?, ?, ?, ?, ?, 1, ?, ?, ?)"
                " on conflict (digest) do update set times = parked.times + 1, received = excluded.received",
                (digest, topic, reason, payload[:MOST_PARKED], len(payload), received, station, told),
            )
            self._sql.execute(
                "delete from parked where station = ? and received <"
                " (select received from parked where station = ? order by received desc limit 1 offset ?)",
                (station, station, MOST_PARKED_OF_ONE - 1),
            )

        self._done(put)

    def receipted(self, log: str, through: int, note: str) -> None:
        """Keep the receipt that was signed for the first `through` entries of a log, unless a longer one is kept."""

        def put() -> None:
            self._sql.execute(
                "update head set receipted = ?, receipt = ? where log = ? and receipted <= ?",
                (through, note, log, through),
            )
            self._commit.next_version()

        self._done(put)

    def unwitnessed(self, station: str) -> list[str]:
        """Logs of a station, or of the office, that hold more than their receipt says."""
        query = "select log from head where station = ? and through > receipted"
        return [row["log"] for row in self._done(lambda: self._sql.execute(query, (station,)).fetchall())]

    def unpublished(self, most: int) -> list[Envelope]:
        """Entries of verified prefixes that are not yet on the feed, in the order of their arrival.

        Empty while another intake carries the feed.
        """
        rows = self._done(self._outgoing, most)
        return [envelope_of(row) for row in rows]

    def published(self, entries: Sequence[Envelope]) -> None:
        names = [(entry.header.log, entry.header.seq) for entry in entries]

        def remove() -> None:
            self._sql.executemany(
                "delete from outgoing where place = (select place from entry where log = ? and seq = ?)", names
            )

        self._done(remove)

    def status(self, station: str, payload: Mapping[str, object], received: str) -> None:
        """What a station, or the broker as its will, says of its own state. Not signed: shown, never believed."""

        def put() -> None:
            self._commit.next_version()
            self._commit.tables.status(station, payload, received)

        self._done(put)

    def blob_kept(self, digest: str) -> bool:
        return bool(self._done(lambda: self._sql.execute("select 1 from blob where digest = ?", (digest,)).rows))

    def keep_blob(self, digest: str, month: str, size: int, station: str, received: str) -> None:
        """Note a blob whose file is durable. The first note of a blob stays."""

        def put() -> None:
            self._sql.execute(
                "insert into blob values (?, ?, ?, ?, ?) on conflict (digest) do nothing",
                (digest, month, size, station, received),
            )

        self._done(put)

    def act(self, work: Callable[[Sql, Commit], Came]) -> Came:
        """What somebody at the office does: his acts, and what only tables hold, in one commit (ui.county.acts)."""
        return self._done(lambda: work(self._sql, self._commit))

    def opened(self, who: str, role: str, reason: str, log: str, seq: int, fields: Sequence[str], time: str) -> None:
        """Note who is about to see which sealed fields of an entry, and why; durable when this returns."""
        rows = [(who, role, reason, log, seq, name, time) for name in fields]

        def put() -> None:
            self._sql.executemany(
                "insert into opened (who, role, reason, log, seq, field, time) values (?, ?, ?, ?, ?, ?, ?)", rows
            )

        self._done(put)

    def retire(self, log: str, spans: Sequence[Span]) -> int:
        """Take salt, body and every name from these entries, evidence and tables included. How many had a body."""
        gone = self._done(lambda: self._retire(log, spans))
        self._sql.forget()
        return gone

    def close(self) -> None:
        self._sql.close()

    # --- transactions -------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._sql: Sql = open_writer(self._where)
        self._commit = Commit(self._sql)

    def _done(self, work: Callable[..., Came], *facts: object) -> Came:
        """Do `work` in one transaction, again as long as another one or the line is in the way."""
        until, wait = time.monotonic() + self._patience, Backoff(0.02, 1.0, draw)
        while True:
            try:
                with self._sql.transaction():
                    return work(*facts)
            except (Again, Lost) as wrong:
                if time.monotonic() > until:
                    raise
                logger.warning("the database: %s; trying again", wrong)
                time.sleep(wait.next())
                if isinstance(wrong, Lost):
                    self._open_again(until, wait)

    def _open_again(self, until: float, wait: Backoff) -> None:
        self._sql.close()
        while True:
            try:
                self._open()
            except Lost:
                if time.monotonic() > until:
                    raise
                time.sleep(wait.next())
            else:
                logger.warning("the database: connected again")
                return

    def _outgoing(self, most: int) -> list[Row]:
        if not self._sql.sole(FEED):
            return []
        rows: list[Row] = self._sql.execute(
            "select entry.* from outgoing join entry using (log, seq) order by outgoing.place limit ?", (most,)
        ).fetchall()
        return rows

    def _retire(self, log: str, spans: Sequence[Span]) -> int:
        self._sql.execute("update head set station = station where log = ?", (log,))  # its lock
        version = self._commit.next_version()
        return sum(bare(self._sql, log, span, version) for span in spans)
