"""Lots in the record's tables: which there are, and which entries their balance is folded from. The caller commits."""

import sqlite3
from collections.abc import Callable, Sequence

from kiosk.rules.goods import book
from kiosk.rules.goods.book import Book
from kiosk.rules.messages import Certificate, Dispatched, DrugsStated, EntryBody, Incoming, Lost, LotDeclared, Voided

ReadEntry = Callable[[int], EntryBody]

# a void names a certificate and no lot
PAGE = """select seq from lot_entry where lot = ?
  union select voided.seq from certificate join voided using (number) where certificate.lot = ?"""


class LotTable:
    """`read` gives the body of an entry by its seq."""

    def __init__(self, connection: sqlite3.Connection, read: ReadEntry) -> None:
        self._sql = connection
        self._read = read

    def apply(self, seq: int, day: str, body: EntryBody) -> None:
        match body:
            case LotDeclared():
                row = (body.lot, seq, body.subject, body.product, body.plot, day)
                self._sql.execute("insert into lot values (?, ?, ?, ?, ?, ?)", row)
            case Incoming():
                self._sql.execute("insert into paper values (?, ?)", (seq, body.receiver))
            case Voided():
                self._sql.execute("insert into voided values (?, ?, ?)", (body.number, seq, body.reason))
        rows = [(lot, seq) for lot in _pages(seq, body)]
        self._sql.executemany("insert or ignore into lot_entry values (?, ?)", rows)

    def forget(self, seq: int, body: EntryBody) -> None:
        """The reverse of `apply`: retention took this entry."""
        match body:
            case LotDeclared():
                self._sql.execute("delete from lot where lot = ? and seq = ?", (body.lot, seq))
            case Incoming():
                self._sql.execute("delete from paper where seq = ?", (seq,))
            case Voided():
                self._sql.execute("delete from voided where number = ? and seq = ?", (body.number, seq))
        rows = [(lot, seq) for lot in _pages(seq, body)]
        self._sql.executemany("delete from lot_entry where lot = ? and seq = ?", rows)

    def of_goods(self, subjects: Sequence[str], product: str, plot: str, since: str) -> tuple[str, ...]:
        """The lots of these goods that were opened on `since` (ISO date) or later, the newest first.

        `subjects` are all ids of one producer (OrderTable.same).
        """
        query = (
            "select seq, lot from lot where subject = ? and product = ? and plot = ? and day >= ?"
            " and not exists (select 1 from lot as before where before.lot = lot.lot and before.seq < lot.seq)"
        )
        rows = [row for subject in subjects for row in self._sql.execute(query, (subject, product, plot, since))]
        return tuple(lot for _, lot in sorted(rows, reverse=True))

    def of_subject(self, *subjects: str, most: int = 10) -> list[str]:
        """The lots of a producer, by all his ids, that something was declared of last, the newest first."""
        query = "select seq, lot from lot where subject = ? order by seq desc limit ?"
        rows = [row for subject in subjects for row in self._sql.execute(query, (subject, most))]
        return list(dict.fromkeys(lot for _, lot in sorted(rows, reverse=True)))

    def growers(self, product: str, since: str, most: int) -> list[str]:
        """Who declared such goods on `since` (ISO date) or later, the newest first; the last `most` are looked at."""
        query = "select subject, day from lot where product = ? order by seq desc limit ?"
        rows = self._sql.execute(query, (product, most)).fetchall()
        return list(dict.fromkeys(subject for subject, day in rows if day >= since))

    def book(self, *lots: str) -> Book:
        """The book as far as these lots and papers need it: their own pages and those of every lot tied to them."""
        wanted, bodies = list(lots), dict[int, EntryBody]()
        for one in wanted:  # grows by every lot that a declaration ties to it
            rows = self._sql.execute(PAGE, (one, one)).fetchall()
            fresh = {seq: self._read(seq) for (seq,) in rows if seq not in bodies}
            bodies |= fresh
            tied = {name for body in fresh.values() if isinstance(body, LotDeclared) for name in _tied(body)}
            wanted += sorted(tied - set(wanted))
        return book.fold(sorted(bodies.items(), key=lambda item: item[0]))

    def statements(self, lot: str) -> list[DrugsStated]:
        """What was said here of the drugs used on a lot, oldest first."""
        rows = self._sql.execute("select seq from lot_entry where lot = ? order by seq", (lot,)).fetchall()
        return [body for (seq,) in rows if isinstance(body := self._read(seq), DrugsStated)]

    def taken_by(self, receivers: Sequence[str], most: int = -1) -> list[tuple[int, Incoming]]:
        """The papers that a buyer, by all his ids, brought here, each with the seq of its entry, oldest first.

        `most`: only so many of the newest; -1 all of them.
        """
        query = "select seq from paper where receiver = ? order by seq desc limit ?"
        rows = sorted(row for receiver in receivers for row in self._sql.execute(query, (receiver, most)))
        newest = rows if most < 0 else rows[-most:]
        return [(seq, body) for (seq,) in newest if isinstance(body := self._read(seq), Incoming)]

    def is_void(self, number: str) -> bool:
        return bool(self.void_reason(number))

    def void_reason(self, number: str) -> str:
        """Why this station voided it; empty: it did not."""
        row = self._sql.execute("select reason from voided where number = ?", (number,)).fetchone()
        return "" if row is None else row[0]


def _pages(seq: int, body: EntryBody) -> tuple[str, ...]:
    """The lots, and papers of a buyer, whose balance this entry changes, as far as it names them itself."""
    match body:
        case LotDeclared():
            named = _tied(body)
        case Incoming():
            named = (book.reference(body, seq),)
        case Certificate() | Dispatched() | Lost() | DrugsStated():
            named = (body.lot,)
        case _:
            named = ()
    return tuple(lot for lot in named if lot)


def _tied(declared: LotDeclared) -> tuple[str, ...]:
    return (declared.lot, *book.named_sources(declared))
