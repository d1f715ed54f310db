"""A subject's own certificates, batch by batch, and from there on: again, the rest of a lot, the next batch.

Nobody else's paper is ever reached: every number and batch is looked up among his. Owned by the attendant's thread.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from kiosk.basket import paper_rows
from kiosk.goods import Goods
from kiosk.open_visit import OpenVisit
from kiosk.own_shown import Batch, Begun, Ledger, OwnShown, PaperIn, PaperOut
from kiosk.rules.goods.book import reference
from kiosk.rules.goods.quantity import Quantity, parse
from kiosk.rules.messages import Certificate
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import issue, own_turn
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import IN, LastTime, Stage, Turn, Visit
from kiosk.work_rows import OwnRow

MOST_ROWS = 1200  # newest certificates that are looked through
MOST_BATCHES = 42
MOST_IN = 200
SHOWN_IN = (Stage.MINE, Stage.DONE, Stage.VOIDING)


class Own:
    """`closed` says why no turn may be begun, `begun` which vouchers and labels of his are not wholly printed."""

    def __init__(
        self,
        open_visit: OpenVisit,
        goods: Goods,
        closed: Callable[[], Sentence | None],
        begun: Callable[[], tuple[Begun, ...]],
    ) -> None:
        self._open = open_visit
        self._goods = goods
        self._closed = closed
        self._begun = begun
        self._drawn: tuple[object, OwnShown | None] = (None, None)

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        to, visit = self._open.step, self._open.visit
        return {
            "mine": lambda _: to(own_turn.mine(visit, self._open.rules())),
            "own": self._list,
            "own_paper": self._look,
            "batch_again": lambda _: self._again(),
            "batch_rest": lambda _: self._rest(),
            "batch_next": lambda _: self._next(),
            "void_leaf": lambda leaf: to(issue.picking(visit, _leaf(leaf))),
            "void_pick": self._pick,
        }

    @property
    def shown(self) -> OwnShown | None:
        """Read anew only when the visit or the record is another."""
        visit = self._open.visit
        if (visit.stage not in SHOWN_IN and not _rests(visit)) or visit.subject is None:
            return None
        known = visit.id, visit.stage, visit.shown, visit.number, self._open.record.last, self._begun()
        if known != self._drawn[0]:
            self._drawn = known, self._read(visit)
        return self._drawn[1]

    # --- looked through -------------------------------------------------------------------------------------------

    def _list(self, wanted: str) -> None:
        """Everything, what he took in, or one batch: then its newest paper that stands."""
        if wanted in ("", IN):
            self._open.step(own_turn.listed(self._open.visit, wanted))
            return
        rows = self._batch_rows(self._open.visit, wanted)
        standing = [row for row in rows if not row.void]
        if rows:
            self._look((standing or rows)[-1].number)

    def _look(self, number: str) -> None:
        paper = self._paper(number)
        if paper is not None:
            self._open.step(own_turn.looked_at(self._open.visit, paper))

    def _paper(self, number: str) -> Certificate | None:
        """None for one that is not his."""
        issued, visit = self._open.record.tables.issued(number), self._open.visit
        body = None if issued is None else self._open.record.read(issued.seq)
        if not isinstance(body, Certificate) or body.subject.id not in self._same(visit):
            return None
        return body

    # --- again and next -------------------------------------------------------------------------------------------

    def _again(self) -> None:
        """A batch like the one that stands open: product, unit, origin and quantity; nothing else."""
        shown, paper = self.shown, self._paper(self._open.visit.number)
        if shown is None or shown.batch is None or shown.batch.amount is None or paper is None or not shown.may_repeat:
            return
        last = LastTime(paper.product, shown.batch.amount, paper.origin)
        self._open.step(issue.batch_repeated(self._open.visit, last))
        self._goods.choose(paper.product, again=True)

    def _rest(self) -> None:
        """What is declared of this lot and not certified yet."""
        left = self._goods.lots.left(self._open.visit.lot)
        if left is not None and self._open.stage is Stage.MINE:
            self._open.step(issue.batch_repeated(self._open.visit, None))
            self._goods.take_rest(left)

    def _next(self) -> None:
        """再开一批: the same goods in the same unit; how much, what was used and the promise are asked anew."""
        visit = self._open.visit
        if (why := self._closed()) is not None:
            self._open.tell(turn.noticed(visit, why))
            return
        self._open.succeed(issue.batch_begun(visit, secrets.token_hex(4)))
        if self._open.stage is Stage.PRODUCT and visit.product:
            self._goods.choose(visit.product, again=False)
        if self._open.stage is Stage.QUANTITY:
            self._open.step(replace(self._open.visit, unit=visit.unit))

    # --- which are wrong ------------------------------------------------------------------------------------------

    def _pick(self, number: str) -> None:
        """One more, or one less, of the papers of this batch; `all` of them that stand; nothing: the last one."""
        shown, visit = self.shown, self._open.visit
        standing = [] if shown is None or shown.batch is None else [p.number for p in shown.batch.papers if not p.void]
        if number == "all":
            wanted = standing
        elif number in visit.picked:
            wanted = [one for one in visit.picked if one != number]
        else:
            wanted = [one for one in standing if one in (*visit.picked, number)]
        self._open.step(issue.picked(visit, wanted))

    # --- what is shown --------------------------------------------------------------------------------------------

    def _read(self, visit: Visit) -> OwnShown:
        if visit.stage is Stage.MINE and visit.shown == IN:
            return OwnShown(archive=self._archive(visit))
        if visit.stage is Stage.MINE and not visit.shown:
            return OwnShown(batches=self._batches(visit), begun=self._begun())
        batch = _batch(self._batch_rows(visit, visit.shown or visit.id), self._date)
        ledger = self._ledger(visit.lot if batch is None else batch.lot)
        buyer = visit.turn is Turn.BUYER
        return OwnShown(
            begun=self._begun(),
            batch=batch,
            hindered=None if batch is None or not visit.number else self._hindered(visit),
            ledger=ledger,
            may_repeat=batch is not None and batch.amount is not None and self._goods.sold and not buyer,
            may_rest=not buyer and ledger is not None and self._goods.lots.left(ledger.lot) is not None,
        )

    def _batches(self, visit: Visit) -> tuple[Batch, ...]:
        rows = self._open.record.tables.work.own_rows(*self._same(visit), most=MOST_ROWS)
        turns = [list(group) for _, group in groupby(rows, key=lambda row: row.visit)][:MOST_BATCHES]
        found = (_batch(turn[::-1], self._date) for turn in turns)
        return tuple(batch for batch in found if batch is not None)

    def _batch_rows(self, visit: Visit, batch: str) -> list[OwnRow]:
        """Oldest first; nothing of anybody else's."""
        return self._open.record.tables.work.own_batch(batch, *self._same(visit))

    def _hindered(self, visit: Visit) -> Sentence | None:
        tables = self._open.record.tables
        if tables.lots.is_void(visit.number) or tables.orders.revoked_certificate(visit.number) is not None:
            return Sentence("void.no_copy", {"number": visit.number})
        if not self._goods.sold:
            return Sentence("visit.product_gone")
        return self._goods.lots.failed(visit.lot)

    def _ledger(self, lot: str) -> Ledger | None:
        balance = self._open.record.tables.lots.book(lot).balance(lot) if lot else None
        if balance is None:
            return None
        return Ledger(lot, balance.unit, balance.declared, balance.issued, balance.free())

    def _archive(self, visit: Visit) -> tuple[PaperIn, ...]:
        tables = self._open.record.tables
        taken = tables.lots.taken_by(self._same(visit), MOST_IN)[::-1]
        pages = tables.lots.book(*(reference(paper, seq) for seq, paper in taken))
        return paper_rows(taken, pages, self._open.record)

    def _date(self, row: OwnRow) -> str:
        body = self._open.record.read(row.seq)
        return body.date if isinstance(body, Certificate) else ""

    def _same(self, visit: Visit) -> Sequence[str]:
        return () if visit.subject is None else self._open.record.tables.orders.same(visit.subject.id)


def _batch(rows: Sequence[OwnRow], date_of: Callable[[OwnRow], str]) -> Batch | None:
    if not rows:
        return None
    last, papers = rows[-1], tuple(PaperOut(row.number, nth, row.void) for nth, row in enumerate(rows, 1))
    return Batch(last.visit, date_of(last), last.product, last.lot, _together([row.typed for row in rows]), papers)


def _together(typed: Sequence[str]) -> Quantity | None:
    amounts = [parse(one) for one in typed]
    if len({(one.unit, one.each) for one in amounts}) != 1:
        return None
    return replace(amounts[0], amount=sum((one.amount for one in amounts), Decimal(0)))


def _rests(visit: Visit) -> bool:
    """More of a lot is to be certified: its ledger stands beside the keypad."""
    return visit.stage is Stage.QUANTITY and visit.rest


def _leaf(told: str) -> int | None:
    return int(told) if told.isascii() and told.isdigit() and len(told) <= 2 else None
