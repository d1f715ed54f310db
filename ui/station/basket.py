"""A buyer's basket in words: its papers, what is left over from before, and the goods that can be certified of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kiosk.own_shown import BasketShown, PaperIn
from kiosk.rules.goods.quantity import Unit, plain
from kiosk.rules.scan import numbers
from ui.station.leaves import Line
from ui.station.view import View

LINES = 2  # papers on one leaf, above the goods
ALONE = 3  # papers that are all, where no other way stands below them
SUMS = 2  # products on one leaf
CARRIED = 50  # leaves: what earlier turns left over
TAIL = 7  # characters of a number by which papers are told apart


@dataclass(frozen=True, slots=True)
class Lines:
    shown: tuple[Line, ...]
    more: int | None = None  # the next leaf


@dataclass(frozen=True, slots=True)
class Goods:
    """One product of the basket; `known` where it is one of ours, and can be certified here."""

    product: str
    name: str
    amount: str
    papers: int
    known: bool


def carries(view: View) -> bool:
    """The page is about what is left over: somebody wanted it, or there is nothing else yet."""
    shown = _shown(view)
    return bool(shown.carried) and (view.leaf >= CARRIED or not shown.papers)


def papers(view: View) -> Lines:
    """The papers of this leaf, the last one taken first."""
    return _leafed([_line(view, one) for one in _shown(view).papers], view.leaf, 0, _slots(view))


def carried(view: View) -> Lines:
    leaf = max(view.leaf - CARRIED, 0)
    return _leafed([_line(view, one) for one in _shown(view).carried], leaf, CARRIED)


def left_over(view: View) -> int:
    return len(_shown(view).carried)


def sums(view: View) -> tuple[Goods, ...]:
    """As many products as one leaf has; the next leaf has others."""
    known = {one.id for one in view.screen.products}
    shown = _shown(view)
    every = [
        Goods(
            product=one.product,
            name=name_of(view, one.product),
            amount=amount(view, one.quantity, one.unit) if one.quantity else "",
            papers=one.papers,
            known=one.product in known,
        )
        for one in shown.sums
    ]
    leaves = -(-len(every) // SUMS) or 1
    begin = view.leaf % leaves * SUMS
    return tuple(every[begin : begin + SUMS])


def more(view: View) -> int | None:
    """The next leaf of papers or of products."""
    shown = _shown(view)
    leaves = max(-(-len(shown.papers) // _slots(view)), -(-len(shown.sums) // SUMS))
    return None if leaves <= 1 else (view.leaf + 1) % min(leaves, CARRIED)


def name_of(view: View, product: str) -> str:
    """Of a product of ours; another paper's own word for its goods."""
    known = next((one for one in view.screen.products if one.id == product), None)
    return product if known is None else view.named(known.names, product)


def amount(view: View, quantity: Decimal | None, unit: str) -> str:
    if quantity is None:
        return view.say("screen.basket.no_amount")
    if unit not in list(Unit) or unit == Unit.JIN:
        return f"{plain(quantity)} {unit}"
    return view.say(f"unit.amount.{unit}", amount=plain(quantity))


def state(view: View, paper: PaperIn) -> str:
    return view.say("screen.basket.verified" if paper.verified else "screen.basket.kept")


def _line(view: View, paper: PaperIn) -> Line:
    goods = paper.left if paper.left is not None else paper.quantity
    name = f"{name_of(view, paper.product)} {amount(view, goods, paper.unit)}"
    number = numbers.shown(paper.number) if numbers.parse_number(paper.number) else ""
    about = " · ".join(filter(None, (state(view, paper), paper.issuer, number[-TAIL:])))
    return Line(str(paper.seq), name, about)


def _slots(view: View) -> int:
    shown = _shown(view)
    alone = len(shown.papers) <= ALONE and len(shown.sums) <= SUMS and not shown.carried
    return ALONE if alone else LINES


def _leafed(lines: Sequence[Line], leaf: int, first: int, slots: int = LINES) -> Lines:
    leaves = -(-len(lines) // slots) or 1
    begin = leaf % leaves * slots
    return Lines(tuple(lines[begin : begin + slots]), None if leaves == 1 else first + (leaf + 1) % leaves)


def _shown(view: View) -> BasketShown:
    return view.screen.basket or BasketShown()
