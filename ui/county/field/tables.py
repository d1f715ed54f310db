"""What entries and acts change in the tables of notes of phones. The caller owns the transaction."""

from kiosk.contract import Envelope
from kiosk.rules.messages import ActBody, EntryBody
from ui.county.place import Place
from ui.county.sql import Sql


class FieldTables:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def reported(self, body: EntryBody, entry: Envelope, at: Place) -> None:
        """An entry of a station."""

    def acted(self, act: ActBody, entry: Envelope, at: Place) -> None:
        """An act of the office."""
