"""What each entry changes in the tables that pages read. The caller owns the transaction and calls in log order.

In which order several logs arrive makes no difference, but to what is about arrival itself (ui.county.sameness).
Kinds that are not known here, and bodies that do not fit their kind, are shown as they are; nothing is refused.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from kiosk.clock import BEIJING
from kiosk.contract import ContractError, Envelope
from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import (
    Certificate,
    DoctorReport,
    EntryBody,
    Incident,
    Observation,
    Opened,
    OrderDone,
    Outcome,
    Print,
    Reprint,
    Subject,
    SubjectProposed,
    Test,
    TraceLabel,
    Voided,
    Voucher,
)
from kiosk.rules.testing.assay import settle, shown
from ui.county.act_tables import OFFICE, ActTables
from ui.county.board.tables import BoardTables
from ui.county.cases.tables import CaseTables
from ui.county.field.tables import FieldTables
from ui.county.people.tables import PeopleTables
from ui.county.place import MOST_SEQ, Place
from ui.county.sql import Row, Sql
from ui.county.tracing.tables import TraceTables

REPEATS = 2  # GB/T 5009.199: a positive is repeated at least twice (domain.md §2.9)
SAID = ("through", "all", "own", "recorded", "blobs")  # numbers that a station says of itself
MOST_DIGITS = 12  # before and after the point; a longer number is no quantity
MOST_NAME = 64  # letters of a number or a part; what is longer is neither, and no index could hold it


class Projections:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql
        self._acts = ActTables(sql)
        self._rooms = (BoardTables(sql), PeopleTables(sql), CaseTables(sql), FieldTables(sql), TraceTables(sql))

    def apply(self, entry: Envelope, at: Place) -> None:
        if at.station == OFFICE:
            act = self._acts.apply(entry, at)
            if act is not None:
                for room in self._rooms:
                    room.acted(act, entry, at)
        else:
            body = _body(entry)
            self._reported(body, entry, at)
            if body is not None:
                for room in self._rooms:
                    room.reported(body, entry, at)

    def _reported(self, body: EntryBody | None, entry: Envelope, at: Place) -> None:
        match body:
            case Test() as test:
                self._test(entry, test, at)
            case Certificate() as certificate:
                self._certificate(entry, certificate, at)
            case Reprint() as reprint:
                self._copy(reprint, "begun", entry, at)
            case Print(outcome=outcome) as ended:
                self._copy(ended, outcome, entry, at)
            case (
                Voucher(number=name) | TraceLabel(number=name) | Voided(number=name)
                | SubjectProposed(subject=Subject(id=name))
            ):  # fmt: skip
                self._numbered(name, entry, at)
                self._feed(entry.header.kind, at)
            case Incident():
                self._feed(entry.header.kind, at)
                self.alarm("incident", at, state="told")
            case Opened(software=software, region=region, name=name):
                self._sql.execute(
                    "update head set software = ?, region = ?, name = ? where log = ?",
                    (software, region, name, at.log),
                )
                self._feed(entry.header.kind, at)
            case DoctorReport():
                self._sql.execute("update head set doctor = ? where log = ?", (at.seq, at.log))
                self._feed(entry.header.kind, at)
            case Observation() | OrderDone(done=True):
                return
            case _:
                self._feed(entry.header.kind, at)

    def alarm(self, kind: str, at: Place, state: str = "open") -> None:
        self._sql.execute(
            "insert into alarm (kind, log, seq, station, time, state) values (?, ?, ?, ?, ?, ?)"
            " on conflict (kind, log, seq) do nothing",
            (kind, at.log, at.seq, at.station, at.received, state),
        )

    def heard(self, station: str, received: str) -> None:
        self._sql.execute(
            "insert into station (station, last_received) values (?, ?)"
            " on conflict (station) do update set last_received = excluded.last_received",
            (station, received),
        )

    def stand(self, station: str) -> None:
        """A station's line tells of its log with the newest entry: a box that was replaced may still send old ones."""
        self._sql.execute(
            "insert into station (station, log, software, clock, last_time, region, name)"
            " select head.station, head.log, head.software, entry.clock, entry.time, head.region, head.name from head"
            " join entry on entry.log = head.log and entry.seq = head.through"
            " where head.station = ? order by entry.time desc, head.log desc limit 1"
            " on conflict (station) do update set log = excluded.log, software = excluded.software,"
            " clock = excluded.clock, last_time = excluded.last_time, region = excluded.region, name = excluded.name",
            (station,),
        )

    def status(self, station: str, payload: Mapping[str, object], received: str) -> None:
        online = payload.get("state") == "online"
        if online:
            self.heard(station, received)
        self._sql.execute(
            "insert into station (station, online, oldest, through, orders_all, orders_own, recorded, blobs)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict (station) do update set online = excluded.online, oldest = excluded.oldest,"
            " through = excluded.through, orders_all = excluded.orders_all, orders_own = excluded.orders_own,"
            " recorded = excluded.recorded, blobs = excluded.blobs",
            (station, online, _time(payload.get("oldest")), *(_number(payload.get(name)) for name in SAID)),
        )

    def _test(self, entry: Envelope, test: Test, at: Place) -> None:
        first = self._first_of(test, at)
        self._sql.execute(
            "insert into test values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                at.log,
                at.seq,
                at.place,
                at.station,
                entry.header.time,
                test.sample_code,
                test.subject_name,
                test.product,
                test.method,
                test.verdict.outcome,
                None if test.value is None else _told(test.value, shown),
                test.unit,
                None if first == at.seq else first,
                test.disagrees,
                test.method_confirmed,
                test.device.evidence,
            ),
        )
        self._feed(entry.header.kind, at)
        self.count("retest" if first != at.seq else test.verdict.outcome, entry.header.time, at.station)
        if test.verdict.outcome is Outcome.POSITIVE:
            self.alarm("positive", _replaced(at, first))
        self._settle(at, first)

    def _first_of(self, test: Test, at: Place) -> int:
        """Seq of the test that this one repeats; its own when it is a first test."""
        if test.retest_of is None:
            return at.seq
        known = self._sql.execute(
            "select 1 from test where log = ? and seq = ? and retest_of is null", (at.log, test.retest_of)
        ).fetchone()
        return test.retest_of if known else at.seq

    def _settle(self, at: Place, first: int) -> None:
        """Bring the alarm of a first test, when it has one, up to its repeats."""
        name = (at.log, first)
        outcome = self._sql.execute("select outcome from test where log = ? and seq = ?", name).fetchone()[0]
        rows = self._sql.execute("select outcome from test where log = ? and retest_of = ?", name).fetchall()
        repeats = [Outcome(row[0]) for row in rows]
        settled = settle(Outcome(outcome), repeats, REPEATS)
        state = "open" if settled is None else "confirmed" if settled is Outcome.POSITIVE else "suspect"
        valid = [repeat for repeat in repeats if repeat is not Outcome.INVALID]
        self._sql.execute(
            "update alarm set state = ?, repeats = ?, positives = ? where kind = 'positive' and log = ? and seq = ?",
            (state, len(valid), valid.count(Outcome.POSITIVE), *name),
        )
        self._touch(at, "select place from test where log = ? and seq = ?", name)

    def _certificate(self, entry: Envelope, certificate: Certificate, at: Place) -> None:
        number = _name(certificate.number)
        self._sql.execute(
            "insert into certificate values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (
                at.log,
                at.seq,
                at.place,
                number,
                at.station,
                entry.header.time,
                certificate.subject.name,
                certificate.product,
                _told(certificate.quantity, plain),
                certificate.unit,
                certificate.date,
            ),
        )
        self._feed(entry.header.kind, at)
        self.count("certificate", entry.header.time, at.station)
        self._settle_number(number, at)

    def _settle_number(self, number: str, at: Place) -> None:
        """The first certificate of a number has it, whichever arrived first; every other one is an alarm."""
        rows = self._sql.execute("select * from certificate where number = ? and twice = 0", (number,)).fetchall()
        for row in sorted(rows, key=lambda row: (row["time"], row["log"], row["seq"]))[1:]:
            self.alarm("number_twice", _standing(row, at))
            self._sql.execute("update certificate set twice = 1 where log = ? and seq = ?", (row["log"], row["seq"]))
            self._sql.execute("update feed set changed = ? where place = ?", (at.version, row["place"]))

    def _copy(self, told: Reprint | Print, outcome: str, entry: Envelope, at: Place) -> None:
        number = _name(told.number)
        self._sql.execute(
            "insert into print values (?, ?, ?, ?, ?, ?, ?) on conflict (number, copy, part, log) do update"
            " set seq = excluded.seq, time = excluded.time, outcome = excluded.outcome",
            (number, told.copy, _name(told.part), at.log, at.seq, entry.header.time, outcome),
        )
        self._touch(at, "select place from certificate where number = ? and twice = 0", (number,))

    def _numbered(self, number: str, entry: Envelope, at: Place) -> None:
        self._sql.execute(
            "insert into numbered values (?, ?, ?, ?, ?, ?)",
            (at.log, at.seq, _name(number), entry.header.kind, at.station, entry.header.time),
        )

    def _feed(self, kind: str, at: Place) -> None:
        self._sql.execute(
            "insert into feed (place, kind, log, seq, born, changed, station) values (?, ?, ?, ?, ?, ?, ?)",
            (at.place, kind, at.log, at.seq, at.version, at.version, at.station),
        )

    def _touch(self, at: Place, query: str, name: tuple[object, ...]) -> None:
        """The line of the place that `query` finds has to be drawn again."""
        self._sql.execute(f"update feed set changed = ? where place = ({query})", (at.version, *name))  # noqa: S608

    def count(self, what: str, time: str, station: str) -> None:
        self._sql.execute(
            "insert into tally values (?, ?, ?, 1)"
            " on conflict (day, what, station) do update set count = tally.count + 1",
            (_day(time), what, station),
        )


def _body(entry: Envelope) -> EntryBody | None:
    try:
        return entry.entry
    except ContractError:
        return None


def _day(time: str) -> str:
    """Empty for a time that is none."""
    try:
        return datetime.fromisoformat(time).astimezone(BEIJING).date().isoformat()
    except (ValueError, OverflowError):
        return ""


def _time(value: object) -> str:
    """Empty for what is no time."""
    return value if isinstance(value, str) and _day(value) else ""


def _name(number: str) -> str:
    return number if len(number) <= MOST_NAME else hashlib.sha256(number.encode()).hexdigest()


def _told(value: Decimal, tell: Callable[[Decimal], str]) -> str:
    """A number of a sane size as people read it; any other as it was sent."""
    return tell(value) if abs(value.adjusted()) <= MOST_DIGITS else str(value)


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < MOST_SEQ else 0


def _replaced(at: Place, seq: int) -> Place:
    return Place(at.place, at.station, at.log, seq, at.received, at.version)


def _standing(row: Row, at: Place) -> Place:
    """An earlier entry, seen because of the one at `at`."""
    return Place(row["place"], row["station"], row["log"], row["seq"], at.received, at.version)
