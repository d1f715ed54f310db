"""Who comes to the box: a code held up, or the number of a card by finger. Owned by the attendant's thread."""

from collections.abc import Callable

from kiosk.check_screen import CheckScreen
from kiosk.entrance import Entrance, Known
from kiosk.keyed import Keyed
from kiosk.open_visit import OpenVisit
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import arrival
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage

NOBODY_YET = (Stage.IDLE, Stage.KEYING)


class Arriving:
    """`closed` says why no turn may be begun; what somebody left unfinished is ended all the same."""

    def __init__(
        self, open_visit: OpenVisit, entrance: Entrance, closed: Callable[[], Sentence | None] = lambda: None
    ) -> None:
        self._open = open_visit
        self._entrance = entrance
        self._closed = closed
        self._keyed = Keyed(entrance)
        self._check = CheckScreen(open_visit, entrance.trust, open_visit.record.tables, entrance.neighbours)

    def settle(self) -> None:
        """Now and then: what was answered to a paper stood its time."""
        self._check.settle()

    def scanned(self, data: bytes) -> None:
        """The next person's card ends a finished visit; another code does not, nor does it disturb a keypad.

        A certificate that is shown while nobody is served is judged on the screen.
        """
        known = self._entrance.who(data)
        if not isinstance(known, Sentence):
            self._open.close()
        if self._open.stage not in NOBODY_YET:
            return
        if isinstance(known, Sentence):
            if self._open.stage is Stage.IDLE and not self._check.show(data):
                self._open.tell(turn.noticed(self._open.visit, known))
        elif not self._went_on(known.subject.id):
            self._came(known, keyed=False)

    def keyed(self, digits: str) -> None:
        """A number says who somebody wants to be; what he left unfinished waits until he has proved it."""
        if self._open.stage is not Stage.KEYING:
            return
        known = self._keyed.who(digits)
        if isinstance(known, Sentence):
            self._open.tell(turn.noticed(self._open.visit, known))
        else:
            self._came(known, keyed=True)

    def tail(self, digits: str) -> None:
        visit = self._open.visit
        answered = arrival.tail_given(visit, self._open.rules(), digits)
        proved = visit.presence is None and answered.presence is not None
        if visit.keyed and proved:
            self._keyed.proved()
        elif visit.keyed and answered.stage is Stage.STOPPED:
            self._keyed.refused()
        if not (proved and visit.subject is not None and self._went_on(visit.subject.id)):
            self._open.step(answered)

    def _went_on(self, subject: str) -> bool:
        """With what he left unfinished."""
        aside = self._open.parked_of(subject)
        if aside is not None:
            self._open.take_up(aside)
        return aside is not None

    def _came(self, known: Known, *, keyed: bool) -> None:
        if (why := self._closed()) is not None:
            self._open.tell(turn.noticed(self._open.visit, why))
            return
        visit, rules = self._open.visit, self._open.rules()
        facts = {"first_use": known.first_use, "keyed": keyed}
        self._open.step(arrival.card_shown(visit, rules, known.subject, known.card, last=known.last, **facts))
