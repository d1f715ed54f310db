"""What pages ask of the tables of producers. Each question reads an index; nobody out of scope is there at all.

A visitor who is limited to towns sees producers who live there, and those who were seen at a station of his.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Self

from kiosk.rules.messages import Certification, Subject
from ui.county.accounts.scope import WHOLE, Scope
from ui.county.act_tables import OFFICE
from ui.county.migration import open_reader
from ui.county.people.errors import Absent
from ui.county.people.facts import day_of
from ui.county.people.keys import asked
from ui.county.people.linkage import Excluded
from ui.county.sql import Row, Sql, Where

MOST = 50  # rows of one page
MOST_COUNTED = 100  # more are told as "100+"
LAST = "\U0010ffff"  # behind every character
STANDING = ("listed", "proposed")
PRODUCTION = ("farm.work", "drugs.stated", "lot.declared")
BLACK = "listed = 'black' and credit_since <= ? and (credit_until = '' or credit_until >= ?)"


@dataclass(frozen=True, slots=True)
class Filters:
    """`text` is what was typed into the one box; `show`: confirm, risk, black, withdrawn, merged or all who stand."""

    text: str = ""
    sort: str = ""
    town: str = ""
    show: str = ""
    scale: bool = False
    after: str = ""  # `more` of the page before


@dataclass(frozen=True, slots=True)
class Found:
    rows: tuple[Row, ...]
    more: str  # where the next page begins; empty: there is none


class People:
    """Sees one moment of the database; used by one thread, closed after one page."""

    def __init__(self, where: Where, scope: Scope = WHOLE) -> None:
        self.sql: Sql = open_reader(where)
        self._scope = scope

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        self.sql.close()

    # --- lists ----------------------------------------------------------------------------------------------------

    def find(self, asked_for: Filters, today: date, most: int = MOST) -> Found:
        within, values = self._within()
        conditions, more = _conditions(asked_for, today)
        spelling, _, subject = asked_for.after.rpartition("|")
        if subject:
            conditions.append("(spelling, id) > (?, ?)")
            more += [spelling, subject]
        query = f"select * from subject where {' and '.join([within, *conditions])} order by spelling, id limit ?"  # noqa: S608
        rows = self.sql.execute(query, (*values, *more, most + 1)).fetchall()
        last = f"{rows[most - 1]['spelling']}|{rows[most - 1]['id']}" if len(rows) > most else ""
        return Found(tuple(rows[:most]), last)

    def count(self, show: str, today: date) -> int:
        """No further than MOST_COUNTED: a page says that somebody waits, not how many of thousands."""
        within, values = self._within()
        conditions, more = _conditions(Filters(show=show), today)
        query = f"select 1 from subject where {' and '.join([within, *conditions])} limit ?"  # noqa: S608
        return len(self.sql.execute(query, (*values, *more, MOST_COUNTED)).rows)

    def alike(self, one: Row) -> tuple[Row, ...]:
        """Others who may be the same: by name, by the last digits of the telephone, by code. Those listed first."""
        within, values = self._within()
        tail = "".join(digit for digit in one["contact"] if digit.isdigit())[-4:]
        keys = [key for key in (asked(one["name"]), tail, one["code"].lower()) if len(key) > 1]
        if not keys:
            return ()
        query = f"""select * from subject where {within} and id <> ? and state in ('listed', 'proposed')
          and id in (select subject from subject_key where key in ({", ".join("?" * len(keys))}))
          order by case state when 'listed' then 0 else 1 end, spelling, id limit 20"""  # noqa: S608  only marks
        return tuple(self.sql.execute(query, (*values, one["id"], *keys)).rows)

    def doubles(self, name: str, code: str, contact: str) -> tuple[Row, ...]:
        """Who stands in the whole list with this code, or with this name and this telephone."""
        query = """select * from subject where state in ('listed', 'proposed') and (code = ? and code <> '' or id in (
          select subject from subject_key where key = ?) and name = ? and contact = ?) limit 5"""
        return tuple(self.sql.execute(query, (code, asked(name), name, contact)).rows)

    # --- one ------------------------------------------------------------------------------------------------------

    def one(self, subject: str) -> Row:
        """Raises Absent, also for one whom this visitor may not see."""
        within, values = self._within()
        query = f"select * from subject where id = ? and {within}"  # noqa: S608  our own words
        row: Row | None = self.sql.execute(query, (subject, *values)).fetchone()
        if row is None:
            raise Absent("absent", id=subject)
        return row

    def ids(self, subject: str) -> tuple[str, ...]:
        """His own, then those that turned out to be his."""
        rows = self.sql.execute("select id from subject where merged_into = ? order by id", (subject,))
        return (subject, *(row["id"] for row in rows))

    def home(self, one: Row) -> str:
        """Code of the place of a station where he was seen; empty where none of them has said where it stands."""
        query = """select station.region from subject_seen join station on station.station = subject_seen.station
          where subject_seen.subject = ? and station.region <> '' order by station.station limit 1"""
        row = self.sql.execute(query, (one["id"],)).fetchone()
        return "" if row is None else str(row["region"])

    def entries(self, subjects: Iterable[str], kinds: Sequence[str], most: int, before: str = "") -> list[Row]:
        """Rows of `entry`, the newest first; those of other places are left out. `before`: time/log/seq."""
        within, values = self._scope.where("subject_entry.station")
        time, log, seq = (*before.split("|"), "", "", "")[:3]
        older = "and (subject_entry.time, subject_entry.log, subject_entry.seq) < (?, ?, ?)" if time else ""
        place = (time, log, int(seq) if seq.isdecimal() and len(seq) < 16 else 0) if time else ()
        query = f"""select entry.* from subject_entry join entry using (log, seq)
          where subject_entry.subject = ? and subject_entry.kind = ? {older} and (subject_entry.station = ? or {within})
          order by subject_entry.time desc, subject_entry.log desc, subject_entry.seq desc limit ?"""  # noqa: S608
        rows = [
            row
            for subject in subjects
            for kind in kinds
            for row in self.sql.execute(query, (subject, kind, *place, OFFICE, *values, most))
        ]
        return sorted(rows, key=lambda row: (row["time"], row["log"], row["seq"]), reverse=True)[:most]

    def names(self, subjects: Iterable[str], most: int) -> list[Row]:
        """Log, seq, kind, time and station of everything recorded of him, the newest first."""
        within, values = self._scope.where("subject_entry.station")
        query = f"""select log, seq, kind, time, station from subject_entry
          where subject = ? and (station = ? or {within}) order by time desc, log desc, seq desc limit ?"""  # noqa: S608
        rows = [row for one in subjects for row in self.sql.execute(query, (one, OFFICE, *values, most))]
        return sorted(rows, key=lambda row: (row["time"], row["log"], row["seq"]), reverse=True)[:most]

    def first_record(self, subjects: Iterable[str]) -> str:
        """When the first line of his production record was told; empty: none was."""
        query = "select time from subject_entry where subject = ? and kind = ? order by time, log, seq limit 1"
        times = [
            row["time"]
            for subject in subjects
            for kind in PRODUCTION
            for row in self.sql.execute(query, (subject, kind))
        ]
        return min(times, default="")

    def dossier(self, subjects: Sequence[str], most: int = 200) -> list[Row]:
        marks = ", ".join("?" * len(subjects))
        query = f"""select * from dossier where subject in ({marks})
          order by on_day desc, log desc, seq desc limit ?"""  # noqa: S608  only marks
        return self.sql.execute(query, (*subjects, most)).fetchall()

    def cards(self, subjects: Sequence[str]) -> list[Row]:
        """Every number that was made or given for him, the newest first; `ended` is 1 when it opens nothing."""
        marks = ", ".join("?" * len(subjects))
        query = f"""select card, min(time) as time, max(event) as event,
            case when {ENDED} then 1 else 0 end as ended, max(case when event = 'made' then log else '' end) as log,
            max(case when event = 'made' then seq else 0 end) as seq
          from subject_card as made where subject in ({marks}) and event <> 'ended'
          group by card order by min(time) desc, card limit 50"""  # noqa: S608  only marks
        return self.sql.execute(query, subjects).fetchall()

    def card(self, number: str) -> Row:
        """Whose it is. Raises Absent."""
        query = f"""select card, subject, case when {ENDED} then 1 else 0 end as ended from subject_card as made
          where card = ? and event <> 'ended' order by time desc, log desc, seq desc limit 1"""  # noqa: S608
        row: Row | None = self.sql.execute(query, (number,)).fetchone()
        if row is None:
            raise Absent("card_absent", card=number)
        return row

    def towns(self) -> list[tuple[str, str]]:
        """Codes of nine digits that producers live in, each with the name of a station there, where there is one."""
        within, values = self._within()
        query = f"select distinct substr(region, 1, 9) as town from subject where {within} order by 1 limit 100"  # noqa: S608
        stations = self.sql.execute("select substr(region, 1, 9) as town, min(name) as name from station group by 1")
        named = {row["town"]: row["name"] for row in stations}
        towns = [row["town"] for row in self.sql.execute(query, values)]
        return [(town, named.get(town) or "") for town in towns if len(town) == 9]

    def stations(self) -> list[Row]:
        """How far each station has the county-wide orders, the furthest behind first."""
        within, values = self._scope.where("station.station")
        query = f"""select station, name, orders_all, last_received, online from station
          where {within} order by orders_all, station"""  # noqa: S608
        return self.sql.execute(query, values).fetchall()

    def asked_orders(self, kinds: Sequence[str], most: int) -> list[Row]:
        """Orders about producers among the newest acts: log, seq, body, the newest first."""
        query = """select entry.* from (select log, seq, kind, time from act order by time desc limit ?) as newest
          join entry using (log, seq) where newest.kind = 'order.asked' order by newest.time desc, newest.seq desc"""
        found = []
        for row in self.sql.execute(query, (most,)):
            told = json.loads(row["body"]) if row["body"] is not None else {}
            if told.get("order") in kinds:
                found.append(row)
        return found

    def newest_cards(self, most: int) -> list[Row]:
        """Cards that the office made, the newest first, with their holder."""
        within, values = self._within()
        query = f"""select made.card, made.time, made.event, made.log, made.seq, subject.id, subject.name,
            case when {ENDED} then 1 else 0 end as ended
          from subject_card as made join subject on subject.id = made.subject
          where made.event = 'made' and {within}
          order by made.time desc, made.log desc, made.seq desc limit ?"""  # noqa: S608
        return self.sql.execute(query, (*values, most)).fetchall()

    def _within(self) -> tuple[str, tuple[str, ...]]:
        if self._scope.is_whole:
            return "1 = 1", ()
        stations, values = self._scope.where("subject_seen.station")
        lives = "".join("subject.region like ? or " for _ in self._scope.regions)
        seen = f"subject.id in (select subject from subject_seen where {stations})"  # noqa: S608  our own words
        return f"({lives}{seen})", (*(f"{one}%" for one in self._scope.regions), *values)


# A number opens nothing once it was ended or another took its place.
ENDED = """exists (select 1 from subject_card as over where over.card = made.card and over.event = 'ended')
  or exists (select 1 from subject_card as next where next.replaces = made.card and next.replaces <> '')"""


def subject_of(row: Row) -> Subject:
    certified = certifications_of(row)
    marks = tuple("/".join((one.mark, one.product, one.until, one.number)).rstrip("/") for one in certified)
    return Subject(
        id=row["id"],
        kind=row["kind"] or "other",
        name=row["name"],
        contact=row["contact"],
        origin=row["origin"],
        region=row["region"],
        code=row["code"],
        products=tuple(json.loads(row["products"])),
        controller=row["controller"],
        marks=marks,
    )


def certifications_of(row: Row) -> tuple[Certification, ...]:
    return tuple(Certification(**one) for one in json.loads(row["certifications"]))


def enrolled_on(lines: Iterable[Row]) -> date | None:
    """Since when he has been on a platform without leaving it; lines are the newest first."""
    standing: dict[str, date | None] = {}
    for line in reversed([one for one in lines if one["what"] == "enrolment"]):
        if line["state"] == "enrolled":
            standing[line["name"]] = standing.get(line["name"]) or day_of(line["on_day"])
        elif line["state"] in ("left", "refused"):
            standing[line["name"]] = None
    return min((day for day in standing.values() if day is not None), default=None)


def exclusions(lines: Iterable[Row]) -> tuple[Excluded, ...]:
    told = ((day_of(one["on_day"]), day_of(one["until"])) for one in lines if one["what"] == "excluded")
    return tuple(Excluded(on, until) for on, until in told if on is not None)


def _conditions(wanted: Filters, today: date) -> tuple[list[str], list[object]]:
    conditions, values = list[str](), list[object]()
    day = today.isoformat()
    shown = {
        "confirm": ("state = 'proposed'", ()),
        "risk": ("risk = 'high' and state in ('listed', 'proposed')", ()),
        "black": (BLACK, (day, day)),
        "withdrawn": ("state = 'withdrawn'", ()),
        "merged": ("state = 'merged'", ()),
    }
    condition, more = shown.get(wanted.show, ("state in ('listed', 'proposed')", ()))
    conditions.append(condition)
    values += more
    if wanted.sort:
        conditions.append("sort = ?")
        values.append(wanted.sort)
    if wanted.town:
        conditions.append("region >= ? and region < ?")
        values += [wanted.town, f"{wanted.town}{LAST}"]
    if wanted.scale:
        conditions.append("scale = 1")
    if text := asked(wanted.text):
        conditions.append(
            "id in (select subject from subject_key where key >= ? and key < ?"
            " union all select subject from subject_card where card = ?)"
        )
        values += [text, f"{text}{LAST}", text]
    return conditions, values
