"""How often a device was lost today and since when it is away: read from the incidents of the log, each entry once."""

from dataclasses import dataclass

from kiosk.record import Record, RecordError
from kiosk.rules.messages import Incident

BACK = 400  # entries that are looked at when nothing is known yet: more than a day of a busy box


@dataclass(frozen=True, slots=True)
class Lost:
    """`today`: how often; `last`: when it was lost the last time (ISO 8601), empty where nobody knows."""

    today: int = 0
    last: str = ""


class Losses:
    def __init__(self, record: Record) -> None:
        self._record = record
        self._through = 0
        self._day = ""
        self._lost: dict[str, Lost] = {}

    def of(self, part: str, day: str) -> Lost:
        """`day`: today, ISO 8601."""
        if day != self._day:
            self._day, self._lost = day, {name: Lost(0, lost.last) for name, lost in self._lost.items()}
        last = self._record.last
        for seq in range(max(self._through, last - BACK) + 1, last + 1):
            self._look(seq)
        self._through = last
        return self._lost.get(part, Lost())

    def _look(self, seq: int) -> None:
        kind, time = self._record.tables.head_of(seq)
        if kind != Incident.kind:
            return
        try:
            body = self._record.read(seq)
        except RecordError:  # retention took it
            return
        if isinstance(body, Incident):
            before = self._lost.get(body.part, Lost())
            self._lost[body.part] = Lost(before.today + (time[:10] == self._day), time)
