"""没有码的凭证: a paper that nobody's machine can read is photographed and told, and lies in the buyer's basket.

Opened on the text of somebody else's code, or on nothing. Product and giver are the least that a paper has to name.
"""

from dataclasses import replace

from kiosk.rules.certify import incoming
from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.goods.quantity import recorded
from kiosk.rules.scan.numbers import parse_number
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import amount, choice, fit
from kiosk.rules.sheets.people import subject_of
from kiosk.rules.sheets.sheet import Ask, Draft, Facts, Kind, Made, Sheet

PAPERS = (Paper.HANDWRITTEN, Paper.FOREIGN, Paper.OTHER_PROOF)
UNITS = ("kg", "jin", "box", "bundle", "head")
NAME_MOST = 40
ASKS = {"product": "product", "subject": "issuer", "incoming/picture": "picture", "incoming/twice": "issuer"}


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    return (
        Ask("picture", Kind.PICTURE, most=1),
        *(() if draft.about else (choice("kind", *PAPERS),)),
        Ask("product", Kind.PRODUCT),
        Ask("issuer", Kind.NAME, most=NAME_MOST),
        Ask("quantity", Kind.NUMBER, units=UNITS, optional=True),
        Ask("day", Kind.DAY, optional=True),
    )


def made(draft: Draft, facts: Facts) -> Made:
    subject, books = subject_of(draft, facts), facts.books
    seen = _seen(draft)
    earlier = [paper for _, paper in books.papers_like(seen, subject.id)]
    void = bool(seen.number) and books.is_void(seen.number)
    rulings = incoming.judge(seen, subject.id, facts.now.date(), books.wordings, earlier, void=void)
    entry = incoming.taken(seen, subject.id, facts.visit, books.wordings)
    return Made((entry,), warned=fit(rulings, ASKS, "product"), said=Sentence("incoming.kept"))


def _seen(draft: Draft) -> Seen:
    ours = bool(draft.about) and parse_number(draft.about) is not None
    kind = (Paper.OURS if ours else Paper.FOREIGN) if draft.about else Paper(draft.one("kind"))
    seen = Seen(
        kind,
        product=draft.one("product"),
        issuer=draft.one("issuer").strip(),
        issued_on=draft.one("day"),
        number=draft.about,
        picture=draft.one("picture"),
    )
    if not draft.one("quantity"):
        return seen
    quantity, unit, _ = recorded(amount(draft, "quantity"))
    return replace(seen, quantity=quantity, unit=unit)


SHEET = Sheet("incoming", asks, made)
