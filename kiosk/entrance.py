"""Who stands at the box: from scanned bytes to a producer the county knows, or a polite sentence."""

from dataclasses import dataclass

from kiosk.rules.goods.quantity import parse
from kiosk.rules.messages import Subject
from kiosk.rules.scan import codes
from kiosk.rules.scan.codes import Kind, Scanned
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import LastTime
from kiosk.seal import open_card
from kiosk.tables import Tables
from kiosk.trust import SealError, Trust


@dataclass(frozen=True, slots=True)
class Known:
    subject: Subject
    card: str  # number of the card, or the code that was scanned instead
    first_use: bool
    last: LastTime | None


class Entrance:
    def __init__(self, trust: Trust, tables: Tables) -> None:
        self.trust = trust
        self._tables = tables

    def who(self, data: bytes) -> Known | Sentence:
        """A card of this county, or a credit or farm code of a listed producer; anything else is named politely."""
        scanned = codes.explain(data)
        if scanned.kind is Kind.CARD and scanned.token is not None:
            return self._holder(scanned.token)
        if scanned.kind in (Kind.CREDIT_CODE, Kind.FARM_CODE):
            subject = self._tables.subject_by_code(scanned.text)
            if subject is not None:
                return self._known(subject, scanned.text)
            return Sentence("entrance.not_listed", {"code": scanned.text})
        return _named(scanned)

    def _holder(self, token: bytes) -> Known | Sentence:
        try:
            card = open_card(token, self.trust)
        except SealError:
            return Sentence("entrance.card_forged")
        if self._tables.is_revoked(card.card):
            return Sentence("entrance.card_lost", {"card": card.card})
        subject = self._tables.subject(card.subject_id)
        if subject is None:
            return Sentence("entrance.card_unlisted", {"card": card.card})
        return self._known(subject, card.card)

    def _known(self, subject: Subject, card: str) -> Known:
        lot = self._tables.last_lot(subject.id)
        return Known(subject, card, lot is None, None if lot is None else LastTime(lot[0], parse(lot[1])))


def _named(scanned: Scanned) -> Sentence:
    """What the thing is, and that a card is wanted; the code words come from `codes.explain`."""
    return Sentence(scanned.note, dict(scanned.facts))
