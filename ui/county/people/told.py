"""Acts about producers, each as one sentence. Only ids stand in it where the page names whom it is about already."""

from kiosk.rules.messages import (
    ActBody,
    CardEnded,
    CardMade,
    CreditGraded,
    DossierNoted,
    SubjectMerged,
    SubjectPut,
    SubjectWithdrawn,
)
from kiosk.rules.scan.numbers import shown_card
from ui.county.people.texts import visible
from ui.county.telling import Teller


def told(act: ActBody, tell: Teller) -> str | None:
    """None for an act of another room."""
    match act:
        case SubjectPut(subject=subject, reason=reason):
            key = "county.people.act.imported" if act.row is not None else "county.people.act.put"
            return tell.say(key, name=visible(subject.name), reason=_why(reason), row=act.row or 0)
        case SubjectWithdrawn(reason=reason):
            return tell.say("county.people.act.withdrawn", reason=_why(reason))
        case SubjectMerged(into=into, reason=reason):
            return tell.say("county.people.act.merged", into=into, reason=_why(reason))
        case CardMade(card=card) | CardEnded(card=card):
            why = _why(tell.word("county.people.card_reason", act.reason))
            key = "county.people.act.card" if isinstance(act, CardMade) else "county.people.act.card_ended"
            return tell.say(key, card=shown_card(card), reason=why)
        case DossierNoted(what=what, on=on):
            words = tell.word("county.people.what", what)
            return tell.say("county.people.act.noted", what=words, on=on, text=_why(visible(act.name or act.text)))
    return graded(act, tell) if isinstance(act, CreditGraded) else None


def graded(act: CreditGraded, tell: Teller) -> str:
    """Grade, list and until when, risk, notice, reason: what of it was said."""
    one = act.credit
    until = one.until or tell.say("county.people.for_ever")
    parts = (
        one.grade and tell.say("county.people.graded", grade=one.grade),
        one.listed and tell.say(f"county.people.list.{one.listed}", since=one.since, until=until),
        act.risk and tell.word("county.people.risk", act.risk),
        act.notice and tell.say("county.people.noticed", notice=visible(act.notice)),
        visible(one.reason),
    )
    return " · ".join(part for part in parts if part)


def _why(reason: str) -> str:
    return f" · {visible(reason)}" if reason else ""
