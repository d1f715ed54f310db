"""The shipped packs as a visit sees them, and what a record would know of its goods."""

from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.pack import load_packs
from kiosk.rules.certify.case import Evidence
from kiosk.rules.certify.certificate import wording_on
from kiosk.rules.goods import book, ledger
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import recorded
from kiosk.rules.messages import LotDeclared
from kiosk.rules.visits.issue import Known
from kiosk.rules.visits.turn import Visit, VisitRules
from tests.support.bodies import START

PACKS = load_packs()
METHOD = PACKS.methods["gbt-5009-199-2003"]


def law(at: datetime = START, *, method: bool = True, test_offered: bool = True, **settings: object) -> VisitRules:
    """The rules of a day; `settings` are a county's answers."""
    answered = replace(PACKS.settings, **settings)  # type: ignore[arg-type]
    wording = wording_on(at.date(), PACKS.wordings)
    return VisitRules(METHOD if method else None, wording, answered, PACKS.drugs, at, test_offered)


def known(visit: Visit, rules: VisitRules, product: Product) -> Known:
    """As the station puts it together, without a record: the goods of this visit are all that the lot has."""
    lot = visit.lot or "new"
    pages = book.Book()
    if visit.subject is not None and visit.quantity is not None:
        amount, unit, typed = recorded(visit.quantity)
        sources = tuple(kept.source for kept in visit.basket)
        entry = LotDeclared(lot, visit.subject.id, visit.product, amount, unit, typed, visit.origin, sources=sources)
        pages = book.entered(pages, 1, entry)
    subject = "" if visit.subject is None else visit.subject.id
    method = "" if rules.method is None else rules.method.id
    confirmed = rules.method is not None and rules.method.confirmed
    ended = rules.at - timedelta(minutes=5)
    tests = tuple(
        Evidence(note.seq, subject, visit.product, lot, note.outcome, ended, method, confirmed) for note in visit.tests
    )
    return Known(product, pages.balance(lot), tests, ledger.batch(pages, lot))
