"""The visit that is being served, with the run of the analyzer that belongs to it: durable before anyone sees it move.

Owned by the attendant's thread, as the record is.
"""

import json
import secrets
from collections.abc import Callable, Mapping

from kiosk import resume
from kiosk.record import Record
from kiosk.rules import visit as turn
from kiosk.rules.messages import EntryBody
from kiosk.rules.products import Product
from kiosk.rules.turn import FINAL, Stage, Visit, VisitRules
from kiosk.rules.visit_json import from_json, to_json
from kiosk.run import Run, run_from

RECENT = 20  # entries at the end of the log that a saved visit may lag behind


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
        saved = (visit.id, json.dumps(to_json(visit), ensure_ascii=False), None if run is None else run.json())
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

    def resume(self, products: Mapping[str, Product]) -> None:
        """Take up the visit that was open when the station stopped, as far as the log says that it came."""
        saved = self.record.tables.open_visit()
        if saved is None:
            return
        last = self.record.last
        recent = [(seq, self.record.read(seq)) for seq in range(max(1, last - RECENT + 1), last + 1)]
        run = None if saved[1] is None else run_from(saved[1])
        resumed = resume.caught_up(from_json(json.loads(saved[0])), run, recent, self.rules(), products)
        self.visit, self.run = turn.noticed(resumed.visit, resumed.visit.notice), resumed.run


def _nobody() -> Visit:
    return Visit(id=secrets.token_hex(4))
