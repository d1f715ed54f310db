"""The goods of a visit: chosen, weighed, asked about, and declared as a lot before anything rests on them."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from kiosk.bottle import Bottles
from kiosk.looking import Looking
from kiosk.open_visit import OpenVisit
from kiosk.own_lots import OTHER_UNIT, OwnLots
from kiosk.rules.certify import county_word, incoming
from kiosk.rules.certify.case import Evidence
from kiosk.rules.drug_use import drugs
from kiosk.rules.drug_use.pesticides import Named, registered
from kiosk.rules.errors import OutOfTurn, Unusable
from kiosk.rules.goods import book, ledger
from kiosk.rules.goods.book import Balance, Book
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Quantity, Unit, plain, quantity, recorded
from kiosk.rules.goods.usual import unusual
from kiosk.rules.messages import DrugUse, Incoming, LotDeclared, Test
from kiosk.rules.ruling import Ruling, first_stop
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Choice
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.visits import drug_turn, issue
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.issue import Known
from kiosk.rules.visits.turn import LastTime, Stage, Visit
from kiosk.screen import Way

NEW = "new"  # a lot that has no number yet
OTHERS, UNNAMED = "others", "unnamed"  # taps of the page that name no drug
LONGEST = 400  # days back that a tap may mean
UNUSUAL = "visit.unusual"  # the question about a quantity that is far beyond the usual one
MOST_DIGITS = 9

T = TypeVar("T")
Earlier = tuple[tuple[TestNote, ...], Ruling | None]  # tests of a stopped lot, and what its producer said


class Goods:
    def __init__(self, open_visit: OpenVisit, products: Mapping[str, Product]) -> None:
        self._open = open_visit
        self._products = products
        self._bottles = Bottles()
        self.looking = Looking(open_visit, products)
        self.lots = OwnLots(open_visit)

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        to, visit = self._open.step, self._open.visit
        return {
            "product": lambda product: self.choose(product, again=False),
            "repeat_last": lambda _: self.choose(visit.last.product if visit.last else "", again=True),
            "quantity": self._weighed,
            "quantity_again": lambda _: self._open.tell(turn.noticed(self._open.visit, None)),
            "own_lot": lambda _: self._own_lot(),
            **self.looking.steps(),
            "split": lambda papers: to(issue.split(visit, _count(papers, 0))),
            "drugs_none": lambda _: self._told(used=False),
            "drugs_unknown": lambda _: self._told(used=True),
            "drugs_used": lambda _: to(drug_turn.drugs_used(visit)),
            "drug": lambda name: self._added_drugs(self._use(name)),
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
        if self._open.visit.rest:
            return None
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

    def choose(self, product: str, *, again: bool, lot: str = "") -> None:
        """`again`: as last time, with its quantity. `lot`: of which the rest is to be certified."""
        chosen, visit = self._products.get(product), self._open.visit
        if chosen is None or visit.subject is None:
            return
        other = self._other_paper(product)
        if other is not None:
            self._open.tell(turn.noticed(visit, other.say))
            return
        lots = self.lots.of(product)
        (stopped, tests), said = self.lots.tested(*lots), self.lots.told(chosen, *lots)
        self.looking.ended()
        if again and visit.last is not None:
            self._again(chosen, visit.last, stopped, (tests, said))
        else:
            newest = next(iter(lots), "")
            self._open.step(turn.product_chosen(visit, chosen, lot or stopped or newest, tests, said))

    def _again(self, product: Product, last: LastTime, stopped: str, earlier: Earlier) -> None:
        """As last time, unless the amount of last time is asked about: then it stands on the keypad."""
        same = replace(self._open.visit, origin=last.origin or self._open.visit.origin)
        chosen = turn.product_chosen(same, product, stopped, *earlier)
        other, lot = self._of_papers(last.amount), self.lots.place(product.id, last.amount, stopped)
        if chosen.stage is Stage.QUANTITY and other is not None:
            self._open.step(turn.noticed(chosen, other.say))
        elif isinstance(lot, str):
            self._open.step(turn.repeat_last(same, self._open.rules(), product, lot, *earlier))
        else:
            self._open.step(_asking(chosen, last.amount, lot) if chosen.stage is Stage.QUANTITY else chosen)

    def _other_paper(self, product: str) -> Ruling | None:
        """A buyer's goods are what his papers say; the first paper of other goods stops them."""
        papers = (self._open.record.read(kept.seq) for kept in self._open.visit.basket)
        rulings = (incoming.for_goods(paper, product) for paper in papers if isinstance(paper, Incoming))
        return next((ruling for ruling in rulings if ruling is not None), None)

    def take_rest(self, balance: Balance) -> None:
        """What is left of a lot is to be certified: its quantity stands on the keypad."""
        self.choose(balance.product, again=False, lot=balance.lot)
        visit = self._open.visit
        if visit.stage is Stage.QUANTITY and visit.lot == balance.lot:
            left = Quantity(balance.free(), Unit(balance.unit))
            self._open.step(replace(visit, rest=True, quantity=left, unit=left.unit))

    def _weighed(self, value: str) -> None:
        """`320 jin`, or `20 box x 5` where somebody told the kilograms of a box."""
        amount, _, of = value.partition(" ")
        unit, _, each = of.partition(" x ")
        if unit not in list(Unit):
            return
        given = turn.quantity_given(self._open.visit, self._open.rules(), amount, Unit(unit), each.strip())
        over = self._beyond(given) or self._of_papers(given.quantity)
        if over is not None:
            self._open.step(turn.noticed(self._open.visit, over.say))
            return
        asked = self._unusual(amount, Unit(unit), each.strip())
        if given.quantity is None or given.stage is Stage.QUANTITY:
            self._open.step(given)
        elif asked is not None:
            self._open.step(_asking(self._open.visit, *asked))
        else:
            self._in_lot(given, given.quantity)

    def _in_lot(self, given: Visit, amount: Quantity) -> None:
        """The goods belong to the lot that is kept in their unit; where there are only others, he is asked."""
        lot = given.lot if given.rest else self.lots.place(given.product, amount, given.lot if given.tests else "")
        if isinstance(lot, Sentence):
            self._open.step(_asking(self._open.visit, amount, lot))
        else:
            self._open.step(replace(given, lot=lot))

    def _own_lot(self) -> None:
        """He was asked and says: other goods. They are a lot of their own."""
        visit = self._open.visit
        if not _asked(visit, OTHER_UNIT) or visit.quantity is None:
            raise OutOfTurn("own_lot", visit.stage)
        amount = visit.quantity
        each = "" if amount.each is None else plain(amount.each)
        own = replace(visit, lot="")
        self._open.step(turn.quantity_given(own, self._open.rules(), plain(amount.amount), amount.unit, each))

    def _beyond(self, given: Visit) -> Ruling | None:
        """More than is left of a lot of which nothing is declared anew."""
        if not given.rest or given.quantity is None:
            return None
        pages = self._open.record.tables.lots.book(given.lot)
        return first_stop(ledger.may_certify(pages.balance(given.lot), given.quantity))

    def _of_papers(self, amount: Quantity | None) -> Ruling | None:
        """Goods of a basket are keyed in as its papers have them; said here, before anything rests on the amount."""
        sources = [kept.source for kept in self._open.visit.basket]
        if amount is None or not sources:
            return None
        pages = self._open.record.tables.lots.book(*sources)
        return ledger.drawn_in(filter(None, map(pages.balance, sources)), amount)

    def _unusual(self, amount: str, unit: Unit, each: str) -> tuple[Quantity, Sentence] | None:
        """Far beyond what he brings: asked once, and what is said again after that is meant."""
        visit, tables = self._open.visit, self._open.record.tables
        try:
            told = quantity(amount, unit, each)
        except Unusable:
            return None
        if visit.subject is None or (_asked(visit, UNUSUAL) and visit.quantity == told):
            return None
        usual = tables.work.usual(visit.product, *tables.orders.same(visit.subject.id))
        question = unusual(told, usual, self._open.rules().settings.usual_times)
        return None if question is None else (told, question)

    # --- what was used --------------------------------------------------------------------------------------------

    @property
    def wants_bottle(self) -> bool:
        """A code that is held up now is a bottle's."""
        return self._open.stage is Stage.DRUGS and self.looking.now.way is Way.BOTTLE

    def scanned(self, data: bytes) -> None:
        """A bottle was held up."""
        uses = self._bottles.uses(data, self._open.rules().drugs)
        if isinstance(uses, Sentence):
            self._open.tell(turn.noticed(self._open.visit, uses))
        elif len(uses) > 1:
            self.looking.among(tuple(Choice(use.registration, use.name, use.registration) for use in uses))
        else:
            self._added_drugs(uses[0])

    def _added_drugs(self, use: DrugUse) -> None:
        named = drug_turn.drug_added(self._open.visit, use)
        self.looking.ended()
        self._open.step(named)

    def _use(self, name: str) -> DrugUse:
        packs = self._open.rules().drugs
        known, bottle = packs.ingredients.get(name), registered(name, packs)
        if known is not None:
            return drugs.use_of(Named(known.names["zh"], (known.id,)), drugs.Answer.REGISTERED)
        if bottle:
            return drugs.use_of(bottle[0], drugs.Answer.REGISTERED)
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


def _asked(visit: Visit, question: str) -> bool:
    return visit.notice is not None and visit.notice.key == question


def _asking(visit: Visit, amount: Quantity, question: Sentence) -> Visit:
    """The question stands on the page, and what it is about on the keypad behind it."""
    return turn.noticed(replace(visit, quantity=amount, unit=amount.unit), question)


def _count(told: str, otherwise: T) -> int | T:
    """A small number that a button sends; `otherwise` for anything else."""
    return int(told) if told.isascii() and told.isdigit() and len(told) <= MOST_DIGITS else otherwise
