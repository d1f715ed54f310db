"""免费提供耗材: what came, was handed out free, used or counted, in the unit of the item. Opened on an item."""

from decimal import Decimal

from kiosk.rules.messages import Supply
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import number
from kiosk.rules.sheets.people import WHO
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit

EVENTS = ("given", "used", "received", "counted")
TAKES = ("given", "used")
NOTE_MOST = 60


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    stock, item = facts.books.stock(), _item(draft, facts)
    items = tuple(
        Choice(one, names=tuple(names.items()), told=_left(one, stock.get(one), facts))
        for one, (names, _) in facts.supplies.items()
    )
    known = _left(item, stock.get(item), facts)
    return (
        *(() if draft.about in facts.supplies else (Ask("item", Kind.CHOICE, items),)),
        Ask("event", Kind.CHOICE, tuple(map(Choice, EVENTS))),
        Ask("count", Kind.NUMBER, most=6, text=() if known is None else (known,)),
        *((Ask(WHO, Kind.SUBJECT, optional=True),) if draft.one("event") == "given" else ()),
        Ask("note", Kind.TEXT, optional=True, most=NOTE_MOST),
    )


def made(draft: Draft, facts: Facts) -> Made:
    item, count = _item(draft, facts), number(draft, "count")
    if item not in facts.supplies or facts.staff is None:
        raise Unfit("item", Sentence("sheet.supply.unknown"))
    if count is None:
        raise Unfit("count", Sentence("sheet.supply.unknown"))
    event, left = draft.one("event"), facts.books.stock().get(item)
    if event in TAKES and left is not None and count > left:
        raise Unfit("count", Sentence("sheet.supply.short", _amount(left, item, facts)))
    subject = draft.one(WHO) if event == "given" else ""
    entry = Supply(item, event, count, facts.supplies[item][1], facts.staff.id, subject, draft.one("note"))
    return Made((entry,), said=Sentence("sheet.supply.done"))


def _item(draft: Draft, facts: Facts) -> str:
    return draft.about if draft.about in facts.supplies else draft.one("item")


def _left(item: str, left: Decimal | None, facts: Facts) -> Sentence | None:
    """What is left of it, where anybody knows."""
    if left is None or item not in facts.supplies:
        return None
    return Sentence("sheet.supply.left", _amount(left, item, facts))


def _amount(left: Decimal, item: str, facts: Facts) -> dict[str, str]:
    """With the unit as it is recorded, and as each language has it."""
    units = {f"unit.{language}": unit for language, unit in facts.supply_units.get(item, {}).items()}
    return {"left": f"{left:f}", "unit": facts.supplies[item][1], **units}


SHEET = Sheet("supply", asks, made, frozenset({"clerk", "inspector", "technician", "officer"}))
