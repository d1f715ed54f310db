"""What a station that has done every order so far would say to the next: asked before anything is signed."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from kiosk.contract import ContractError, Envelope, read
from kiosk.order_checks import misfit
from kiosk.order_table import OrderTable
from kiosk.rules.messages import OrderBody, PackPut, SettingsPut
from kiosk.rules.sentence import Sentence
from kiosk.tables import open_tables
from ui.county.orders import ALL, Orders

NOWHERE = Path(":memory:")


class Rehearsal:
    """The orders to all stations and to one, done on empty tables. Packs and settings are weighed elsewhere."""

    def __init__(self, orders: Orders, station: str = "") -> None:
        self._sql = open_tables(NOWHERE)
        self.table = OrderTable(self._sql)
        streams = [stream for stream in (ALL, station) if stream]
        given = [envelope for stream in streams for envelope in given_in(orders, stream)]
        for envelope in sorted(given, key=lambda one: datetime.fromisoformat(one.header.time)):
            try:
                self.take(envelope.order, envelope.header.time[:10])
            except ContractError:
                continue  # of a newer program: stations refuse it as we do

    def take(self, order: OrderBody, day: str) -> Sentence | None:
        """Do one more; or why stations would refuse it."""
        if isinstance(order, PackPut | SettingsPut):
            return None
        found = misfit(self.table, order)
        if found is None:
            self.table.apply(order, "-/0", day)
        return found

    def close(self) -> None:
        self._sql.close()


def given_in(orders: Orders, stream: str) -> Iterator[Envelope]:
    seq = 0
    while payloads := orders.after(stream, seq):
        seq += len(payloads)
        yield from map(read, payloads)
