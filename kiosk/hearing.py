"""The county's word, taken in: orders are obeyed, receipts kept, and a fresh receipt confirms the clock.

Owned by the attendant's thread, as the record is.
"""

from datetime import datetime

from kiosk.clock import COUNTY_AGREES, Clock
from kiosk.record import Record
from kiosk.screen import Link


class Hearing:
    def __init__(self, record: Record, clock: Clock) -> None:
        self._record = record
        self._clock = clock
        self._began = record.last

    @property
    def link(self) -> Link:
        through, at = self._record.tables.receipt()
        return Link(self._record.last, through, at)

    def hear(self) -> bool:
        """What the uplink has brought since; whether it was anything."""
        done, receipt = self._record.obey(), self._record.hear_receipts()
        if receipt is not None and self._signed_just_now(receipt.checkpoint.size):
            self._clock.heard_county(receipt.time)
        return bool(done) or receipt is not None

    def _signed_just_now(self, size: int) -> bool:
        """It covers an entry of this start that is not old: a receipt that was long on its way says nothing of now."""
        if size <= self._began:
            return False
        age = self._clock.now().at - datetime.fromisoformat(self._record.tables.time_of(size))
        return abs(age) <= COUNTY_AGREES
