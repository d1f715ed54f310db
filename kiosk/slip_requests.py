"""Which slips and labels a finger may ask for at the bench: results, seals, tubes. Owned by the attendant's thread.

A result's paper is asked for by its sample; only whose turn it is gets it.
"""

import secrets
from collections.abc import Callable, Mapping

from kiosk.open_visit import OpenVisit
from kiosk.rules.scan import tags
from kiosk.rules.scan.tags import Tag
from kiosk.rules.visits import inspection
from kiosk.rules.visits.turn import Stage, Turn, Visit
from kiosk.slip_desk import SlipDesk

TOLD = (Stage.RESULT, Stage.RETESTING, Stage.STOPPED, Stage.PROMISE)  # where results stand on the page


class SlipRequests:
    def __init__(self, open_visit: OpenVisit, slips: SlipDesk) -> None:
        self._open = open_visit
        self._slips = slips

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        return {
            "print_report": self.report,
            "print_seals": self.seals,
            "print_hand_in": lambda _: self.hand_in(),
            "tube_labels": lambda _: self.tube_labels(),
        }

    def report(self, sample: str) -> None:
        """Of one sample at the bench, by its code; without one of all of them, or of whoever stands there."""
        visit = self._open.visit
        if visit.stage in TOLD:
            for seq in told(visit, sample):
                self._slips.slip("report", seq)

    def seals(self, sample: str) -> None:
        """A label for each seal of the portions."""
        visit = self._open.visit
        mine = visit.turn is Turn.STAFF and any(one.sample.sample_code == sample for one in visit.loaded)
        found = self._open.record.tables.work.sample(sample) if mine else None
        if found is not None and found[1].seals:
            self._slips.slip("seals", found[0])

    def hand_in(self) -> None:
        """Once more, for whoever lost it, or whose printer had no paper."""
        visit = self._open.visit
        found = self._open.record.tables.work.sample(visit.slip) if visit.slip else None
        if found is not None and visit.turn is not Turn.STAFF:
            self._slips.slip("hand_in", found[0])

    def tube_labels(self) -> None:
        """Each sample of this run without a tube gets a number; then a label for every one, by their channels."""
        visit = self._open.visit
        if visit.stage is not Stage.LOADING:
            return
        for one in visit.loaded:
            if not one.tube:
                number = tags.tag_number(Tag.TUBE, secrets.token_bytes(tags.RANDOM_BYTES))
                self._open.step(inspection.tube_bound(self._open.visit, one.sample, number, one.channel))
        placed = sorted(self._open.visit.loaded, key=lambda one: one.channel or 0)
        self._slips.tubes(tuple(one.tube for one in placed if one.tube))


def told(visit: Visit, sample: str) -> tuple[int, ...]:
    """Entries of the tests that stand on the page: of each sample the last one."""
    if visit.turn is not Turn.STAFF:
        return tuple(note.seq for note in visit.tests[-1:])
    wanted = [one for one in visit.loaded if sample in ("", one.sample.sample_code)]
    return tuple(one.notes[-1].seq for one in wanted if one.notes)
