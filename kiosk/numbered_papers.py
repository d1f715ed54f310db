"""Papers with a number that are no certificate, vouchers and trace labels: recorded, then printed piece by piece.

The same law as for certificates: the entry before the first byte, one original of each piece, an end for every copy. A
batch of labels goes on at the first one that is not printed, also after a restart. Owned by the attendant's thread.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.devices import PrintEnded, PrintJob
from kiosk.issuing import Copy, PressError, job_of
from kiosk.print_table import parts_of
from kiosk.record import Record, RecordError
from kiosk.rules.messages import Print, PrintOutcome, Reprint, TraceLabel, Voucher

if TYPE_CHECKING:
    from PIL.Image import Image

# A piece of this paper as a picture: which copy of which part. Raises PressError.
Draw = Callable[[Voucher | TraceLabel, Copy], "Image"]
RESTART = "restart"
PAPER = "paper/"  # begins the name under which the record keeps what is at the printer, beside the open visits


class State(StrEnum):
    PRINTING = "printing"
    UNPRINTED = "unprinted"  # no byte of this piece reached the printer
    UNSURE = "unsure"  # only the person can say whether this piece is whole
    STOPPED = "stopped"  # a person stopped it before this piece
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Batch:
    """第 `nth`/`of` 张: the piece that is at the printer, or that comes next."""

    paper: Voucher | TraceLabel
    nth: int
    copy: int
    state: State

    @property
    def of(self) -> int:
        return len(parts_of(self.paper))

    @property
    def part(self) -> str:
        return parts_of(self.paper)[self.nth - 1]


class NumberedPapers:
    """`batch` is what a screen shows; None before the first."""

    def __init__(self, record: Record, draw: Draw, send: Callable[[PrintJob], None]) -> None:
        self.batch: Batch | None = None
        self._record = record
        self._draw = draw
        self._send = send
        self._stopping = ""  # number of the batch that ends with this piece

    def give(self, paper: Voucher | TraceLabel) -> None:
        """Draw, record and print a paper that the rules allow (papers.may_give, papers.may_label).

        Raises PressError; then nothing is recorded.
        """
        self.check(paper)
        self._record.append(paper)
        self.begin(paper)

    def check(self, paper: Voucher | TraceLabel) -> None:
        """Whether its first and last pieces can be drawn. Raises PressError; asked before anything is recorded."""
        for part in dict.fromkeys((parts_of(paper)[0], parts_of(paper)[-1])):
            self._draw(paper, Copy(1, part))

    def begin(self, paper: Voucher | TraceLabel) -> None:
        """The first piece of a paper that was recorded just now."""
        batch = Batch(paper, 1, 1, State.PRINTING)
        self._print(batch, self._draw(paper, Copy(1, batch.part)))

    @property
    def stopping(self) -> bool:
        """The batch ends with the piece that is at the printer."""
        return self.batch is not None and self._stopping == self.batch.paper.number

    def left(self) -> None:
        """Nobody looks at it any more; what is kept of it is taken up again by its number."""
        self.batch = None

    def begun(self) -> list[tuple[str, int]]:
        """Numbers of the papers that are not wholly printed, and how many of their pieces are."""
        kept = {name.removeprefix(PAPER): text for name, text, _ in self._record.tables.open_visits() if _ours(name)}
        return [(number, _Kept(**json.loads(text)).nth - 1) for number, text in kept.items()]

    def take_up(self, number: str) -> None:
        """A paper that was given earlier: what is printed stays, and the first piece that is not is looked at."""
        prints = self._record.tables.prints
        paper = self._record.read(prints.entry_of(number))
        if not isinstance(paper, Voucher | TraceLabel):
            raise RecordError(f"{number} is no voucher and no label")
        kept = self._kept(number)
        batch = self._unknown(paper) if kept is None else Batch(paper, kept.nth, kept.copy, State.UNPRINTED)
        if kept is not None and kept.sent is not None:
            ended = prints.ended_since(number, batch.part, batch.copy, kept.sent)
            batch = self._after(batch, ended or self._doubt(batch))
        self.batch = batch

    def ended(self, event: PrintEnded) -> bool:
        """Whether it was about a piece of ours. Raises PressError when the next one cannot be drawn."""
        batch = self.batch
        if batch is None or batch.state is not State.PRINTING:
            return False
        if (event.number, event.part, event.copy) != (batch.paper.number, batch.part, batch.copy):
            return False
        begun = PrintOutcome.PRINTED if event.done else PrintOutcome.UNKNOWN
        outcome = begun if event.begun else PrintOutcome.FAILED
        self._say(batch, outcome, event.evidence)
        if outcome is PrintOutcome.PRINTED:
            self._next(batch)
        else:
            self.batch = self._after(batch, outcome)
        return True

    def print_again(self) -> None:
        """The same piece: not a byte of it was printed before, or it was stopped before it."""
        if (batch := self._at(State.UNPRINTED, State.STOPPED)) is not None:
            self._print(batch, self._draw(batch.paper, Copy(batch.copy, batch.part)))

    def whole(self) -> None:
        """A person says that the piece is whole."""
        if (batch := self._at(State.UNSURE)) is not None:
            self._say(batch, PrintOutcome.CONFIRMED, "person")
            self._next(batch)

    def spoiled(self) -> None:
        """The same piece again, marked 补打; recorded before its first byte."""
        if (batch := self._at(State.UNSURE, State.DONE)) is not None:
            again = replace(batch, copy=batch.copy + 1)
            picture = self._draw(again.paper, Copy(again.copy, again.part))
            self._record.append(Reprint(again.paper.number, again.copy, "spoiled", again.part))
            self._print(again, picture)

    def stop(self) -> None:
        """No more pieces after this one."""
        batch = self._at(State.PRINTING, State.UNSURE, State.UNPRINTED)
        self._stopping = "" if batch is None else batch.paper.number

    # --- within ---

    def _at(self, *states: State) -> Batch | None:
        return self.batch if self.batch is not None and self.batch.state in states else None

    def _after(self, batch: Batch, outcome: str) -> Batch:
        """What the piece is after its print, or which one comes after it."""
        if outcome == PrintOutcome.UNKNOWN:
            return replace(batch, state=State.UNSURE)
        if outcome == PrintOutcome.FAILED:
            return replace(batch, state=State.UNPRINTED)
        if batch.nth == batch.of:
            return replace(batch, state=State.DONE)
        return Batch(batch.paper, batch.nth + 1, 1, State.UNPRINTED)

    def _unknown(self, paper: Voucher | TraceLabel) -> Batch:
        """Nobody kept what was at the printer: of every piece that is not known to be whole a person is asked."""
        newest = {one.part: one for one in self._record.tables.prints.copies(paper.number)}
        for nth, part in enumerate(parts_of(paper), 1):
            batch = Batch(paper, nth, newest[part].copy, State.UNSURE)
            if not newest[part].ended:
                self._doubt(batch)
            if not newest[part].whole:
                return batch
        return replace(batch, state=State.DONE)

    def _doubt(self, batch: Batch) -> str:
        self._say(batch, PrintOutcome.UNKNOWN, RESTART)
        return PrintOutcome.UNKNOWN

    def _next(self, batch: Batch) -> None:
        after = self._after(batch, PrintOutcome.PRINTED)
        if after.state is State.DONE:
            self._record.close_visit(PAPER + batch.paper.number)
            self.batch = after
        elif self._stopping == batch.paper.number:
            self._keep(after, None)
            self.batch, self._stopping = replace(after, state=State.STOPPED), ""
        else:
            self._go_on(after)

    def _go_on(self, batch: Batch) -> None:
        """What cannot be drawn (now) waits unprinted, and whoever asked is told."""
        try:
            picture = self._draw(batch.paper, Copy(1, batch.part))
        except PressError:
            self._keep(batch, None)
            self.batch = batch
            raise
        self._print(batch, picture)

    def _say(self, batch: Batch, outcome: PrintOutcome, evidence: str) -> None:
        self._record.append(Print(batch.paper.number, batch.copy, outcome, evidence, part=batch.part))

    def _print(self, batch: Batch, picture: "Image") -> None:
        """Durable before the first byte: a restart has to know what may have been printed."""
        self.batch = replace(batch, state=State.PRINTING)
        self._keep(batch, self._record.last)
        which = Copy(batch.copy, batch.part)
        self._send(job_of(batch.paper.number, which, picture, label=isinstance(batch.paper, TraceLabel)))

    def _keep(self, batch: Batch, sent: int | None) -> None:
        kept = json.dumps({"nth": batch.nth, "copy": batch.copy, "sent": sent})
        self._record.save_visit(PAPER + batch.paper.number, kept, None)

    def _kept(self, number: str) -> "_Kept | None":
        saved = {name: text for name, text, _ in self._record.tables.open_visits()}
        text = saved.get(PAPER + number)
        return None if text is None else _Kept(**json.loads(text))


def _ours(name: str) -> bool:
    return name.startswith(PAPER)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Which piece was at the printer, and the last entry when it was sent; None: it was not sent."""

    nth: int
    copy: int
    sent: int | None
