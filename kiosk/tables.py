"""The record's tables: what each entry and each county order changes, and what the attendant asks of them.

Current state only; every row can be made again from the segments. The caller owns the transaction.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from kiosk import tree
from kiosk.contract import Envelope, read
from kiosk.lot_table import LotTable
from kiosk.order_table import OrderTable
from kiosk.rules.certify import void
from kiosk.rules.messages import (
    Certificate,
    EntryBody,
    OrderBody,
    OrderDone,
    Print,
    PrintOutcome,
    Reprint,
    Test,
)

VERSION = 5
FindOrder = Callable[[OrderDone], OrderBody | None]


@dataclass(frozen=True, slots=True)
class Issued:
    """A recorded certificate and what became of its copies, the original first: `begun` or a PrintOutcome."""

    number: str
    seq: int
    prints: tuple[str, ...]


def open_tables(file: Path) -> sqlite3.Connection:
    """The one writing connection of this file: write-ahead log, every commit flushed, checkpoints only when told."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma wal_autocheckpoint = 0")
    _migrate(connection)
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("pragma user_version").fetchone()
    if version > VERSION:
        raise sqlite3.DatabaseError(f"tables of version {version} were made by newer software ({VERSION} is known)")
    if version == VERSION:
        return
    import sqlite_utils  # 0.3 s and 20 MiB that a start without a migration does not pay

    database = sqlite_utils.Database(connection)
    for step in range(version + 1, VERSION + 1):
        script = (resources.files("kiosk.schema") / f"{step}.sql").read_text(encoding="utf-8")
        database.executescript(f"begin immediate;\n{script}\npragma user_version = {step};\ncommit;")


class Tables:
    def __init__(self, connection: sqlite3.Connection, find_order: FindOrder) -> None:
        self._sql = connection
        self._find_order = find_order
        self.lots = LotTable(connection, self._body)
        self.orders = OrderTable(connection)

    # --- what changes -------------------------------------------------------------------------------------------

    def apply(self, envelope: Envelope, payload: bytes) -> None:
        """Take one entry of the log into the tables."""
        header = envelope.header
        self._sql.execute("insert into entry values (?, ?, ?, ?)", (header.seq, header.kind, header.time, payload))
        leaf = tree.leaf_hash(header.bytes())
        self._sql.executemany("insert into node values (?, ?, ?)", tree.added(header.seq - 1, leaf, self.node))
        entry = envelope.entry
        self.lots.apply(header.seq, header.time[:10], entry)
        match entry:
            case Test() as test:
                self._test(header.seq, header.time[:10], test)
            case Certificate() as certificate:
                self._certificate(header.seq, certificate)
            case Reprint() as again:
                self._sql.execute("insert into print values (?, ?, 'begun')", (again.number, again.copy))
            case Print() as ended:
                row = (ended.number, ended.copy, ended.outcome)
                self._sql.execute("insert or replace into print values (?, ?, ?)", row)
            case OrderDone() as order:
                self._order(order, header.time[:10])

    def _test(self, seq: int, day: str, test: Test) -> None:
        value = None if test.value is None else str(test.value)
        goods = (test.subject, test.product, day)
        row = (seq, test.visit, test.run, *goods, test.verdict.outcome, value, test.retest_of, test.lot)
        self._sql.execute("insert into test values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _certificate(self, seq: int, certificate: Certificate) -> None:
        goods = (certificate.subject.id, certificate.product, certificate.quantity_typed, certificate.lot)
        row = (certificate.number, seq, certificate.visit, *goods)
        self._sql.execute("insert into certificate values (?, ?, ?, ?, ?, ?, ?)", row)
        self._sql.execute("insert into print values (?, 1, 'begun')", (certificate.number,))

    def _order(self, done: OrderDone, day: str) -> None:
        """Order by order. What was not the county's leaves the cursor; what cannot be found again is judged again."""
        if not done.order or done.seq != self.cursor(done.stream) + 1:
            return
        order = self._find_order(done) if done.done else None
        if order is not None:
            self.orders.apply(order, f"{done.stream}/{done.seq}", day)
        if order is not None or not done.done:
            self._sql.execute("insert or replace into cursor values (?, ?)", (done.stream, done.seq))

    def keep_receipt(self, through: int, time: str, note: str) -> None:
        self._sql.execute("insert or replace into receipt values (1, ?, ?, ?)", (through, time, note))

    def save_visit(self, visit: str, body: str, run: str | None) -> None:
        self._sql.execute("insert or replace into open_visit values (?, ?, ?)", (visit, body, run))

    def close_visit(self, visit: str) -> None:
        self._sql.execute("delete from open_visit where id = ?", (visit,))

    # --- what is asked ------------------------------------------------------------------------------------------

    def node(self, level: int, index: int) -> bytes:
        row = self._sql.execute("select hash from node where level = ? and idx = ?", (level, index)).fetchone()
        if row is None:
            raise sqlite3.DatabaseError(f"tree node {level}/{index} is missing")
        digest: bytes = row[0]
        return digest

    def root(self, size: int) -> bytes:
        return tree.root(size, self.node)

    def last(self) -> int:
        (seq,) = self._sql.execute("select coalesce(max(seq), 0) from entry").fetchone()
        return int(seq)

    def payload(self, seq: int) -> bytes | None:
        row = self._sql.execute("select envelope from entry where seq = ?", (seq,)).fetchone()
        return None if row is None else row[0]

    def cursor(self, stream: str) -> int:
        row = self._sql.execute("select seq from cursor where stream = ?", (stream,)).fetchone()
        return 0 if row is None else row[0]

    def receipt(self) -> tuple[int, str]:
        """How far the newest receipt covers the log, and its time (ISO 8601); 0 and nothing before the first."""
        row = self._sql.execute("select through, time from receipt").fetchone()
        return (0, "") if row is None else row

    def receipted(self) -> int:
        return self.receipt()[0]

    def time_of(self, seq: int) -> str:
        row = self._sql.execute("select time from entry where seq = ?", (seq,)).fetchone()
        return "" if row is None else row[0]

    def last_lot(self, subject: str) -> tuple[str, str] | None:
        """Product and typed quantity of his latest certificate here; None on first use."""
        row = self._sql.execute(
            "select product, typed from certificate where subject = ? order by seq desc limit 1", (subject,)
        ).fetchone()
        return None if row is None else (row[0], row[1])

    def issued(self, number: str) -> Issued | None:
        row = self._sql.execute("select seq from certificate where number = ?", (number,)).fetchone()
        if row is None:
            return None
        prints = self._sql.execute("select outcome from print where number = ? order by copy", (number,)).fetchall()
        return Issued(number, row[0], tuple(outcome for (outcome,) in prints))

    def known_paper(self, number: str) -> void.Issued:
        """A certificate of ours as a void has to see it."""
        seq = self._sql.execute("select seq from certificate where number = ?", (number,)).fetchone()
        body = self._body(seq[0]) if seq is not None else None
        if not isinstance(body, Certificate):
            raise sqlite3.DatabaseError(f"certificate {number} is missing")
        prints = self._sql.execute("select outcome from print where number = ?", (number,)).fetchall()
        return void.Issued(
            number=number,
            subject=body.subject.id,
            product=body.product,
            lot=body.lot,
            quantity=body.quantity,
            unit=body.unit,
            void=self.lots.is_void(number),
            printed=any(outcome != PrintOutcome.FAILED for (outcome,) in prints),
        )

    def tests_in(self, visit: str) -> list[int]:
        """Seq of the tests of a visit, oldest first."""
        rows = self._sql.execute("select seq from test where visit = ? order by seq", (visit,)).fetchall()
        return [seq for (seq,) in rows]

    def tests_of_lot(self, lot: str) -> list[tuple[int, Test]]:
        """Seq and body of all tests of a lot, oldest first."""
        rows = self._sql.execute("select seq from test where lot = ? order by seq", (lot,)).fetchall()
        return [(seq, body) for (seq,) in rows if isinstance(body := self._body(seq), Test)]

    def open_visits(self) -> list[tuple[str, str, str | None]]:
        """Id, body and run of every visit that was not finished when the station stopped."""
        return self._sql.execute("select id, visit, run from open_visit order by id").fetchall()

    def _body(self, seq: int) -> EntryBody:
        payload = self.payload(seq)
        if payload is None:
            raise sqlite3.DatabaseError(f"entry {seq} is missing")
        return read(payload).entry
