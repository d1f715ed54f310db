"""生产记录, one line of it: what was done on a field, when, with what. The producer's own word, told at the box."""

from kiosk.rules.messages import FarmWork
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import past_day
from kiosk.rules.sheets.people import subject_ask, subject_of
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit

WHAT = ("sown", "fertilised", "sprayed", "watered", "harvested", "other")
GIVES = ("fertilised", "sprayed", "other")
BY = ("self", "others", "service")
WORDS_MOST = 40


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    given = (
        Ask("given", Kind.TEXT, optional=True, most=WORDS_MOST),
        Ask("amount", Kind.TEXT, optional=True, most=WORDS_MOST),
        Ask("by", Kind.CHOICE, tuple(map(Choice, BY)), optional=True),
    )
    return (
        *subject_ask(facts),
        Ask("product", Kind.PRODUCT),
        Ask("what", Kind.CHOICE, tuple(map(Choice, WHAT))),
        past_day("on", facts),
        Ask("plot", Kind.TEXT, optional=True, most=WORDS_MOST),
        *(given if draft.one("what") in GIVES else ()),
    )


def made(draft: Draft, facts: Facts) -> Made:
    subject, what, on = subject_of(draft, facts), draft.one("what"), draft.one("on")
    if draft.one("product") not in facts.books.products:
        raise Unfit("product", Sentence("visit.product_gone"))
    if on > facts.now.date().isoformat():
        raise Unfit("on", Sentence("sheet.day_to_come"))
    gave = what in GIVES
    line = FarmWork(
        subject=subject.id,
        product=draft.one("product"),
        what=what,
        on=on,
        plot=draft.one("plot"),
        given=draft.one("given") if gave else "",
        amount=draft.one("amount") if gave else "",
        by=draft.one("by") if gave else "self",
    )
    return Made((line,), said=Sentence("sheet.farming.done"))


SHEET = Sheet("farming", asks, made)
