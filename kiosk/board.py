"""What the public board (公示屏) shows: the results of today, one line a sample, with nothing of whose goods they are.

Owned by the attendant's thread. The record is asked only after something was recorded, or a day began.
"""

from kiosk.record import Record
from kiosk.rules.messages import Outcome, Test
from kiosk.screen import BoardLine

MOST = 60  # lines, the newest; five leaves or so


class Board:
    def __init__(self, record: Record) -> None:
        self._record = record
        self._drawn_at: tuple[int, str] = (-1, "")
        self._lines: tuple[BoardLine, ...] = ()

    def lines(self, day: str) -> tuple[BoardLine, ...]:
        """Of an ISO day, newest first; of a sample that was tested again the last result."""
        now = (self._record.last, day)
        if now != self._drawn_at:
            self._drawn_at, self._lines = now, self._read(day)
        return self._lines

    def _read(self, day: str) -> tuple[BoardLine, ...]:
        newest: dict[str, BoardLine] = {}
        for seq, test in self._record.tables.tests_on(day, 4 * MOST):
            if test.verdict.outcome is not Outcome.INVALID:
                newest.setdefault(test.sample_code, self._line(seq, test))
        return tuple(newest.values())[:MOST]

    def _line(self, seq: int, test: Test) -> BoardLine:
        _, time = self._record.tables.head_of(seq)
        method, confirmed = test.method, test.method_confirmed
        return BoardLine(
            time[11:16], test.product, test.item_name or test.item, test.verdict.outcome, method, confirmed
        )
