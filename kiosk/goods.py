"""The goods of a visit: chosen, weighed, asked about, and declared as a lot before anything rests on them."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from kiosk.open_visit import OpenVisit
from kiosk.rules.certify import county_word, incoming
from kiosk.rules.certify.case import Evidence
from kiosk.rules.drug_use import drugs, intervals
from kiosk.rules.drug_use.bans import bans
from kiosk.rules.drug_use.pesticides import Named
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.goods import book, ledger
from kiosk.rules.goods.book import Book
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Unit, plain, recorded
from kiosk.rules.messages import DrugUse, Incoming, LotDeclared, Test
from kiosk.rules.ruling import Ruling, first_stop
from kiosk.rules.testing.lot import Standing, TestNote, standing
from kiosk.rules.visits import drug_turn, issue
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.issue import Known
from kiosk.rules.visits.turn import Stage
from kiosk.run import note_from

STOPPING = (Standing.UNSETTLED, Standing.SUSPECT, Standing.POSITIVE)
NEW = "new"  # a lot that has no number yet
OTHERS, UNNAMED = "others", "unnamed"  # taps of the page that name no drug
LONGEST = 400  # days back that a tap may mean
MOST_DIGITS = 9

T = TypeVar("T")


class Goods:
    def __init__(self, open_visit: OpenVisit, products: Mapping[str, Product]) -> None:
        self._open = open_visit
        self._products = products

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        to, visit = self._open.step, self._open.visit
        return {
            "product": lambda product: self._chosen(product, again=False),
            "repeat_last": lambda _: self._chosen(visit.last.product if visit.last else "", again=True),
            "quantity": self._weighed,
            "split": lambda papers: to(issue.split(visit, _count(papers, 0))),
            "drugs_none": lambda _: self._told(used=False),
            "drugs_unknown": lambda _: self._told(used=True),
            "drugs_used": lambda _: to(drug_turn.drugs_used(visit)),
            "drug": lambda name: to(drug_turn.drug_added(visit, self._use(name))),
            "drug_off": lambda place: to(drug_turn.drug_removed(visit, _count(place, -1))),
            "drug_answer": self._answered,
            "drugs_told": lambda _: self._told(used=True),
            "basket_closed": lambda _: to(turn.basket_closed(visit)),
            "paper_off": lambda seq: to(turn.paper_returned(visit, _count(seq, 0))),
        }

    @property
    def sold(self) -> bool:
        """The packs in force have this product: an order of the county may have taken it away meanwhile."""
        return self._open.visit.product in self._products

    def product(self) -> Product:
        """Raises OutOfTurn when none is chosen, or the packs do not have it any more."""
        product = self._products.get(self._open.visit.product)
        if product is None:
            raise OutOfTurn("product", self._open.stage)
        return product

    def declare(self) -> None:
        """Make the goods a lot, or more of one, and record what was used on them: from now on they are fixed."""
        visit = self._open.visit
        if visit.declared is None:
            self._declare_lot()
        if visit.used is not None and self._open.visit.stated is None:
            visit, seq = self._open.visit, self._open.record.last + 1
            entry = drug_turn.statement(visit, self._open.rules(), self.product()).entry
            self._open.move(turn.stated(visit, seq), entry, self._open.run)

    def take_up(self) -> None:
        """After a restart between a lot and what was said of it: what was said is not unsaid."""
        visit = self._open.visit
        if visit.stage is Stage.DRUGS and visit.declared is not None and visit.used is not None:
            self._told(used=visit.used)

    def known(self) -> Known:
        """What a promise has to be judged by: the lot with these goods in it, and the tests that stand behind them."""
        visit = self._open.visit
        lot = visit.lot or NEW
        pages = self._pages(lot)
        if visit.declared is None and (added := self._added(lot, pages)) is not None:
            pages = book.entered(pages, self._open.record.last + 1, added)
        tests = tuple(self._evidence(note.seq) for note in visit.tests)
        batch = ledger.batch(pages, lot)
        return Known(self.product(), pages.balance(lot), tests, batch, remarks=self._remarks())

    def listed(self) -> Ruling | None:
        """What a list of the county says of whoever stands there; nothing of one who has not proved who he is."""
        visit, orders = self._open.visit, self._open.record.tables.orders
        if visit.subject is None or visit.presence is None:
            return None
        return county_word.listed(orders.credit(visit.subject.id), self._open.rules().today)

    def _remarks(self) -> tuple[Ruling, ...]:
        rules, (_, heard) = self._open.rules(), self._open.record.tables.receipt()
        day = date.fromisoformat(heard[:10]) if heard else None
        rulings = (county_word.list_age(day, rules.today, rules.settings), self.listed())
        return tuple(ruling for ruling in rulings if ruling is not None)

    def _declare_lot(self) -> None:
        visit, seq = self._open.visit, self._open.record.last + 1
        lot = visit.lot or ledger.lot_number(self._open.rules().today, secrets.token_bytes(ledger.LOT_BYTES))
        added = self._added(lot, self._pages(lot))
        if added is None:
            self._open.step(turn.declared(visit, lot, seq - 1))
        else:
            self._open.move(turn.declared(visit, lot, seq), added, self._open.run)

    def _pages(self, lot: str) -> Book:
        """The lot, and the papers that these goods are to be drawn from."""
        return self._open.record.tables.lots.book(lot, *(kept.source for kept in self._open.visit.basket))

    def _added(self, lot: str, pages: Book) -> LotDeclared | None:
        """What this visit adds to the lot. Goods whose certificate is void are declared already: not again for the
        one in its place, only what goes beyond them."""
        entry = self._declaration(lot)
        balance = pages.balance(lot) if self._open.visit.replaces else None
        if balance is None or balance.unit != entry.unit or balance.free() == 0:
            return entry
        more = entry.quantity - balance.free()
        return replace(entry, quantity=more, quantity_typed=f"{plain(more)} {entry.unit}") if more > 0 else None

    def _declaration(self, lot: str) -> LotDeclared:
        visit = self._open.visit
        if visit.subject is None or visit.quantity is None:
            raise OutOfTurn("declare", visit.stage)
        amount, unit, typed = recorded(visit.quantity)
        return LotDeclared(
            lot=lot,
            subject=visit.subject.id,
            product=visit.product,
            quantity=amount,
            unit=unit,
            quantity_typed=typed,
            origin=visit.origin,
            visit=visit.id,
            harvested=visit.harvest,
            sources=tuple(kept.source for kept in visit.basket),
        )

    def _evidence(self, seq: int) -> Evidence:
        test = self._open.record.read(seq)
        if not isinstance(test, Test):
            raise OutOfTurn("evidence", self._open.stage)
        ended = datetime.fromisoformat(self._open.record.tables.time_of(seq))
        return Evidence(
            seq=seq,
            subject=test.subject,
            product=test.product,
            lot=test.lot,
            outcome=test.verdict.outcome,
            ended=ended,
            method=test.method_pack,
            method_confirmed=test.method_confirmed,
            sample_type=test.sample_type,
        )

    def _chosen(self, product: str, *, again: bool) -> None:
        chosen, visit = self._products.get(product), self._open.visit
        if chosen is None or visit.subject is None:
            return
        other = self._other_paper(product)
        if other is not None:
            self._open.tell(turn.noticed(visit, other.say))
            return
        lot = self._lot_of(visit.subject.id, product)
        earlier, said = self._stopped_earlier(lot), self._said_earlier(lot, chosen)
        if again:
            self._open.step(turn.repeat_last(visit, self._open.rules(), chosen, lot, earlier, said))
        else:
            self._open.step(turn.product_chosen(visit, chosen, lot, earlier, said))

    def _other_paper(self, product: str) -> Ruling | None:
        """A buyer's goods are what his papers say; the first paper of other goods stops them."""
        papers = (self._open.record.read(kept.seq) for kept in self._open.visit.basket)
        rulings = (incoming.for_goods(paper, product) for paper in papers if isinstance(paper, Incoming))
        return next((ruling for ruling in rulings if ruling is not None), None)

    def _lot_of(self, subject: str, product: str) -> str:
        """The batch that these goods still belong to, by the county's days; empty for a new one."""
        rules = self._open.rules()
        since = rules.today - timedelta(days=rules.settings.lot_days - 1)
        tables = self._open.record.tables
        return tables.lots.of_goods(tables.orders.same(subject), product, "", since.isoformat())

    def _stopped_earlier(self, lot: str) -> tuple[TestNote, ...]:
        """Tests of the lot that stopped it in an earlier turn: going away does not wash a positive off.

        A negative of an earlier turn says nothing about goods that were added since.
        """
        found = self._open.record.tables.tests_of_lot(lot) if lot else []
        tests = [note_from(seq, test) for seq, test in found]
        stopped = standing(tests, self._open.rules().repeats, self._open.rules().agreement) in STOPPING
        return tuple(tests) if stopped else ()

    def _said_earlier(self, lot: str, product: Product) -> Ruling | None:
        """What was said of this lot in an earlier turn, if it stops it today."""
        rules = self._open.rules()
        for entry in self._open.record.tables.lots.statements(lot):
            waits = intervals.wait(entry.uses, entry.harvest, rules.today).rulings
            stopped = first_stop((*bans(entry, product, rules.drugs, rules.today), *waits))
            if stopped is not None:
                return stopped
        return None

    def _weighed(self, value: str) -> None:
        """`320 jin`, or `20 box x 5` where somebody told the kilograms of a box."""
        amount, _, of = value.partition(" ")
        unit, _, each = of.partition(" x ")
        if unit in list(Unit):
            self._open.step(turn.quantity_given(self._open.visit, self._open.rules(), amount, Unit(unit), each.strip()))

    def _use(self, name: str) -> DrugUse:
        known = self._open.rules().drugs.ingredients.get(name)
        if known is not None:
            return drugs.use_of(Named(known.names["zh"], (known.id,)), drugs.Answer.REGISTERED)
        if name not in (OTHERS, UNNAMED):
            raise OutOfTurn("drug", self._open.stage)
        return drugs.unknown_use("others" if name == OTHERS else "self")

    def _answered(self, value: str) -> None:
        """Days back for a date, days for an interval; nothing: nobody knows."""
        visit, rules, product = self._open.visit, self._open.rules(), self.product()
        question = drug_turn.open_question(visit, rules, product)
        days = _count(value, None)
        days = None if days is None or days > LONGEST else days
        back = None if days is None else rules.today - timedelta(days=days)
        if question is not None and question.use is None:
            self._open.step(drug_turn.harvest_told(visit, back))
        else:
            self._open.step(drug_turn.drug_answered(visit, rules, product, last_used=back, interval=days))

    def _told(self, *, used: bool) -> None:
        """Recorded also where it stops the lot: what was said once is not unsaid by coming again."""
        told = drug_turn.drugs_told(self._open.visit, self._open.rules(), self.product(), used=used)
        if told.stage is Stage.STOPPED:
            self._open.step(replace(self._open.visit, used=told.used, uses=told.uses))
            self.declare()
            now = self._open.visit
            told = replace(told, lot=now.lot, declared=now.declared, stated=now.stated)
        self._open.step(told)


def _count(told: str, otherwise: T) -> int | T:
    """A small number that a button sends; `otherwise` for anything else."""
    return int(told) if told.isascii() and told.isdigit() and len(told) <= MOST_DIGITS else otherwise
