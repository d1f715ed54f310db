"""Producers, their cards and what the county thinks of them, by its orders. The caller commits.

A producer who was withdrawn leaves `subject`. One who was merged into another stays there, so that his code still
leads on; `former_subject` says of both that they are no longer producers of their own.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache

from pydantic import TypeAdapter

from kiosk.rules.messages import (
    Card,
    Credit,
    CreditPut,
    Subject,
    SubjectsMerged,
    SubjectsSnapshot,
    SubjectsUpsert,
    SubjectsWithdrawn,
)

SEVERE = ("", "watch", "black")  # who was merged is listed as the worst of him was


class SubjectTable:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection

    # --- what changes -------------------------------------------------------------------------------------------

    def upsert(self, order: SubjectsUpsert) -> None:
        self._put(order.subjects, order.cards)

    def withdraw(self, order: SubjectsWithdrawn, given: str, day: str) -> None:
        for subject in order.subjects:
            self._leave(subject, "", order.reason, given, day)
            self._sql.execute("delete from subject where id = ?", (subject,))

    def merge(self, order: SubjectsMerged, given: str, day: str) -> None:
        for subject in order.subjects:
            self._leave(subject, order.into, order.reason, given, day)
            self._sql.execute("update former_subject set merged = ? where merged = ?", (order.into, subject))
            self._sql.execute("update card set subject = ? where subject = ?", (order.into, subject))

    def snapshot(self, order: SubjectsSnapshot, given: str, day: str) -> None:
        """Keep one part; the last one puts the whole list in the place of all that stood before. A first one begins
        anew, whatever had come of another."""
        if order.part == 1:
            self._sql.execute("delete from snapshot_part")
        row = (order.edition, order.part, _snapshot_form().dump_json(order).decode())
        self._sql.execute("insert or replace into snapshot_part values (?, ?, ?)", row)
        if self.parts(order.edition) == order.of:
            bodies = self._sql.execute("select body from snapshot_part order by part").fetchall()
            self._replace([_snapshot_form().validate_json(body) for (body,) in bodies], given, day)
            self._sql.execute("delete from snapshot_part")

    def credit(self, order: CreditPut, given: str, day: str) -> None:
        rows = [(one.subject, _credit_form().dump_json(one).decode(), given, day) for one in order.credits]
        self._sql.executemany("insert or replace into credit values (?, ?, ?, ?)", rows)

    def _put(self, subjects: Iterable[Subject], cards: Iterable[Card]) -> None:
        rows = [(subject.id, kept_subject(subject)) for subject in subjects]
        self._sql.executemany("insert or replace into subject values (?, ?)", rows)
        self._sql.executemany("delete from former_subject where id = ?", [(subject,) for subject, _ in rows])
        cards_of = [(card.number, card.subject) for card in cards]
        self._sql.executemany("insert or replace into card values (?, ?)", cards_of)

    def _replace(self, parts: list[SubjectsSnapshot], given: str, day: str) -> None:
        """Who is not in the list is withdrawn, but for those who were merged into one who is."""
        listed = {subject.id for part in parts for subject in part.subjects}
        known = {subject for (subject,) in self._sql.execute("select id from subject")}
        merged = dict(self._sql.execute("select id, merged from former_subject where merged <> ''").fetchall())
        gone = [subject for subject in known - listed if merged.get(subject) not in listed]
        self.withdraw(SubjectsWithdrawn(tuple(sorted(gone)), parts[0].edition), given, day)
        self._sql.execute("delete from card")
        for part in parts:
            self._put(part.subjects, part.cards)

    def _leave(self, subject: str, merged: str, reason: str, given: str, day: str) -> None:
        row = (subject, merged, reason, given, day)
        self._sql.execute("insert or replace into former_subject values (?, ?, ?, ?, ?)", row)

    # --- what is asked ------------------------------------------------------------------------------------------

    def subject(self, subject: str) -> Subject | None:
        """Who has this id, or whom he is one with now."""
        row = self._sql.execute("select body from subject where id = ?", (self.current(subject),)).fetchone()
        return None if row is None else read_subject(row[0])

    def by_code(self, code: str) -> Subject | None:
        row = self._sql.execute("select id from subject where body ->> 'code' = ?", (code,)).fetchone()
        return None if row is None else self.subject(row[0])

    def holder(self, card: str) -> str | None:
        row = self._sql.execute("select subject from card where card = ?", (card,)).fetchone()
        return None if row is None else row[0]

    def cards(self) -> list[Card]:
        return [Card(*row) for row in self._sql.execute("select card, subject from card order by card")]

    def current(self, subject: str) -> str:
        row = self._sql.execute("select merged from former_subject where id = ?", (subject,)).fetchone()
        return row[0] if row is not None and row[0] else subject

    def same(self, subject: str) -> tuple[str, ...]:
        now = self.current(subject)
        rows = self._sql.execute("select id from former_subject where merged = ? order by id", (now,))
        return (now, *(old for (old,) in rows))

    def withdrawn(self, subject: str) -> bool:
        query = "select 1 from former_subject where id = ? and merged = ''"
        return self._sql.execute(query, (self.current(subject),)).fetchone() is not None

    def credit_of(self, subject: str) -> Credit | None:
        for one in self.same(subject):
            row = self._sql.execute("select body from credit where subject = ?", (one,)).fetchone()
            if row is not None:
                return _credit_form().validate_json(row[0])
        return None

    def listed(self, subject: str, today: str) -> str:
        places = "select body from credit where subject = ?"
        rows = [row for one in self.same(subject) for row in self._sql.execute(places, (one,))]
        graded = [_credit_form().validate_json(body) for (body,) in rows]
        now = [one.listed for one in graded if one.since <= today <= (one.until or today)]
        return max(now, key=SEVERE.index, default="")

    def all_listed(self) -> list[str]:
        """Everybody of whom the county has said that he stands on a list, now or at another time."""
        query = "select subject from credit where body ->> 'listed' <> '' order by subject"
        return [subject for (subject,) in self._sql.execute(query)]

    def count(self) -> int:
        query = "select count(*) from subject where id not in (select id from former_subject)"
        return int(self._sql.execute(query).fetchone()[0])

    def parts(self, edition: str) -> int:
        """How many parts of a list that is not whole yet have come."""
        row = self._sql.execute("select count(*) from snapshot_part where edition = ?", (edition,)).fetchone()
        return int(row[0])

    def of(self, edition: str) -> int:
        """How many parts that list has, as its first one said; 0 before it came."""
        row = self._sql.execute("select body from snapshot_part where edition = ? limit 1", (edition,)).fetchone()
        return 0 if row is None else _snapshot_form().validate_json(row[0]).of


def kept_subject(subject: Subject) -> str:
    return json.dumps(asdict(subject), ensure_ascii=False)


def read_subject(text: str) -> Subject:
    """What `kept_subject` made, also of an older program."""
    facts = json.loads(text)
    return Subject(**{**facts, "products": tuple(facts["products"]), "marks": tuple(facts.get("marks", ()))})


@cache
def _snapshot_form() -> TypeAdapter[SubjectsSnapshot]:
    return TypeAdapter(SubjectsSnapshot)


@cache
def _credit_form() -> TypeAdapter[Credit]:
    return TypeAdapter(Credit)
