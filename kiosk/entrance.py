"""Who stands at the box: from scanned bytes, or a card's number, to a producer the county knows, or a sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.live_trust import LiveTrust, live
from kiosk.rules.goods.quantity import parse
from kiosk.rules.messages import Subject
from kiosk.rules.scan import codes, numbers
from kiosk.rules.scan.codes import Kind, Scanned
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import LastTime
from kiosk.seal import open_card, open_certificate
from kiosk.tables import Tables
from kiosk.trust import SealError, Trust
from kiosk.verify import County


@dataclass(frozen=True, slots=True)
class Known:
    subject: Subject
    card: str  # number of the card, or the code that was scanned instead
    first_use: bool
    last: LastTime | None


class Entrance:
    def __init__(
        self,
        trust: Trust | LiveTrust,
        tables: Tables,
        neighbours: Callable[[], Sequence[County]] = tuple,
    ) -> None:
        """`neighbours`: other counties whose papers can be checked here (kiosk.neighbours)."""
        self.trust = live(trust)
        self.neighbours = neighbours
        self._tables = tables

    def who(self, data: bytes) -> Known | Sentence:
        """A card of this county, or a credit or farm code of a listed producer; anything else is named politely."""
        scanned = codes.explain(data)
        if scanned.kind is Kind.CARD and scanned.token is not None:
            return self._holder(scanned.token)
        if scanned.kind in (Kind.CREDIT_CODE, Kind.FARM_CODE):
            subject = self._tables.orders.subject_by_code(scanned.text)
            if subject is not None:
                return self._known(subject, scanned.text)
            return Sentence("entrance.not_listed", {"code": scanned.text})
        return _named(scanned)

    def numbered(self, digits: str) -> Known | Sentence:
        """Whose card has this number, as the county's list says; a number proves nothing."""
        number = numbers.parse_card(digits)
        if number is None:
            return Sentence("entrance.number_unknown")
        if self._tables.orders.is_revoked(number):
            return _lost(number)
        holder = self._tables.orders.holder(number)
        return Sentence("entrance.number_unknown") if holder is None else self._listed(number, holder)

    def proves(self, data: bytes) -> bool:
        """A card or certificate whose signature verifies: no wrong read passes as one."""
        scanned = codes.explain(data)
        if scanned.token is None or scanned.kind not in (Kind.CARD, Kind.CERTIFICATE):
            return False
        try:
            if scanned.kind is Kind.CARD:
                open_card(scanned.token, self.trust.now())
            else:
                open_certificate(scanned.token, self.trust.now())
        except SealError:
            return False
        return True

    def _holder(self, token: bytes) -> Known | Sentence:
        try:
            card = open_card(token, self.trust.now())
        except SealError:
            return Sentence("entrance.card_forged")
        return (
            _lost(card.card) if self._tables.orders.is_revoked(card.card) else self._listed(card.card, card.subject_id)
        )

    def _listed(self, card: str, holder: str) -> Known | Sentence:
        subject = self._tables.orders.subject(holder)
        if subject is not None:
            return self._known(subject, card)
        left = self._tables.orders.withdrawn(holder)
        return Sentence("entrance.card_withdrawn" if left else "entrance.card_unlisted", {"card": card})

    def _known(self, subject: Subject, card: str) -> Known:
        lot = self._tables.last_lot(*self._tables.orders.same(subject.id))
        return Known(subject, card, lot is None, None if lot is None else LastTime(lot[0], parse(lot[1])))


def _lost(card: str) -> Sentence:
    return Sentence("entrance.card_lost", {"card": card})


def _named(scanned: Scanned) -> Sentence:
    """What the thing is, and that a card is wanted; the code words come from `codes.explain`."""
    return Sentence(scanned.note, dict(scanned.facts))
