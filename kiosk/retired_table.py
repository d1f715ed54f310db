"""Which entries retention took, by the entries that say so. The caller commits."""

import sqlite3
from collections.abc import Iterable

from kiosk.rules.messages import Retired


class RetiredTable:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection

    def named(self, seq: int, retired: Retired) -> None:
        """Entry `seq` takes these spans."""
        rows = [(seq, span.first, span.last) for span in retired.spans]
        self._sql.executemany("insert into retired (seq, first, last) values (?, ?, ?)", rows)

    def ended(self, seqs: Iterable[int]) -> None:
        """Nothing of what these entries name is left on disk."""
        self._sql.executemany("update retired set ended = 1 where seq = ?", [(seq,) for seq in seqs])

    def unfinished(self) -> list[tuple[int, int, int]]:
        """Entry that takes, first and last of the span, of all that may still lie somewhere."""
        query = "select seq, first, last from retired where ended = 0 order by seq, first"
        return self._sql.execute(query).fetchall()

    def takes(self, seq: int) -> bool | None:
        """Whether an entry takes this one's body: True once nothing is left of it, False before, None when none does.

        Spans never overlap.
        """
        query = "select last, ended from retired where first <= ? order by first desc limit 1"
        row = self._sql.execute(query, (seq,)).fetchone()
        return None if row is None or row[0] < seq else bool(row[1])
