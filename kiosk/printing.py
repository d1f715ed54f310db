"""Certificates of a visit: drawn and proofread, recorded, then printed; the outcome of every copy is an entry."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.clock import Clock
from kiosk.devices import PrintEnded, PrintJob
from kiosk.goods import Goods
from kiosk.issuing import Press, PressError
from kiosk.open_visit import OpenVisit
from kiosk.record import RecordError
from kiosk.rules.certify.void import may_void
from kiosk.rules.messages import Basis, Print, PrintOutcome, Reprint, Voided
from kiosk.rules.ruling import first_stop
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import issue
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Visit

REASONS = ("wrong_product", "wrong_quantity", "wrong_subject", "not_sold", "spoiled")
PAPER_STATES = ("taken_back", "destroyed", "not_printed", "missing")


class Printing:
    def __init__(
        self,
        open_visit: OpenVisit,
        goods: Goods,
        press: Press,
        print_job: Callable[[PrintJob], None],
        clock: Clock,
    ) -> None:
        self._open = open_visit
        self._goods = goods
        self._press = press
        self._print = print_job
        self._clock = clock

    def promised(self, basis: tuple[Basis, ...]) -> None:
        """The producer promised. What cannot be printed is refused with a sentence before anything is recorded."""
        known, number = self._goods.known(), self._press.number()
        promised = issue.promised(self._open.visit, self._open.rules(), known, basis, number)
        if promised.stage is not Stage.PRINTING:
            self._open.step(promised)
            return
        self._goods.declare()
        declared = self._open.visit
        self._issue(replace(promised, lot=declared.lot, declared=declared.declared, stated=declared.stated))

    def go_on(self) -> None:
        """The next paper of a split lot, on the same promise."""
        visit = self._open.visit
        if visit.stage is Stage.CONTINUING and not self._goods.sold:
            self._open.tell(turn.noticed(visit, Sentence("visit.product_gone")))
        elif visit.stage is Stage.CONTINUING:
            self._issue(issue.issued(visit, visit.basis, self._press.number(), visit.nth + 1))

    def _issue(self, visit: Visit) -> None:
        """Raises nothing that is recorded: what cannot be printed is told, and the promise may be given again."""
        try:
            made = self._press.issue(visit, self._goods.known(), self._open.rules(), self._clock.now())
        except PressError as refused:
            self._open.tell(turn.noticed(self._open.visit, refused.sentence))
            return
        self._open.move(visit, made.certificate)
        self._print(self._press.job(made))

    def again(self) -> None:
        """The same copy: not a byte of it was printed before. Between two papers: the next one, once more."""
        if self._open.stage is Stage.CONTINUING:
            self.go_on()
            return
        visit = issue.print_again(self._open.visit)
        job = self._job(visit)
        if job is not None:
            self._open.step(visit)
            self._print(job)

    def spoiled(self) -> None:
        """Another copy of the same number; recorded before its first byte."""
        visit = issue.paper_spoiled(self._open.visit)
        job = self._job(visit)
        if job is not None:
            self._open.move(visit, Reprint(visit.number, visit.copy, "spoiled"))
            self._print(job)

    def whole(self) -> None:
        """A person says that the paper is whole."""
        visit = issue.paper_whole(self._open.visit)
        self._open.move(visit, Print(visit.number, visit.copy, PrintOutcome.CONFIRMED, "person"))
        self.go_on()

    def void(self, words: str) -> None:
        """开错了, as a finger says it: why, where the paper is, and whether another is to take its place."""
        reason, paper, again = (*words.split(" "), "", "", "")[:3]
        if reason in REASONS and paper in PAPER_STATES:
            self._void(reason, paper, again=again == "yes")

    def _void(self, reason: str, paper: str, *, again: bool) -> None:
        """Recorded at once; the goods are free for another certificate."""
        now, tables = self._open.visit, self._open.record.tables
        voided, entry = issue.voided(now, again=again), Voided(now.number, reason, "self", paper, now.id)
        subject = "" if now.subject is None else now.subject.id
        stopped = first_stop(may_void(tables.known_paper(now.number), entry, subject_present=subject))
        if stopped is None:
            self._open.move(voided, entry)
        else:
            self._open.tell(turn.noticed(now, stopped.say))

    def ended(self, event: PrintEnded, problem: Sentence | None) -> None:
        visit = self._open.visit
        if (event.number, event.copy) != (visit.number, visit.copy) or visit.stage is not Stage.PRINTING:
            return
        begun = PrintOutcome.PRINTED if event.done else PrintOutcome.UNKNOWN
        outcome = begun if event.begun else PrintOutcome.FAILED
        ended = issue.print_ended(visit, outcome, problem)
        self._open.move(ended, Print(event.number, event.copy, outcome, event.evidence))
        self.go_on()

    def take_up(self) -> None:
        """After a restart in the middle of a print: what came out of the printer, only the person can say."""
        visit = self._open.visit
        unsure = issue.print_ended(visit, PrintOutcome.UNKNOWN)
        self._open.move(unsure, Print(visit.number, visit.copy, PrintOutcome.UNKNOWN, "restart"))

    def _job(self, visit: Visit) -> PrintJob | None:
        """A copy of what is recorded; None, and a sentence on the screen, when it cannot be drawn (now)."""
        issued = self._open.record.tables.issued(visit.number)
        if issued is None:
            raise RecordError(f"certificate {visit.number} is not in the record")
        if gone := self._refused(visit.number):
            self._open.tell(turn.noticed(self._open.visit, gone))
            return None
        product = self._goods.product()
        entry = self._open.record.read(issued.seq)
        try:
            return self._press.job(self._press.again(entry, visit.copy, product))
        except PressError as refused:
            self._open.tell(turn.noticed(self._open.visit, refused.sentence))
            return None

    def _refused(self, number: str) -> Sentence | None:
        """Why no copy may leave the printer any more."""
        tables = self._open.record.tables
        if tables.orders.revoked_certificate(number) is not None or tables.lots.is_void(number):
            return Sentence("void.no_copy", {"number": number})
        return None if self._goods.sold else Sentence("visit.product_gone")
