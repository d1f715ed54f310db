"""Slips and labels beside the numbered papers: asked for by name and entry, drawn by a thread of their own, printed.

A slip is a copy of what the record holds: no entry is made for it, nothing waits for it, and what became of it is told
on the screen. It never comes out between the pieces of a numbered paper. Only whose slip it is, and staff, may have it
once more. What did not come out is kept over a restart. Owned by the attendant's thread.

    waiting > drawing > waiting > printing > done | failed | unsure;  failed | unsure > waiting: once more
"""

import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from drivers.errors import DeviceError
from drivers.printer.job import job_id
from kiosk.devices import PrintEnded, PrintJob
from kiosk.paper.errors import PaperError
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Stage, Turn, Visit
from kiosk.screen import SlipShown
from kiosk.slip_faces import Faces, SlipError, SlipFaces
from kiosk.tools.tool import Reach

if TYPE_CHECKING:
    from kiosk.slip_pages import Drawn

logger = logging.getLogger(__name__)

SLIP = "slips/"  # begins the name under which the record keeps a slip, beside the open visits
SHOWN_FOR = 12.0  # seconds for which it is told that a slip has come out; as long its button gives no second one
MOST = 12  # of those that have ended: older ones are asked for anew where they belong
NUMBERED = (Stage.PRINTING, Stage.CONTINUING, Stage.UNPRINTED, Stage.UNSURE, Stage.PIECES)
PREFIX = "slip/"  # begins a slip's name at the printer; no paper's number does


class SlipState(StrEnum):
    WAITING = "waiting"
    DRAWING = "drawing"
    PRINTING = "printing"
    DONE = "done"
    FAILED = "failed"  # not printed; the problem says why
    UNSURE = "unsure"  # begun, and nobody knows what came out


ENDED = (SlipState.DONE, SlipState.FAILED, SlipState.UNSURE)

Draw = Callable[[Faces], "Drawn"]  # in any thread; raises PaperError


@dataclass(frozen=True, slots=True)
class Slip:
    """`page` is the picture that is at the printer or comes next; `tried` how often the slip was asked for.

    `visit` is the turn in which it was asked for, `subject` whom its entry is about; `tubes` the numbers of labels.
    """

    id: str
    name: str
    seq: int = 0
    about: str = ""
    visit: str = ""
    subject: str = ""
    tubes: tuple[str, ...] = ()
    state: SlipState = SlipState.WAITING
    page: int = 0
    tried: int = 1
    problem: Sentence | None = None
    since: float = field(default_factory=time.monotonic)
    pages: "Drawn | None" = None


@dataclass(frozen=True, slots=True)
class SlipDrawn:
    """What the drawing thread posts."""

    slip: str
    pages: "Drawn | None"
    problem: Sentence | None = None


class SlipDesk:
    def __init__(self, reach: Reach, faces: SlipFaces, draw: Draw) -> None:
        self.faces = faces
        self._reach = reach
        self._draw = draw
        kept = (read(saved) for name, saved, _ in reach.record.tables.open_visits() if is_slip(name))
        self._slips: dict[str, Slip] = {one.id: one for one in kept if one is not None}

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        return {"slip_again": self.again, "slip_off": self.off}

    @property
    def shown(self) -> tuple[SlipShown, ...]:
        """The oldest first."""
        return tuple(
            SlipShown(one.id, one.name, str(one.state), one.about, one.problem, yours=self._yours(one))
            for one in self._slips.values()
        )

    # --- asked for ------------------------------------------------------------------------------------------------

    def slip(self, name: str, seq: int) -> None:
        """Print the piece of this name about an entry. One that is asked for twice at once comes out once."""
        same = next((one for one in self._slips.values() if (one.name, one.seq) == (name, seq)), None)
        if same is not None:
            self.again(same.id)
            return
        about, whose = self.faces.about(name, seq), self.faces.whose(name, seq)
        self._keep(Slip(secrets.token_hex(4), name, seq, about, self._turn(), whose))
        self._go_on()

    def tubes(self, numbers: tuple[str, ...]) -> None:
        """A label for each of these tubes."""
        if numbers:
            self._keep(Slip(secrets.token_hex(4), "tubes", 0, str(len(numbers)), self._turn(), tubes=numbers))
            self._go_on()

    def again(self, slip: str) -> None:
        """From the page that did not come out, for whose it is."""
        known = self._slips.get(slip)
        if known is not None and known.state in (SlipState.FAILED, SlipState.UNSURE) and self._yours(known):
            self._keep(replace(known, state=SlipState.WAITING, tried=known.tried + 1, problem=None, pages=None))
            self._go_on()

    def off(self, slip: str) -> None:
        """Nobody wants it any more, or the person says that it is whole."""
        known = self._slips.get(slip)
        if known is not None and known.state in ENDED and self._yours(known):
            self._drop(slip)
            self._reach.show()

    # --- what threads and time bring ------------------------------------------------------------------------------

    def heard(self, event: object) -> bool:
        """Whether it was about a slip."""
        match event:
            case SlipDrawn(slip=slip):
                self._was_drawn(slip, event)
            case PrintEnded(number=number) if number.startswith(PREFIX):
                self._ended(number.removeprefix(PREFIX), event)
            case _:
                return False
        self._go_on()
        return True

    def settle(self) -> None:
        """Now and then: what has been told long enough goes, and what waited behind a paper comes."""
        now = time.monotonic()
        over = [one.id for one in self._slips.values() if one.state is SlipState.DONE and now - one.since > SHOWN_FOR]
        for slip in over:
            self._drop(slip)
        if over:
            self._reach.show()
        self._go_on()

    # --- within ---------------------------------------------------------------------------------------------------

    def _turn(self) -> str:
        """An idle screen is nobody's: whoever comes next goes on with the same visit."""
        visit = self._reach.open.visit
        return "" if visit.stage is Stage.IDLE else visit.id

    def _yours(self, slip: Slip) -> bool:
        """Whether whoever stands there may have it once more: his slip, one that he asked for, or he is of the staff.

        A badge alone proves nothing yet.
        """
        visit = self._reach.open.visit
        if visit.staff and not (visit.turn is Turn.STAFF and visit.stage is Stage.PROVING):
            return True
        if slip.visit and slip.visit == visit.id:
            return True
        if not slip.subject or visit.subject is None or visit.presence is None:
            return False
        return slip.subject in self._reach.record.tables.orders.same(visit.subject.id)

    def _keep(self, slip: Slip) -> None:
        """The screen is drawn anew; of those that have ended, the oldest go when there are many."""
        self._slips[slip.id] = replace(slip, since=time.monotonic())
        if slip.state is SlipState.DONE:
            self._reach.record.close_visit(SLIP + slip.id)
        else:
            self._reach.record.save_visit(SLIP + slip.id, saved(slip), None)
        ended = [one.id for one in self._slips.values() if one.state in ENDED]
        for old in ended[:-MOST]:
            self._drop(old)
        self._reach.show()

    def _drop(self, slip: str) -> None:
        del self._slips[slip]
        self._reach.record.close_visit(SLIP + slip)

    def _go_on(self) -> None:
        """One at a time: drawn whenever there is one, sent when no numbered paper is under way."""
        if any(one.state in (SlipState.DRAWING, SlipState.PRINTING) for one in self._slips.values()):
            return
        following = next((one for one in self._slips.values() if one.state is SlipState.WAITING), None)
        if following is None:
            return
        if following.pages is None:
            self._draw_it(following)
        elif not numbered(self._reach.open.visit):
            self._send(following)

    def _draw_it(self, slip: Slip) -> None:
        """With the words that it has now."""
        try:
            faces = self.faces.tubes(slip.tubes) if slip.tubes else self.faces.of(slip.name, slip.seq)
        except SlipError as none:
            self._keep(replace(slip, state=SlipState.FAILED, problem=none.sentence))
            return
        self._keep(replace(slip, state=SlipState.DRAWING))
        threading.Thread(target=self._drawing, args=(slip.id, faces), name="slips", daemon=True).start()

    def _drawing(self, slip: str, faces: Faces) -> None:
        """In the thread of its own."""
        try:
            done = SlipDrawn(slip, self._draw(faces))
        except PaperError as wrong:
            facts = {name: str(value) for name, value in wrong.facts.items()}
            done = SlipDrawn(slip, None, Sentence(f"problem.{wrong.code}", facts))
        self._reach.post(done)

    def _was_drawn(self, slip: str, event: SlipDrawn) -> None:
        known = self._slips.get(slip)
        if known is None or known.state is not SlipState.DRAWING:
            return
        if event.pages is None:
            self._keep(replace(known, state=SlipState.FAILED, problem=event.problem))
        else:
            self._keep(replace(known, state=SlipState.WAITING, pages=event.pages))

    def _send(self, slip: Slip) -> None:
        if slip.pages is None or slip.page >= len(slip.pages.pictures):
            self._keep(replace(slip, state=SlipState.DONE, pages=None))
            return
        self._keep(replace(slip, state=SlipState.PRINTING))
        number, part = PREFIX + slip.id, str(slip.page)
        name = job_id(f"{number}/{part}", slip.tried)
        raster = slip.pages.pictures[slip.page]
        self._reach.print(PrintJob(number, slip.tried, raster, name, part, slip.pages.label))

    def _ended(self, slip: str, event: PrintEnded) -> None:
        known = self._slips.get(slip)
        if known is None or (event.part, event.copy) != (str(known.page), known.tried):
            return
        if not event.done:
            state = SlipState.UNSURE if event.begun else SlipState.FAILED
            self._keep(replace(known, state=state, problem=_why(event), pages=None))
        elif known.pages is None or known.page + 1 == len(known.pages.pictures):
            self._keep(replace(known, state=SlipState.DONE, pages=None))
        else:
            self._keep(replace(known, state=SlipState.WAITING, page=known.page + 1))


def is_slip(name: str) -> bool:
    return name.startswith(SLIP)


def saved(slip: Slip) -> str:
    problem = None if slip.problem is None else [slip.problem.key, dict(slip.problem.facts)]
    told = [slip.name, slip.seq, slip.about, slip.visit, slip.subject, slip.tubes, slip.state, slip.page, slip.tried]
    return json.dumps([slip.id, *told, problem], ensure_ascii=False)


def read(text: str) -> Slip | None:
    """As a restart finds it: what was not sent is drawn anew, of what was at the printer nobody knows."""
    try:
        name, kind, seq, about, visit, subject, tubes, state, page, tried, problem = json.loads(text)
        was = SlipState(state)
        now = {SlipState.DRAWING: SlipState.WAITING, SlipState.PRINTING: SlipState.UNSURE}.get(was, was)
        why = None if problem is None else Sentence(problem[0], problem[1])
        return Slip(name, kind, seq, about, visit, subject, tuple(tubes), now, page, tried, why)
    except (ValueError, TypeError, LookupError) as wrong:
        logger.warning("a slip cannot be taken up: %s", wrong)
        return None


def numbered(visit: Visit) -> bool:
    """Pieces of a numbered paper are under way for whoever stands there."""
    return visit.stage in NUMBERED or (visit.stage is Stage.VOIDING and visit.aside in NUMBERED)


def _why(event: PrintEnded) -> Sentence | None:
    if event.problem is not None:
        return _sentence(event.problem)
    return Sentence(f"problem.{event.evidence}") if event.evidence.startswith("printer.") else None


def _sentence(problem: DeviceError) -> Sentence:
    return Sentence(f"problem.{problem.code}", {name: str(value) for name, value in problem.facts.items()})
