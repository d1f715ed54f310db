"""What staff do, as tables: samples, tests, deliveries, reviews, tasks, stock, faults, shifts. The caller commits.

Every question reads an index: none of them costs more because the log is longer. Lists come newest first unless said.
"""

import sqlite3
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeVar

from kiosk.rules.certify.incoming import Seen as SeenPaper
from kiosk.rules.goods.quantity import Quantity, parse, plain
from kiosk.rules.messages import (
    Certificate,
    Control,
    Correction,
    Disposal,
    EntryBody,
    FaultReported,
    GateCheck,
    Handover,
    Incoming,
    Objection,
    ObjectionClosed,
    OrderDone,
    Patrol,
    Rating,
    ReagentOpened,
    ResultDelivered,
    Reviewed,
    SampleTaken,
    Supply,
    Test,
)
from kiosk.work_rows import (
    CORRECTABLE,
    PAPER,
    TASK,
    USED,
    Fault,
    OwnRow,
    Paper,
    Positive,
    Seen,
    Stock,
    about_rows,
    middle,
    paper_marks,
)

ReadEntry = Callable[[int], EntryBody]
Found = TypeVar("Found", bound=EntryBody)

LOOKED_AT = 200  # newest events of reagents among which the lots in use stand
TESTS_OF_ONE = 4  # positive tests of one sample that are looked at: the first and its repeats
USUAL_OF = 10  # certificates of which the middle one is the usual
OWN = """select seq, number, visit, product, typed, lot,
    exists (select 1 from voided where voided.number = certificate.number)
    or exists (select 1 from revoked_certificate where revoked_certificate.number = certificate.number)
  from certificate where"""
NEWEST = "order by seq desc limit ?"
UNENDED = """select 1 from entry_about as ended where ended.kind = 'objection.closed' and ended.about = ?"""


class WorkTable:
    """`read` gives the body of an entry by its seq."""

    def __init__(self, connection: sqlite3.Connection, read: ReadEntry) -> None:
        self._sql = connection
        self._read = read
        self._log = ""

    # --- what changes -------------------------------------------------------------------------------------------

    def apply(self, seq: int, day: str, body: EntryBody) -> None:
        """A test has its row already."""
        rows = [(kind, about, seq) for kind, about in about_rows(body)]
        self._sql.executemany("insert or ignore into entry_about (kind, about, seq) values (?, ?, ?)", rows)
        match body:
            case Supply():
                self._supplied(seq, body)
            case Rating():
                self._rated(day, body.score, 1)
        self._weigh_open(seq, body)

    def forget(self, seq: int, day: str, body: EntryBody) -> None:
        """The reverse of `apply`: retention took this entry. A test has no row any more."""
        rows = [(kind, about, seq) for kind, about in about_rows(body)]
        self._sql.executemany("delete from entry_about where kind = ? and about = ? and seq = ?", rows)
        match body:
            case Supply():
                self._refold(body)
            case Rating():
                self._rated(day, body.score, -1)
        self._weigh_open(seq, body)

    def _weigh_open(self, seq: int, body: EntryBody) -> None:
        """What the entry, or its absence, opens or closes: always the same function of what stands."""
        match body:
            case SampleTaken(sample_code=code) | Test(sample_code=code):
                self._sql.execute(
                    "update entry_about set open = not exists (select 1 from test where sample = ?)"
                    " where kind = ? and about = ?",
                    (code, SampleTaken.kind, code),
                )
            case Objection():
                self._weigh_objection(seq)
            case ObjectionClosed():
                self._weigh_objection(body.objection)
        match body:
            case Test():
                self._weigh_test(seq)
            case Reviewed() | ResultDelivered():
                self._weigh_test(body.test)

    def _weigh_objection(self, seq: int) -> None:
        query = f"update entry_about set open = not exists ({UNENDED}) where kind = ? and seq = ?"  # noqa: S608
        self._sql.execute(query, (str(seq), Objection.kind, seq))

    def _weigh_test(self, seq: int) -> None:
        """Whether somebody reviewed it, and whether whom it is about has been told."""
        reviewed, told = (self._any(kind, str(seq)) for kind in (Reviewed.kind, ResultDelivered.kind))
        self._sql.execute("update test set reviewed = ?, told = ? where seq = ?", (reviewed, told, seq))

    def _rated(self, day: str, score: str, change: int) -> None:
        self._sql.execute(
            "insert into rating_day values (?, ?, ?) on conflict do update set count = count + excluded.count",
            (day, score, change),
        )
        self._sql.execute("delete from rating_day where day = ? and score = ? and count = 0", (day, score))

    def _supplied(self, seq: int, body: Supply) -> None:
        """Received adds, given and used take away, counted says how much there is."""
        row = self._sql.execute(
            "select left_over, since from stock where item = ? and unit = ?", (body.item, body.unit)
        ).fetchone()
        before, since = (Decimal(0), seq) if row is None else (Decimal(row[0]), row[1])
        match body.event:
            case "counted":
                left, since = body.count, seq
            case "received":
                left = before + body.count
            case _:
                left = before - body.count
        told = (body.item, body.unit, plain(left), since, seq)
        self._sql.execute("insert or replace into stock values (?, ?, ?, ?, ?)", told)

    def _refold(self, gone: Supply) -> None:
        self._sql.execute("delete from stock where item = ? and unit = ?", (gone.item, gone.unit))
        for seq in self._seqs(Supply.kind, gone.item, newest=False):
            body = self._read(seq)
            if isinstance(body, Supply) and body.unit == gone.unit:
                self._supplied(seq, body)

    # --- samples and tests --------------------------------------------------------------------------------------

    def sample(self, code: str) -> tuple[int, SampleTaken] | None:
        """The newest sheet of this code."""
        return next(iter(self._bodies(SampleTaken, self._seqs(SampleTaken.kind, code, 1))), None)

    def samples_waiting(self, since: str = "") -> list[tuple[int, SampleTaken]]:
        """Taken on `since` (ISO date) or later and in no test yet, oldest first."""
        query = "select seq from entry_about join entry using (seq) where entry_about.kind = ? and open = 1"
        rows = self._sql.execute(f"{query} and time >= ? order by seq", (SampleTaken.kind, since))
        return list(self._bodies(SampleTaken, [seq for (seq,) in rows]))

    def tests_of(self, sample: str) -> list[tuple[int, Test]]:
        """Oldest first."""
        rows = self._sql.execute("select seq from test where sample = ? and sample <> '' order by seq", (sample,))
        return list(self._bodies(Test, [seq for (seq,) in rows]))

    def unreviewed(self, most: int) -> list[tuple[int, Test]]:
        """Tests that no second person has looked at."""
        rows = self._sql.execute("select seq from test where reviewed = 0 order by seq desc limit ?", (most,))
        return list(self._bodies(Test, [seq for (seq,) in rows]))

    def reviews_of(self, test: int) -> list[tuple[int, Reviewed]]:
        return list(self._bodies(Reviewed, self._seqs(Reviewed.kind, str(test))))

    def events_of(self, test: int) -> list[tuple[int, EntryBody]]:
        """Deliveries, objections and their ends about this test, oldest first."""
        told = self._seqs(ResultDelivered.kind, str(test))
        asked = [seq for one in told for seq in self._seqs(Objection.kind, str(one))]
        ended = [seq for one in asked for seq in self._seqs(ObjectionClosed.kind, str(one))]
        return [(seq, self._read(seq)) for seq in sorted((*told, *asked, *ended))]

    def undelivered(self, most: int) -> list[tuple[int, Test]]:
        """Tests of supervision samples whose result nobody has been told."""
        rows = self._sql.execute(
            "select seq from test where supervised = 1 and told = 0 order by seq desc limit ?", (most,)
        )
        return list(self._bodies(Test, [seq for (seq,) in rows]))

    def deliveries(self, most: int) -> list[tuple[int, ResultDelivered]]:
        return list(self._bodies(ResultDelivered, self._newest(ResultDelivered.kind, most)))

    def corrections_of(self, seq: int) -> list[tuple[int, Correction]]:
        """Oldest first."""
        return list(self._bodies(Correction, self._seqs(Correction.kind, str(seq), newest=False)))

    def disposals_of(self, lot: str) -> list[tuple[int, Disposal]]:
        return list(self._bodies(Disposal, self._seqs(Disposal.kind, lot, newest=False)))

    def gate_checks_of(self, number: str) -> list[GateCheck]:
        """What came in on one paper."""
        return [body for _, body in self._bodies(GateCheck, self._seqs(GateCheck.kind, number))]

    def released_by(self, lot: str) -> int:
        """Entry by which the county's last word on a lot came here; 0 before there was any."""
        row = self._sql.execute("select given from released_lot where lot = ?", (lot,)).fetchone()
        return max(self._seqs(OrderDone.kind, "" if row is None else row[0]), default=0)

    def open_objections(self, most: int) -> list[tuple[int, Objection]]:
        query = "select seq from entry_about where kind = ? and open = 1 order by seq desc limit ?"
        rows = self._sql.execute(query, (Objection.kind, most))
        return list(self._bodies(Objection, [seq for (seq,) in rows]))

    def alarms(self, most: int = 20, since: str = "") -> list[Positive]:
        """What was positive on `since` (ISO date) or later, each under its first test: a repeat is no new alarm."""
        query = "select seq, coalesce(retest_of, seq) from test where outcome = 'positive' and day >= ?"
        rows = self._sql.execute(f"{query} order by seq desc limit ?", (since, most * TESTS_OF_ONE)).fetchall()
        firsts = list(dict.fromkeys(first for _, first in rows))[:most]
        return [self._positive(first, [seq for seq, of in rows if of == first]) for first in firsts]

    def failed(self, most: int) -> list[tuple[int, Test]]:
        """The newest tests that were positive or suspect."""
        query = "select seq from test where outcome in ('positive', 'suspect') order by seq desc limit ?"
        return list(self._bodies(Test, [seq for (seq,) in self._sql.execute(query, (most,))]))

    def failed_lots(self, most: int) -> list[tuple[int, Test]]:
        """The lots that failed last, each by its newest test that was positive or suspect."""
        query = "select seq, lot from test where outcome in ('positive', 'suspect') and lot <> '' order by seq desc"
        rows = self._sql.execute(f"{query} limit ?", (most * TESTS_OF_ONE,))
        newest: dict[str, int] = {}
        for seq, lot in rows:
            newest.setdefault(lot, seq)
        return list(self._bodies(Test, list(newest.values())[:most]))

    def correctable(self, most: int) -> list[int]:
        """Seq of the newest entries that hold anything which a person typed."""
        return self._seqs(CORRECTABLE, "", most)

    def papers_like(self, seen: SeenPaper, *receivers: str) -> list[tuple[int, Incoming]]:
        """Papers that these brought here and that may be this one, oldest first."""
        seqs = {seq for mark in paper_marks(seen) for seq in self._seqs(PAPER, mark)}
        return [(seq, body) for seq, body in self._bodies(Incoming, sorted(seqs)) if body.receiver in receivers]

    def seen(self, seq: int) -> Seen | None:
        """Who at the county has seen an entry of this log, and when."""
        row = self._sql.execute("select by, at from entry_seen where log = ? and seq = ?", (self.own(), seq)).fetchone()
        return None if row is None else Seen(*row)

    # --- the desk -----------------------------------------------------------------------------------------------

    def done_of(self, task: str) -> int:
        """Samples, patrols and gate checks that name this task."""
        query = "select count(*) from entry_about where kind = ? and about = ?"
        return int(self._sql.execute(query, (TASK, task)).fetchone()[0])

    def done_by(self, task: str) -> frozenset[str]:
        """Subjects at whose place something was done for this task."""
        bodies = (self._read(seq) for seq in self._seqs(TASK, task))
        return frozenset(body.subject for body in bodies if isinstance(body, SampleTaken | Patrol))

    def stock(self) -> dict[str, Decimal]:
        """What is left, by item; of one that was kept in several units, by the unit of its newest entry."""
        return {one.item: one.left for one in sorted(self.stock_rows(), key=lambda one: one.seq)}

    def stock_rows(self) -> list[Stock]:
        rows = self._sql.execute("select item, unit, left_over, seq from stock order by item, unit").fetchall()
        return [Stock(item, unit, Decimal(left), seq) for item, unit, left, seq in rows]

    def supplies(self, item: str, most: int) -> list[tuple[int, Supply]]:
        return list(self._bodies(Supply, self._seqs(Supply.kind, item, most)))

    def counts_in(self, seq: int, body: Supply) -> bool:
        """Whether what is left rests on this entry: it is not older than the last count."""
        query = "select 1 from stock where item = ? and unit = ? and since <= ?"
        return self._sql.execute(query, (body.item, body.unit, seq)).fetchone() is not None

    def faults(self, most: int) -> list[Fault]:
        found = self._bodies(FaultReported, self._newest(FaultReported.kind, most))
        return [self._fault(seq, body) for seq, body in found]

    def used_of(self, lot: str) -> int:
        """Tests made with the box of this lot that is in use: what stood before the last was used up has ended."""
        ended = max((seq for seq, body in self.reagent_events(lot) if body.event == "used_up"), default=0)
        return self.tests_with(lot, ended)

    def tests_with(self, lot: str, since: int = 0) -> int:
        """How many tests with an entry after `since` were made with a reagent lot."""
        query = "select count(*) from entry_about where kind = ? and about = ? and seq > ?"
        (count,) = self._sql.execute(query, (USED, lot, since)).fetchone()
        return int(count)

    def reagent_events(self, lot: str) -> list[tuple[int, ReagentOpened]]:
        """Oldest first."""
        return list(self._bodies(ReagentOpened, self._seqs(ReagentOpened.kind, lot, newest=False)))

    def reagents(self, most: int) -> list[tuple[int, ReagentOpened]]:
        """The newest event of each lot that something happened to of late."""
        found: dict[str, tuple[int, ReagentOpened]] = {}
        for seq, body in self._bodies(ReagentOpened, self._newest(ReagentOpened.kind, LOOKED_AT)):
            if len(found) == most:
                break
            found.setdefault(body.lot, (seq, body))
        return list(found.values())

    def controls(self, profile: str, what: str = "", most: int = 10) -> list[tuple[int, Control]]:
        """Of the instruments of one profile; `what`: of one kind, among the newest."""
        found = self._bodies(Control, self._seqs(Control.kind, profile, LOOKED_AT if what else most))
        return [(seq, body) for seq, body in found if not what or body.what == what][:most]

    def handover(self) -> tuple[int, Handover] | None:
        """The last one."""
        return next(iter(self._bodies(Handover, self._newest(Handover.kind, 1))), None)

    def about(self, kind: str, most: int, *subjects: str) -> list[tuple[int, EntryBody]]:
        """What is recorded of a subject (farm.work, patrol, slaughter.entry) or of a tube (tube.bound)."""
        seqs = sorted((seq for one in subjects for seq in self._seqs(kind, one, most)), reverse=True)
        return [(seq, self._read(seq)) for seq in seqs[:most]]

    def ratings(self, day: str) -> dict[str, int]:
        """How often each score was given on a day (ISO 8601)."""
        return dict(self._sql.execute("select score, count from rating_day where day = ?", (day,)).fetchall())

    # --- a subject's own papers ---------------------------------------------------------------------------------

    def papers_of(self, *subjects: str, most: int = 20) -> list[Paper]:
        query = "select seq from certificate where subject = ? order by seq desc limit ?"
        seqs = sorted((seq for one in subjects for (seq,) in self._sql.execute(query, (one, most))), reverse=True)
        return [self._paper(seq, body) for seq, body in self._bodies(Certificate, seqs[:most])]

    def own_rows(self, *subjects: str, most: int) -> list[OwnRow]:
        rows = [row for one in subjects for row in self._sql.execute(f"{OWN} subject = ? {NEWEST}", (one, most))]
        return [OwnRow._make((*row[:6], bool(row[6]))) for row in sorted(rows, reverse=True)[:most]]

    def own_batch(self, visit: str, *subjects: str) -> list[OwnRow]:
        """The certificates of one turn, oldest first; only those of these subjects."""
        marks = ", ".join("?" * len(subjects))
        query = f"{OWN} visit = ? and subject in ({marks}) order by seq"
        return [OwnRow._make((*row[:6], bool(row[6]))) for row in self._sql.execute(query, (visit, *subjects))]

    def usual(self, product: str, *subjects: str) -> Quantity | None:
        """The middle one of his last quantities of a product, in the unit of the latest; None before the first.

        What is weighed is compared in kilograms; of what is counted only the same unit counts.
        """
        query = "select seq, typed from certificate where subject = ? and product = ? order by seq desc limit ?"
        rows = [row for one in subjects for row in self._sql.execute(query, (one, product, USUAL_OF))]
        last = [parse(typed) for _, typed in sorted(rows, reverse=True)[:USUAL_OF]]
        return middle(last) if last else None

    # --- within -------------------------------------------------------------------------------------------------

    def _positive(self, first: int, positives: list[int]) -> Positive:
        (through,) = self._sql.execute("select coalesce(max(through), 0) from receipt").fetchone()
        query = "select product, time from test join entry using (seq) where test.seq = ?"
        rows = (self._sql.execute(query, (seq,)).fetchone() for seq in (first, *positives))
        product, at = next(row for row in rows if row is not None)
        seen = next((seen for seq in (first, *positives) if (seen := self.seen(seq)) is not None), Seen("", ""))
        return Positive(first, product, at, min(positives) <= through, seen.by, seen.at)

    def _paper(self, seq: int, body: Certificate) -> Paper:
        query = "select 1 from voided where number = ? union all select 1 from revoked_certificate where number = ?"
        void = self._sql.execute(query, (body.number, body.number)).fetchone() is not None
        goods = (body.product, body.quantity, body.unit, body.quantity_typed)
        return Paper(seq, body.number, body.date, *goods, void)

    def _fault(self, seq: int, body: FaultReported) -> Fault:
        (at,) = self._sql.execute("select time from entry where seq = ?", (seq,)).fetchone()
        return Fault(seq, at, body, *(self.seen(seq) or Seen("", "")))

    def _bodies(self, kind: type[Found], seqs: list[int]) -> Iterator[tuple[int, Found]]:
        return ((seq, body) for seq in seqs if isinstance(body := self._read(seq), kind))

    def _seqs(self, kind: str, about: str, most: int = -1, *, newest: bool = True) -> list[int]:
        order = "desc" if newest else "asc"
        query = f"select seq from entry_about where kind = ? and about = ? order by seq {order} limit ?"  # noqa: S608
        return [seq for (seq,) in self._sql.execute(query, (kind, about, most))]

    def _newest(self, kind: str, most: int) -> list[int]:
        query = "select distinct seq from entry_about where kind = ? order by seq desc limit ?"
        return [seq for (seq,) in self._sql.execute(query, (kind, most))]

    def _any(self, kind: str, about: str) -> bool:
        query = "select 1 from entry_about where kind = ? and about = ? limit 1"
        return self._sql.execute(query, (kind, about)).fetchone() is not None

    def own(self) -> str:
        """Name of this log, as its first entry says."""
        if not self._log:
            query = "select json_extract(cast(envelope as text), '$.header.log') from entry where seq = 1"
            row = self._sql.execute(query).fetchone()
            self._log = "" if row is None else str(row[0])
        return self._log
