"""The visit that is being served and those that are parked, each with its run: durable before anyone sees them move.

A run belongs to its visit, whether that is on the screen or aside. Owned by the attendant's thread, as the record is.
"""

import logging
import secrets
from collections.abc import Callable

from kiosk.record import Record
from kiosk.resume import Resumed, caught_up
from kiosk.rules.errors import OutOfTurn, Unreadable
from kiosk.rules.messages import EntryBody
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import FINAL, Stage, Turn, Visit, VisitRules
from kiosk.run import Run, run_from
from kiosk.saved_visit import from_json, to_json
from kiosk.verify import PaperCheck

logger = logging.getLogger(__name__)


class OpenVisit:
    """`rules` gives the settings and packs of now, with the method of the analyzer of that name; `moved` is called
    after every change, with whether the stage of the one on the screen did.
    """

    def __init__(self, record: Record, rules: Callable[[str], VisitRules], moved: Callable[[bool], None]) -> None:
        self.record = record
        self.visit = _nobody()
        self.run: Run | None = None
        self.parked: dict[str, Visit] = {}
        self.checked: PaperCheck | None = None  # what was answered to a paper that somebody held up; nobody's turn
        self.asked_for = ""  # the parked turn that a finger pointed at: its card is awaited
        self._runs: dict[str, Run] = {}  # of the parked ones
        self._rules = rules
        self._moved = moved

    @property
    def stage(self) -> Stage:
        return self.visit.stage

    def rules(self) -> VisitRules:
        """For the one on the screen."""
        return self.rules_of(self.visit)

    def rules_of(self, visit: Visit) -> VisitRules:
        """Nothing is judged by another analyzer's method."""
        return self._rules(visit.analyzer)

    # --- whoever is open ------------------------------------------------------------------------------------------

    def all(self) -> tuple[Visit, ...]:
        """The one on the screen, then those aside, the oldest first."""
        return (self.visit, *self.parked.values())

    def find(self, visit: str) -> Visit | None:
        return self.visit if visit == self.visit.id else self.parked.get(visit)

    def run_of(self, visit: str) -> Run | None:
        return self.run if visit == self.visit.id else self._runs.get(visit)

    def advance(
        self, visit: str, step: Callable[[Visit], Visit], body: EntryBody | None = None, run: Run | None = None
    ) -> None:
        """Take any open visit (and its run) further: the one on the screen, or one aside, which stays aside.

        Raises OutOfTurn when there is no such visit any more.
        """
        if visit == self.visit.id:
            self.move(step(self.visit), body, run)
            return
        aside = self.parked.get(visit)
        if aside is None:
            raise OutOfTurn("advance", self.stage)
        self._keep(turn.meanwhile(aside, step), body, run)
        self._moved(False)

    def say(self, visit: str, notice: Sentence | None) -> None:
        """Another sentence to show with this visit; nothing has happened that must survive a restart."""
        if visit == self.visit.id:
            self.tell(turn.noticed(self.visit, notice))
        elif visit in self.parked:
            self.parked[visit] = turn.noticed(self.parked[visit], notice)
            self._moved(False)

    # --- on the screen --------------------------------------------------------------------------------------------

    def move(self, visit: Visit, body: EntryBody | None = None, run: Run | None = None) -> None:
        """Take the visit (and its run) to a new state, together with the entry that brought it there."""
        self._save(visit, body, run)
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

    def close(self) -> None:
        """The visit has ended, or an answer was read: the box is there for the next person."""
        if self.checked is not None:
            self.answer(None)
        if self.stage in FINAL:
            self.record.close_visit(self.visit.id)
            self._leave()

    def succeed(self, visit: Visit) -> None:
        """The turn has ended, and the same person goes on with one of its own."""
        self.record.close_visit(self.visit.id)
        self.move(visit)
        self.record.checkpoint()

    # --- aside ----------------------------------------------------------------------------------------------------

    def park(self) -> None:
        """Set the turn aside, with its run; the box is there for the next person."""
        self.park_as(self.visit)

    def park_as(self, visit: Visit, body: EntryBody | None = None) -> None:
        """The same, with what is known of it now, and with the entry about what was left here."""
        aside = turn.parked(visit, self._rules(visit.analyzer).at.isoformat(timespec="seconds"))
        self._keep(aside, body, self.run)
        self._leave()

    def parked_of(self, subject: str) -> Visit | None:
        """What this subject left unfinished: the turn that was asked for, or the oldest."""
        mine = [one for one in self.parked.values() if one.subject and one.subject.id == subject and not _staff(one)]
        return next((one for one in mine if one.id == self.asked_for), next(iter(mine), None))

    def parked_of_staff(self, staff: str) -> Visit | None:
        """What this member of staff left unfinished at the bench or in a sheet."""
        mine = [one for one in self.parked.values() if one.staff == staff and _staff(one)]
        return next((one for one in mine if one.id == self.asked_for), next(iter(mine), None))

    def parked_by_slip(self, code: str) -> Visit | None:
        """Whose hand-in slip, or whose sample's tube, this is. A slip may say which of his samples it is about."""
        slips = [one for one in self.parked.values() if one.slip and not _staff(one)]
        return next((one for one in slips if code == one.slip or code.startswith(f"{one.slip}-")), None)

    def take_up(self, aside: Visit) -> None:
        """Go on with a parked turn; nobody else is being served, but he may have said again who he is."""
        resumed = turn.resumed(aside)
        self.record.close_visit(self.visit.id)
        del self.parked[aside.id]
        self.asked_for = ""
        self.move(resumed, run=self._runs.pop(aside.id, None))

    def forget(self, aside: Visit) -> None:
        """Nobody came back for it; what was recorded of it stays."""
        del self.parked[aside.id]
        self._runs.pop(aside.id, None)
        self.record.close_visit(aside.id)
        self._moved(False)

    # --- after a restart ------------------------------------------------------------------------------------------

    def resume(self) -> None:
        """Take up the visits that were open when the station stopped, as far as the log says that they came."""
        found = [one for saved in self.record.tables.open_visits() if (one := self._resumed(*saved)) is not None]
        for one in sorted(found, key=lambda one: (one.visit.since, one.visit.queued, one.visit.id)):
            if one.visit.stage is not Stage.PARKED:
                self.visit, self.run = one.visit, one.run
                continue
            self.parked[one.visit.id] = one.visit
            if one.run is not None:
                self._runs[one.visit.id] = one.run

    def _resumed(self, name: str, saved: str, run: str | None) -> Resumed | None:
        if "/" in name:  # kept beside the visits: a paper at the printer, a slip, a count of wrong tries
            return None
        try:
            visit, seq = from_json(saved)
            return self._caught_up(visit, seq, _run_of(run))
        except Unreadable as wrong:
            logger.warning("an open visit cannot be taken up: %s", wrong)
            self.record.close_visit(name)
            return None

    def _caught_up(self, visit: Visit, seq: int, run: Run | None) -> Resumed:
        """Only entries behind the saved state count: a print that failed before does not speak for the one now."""
        later = range(seq + 1, self.record.last + 1)
        return caught_up(visit, run, [(number, self.record.read(number)) for number in later])

    # --- within ---------------------------------------------------------------------------------------------------

    def _keep(self, aside: Visit, body: EntryBody | None, run: Run | None) -> None:
        self._save(aside, body, run)
        self.parked[aside.id] = aside
        self._runs.pop(aside.id, None)
        if run is not None:
            self._runs[aside.id] = run

    def _save(self, visit: Visit, body: EntryBody | None, run: Run | None) -> None:
        seq = self.record.last if body is None else self.record.last + 1
        saved = (visit.id, to_json(visit, seq), None if run is None else run.json())
        if body is None:
            self.record.save_visit(*saved)
        else:
            self.record.append(body, saved)

    def _leave(self) -> None:
        self.visit, self.run = _nobody(), None
        self.record.checkpoint()
        self._moved(True)


def _staff(visit: Visit) -> bool:
    return visit.turn is Turn.STAFF


def _run_of(saved: str | None) -> Run | None:
    """A run that an older program saved in another form is lost, which the visit is told; the visit is not."""
    try:
        return None if saved is None else run_from(saved)
    except (Unreadable, ValueError, TypeError, KeyError) as wrong:
        logger.warning("a run cannot be taken up: %s", wrong)
        return None


def _nobody() -> Visit:
    return Visit(id=secrets.token_hex(4))
