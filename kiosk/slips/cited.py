"""Entries of a record by their number, read beside a station that works. Reads only.

CitedError   code + facts; `command.paper.told.<code>` is the sentence
    no_entry      the log has no entry of this number
    retired       retention took its body
    no_kind       it is of another kind than the piece shows
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from kiosk.contract import Header, read
from kiosk.pack import Packs
from kiosk.pack_in_force import PacksInForce
from kiosk.record_error import Unreadable
from kiosk.rules.messages import EntryBody, Test
from kiosk.tables import Tables, read_tables

Body = TypeVar("Body")


class CitedError(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class Cited:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def entry(self, seq: int) -> tuple[Header, EntryBody]:
        """Raises CitedError, or ContractError where the tables hold what is no entry."""
        payload = self.tables.payload(seq)
        if payload is None:
            raise CitedError("no_entry", seq=seq, last=self.tables.last())
        envelope = read(payload)
        if envelope.body is None:
            raise CitedError("retired", seq=seq)
        return envelope.header, envelope.entry

    def of(self, kind: type[Body], seq: int) -> Body:
        """The body of an entry, of which the kind is known."""
        header, body = self.entry(seq)
        if not isinstance(body, kind):
            raise CitedError("no_kind", seq=seq, kind=header.kind, known=getattr(kind, "kind", ""))
        return body

    def beside(self, test: Test) -> list[tuple[int, Test]]:
        """The tests of its sample, its own among them, oldest first."""
        return self.tables.work.tests_of(test.sample_code)

    def packs(self) -> Packs:
        """With what the county has put over them, as of the last entry."""
        force = PacksInForce()
        force.follow(self.tables)
        return force.at(datetime.fromisoformat(self.tables.time_of(self.tables.last())))

    def name(self, subject: str) -> str:
        """Who that is; his id where the county's list does not know him any more."""
        known = self.tables.orders.subject(subject)
        return subject if known is None else known.name


@contextmanager
def cited(file: Path) -> Iterator[Cited]:
    """The tables of a record. Raises Unreadable where they cannot be read."""
    try:
        with closing(read_tables(file)) as connection:
            yield Cited(Tables(connection, lambda _: None))
    except sqlite3.Error as wrong:
        raise Unreadable(str(wrong)) from wrong
