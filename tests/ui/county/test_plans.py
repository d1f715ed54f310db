"""No question of a page and no step of a commit looks through a table that grows; both databases say so."""

import re
from collections.abc import Iterable, Sequence
from contextlib import closing

import pytest

from kiosk.rules.messages import PrintOutcome, Reprint, Span
from tests.support.bodies import County, a_print, a_test
from ui.county.commit import Commit
from ui.county.database import Arrived, Database
from ui.county.migration import open_writer
from ui.county.reader import Reader
from ui.county.sql import Result, Sql, Where

RECEIVED = "2026-11-22T09:40:00.000+08:00"
GROWING = (  # noqa: SIM905
    "entry node outgoing conflict parked test certificate print numbered alarm tally feed blob opened"
    " case_file case_step alert telling review judgment"
).split()


class Explaining:
    """Runs every statement, and asks the database first how it will."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql
        self.seen: dict[str, list[str]] = {}

    def execute(self, statement: str, values: Sequence[object] = (), /) -> Result:
        self._explain(statement, values)
        return self._sql.execute(statement, values)

    def executemany(self, statement: str, rows: Iterable[Sequence[object]], /) -> None:
        rows = list(rows)
        if rows:
            self._explain(statement, rows[0])
        self._sql.executemany(statement, rows)

    def __getattr__(self, name: str) -> object:
        return getattr(self._sql, name)

    def _explain(self, statement: str, values: Sequence[object]) -> None:
        if statement.split(maxsplit=1)[0] not in ("select", "insert", "update", "delete") or statement in self.seen:
            return
        if self._sql.dialect == "sqlite":
            plan = [row["detail"] for row in self._sql.execute(f"explain query plan {statement}", values)]
            ends = "limit" in statement and not any(step == "USE TEMP B-TREE FOR ORDER BY" for step in plan)
            self.seen[statement] = [] if ends else [step for step in plan if _walks(step)]
        else:
            plan = [row[0] for row in self._sql.execute(f"explain {statement}", values)]
            self.seen[statement] = [step for step in plan if re.search(rf"Seq Scan on ({'|'.join(GROWING)})\b", step)]


def _walks(step: str) -> bool:
    """SQLite looks through the whole table (in the order of its key a limit may end that), or through a whole log.

    Of what waits behind a gap, and of a log's evidence, only the first is looked for.
    """
    whole = re.match(rf"SCAN ({'|'.join(GROWING)})\b(?! USING)", step)
    log = re.match(rf"SEARCH ({'|'.join(GROWING)})\b.*\(log=\?\)", step)
    return whole is not None or (log is not None and log[1] != "conflict" and "entry_pending" not in step)


@pytest.fixture
def filled(where: Where) -> Where:
    county = County()
    box, other = county.enrol("gasa"), county.enrol("moon")
    box.opened()
    for nth in range(40):
        box.write(a_test(str(nth * 3)))
        certificate = box.certificate(nth % 30)
        box.write(certificate)
        box.write(a_print(certificate.number, outcome=PrintOutcome.UNKNOWN))
        box.write(Reprint(certificate.number, 2, "spoiled"))
        box.write(a_test("70", retest_of=2))
    with closing(Database(where)) as database:
        database.take([Arrived("gasa", entry) for entry in box.entries[:150]], RECEIVED)
        database.take([Arrived("gasa", entry) for entry in box.entries[160:]], RECEIVED)
        database.take([Arrived("moon", other.opened()), Arrived("moon", other.entry(1, a_test()))], RECEIVED)
        database.park("a/b", b"x", "not JSON", RECEIVED)
        database.opened("Li", "auditor", "case 7", box.log, 1, ("phone",), RECEIVED)
        database.status("gasa", {"state": "online", "recorded": 300}, RECEIVED)
    return where


def explaining(sql: Sql) -> Explaining:
    """A server with so few rows reads them all; it is asked what it does when that is dear."""
    if sql.dialect == "postgresql":
        for way in ("enable_seqscan", "enable_bitmapscan"):
            sql.execute(f"set {way} = off")
    return Explaining(sql)


def walked(told: Explaining) -> dict[str, list[str]]:
    return {statement: steps for statement, steps in told.seen.items() if steps}


def test_every_question_of_a_page_reads_an_index(filled: Where) -> None:
    with Reader(filled) as reader:
        log = reader.stations()[0]["log"]
        told = explaining(reader._sql)
        reader._sql = told  # type: ignore[assignment]
        number = next(line["number"] for line in reader.newest(60) if line["number"])
        reader.changed(1, 60)
        reader.tally("2026-11-22")
        reader.open_positives()
        reader.alarms(12)
        reader.stations()
        reader.parked(20)
        reader.pending(20)
        reader.openings(20)
        reader.openings_of(log, 1)
        reader.entry(log, 1)
        reader.head(log)
        reader.nodes(log)(0, 0)
        reader.conflicts(log, 1)
        reader.repeats(log, 2)
        reader.certificate(number)
        reader.copies(number)
        reader.papers(number, "voucher")
        reader.last_time(log)
        reader.asking("complaint", 20)
        reader.positives(20)
        reader.proposed("n-1")
    assert len(told.seen) > 15
    assert walked(told) == {}


def test_every_step_of_a_commit_reads_an_index(filled: Where) -> None:
    county = County()
    box = county.enrol("yangwu")
    box.opened()
    first = box.write(a_test("70"))
    box.write(a_test("70", retest_of=first.header.seq))
    box.write(box.certificate(3))
    box.write(a_print(box.certificate(3).number))
    with closing(open_writer(filled)) as sql, closing(Database(filled)) as database:
        told = explaining(sql)
        commit = Commit(told)  # type: ignore[arg-type]
        with sql.transaction():
            arrivals = [Arrived("yangwu", entry) for entry in (*box.entries, box.entry(2, a_test()))]
            commit.take(arrivals, RECEIVED, lambda *_: "a receipt")
        own = database._sql
        database._sql, database._commit = told, commit  # type: ignore[assignment]
        database.published(database.unpublished(50))
        database.blob_kept("ab" * 32)
        database.park("a/b", b"y", "not JSON", RECEIVED)
        database.status("yangwu", {"state": "online", "recorded": 5}, RECEIVED)
        database.head(box.log)
        database.retire(box.log, [Span(1, 3)])
        database._sql = own
    assert len(told.seen) > 25
    assert walked(told) == {}
