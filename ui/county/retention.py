"""What may go at the county: the stations' own rule with the county's view of all logs (kiosk.rules.certify.cases).

A look reads every entry once or twice and holds in memory only what it weighs; it is run by hand or by a weekly timer.
"""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from kiosk.blobs import PACKED
from kiosk.clock import BEIJING, VOUCHED, Now
from kiosk.contract import ContractError, read
from kiosk.durable import flush_folder
from kiosk.rules.certify.cases import NEVER, TELLING, alone, is_open, spans, ties
from kiosk.rules.certify.keeping import is_over, last_day, old_before
from kiosk.rules.messages import EntryBody, LotReleased, Span
from ui.county.act_tables import OFFICE
from ui.county.database import Database, Row, Sql, Where, envelope_of, open_reader
from ui.county.migration import open_writer
from ui.county.orders import Orders

AT_ONCE = 20_000  # entries that one decision weighs
OVERLAP = 5_000  # that the next decision weighs again, so that a case across the edge is seen whole
STEP = 500  # rows of one question
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
DIGEST = re.compile(rb'"([0-9a-f]{64})"')
BODIES = """select place, station, log, seq, kind, time, clock, body, received from entry
  where place > ? order by place limit ?"""
CARRIED_ON = """select 1 from case_file where log = ? and seq = ? and rank < '1'
  and exists (select 1 from case_step where thing = ?)"""

Entry = tuple[str, int]  # log and seq


@dataclass(frozen=True, slots=True)
class Decision:
    """`before`: what was made before this day is old. `parked`: messages that were put aside before it."""

    before: date
    days: int
    spans: dict[str, tuple[Span, ...]]
    old: int  # entries whose time is over, in all; what does not go has an open case, a young part, or no receipt
    parked: int
    months: tuple[str, ...]
    then: int = 0  # where the next decision begins; 0 when this one weighed the last

    @property
    def going(self) -> int:
        return sum(span.last - span.first + 1 for of_log in self.spans.values() for span in of_log)


@dataclass(slots=True)
class _Weighed:
    tied: dict[int, frozenset[str]] = field(default_factory=dict)  # by place
    entries: dict[int, Entry] = field(default_factory=dict)
    old: int = 0
    then: int = 0


def decide(folder: Path, where: Where, today: date, days: int, after: int = 0) -> Decision:
    """Weighs the oldest entries that arrived after place `after`. Changes nothing. Raises DatabaseError."""
    sql = open_reader(where)
    try:
        weighed = _weigh(sql, today, days, after)
        months = _old_months(folder / "blobs", today, days)
        others, named = _others(sql, weighed, frozenset().union(*months.values()))
        freed = released(Orders(folder))
        going = {
            place for case in alone(weighed.tied, others) if not _is_open(sql, weighed, case, freed) for place in case
        }
        staying = {blob for blob, places in named.items() if not going.issuperset(places)}
        before = old_before(today, days)
        parked = sql.execute("select count(*) from parked where received < ?", (before.isoformat(),)).fetchone()[0]
    finally:
        sql.close()
    return Decision(
        before=before,
        days=days,
        spans=_by_log([weighed.entries[place] for place in going]),
        old=weighed.old,
        parked=int(parked),
        months=tuple(sorted(month for month, digests in months.items() if not digests & staying)),
        then=weighed.then,
    )


def carry_out(folder: Path, where: Where, decision: Decision, who: str, now: Now) -> int:
    """Note what goes, then take it; how many entries had a body. Doing it again finishes what was cut off."""
    _note(where, decision, who, now)
    database, gone = Database(where), 0
    try:
        for log, of_log in decision.spans.items():
            gone += database.retire(log, of_log)
    finally:
        database.close()
    for month in decision.months:
        shutil.rmtree(folder / "blobs" / month)
    if decision.months:
        flush_folder(folder / "blobs")
    return gone


def released(orders: Orders) -> frozenset[str]:
    """Lots whose stop the county has ended by an order."""
    return frozenset(body.lot for stream in orders.streams() for body in _orders(orders, stream))


def _orders(orders: Orders, stream: str) -> Iterator[LotReleased]:
    seq = 0
    while payloads := orders.after(stream, seq):
        for payload in payloads:
            envelope = read(payload)
            seq = envelope.header.seq
            if envelope.header.kind == LotReleased.kind and isinstance(body := envelope.order, LotReleased):
                yield body


def _note(where: Where, decision: Decision, who: str, now: Now) -> None:
    rows = [
        (who, decision.before.isoformat(), decision.days, log, span.first, span.last, now.text)
        for log, of_log in decision.spans.items()
        for span in of_log
    ]
    sql = open_writer(where)
    try:
        with sql.transaction():
            sql.executemany(
                'insert into retired (who, older_than, days, log, first_seq, last_seq, "time")'
                " values (?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            sql.execute("delete from parked where received < ?", (decision.before.isoformat(),))
    finally:
        sql.close()


def _weigh(sql: Sql, today: date, days: int, after: int) -> _Weighed:
    """The oldest entries whose time is over and that have a receipt."""
    weighed = _Weighed()
    receipted = {row["log"]: row["receipted"] for row in sql.execute("select log, receipted from head")}
    for row in _bodies(sql):
        if row["station"] == OFFICE or row["kind"] in NEVER or not is_over(_day(row), today, days):
            continue  # what the office did is its own archive, and its tables rest on it
        weighed.old += 1
        if row["place"] <= after or row["seq"] > receipted.get(row["log"], 0):
            continue
        if len(weighed.tied) < AT_ONCE:
            weighed.tied[row["place"]] = _ties(row)
            weighed.entries[row["place"]] = (row["log"], row["seq"])
        elif not weighed.then:
            weighed.then = list(weighed.tied)[-OVERLAP]
    return weighed


def _others(sql: Sql, weighed: _Weighed, wanted: frozenset[str]) -> tuple[set[str], dict[str, list[int]]]:
    """What of the ties others have too; and who names which blob of the old months."""
    names = frozenset().union(*weighed.tied.values())
    others: set[str] = set()
    named: dict[str, list[int]] = {}
    for row in _bodies(sql):
        for digest in wanted.intersection(one.decode() for one in DIGEST.findall(bytes(row["body"]))):
            named.setdefault(digest, []).append(row["place"])
        if row["kind"] not in NEVER and row["place"] not in weighed.tied:
            others |= _ties(row) & names
    return others, named


def _bodies(sql: Sql) -> Iterator[Row]:
    """Every entry of a verified prefix that still has its body, in the order of arrival."""
    place = 0
    while rows := sql.execute(BODIES, (place, STEP)).fetchall():
        yield from (row for row in rows if row["body"] is not None)
        place = rows[-1]["place"]


def _ties(row: Row) -> frozenset[str]:
    return ties(row["kind"], row["seq"], json.loads(row["body"]), row["log"])


def _is_open(sql: Sql, weighed: _Weighed, case: list[int], freed: frozenset[str]) -> bool:
    """Entries name each other by numbers of their own log: each log's part is looked at by itself.

    A case that the office has begun to carry on is open until the office closes it, whatever the station says.
    """
    parts: dict[str, list[tuple[int, EntryBody]]] = {}
    for log, seq in (weighed.entries[place] for place in case):
        if sql.execute(CARRIED_ON, (log, seq, f"case/{log}/{seq}")).fetchone() is not None:
            return True
        row = sql.execute("select * from entry where log = ? and seq = ?", (log, seq)).fetchone()
        if row["kind"] in TELLING and (body := _told(row)) is not None:
            parts.setdefault(log, []).append((seq, body))
    return any(is_open(part, freed.__contains__) for part in parts.values())


def _told(row: Row) -> EntryBody | None:
    """None for what does not fit its kind: it says nothing that could be open."""
    try:
        return envelope_of(row).entry
    except ContractError:
        return None


def _day(row: Row) -> date:
    """When it was made; by our own clock where nothing vouched for the station's, or where it ran ahead."""
    received = datetime.fromisoformat(row["received"]).astimezone(BEIJING).date()
    if row["clock"] not in VOUCHED:
        return received
    try:
        return min(received, datetime.fromisoformat(row["time"]).astimezone(BEIJING).date())
    except (ValueError, OverflowError):
        return received


def _by_log(entries: list[Entry]) -> dict[str, tuple[Span, ...]]:
    seqs: dict[str, list[int]] = {}
    for log, seq in entries:
        seqs.setdefault(log, []).append(seq)
    return {log: spans(of_log) for log, of_log in sorted(seqs.items())}


def _old_months(blobs: Path, today: date, days: int) -> dict[str, frozenset[str]]:
    found = {}
    for home in blobs.glob("*"):
        if MONTH.fullmatch(home.name) and home.is_dir() and is_over(last_day(home.name), today, days):
            found[home.name] = frozenset(file.name.removesuffix(PACKED) for file in home.iterdir())
    return found
