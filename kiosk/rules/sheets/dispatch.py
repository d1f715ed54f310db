"""向前一步: so much of a lot went to somebody, without a paper of ours that goes with it."""

from kiosk.rules.goods import ledger
from kiosk.rules.goods.quantity import recorded
from kiosk.rules.messages import Dispatched
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import amount, fit
from kiosk.rules.sheets.lots import MUCH, lot_ask, lot_of, lot_told, much_ask
from kiosk.rules.sheets.people import subject_of
from kiosk.rules.sheets.sheet import Ask, Draft, Facts, Kind, Made, Sheet
from kiosk.rules.sheets.voucher import TO_MOST, carries


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    lot = lot_told(draft, facts)
    return (*lot_ask(draft, facts), Ask("to", Kind.TEXT, most=TO_MOST), much_ask(lot))


def made(draft: Draft, facts: Facts) -> Made:
    subject_of(draft, facts)
    lot = lot_of(draft, facts)
    quantity, unit, typed = recorded(amount(draft, MUCH))
    under = carries(lot, quantity, facts.number)
    entry = Dispatched(lot.lot, quantity, unit, typed, draft.one("to").strip(), certificate=under)
    return Made((entry,), warned=fit(ledger.may_send(lot, entry), {}, MUCH), said=Sentence("sheet.dispatch.done"))


SHEET = Sheet("dispatch", asks, made)
