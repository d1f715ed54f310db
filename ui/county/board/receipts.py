"""Whether the county's own last receipt of a log still says what is stored. Each note is opened once."""

from collections.abc import Callable, Iterable
from contextlib import suppress

from kiosk import tree
from kiosk.checkpoint import open_receipt
from kiosk.trust import SealError, Trust
from ui.county.board.light import Receipt
from ui.county.reader import Reader
from ui.county.sql import Row


class Receipts:
    """Used by any thread. What was found of a note counts until the trust list changes."""

    def __init__(self, trust: Callable[[], Trust]) -> None:
        self._trust = trust
        self._known = (trust(), dict[str, tuple[str, Receipt]]())

    def of(self, rows: Iterable[Row], reader: Reader) -> list[Receipt]:
        """Of lines of `Reader.stations`, in their order. A trust list that cannot be read now: the last one counts."""
        with suppress(SealError):
            trust = self._trust()
            if trust is not self._known[0]:
                self._known = (trust, {})
        return [self._of(row, reader, *self._known) for row in rows]

    def _of(self, row: Row, reader: Reader, trust: Trust, known: dict[str, tuple[str, Receipt]]) -> Receipt:
        if not row["receipt"]:
            return Receipt.NONE
        note, found = known.get(row["log"], ("", Receipt.NONE))
        if note != row["receipt"]:
            found = _read(row, reader, trust)
            known[row["log"]] = (row["receipt"], found)
        return found


def _read(row: Row, reader: Reader, trust: Trust) -> Receipt:
    try:
        checkpoint = open_receipt(row["receipt"], trust).checkpoint
    except SealError:
        return Receipt.BROKEN
    if checkpoint.log != row["log"] or checkpoint.size > row["taken"]:
        return Receipt.OTHER
    if checkpoint.size == row["taken"]:
        root = bytes(row["root"])
    else:
        try:
            root = tree.root(checkpoint.size, reader.nodes(row["log"]))
        except LookupError:
            return Receipt.OTHER
    return Receipt.GOOD if root == checkpoint.root else Receipt.OTHER
