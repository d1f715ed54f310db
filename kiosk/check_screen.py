"""A certificate that is held up while nobody is served: judged with what the station has, with no network.

Whoever asks need not be anybody's turn: nothing is recorded, and the answer goes by itself. Attendant's thread.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.live_trust import LiveTrust
from kiosk.open_visit import OpenVisit
from kiosk.rules.scan import codes
from kiosk.rules.scan.scanned import Kind
from kiosk.tables import Tables
from kiosk.trust import SealError
from kiosk.verify import County, PaperCheck, Why, judge

STANDS = 60.0  # seconds that an answer may be read


@dataclass(frozen=True, slots=True)
class OwnTables:
    """What the station knows of void certificates: the county's orders, and what it voided itself."""

    tables: Tables
    day: date | None
    counter: int | None = None

    def why(self, number: str) -> Why | None:
        if self.tables.orders.revoked_certificate(number) is not None:
            return Why.ORDER
        return Why.VOID if self.tables.lots.is_void(number) else None


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
        today = self._open.rules().today
        try:
            return judge(data, [self._own(), *self._neighbours()], today)
        except (SealError, OSError):  # a neighbour's list that went while it was asked
            return judge(data, [self._own()], today)

    def _own(self) -> County:
        """As of the county's last receipt; a station that never heard of its county knows only what it did itself."""
        _, time_ = self._tables.receipt()
        heard = datetime.fromisoformat(time_).date() if time_ else None
        return County(self._trust.now(), OwnTables(self._tables, heard))
