"""The visit that is being served and those that are parked, each with its run: durable before anyone sees them move.

Owned by the attendant's thread, as the record is.
"""

import logging
import secrets
from collections.abc import Callable

from kiosk.numbered_papers import PAPER
from kiosk.record import Record
from kiosk.resume import Resumed, caught_up
from kiosk.rules.errors import OutOfTurn, Unreadable
from kiosk.rules.messages import EntryBody
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import FINAL, Stage, Visit, VisitRules
from kiosk.run import Run, run_from
from kiosk.saved_visit import from_json, to_json
from kiosk.verify import PaperCheck

logger = logging.getLogger(__name__)


class OpenVisit:
    """`rules` gives the settings and packs of now; `moved` is called after every change, with whether the stage did."""

    def __init__(self, record: Record, rules: Callable[[], VisitRules], moved: Callable[[bool], None]) -> None:
        self.record = record
        self.rules = rules
        self.visit = _nobody()
        self.run: Run | None = None
        self.parked: dict[str, Visit] = {}
        self.checked: PaperCheck | None = None  # what was answered to a paper that somebody held up; nobody's turn
        self._moved = moved

    @property
    def stage(self) -> Stage:
        return self.visit.stage

    def move(self, visit: Visit, body: EntryBody | None = None, run: Run | None = None) -> None:
        """Take the visit (and its run) to a new state, together with the entry that brought it there."""
        seq = self.record.last if body is None else self.record.last + 1
        saved = (visit.id, to_json(visit, seq), None if run is None else run.json())
        if body is None:
            self.record.save_visit(*saved)
        else:
            self.record.append(body, saved)
        stage_changed = visit.stage is not self.visit.stage
        self.visit, self.run, self.checked = visit, run, None
        self._moved(stage_changed)

    def step(self, visit: Visit) -> None:
        """A transition that leaves the run as it is."""
        self.move(visit, run=self.run)

    def tell(self, visit: Visit) -> None:
        """The same visit with another sentence to show; nothing has happened that must survive a restart."""
        self.visit = visit
        self._moved(False)

    def answer(self, checked: PaperCheck | None) -> None:
        """Show what a paper is worth while nobody is served; None takes it away."""
        self.checked = checked if self.stage is Stage.IDLE else None
        self._moved(False)

    def park(self) -> None:
        """Set the turn aside; the box is there for the next person. Not while the analyzer is at work for it."""
        if self.run is not None:
            raise OutOfTurn("parked", self.stage)
        aside = turn.parked(self.visit)
        self.step(aside)
        self.parked[aside.id] = aside
        self._leave()

    def parked_of(self, subject: str) -> Visit | None:
        """What this subject left unfinished, the oldest first."""
        return next((one for one in self.parked.values() if one.subject and one.subject.id == subject), None)

    def take_up(self, aside: Visit) -> None:
        """Go on with a parked turn; nobody else is being served, but he may have said again who he is."""
        resumed = turn.resumed(aside)
        self.record.close_visit(self.visit.id)
        del self.parked[aside.id]
        self.move(resumed)

    def close(self) -> None:
        """The visit has ended, or an answer was read: the box is there for the next person."""
        if self.checked is not None:
            self.answer(None)
        if self.stage in FINAL:
            self.record.close_visit(self.visit.id)
            self._leave()

    def resume(self) -> None:
        """Take up the visit that was open when the station stopped, as far as the log says that it came."""
        for name, saved, run in self.record.tables.open_visits():
            if name.startswith(PAPER):
                continue
            try:
                visit, seq = from_json(saved)
                found = self._caught_up(visit, seq, _run_of(run))
            except Unreadable as wrong:
                logger.warning("an open visit cannot be taken up: %s", wrong)
                self.record.close_visit(name)
                continue
            if found.visit.stage is Stage.PARKED:
                self.parked[name] = found.visit
            else:
                self.visit, self.run = found.visit, found.run

    def _caught_up(self, visit: Visit, seq: int, run: Run | None) -> Resumed:
        """Only entries behind the saved state count: a print that failed before does not speak for the one now."""
        later = range(seq + 1, self.record.last + 1) if visit.stage is not Stage.PARKED else range(0)
        return caught_up(visit, run, [(number, self.record.read(number)) for number in later])

    def _leave(self) -> None:
        self.visit, self.run = _nobody(), None
        self.record.checkpoint()
        self._moved(True)


def _run_of(saved: str | None) -> Run | None:
    """A run that an older program saved in another form is lost, which the visit is told; the visit is not."""
    try:
        return None if saved is None else run_from(saved)
    except (Unreadable, ValueError, TypeError, KeyError) as wrong:
        logger.warning("a run cannot be taken up: %s", wrong)
        return None


def _nobody() -> Visit:
    return Visit(id=secrets.token_hex(4))
