"""What instruments told, and what becomes of it: shown, handed to the run that waits for it, or recorded as what it is.

Owned by the attendant's thread.
"""

import logging
from collections.abc import Callable, Mapping
from decimal import Decimal

from drivers.reading import Reading
from kiosk import leftovers
from kiosk.devices import AnalyzerRead
from kiosk.logbook import Logbook
from kiosk.record import Record
from kiosk.rules.errors import OutOfTurn
from kiosk.runs import Runs
from kiosk.testing import Testing

logger = logging.getLogger(__name__)

SHOWN = 4  # readings, the latest


class Instruments:
    """`read` asks one by name; `shown` puts its readings on the technician's page."""

    def __init__(
        self,
        record: Record,
        every: Mapping[str, float],
        read: Callable[[str], None],
        shown: Callable[[str, tuple[Reading, ...]], None],
    ) -> None:
        self._record = record
        self._read = read
        self._shown = shown
        self._observing: set[str] = set()
        self._logbook = Logbook(every)

    def observe(self, name: str) -> None:
        """A technician wants to see what it holds."""
        self._observing.add(name)
        self._read(name)

    def tick(self) -> None:
        """Ask those whose time has come."""
        for name in self._logbook.due():
            self._read(name)

    def lost(self, name: str) -> None:
        self._observing.discard(name)
        self._logbook.lost(name)

    def room(self) -> tuple[Decimal | None, Decimal | None] | None:
        """°C and % relative, where an instrument tells them."""
        return self._logbook.room()

    def heard(self, event: AnalyzerRead, runs: Runs) -> None:
        """Raises RecordError. One that forgets is told what has been taken."""
        testing, before = runs.of(event.name), self._record.last
        asked, due = event.name in self._observing, self._logbook.heard(event.name, event.readings)
        self._observing.discard(event.name)
        if (asked or due) and testing is None and not event.forgotten:  # a tester's are of long ago: only shown
            leftovers.record_rest(self._record, event.identity, event.readings, runs.capture(event), before)
        if asked or due or (event.forgotten and event.readings):
            self._shown(event.name, event.readings[-SHOWN:])
        needed = testing is not None and _needed(event, testing)
        if event.taken is not None:
            event.taken(None if needed else self._take_over(event, runs, before))

    def _take_over(self, event: AnalyzerRead, runs: Runs, before: int) -> int:
        """What no test has taken is recorded as what it is; the last entry of them all."""
        if event.readings or event.unread:
            capture = runs.capture(event)
            leftovers.record_rest(self._record, event.identity, event.readings, capture, before)
            if event.unread:
                leftovers.record_unread(self._record, event.name, capture, before)
        return self._record.last


def _needed(event: AnalyzerRead, testing: Testing) -> bool:
    try:
        return testing.heard(event)
    except OutOfTurn as late:
        logger.warning("%s", late)
        return False
