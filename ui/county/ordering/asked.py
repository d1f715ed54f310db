"""The orders that pages asked for, the newest first: what came of each, and which stations hold it."""

from dataclasses import dataclass

from kiosk.contract import ContractError, read_order
from kiosk.rules.messages import OrderAsked, OrderBody
from ui.county.orders import ALL
from ui.county.rows import envelope_of
from ui.county.signed import Outcome, Signed
from ui.county.sql import Row, Sql

MOST = 50  # of one page


@dataclass(frozen=True, slots=True)
class Asked:
    """`outcome` is None while it waits; `held` of `of` stations say that they hold the order."""

    log: str
    seq: int
    time: str
    act: OrderAsked
    body: OrderBody | None
    outcome: Outcome | None
    held: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class AskedPage:
    """`more` is where the next page begins; empty: there is none."""

    orders: tuple[Asked, ...]
    more: str


class AskedOrders:
    """Every question reads an index."""

    def __init__(self, sql: Sql, signed: Signed) -> None:
        self._sql = sql
        self._signed = signed

    def page(self, before: str = "") -> AskedPage:
        time, _, seq = before.rpartition("/")
        narrowed = time and seq.isdecimal() and len(seq) < 16
        condition, values = ("and (act.time, act.seq) < (?, ?)", (time, int(seq))) if narrowed else ("", ())
        rows = self._sql.execute(
            f"select entry.* from act join entry using (log, seq) where act.kind = 'order.asked' {condition}"  # noqa: S608
            " order by act.time desc, act.seq desc limit ?",
            (*values, MOST + 1),
        ).fetchall()
        orders = tuple(one for row in rows[:MOST] if (one := self._asked(row)) is not None)
        more = f"{rows[MOST - 1]['time']}/{rows[MOST - 1]['seq']}" if len(rows) > MOST else ""
        return AskedPage(orders, more)

    def one(self, log: str, seq: int) -> Asked | None:
        row = self._sql.execute("select * from entry where log = ? and seq = ?", (log, seq)).fetchone()
        return None if row is None else self._asked(row)

    def _asked(self, row: Row) -> Asked | None:
        try:
            act = envelope_of(row).act
        except ContractError:
            return None
        if not isinstance(act, OrderAsked):
            return None
        outcome = self._signed.outcome(row["log"], row["seq"])
        held, of = self._held(outcome) if outcome is not None and outcome.seq else (0, 0)
        return Asked(row["log"], row["seq"], row["time"], act, _body(act), outcome, held, of)

    def _held(self, given: Outcome) -> tuple[int, int]:
        """As the stations themselves say: shown, never believed."""
        column = "orders_all" if given.stream == ALL else "orders_own"
        where, values = ("1 = 1", ()) if given.stream == ALL else ("station = ?", (given.stream,))
        row = self._sql.execute(
            f"select coalesce(sum(case when {column} >= ? then 1 else 0 end), 0) as held, count(*) as stations"  # noqa: S608
            f" from station where {where}",
            (given.seq, *values),
        ).fetchone()
        return int(row["held"]), int(row["stations"])


def _body(act: OrderAsked) -> OrderBody | None:
    try:
        return read_order(act.order, act.text.encode())
    except ContractError:
        return None
