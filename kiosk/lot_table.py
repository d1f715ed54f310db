"""Lots in the record's tables: which there are, and which entries their balance is folded from. The caller commits."""

import sqlite3
from collections.abc import Callable

from kiosk.rules.goods import book
from kiosk.rules.goods.book import Book
from kiosk.rules.messages import Certificate, Dispatched, DrugsStated, EntryBody, Incoming, Lost, LotDeclared, Voided

ReadEntry = Callable[[int], EntryBody]


class LotTable:
    """`read` gives the body of an entry by its seq."""

    def __init__(self, connection: sqlite3.Connection, read: ReadEntry) -> None:
        self._sql = connection
        self._read = read

    def apply(self, seq: int, day: str, body: EntryBody) -> None:
        match body:
            case LotDeclared():
                row = (body.lot, body.subject, body.product, body.plot, day, seq)
                self._sql.execute("insert or ignore into lot values (?, ?, ?, ?, ?, ?)", row)
                self._touch(seq, body.lot, *book.named_sources(body))
            case Incoming():
                self._sql.execute("insert or ignore into paper values (?, ?)", (seq, body.receiver))
                self._touch(seq, book.reference(body, seq))
            case Certificate() | Dispatched() | Lost() | DrugsStated():
                self._touch(seq, body.lot)
            case Voided():
                self._sql.execute("insert or ignore into voided values (?, ?, ?)", (body.number, seq, body.reason))
                row = self._sql.execute("select lot from certificate where number = ?", (body.number,)).fetchone()
                self._touch(seq, "" if row is None else row[0])

    def of_goods(self, subject: str, product: str, plot: str, since: str) -> str:
        """The newest lot of these goods that was opened on `since` (ISO date) or later; empty when there is none."""
        row = self._sql.execute(
            "select lot from lot where subject = ? and product = ? and plot = ? and day >= ? order by seq desc limit 1",
            (subject, product, plot, since),
        ).fetchone()
        return "" if row is None else row[0]

    def book(self, *lots: str) -> Book:
        """The book as far as these lots and papers need it: their own pages and those of every lot tied to them."""
        wanted, bodies = list(lots), dict[int, EntryBody]()
        for one in wanted:  # grows by every lot that a declaration ties to it
            rows = self._sql.execute("select seq from lot_entry where lot = ?", (one,)).fetchall()
            fresh = {seq: self._read(seq) for (seq,) in rows if seq not in bodies}
            bodies |= fresh
            tied = {name for body in fresh.values() if isinstance(body, LotDeclared) for name in _tied(body)}
            wanted += sorted(tied - set(wanted))
        return book.fold(sorted(bodies.items(), key=lambda item: item[0]))

    def statements(self, lot: str) -> list[DrugsStated]:
        """What was said here of the drugs used on a lot, oldest first."""
        rows = self._sql.execute("select seq from lot_entry where lot = ? order by seq", (lot,)).fetchall()
        return [body for (seq,) in rows if isinstance(body := self._read(seq), DrugsStated)]

    def taken_by(self, receiver: str) -> list[tuple[int, Incoming]]:
        """The papers that a buyer brought here, each with the seq of its entry."""
        rows = self._sql.execute("select seq from paper where receiver = ? order by seq", (receiver,)).fetchall()
        return [(seq, body) for (seq,) in rows if isinstance(body := self._read(seq), Incoming)]

    def is_void(self, number: str) -> bool:
        return self._sql.execute("select 1 from voided where number = ?", (number,)).fetchone() is not None

    def _touch(self, seq: int, *lots: str) -> None:
        rows = [(lot, seq) for lot in lots if lot]
        self._sql.executemany("insert or ignore into lot_entry values (?, ?)", rows)


def _tied(declared: LotDeclared) -> tuple[str, ...]:
    return (declared.lot, *book.named_sources(declared))
