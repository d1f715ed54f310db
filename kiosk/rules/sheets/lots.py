"""One lot of his, as the sheets about goods ask for it: told already where the sheet was opened on it, else chosen."""

from kiosk.rules.errors import Unusable
from kiosk.rules.goods.book import Balance
from kiosk.rules.goods.quantity import Unit, plain
from kiosk.rules.scan.numbers import RANDOM_BYTES, certificate_number
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Unfit

LOT, MUCH = "lot", "much"


def lot_ask(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    """His newest, of which something should still lie there."""
    if draft.about or facts.subject is None:
        return ()
    lots = [one for one in facts.books.lots(facts.subject.id) if one.here > 0]
    return (Ask(LOT, Kind.CHOICE, tuple(_choice(one, facts) for one in lots)),)


def lot_told(draft: Draft, facts: Facts) -> Balance | None:
    """None before it is chosen; also for a lot that is not his."""
    wanted = draft.about or draft.one(LOT)
    return None if facts.subject is None or not wanted else facts.books.lot_of(wanted, facts.subject.id)


def lot_of(draft: Draft, facts: Facts) -> Balance:
    """Raises Unfit where there is none of his."""
    lot = lot_told(draft, facts)
    if lot is None:
        raise Unfit(LOT, Sentence("lot.unknown"))
    return lot


def much_ask(lot: Balance | None) -> Ask:
    """How much of it; everything that lies there is offered."""
    if lot is None:
        return Ask(MUCH, Kind.NUMBER)
    units = ("kg", "jin") if lot.unit == Unit.KG else (lot.unit,)
    told = Sentence("sheet.lot_here", {"here": plain(lot.here), "unit": lot.unit})
    return Ask(MUCH, Kind.NUMBER, units=units, text=(told,), first=(plain(lot.here), lot.unit) if lot.here > 0 else ())


def number_of(draft: Draft, facts: Facts) -> str:
    """The number of a paper that this sheet makes: the same each time that it is asked."""
    try:
        return certificate_number(facts.county, bytes.fromhex(draft.fresh)[:RANDOM_BYTES])
    except (Unusable, ValueError) as wrong:
        raise Unfit(MUCH, Sentence("sheet.no_number")) from wrong


def _choice(lot: Balance, facts: Facts) -> Choice:
    product = facts.books.products.get(lot.product)
    names = () if product is None else tuple(product.names.items())
    return Choice(lot.lot, lot.product, lot.lot, names)
