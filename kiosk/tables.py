"""The record's tables: what each entry and each county order changes, and what the attendant asks of them.

Current state only. Every row but those of NOT_OF_THE_LOG can be made again from the segments, and every row that comes
of an entry bears its number, so that it goes when retention takes the entry. The caller owns the transaction.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from kiosk import tree
from kiosk.contract import Envelope, read
from kiosk.lot_table import LotTable
from kiosk.order_table import OrderTable
from kiosk.print_table import Issued, PrintTable
from kiosk.retired_table import RetiredTable
from kiosk.rules.certify import void
from kiosk.rules.messages import (
    ENTRY_KINDS,
    Certificate,
    DayClosed,
    DoctorReport,
    EntryBody,
    OrderBody,
    OrderDone,
    Outcome,
    Retired,
    SampleType,
    Supply,
    Test,
    Voided,
)
from kiosk.work_table import WorkTable

VERSION = 7
# a note of the county, visits that are no entries yet, and how far a check has come
NOT_OF_THE_LOG = ("receipt", "open_visit", "full_check")
FindOrder = Callable[[OrderDone], OrderBody | None]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done on a day, for its close."""

    certificates: int
    voided: int
    tests: int
    positives: int


class LastLot(NamedTuple):
    """What somebody brought last time: product, what was typed of its quantity, and its origin."""

    product: str
    typed: str
    origin: str


def open_tables(file: Path) -> sqlite3.Connection:
    """The one writing connection of this file: write-ahead log, every commit flushed, checkpoints only when told.

    What is deleted is overwritten with zeros: names of people stand in these pages.
    """
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma wal_autocheckpoint = 0")
    connection.execute("pragma secure_delete = on")
    _migrate(connection)
    return connection


def read_tables(file: Path) -> sqlite3.Connection:
    """A connection that changes nothing, also while the station writes. Raises sqlite3.Error, also for newer tables.

    Without a write-ahead log nobody has the file open, and it is taken as it lies: a reader would leave files behind.
    A rollback journal was left by a cut in the moment that made the file (it is WAL ever after): SQLite must take the
    half-made pages back before anybody can read (sqlite.org/lockingv3, hot journals).
    """
    journal, wal = (file.with_name(f"{file.name}-{kind}") for kind in ("journal", "wal"))
    mode = "mode=rw" if journal.exists() else "mode=ro" if wal.exists() else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?{mode}", uri=True, isolation_level=None)
    _version(connection)
    return connection


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("pragma user_version").fetchone()
    if version > VERSION:
        raise sqlite3.DatabaseError(f"tables of version {version} were made by newer software ({VERSION} is known)")
    return int(version)


def _migrate(connection: sqlite3.Connection) -> None:
    version = _version(connection)
    if version == VERSION:
        return
    run = _upgrading(connection) if version else connection.executescript
    if 0 < version < 5:  # until then what was deleted stayed in the pages
        connection.execute("vacuum")
    for step in range(version + 1, VERSION + 1):
        script = (resources.files("kiosk.schema") / f"{step}.sql").read_text(encoding="utf-8")
        run(f"begin immediate;\n{script}\npragma user_version = {step};\ncommit;")


def _upgrading(connection: sqlite3.Connection) -> Callable[[str], object]:
    import sqlite_utils  # with NumPy 0.3 s, and 13 MB until the next start: a new file and one of today do without

    return sqlite_utils.Database(connection).executescript


class Tables:
    def __init__(self, connection: sqlite3.Connection, find_order: FindOrder) -> None:
        self._sql = connection
        self._find_order = find_order
        self.lots = LotTable(connection, self._body)
        self.orders = OrderTable(connection)
        self.retired = RetiredTable(connection)
        self.prints = PrintTable(connection)
        self.people = self.orders.people
        self.work = WorkTable(connection, self._body)

    # --- what changes -------------------------------------------------------------------------------------------

    def apply(self, envelope: Envelope, payload: bytes) -> None:
        """Take one entry of the log into the tables."""
        header = envelope.header
        self._sql.execute("insert into entry values (?, ?, ?, ?)", (header.seq, header.kind, header.time, payload))
        leaf = tree.leaf_hash(header.bytes())
        self._sql.executemany("insert into node values (?, ?, ?)", tree.added(header.seq - 1, leaf, self.node))
        if envelope.body is not None and header.kind in ENTRY_KINDS:
            self._derive(header.seq, header.time[:10], envelope.entry)

    def forget(self, envelope: Envelope) -> None:
        """Take salt and body of one entry, and every row that came of it."""
        seq, stripped = envelope.header.seq, replace(envelope, salt=None, body=None).bytes()
        if envelope.body is not None and envelope.header.kind in ENTRY_KINDS:
            self._undo(seq, envelope.header.time[:10], envelope.entry)
        self._sql.execute("update entry set envelope = ? where seq = ?", (stripped, seq))

    def _undo(self, seq: int, day: str, body: EntryBody) -> None:
        self.lots.forget(seq, body)
        self.prints.forget(seq, body)
        self.people.forget(seq, body)
        match body:
            case Test():
                self._sql.execute("delete from test where seq = ?", (seq,))
            case Certificate():
                self._sql.execute("delete from certificate where number = ?", (body.number,))
        self.work.forget(seq, day, body)

    def _derive(self, seq: int, day: str, body: EntryBody) -> None:
        self.lots.apply(seq, day, body)
        self.prints.apply(seq, body)
        self.people.apply(seq, body)
        match body:
            case Test():
                self._test(seq, day, body)
            case Certificate():
                self._certificate(seq, body)
            case OrderDone():
                self._order(body, day)
            case DayClosed():
                self._sql.execute("insert or replace into day_closed values (?, ?, ?)", (body.day, seq, body.size))
            case DoctorReport():
                self.orders.answered(body.asked, seq)
            case Retired():
                self.retired.named(seq, body)
        self.work.apply(seq, day, body)

    def _test(self, seq: int, day: str, test: Test) -> None:
        value = None if test.value is None else str(test.value)
        goods = (test.subject, test.product, day)
        row = (seq, test.visit, test.run, *goods, test.verdict.outcome, value, test.retest_of, test.lot)
        sample = (test.sample_code, 0, test.sample_type is SampleType.SUPERVISION, 0)
        self._sql.execute("insert into test values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, *sample))

    def _certificate(self, seq: int, certificate: Certificate) -> None:
        goods = (certificate.subject.id, certificate.product, certificate.quantity_typed, certificate.lot)
        row = (certificate.number, seq, certificate.visit, *goods)
        self._sql.execute("insert into certificate values (?, ?, ?, ?, ?, ?, ?)", row)

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

    def keep_check(self, seq: int, began: str, ended: str, problem: str) -> None:
        self._sql.execute("insert or replace into full_check values (1, ?, ?, ?, ?)", (seq, began, ended, problem))

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

    def last_lot(self, *subjects: str) -> LastLot | None:
        """Of his latest certificate here, by all ids he has had; None on first use."""
        query = "select seq, product, typed from certificate where subject = ? order by seq desc limit 1"
        last = max((row for subject in subjects for row in self._sql.execute(query, (subject,))), default=None)
        if last is None:
            return None
        body = self._body(last[0])
        return LastLot(last[1], last[2], body.origin if isinstance(body, Certificate) else "")

    def stands(self, seq: int, body: EntryBody) -> bool:
        """Whether what is known today rests on this entry: retention leaves it, however old it is."""
        return self.people.stands(seq, body) or (isinstance(body, Supply) and self.work.counts_in(seq, body))

    def issued(self, number: str) -> Issued | None:
        row = self._sql.execute("select seq from certificate where number = ?", (number,)).fetchone()
        if row is None:
            return None
        return Issued(number, row[0], self.prints.copies(number))

    def known_paper(self, number: str) -> void.Issued:
        """A certificate of ours as a void has to see it."""
        seq = self._sql.execute("select seq from certificate where number = ?", (number,)).fetchone()
        body = self._body(seq[0]) if seq is not None else None
        if not isinstance(body, Certificate):
            raise sqlite3.DatabaseError(f"certificate {number} is missing")
        return void.Issued(
            number=number,
            subject=body.subject.id,
            product=body.product,
            lot=body.lot,
            quantity=body.quantity,
            unit=body.unit,
            void=self.lots.is_void(number),
            printed=any(copy.maybe_printed for copy in self.prints.copies(number)),
        )

    def last_day(self) -> str:
        """Day of the newest entry that no `day.closed` of that day follows; empty when there is none."""
        newest = "select seq, substr(time, 1, 10) from entry where kind <> 'day.closed' order by seq desc limit 1"
        row = self._sql.execute(newest).fetchone()
        if row is None:
            return ""
        closed = self._sql.execute("select 1 from day_closed where day = ? and seq > ?", (row[1], row[0])).fetchone()
        return "" if closed is not None else str(row[1])

    def done_on(self, day: str) -> Done:
        """Counts the entries of a day; reads only those behind the close of an earlier one."""
        (after,) = self._sql.execute("select coalesce(max(seq), 0) from day_closed where day < ?", (day,)).fetchone()
        query = "select kind, count(*) from entry where seq > ? and substr(time, 1, 10) = ? group by kind"
        count = dict(self._sql.execute(query, (after, day)).fetchall())
        query = "select count(*) from test where seq > ? and day = ? and outcome = ?"
        (positives,) = self._sql.execute(query, (after, day, Outcome.POSITIVE)).fetchone()
        certificates, voided, tests = (count.get(kind, 0) for kind in (Certificate.kind, Voided.kind, Test.kind))
        return Done(certificates, voided, tests, positives)

    def receipt_note(self) -> str:
        """The newest receipt with our own signature beside the county's; empty before the first."""
        row = self._sql.execute("select note from receipt").fetchone()
        return "" if row is None else row[0]

    def full_check(self) -> tuple[int, str, str, str]:
        """How far the full check has come, when it began and ended (empty: not yet), and the last problem it found."""
        row = self._sql.execute("select seq, began, ended, problem from full_check").fetchone()
        return (0, "", "", "") if row is None else row

    def head_of(self, seq: int) -> tuple[str, str]:
        """Kind and time of an entry, as its row says; empty when there is none."""
        row = self._sql.execute("select kind, time from entry where seq = ?", (seq,)).fetchone()
        return ("", "") if row is None else row

    def tests_of_lot(self, lot: str) -> list[tuple[int, Test]]:
        """Seq and body of all tests of a lot, oldest first."""
        rows = self._sql.execute("select seq from test where lot = ? order by seq", (lot,)).fetchall()
        return [(seq, body) for (seq,) in rows if isinstance(body := self._body(seq), Test)]

    def tests_on(self, day: str, most: int) -> list[tuple[int, Test]]:
        """Seq and body of the newest tests of a day, newest first; reads only what is behind the close before it."""
        (after,) = self._sql.execute("select coalesce(max(seq), 0) from day_closed where day < ?", (day,)).fetchone()
        query = "select seq from test where seq > ? and day = ? order by seq desc limit ?"
        rows = self._sql.execute(query, (after, day, most)).fetchall()
        return [(seq, body) for (seq,) in rows if isinstance(body := self._body(seq), Test)]

    def open_visits(self) -> list[tuple[str, str, str | None]]:
        """Id, body and run of every visit that was not finished when the station stopped."""
        return self._sql.execute("select id, visit, run from open_visit order by id").fetchall()

    def _body(self, seq: int) -> EntryBody:
        payload = self.payload(seq)
        if payload is None:
            raise sqlite3.DatabaseError(f"entry {seq} is missing")
        return read(payload).entry
