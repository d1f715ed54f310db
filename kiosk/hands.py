"""What sheets need of camera, finger and code: a blob that is durable, the value that a code stands for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from kiosk import blobs
from kiosk.entrance import Entrance
from kiosk.paper.signature import signature_png, strokes_of
from kiosk.pictures import Pictures
from kiosk.private_data import Particulars, PrivateData, PrivateError
from kiosk.proving import Badges, Pins
from kiosk.record import Unwritable
from kiosk.rules.messages import Complaint, EntryBody, GateCheck, Staff
from kiosk.rules.scan import codes
from kiosk.rules.scan.scanned import Kind as Code
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets import sheet
from kiosk.rules.sheets.sheet import Ask, Hides, Kind
from kiosk.sealed import seal

SEALED_AS = f"{Complaint.kind}.sealed"  # bound to the seal, so that it opens as nothing else


class SheetHands:
    """`today` by the station's clock. Owned by the attendant's thread."""

    def __init__(
        self,
        pictures: Pictures,
        captures: Path,
        entrance: Entrance,
        badges: Badges,
        pins: Pins,
        today: Callable[[], date],
        private: PrivateData,
    ) -> None:
        self._pictures = pictures
        self._captures = captures
        self._entrance = entrance
        self._badges = badges
        self._pins = pins
        self._today = today
        self._private = private

    def picture(self) -> str:
        return self._pictures.take()

    def signature(self, strokes: str) -> str:
        """Raises Unwritable."""
        drawn = strokes_of(strokes)
        if not drawn:
            return ""
        try:
            return blobs.keep(self._captures, self._today().isoformat()[:7], signature_png(drawn))
        except OSError as refused:
            raise Unwritable(f"signature: {refused}") from refused

    def code(self, ask: Ask, data: bytes) -> str | Sentence:
        if ask.kind is Kind.SUBJECT:
            known = self._entrance.who(data)
            return known if isinstance(known, Sentence) else known.subject.id
        if ask.kind is Kind.STAFF:
            shown = self._badges.shown(data)
            return Sentence("sheet.badge_wanted") if shown is None else _id_of(shown)
        return _scanned(ask, data)

    def staff(self, badge: str) -> str | Sentence:
        return _id_of(self._badges.numbered(badge))

    def pin(self, staff: str, typed: str) -> Sentence | None:
        return self._badges.wrong(staff, typed)

    def hidden(self, ask: Ask, fresh: str, typed: str) -> str | Sentence:
        if ask.hides is Hides.HASH:
            return self._pins.kept(fresh, typed)
        key = self._entrance.trust.now().data_key(self._today())
        if key is None:
            return Sentence("problem.private.no_key")
        return seal(key, Particulars(contact=typed).text(), SEALED_AS)

    def sealed(self, entry: EntryBody, left: sheet.Particulars) -> EntryBody | Sentence:
        if not isinstance(entry, GateCheck):
            return entry
        told = Particulars(left.id_number, left.contact, left.residence)
        try:
            kept = self._private.sealed(told, self._entrance.trust.now(), self._today())
        except PrivateError as wrong:
            return Sentence(f"problem.{wrong.code}", {name: str(value) for name, value in wrong.facts.items()})
        return replace(entry, sealed=kept.sealed, id_tail=kept.id_tail, person=kept.person)


def _id_of(person: Staff | Sentence) -> str | Sentence:
    return person if isinstance(person, Sentence) else person.id


def _scanned(ask: Ask, data: bytes) -> str | Sentence:
    """A code of a kind that is wanted; what it says is read and checked by the sheet."""
    scanned = codes.explain(data)
    if ask.codes and scanned.kind not in ask.codes:
        return Sentence("sheet.other_code")
    if not ask.codes and scanned.kind is Code.UNKNOWN:  # our own seals and sample codes are plain text
        return codes.text_of(data) or Sentence(scanned.note, dict(scanned.facts))
    return scanned.text if scanned.ok and scanned.text else Sentence(scanned.note, dict(scanned.facts))
