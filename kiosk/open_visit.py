"""The visit that is being served, with the run of the analyzer that belongs to it: durable before anyone sees it move.

Owned by the attendant's thread, as the record is.
"""

import json
import logging
import secrets
from collections.abc import Callable

from kiosk import resume
from kiosk.record import Record
from kiosk.rules.errors import Unreadable
from kiosk.rules.messages import EntryBody
from kiosk.rules.turn import FINAL, Stage, Visit, VisitRules
from kiosk.rules.visit_json import from_json, to_json
from kiosk.run import Run, run_from

logger = logging.getLogger(__name__)


class OpenVisit:
    """`rules` gives the settings and packs of now; `moved` is called after every change, with whether the stage did."""

    def __init__(self, record: Record, rules: Callable[[], VisitRules], moved: Callable[[bool], None]) -> None:
        self.record = record
        self.rules = rules
        self.visit = _nobody()
        self.run: Run | None = None
        self._moved = moved

    @property
    def stage(self) -> Stage:
        return self.visit.stage

    def move(self, visit: Visit, body: EntryBody | None = None, run: Run | None = None) -> None:
        """Take the visit (and its run) to a new state, together with the entry that brought it there."""
        seq = self.record.last if body is None else self.record.last + 1
        state = json.dumps({"seq": seq, **to_json(visit)}, ensure_ascii=False)
        saved = (visit.id, state, None if run is None else run.json())
        if body is None:
            self.record.save_visit(*saved)
        else:
            self.record.append(body, saved)
        stage_changed = visit.stage is not self.visit.stage
        self.visit, self.run = visit, run
        self._moved(stage_changed)

    def step(self, visit: Visit) -> None:
        """A transition that leaves the run as it is."""
        self.move(visit, run=self.run)

    def tell(self, visit: Visit) -> None:
        """The same visit with another sentence to show; nothing has happened that must survive a restart."""
        self.visit = visit
        self._moved(False)

    def close(self) -> None:
        """The visit has ended: the box is there for the next person."""
        if self.stage in FINAL:
            self.record.close_visit(self.visit.id)
            self.visit, self.run = _nobody(), None
            self.record.checkpoint()
            self._moved(True)

    def resume(self) -> None:
        """Take up the visit that was open when the station stopped, as far as the log says that it came.

        Only entries behind the saved state count: a print that failed before does not speak for the one in progress.
        """
        saved = self.record.tables.open_visit()
        if saved is None:
            return
        state = json.loads(saved[0])
        try:
            visit, run = from_json(state), None if saved[1] is None else run_from(saved[1])
        except Unreadable as wrong:
            logger.warning("an open visit cannot be taken up: %s", wrong)
            self.record.close_visit(str(state.get("id")))
            return
        later = range(state.get("seq", self.record.last) + 1, self.record.last + 1)
        resumed = resume.caught_up(visit, run, [(seq, self.record.read(seq)) for seq in later])
        self.visit, self.run = resumed.visit, resumed.run


def _nobody() -> Visit:
    return Visit(id=secrets.token_hex(4))
