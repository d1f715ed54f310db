"""处置: what was done with goods that failed. `about` is the lot; without one it is chosen from the stopped ones."""

from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import Disposal, Test
from kiosk.rules.oversight.disposal import AWAY, FOR_GOOD, Held, Measure, may_dispose
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import choice, fit, number, pictures, who
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit

ASK_OF = {
    "disposal/gone": "measure",
    "disposal/release": "measure",
    "disposal/quantity": "quantity",
    "disposal/too_much": "quantity",
    "place": "place",
}


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    held = _held(draft, facts)
    measure = draft.one("measure")
    return (
        *(() if draft.about else (Ask("lot", Kind.CHOICE, _stopped(facts)),)),
        choice("measure", *Measure),
        *((_quantity(held),) if measure in AWAY else ()),
        Ask("place", Kind.TEXT, most=40),
        *((Ask("witness", Kind.NAME, optional=True),) if measure in FOR_GOOD else ()),
        pictures(),
    )


def made(draft: Draft, facts: Facts) -> Made:
    held = _held(draft, facts)
    goods = facts.books.lot(draft.about or draft.one("lot"))
    if held is None or goods is None:
        raise Unfit("lot" if not draft.about else "measure", Sentence("sheet.disposal.no_lot"))
    measure = draft.one("measure")
    entry = Disposal(
        lot=held.lot,
        subject=goods.subject,
        product=goods.product,
        measure=measure,
        quantity=number(draft, "quantity") if measure in AWAY else None,
        unit=held.unit,
        place=draft.one("place"),
        by=who(facts),
        tests=tuple(seq for seq, _ in facts.books.failed_of(held.lot)),
        pictures=draft.all("pictures"),
        witness=draft.one("witness") if measure in FOR_GOOD else "",
    )
    warned = fit(may_dispose(entry, held), ASK_OF, "measure")
    return Made((entry,), warned=warned, said=None if warned else Sentence("sheet.disposal.done"))


def _quantity(held: Held | None) -> Ask:
    left = None if held is None else held.left
    text = () if held is None or left is None else (_told(held),)
    return Ask("quantity", Kind.NUMBER, text=text, first=(plain(left),) if left else ())


def _told(held: Held) -> Sentence:
    return Sentence("sheet.disposal.left", {"left": plain(held.left) if held.left else "0", "unit": held.unit})


def _held(draft: Draft, facts: Facts) -> Held | None:
    lot = draft.about or draft.one("lot")
    return facts.books.held(lot) if lot else None


def _stopped(facts: Facts) -> tuple[Choice, ...]:
    """By whose they are and what: nobody knows a lot by its number."""
    return tuple(_named(one, facts) for one in facts.books.stopped())


def _named(one: Test, facts: Facts) -> Choice:
    product = facts.books.products.get(one.product)
    names = () if product is None else tuple(product.names.items())
    return Choice(one.lot, one.product, one.subject_name, names)


SHEET = Sheet("disposal", asks, made, frozenset({"inspector"}))
