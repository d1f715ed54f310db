"""The record and the packs in force as sheets and tools may ask them (kiosk.rules.sheets.books). Nothing is changed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from kiosk.contract import ContractError, read
from kiosk.holding import failed_of, held_lot, stopped_lots
from kiosk.pack import Packs
from kiosk.paper_seen import PAPERS, known_of, seen_of
from kiosk.resting import resting
from kiosk.rules.certify.certificate import Wording
from kiosk.rules.certify.incoming import Seen
from kiosk.rules.goods import ledger
from kiosk.rules.goods.book import Balance
from kiosk.rules.goods.marks import Marks
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Quantity
from kiosk.rules.messages import (
    Correction,
    EntryBody,
    Handover,
    Incoming,
    Objection,
    ReagentOpened,
    ResultDelivered,
    Reviewed,
    SampleTaken,
    Staff,
    Subject,
    TaskGiven,
    Test,
)
from kiosk.rules.oversight.disposal import Held
from kiosk.rules.oversight.gate_facts import Acceptances, Known
from kiosk.rules.oversight.gate_paper import accepted
from kiosk.rules.ruling import Ruling
from kiosk.rules.scan import codes
from kiosk.rules.sheets.books import PatrolLine
from kiosk.rules.testing.methods import MethodPack
from kiosk.tables import Tables
from kiosk.trust import Trust

WAITS_DAYS = 30  # a sample that nobody tested for so long is not waited for
MOST_ALARMS = 20
MOST_LOTS = 6
MOST_STOPPED = 60  # lots that failed last


class BooksOf:
    """`packs` are those in force now, `today` the day by the station's clock, `place` the name of the service point.

    Owned by the record's thread.
    """

    def __init__(
        self,
        tables: Tables,
        packs: Callable[[], Packs],
        today: Callable[[], date],
        trust: Callable[[], Trust],
        place: str = "",
    ) -> None:
        self._tables = tables
        self._packs = packs
        self._today = today
        self._trust = trust
        self.place = place

    @property
    def products(self) -> Mapping[str, Product]:
        return self._packs().products

    @property
    def methods(self) -> Mapping[str, MethodPack]:
        return self._packs().methods

    def entry(self, seq: int) -> EntryBody | None:
        payload = self._tables.payload(seq)
        if payload is None:
            return None
        try:
            return read(payload).entry
        except ContractError:  # retention took its body, or newer software wrote it
            return None

    def time_of(self, seq: int) -> str:
        return self._tables.time_of(seq)

    # --- people ---------------------------------------------------------------------------------------------------

    def subject(self, subject: str) -> Subject | None:
        return self._tables.orders.subject(subject)

    def is_provisional(self, subject: str) -> bool:
        return self._tables.people.is_provisional(subject)

    def holder(self, card: str) -> str | None:
        return self._tables.orders.holder(card)

    def cards(self, subject: str) -> Sequence[str]:
        return self._tables.people.cards_of(*self._same(subject))

    def signed(self, what: str, subject: str) -> str:
        newest = self._tables.people.agreement(what, *self._same(subject))
        return "" if newest is None else newest.day

    def has_pin(self, subject: str) -> bool:
        return bool(self._tables.people.pin(*self._same(subject)))

    def staff(self, staff: str) -> Staff | None:
        return next((one for one in self._tables.orders.staff() if one.id == staff), None)

    def colleagues(self) -> Sequence[Staff]:
        today = self._today().isoformat()
        return [one for one in self._tables.orders.staff() if not one.until or today <= one.until]

    def villages(self) -> Sequence[tuple[str, str]]:
        return [(one.code, one.whole) for one in self._packs().villages]

    # --- goods ----------------------------------------------------------------------------------------------------

    def lots(self, subject: str) -> Sequence[Balance]:
        lots = self._tables.lots.of_subject(*self._same(subject), most=MOST_LOTS)
        pages = self._tables.lots.book(*lots)
        return [balance for lot in lots if (balance := pages.balance(lot)) is not None]

    def lot_of(self, lot: str, subject: str) -> Balance | None:
        balance = self._tables.lots.book(lot).balance(lot)
        return balance if balance is not None and balance.subject in self._same(subject) else None

    def is_stopped(self, lot: str) -> bool:
        fates = (self.held(one) for one in ledger.kin(self._tables.lots.book(lot), lot))
        return any(fate is not None and not fate.may_be_sold for fate in fates)

    def papers_like(self, seen: Seen, subject: str) -> Sequence[tuple[int, Incoming]]:
        return self._tables.work.papers_like(seen, *self._same(subject))

    def is_void(self, number: str) -> bool:
        return self._tables.lots.is_void(number) or self._tables.orders.revoked_certificate(number) is not None

    @property
    def marks(self) -> Marks:
        return self._packs().marks

    def usual(self, product: str, subject: str) -> Quantity | None:
        return self._tables.work.usual(product, *self._same(subject))

    def numbers(self, subject: str, most: int) -> Sequence[str]:
        papers = self._tables.work.papers_of(*self._same(subject), most=most)
        return [paper.number for paper in papers if not paper.void]

    # --- work -----------------------------------------------------------------------------------------------------

    def task(self, task: str) -> TaskGiven | None:
        return self._tables.orders.task(task)

    def tasks(self) -> Sequence[TaskGiven]:
        return self._tables.orders.tasks(self._today().isoformat())

    def done_of(self, task: str) -> int:
        return self._tables.work.done_of(task)

    def sample(self, code: str) -> tuple[int, SampleTaken] | None:
        return self._tables.work.sample(code)

    def samples_waiting(self) -> Sequence[tuple[int, SampleTaken]]:
        return self._tables.work.samples_waiting((self._today() - timedelta(days=WAITS_DAYS)).isoformat())

    def tests_of(self, sample: str) -> Sequence[tuple[int, Test]]:
        return self._tables.work.tests_of(sample)

    def unreviewed(self, most: int) -> Sequence[tuple[int, Test]]:
        return self._tables.work.unreviewed(most)

    def reviews_of(self, test: int) -> Sequence[tuple[int, Reviewed]]:
        return self._tables.work.reviews_of(test)

    def events_of(self, test: int) -> Sequence[tuple[int, EntryBody]]:
        return self._tables.work.events_of(test)

    def undelivered(self, most: int) -> Sequence[tuple[int, Test]]:
        return self._tables.work.undelivered(most)

    def deliveries(self, most: int) -> Sequence[tuple[int, ResultDelivered]]:
        return self._tables.work.deliveries(most)

    def corrections_of(self, seq: int) -> Sequence[tuple[int, Correction]]:
        return self._tables.work.corrections_of(seq)

    def held(self, lot: str) -> Held | None:
        return held_lot(lot, self._tables)

    def lot(self, lot: str) -> Balance | None:
        return self._tables.lots.book(lot).balance(lot)

    def failed_of(self, lot: str) -> Sequence[tuple[int, Test]]:
        return failed_of(lot, self._tables)

    def failed(self, most: int) -> Sequence[tuple[int, Test]]:
        return self._tables.work.failed(most)

    def stopped(self) -> Sequence[Test]:
        return [test for _, test in stopped_lots(MOST_STOPPED, self._tables)]

    def resting(self, seq: int) -> tuple[tuple[str, ...], tuple[Ruling, ...]]:
        return resting(seq, self.entry(seq), self._tables)

    def open_objections(self, most: int) -> Sequence[tuple[int, Objection]]:
        return self._tables.work.open_objections(most)

    def unseen_alarms(self) -> Sequence[int]:
        return [one.seq for one in self._tables.work.alarms(MOST_ALARMS) if not one.seen_by]

    def reagent_events(self, lot: str) -> Sequence[tuple[int, ReagentOpened]]:
        return self._tables.work.reagent_events(lot)

    def reagent_uses(self, lot: str) -> int:
        return self._tables.work.used_of(lot)

    def reagents(self, most: int) -> Sequence[tuple[int, ReagentOpened]]:
        return self._tables.work.reagents(most)

    def stock(self) -> Mapping[str, Decimal]:
        return self._tables.work.stock()

    def handover(self) -> tuple[int, Handover] | None:
        return self._tables.work.handover()

    def about(self, kind: str, most: int, subject: str) -> Sequence[tuple[int, EntryBody]]:
        return self._tables.work.about(kind, most, *self._same(subject))

    # --- gate and patrol ------------------------------------------------------------------------------------------

    @property
    def wordings(self) -> Sequence[Wording]:
        return self._packs().wordings

    def paper(self, code: str) -> tuple[Seen, Known] | None:
        scanned = codes.explain(code.encode())
        if scanned.kind not in PAPERS:
            return None
        trust = self._trust()
        seen = seen_of(scanned, trust, self.products)
        return seen, known_of(scanned, seen, trust, self._tables)

    def entered(self, seen: Seen, unit: str) -> Acceptances:
        return accepted(seen, unit, self._tables.work.gate_checks_of(seen.number) if seen.number else ())

    def patrol_lines(self) -> Sequence[PatrolLine]:
        return self._packs().patrol

    def _same(self, subject: str) -> tuple[str, ...]:
        return self._tables.orders.same(subject)
