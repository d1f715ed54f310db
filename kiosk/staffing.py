"""Staff at the box: badge, then PIN, then the desk; or beside somebody who is being served. Attendant's thread.

A badge that is shown in somebody's turn asks for its PIN over the page; until then, and without it, nothing changes.
"""

from collections.abc import Callable
from dataclasses import replace

from kiosk.open_visit import OpenVisit
from kiosk.proving import Badges
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Present, Staff
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import arrival, inspection
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import FINAL, Stage, Turn

NOBODY_YET = (Stage.IDLE, Stage.KEYING)
NOT_NOW = (Stage.PRINTING, Stage.CONTINUING, Stage.TESTING)  # what comes of them must not be covered


class Staffing:
    def __init__(self, open_visit: OpenVisit, badges: Badges) -> None:
        self.badges = badges
        self._open = open_visit
        self._waiting: tuple[str, Stage, Staff] | None = None  # visit and stage in which a badge was shown

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        return {
            "badge": self.keyed,
            "badge_pin": self.pin,
            "badge_leave": lambda _: self._forget(),
            "log_off": lambda _: self.log_off(),
        }

    @property
    def helper(self) -> Staff | None:
        """Whose PIN is asked over somebody's page."""
        if self._waiting is None or self._waiting[:2] != (self._open.visit.id, self._open.stage):
            return None
        return self._waiting[2]

    @property
    def may_vouch(self) -> bool:
        """Staff who proved themselves stand beside somebody who has not."""
        visit = self._open.visit
        return visit.stage is Stage.PROVING and bool(visit.staff) and arrival.may_vouch(visit, self._open.rules())

    # --- badges -----------------------------------------------------------------------------------------------------

    def scanned(self, data: bytes) -> bool:
        """Whether this code was a badge."""
        person = self.badges.shown(data)
        if person is not None:
            self._shown(person)
        return person is not None

    def keyed(self, typed: str) -> None:
        """The number of a badge, where the camera sees nothing."""
        if self._open.stage in NOBODY_YET:
            self._shown(self.badges.numbered(typed))

    def _shown(self, person: Staff | Sentence) -> None:
        if isinstance(person, Sentence):
            self._tell(person)
            return
        if self._open.stage in FINAL:
            self._open.close()
        visit = self._open.visit
        if visit.stage in NOBODY_YET:
            self._open.step(replace(inspection.badge_shown(visit, person.badge), staff=person.id))
        elif visit.staff != person.id and visit.stage not in NOT_NOW:
            self._waiting = (visit.id, visit.stage, person)
            self._open.tell(turn.noticed(visit, None))

    # --- PIN --------------------------------------------------------------------------------------------------------

    def pin(self, typed: str) -> None:
        """Of the badge that was shown last: beside somebody, or his own turn."""
        helper, visit = self.helper, self._open.visit
        own = visit.turn is Turn.STAFF and visit.stage is Stage.PROVING
        if helper is None and not own:
            raise OutOfTurn("badge_pin", visit.stage)
        wrong = self.badges.wrong(visit.staff if helper is None else helper.id, typed)
        if wrong is not None:
            self._tell(wrong)
        elif helper is None:
            self._logged_on()
        elif visit.turn is Turn.STAFF:
            self._instead(helper)
        else:
            self._beside(helper)

    def _logged_on(self) -> None:
        """To the desk, or to what he left open."""
        visit = self._open.visit
        aside = self._open.parked_of_staff(visit.staff)
        if aside is None:
            self._open.step(arrival.pin_given(visit, self._open.rules(), right=True))
        else:
            self._open.take_up(aside)

    def _instead(self, person: Staff) -> None:
        """Another one takes over: what the first has open waits for him."""
        self._waiting = None
        if turn.may_park(self._open.visit):
            self._open.park()
        else:
            self.log_off()
        fresh = replace(inspection.badge_shown(self._open.visit, person.badge), staff=person.id)
        self._open.step(fresh)
        self._logged_on()

    def _beside(self, person: Staff) -> None:
        """The turn stays whose it is; that he was helped is recorded with whatever comes of it."""
        self._waiting = None
        here = Sentence("entrance.staff_here", {"name": person.name})
        self._open.step(replace(self._open.visit, staff=person.id, present=Present.HELPED, notice=here))

    # --- away -------------------------------------------------------------------------------------------------------

    def log_off(self) -> None:
        visit = self._open.visit
        if visit.turn is not Turn.STAFF:
            raise OutOfTurn("log_off", visit.stage)
        self._open.step(turn.abandon(visit))
        self._open.close()

    def settle(self) -> None:
        """Now and then: whose badge opens nothing any more stands at no desk, and helps nobody."""
        visit = self._open.visit
        if not visit.staff or self.badges.known(visit.staff) is not None:
            return
        if visit.turn is not Turn.STAFF:
            self._open.step(replace(visit, staff=""))
        elif turn.may_park(visit):
            self._open.park()
        elif turn.may_abandon(visit):
            self.log_off()

    def _forget(self) -> None:
        self._waiting = None
        self._open.tell(turn.noticed(self._open.visit, None))

    def _tell(self, sentence: Sentence) -> None:
        self._open.tell(turn.noticed(self._open.visit, sentence))
