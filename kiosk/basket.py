"""A buyer's basket on the page: what lies in it, what earlier turns left over, and which goods are certified of it.

Owned by the attendant's thread.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from kiosk.collecting import kept_of
from kiosk.goods import Goods
from kiosk.open_visit import OpenVisit
from kiosk.own_shown import BasketShown, PaperIn, Sum
from kiosk.record import Record
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.goods.book import Balance, Book, reference
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import Incoming
from kiosk.rules.sheets.sheet import Made
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Turn, Visit

LOOKED_AT = 200  # newest papers of earlier turns of which something may be left
NOTHING = Decimal(0)


class Basket:
    """`products` are those of the packs in force."""

    def __init__(self, open_visit: OpenVisit, goods: Goods, products: Mapping[str, Product]) -> None:
        self._open = open_visit
        self._goods = goods
        self._products = products
        self._drawn: tuple[object, BasketShown] = (None, BasketShown())

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        return {"paper_again": self._again, "basket_goods": self._certify}

    @property
    def shown(self) -> BasketShown | None:
        """Counted anew only when the basket or the record is another."""
        visit = self._open.visit
        if visit.stage is not Stage.BASKET or visit.subject is None:
            return None
        known = visit.id, visit.basket, self._open.record.last
        if known != self._drawn[0]:
            self._drawn = known, self._counted(visit)
        return self._drawn[1]

    def brought(self, visit: Visit, made: Made, seq: int) -> Visit:
        """The visit after a sheet whose entries begin at `seq`: a paper that it took in lies in the basket."""
        papers = [(seq + nth, one) for nth, one in enumerate(made.entries) if isinstance(one, Incoming)]
        for paper in papers if visit.stage is Stage.BASKET and visit.turn is Turn.BUYER else ():
            visit = turn.noticed(turn.paper_taken(visit, kept_of(*paper)), visit.notice)
        return visit

    # --- within ---------------------------------------------------------------------------------------------------

    def _counted(self, visit: Visit) -> BasketShown:
        taken = self._taken(visit)
        mine = [one.source for one in visit.basket]
        pages = self._open.record.tables.lots.book(*mine, *(reference(paper, seq) for seq, paper in taken))
        kept = [(one.seq, self._paper(one.seq)) for one in visit.basket[::-1]]
        papers = paper_rows(kept, pages, self._open.record)
        return BasketShown(papers, _sums(papers), self._carried(visit, taken, pages))

    def _carried(self, visit: Visit, taken: list[tuple[int, Incoming]], pages: Book) -> tuple[PaperIn, ...]:
        """Of goods that can be certified here, with something left, and not void."""
        tables, here = self._open.record.tables, {kept.source for kept in visit.basket}
        fitting = [
            (seq, paper)
            for seq, paper in taken[::-1]
            if paper.product in self._products
            and reference(paper, seq) not in here
            and _free(pages.balance(reference(paper, seq))) > 0
            and not (paper.number and tables.lots.is_void(paper.number))
            and (not paper.verified or tables.orders.revoked_certificate(paper.number) is None)
        ]
        return paper_rows(fitting, pages, self._open.record)

    def _taken(self, visit: Visit) -> list[tuple[int, Incoming]]:
        tables = self._open.record.tables
        subject = "" if visit.subject is None else visit.subject.id
        return tables.lots.taken_by(tables.orders.same(subject), LOOKED_AT)

    def _paper(self, seq: int) -> Incoming:
        paper = self._open.record.read(seq)
        if not isinstance(paper, Incoming):
            raise OutOfTurn("paper", self._open.stage)
        return paper

    def _again(self, seq: str) -> None:
        """A paper of an earlier turn, whose goods are not used up; nothing is to be scanned."""
        shown = self.shown
        wanted = next((one for one in ((shown and shown.carried) or ()) if str(one.seq) == seq), None)
        if wanted is not None:
            paper = self._paper(wanted.seq)
            self._open.step(turn.paper_taken(self._open.visit, kept_of(wanted.seq, paper)))

    def _certify(self, product: str) -> None:
        """The papers of one product; those of others wait for a turn of their own. Their sum stands on the keypad."""
        shown, visit = self.shown, self._open.visit
        if shown is None or product not in self._products:
            return
        of = tuple(kept for kept in visit.basket if kept.product == product)
        closed = turn.basket_closed(replace(visit, basket=of))
        if closed.stage is not Stage.PRODUCT:
            self._open.step(closed)
            return
        self._open.step(closed)
        self._goods.choose(product, again=False)
        self._weigh([one for one in shown.sums if one.product == product])

    def _weigh(self, sums: list[Sum]) -> None:
        visit = self._open.visit
        if visit.stage is Stage.QUANTITY and len(sums) == 1 and sums[0].quantity > 0 and sums[0].unit in list(Unit):
            amount = Quantity(sums[0].quantity, Unit(sums[0].unit))
            self._open.step(replace(visit, quantity=amount, unit=amount.unit))


def paper_rows(papers: Iterable[tuple[int, Incoming]], pages: Book, record: Record) -> tuple[PaperIn, ...]:
    """Papers with what is left of their goods."""
    return tuple(_row(seq, paper, pages.balance(reference(paper, seq)), record) for seq, paper in papers)


def _row(seq: int, paper: Incoming, balance: Balance | None, record: Record) -> PaperIn:
    return PaperIn(
        seq=seq,
        number=paper.number,
        product=paper.product,
        quantity=paper.quantity,
        unit=paper.unit,
        issuer=paper.issuer,
        verified=paper.verified,
        issued_on=paper.issued_on,
        taken_on=record.tables.time_of(seq)[:10],
        left=None if balance is None else balance.free(),
    )


def _sums(papers: Iterable[PaperIn]) -> tuple[Sum, ...]:
    """Of each product and unit what is left; a paper that says no quantity is counted with its product's."""
    sums: dict[tuple[str, str], Sum] = {}
    for paper in papers:
        known = paper.left is not None
        key = paper.product, paper.unit if known else next((u for p, u in sums if p == paper.product), paper.unit)
        before = sums.get(key, Sum(*(paper.product, NOTHING, key[1], 0)))
        more = before.quantity + (paper.left or NOTHING)
        sums[key] = replace(before, quantity=more, papers=before.papers + 1, unknown=before.unknown + (not known))
    return tuple(sums.values())


def _free(balance: Balance | None) -> Decimal:
    return NOTHING if balance is None else balance.free()
