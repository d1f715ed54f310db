"""Who stands at the box: from scanned bytes, or a card's number, to a producer the county knows, or a sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.contract import key_id
from kiosk.live_trust import LiveTrust, live
from kiosk.rules.goods.quantity import parse
from kiosk.rules.messages import Subject
from kiosk.rules.scan import codes, numbers
from kiosk.rules.scan.codes import Kind, Scanned
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import LastTime
from kiosk.seal import CardCode, open_card, open_certificate, open_given_card, read_card
from kiosk.tables import Tables
from kiosk.trust import SealError, Trust, Untold
from kiosk.verify import County


@dataclass(frozen=True, slots=True)
class Known:
    subject: Subject
    card: str  # number of the card, or the code that was scanned instead
    first_use: bool
    last: LastTime | None
    provisional: bool = False  # the county has not spoken of him yet


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
            return Sentence("entrance.card_lost", {"card": number})  # a number that was tried tells no name
        holder = self._tables.orders.holder(number)
        return Sentence("entrance.number_unknown") if holder is None else self._listed(number, holder)

    def proves(self, data: bytes) -> bool:
        """A card or certificate whose signature verifies: no wrong read passes as one."""
        scanned = codes.explain(data)
        if scanned.token is None or scanned.kind not in (Kind.CARD, Kind.CERTIFICATE):
            return False
        if scanned.kind is Kind.CARD:
            return self._card(scanned.token) is not None
        try:
            open_certificate(scanned.token, self.trust.now())
        except SealError:
            return False
        return True

    def _holder(self, token: bytes) -> Known | Sentence:
        card = self._card(token)
        if card is None:
            return Sentence("entrance.card_forged")
        if self._tables.orders.is_revoked(card.card):
            return self._lost(card)
        return self._listed(card.card, card.subject_id)

    def _card(self, token: bytes) -> CardCode | None:
        """A card of the county, or one that was handed out at a box and is known by its number to be whose it says; so
        is a card of a key that the county took back since."""
        try:
            return open_card(token, self.trust.now())
        except Untold:
            card = read_card(token)
            return self._if_his(card, self._tables.orders.subjects.holder(card.card))
        except SealError:
            return self._given(token)

    def _given(self, token: bytes) -> CardCode | None:
        """A box's signature alone makes nobody a holder: of our own cards this log says whose each is, of another
        box's the county's list. So a box that was taken over can print nothing that opens here."""
        try:
            card, grant = open_given_card(token, self.trust.now())
        except SealError:
            return None
        orders = self._tables.orders
        ours = key_id(grant.public) == self._tables.work.own()
        return self._if_his(card, orders.holder(card.card) if ours else orders.subjects.holder(card.card))

    def _if_his(self, card: CardCode, holder: str | None) -> CardCode | None:
        same = self._tables.orders.same
        return card if holder is not None and same(holder)[0] == same(card.subject_id)[0] else None

    def _lost(self, card: CardCode) -> Sentence:
        """Refused by name: whoever found it gives it back, whoever owns it has another."""
        subject = self._tables.orders.subject(card.subject_id)
        if subject is None:
            return Sentence("entrance.card_lost", {"card": card.card})
        return Sentence("entrance.card_lost_of", {"card": card.card, "name": subject.name})

    def _listed(self, card: str, holder: str) -> Known | Sentence:
        subject = self._tables.orders.subject(holder)
        if subject is not None:
            return self._known(subject, card)
        left = self._tables.orders.withdrawn(holder)
        return Sentence("entrance.card_withdrawn" if left else "entrance.card_unlisted", {"card": card})

    def _known(self, subject: Subject, card: str) -> Known:
        same = self._tables.orders.same(subject.id)
        lot = self._tables.last_lot(*same)
        if lot is None:
            return Known(subject, card, True, None)
        usual = self._tables.work.usual(lot.product, *same)
        return Known(subject, card, False, LastTime(lot.product, usual or parse(lot.typed), lot.origin))


def _named(scanned: Scanned) -> Sentence:
    """What the thing is, and that a card is wanted; the code words come from `codes.explain`."""
    return Sentence(scanned.note, dict(scanned.facts))
