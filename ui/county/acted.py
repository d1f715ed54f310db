"""Who did what at the office, page by page, from the county's own log."""

from dataclasses import dataclass

from kiosk.contract import ContractError
from kiosk.rules.messages import ActBody
from ui.county.rows import envelope_of
from ui.county.sql import Row, Sql

MOST = 50  # of one page


@dataclass(frozen=True, slots=True)
class Deed:
    """One act; `act` is None for one of newer software, or an opening of the log."""

    log: str
    seq: int
    kind: str
    by: str
    about: str
    time: str
    act: ActBody | None


@dataclass(frozen=True, slots=True)
class Deeds:
    """`more` is where the next page begins; empty: there is none."""

    deeds: tuple[Deed, ...]
    by: str
    about: str
    more: str


class Acted:
    """Every question reads an index."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def page(self, by: str = "", about: str = "", before: str = "") -> Deeds:
        """The newest first. `by` an account, `about` what an act is about; `before` is `more` of the page before."""
        time, _, seq = before.rpartition("/")
        conditions, values = ["1 = 1"], list[object]()
        for column, wanted in (("by_account", by), ("about", about)):
            if wanted:
                conditions.append(f"act.{column} = ?")
                values.append(wanted)
        if time and seq.isdecimal() and len(seq) < 16:
            conditions.append("(act.time, act.seq) < (?, ?)")
            values += [time, int(seq)]
        rows = self._sql.execute(
            "select act.kind as what, act.by_account, act.about, entry.* from act join entry using (log, seq)"  # noqa: S608
            f" where {' and '.join(conditions)} order by act.time desc, act.seq desc limit ?",
            (*values, MOST + 1),
        ).fetchall()
        shown = tuple(map(_deed, rows[:MOST]))
        more = f"{shown[-1].time}/{shown[-1].seq}" if len(rows) > MOST else ""
        return Deeds(shown, by, about, more)


def _deed(row: Row) -> Deed:
    try:
        act = envelope_of(row).act
    except ContractError:
        act = None
    return Deed(row["log"], row["seq"], row["what"], row["by_account"], row["about"], row["time"], act)
