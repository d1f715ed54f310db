"""What pages ask of the county's memory. Each question reads an index; a reader sees one moment of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kiosk import tree
from kiosk.contract import Envelope
from ui.county.database import Row, envelope_of, nodes_of, open_reader

LINE = """
select feed.place, feed.kind, feed.log, feed.seq, feed.born, feed.changed,
  entry.station, entry.time, entry.clock, entry.received,
  test.outcome, test.value, test.unit, test.method, test.retest_of, test.disagrees, test.confirmed, test.evidence,
  coalesce(test.subject_name, certificate.subject_name) as subject_name,
  coalesce(test.product, certificate.product) as product,
  certificate.number, certificate.quantity, certificate.unit as quantity_unit,
  (select print.outcome from print where print.number = certificate.number order by copy desc limit 1) as printed,
  (select max(copy) from print where print.number = certificate.number) as copies,
  positive.state as alarm, positive.repeats, positive.positives,
  case feed.kind when 'incident' then entry.body end as incident
from feed
  join entry using (log, seq)
  left join test on test.log = feed.log and test.seq = feed.seq
  left join certificate on certificate.log = feed.log and certificate.seq = feed.seq
  left join alarm as positive on positive.kind = 'positive' and positive.log = feed.log and positive.seq = feed.seq
"""
NEWEST = LINE + "order by feed.place desc limit ?"
SINCE = """where feed.place in (select place from feed where changed > ?)
  and feed.place >= coalesce((select place from feed order by place desc limit 1 offset ?), 0)
  order by feed.place desc"""
CHANGED = LINE + SINCE
STATION = """
select station.*, coalesce(head.through, 0) as taken, coalesce(head.receipted, 0) as receipted, head.receipt,
  max(0, station.through - coalesce(head.through, 0)) as queue,
  exists (select 1 from entry where entry.log = station.log and entry.place is null) as gap,
  exists (select 1 from conflict where conflict.log = station.log) as conflict
from station left join head on head.log = station.log
"""
ALARM = """
select alarm.*, entry.time as entry_time, test.product, test.subject_name, test.value, test.unit
from alarm
  left join entry using (log, seq)
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
    """Used by one thread, closed after one page. Raises database.Absent when there is nothing to read yet."""

    def __init__(self, file: Path) -> None:
        self._sql = open_reader(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._sql.close()

    @property
    def version(self) -> int:
        return int(self._one("select version from state")["version"])

    def newest(self, most: int) -> list[Row]:
        """The newest lines of the feed, newest first."""
        return self._all(NEWEST, most)

    def changed(self, since: int, most: int) -> list[Row]:
        """Those of the `most` newest lines that are new or different since a version, newest first."""
        return self._all(CHANGED, since, most - 1)

    def tally(self, day: str) -> dict[str, int]:
        rows = self._all("select what, sum(count) as count from tally where day = ? group by what", day)
        return {row["what"]: row["count"] for row in rows}

    def open_positives(self) -> int:
        return int(self._one("select count(*) as n from alarm where state = 'open' and kind = 'positive'")["n"])

    def alarms(self, most: int) -> list[Row]:
        """What an officer must look at, newest first; incidents of devices stand in the feed only."""
        return self._all(f"{ALARM} where alarm.kind <> 'incident' order by alarm.id desc limit ?", most)

    def stations(self) -> list[Row]:
        """Those that need a person first, then by name."""
        order = "conflict desc, online asc, (queue > 0 or gap) desc, station.station"
        return self._all(f"{STATION} order by {order}")

    def parked(self, most: int) -> list[Row]:
        return self._all("select topic, reason, bytes, times, received from parked order by rowid desc limit ?", most)

    def entry(self, log: str, seq: int) -> Kept | None:
        row = self._maybe("select * from entry where log = ? and seq = ?", log, seq)
        return None if row is None else Kept(envelope_of(row), row["station"], row["received"], row["place"])

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
        return self._all("select * from test where log = ? and retest_of = ? order by seq", log, seq)

    def certificate(self, number: str) -> Row | None:
        return self._maybe("select * from certificate where number = ?", number)

    def copies(self, number: str) -> list[Row]:
        return self._all("select * from print where number = ? order by copy", number)

    def last_time(self, log: str) -> str:
        """When, by its own clock, the newest entry of a log's verified prefix was made; empty when there is none."""
        row = self._maybe(
            "select entry.time from head join entry on entry.log = head.log"
            " and entry.seq = head.through where head.log = ?",
            log,
        )
        return "" if row is None else str(row["time"])

    def _all(self, query: str, *parameters: Any) -> list[Row]:
        return self._sql.execute(query, parameters).fetchall()

    def _maybe(self, query: str, *parameters: Any) -> Row | None:
        rows: Sequence[Row] = self._sql.execute(query, parameters).fetchmany(1)
        return rows[0] if rows else None

    def _one(self, query: str, *parameters: Any) -> Row:
        row: Row = self._sql.execute(query, parameters).fetchone()
        return row
