"""Copies of numbered papers in the record's tables, part by part: what the newest entry says of each.

The caller commits.
"""

import sqlite3
from dataclasses import dataclass

from kiosk.rules.messages import Certificate, EntryBody, Print, PrintOutcome, Reprint, TraceLabel, Voucher

BEGUN = "begun"  # bytes may have gone to a printer since the entry, and no entry says what came of them
WAITING = "waiting"  # a part that comes after another one of its number
OF_ONE = """select part, copy, outcome, max(seq) from print where number = ?
  group by part, copy order by part, copy"""  # the newest word on each
OPEN = """select number, part, copy, outcome from (
    select number, part, copy, outcome, max(print.seq) from print join certificate using (number)
      group by number, part, copy)
  where outcome in (?, ?) and not exists (select 1 from voided where voided.number = number)"""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of one part; `outcome`: begun, waiting or a PrintOutcome. Copy 1 is the original."""

    part: str
    copy: int
    outcome: str

    @property
    def ended(self) -> bool:
        return self.outcome not in (BEGUN, WAITING)

    @property
    def whole(self) -> bool:
        return self.outcome in (PrintOutcome.PRINTED, PrintOutcome.CONFIRMED)

    @property
    def maybe_printed(self) -> bool:
        """A paper of it is, or may be, in somebody's hands."""
        return self.outcome not in (WAITING, PrintOutcome.FAILED)


@dataclass(frozen=True, slots=True)
class Issued:
    """A recorded certificate and what became of its copies."""

    number: str
    seq: int
    copies: tuple[Copy, ...]


class PrintTable:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection

    def apply(self, seq: int, body: EntryBody) -> None:
        self._sql.executemany("insert into print values (?, ?, ?, ?, ?)", _rows(seq, body))

    def forget(self, seq: int, body: EntryBody) -> None:
        """The reverse of `apply`: retention took this entry."""
        numbers = {(row[0], seq) for row in _rows(seq, body)}
        self._sql.executemany("delete from print where number = ? and seq = ?", sorted(numbers))

    def copies(self, number: str) -> tuple[Copy, ...]:
        rows = self._sql.execute(OF_ONE, (number,)).fetchall()
        return tuple(Copy(part, copy, outcome) for part, copy, outcome, _ in rows)

    def entry_of(self, number: str) -> int:
        """Seq of the entry that gave the number; 0 where it is not ours."""
        (seq,) = self._sql.execute("select coalesce(min(seq), 0) from print where number = ?", (number,)).fetchone()
        return int(seq)

    def ended_since(self, number: str, part: str, copy: int, seq: int) -> str:
        """What an entry behind `seq` says came of this copy; empty when none does."""
        query = """select outcome from print where number = ? and part = ? and copy = ? and seq > ? and outcome <> ?
          order by seq desc limit 1"""
        row = self._sql.execute(query, (number, part, copy, seq, BEGUN)).fetchone()
        return "" if row is None else str(row[0])

    def newest(self, number: str, part: str) -> int:
        """The newest copy of a part; 0 where there is no such part."""
        query = "select coalesce(max(copy), 0) from print where number = ? and part = ?"
        (copy,) = self._sql.execute(query, (number, part)).fetchone()
        return int(copy)

    def unended(self) -> list[tuple[str, Copy]]:
        """Every copy of a certificate that no entry ends, and that is not void: its number, and it."""
        rows = self._sql.execute(OPEN, (BEGUN, WAITING)).fetchall()
        return [(number, Copy(part, copy, outcome)) for number, part, copy, outcome in rows]


def parts_of(body: Certificate | Voucher | TraceLabel) -> tuple[str, ...]:
    """The pieces of paper of one number, each its own original: parts, or labels by their place."""
    match body:
        case Certificate():
            return body.parts or ("",)
        case TraceLabel():
            return tuple(str(nth) for nth in range(1, body.labels + 1))
        case Voucher():
            return ("",)


def _rows(seq: int, body: EntryBody) -> list[tuple[str, str, int, int, str]]:
    match body:
        case Certificate() | Voucher() | TraceLabel():
            states = (BEGUN if place == 0 else WAITING for place in range(len(parts_of(body))))
            return [(body.number, part, 1, seq, state) for part, state in zip(parts_of(body), states, strict=True)]
        case Reprint():
            return [(body.number, body.part, body.copy, seq, BEGUN)]
        case Print():
            return [(body.number, body.part, body.copy, seq, body.outcome)]
    return []
