"""A box's record, open, and the county's pen: for tests of what stands in its tables."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from kiosk.rebuild import compared, rebuild
from kiosk.record import Record
from kiosk.rules.messages import OrderBody
from tests.kiosk.test_record import Box

Made = TypeVar("Made", bound="OpenBox")


class OpenBox:
    def __init__(self, folder: Path) -> None:
        self.box = Box(folder)
        self.record: Record = self.box.open()
        self._given = 0

    def order(self, *orders: OrderBody) -> None:
        """Given, and obeyed."""
        numbered = enumerate(orders, self._given + 1)
        self.box.bring("all", *(self.box.order_bytes(seq, one) for seq, one in numbered))
        self._given += len(orders)
        while self.record.obey():
            pass


@contextmanager
def sound(made: Made) -> Iterator[Made]:
    """Until the end of a test; then its tables hold what they would, made anew from the log."""
    with closing(made.record):
        yield made
    anew = rebuild(made.box.home, made.box.own, made.box.trust)
    assert compared(made.box.home.tables, anew.file) == []
