"""Certificates of a visit: drawn and proofread, recorded, then printed; the outcome of every copy is an entry.

Every certificate ends in the record: a copy that was begun is followed by what became of it, a part that nobody goes on
to is said to be unprinted, and what a stop of the program left open is closed at the next start.
"""

from collections.abc import Callable
from dataclasses import replace

from kiosk.clock import Clock
from kiosk.devices import PrintEnded, PrintJob
from kiosk.goods import Goods
from kiosk.issuing import Copy, Press, PressError
from kiosk.open_visit import OpenVisit
from kiosk.print_table import BEGUN
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
LEFT, RESTART = "left", "restart"  # evidence: nobody went on to this part; only the person can say what came out


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
        self._send = print_job
        self._clock = clock
        self._sent: set[tuple[str, str, int]] = set()  # copies that are at the printer: number, part, copy

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        return {
            "promise": lambda words: self.promised(_bases(words)),
            "print_again": lambda _: self.again(),
            "paper_whole": lambda _: self.whole(),
            "paper_spoiled": self.spoiled,
            "enough": lambda _: self.enough(),
            "wrong": lambda _: self._open.step(issue.wrong(self._open.visit)),
            "void": self.void,
            "park": lambda _: self.park(),
            "abandon": lambda _: self.abandon(turn.abandon(self._open.visit)),
        }

    # --- issued ---------------------------------------------------------------------------------------------------

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
        """The next part of this number, or the next paper of a split lot, on the same promise."""
        visit = self._open.visit
        if visit.stage is not Stage.CONTINUING:
            return
        if visit.waiting:
            self._print(issue.part_begun(visit))
        elif not issue.more_papers(visit):
            self._open.step(issue.enough(replace(visit, enough=False)))
        elif not self._goods.sold:
            self._open.tell(turn.noticed(visit, Sentence("visit.product_gone")))
        else:
            parts = self._open.rules().settings.parts
            self._issue(issue.issued(visit, visit.basis, self._press.number(), visit.nth + 1, parts))

    def enough(self) -> None:
        """Of a split lot no more papers: what is issued stays, the rest is not."""
        self._open.step(issue.enough(self._open.visit))

    def _issue(self, visit: Visit) -> None:
        """Raises nothing that is recorded: what cannot be printed is told, and the promise may be given again."""
        try:
            made = self._press.issue(visit, self._goods.known(), self._open.rules(), self._clock.now())
        except PressError as refused:
            self._open.tell(turn.noticed(self._open.visit, refused.sentence))
            return
        self._open.move(visit, made.certificate)
        self._to_printer(self._press.job(made))

    # --- printed --------------------------------------------------------------------------------------------------

    def again(self) -> None:
        """The same copy: not a byte of it was printed before. Between two papers: the next one, once more."""
        if self._open.stage is Stage.CONTINUING:
            self.go_on()
        else:
            self._print(issue.print_again(self._open.visit))

    def spoiled(self, part: str = "") -> None:
        """Another copy of the same number; recorded before its first byte. `part`: of an issue that has several."""
        visit = self._open.visit
        wanted = part or visit.part
        newest = self._open.record.tables.prints.newest(visit.number, wanted)
        if not newest:
            return
        again = issue.paper_spoiled(visit, wanted, newest + 1)
        self._print(again, Reprint(again.number, again.copy, "spoiled", again.part))

    def whole(self) -> None:
        """A person says that the paper is whole."""
        visit = issue.paper_whole(self._open.visit)
        self._open.move(visit, _print(visit, PrintOutcome.CONFIRMED, "person"))
        self.go_on()

    def ended(self, event: PrintEnded, problem: Sentence | None) -> None:
        """What came of a copy is recorded whatever the visit is about by now."""
        visit, copy = self._open.visit, (event.number, event.part, event.copy)
        ours = copy in self._sent
        self._sent.discard(copy)
        begun = PrintOutcome.PRINTED if event.done else PrintOutcome.UNKNOWN
        outcome = begun if event.begun else PrintOutcome.FAILED
        entry = Print(event.number, event.copy, outcome, event.evidence, part=event.part)
        if copy == (visit.number, visit.part, visit.copy) and _at_printer(visit):
            self._open.move(issue.print_ended(visit, outcome, problem), entry)
            self.go_on()
        elif ours:
            self._open.record.append(entry)

    def _print(self, visit: Visit, entry: Reprint | None = None) -> None:
        """A copy of what is recorded. When it cannot be drawn (now), there is a sentence on the screen instead."""
        issued = self._open.record.tables.issued(visit.number)
        if issued is None:
            raise RecordError(f"certificate {visit.number} is not in the record")
        if gone := self._refused(visit.number):
            self._open.tell(turn.noticed(self._open.visit, gone))
            return
        product, recorded = self._goods.product(), self._open.record.read(issued.seq)
        which = Copy(visit.copy, visit.part, self._open.rules().settings.signature_box)
        try:
            job = self._press.job(self._press.again(recorded, which, product))
        except PressError as refused:
            self._open.tell(turn.noticed(self._open.visit, refused.sentence))
            return
        self._open.move(visit, entry, self._open.run)
        self._to_printer(job)

    def _refused(self, number: str) -> Sentence | None:
        """Why no copy may leave the printer any more."""
        tables = self._open.record.tables
        if tables.orders.revoked_certificate(number) is not None or tables.lots.is_void(number):
            return Sentence("void.no_copy", {"number": number})
        if not self._goods.sold:
            return Sentence("visit.product_gone")
        visit = self._open.visit
        return self._goods.lots.failed(visit.lot) if visit.stage is Stage.MINE else None

    def _to_printer(self, job: PrintJob) -> None:
        self._sent.add((job.number, job.part, job.copy))
        self._send(job)

    # --- taken back -----------------------------------------------------------------------------------------------

    def void(self, words: str) -> None:
        """开错了, as a finger says it: why, where the paper is, and whether another is to take its place."""
        reason, paper, again = (*words.split(" "), "", "", "")[:3]
        if reason in REASONS and paper in PAPER_STATES:
            self._void(reason, paper, again=again == "yes")

    def _void(self, reason: str, paper: str, *, again: bool) -> None:
        """Recorded at once, paper after paper; the goods are free for another certificate."""
        now, tables = self._open.visit, self._open.record.tables
        voided = issue.voided(now, again=again)
        numbers = [one for one in issue.wrong_ones(now) if len(now.picked) < 2 or not tables.lots.is_void(one)]
        entries = [Voided(number, reason, "self", paper, now.id) for number in numbers]
        for entry in entries:
            rulings = may_void(tables.known_paper(entry.number), entry, subject_present=self._whose(entry.number))
            if (stopped := first_stop(rulings)) is not None:
                self._open.tell(turn.noticed(now, stopped.say))
                return
        for entry in entries[:-1]:
            self._open.move(now, entry)
        self._open.move(voided, entries[-1] if entries else None)

    def _whose(self, number: str) -> str:
        """Who stands there, under the id that the paper has of him: two ids of one person are one."""
        subject, tables = self._open.visit.subject, self._open.record.tables
        own = tables.known_paper(number).subject
        return "" if subject is None else own if own in tables.orders.same(subject.id) else subject.id

    # --- left -----------------------------------------------------------------------------------------------------

    def park(self) -> None:
        """The turn waits for its card. What of it is not printed is said now: nobody may ever come back."""
        if turn.may_park(self._open.visit):
            self._leave_parts()
        self._open.park()

    def abandon(self, after: Visit) -> None:
        """The person went, or the time is over."""
        self._leave_parts()
        self._open.step(after)

    def _leave_parts(self) -> None:
        """Parts that come after the one that the visit stands at; an earlier leaving may have said so already."""
        visit, tables = self._open.visit, self._open.record.tables
        copies = tables.prints.copies(visit.number) if visit.waiting else ()
        for copy in copies:
            if copy.part in visit.waiting and not copy.ended:
                said = Print(visit.number, copy.copy, PrintOutcome.FAILED, LEFT, part=copy.part)
                self._open.move(visit, said, self._open.run)

    # --- taken up -------------------------------------------------------------------------------------------------

    def take_up(self) -> None:
        """After a restart in the middle of a print: what came out of the printer, only the person can say."""
        visit = self._open.visit
        if _at_printer(visit):
            unsure = issue.print_ended(visit, PrintOutcome.UNKNOWN)
            self._open.move(unsure, _print(visit, PrintOutcome.UNKNOWN, RESTART))
        self.go_on()

    def end_all(self) -> None:
        """What a stop of the program left without an end, and no visit speaks of any more."""
        spoken = {visit.number for visit in (self._open.visit, *self._open.parked.values())}
        for number, copy in self._open.record.tables.prints.unended():
            if number not in spoken:
                begun = copy.outcome == BEGUN
                outcome, evidence = (PrintOutcome.UNKNOWN, RESTART) if begun else (PrintOutcome.FAILED, LEFT)
                self._open.record.append(Print(number, copy.copy, outcome, evidence, part=copy.part))


def _at_printer(visit: Visit) -> bool:
    return visit.stage is Stage.PRINTING or (visit.stage is Stage.VOIDING and visit.aside is Stage.PRINTING)


def _print(visit: Visit, outcome: PrintOutcome, evidence: str) -> Print:
    return Print(visit.number, visit.copy, outcome, evidence, part=visit.part)


def _bases(words: str) -> tuple[Basis, ...]:
    return tuple(Basis(word) for word in words.split("+") if word in list(Basis))
