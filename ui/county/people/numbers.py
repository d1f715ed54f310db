"""New numbers of cards, none given twice: neither by an order, nor by a page whose order waits, nor at a box."""

import secrets
import threading
from contextlib import closing

from kiosk.contract import ContractError, read
from kiosk.rules.messages import CardRevoked, SubjectsSnapshot, SubjectsUpsert
from kiosk.rules.scan.numbers import CARD_BYTES, card_number
from ui.county.migration import open_reader
from ui.county.orders import Orders
from ui.county.sql import Where

AT_ONCE = 500  # orders


class CardNumbers:
    """Reads each order once, from then on only those that came since. Used by many threads."""

    def __init__(self, where: Where, orders: Orders) -> None:
        self._where = where
        self._orders = orders
        self._lock = threading.Lock()
        self._read: dict[str, int] = {}
        self._taken: set[str] = set()

    def new(self) -> str:
        with self._lock:
            self._follow()
            while (number := card_number(secrets.token_bytes(CARD_BYTES))) in self._taken or self._made(number):
                continue
            self._taken.add(number)
            return number

    def _made(self, number: str) -> bool:
        with closing(open_reader(self._where)) as sql:
            return bool(sql.execute("select 1 from subject_card where card = ? limit 1", (number,)).rows)

    def _follow(self) -> None:
        for stream in self._orders.streams():
            while some := self._orders.after(stream, self._read.get(stream, 0), AT_ONCE):
                self._read[stream] = self._read.get(stream, 0) + len(some)
                for payload in some:
                    self._taken.update(_named(payload))


def _named(payload: bytes) -> tuple[str, ...]:
    try:
        order = read(payload).order
    except ContractError:
        return ()
    match order:
        case SubjectsUpsert() | SubjectsSnapshot():
            return tuple(card.number for card in order.cards)
        case CardRevoked(card=card):
            return (card,)
    return ()
