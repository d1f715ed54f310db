"""A patient person at the touch screen: does what the page asks, waits when it is away, answers truthfully about paper.

What is seen on the screen is a promise: a turn that was seen begun may not be gone after a restart.
"""

import http.client
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk import contract, log
from kiosk.rules.messages import Certificate, Print, PrintOutcome, Reprint, Subject
from kiosk.rules.visits.turn import FINAL, Stage
from tests.faults.tray import Tray
from tests.support.waiting import came
from ui.demo.bench import Bench
from ui.demo.hand import Hand, HandError, Page

HELD, GONE = 2.5, 1.8  # seconds that a card is held up, and taken away before it is shown again
AWAY = (HandError, OSError, http.client.HTTPException)
HOLDS = frozenset({PrintOutcome.PRINTED, PrintOutcome.CONFIRMED})


class Stuck(Exception):
    """The turn could not be finished, or something that was shown is gone."""


@dataclass(frozen=True, slots=True)
class Lot:
    person: Subject
    product: str
    amount: str
    unit: str = "jin"


class Patient:
    """`saw` hears of every stage that the screen shows, before the person reacts to it; `lost` ends the wait."""

    def __init__(
        self,
        bench: Bench,
        tray: Tray,
        lot: Lot,
        saw: Callable[[Stage], None] = lambda _: None,
        lost: Callable[[], bool] = lambda: False,
    ) -> None:
        self.last = Stage.IDLE  # stage that was seen last
        self.visits: list[str] = []  # every turn that was seen begun
        self._bench = bench
        self._tray = tray
        self._lot = lot
        self._saw = saw
        self._lost = lost
        self._hand: Hand | None = None
        self._card = bench.folder / "cards" / f"{lot.person.id}.png"
        self._held_since: float | None = None
        self._away_until = 0.0
        self._stopped = ""

    def take_turn(self, within: float = 150.0) -> None:
        """From the card to the paper in hand and an empty screen. Raises Stuck."""
        try:
            if not came(self._ended, within, again=0.03):
                raise Stuck(f"the turn stands at {self.last}")
        finally:
            self._bench.take_away()

    def _ended(self) -> bool:
        if self._look():
            return True
        if self._lost():
            raise Stuck(f"the turn was given up at {self.last}")
        return False

    def _look(self) -> bool:
        """Look at the screen once and do what it asks; True when the turn is over."""
        page = self._page()
        if page is None:
            return False
        self.last = page.stage
        self._saw(page.stage)
        if page.stage is Stage.IDLE:
            return self._idle()
        self._put_away()
        if page.visit not in self.visits:
            self.visits.append(page.visit)
        self._react(page)
        return False

    def _idle(self) -> bool:
        if self._finished():
            return True
        now = time.monotonic()
        if self.visits:
            raise Stuck(f"turn {self.visits[-1]} was begun and is gone")
        if self._held_since is None and now >= self._away_until:
            self._bench.hold_up(self._card)
            self._held_since = now
        elif self._held_since is not None and now - self._held_since > HELD:
            self._put_away()
            self._away_until = now + GONE
        return False

    def _put_away(self) -> None:
        if self._held_since is not None:
            self._bench.take_away()
            self._held_since = None

    def _react(self, page: Page) -> None:
        tap = self._taps(page).get(page.stage)
        if page.stage is Stage.UNSURE:
            self._tap(page, self._judged(page))
        elif tap is not None:
            self._tap(page, **tap)
        if page.stage in (Stage.STOPPED, Stage.ABANDONED):
            self._stopped = page.visit

    def _is_stopped(self) -> bool:
        return self._stopped == self.visits[-1]

    def _taps(self, page: Page) -> Mapping[Stage, Mapping[str, str]]:
        lot = self._lot
        basis = "control+self_test" if 'value="control+self_test"' in page.html else "control"
        return {
            Stage.PROVING: {"action": "tail", "value": lot.person.contact[-4:]},
            Stage.PRODUCT: {"action": "product", "value": lot.product},
            Stage.QUANTITY: {"action": "quantity", "amount": lot.amount, "unit": lot.unit},
            Stage.DRUGS: {"action": "drugs_none"},
            Stage.TEST_CHOICE: {"action": "test"},
            Stage.RETESTING: {"action": "retest"},
            Stage.RESULT: {"action": "result_read"},
            Stage.PROMISE: {"action": "promise", "value": basis},
            Stage.UNPRINTED: {"action": "print_again"},
            **{final: {"action": "next"} for final in FINAL},
        }

    def _judged(self, page: Page) -> str:
        """What a person sees who looks at the slot: is this copy there, whole?"""
        found = certificate_of(self._bench, page.visit)
        if found is None:
            raise Stuck(f"turn {page.visit} asks for a paper that was never recorded")
        certificate, copy = found
        self._tray.settle()
        return "paper_whole" if copy in self._tray.copies(certificate) else "paper_spoiled"

    def _finished(self) -> bool:
        """Is a paper of one of these turns in the person's hand, and does the log say so? Or was it stopped?"""
        if not self.visits:
            return False
        return self._is_stopped() or has_paper(self._bench, self.visits[-1])

    # --- the screen ---------------------------------------------------------------------------------------------

    def _page(self) -> Page | None:
        try:
            if self._hand is None:
                self._hand = Hand(self._bench.station_url, self._bench.token)
            return self._hand.page()
        except AWAY:
            self._hand = None
            return None

    def _tap(self, page: Page, action: str, **fields: str) -> None:
        """Press what stands on the page that was looked at; whether it was heard shows at the next look."""
        form = {"action": action, "visit": page.visit, "place": page.place, **fields}
        try:
            if self._hand is not None:
                self._hand._ask("/act", urllib.parse.urlencode(form).encode())
        except AWAY:
            self._hand = None


def bodies(bench: Bench, kind: str) -> list[object]:
    """The bodies of all entries of one kind that the box has made durable so far."""
    mark = f'"kind":"{kind}"'.encode()  # canonical JSON writes a header in one way only
    lying = (payload for _, payload in log.Tail(bench.box / "up").after(0, 1_000_000) if mark in payload)
    return [contract.read(payload).entry for payload in lying]


def certificate_of(bench: Bench, visit: str) -> tuple[Certificate, int] | None:
    """The certificate of a turn and the newest copy of it that was begun."""
    for certificate in bodies(bench, Certificate.kind):
        if isinstance(certificate, Certificate) and certificate.visit == visit:
            begun = (body for body in bodies(bench, Reprint.kind) if isinstance(body, Reprint))
            return certificate, max((body.copy for body in begun if body.number == certificate.number), default=1)
    return None


def has_paper(bench: Bench, visit: str) -> bool:
    found = certificate_of(bench, visit)
    if found is None:
        return False
    certificate, copy = found
    return any(
        isinstance(end, Print) and (end.number, end.copy) == (certificate.number, copy) and end.outcome in HOLDS
        for end in bodies(bench, Print.kind)
    )
