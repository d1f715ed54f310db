"""What pages ask of the county's memory. Each question reads an index; a reader sees one moment of the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from kiosk import tree
from kiosk.contract import Envelope
from kiosk.rules.messages import SubjectProposed
from ui.county.accounts.scope import WHOLE, Scope
from ui.county.migration import open_reader
from ui.county.newest import FEED, GRAVE, newest
from ui.county.rows import envelope_of, nodes_of
from ui.county.sql import Row, Sql, Where

LINE = """
select feed.place, feed.kind, feed.log, feed.seq, feed.born, feed.changed,
  entry.station, entry.time, entry.clock, entry.received,
  test.outcome, test.value, test.unit, test.method, test.retest_of, test.disagrees, test.confirmed, test.evidence,
  coalesce(test.subject_name, certificate.subject_name) as subject_name,
  coalesce(test.product, certificate.product) as product,
  certificate.number, certificate.quantity, certificate.unit as quantity_unit,
  (select print.outcome from print where print.number = certificate.number
    order by copy desc, time desc, log desc, seq desc limit 1) as printed,
  (select max(copy) from print where print.number = certificate.number) as copies,
  positive.state as alarm, positive.repeats, positive.positives,
  case when feed.kind in ('incident', 'gate.check') then entry.body end as told
from feed
  join entry using (log, seq)
  left join test on test.log = feed.log and test.seq = feed.seq
  left join certificate on certificate.log = feed.log and certificate.seq = feed.seq
    and certificate.twice = 0
  left join alarm as positive on positive.kind = 'positive' and positive.log = feed.log and positive.seq = feed.seq
"""
LINES = LINE + "where feed.place in ({marks}) and feed.changed > ? order by feed.place desc"
STATION = """
select station.*, coalesce(head.through, 0) as taken, coalesce(head.receipted, 0) as receipted, head.receipt,
  head.root,
  case when station.recorded > coalesce(head.receipted, 0) then station.recorded - coalesce(head.receipted, 0)
    when station.recorded = 0 and station.through > coalesce(head.through, 0)
    then station.through - coalesce(head.through, 0) else 0 end as queue,
  (select count(*) from (select 1 from entry where entry.log = station.log and entry.place is null limit 1000) as few)
    as pending,
  (select cast(coalesce(sum(times), 0) as bigint) from parked where parked.station = station.station) as parked,
  coalesce(head.doctor, 0) as doctor,
  case when exists (select 1 from entry where entry.log = station.log and entry.place is null) then 1 else 0 end as gap,
  case when exists (select 1 from conflict where conflict.log = station.log) then 1 else 0 end as conflict
from station left join head on head.log = station.log
"""
# The list stands in the query as it stands in the index: only so is it used.
ASKING = """select entry.* from feed join entry using (log, seq)
  where feed.kind = ? and feed.kind in ('card.given', 'complaint', 'fault.reported', 'subject.proposed') and {within}
  order by feed.place desc limit ?"""
POSITIVES = "select * from alarm where kind = 'positive' and {within} order by id desc limit ?"
ORDER = "order by conflict desc, online asc, case when queue > 0 or gap = 1 then 1 else 0 end desc, station"
STATIONS = f"select * from ({STATION} where {{within}}) as told {ORDER}"  # noqa: S608  our own words
SEEN = "select * from seen where {within} {one} and (what <> 'part' or state <> 'ok')"
PARKED = """select topic, reason, facts, bytes, times, received from parked where {within}
  order by received desc limit ?"""
PENDING = """select * from entry where place is null and kind in ('test', 'certificate', 'incident') and {within}
  order by received desc limit ?"""
ENTRY = "select * from entry where log = ? and seq = ? and {within}"
REPEATS = "select log, seq from test where log = ? and retest_of = ?"  # an index answers this alone
ALARM = """
select alarm.*, entry.time as entry_time, test.product, test.subject_name, test.value, test.unit
from alarm
  left join entry on entry.log = alarm.log and entry.seq = alarm.seq
  left join test on test.log = alarm.log and test.seq = alarm.seq
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry as it is stored; `place` is None while it waits behind a gap."""

    envelope: Envelope
    station: str
    received: str
    place: int | None


@dataclass(frozen=True, slots=True)
class Receipted:
    """The verified prefix of one log and the newest receipt (text) that was given for it."""

    through: int
    root: bytes
    receipted: int
    receipt: str


class Reader:
    """Used by one thread, closed after one page. Raises sql.Absent when there is nothing to read yet.

    Lists hold what lies in `scope`; an entry out of it is as one that is not there.
    """

    def __init__(self, where: Where, scope: Scope = WHOLE) -> None:
        self._sql = open_reader(where)
        self._scope = scope

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._sql.close()

    def again(self) -> None:
        """See the present state instead of the one that was looked at so far."""
        self._sql.look_again()

    @property
    def version(self) -> int:
        return int(self._one("select version from state")["version"])

    def newest(self, most: int) -> list[Row]:
        """The newest lines of the feed, newest first."""
        return self._lines(most, -1)

    def changed(self, since: int, most: int) -> list[Row]:
        """Those of the `most` newest lines that are new or different since a version, newest first."""
        return self._lines(most, since)

    def tally(self, day: str) -> dict[str, int]:
        within, stations = self._scope.where("tally.station")
        counted = "select what, cast(sum(count) as bigint) as count from tally"
        rows = self._all(f"{counted} where day = ? and {within} group by what", day, *stations)
        return {row["what"]: row["count"] for row in rows}

    def open_positives(self) -> int:
        within, stations = self._scope.where("alarm.station")
        counted = "select count(*) as n from alarm where state = 'open' and kind = 'positive'"
        return int(self._one(f"{counted} and {within}", *stations)["n"])

    def alarms(self, most: int) -> list[Row]:
        """What an officer must look at, newest first; incidents of devices stand in the feed only."""
        numbers = newest(self._sql, self._scope, GRAVE, most)
        return self._all(f"{ALARM} where alarm.id in ({_marks(numbers)}) order by alarm.id desc", *numbers)

    def stations(self) -> list[Row]:
        """Those that need a person first, then by name."""
        within, stations = self._scope.where("station.station")
        return self._all(STATIONS.format(within=within), *stations)

    def seen(self, station: str = "") -> list[Row]:
        """What stations, or this one, last said of their state (table `seen`); parts that are well are left out."""
        within, values = self._scope.where("seen.station")
        one, named = ("and station = ?", (station,)) if station else ("", ())
        return self._all(SEEN.format(within=within, one=one), *values, *named)

    def newest_of(self, station: str, most: int) -> list[Row]:
        """The newest lines of one station, newest first."""
        places = newest(self._sql, Scope(stations=(station,)), FEED, most)
        return self._all(LINES.format(marks=_marks(places)), *places, -1)

    def parked_of(self, station: str, most: int) -> list[Row]:
        return self._all(PARKED.format(within="station = ?"), station, most)

    def station(self, station: str) -> Row | None:
        """As one of `stations`."""
        within, values = self._scope.where("station.station")
        return self._maybe(f"{STATION} where station.station = ? and {within}", station, *values)

    def software(self) -> list[str]:
        """What stations of the whole county run: which is the newest does not depend on who looks."""
        return [row["software"] for row in self._all("select distinct software from station")]

    def days(self, station: str, since: str) -> list[Row]:
        """The numbers of a station by day and what was counted, the newest day first, from an ISO day on."""
        query = "select day, what, count from tally where station = ? and day >= ? order by day desc, what"
        return self._all(query, station, since)

    def parked(self, most: int) -> list[Row]:
        within, stations = self._scope.where("parked.station")
        return self._all(PARKED.format(within=within), *stations, most)

    def pending(self, most: int) -> list[Kept]:
        """Tests, certificates and incidents that wait behind a gap, the last that arrived first."""
        within, stations = self._scope.where("entry.station")
        rows = self._all(PENDING.format(within=within), *stations, most)
        return [_kept(row) for row in rows]

    def openings(self, most: int) -> list[Row]:
        """Who opened sealed fields, newest first: who, role, reason, log, seq, field, time."""
        return self._all("select * from opened order by id desc limit ?", most)

    def openings_of(self, log: str, seq: int) -> list[Row]:
        return self._all("select * from opened where log = ? and seq = ? order by id", log, seq)

    def entry(self, log: str, seq: int) -> Kept | None:
        within, stations = self._scope.where("entry.station")
        row = self._maybe(ENTRY.format(within=within), log, seq, *stations)
        return None if row is None else _kept(row)

    def asking(self, kind: str, most: int) -> list[Kept]:
        """The newest entries of a kind on which the county has to say something (schema 4)."""
        within, stations = self._scope.where("entry.station")
        return [_kept(row) for row in self._all(ASKING.format(within=within), kind, *stations, most)]

    def positives(self, most: int) -> list[Row]:
        """Alarms of positive tests, one for each first test, the newest first."""
        within, stations = self._scope.where("alarm.station")
        return self._all(POSITIVES.format(within=within), *stations, most)

    def proposed(self, subject: str) -> Kept | None:
        """The newest entry that took in a newcomer of this id."""
        rows = self.papers(subject, SubjectProposed.kind)
        return self.entry(rows[-1]["log"], rows[-1]["seq"]) if rows else None

    def of_kind(self, kind: str) -> Iterator[Kept]:
        """Every verified entry of a kind: reads the whole memory, for a person's command and no page."""
        for row in self._sql.execute("select * from entry where kind = ? and place is not null", (kind,)):
            yield _kept(row)

    def head(self, log: str) -> Receipted | None:
        row = self._maybe("select * from head where log = ?", log)
        if row is None:
            return None
        return Receipted(row["through"], bytes(row["root"]), row["receipted"], row["receipt"])

    def nodes(self, log: str) -> tree.Nodes:
        return nodes_of(self._sql, log)

    def conflicts(self, log: str, seq: int) -> int:
        row = self._one("select count(*) as n from conflict where log = ? and seq = ?", log, seq)
        return int(row["n"])

    def repeats(self, log: str, seq: int) -> list[Row]:
        return self._all(f"select * from test where (log, seq) in ({REPEATS}) order by seq", log, seq)  # noqa: S608

    def certificate(self, number: str) -> Row | None:
        return self._maybe("select * from certificate where number = ? and twice = 0", number)

    def papers(self, number: str, kind: str) -> list[Row]:
        """Entries of a kind that speak of a number, the first in time before the others."""
        return self._all("select * from numbered where number = ? and kind = ? order by time, log, seq", number, kind)

    def copies(self, number: str) -> list[Row]:
        return self._all("select * from print where number = ? order by part, copy, log", number)

    def last_time(self, log: str) -> str:
        """When, by its own clock, the newest entry of a log's verified prefix was made; empty when there is none."""
        row = self._maybe(
            "select entry.time from head join entry on entry.log = head.log"
            " and entry.seq = head.through where head.log = ?",
            log,
        )
        return "" if row is None else str(row["time"])

    @property
    def sql(self) -> Sql:
        """For a room's own questions, at the moment that this reader sees."""
        return self._sql

    def _lines(self, most: int, since: int) -> list[Row]:
        places = newest(self._sql, self._scope, FEED, most)
        return self._all(LINES.format(marks=_marks(places)), *places, since)

    def _all(self, query: str, *parameters: Any) -> list[Row]:
        return self._sql.execute(query, parameters).fetchall()

    def _maybe(self, query: str, *parameters: Any) -> Row | None:
        row: Row | None = self._sql.execute(query, parameters).fetchone()
        return row

    def _one(self, query: str, *parameters: Any) -> Row:
        row: Row = self._sql.execute(query, parameters).fetchone()
        return row


def _marks(values: list[int]) -> str:
    return ", ".join("?" * len(values)) or "null"


def _kept(row: Row) -> Kept:
    return Kept(envelope_of(row), row["station"], row["received"], row["place"])
