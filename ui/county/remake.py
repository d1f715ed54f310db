"""Makes the tables that pages read again from the entries, in their order. The caller owns the transaction.

What retention took cannot be made again: rows of retired entries stay as they are, and count as they did.
"""

from ui.county.act_tables import OFFICE
from ui.county.place import Place
from ui.county.projections import Projections
from ui.county.rows import envelope_of
from ui.county.sql import Row, Sql

AT_ONCE = 1000
RETIRED = "exists (select 1 from entry where entry.log = {0}.log and entry.seq = {0}.seq and entry.body is null)"
FIELD = ("field_note", "gate_paper", "field_task")
CASES = ("case_file", "case_step", "alert", "review", "judgment")
TRACED = ("correction", "reviewed", "trace_control", "trace_lot", "trace_work", "trace_source", "trace_brand")
OF_PEOPLE = ("subject", "subject_entry", "subject_card", "dossier")
ROOMS = (*OF_PEOPLE, *TRACED, *FIELD, *CASES)
DERIVED = ("test", "certificate", "print", "numbered", "alarm", "feed", "seen", "act", *ROOMS)

# Where producers of retired entries were seen stays; how the others are found is made again with them.
SEEN = "select distinct station, subject from subject_entry where station <> 'office'"
PEOPLE = (
    "delete from subject_key",
    "delete from subject_seen",
    f"insert into subject_seen (station, subject) {SEEN}",
)


def remake(sql: Sql) -> None:
    version = int(sql.execute("update state set version = version + 1 returning version").fetchone()[0])
    for table in DERIVED:
        sql.execute(f"delete from {table} where not {RETIRED.format(table)}")  # noqa: S608  our own words
    sql.execute("delete from tally")
    sql.execute("delete from account")
    sql.execute("delete from duty")
    for statement in PEOPLE:
        sql.execute(statement)
    tables = Projections(sql)
    _recount(sql, tables)
    after = 0
    while rows := sql.execute(
        "select * from entry where place > ? order by place limit ?", (after, AT_ONCE)
    ).fetchall():
        for row in rows:
            if row["body"] is not None:
                tables.apply(envelope_of(row), _place(row, version))
        after = rows[-1]["place"]
    for row in sql.execute("select entry.*, conflict.received as heard from conflict join entry using (log, seq)"):
        tables.alarm("equivocation", Place(0, row["station"], row["log"], row["seq"], row["heard"], version))
    for row in sql.execute("select distinct station from head where station <> ?", (OFFICE,)):
        tables.stand(row["station"])


def _recount(sql: Sql, tables: Projections) -> None:
    """Retired tests and certificates stay in the numbers of their days."""
    for row in sql.execute(f"select * from test where {RETIRED.format('test')}"):  # noqa: S608  our own words
        tables.count("retest" if row["retest_of"] is not None else row["outcome"], row["time"], row["station"])
    for row in sql.execute(f"select * from certificate where {RETIRED.format('certificate')}"):  # noqa: S608
        tables.count("certificate", row["time"], row["station"])


def _place(row: Row, version: int) -> Place:
    return Place(row["place"], row["station"], row["log"], row["seq"], row["received"], version)
