"""Who is known on this box's own word: newcomers, cards handed out, PINs, what was signed. The caller commits.

The county's word on the same id or number wins: a newcomer whom it put on its list, merged or withdrew is its own.
Subjects are asked for by every id that they have had (OrderTable.same).
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.rules.messages import AgreementSigned, CardGiven, EntryBody, PinSet, Subject, SubjectProposed
from kiosk.subject_table import kept_subject, read_subject

OF_THE_COUNTY = "select 1 from subject where id = ? union all select 1 from former_subject where id = ?"
GIVEN = "select subject, seq from card_given where card = ? order by seq desc limit 1"
TAKEN = "select card, seq from card_given where replaces = ? and replaces <> '' order by seq desc limit 1"
ALL_NAMES = """select id, body ->> 'name', body ->> 'kind' from subject where id not in (select id from former_subject)
  union all
  select id, body ->> 'name', body ->> 'kind' from proposed as told
    where seq = (select max(seq) from proposed where id = told.id)
      and id not in (select id from subject) and id not in (select id from former_subject)
  order by 1"""

LISTED = """select id, body ->> 'name', body ->> 'origin', body ->> 'contact' from subject
    where id not in (select id from former_subject)
  union all
  select id, body ->> 'name', village, body ->> 'contact' from proposed as told
    where seq = (select max(seq) from proposed where id = told.id)
      and id not in (select id from subject) and id not in (select id from former_subject)
  order by 1"""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The newest that a subject signed; `day` is ISO 8601."""

    seq: int
    edition: str
    day: str


class PeopleTable:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection
        self.edition = 0  # counts what changed names since the start, here and by orders

    # --- what changes -------------------------------------------------------------------------------------------

    def apply(self, seq: int, body: EntryBody) -> None:
        match body:
            case SubjectProposed():
                told = (body.subject.id, seq, body.village, kept_subject(body.subject))
                self._sql.execute("insert into proposed values (?, ?, ?, ?)", told)
                self.edition += 1
            case CardGiven():
                row = (body.card, seq, body.subject, body.replaces)
                self._sql.execute("insert into card_given values (?, ?, ?, ?)", row)
            case PinSet():
                self._sql.execute("insert into pin values (?, ?, ?)", (body.subject, seq, body.pin))
            case AgreementSigned():
                signed = (body.subject, body.what, seq, body.edition, body.date)
                self._sql.execute("insert into agreement values (?, ?, ?, ?, ?)", signed)

    def forget(self, seq: int, body: EntryBody) -> None:
        """The reverse of `apply`: retention took this entry."""
        match body:
            case SubjectProposed():
                self._sql.execute("delete from proposed where id = ? and seq = ?", (body.subject.id, seq))
                self.edition += 1
            case CardGiven():
                self._sql.execute("delete from card_given where card = ? and seq = ?", (body.card, seq))
            case PinSet():
                self._sql.execute("delete from pin where subject = ? and seq = ?", (body.subject, seq))
            case AgreementSigned():
                row = (body.subject, body.what, seq)
                self._sql.execute("delete from agreement where subject = ? and what = ? and seq = ?", row)

    # --- what is asked ------------------------------------------------------------------------------------------

    def subject(self, subject: str) -> Subject | None:
        """A newcomer of whom the county has not spoken."""
        if self._county_spoke(subject):
            return None
        row = self._sql.execute(
            "select body from proposed where id = ? order by seq desc limit 1", (subject,)
        ).fetchone()
        return None if row is None else read_subject(row[0])

    def is_provisional(self, subject: str) -> bool:
        return self.subject(subject) is not None

    def village(self, subject: str) -> str:
        """As it was told when he was taken in; empty for one who was not taken in here."""
        row = self._sql.execute("select village from proposed where id = ? order by seq desc limit 1", (subject,))
        return next((village for (village,) in row), "")

    def holder(self, card: str) -> str | None:
        row = self._sql.execute(GIVEN, (card,)).fetchone()
        return None if row is None else str(row[0])

    def replaced_by(self, card: str) -> str:
        """The number that took this one's place at the box; empty while it opens. Who gets it again has it again."""
        taken = self._sql.execute(TAKEN, (card,)).fetchone()
        given = self._sql.execute(GIVEN, (card,)).fetchone()
        return "" if taken is None or (given is not None and given[1] > taken[1]) else str(taken[0])

    def is_lost(self, card: str) -> bool:
        return bool(self.replaced_by(card))

    def cards_of(self, *subjects: str) -> list[str]:
        """Every number that opens the box for him now, the county's and those handed out here."""
        query = "select card from card where subject = ? union select card from card_given where subject = ?"
        numbers = {card for one in subjects for (card,) in self._sql.execute(query, (one, one))}
        return sorted(number for number in numbers if self._opens(number, subjects))

    def pin(self, *subjects: str) -> str:
        """The keyed hash of the PIN that he chose last; empty when he has none here."""
        query = "select seq, pin from pin where subject = ? order by seq desc limit 1"
        newest = max((row for one in subjects for row in self._sql.execute(query, (one,))), default=None)
        return "" if newest is None else str(newest[1])

    def agreement(self, what: str, *subjects: str) -> Agreement | None:
        query = "select seq, edition, day from agreement where subject = ? and what = ? order by seq desc limit 1"
        newest = max((row for one in subjects for row in self._sql.execute(query, (one, what))), default=None)
        return None if newest is None else Agreement(*newest)

    def missing_agreements(self, wanted: Iterable[str], *subjects: str) -> tuple[str, ...]:
        """Those of `wanted` that he has never signed here."""
        return tuple(what for what in wanted if self.agreement(what, *subjects) is None)

    def names(self) -> list[tuple[str, str, str]]:
        """Id, name and kind of everybody who may be served: as many rows as there are people, so ask when `edition`
        has changed."""
        return self._sql.execute(ALL_NAMES).fetchall()

    def listed(self) -> list[tuple[str, str, str, str]]:
        """The same people as `names`: id, name, where he lives, contact."""
        return self._sql.execute(LISTED).fetchall()

    def stands(self, seq: int, body: EntryBody) -> bool:
        """Whether something of today rests on this entry alone, so that retention has to leave it."""
        match body:
            case SubjectProposed():
                return self.is_provisional(body.subject.id) and self._newest("proposed", "id", body.subject.id) == seq
            case CardGiven():
                known = self._sql.execute("select 1 from card where card = ?", (body.card,)).fetchone() is not None
                lost = bool(body.replaces) and not self._revoked(body.replaces)
                return not self._revoked(body.card) and (lost or not known)
            case PinSet():
                return self._listed(body.subject) and self._newest("pin", "subject", body.subject) == seq
            case AgreementSigned():
                newest = self.agreement(body.what, body.subject)
                return self._listed(body.subject) and newest is not None and newest.seq == seq
        return False

    def _county_spoke(self, subject: str) -> bool:
        return self._sql.execute(OF_THE_COUNTY, (subject, subject)).fetchone() is not None

    def _opens(self, card: str, subjects: Sequence[str]) -> bool:
        """The county's holder counts before ours."""
        row = self._sql.execute("select subject from card where card = ?", (card,)).fetchone()
        holder = self.holder(card) if row is None else row[0]
        return holder in subjects and not self._revoked(card) and not self.is_lost(card)

    def _revoked(self, card: str) -> bool:
        return self._sql.execute("select 1 from revoked_card where card = ?", (card,)).fetchone() is not None

    def _listed(self, subject: str) -> bool:
        """Not withdrawn; one who was merged lives on in another."""
        query = "select 1 from former_subject where id = ? and merged = ''"
        return self._sql.execute(query, (subject,)).fetchone() is None

    def _newest(self, table: str, key: str, value: str) -> int:
        query = f"select coalesce(max(seq), 0) from {table} where {key} = ?"  # noqa: S608  our own names
        return int(self._sql.execute(query, (value,)).fetchone()[0])
