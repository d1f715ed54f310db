"""A voucher, or one label of many, as a picture of the paper that is in the printers here. Reads; records nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.contract import Header, read
from kiosk.issuing import Copy, PressError, refusing
from kiosk.paper.errors import PaperError
from kiosk.rules.goods.marks import Marks
from kiosk.rules.messages import TraceLabel, Voucher
from kiosk.rules.sentence import Sentence
from kiosk.slip_faces import Faces
from kiosk.slips import trace_label, voucher
from kiosk.slips.desk import Desk
from kiosk.tables import Tables

if TYPE_CHECKING:
    from PIL.Image import Image

    from kiosk.slip_pages import Drawn

UNHASHED = "0" * 64


def no_printer(paper: Voucher | TraceLabel, which: Copy) -> "Image":
    """Where a box has no paper for such a thing."""
    raise PressError(Sentence("problem.paper.no_slips"))


class PieceDrawing:
    """`desk` and `marks` are those of now, `draw` knows the printers, `time` is what an entry made now would bear."""

    def __init__(
        self,
        tables: Tables,
        desk: Callable[[], Desk],
        marks: Callable[[], Marks],
        draw: "Callable[[Faces], Drawn]",
        time: Callable[[], str],
    ) -> None:
        self._tables = tables
        self._desk = desk
        self._marks = marks
        self._draw = draw
        self._time = time

    def __call__(self, paper: Voucher | TraceLabel, which: Copy) -> "Image":
        """Raises PressError."""
        with refusing():
            pictures = self._draw(self._faces(paper, which)).pictures
            if len(pictures) != 1:
                raise PaperError("paper.overflow", field=paper.kind, text=paper.number)
        return pictures[0]

    def _faces(self, paper: Voucher | TraceLabel, which: Copy) -> Faces:
        desk, header = self._desk(), self._header(paper)
        again = (desk.words.say("paper.reprint", copy=which.copy - 1),) if which.copy > 1 else ()
        if isinstance(paper, Voucher):
            return voucher.face(paper, header, desk, again)
        known = self._tables.orders.subject(paper.subject)
        marks = self._marks().marks
        names = [marks[one].names.get(desk.words.language, one) for one in paper.marks if one in marks]
        who = paper.subject if known is None else known.name
        face = trace_label.face(paper, who, header, names, desk, int(which.part))
        number, *rest = face.foot
        return (replace(face, foot=(" ".join((number, *again)), *rest)),)

    def _header(self, paper: Voucher | TraceLabel) -> Header:
        """That of its entry, or, before there is one, as it will be."""
        seq = self._tables.prints.entry_of(paper.number)
        payload = self._tables.payload(seq) if seq else None
        if payload is not None:
            return read(payload).header
        first = self._tables.payload(1)
        log = read(first).header.log if first is not None else ""
        return Header(log, self._tables.last() + 1, self._time(), "county", paper.kind, UNHASHED)
