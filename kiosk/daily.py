"""The close of a day (日结): once, after it is over, while nobody is served. A clock that jumps closes nothing twice.

An entry `day.closed` says how long the log was and what was done. It comes with the first idle moment of a later day,
also after days without power: then the day of the newest entry is closed, and the empty days between are none.
"""

from kiosk.clock import Clock
from kiosk.record import Record
from kiosk.rules.messages import DayClosed


class Daily:
    def __init__(self, record: Record, clock: Clock) -> None:
        self._record = record
        self._clock = clock
        self._looked: tuple[str, int] = ("", 0)  # day and length of the log that were found to need nothing

    def close(self) -> bool:
        """Close the newest day that has entries, when it is over; whether an entry was made. Raises RecordError."""
        today, last = self._clock.now().text[:10], self._record.last
        if self._looked == (today, last):
            return False
        day = self._record.last_day()
        if not day or day >= today or self._closed(day):
            self._looked = (today, last)
            return False
        self._record.close_day(day)
        return True

    def _closed(self, day: str) -> bool:
        """Entries may bear a closed day when a clock was ahead and came home: the next close has them in its root."""
        for seq in range(self._record.last, 0, -1):
            if self._record.tables.head_of(seq)[0] == DayClosed.kind:
                body = self._record.read(seq)
                if isinstance(body, DayClosed) and body.day <= day:
                    return body.day == day
        return False
