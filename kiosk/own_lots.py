"""The lots that the goods of this visit may still belong to, and what was tested and said of them all.

Goods of one producer are one lot for each unit in which they are kept: what cannot be counted in a lot's unit is a lot
of its own, where he says that these are other goods. Another unit never washes a positive off.
"""

from datetime import timedelta

from kiosk.open_visit import OpenVisit
from kiosk.rules.drug_use import intervals
from kiosk.rules.drug_use.bans import bans
from kiosk.rules.goods import ledger
from kiosk.rules.goods.book import Balance
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Quantity, Unit, plain, recorded
from kiosk.rules.ruling import Ruling, first_stop
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.lot import Standing, TestNote, standing
from kiosk.run import note_from

STOPPING = (Standing.UNSETTLED, Standing.SUSPECT, Standing.POSITIVE)
OTHER_UNIT = "visit.other_unit"  # the question whether these are other goods


class OwnLots:
    def __init__(self, open_visit: OpenVisit) -> None:
        self._open = open_visit

    def of(self, product: str) -> tuple[str, ...]:
        """By the county's days, the newest first; nothing where nobody stands there."""
        rules, subject = self._open.rules(), self._open.visit.subject
        if subject is None:
            return ()
        since = rules.today - timedelta(days=rules.settings.lot_days - 1)
        tables = self._open.record.tables
        return tables.lots.of_goods(tables.orders.same(subject.id), product, "", since.isoformat())

    def place(self, product: str, amount: Quantity, stopped: str = "") -> str | Sentence:
        """The lot of these goods, empty for a new one; or what is to be said before there can be one.

        `stopped`: the lot whose tests have to be settled first.
        """
        if stopped:
            kept = self._balance(stopped)
            unlike = None if kept is None else ledger.unlike(kept, amount)
            return stopped if unlike is None else unlike.say
        lots, (_, unit, _) = self.of(product), recorded(amount)
        kept_in = {lot: balance.unit for lot in lots if (balance := self._balance(lot)) is not None}
        fits = [lot for lot in lots if kept_in.get(lot, unit) == unit]
        return fits[0] if fits else self._other_goods(lots[0], amount) if lots else ""

    def left(self, lot: str) -> Balance | None:
        """A lot that more may be certified of without declaring more; None for any other."""
        balance = self._balance(lot)
        if balance is None or balance.free() <= 0 or balance.unit not in list(Unit):
            return None
        return balance if lot in self.of(balance.product) else None

    def tested(self, *lots: str) -> tuple[str, tuple[TestNote, ...]]:
        """The lot that was stopped in an earlier turn, and its tests: going away does not wash a positive off.

        A negative of an earlier turn says nothing about goods that were added since.
        """
        rules = self._open.rules()
        for lot in lots:
            tests = tuple(note_from(seq, test) for seq, test in self._open.record.tables.tests_of_lot(lot))
            if standing(tests, rules.repeats, rules.agreement) in STOPPING:
                return lot, tests
        return "", ()

    def told(self, product: Product, *lots: str) -> Ruling | None:
        """What was said of one of the lots in an earlier turn, if it stops these goods today."""
        rules, tables = self._open.rules(), self._open.record.tables
        for entry in (entry for lot in lots for entry in tables.lots.statements(lot)):
            waits = intervals.wait(entry.uses, entry.harvest, rules.today).rulings
            stopped = first_stop((*bans(entry, product, rules.drugs, rules.today), *waits))
            if stopped is not None:
                return stopped
        return None

    def failed(self, lot: str) -> Sentence | None:
        """Why nothing more leaves the printer for a lot: what its tests of all turns come to."""
        (_, tests), rules = self.tested(*filter(None, (lot,))), self._open.rules()
        return Sentence(f"problem.rules.lot_{standing(tests, rules.repeats, rules.agreement)}") if tests else None

    def _other_goods(self, lot: str, amount: Quantity) -> Sentence:
        """The question, with what is there of the newest lot."""
        kept = self._balance(lot)
        there = {} if kept is None else {"declared": plain(kept.declared), "other_unit": kept.unit}
        return Sentence(OTHER_UNIT, {"amount": plain(amount.amount), "unit": str(amount.unit)} | there)

    def _balance(self, lot: str) -> Balance | None:
        return self._open.record.tables.lots.book(lot).balance(lot)
