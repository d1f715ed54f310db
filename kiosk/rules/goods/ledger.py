"""What the book of lots allows: declare, split, merge, certify, send on, write off. Exact numbers in every refusal."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from decimal import Decimal

from kiosk.rules.errors import Unusable
from kiosk.rules.goods.book import Balance, Book, draws, named_sources
from kiosk.rules.goods.quantity import Quantity, Unit, plain, recorded, weighable
from kiosk.rules.messages import Dispatched, Lost, LotDeclared
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.scan.numbers import CROCKFORD, check_character

LOT_BYTES = 5  # 40 bits: eight characters
NOTHING = Decimal(0)

# --- asked before an entry is recorded ---


def may_declare(book: Book, entry: LotDeclared, *, buyer: bool, stopped: Collection[str] = ()) -> tuple[Ruling, ...]:
    """A lot, more of a lot, a part split from one, or several merged. `stopped`: lots with a positive or suspect."""
    rulings = [*_same_lot(book, entry), *_right_sources(book, entry, stopped)]
    named = named_sources(entry)
    if buyer and not named:
        rulings.append(stop("lot/buyer_sources", "lot.buyer_sources"))
    if named and not any(ruling.stops for ruling in rulings):
        held = sum((draw.quantity for draw in draws(book, named, entry.quantity)), NOTHING)
        if held < entry.quantity:
            facts = {"left": plain(held), "asked": plain(entry.quantity), "unit": entry.unit}
            rulings.append(stop("lot/sources_short", "lot.sources_short", **facts))
    return tuple(rulings)


def may_certify(balance: Balance | None, asked: Quantity) -> tuple[Ruling, ...]:
    """Certificates of `asked` in all, on one paper or shared out over several."""
    if balance is None:
        return (stop("lot/unknown", "lot.unknown"),)
    if differs := unlike(balance, asked):
        return (differs,)
    amount, _, _ = recorded(asked)
    return _within("lot/over_issue", "lot.over_issue", balance.free(), amount, balance.unit)


def unlike(balance: Balance, asked: Quantity) -> Ruling | None:
    """Why the goods cannot be counted in the unit of the lot."""
    _, unit, _ = recorded(asked)
    if unit == balance.unit:
        return None
    unweighed = weighable(asked) if balance.unit == Unit.KG else None
    return unweighed or _unit_differs(balance.unit, unit)


def drawn_in(balances: Iterable[Balance], asked: Quantity) -> Ruling | None:
    """Why nothing can be drawn from any of the papers that a buyer holds: they are all kept in another unit."""
    _, unit, _ = recorded(asked)
    kept = [balance.unit for balance in balances]
    return None if not kept or unit in kept else _unit_differs(kept[0], unit)


def may_send(balance: Balance | None, entry: Dispatched) -> tuple[Ruling, ...]:
    """One step forward. Goods without a certificate may go, but not on the back of one that names the others."""
    if balance is None:
        return (stop("lot/unknown", "lot.unknown"),)
    if entry.unit != balance.unit:
        return (_unit_differs(balance.unit, entry.unit),)
    if gone := _within("lot/sent", "lot.sent", balance.here, entry.quantity, balance.unit):
        return gone
    if not entry.certificate:
        return _within("lot/sent_bare", "lot.sent_bare", balance.free(), entry.quantity, balance.unit)
    paper = balance.paper(entry.certificate)
    if paper is None or paper.void:
        return (stop("lot/sent_paper", "lot.sent_paper", number=entry.certificate),)
    return _within("lot/sent_under", "lot.sent_under", paper.quantity - paper.sent, entry.quantity, balance.unit)


def may_lose(balance: Balance | None, entry: Lost) -> tuple[Ruling, ...]:
    """What is lost is lost: a loss of goods that have a certificate is taken down, and the certificate is to go."""
    if balance is None:
        return (stop("lot/unknown", "lot.unknown"),)
    if entry.unit != balance.unit:
        return (_unit_differs(balance.unit, entry.unit),)
    if gone := _within("lot/lost", "lot.lost", balance.here, entry.quantity, balance.unit):
        return gone
    if entry.quantity <= balance.free():
        return ()
    short = plain(entry.quantity - balance.free())
    return (warn("lot/lost_certified", "lot.lost_certified", short=short, unit=balance.unit),)


# --- one step back, one step forward ---


def back(book: Book, lot: str) -> tuple[str, ...]:
    """向后一步: the lots and papers that this lot was made from."""
    balance = book.balance(lot)
    return () if balance is None else tuple(dict.fromkeys(draw.lot for draw in balance.sources))


def forward(book: Book, lot: str) -> tuple[str, ...]:
    """向前一步: the lots made from it, then the markets and buyers that it went to."""
    balance = book.balance(lot)
    if balance is None:
        return ()
    return tuple(dict.fromkeys([*(draw.lot for draw in balance.drawn), *(one.to for one in balance.sent)]))


def batch(book: Book, lot: str) -> frozenset[str]:
    """The lots that one production batch was split into: a negative test of one stands for all."""
    return _reached(lot, lambda one: [*_parents(book, one), *_parts(book, one)])


def kin(book: Book, lot: str) -> frozenset[str]:
    """The lots whose positive stops this one: its batch, and everything that was merged or bought into it."""
    return _reached(lot, lambda one: [*batch(book, one), *back(book, one), *_of_our_paper(book, one)])


# --- which lot, which number ---


def same_lot(declared: date, today: date, lot_days: int) -> bool:
    """Whether what one producer brings today of one plot and product still belongs to the lot of `declared`."""
    return 0 <= (today - declared).days < lot_days


def lot_number(day: date, random: bytes) -> str:
    """`L261122-7K3M9QX2-V`. `random` are 5 bytes of `secrets.token_bytes`.

    A day that people recognise, and chance instead of a count: a count starts again on a restored or swapped box and
    would give one number to two lots; 40 bits a day in one county do not.
    """
    if len(random) != LOT_BYTES:
        raise Unusable("rules.lot_random", expected=str(LOT_BYTES))
    bits = int.from_bytes(random)
    drawn = "".join(CROCKFORD[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"L{day:%y%m%d}-{drawn}-{check_character(f'{day:%y%m%d}{drawn}')}"


# --- within ---


def _same_lot(book: Book, entry: LotDeclared) -> list[Ruling]:
    balance = book.balance(entry.lot)
    if balance is None:
        return []
    if (balance.subject, balance.product) != (entry.subject, entry.product):
        return [stop("lot/other_goods", "lot.other_goods", lot=entry.lot)]
    return [] if balance.unit == entry.unit else [_unit_differs(balance.unit, entry.unit)]


def _right_sources(book: Book, entry: LotDeclared, stopped: Collection[str]) -> list[Ruling]:
    rulings = []
    for source in dict.fromkeys(named_sources(entry)):
        balance = book.balance(source)
        if balance is None:
            rulings.append(stop("lot/source_unknown", "lot.source_unknown", source=source))
        elif source == entry.lot or entry.lot in _ancestors(book, source):
            rulings.append(stop("lot/cycle", "lot.cycle", source=source))
        elif source in stopped:
            rulings.append(stop("lot/source_stopped", "lot.source_stopped", source=source))
        elif balance.product != entry.product or entry.subject not in (balance.subject, *balance.holders):
            rulings.append(stop("lot/source_other", "lot.source_other", source=source))
        elif balance.unit != entry.unit:
            rulings.append(_unit_differs(balance.unit, entry.unit))
    return rulings


def _unit_differs(lot: str, asked: str) -> Ruling:
    return stop("lot/unit_differs", "lot.unit_differs", unit=lot, other_unit=asked)


def _within(rule: str, key: str, left: Decimal, asked: Decimal, unit: str) -> tuple[Ruling, ...]:
    """Nothing when `asked` is there to the last gram."""
    if asked <= left:
        return ()
    return (stop(rule, key, left=plain(left), asked=plain(asked), unit=unit),)


def _parents(book: Book, lot: str) -> list[str]:
    balance = book.balance(lot)
    return [balance.parent] if balance is not None and balance.parent else []


def _parts(book: Book, lot: str) -> list[str]:
    balance = book.balance(lot)
    made = [] if balance is None else [draw.lot for draw in balance.drawn]
    return [one for one in made if _parents(book, one) == [lot]]


def _ancestors(book: Book, lot: str) -> frozenset[str]:
    return _reached(lot, lambda one: back(book, one))


def _of_our_paper(book: Book, source: str) -> list[str]:
    """A paper of ours names a lot that we know."""
    return [book.where[source]] if source in book.where else []


def _reached(start: str, steps: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Everything that is reached from a lot by steps, the lot itself among it; a circle in the book does no harm."""
    reached = {start}
    waiting = [start]
    while waiting:
        fresh = set(steps(waiting.pop())) - reached
        reached |= fresh
        waiting += fresh
    return frozenset(reached)
