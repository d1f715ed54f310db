"""责任告知 and 承诺协议: read, then signed with a finger. Opened on `notice` or `pledge` (`Draft.about`)."""

from kiosk.rules.messages import AgreementSigned, Presence
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.document import Document
from kiosk.rules.sheets.people import subject_ask, subject_of
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    document = _document(draft, facts)
    if document is None:
        return (Ask("what", Kind.CHOICE, tuple(Choice(what) for what in facts.documents)),)
    return (
        *subject_ask(facts),
        Ask("read", Kind.READ, text=_text(document)),
        Ask("signature", Kind.SIGNATURE),
    )


def made(draft: Draft, facts: Facts) -> Made:
    document, subject = _document(draft, facts), subject_of(draft, facts)
    if document is None:
        raise Unfit("what", Sentence("sheet.agreement.none"))
    signed = AgreementSigned(
        subject=subject.id,
        subject_name=subject.name,
        what=document.what,
        edition=document.edition,
        text=document.digest,
        date=facts.now.date().isoformat(),
        presence=facts.presence or Presence.SHOWN,
        present=facts.present,
        signature=draft.one("signature"),
        by="" if facts.staff is None else facts.staff.id,
    )
    return Made((signed,), said=Sentence("sheet.agreement.done"))


def _document(draft: Draft, facts: Facts) -> Document | None:
    return facts.documents.get(draft.about or draft.one("what"))


def _text(document: Document) -> tuple[Sentence, ...]:
    """Every word that the digest is of; and whether the county stands behind it."""
    told = tuple(Sentence("sheet.words", {"text": text}) for text in (document.title, *document.paragraphs))
    return told if document.confirmed else (*told, Sentence("sheet.agreement.unconfirmed"))


SHEET = Sheet("agreement", asks, made)
