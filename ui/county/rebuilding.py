"""Makes the county's tables again from its entries, and says what was not as the entries say."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from kiosk import tree
from ui.county.migration import open_writer
from ui.county.remake import AT_ONCE, remake
from ui.county.rows import Growth
from ui.county.sameness import table_hashes
from ui.county.sql import Sql, Where


@dataclass(frozen=True, slots=True)
class Rebuilt:
    entries: int  # in verified prefixes
    differed: tuple[str, ...]  # tables that the entries did not bear out; they are right now
    broken: tuple[str, ...]  # logs whose stored root is not that of their entries: not touched


def rebuild(where: Where) -> Rebuilt:
    """All of it in one commit, or nothing. No intake may run. Raises DatabaseError."""
    with closing(open_writer(where)) as sql:
        with sql.transaction():
            before = table_hashes(sql)
            remake(sql)
            after = table_hashes(sql)
            entries = sql.execute("select place from state").fetchone()[0]
        broken = tuple(_broken(sql))
    return Rebuilt(entries, tuple(table for table in before if before[table] != after[table]), broken)


def _broken(sql: Sql) -> Iterator[str]:
    for head in sql.execute("select * from head order by log").fetchall():
        if _root(sql, head["log"], head["through"]) != bytes(head["root"]):
            yield head["log"]


def _root(sql: Sql, log: str, through: int) -> bytes | None:
    """Of the first `through` entries, from their headers alone; None when one is missing."""
    growth = Growth(0, _nothing)
    while growth.size < through:
        rows = sql.execute(
            "select seq, header from entry where log = ? and seq > ? and seq <= ? order by seq limit ?",
            (log, growth.size, through, AT_ONCE),
        ).fetchall()
        if [row["seq"] for row in rows] != list(range(growth.size + 1, growth.size + len(rows) + 1)) or not rows:
            return None
        for row in rows:
            growth.add(bytes(row["header"]))
    return growth.root


def _nothing(level: int, index: int) -> bytes:
    raise tree.TreeError(f"node {level}/{index} was never made")
