"""Notes of phones: kept once each, and read by who may: one's own, and those of one's cases' towns and stations."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from kiosk.contract import ContractError
from kiosk.rules.messages import FieldNoted
from kiosk.rules.sentence import Sentence
from ui.county.accounts.account import Account
from ui.county.accounts.roles import Right
from ui.county.acts import Act, Acts
from ui.county.field.errors import Taken, Unfit
from ui.county.migration import open_reader
from ui.county.rows import envelope_of
from ui.county.sql import Again, Row, Sql, Where

MOST = 30  # of one page
LINE = "select field_note.*, account.name as who from field_note left join account on account.id = field_note.account"


@dataclass(frozen=True, slots=True)
class Page:
    """`more` is where the next page begins; empty: there is none."""

    rows: tuple[Row, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Found:
    row: Row
    note: FieldNoted


def keep(acts: Acts, note: FieldNoted) -> int:
    """Its number in the county's own log; the number that it has, when it came before.

    Raises Taken, Unfit, and what `Acts.do` raises; nothing is kept then.
    """

    def put(act: Act) -> int:
        known = kept(act.sql, note.id, note.by)
        if known is None:
            act.says(note)
            _alone(act.sql, note.id)
            known = kept(act.sql, note.id, note.by)
        if known is None:  # what cannot be read back is no note
            raise Unfit({"form": Sentence("county.field.wrong.form")})
        return known

    return acts.do(put)


def _alone(sql: Sql, note: str) -> None:
    """Raises Again where the same note was kept while this one waited for its turn: the next try finds it."""
    rows = sql.execute("select 1 from act where about = ? and kind = ? limit 2", (note, FieldNoted.kind)).fetchall()
    if len(rows) > 1:
        raise Again(note)


def kept(sql: Sql, note: str, account: str) -> int | None:
    """The number of a note that was kept before. Raises Taken for one of another account."""
    row = sql.execute("select account, seq from field_note where id = ?", (note,)).fetchone()
    if row is not None and row["account"] != account:
        raise Taken(note)
    return None if row is None else int(row["seq"])


class Notes(AbstractContextManager["Notes"]):
    """What `reader` may see of them. Used by one thread, closed after one page."""

    def __init__(self, where: Where, reader: Account) -> None:
        self._sql = open_reader(where)
        self._reader = reader

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        self._sql.close()

    def kept(self, note: str) -> int | None:
        """Raises Taken."""
        return kept(self._sql, note, self._reader.id)

    def of_day(self, day: str) -> list[Row]:
        """What reached the county on a day, the newest first."""
        within, values = self._within()
        rows: list[Row] = self._sql.execute(
            f"{LINE} where field_note.on_day = ? and {within} order by field_note.time desc limit ?",
            (day, *values, MOST),
        ).fetchall()
        return rows

    def page(self, before: str = "") -> Page:
        """All, the newest first; `before` is `more` of the page before."""
        time, _, note = before.partition("/")
        within, values = self._within()
        rows = self._sql.execute(
            f"{LINE} where (field_note.time, field_note.id) < (?, ?) and {within}"
            " order by field_note.time desc, field_note.id desc limit ?",
            (time or "9", note, *values, MOST + 1),
        ).fetchall()
        shown = tuple(rows[:MOST])
        return Page(shown, f"{shown[-1]['time']}/{shown[-1]['id']}" if len(rows) > MOST else "")

    def find(self, note: str) -> Found | None:
        """None also of one that is out of sight, or that retention took."""
        within, values = self._within()
        row = self._sql.execute(f"{LINE} where field_note.id = ? and {within}", (note, *values)).fetchone()
        if row is None:
            return None
        entry = self._sql.execute("select * from entry where log = ? and seq = ?", (row["log"], row["seq"])).fetchone()
        try:
            act = envelope_of(entry).act
        except ContractError:
            return None
        return Found(row, act) if isinstance(act, FieldNoted) else None

    def _within(self) -> tuple[str, tuple[str, ...]]:
        own, account, scope = "field_note.account = ?", self._reader.id, self._reader.scope
        if Right.CASE not in self._reader.rights:
            return own, (account,)
        if scope.is_whole:
            return "1 = 1", ()
        (cases, stations), (places, _) = scope.where("head.station"), scope.where("field_note.station")
        cases = f"field_note.case_log in (select log from head where {cases})"  # noqa: S608  our own words
        parts = (own, *("field_note.region like ?" for _ in scope.regions), cases, places)
        return f"({' or '.join(parts)})", (account, *(f"{one}%" for one in scope.regions), *stations, *stations)
