"""Who comes to the box: a code held up, or the number of a card by finger. Owned by the attendant's thread.

What somebody left unfinished opens by his card alone only where his card alone began it.
"""

from collections.abc import Callable

from kiosk.check_screen import CheckScreen
from kiosk.entrance import Entrance, Known
from kiosk.keyed import Keyed
from kiosk.open_visit import OpenVisit
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Presence, Present
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.visits import arrival
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Visit
from kiosk.tries import Pace, Tries

PACE = Pace(most=5, rest=60.0, longest=3600.0)  # over all turns of one subject; within one the county says how many
BY_HIMSELF = (Presence.TAIL, Presence.PIN)
PROOFS = (*BY_HIMSELF, Presence.STAFF)
TOLD = (Present.SELF, Present.FAMILY, Present.AUTHORISED)
NOBODY_YET = (Stage.IDLE, Stage.KEYING)


class Arriving:
    """`closed` says why no turn may be begun; what somebody left unfinished is ended all the same.

    `fits`: whether a PIN is the one that is kept (kiosk.proving.Pins). `tries`: of this record, one for all.
    """

    def __init__(
        self,
        open_visit: OpenVisit,
        entrance: Entrance,
        tries: Tries,
        closed: Callable[[], Sentence | None] = lambda: None,
        fits: Callable[[str, str], bool] = lambda typed, kept: False,
    ) -> None:
        self._open = open_visit
        self._entrance = entrance
        self._closed = closed
        self._fits = fits
        self._tries = tries
        self._keyed = Keyed(entrance, tries)
        self._check = CheckScreen(open_visit, entrance.trust, open_visit.record.tables, entrance.neighbours)

    def settle(self) -> None:
        """Now and then: what was answered to a paper stood its time, or a rest did."""
        self._check.settle()
        self._tries.settle()

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
        elif (aside := self._open.parked_of(known.subject.id)) is not None:
            self.came_back(aside)
        else:
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
        if not self._rests("tail"):
            self._answered(arrival.tail_given(self._open.visit, self._open.rules(), digits))

    def pin(self, typed: str) -> None:
        """His own, where the county wants one."""
        visit, rules, kept = self._open.visit, self._open.rules(), self._pin()
        if turn.proof_of(visit, rules) is not Proof.PIN or visit.subject is None:
            raise OutOfTurn("pin", visit.stage)
        if self._rests("pin"):
            return
        if not kept:
            self._open.tell(turn.noticed(visit, Sentence("entrance.no_pin")))
        else:
            self._answered(arrival.pin_given(visit, rules, right=self._fits(typed, kept)))

    def vouched(self) -> None:
        """Staff who stand beside him know him."""
        self._answered(arrival.staff_vouched(self._open.visit, self._open.rules()))

    def present(self, who: str) -> None:
        """Who stands here for the subject; that staff help is theirs to say, by their badge."""
        if who in TOLD:
            self._open.step(arrival.present_told(self._open.visit, Present(who)))

    def came_back(self, aside: Visit) -> None:
        """The card or slip of a parked turn: if he proved himself for it, it opens when he has done so again."""
        visit, rules = self._open.visit, self._open.rules()
        wanted = turn.proof_of(visit, rules)
        if wanted in (Proof.PIN, Proof.STAFF) or (wanted is Proof.TAIL and aside.presence in PROOFS):
            self._open.asked_for = aside.id
            self._open.step(arrival.come_back(visit, rules, aside))
        else:
            self._open.take_up(aside)

    def _answered(self, answered: Visit) -> None:
        """With what he proved, or failed to; what was wrong is counted before he hears of it."""
        visit = self._open.visit
        proved = visit.presence is None and answered.presence is not None
        answered = self._counted(answered)
        if visit.keyed and proved:
            self._keyed.proved()
        elif visit.keyed and answered.stage is Stage.STOPPED:
            self._keyed.refused()
        if not (proved and visit.subject is not None and self._went_on(visit.subject.id)):
            self._open.step(answered)

    def _counted(self, answered: Visit) -> Visit:
        """Staff who vouch for him do not make good what was tried."""
        visit, whose = self._open.visit, self._whose()
        if answered.tries > visit.tries:
            rests = self._tries.wrong(whose, PACE) == 0 and answered.stage is Stage.PROVING
            return turn.noticed(answered, self._resting(whose)) if rests else answered
        if answered.stage is not visit.stage and answered.presence in BY_HIMSELF:
            self._tries.right(whose)
        return answered

    def _rests(self, move: str) -> bool:
        """Whether nothing is looked at now, which is told. Raises OutOfTurn where nobody's proof is awaited."""
        visit = self._open.visit
        if visit.stage is not Stage.PROVING or visit.subject is None:
            raise OutOfTurn(move, visit.stage)
        resting = self._tries.rests(self._whose()) > 0
        if resting:
            self._open.tell(turn.noticed(visit, self._resting(self._whose())))
        return resting

    def _resting(self, whose: str) -> Sentence:
        return Sentence("entrance.proof_rests", {"seconds": str(self._tries.rests(whose))})

    def _whose(self) -> str:
        """Subjects that the county made one are one."""
        subject = self._open.visit.subject
        return "" if subject is None else f"subject/{self._open.record.tables.orders.same(subject.id)[0]}"

    def _pin(self) -> str:
        subject, tables = self._open.visit.subject, self._open.record.tables
        return "" if subject is None else tables.people.pin(*tables.orders.same(subject.id))

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
        facts = {"first_use": known.first_use, "keyed": keyed, "provisional": known.provisional}
        self._open.step(arrival.card_shown(visit, rules, known.subject, known.card, last=known.last, **facts))
