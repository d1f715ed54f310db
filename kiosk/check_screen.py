"""A certificate that is held up while nobody is served: judged with what the station has, with no network.

Whoever asks need not be anybody's turn: nothing is recorded, and the answer goes by itself. Attendant's thread.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from kiosk.clock import BEIJING
from kiosk.live_trust import LiveTrust
from kiosk.open_visit import OpenVisit
from kiosk.rules.scan import codes
from kiosk.rules.scan.scanned import Kind
from kiosk.tables import Tables
from kiosk.trust import SealError
from kiosk.verify import County, PaperCheck, RevokedNumbers, Why, judge

STANDS = 60.0  # seconds that an answer may be read


@dataclass(frozen=True, slots=True)
class OwnTables:
    """What the station knows of void certificates: the county's orders, and what it voided itself.

    Of those that other stations voided it knows what `listed` says, the county's own list; its day and counter count.
    """

    tables: Tables
    day: date | None
    counter: int | None = None
    listed: RevokedNumbers | None = None

    def why(self, number: str) -> Why | None:
        if self.tables.orders.revoked_certificate(number) is not None:
            return Why.ORDER
        if self.tables.lots.is_void(number):
            return Why.VOID
        return None if self.listed is None else self.listed.why(number)


class CheckScreen:
    def __init__(
        self,
        open_visit: OpenVisit,
        trust: LiveTrust,
        tables: Tables,
        neighbours: Callable[[], Sequence[County]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open = open_visit
        self._trust = trust
        self._tables = tables
        self._neighbours = neighbours
        self._clock = clock
        self._until = 0.0

    def show(self, data: bytes) -> bool:
        """Whether this is the code of a certificate, which is now judged on the screen."""
        scanned = codes.explain(data)
        if scanned.kind is not Kind.CERTIFICATE and not (scanned.kind is Kind.NUMBER and scanned.ok):
            return False
        self._until = self._clock() + STANDS
        self._open.answer(self._judged(data))
        return True

    def settle(self) -> None:
        """Take an answer away that stood long enough."""
        if self._open.checked is not None and self._clock() >= self._until:
            self._open.answer(None)

    def _judged(self, data: bytes) -> PaperCheck:
        today, known = self._open.rules().today, self._counties()
        try:
            return judge(data, known, today)
        except (SealError, OSError):  # a list that was spoilt or went while it was asked: then there is none
            return judge(data, [self._own(None), *(replace(one, revoked=None) for one in known[1:])], today)

    def _counties(self) -> list[County]:
        """Ours first: with the county's list of void certificates where somebody brought one."""
        others, own = self._neighbours(), self._trust.now()
        ours = [one.revoked for one in others if (one.trust.county, one.trust.root) == (own.county, own.root)]
        return [self._own(next(iter(ours), None)), *others]

    def _own(self, listed: RevokedNumbers | None) -> County:
        """As of the county's last receipt; a station that never heard of its county knows only what it did itself."""
        _, time_ = self._tables.receipt()
        heard = datetime.fromisoformat(time_).astimezone(BEIJING).date() if time_ else None
        day, counter = (heard, None) if listed is None else (listed.day, listed.counter)
        return County(self._trust.now(), OwnTables(self._tables, day, counter, listed))
