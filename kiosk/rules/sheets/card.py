"""发卡补卡: a card for somebody who has none, or in place of one that opens nothing from then on."""

from kiosk.rules.messages import CardGiven
from kiosk.rules.scan.numbers import shown_card
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.newcomer import card_of
from kiosk.rules.sheets.people import WHO, helper, helper_ask, subject_ask, subject_of
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit

REASONS = ("lost", "damaged", "new")


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    return (
        *helper_ask(facts),
        *subject_ask(facts),
        Ask("reason", Kind.CHOICE, tuple(map(Choice, REASONS))),
        *_which(draft, facts),
    )


def made(draft: Draft, facts: Facts) -> Made:
    by, subject = helper(draft, facts), subject_of(draft, facts)
    old = "" if draft.one("reason") == "new" else _old(draft, facts, subject.id)
    given = CardGiven(card_of(draft, facts), subject.id, draft.one("reason"), by.id, old)
    return Made((given,), slip="card", said=Sentence("sheet.card.done", {"name": subject.name}))


def _which(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    """Asked only where he has several, and one of them is to be replaced."""
    subject = draft.one(WHO) if facts.subject is None else facts.subject.id
    cards = facts.books.cards(subject) if subject and draft.one("reason") in ("lost", "damaged") else ()
    if len(cards) < 2:
        return ()
    return (Ask("old", Kind.CHOICE, tuple(Choice(card, shown_card(card)) for card in cards)),)


def _old(draft: Draft, facts: Facts, subject: str) -> str:
    """The number that opens nothing from now on; of somebody with one card, that one."""
    cards = facts.books.cards(subject)
    if draft.one("old") and draft.one("old") not in cards:
        raise Unfit("old", Sentence("sheet.card.other"))
    return draft.one("old") or next(iter(cards), "")


SHEET = Sheet("card", asks, made)
