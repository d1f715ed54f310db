"""入市追溯凭证: so much of a lot goes to a market, under the certificate that goes with it. A step forward."""

from decimal import Decimal

from kiosk.rules.certify import papers
from kiosk.rules.goods.book import Balance
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import amount, fit
from kiosk.rules.sheets.lots import MUCH, lot_ask, lot_of, lot_told, much_ask, number_of
from kiosk.rules.sheets.people import subject_of
from kiosk.rules.sheets.sheet import Ask, Draft, Facts, Kind, Made, Sheet

TO_MOST = 40
ASKS = {"papers/to": "to"}


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    lot = lot_told(draft, facts)
    return (*lot_ask(draft, facts), Ask("to", Kind.TEXT, most=TO_MOST), much_ask(lot))


def made(draft: Draft, facts: Facts) -> Made:
    subject, lot = subject_of(draft, facts), lot_of(draft, facts)
    wanted = amount(draft, MUCH)
    paper = papers.voucher(
        number_of(draft, facts),
        facts.visit,
        subject,
        lot,
        wanted,
        facts.now.date(),
        to=draft.one("to"),
    )
    paper = papers.under(paper, carries(lot, paper.quantity, facts.number))
    warned = fit(papers.may_give(paper, lot, stopped=facts.books.is_stopped(lot.lot)), ASKS, MUCH)
    entries = (paper, papers.dispatched(paper))
    return Made(entries, warned=warned, slip="voucher", said=Sentence("sheet.voucher.done"))


def carries(lot: Balance, quantity: Decimal, first: str) -> str:
    """The certificate under which so much may travel: `first` where it has room, else the first that has; else none."""
    roomy = [one.number for one in lot.papers if not one.void and one.quantity - one.sent >= quantity]
    return first if first in roomy else next(iter(roomy), "")


SHEET = Sheet("voucher", asks, made)
