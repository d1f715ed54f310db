"""损耗: so much of a lot is no more, certified or not. Opened on a lot, or his lots are offered."""

from kiosk.rules.goods import ledger
from kiosk.rules.goods.book import Balance
from kiosk.rules.goods.quantity import Unit, plain, recorded
from kiosk.rules.messages import Lost
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import amount, fit
from kiosk.rules.sheets.people import WHO, subject_ask, subject_of
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit

REASONS = ("spoiled", "eaten", "given", "other")


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    lots = _lots(draft, facts)
    chosen = _lot(draft, lots)
    units = () if chosen is None else ("kg", "jin") if chosen.unit == Unit.KG else (chosen.unit,)
    return (
        *subject_ask(facts),
        *(() if draft.about else (Ask("lot", Kind.CHOICE, tuple(_choice(one, facts) for one in lots)),)),
        Ask("count", Kind.NUMBER, units=units, text=_here(chosen)),
        Ask("reason", Kind.CHOICE, tuple(map(Choice, REASONS))),
    )


def made(draft: Draft, facts: Facts) -> Made:
    subject_of(draft, facts)
    chosen = _lot(draft, _lots(draft, facts))
    if chosen is None:
        raise Unfit("lot", Sentence("sheet.loss.none"))
    quantity, unit, typed = recorded(amount(draft, "count"))
    entry = Lost(chosen.lot, quantity, unit, typed, draft.one("reason"))
    return Made((entry,), warned=fit(ledger.may_lose(chosen, entry), {}, "count"), said=Sentence("sheet.loss.done"))


def _lots(draft: Draft, facts: Facts) -> tuple[Balance, ...]:
    """His newest, of which something should still lie there."""
    subject = draft.one(WHO) if facts.subject is None else facts.subject.id
    return tuple(one for one in facts.books.lots(subject) if one.here > 0) if subject else ()


def _lot(draft: Draft, lots: tuple[Balance, ...]) -> Balance | None:
    wanted = draft.about or draft.one("lot")
    return next((one for one in lots if one.lot == wanted), None)


def _choice(lot: Balance, facts: Facts) -> Choice:
    product = facts.books.products.get(lot.product)
    names = () if product is None else tuple(product.names.items())
    return Choice(lot.lot, lot.product, f"{lot.lot}, {plain(lot.here)} {lot.unit}", names)


def _here(lot: Balance | None) -> tuple[Sentence, ...]:
    return () if lot is None else (Sentence("sheet.lot_here", {"here": plain(lot.here), "unit": lot.unit}),)


SHEET = Sheet("loss", asks, made)
