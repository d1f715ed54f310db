"""What the county's orders say of a number and of a producer, for its public pages. Follows the orders as they come."""

import threading

from kiosk.contract import ContractError, Envelope, read
from kiosk.rules.messages import CertificateRevoked, SubjectsSnapshot, SubjectsUpsert
from kiosk.rules.scan.numbers import parse_number
from ui.county.orders import Orders

AT_ONCE = 500  # orders


class Ordered:
    """Used by many threads. `orders` is None where a county has given none that pages could read."""

    def __init__(self, orders: Orders | None) -> None:
        self._orders = orders
        self._lock = threading.Lock()
        self._through: dict[str, int] = {}
        self._revoked: set[str] = set()
        self._names: dict[str, str] = {}

    def is_revoked(self, number: str) -> bool:
        """The county has declared this paper void. Raises OSError, kiosk.log.LogError."""
        self._follow()
        return number in self._revoked

    def name(self, subject: str) -> str:
        """As the county's list has it last; empty for one that was never on it."""
        self._follow()
        return self._names.get(subject, "")

    def _follow(self) -> None:
        if self._orders is None:
            return
        with self._lock:
            for stream in self._orders.streams():
                self._read(self._orders, stream)

    def _read(self, orders: Orders, stream: str) -> None:
        seq = self._through.get(stream, 0)
        while payloads := orders.after(stream, seq, AT_ONCE):
            for payload in payloads:
                self._hear(read(payload))
            seq += len(payloads)
            self._through[stream] = seq

    def _hear(self, order: Envelope) -> None:
        try:
            body = order.order
        except ContractError:
            return  # of newer software
        match body:
            case CertificateRevoked(number=number):
                self._revoked.add(parse_number(number) or number)
            case SubjectsUpsert(subjects=subjects) | SubjectsSnapshot(subjects=subjects):
                self._names.update((one.id, one.name) for one in subjects)
