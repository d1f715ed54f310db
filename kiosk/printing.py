"""Certificates of a visit: drawn and proofread, recorded, then printed; the outcome of every copy is an entry."""

from collections.abc import Callable, Mapping

from kiosk.clock import Clock
from kiosk.devices import PrintEnded, PrintJob
from kiosk.issuing import Press, PressError
from kiosk.open_visit import OpenVisit
from kiosk.record import RecordError
from kiosk.rules import visit as turn
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Basis, Print, PrintOutcome, Reprint
from kiosk.rules.products import Product
from kiosk.rules.sentence import Sentence
from kiosk.rules.turn import Stage, Visit


class Printing:
    def __init__(
        self,
        open_visit: OpenVisit,
        press: Press,
        print_job: Callable[[PrintJob], None],
        products: Mapping[str, Product],
        clock: Clock,
    ) -> None:
        self._open = open_visit
        self._press = press
        self._print = print_job
        self._products = products
        self._clock = clock

    def promised(self, basis: tuple[Basis, ...]) -> None:
        """The producer promised. What cannot be printed is refused with a sentence before anything is recorded."""
        visit, rules = self._open.visit, self._open.rules()
        product = self._products.get(visit.product)
        if product is None:
            raise OutOfTurn("promised", visit.stage)
        promised = turn.promised(visit, rules, product, basis, self._press.number())
        if promised.stage is not Stage.PRINTING:
            self._open.step(promised)
            return
        try:
            issue = self._press.issue(promised, product, rules, self._clock.now())
        except PressError as refused:
            self._open.tell(turn.noticed(visit, refused.sentence))
            return
        self._open.move(promised, issue.certificate)
        self._print(self._press.job(issue))

    def again(self) -> None:
        """The same copy: not a byte of it was printed before."""
        visit = turn.print_again(self._open.visit)
        job = self._job(visit)
        if job is not None:
            self._open.step(visit)
            self._print(job)

    def spoiled(self) -> None:
        """Another copy of the same number; recorded before its first byte."""
        visit = turn.paper_spoiled(self._open.visit)
        job = self._job(visit)
        if job is not None:
            self._open.move(visit, Reprint(visit.number, visit.copy, "spoiled"))
            self._print(job)

    def whole(self) -> None:
        """A person says that the paper is whole."""
        visit = turn.paper_whole(self._open.visit)
        self._open.move(visit, Print(visit.number, visit.copy, PrintOutcome.CONFIRMED, "person"))

    def ended(self, event: PrintEnded, problem: Sentence | None) -> None:
        visit = self._open.visit
        if (event.number, event.copy) != (visit.number, visit.copy) or visit.stage is not Stage.PRINTING:
            return
        begun = PrintOutcome.PRINTED if event.done else PrintOutcome.UNKNOWN
        outcome = begun if event.begun else PrintOutcome.FAILED
        ended = turn.print_ended(visit, outcome, problem)
        self._open.move(ended, Print(event.number, event.copy, outcome, event.evidence))

    def take_up(self) -> None:
        """After a restart in the middle of a print: what came out of the printer, only the person can say."""
        visit = self._open.visit
        unsure = turn.print_ended(visit, PrintOutcome.UNKNOWN)
        self._open.move(unsure, Print(visit.number, visit.copy, PrintOutcome.UNKNOWN, "restart"))

    def _job(self, visit: Visit) -> PrintJob | None:
        """A copy of what is recorded; None, and a sentence on the screen, when it cannot be drawn (now)."""
        issued, product = self._open.record.tables.issued_in(visit.id), self._products.get(visit.product)
        if issued is None or product is None:
            raise RecordError(f"certificate {visit.number} is not in the record")
        entry = self._open.record.read(issued.seq)
        try:
            return self._press.job(self._press.again(entry, visit.copy, product))
        except PressError as refused:
            self._open.tell(turn.noticed(self._open.visit, refused.sentence))
            return None
