"""Turns that wait aside: «next person», the hand-in slip, and who may take such a turn up again. Attendant's thread.

A finger on the list opens nobody's turn: it only says whose card is awaited. A card, a slip's code or a badge opens it,
with the proof that it was begun with. Nobody's waits for ever: goods, tests and papers of it are recorded, and the next
turn finds them.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.clock import Clock
from kiosk.open_visit import OpenVisit
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import SampleTaken, Test
from kiosk.rules.personal import masks
from kiosk.rules.scan import codes, tags
from kiosk.rules.scan.tags import Tag
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import FINAL, Planned, Stage, Turn, Visit
from kiosk.run import Place, code_of

HAND_IN = "hand_in"  # the slip about a sample that was left here
NOBODY = (Stage.IDLE, *FINAL)
KEPT = timedelta(days=3)
AWAKE = 3600.0  # seconds that it waited in this start, too: a clock that was set right says nothing of how long


class Asides:
    """`park` sets the turn on the screen aside as its stage demands; `slip` prints the piece about an entry.

    `came_back` takes up the turn whose slip was shown, or asks first who shows it.
    """

    def __init__(
        self,
        open_visit: OpenVisit,
        place: Place,
        clock: Clock,
        park: Callable[[], None],
        slip: Callable[[str, int], None],
        came_back: Callable[[Visit], None],
        uptime: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open = open_visit
        self._place = place
        self._clock = clock
        self._park = park
        self._slip = slip
        self._came_back = came_back
        self._uptime = uptime
        self._seen: dict[str, float] = {}  # turn -> uptime when it was first seen to wait

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        return {"next_person": lambda _: self.next_person(), "aside": self.asked}

    @property
    def may_park(self) -> bool:
        return turn.may_park(self._open.visit)

    def next_person(self) -> None:
        """The box is there for the next one; who leaves a sample here gets its slip. Raises OutOfTurn."""
        visit = self._open.visit
        if visit.stage in FINAL:
            self._open.close()
        elif not self.may_park:
            raise OutOfTurn("next_person", visit.stage)
        elif visit.stage is Stage.TESTING and visit.turn is not Turn.STAFF:
            self._hand_in(visit)
        else:
            self._park()

    def left(self) -> None:
        """Nobody touched the screen for as long as a run may take: who only waits for an analyzer waits aside."""
        if self._open.visit.queued:
            self.next_person()

    def settle(self) -> None:
        """Now and then: who has not come back for days begins anew. A run that is on ends first."""
        parked, up = self._open.parked, self._uptime()
        self._seen = {name: self._seen.get(name, up) for name in parked}
        awake = [one for name, one in parked.items() if up - self._seen[name] > AWAKE and one.since]
        for one in awake:
            idle = self._open.run_of(one.id) is None
            if idle and self._clock.now().at - datetime.fromisoformat(one.since) > KEPT:
                self._open.forget(one)

    def asked(self, wanted: str) -> None:
        """A finger pointed at a turn on the list: its card is awaited, and nothing of it is shown."""
        aside = self._open.parked.get(wanted)
        if aside is None or self._open.stage is not Stage.IDLE:
            raise OutOfTurn("aside", self._open.stage)
        self._open.asked_for = wanted
        self._open.tell(turn.noticed(self._open.visit, _whose(aside)))

    def seen(self, data: bytes) -> bool:
        """A code was held up while nobody is served: of a slip, or of a tube that it names; whether it was one."""
        if self._open.stage not in NOBODY or not self._open.parked:
            return False
        aside = next((one for code in spoken(data) if (one := self._open.parked_by_slip(code))), None)
        if aside is not None:
            self._open.close()
            self._came_back(aside)
        return aside is not None

    def _hand_in(self, visit: Visit) -> None:
        """The sample stays here without its owner: from now on it has an entry, and he a slip."""
        first = self._first_code(visit)
        slip = visit.slip or first or tags.tag_number(Tag.TUBE, secrets.token_bytes(tags.RANDOM_BYTES))
        known = replace(visit, slip=slip)
        code = first or code_of(known, self._open.run, None)
        if self._open.record.tables.work.sample(code) is not None:
            self._open.park_as(known)
            return
        self._open.park_as(known, self._sample(known, code))
        self._slip(HAND_IN, self._open.record.last)

    def _first_code(self, visit: Visit) -> str:
        """Of the sample whose repeats are made; empty for a first test."""
        if visit.planned is not Planned.REPEAT:
            return ""
        first = turn.repeated(visit, self._open.rules_of(visit))
        test = None if first is None else self._open.record.read(first)
        return test.sample_code if isinstance(test, Test) else ""

    def _sample(self, visit: Visit, code: str) -> SampleTaken:
        subject = visit.subject
        return SampleTaken(
            sample_code=code,
            sample_type=self._place.sample_type,
            scene=self._place.scene,
            subject=subject.id if subject else "",
            subject_name=subject.name if subject else "",
            product=visit.product,
            lot=visit.lot,
            origin=visit.origin,
            taken_at=self._clock.now().at.isoformat(timespec="seconds"),
            sampler="",
        )


def spoken(data: bytes) -> tuple[str, ...]:
    """What a code may name: our own number in it, its text as it stands, or the sample whose seal it is."""
    told = codes.explain(data)
    text = codes.text_of(data) or ""
    number = tags.parse_tag(told.text) or ""
    return tuple(dict.fromkeys(one for one in (number, told.text, text, text.rpartition("-")[0]) if one))


def _whose(aside: Visit) -> Sentence:
    if aside.turn is Turn.STAFF:
        return Sentence("waiting.show_badge")
    return Sentence("waiting.show_card", {"who": masks.name(aside.subject.name if aside.subject else "")})
