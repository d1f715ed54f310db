"""What the county's orders say of a number and of a producer, for its public pages. Follows the orders as they come."""

import threading
from datetime import date

from kiosk.contract import ContractError, Envelope, read
from kiosk.rules.messages import (
    CertificateRevoked,
    Credit,
    CreditPut,
    OrderBody,
    Subject,
    SubjectsMerged,
    SubjectsSnapshot,
    SubjectsUpsert,
)
from kiosk.rules.scan.numbers import parse_number
from ui.county.orders import Orders

AT_ONCE = 500  # orders


class Heard:
    """What the orders have said so far. Of a producer that was merged into another the other one is asked."""

    def __init__(self) -> None:
        self._revoked: set[str] = set()
        self._names: dict[str, str] = {}
        self._marks: dict[str, tuple[str, ...]] = {}
        self._credits: dict[str, tuple[str, Credit]] = {}  # with the time of the order: streams are read one by one
        self._into: dict[str, str] = {}

    def is_revoked(self, number: str) -> bool:
        """The county has declared this paper void."""
        return number in self._revoked

    def name(self, subject: str) -> str:
        """As the county's list has it last; empty for one that was never on it."""
        return self._names.get(subject, "")

    def marks(self, subject: str) -> tuple[str, ...]:
        """Certification marks that the county verified, as kiosk.rules.goods.marks.granted reads them."""
        return self._marks.get(self._into.get(subject, subject), ())

    def credit(self, subject: str, day: date) -> Credit | None:
        """His grade on a day; None when he has none that counts then."""
        _, found = self._credits.get(self._into.get(subject, subject), ("", None))
        if found is None or not found.since <= day.isoformat() <= (found.until or day.isoformat()):
            return None
        return found

    def hear(self, order: Envelope) -> None:
        try:
            body = order.order
        except ContractError:
            return  # of newer software
        if isinstance(body, CertificateRevoked):
            self._revoked.add(parse_number(body.number) or body.number)
        else:
            self._hear_of_people(body, order.header.time)

    def _hear_of_people(self, body: OrderBody, time: str) -> None:
        match body:
            case SubjectsUpsert(subjects=subjects) | SubjectsSnapshot(subjects=subjects):
                for one in subjects:
                    self._put(one)
            case SubjectsMerged(into=into, subjects=merged):
                self._into |= dict.fromkeys(merged, into)
                self._into |= {old: into for old, now in self._into.items() if now in merged}
            case CreditPut(credits=credits):
                for credit in credits:
                    if time >= self._credits.get(credit.subject, ("", credit))[0]:
                        self._credits[credit.subject] = (time, credit)

    def _put(self, subject: Subject) -> None:
        self._names[subject.id] = subject.name
        self._marks[subject.id] = subject.marks
        self._into.pop(subject.id, None)


class Ordered:
    """Used by many threads. `orders` is None where a county has given none that pages could read."""

    def __init__(self, orders: Orders | None) -> None:
        self._orders = orders
        self._lock = threading.Lock()
        self._through: dict[str, int] = {}
        self._heard = Heard()

    def heard(self) -> Heard:
        """With every order that has been given until now: a page asks once. Raises OSError, kiosk.log.LogError."""
        if self._orders is not None:
            with self._lock:
                for stream in self._orders.streams():
                    self._read(self._orders, stream)
        return self._heard

    def is_revoked(self, number: str) -> bool:
        """The county has declared this paper void. Raises OSError, kiosk.log.LogError."""
        return self.heard().is_revoked(number)

    def name(self, subject: str) -> str:
        """As the county's list has it last; empty for one that was never on it."""
        return self.heard().name(subject)

    def _read(self, orders: Orders, stream: str) -> None:
        seq = self._through.get(stream, 0)
        while payloads := orders.after(stream, seq, AT_ONCE):
            for payload in payloads:
                self._heard.hear(read(payload))
            seq += len(payloads)
            self._through[stream] = seq
