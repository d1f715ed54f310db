"""Takes from entries what retention names: salt, body, and the names that tables and evidence hold of them.

Headers, signatures and the tree stay, and so do outcomes, numbers and counts: what was tested and issued is no secret.
"""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.contract import ContractError, read
from kiosk.rules.messages import Span
from ui.county.sql import Sql

NAMED = ("test", "certificate", "field_note")  # tables that hold a name of a person
# A newcomer of whom the office never spoke is no more than the entry that took him in (ui.county.people.tables).
NEWCOMERS = (
    "delete from subject_key where subject in (select id from subject",
    (
        "update subject set name = '', spelling = '', contact = '', origin = '', village = '', code = '',"
        " controller = '' where id in (select id from subject"
    ),
)


def bare(sql: Sql, log: str, span: Span, version: int) -> int:
    """How many entries had a body. The caller owns the transaction, with the log's head and `state` locked."""
    name = (log, span.first, span.last)
    which = "where log = ? and seq between ? and ?"
    gone = sql.execute(f"update entry set body = null, salt = null {which} and body is not null", name).count  # noqa: S608
    for table in NAMED:
        sql.execute(f"update {table} set subject_name = '' {which}", name)  # noqa: S608
    for statement in NEWCOMERS:
        sql.execute(f"{statement} {which} and put = 0)", name)
    places = f"select place from entry {which} and place is not null"  # noqa: S608
    sql.execute(f"update feed set changed = ? where place in ({places})", (version, *name))  # noqa: S608
    _evidence(sql, name)
    return gone


def _evidence(sql: Sql, name: Sequence[object]) -> None:
    """Evidence keeps header and signature, which prove that there were two stories."""
    for row in sql.execute("select * from conflict where log = ? and seq between ? and ?", name):
        try:
            envelope = replace(read(bytes(row["envelope"])), body=None, salt=None)
        except ContractError:
            continue
        sql.execute(
            "update conflict set envelope = ? where log = ? and seq = ? and digest = ?",
            (envelope.bytes(), row["log"], row["seq"], row["digest"]),
        )
