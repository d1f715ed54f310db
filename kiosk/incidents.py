"""Trouble with a device as entries. A loose plug comes and goes all day: the same trouble counts once in a while."""

import time

from kiosk.record import Record
from kiosk.rules.messages import Incident

EVERY = 60.0  # seconds between two entries of the same trouble in the same visit


class Incidents:
    def __init__(self, record: Record) -> None:
        self._record = record
        self._told: dict[tuple[str, str, str], float] = {}

    def tell(self, incident: Incident) -> None:
        what, now = (incident.part, incident.problem, incident.visit), time.monotonic()
        self._told = {told: at for told, at in self._told.items() if at > now - EVERY}
        if what not in self._told:
            self._told[what] = now
            self._record.append(incident)
