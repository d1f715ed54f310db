"""The full check of the record, a little in each idle moment: anew every week, and after a stop that was not clean.

What it finds is kept beside the log (table full_check), never as an entry of it: behind an entry that is not what was
signed no further one may be signed, since its tree would vouch for the damage. So nothing more is recorded or printed;
the safe screen says which entry it is, and both copies stay as they are for whoever has to judge them. A program that
starts again shows the same screen at once and checks anew behind it: what was a passing fault of the disk ends so.
"""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.checking import Checked
from kiosk.clock import Clock
from kiosk.record import Record
from kiosk.record_error import RecordError
from kiosk.rules.sentence import Sentence

logger = logging.getLogger(__name__)

SLICE = 50  # entries in one idle tick
EVERY = timedelta(days=7)


class Soundness:
    """`clean` is a file that is there while the program is not, after it ended as it should."""

    def __init__(self, record: Record, clock: Clock, clean: Path) -> None:
        self._record = record
        self._clock = clock
        self._wanted = not clean.exists()
        self.checked = record.checked
        clean.unlink(missing_ok=True)

    def tick(self) -> bool:
        """One slice, when a check is due; whether there was one. Raises RecordError."""
        if not self._due():
            return False
        self.checked = self._record.check(SLICE)
        self._wanted = False
        return True

    @property
    def problem(self) -> Sentence | None:
        return None if not self.checked.problem else told(self.checked)

    def _due(self) -> bool:
        ended = self.checked.ended
        return not ended or self._wanted or abs(self._clock.now().at - datetime.fromisoformat(ended)) >= EVERY


class Rechecked:
    """Behind the safe screen: one more check from the beginning. It may find nothing any more; it is made only once."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._over = False

    def tick(self) -> bool:
        """Whether the record is sound after all."""
        if self._over:
            return False
        try:
            checked = self._record.check(SLICE)
        except RecordError as refused:
            logger.error("the check cannot go on: %s", refused)
            self._over = True
            return False
        self._over = bool(checked.ended)
        return self._over and not checked.problem


def told(checked: Checked) -> Sentence:
    """The problem in words: which entry, and for the technician what is wrong with it."""
    finding, _, seq = checked.problem.partition(" ")
    return Sentence("problem.record.checked", {"entry": seq, "finding": finding})
