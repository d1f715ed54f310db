"""Vouchers and trace labels on the screen: which piece is at the printer, stopped, doubted, gone on with.

Owned by the attendant's thread.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.devices import PrintEnded, PrintJob
from kiosk.issuing import Copy, PressError
from kiosk.numbered_papers import Draw, NumberedPapers, State
from kiosk.open_visit import OpenVisit
from kiosk.own_shown import Begun, Pieces
from kiosk.piece_drawing import no_printer
from kiosk.print_table import parts_of
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Dispatched, TraceLabel, Voucher
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Made
from kiosk.rules.visits import own_turn
from kiosk.rules.visits.turn import Stage, Visit

if TYPE_CHECKING:
    from PIL.Image import Image

SLIPS = ("voucher", "labels")  # what the sheets of these papers ask to be printed


class PiecesDesk:
    """`moved` draws the screen anew, as after a touch. `draw` is given when the sheets are."""

    def __init__(self, open_visit: OpenVisit, send: Callable[[PrintJob], None], moved: Callable[[bool], None]) -> None:
        self.draw: Draw = no_printer
        self._open = open_visit
        self._moved = moved
        self._papers = NumberedPapers(open_visit.record, self._drawn, send)
        self._problem: Sentence | None = None

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        return {
            "pieces": self.take_up,
            "pieces_stop": lambda _: self._do(self._papers.stop),
            "pieces_go": lambda _: self._do(self._papers.print_again),
            "pieces_whole": lambda _: self._do(self._papers.whole),
            "pieces_spoiled": lambda _: self._do(self._papers.spoiled),
            "pieces_left": lambda _: self.leave(),
        }

    # --- from the sheets ------------------------------------------------------------------------------------------

    def ready(self, made: Made) -> Made | Sentence:
        """What is still to be recorded of a sheet, once it is sure that it can be printed; or why it cannot."""
        papers = [one for one in made.entries if isinstance(one, Voucher | TraceLabel)]
        try:
            for paper in papers:
                self._papers.check(paper)
        except PressError as refused:
            return refused.sentence
        return replace(made, entries=tuple(one for one in made.entries if not self._recorded(one)))

    def brought(self, visit: Visit, made: Made) -> Visit:
        """The visit after a sheet: its paper goes to the printer."""
        numbers = [_number(one) for one in made.entries]
        number = next(filter(None, numbers), "")
        return own_turn.pieces_begun(visit, number) if number else visit

    def begin(self) -> None:
        """The paper that was recorded just now, piece by piece."""
        paper = self._paper()
        self._do(lambda: self._papers.begin(paper))

    # --- from the printer and after a restart ---------------------------------------------------------------------

    def ended(self, event: PrintEnded) -> bool:
        """Whether it was about a piece of ours."""
        ours = False

        def hear() -> None:
            nonlocal ours
            ours = True  # what cannot be drawn comes after a piece that was ours
            ours = self._papers.ended(event)

        self._do(hear, quiet=True)
        if ours:
            self._moved(True)
        return ours

    def take_up(self, number: str = "") -> None:
        """A paper of his that is not wholly printed; without a number, the one that the visit stands at."""
        visit = self._open.visit
        if visit.stage is not Stage.PIECES:
            if number not in {one.number for one in self.begun()}:
                return
            self._open.step(own_turn.pieces_begun(visit, number))
        self._do(lambda: self._papers.take_up(self._open.visit.paper))

    @property
    def printing(self) -> bool:
        batch = self._papers.batch
        return batch is not None and batch.state is State.PRINTING

    def leave(self) -> None:
        """Never while a piece is at the printer."""
        if self.printing:
            raise OutOfTurn("pieces_left", self._open.stage)
        self._open.step(own_turn.pieces_left(self._open.visit))
        self._papers.left()

    def lapsed(self) -> None:
        """Nobody is there any more; the printer's own time ends the piece that is at it."""
        if not self.printing:
            self.leave()

    # --- shown ----------------------------------------------------------------------------------------------------

    @property
    def shown(self) -> Pieces | None:
        batch = self._papers.batch
        if self._open.stage is not Stage.PIECES or batch is None:
            return None
        return Pieces(
            number=batch.paper.number,
            labels=isinstance(batch.paper, TraceLabel),
            product=batch.paper.product,
            nth=batch.nth,
            of=batch.of,
            state=batch.state,
            stopping=self._papers.stopping,
            problem=self._problem,
        )

    def begun(self) -> tuple[Begun, ...]:
        """What of his is not wholly printed; nobody else's."""
        found = (self._begun(number, done) for number, done in self._papers.begun())
        return tuple(one for one in found if one is not None)

    # --- within ---------------------------------------------------------------------------------------------------

    def _begun(self, number: str, done: int) -> Begun | None:
        record, visit = self._open.record, self._open.visit
        seq = record.tables.prints.entry_of(number)
        paper = record.read(seq) if seq else None
        if not isinstance(paper, Voucher | TraceLabel) or visit.subject is None:
            return None
        whose = paper.subject if isinstance(paper, TraceLabel) else paper.subject.id
        if whose not in record.tables.orders.same(visit.subject.id):
            return None
        return Begun(number, isinstance(paper, TraceLabel), paper.product, done, len(parts_of(paper)))

    def _recorded(self, body: object) -> bool:
        """A stop between two entries of one sheet: what is recorded is not recorded again."""
        number = body.number if isinstance(body, Voucher | TraceLabel) else ""
        return bool(number) and self._open.record.tables.prints.entry_of(number) > 0

    def _paper(self) -> Voucher | TraceLabel:
        paper = self._open.record.read(self._open.record.tables.prints.entry_of(self._open.visit.paper))
        if not isinstance(paper, Voucher | TraceLabel):
            raise OutOfTurn("pieces", self._open.stage)
        return paper

    def _drawn(self, paper: Voucher | TraceLabel, which: Copy) -> "Image":
        """By what is given later."""
        return self.draw(paper, which)

    def _do(self, step: Callable[[], None], *, quiet: bool = False) -> None:
        """What cannot be drawn now is told, and waits."""
        self._problem = None
        try:
            step()
        except PressError as refused:
            self._problem = refused.sentence
        if not quiet:
            self._moved(True)


def _number(body: object) -> str:
    if isinstance(body, Voucher | TraceLabel):
        return body.number
    return body.voucher if isinstance(body, Dispatched) else ""
