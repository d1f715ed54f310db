"""What entries and acts change in the tables of cases, alarms and reviews. The caller owns the transaction.

What is said of a sample, a lot or a case is kept as a step of that thing, whether a case knows it yet or not. A case
reads all steps of its things whenever one is added, so that it does not matter which log arrives first.
"""

from collections.abc import Iterable

from kiosk.contract import Envelope
from kiosk.rules.messages import (
    ActBody,
    CaseNoted,
    Disposal,
    EntryBody,
    FieldNoted,
    Objection,
    ObjectionClosed,
    ResultDelivered,
    SampleTaken,
    Test,
    TubeBound,
)
from kiosk.rules.oversight.disposal import AWAY
from ui.county.alarms.tables import AlarmTables
from ui.county.cases.course import IN_TIME, State, Step, end_of, stamp, standing
from ui.county.cases.review_tables import ReviewTables
from ui.county.place import Place
from ui.county.sql import Row, Sql

Name = tuple[str, int]  # log and seq
Told = tuple[str, str, str]  # what, said, until of a step


class CaseTables:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql
        self._reviews = ReviewTables(sql)
        self._alarms = AlarmTables(sql)

    def reported(self, body: EntryBody, entry: Envelope, at: Place) -> None:
        """An entry of a station."""
        if isinstance(body, Test):
            self._tested(body, at)
        elif (told := _told(body)) is not None:
            self._said(self._things(body, at), told, entry.header.time, at)
        self._reviews.reported(body, entry, at)
        self._alarms.reported(body, at)

    def acted(self, act: ActBody, entry: Envelope, at: Place) -> None:
        """An act of the office."""
        match act:
            case CaseNoted():
                outcome = "" if act.outcome is None else act.outcome.value
                self._said([of_case(act.log, act.seq)], (act.what, outcome, end_of(act.until)), entry.header.time, at)
            case FieldNoted(log=log, seq=int() as seq) if log:
                self._said([of_case(log, seq)], _noted(act), entry.header.time, at)
        self._reviews.acted(act, entry, at)
        self._alarms.acted(act, at)

    # --- what is said of a thing ----------------------------------------------------------------------------------

    def _said(self, things: Iterable[str], told: Told, time: str, at: Place) -> None:
        what, said, until = told
        for thing in things:
            self._sql.execute(
                "insert into case_step (thing, log, seq, what, time, said, until) values (?, ?, ?, ?, ?, ?, ?)"
                " on conflict (thing, log, seq) do nothing",
                (thing, at.log, at.seq, what, stamp(time), said, until),
            )
            for name in self._cases_of(thing):
                self._settle(name)

    def _things(self, body: EntryBody, at: Place) -> list[str]:
        """What an entry of a station is about; empty for one that names nothing."""
        match body:
            case SampleTaken() | TubeBound() | ResultDelivered() | Objection():
                return samples(at.station, [body.sample_code])
            case ObjectionClosed(objection=seq):
                rows = self._sql.execute("select thing from case_step where log = ? and seq = ?", (at.log, seq))
                return [row["thing"] for row in rows]
            case Disposal(lot=lot, tests=tests):
                found = (self._sample_of(at.log, seq) for seq in tests)
                return [*samples(at.station, found), *lots(at.station, lot)]
        return []

    def _sample_of(self, log: str, seq: int) -> str:
        row = self._sql.execute("select sample_code from test where log = ? and seq = ?", (log, seq)).fetchone()
        return "" if row is None else str(row["sample_code"])

    def _cases_of(self, thing: str) -> list[Name]:
        sort, _, rest = thing.partition("/")
        holder, _, name = rest.partition("/")
        if sort == "case":
            rows = self._sql.execute("select log, seq from case_file where log = ? and seq = ?", (holder, int(name)))
        else:
            column = "sample_code" if sort == "sample" else "lot"
            rows = self._sql.execute(
                f"select log, seq from case_file where station = ? and {column} = ?",  # noqa: S608  our own words
                (holder, name),
            )
        return [(row["log"], row["seq"]) for row in rows]

    # --- cases ----------------------------------------------------------------------------------------------------

    def _tested(self, test: Test, at: Place) -> None:
        """A positive opens the case of its first test; every repeat may change where that stands."""
        row = self._sql.execute("select * from test where log = ? and seq = ?", (at.log, at.seq)).fetchone()
        first = at.seq if row["retest_of"] is None else row["retest_of"]
        if self._screened((at.log, first)) is not None:
            self._open((at.log, first), test)
            self._settle((at.log, first))

    def _open(self, name: Name, test: Test) -> None:
        first = self._sql.execute("select * from test where log = ? and seq = ?", name).fetchone()
        facts = (first["sample_code"], test.lot, test.subject, first["product"])
        self._sql.execute(
            "insert into case_file (log, seq, station, time, sample_code, lot, subject, product, state, due, due_for,"
            " rank) values (?, ?, ?, ?, ?, ?, ?, ?, '', '', '', '') on conflict (log, seq) do nothing",
            (*name, first["station"], stamp(first["time"]), *facts),
        )

    def _screened(self, name: Name) -> State | None:
        row = self._sql.execute(
            "select state from alarm where kind = 'positive' and log = ? and seq = ?", name
        ).fetchone()
        return None if row is None else State(row["state"])

    def _settle(self, name: Name) -> None:
        case = self._sql.execute("select * from case_file where log = ? and seq = ?", name).fetchone()
        screened = self._screened(name)
        stands = standing(screened or State.OPEN, case["time"], steps_of(self._sql, case))
        due = "" if stands.wait is None else stands.wait.until
        waits = "" if stands.wait is None else stands.wait.what
        over = stands.state is State.CLOSED
        rank = f"1{_backwards(case['time'])}" if over else f"0{due or '9'} {case['time']}"
        self._sql.execute(
            "update case_file set state = ?, due = ?, due_for = ?, rank = ? where log = ? and seq = ?",
            (stands.state, due, waits, rank, *name),
        )


def of_case(log: str, seq: int) -> str:
    return f"case/{log}/{seq}"


def samples(station: str, codes: Iterable[str]) -> list[str]:
    return [f"sample/{station}/{code}" for code in dict.fromkeys(codes) if code]


def lots(station: str, lot: str) -> list[str]:
    return [f"lot/{station}/{lot}"] if lot else []


def things_of(case: Row) -> list[str]:
    """The things of a row of case_file, whose steps are its own."""
    own = of_case(case["log"], case["seq"])
    return [own, *samples(case["station"], [case["sample_code"]]), *lots(case["station"], case["lot"])]


def steps_of(sql: Sql, case: Row) -> list[Step]:
    """Every step once, also where two of the things are spoken of; in no order."""
    things = things_of(case)
    rows = sql.execute(
        f"select * from case_step where thing in ({', '.join('?' * len(things))})",  # noqa: S608  only marks
        things,
    )
    steps = {(row["log"], row["seq"]): row for row in rows}
    return [Step(row["what"], row["time"], row["said"], row["until"], name) for name, row in steps.items()]


def _told(body: EntryBody) -> Told | None:
    told: Told | None = None
    match body:
        case SampleTaken():
            told = "sample", "", ""
        case TubeBound(late=late):
            told = "bound", "late" if late else "", ""
        case ResultDelivered(how=how, deadline=deadline):
            told = "delivered", how, stamp(deadline)
        case Objection(in_time=in_time):
            told = "objected", IN_TIME if in_time else "late", ""
        case ObjectionClosed(result=result):
            told = "objection_closed", result, ""
        case Disposal(measure=measure):
            told = "disposal", measure, ""
    return told


def _noted(act: FieldNoted) -> Told:
    """What an officer noted on his phone for a case; a disposal of the goods counts as one."""
    if act.disposal is not None:
        return ("disposed" if act.disposal.measure in AWAY else "note"), "", ""
    return "note", "", ""


def _backwards(time: str) -> str:
    """A stamp that sorts the other way round."""
    return time.translate(str.maketrans("0123456789", "9876543210"))
