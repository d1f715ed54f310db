"""What pages ask about cases. Every question reads an index, and sees only what lies in the scope of who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.contract import ContractError, Envelope
from kiosk.rules.messages import ActBody, AlarmTold, EntryBody, Test
from ui.county.accounts.scope import Scope
from ui.county.cases.course import SCREENED, Standing, State, stamp, standing
from ui.county.cases.tables import steps_of, things_of
from ui.county.rows import envelope_of
from ui.county.sql import Row, Sql

MOST = 50  # of one page
VIEWS = ("open", "urgent", "at_lab", "closed", "all")
LISTED = """select case_file.*, test.subject_name, test.value, test.unit, test.method from case_file
  left join test on test.log = case_file.log and test.seq = case_file.seq"""


@dataclass(frozen=True, slots=True)
class Cases:
    """`more` is where the next page begins; empty: there is none."""

    rows: tuple[Row, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Item:
    """Something that happened in a case: an entry of a station, or an act (`by` an account). `body` None: retired."""

    name: tuple[str, int]
    kind: str
    time: str
    station: str
    body: EntryBody | ActBody | None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    row: Row
    test: Test | None
    stands: Standing
    items: tuple[Item, ...]
    duties: Mapping[str, str]  # id of everybody who was told, and his name

    @property
    def pictures(self) -> tuple[str, ...]:
        """Digests of everything that was photographed, each once."""
        found = [digest for item in self.items for digest in pictures_of(item.body)]
        return tuple(dict.fromkeys(found))


class CaseBook:
    def __init__(self, sql: Sql, scope: Scope) -> None:
        self._sql = sql
        self._scope = scope

    def page(self, view: str, now: str, station: str = "", before: str = "") -> Cases:
        """Open ones first, by what is due; `now` is a stamp, `before` is `more` of the page before."""
        within, values = self._scope.where("case_file.station")
        conditions = [within, "case_file.rank > ?"]
        parameters: list[object] = [*values, before or {"closed": "1"}.get(view, "")]
        if view in ("open", "urgent"):
            conditions.append("case_file.rank < ?")
            parameters.append("1" if view == "open" else f"0{now}")
        if view == "at_lab":
            conditions.append("case_file.state = ?")
            parameters.append(State.AT_LAB)
        if station:
            conditions.append("case_file.station = ?")
            parameters.append(station)
        rows = self._sql.execute(
            f"{LISTED} where {' and '.join(conditions)} order by case_file.rank limit ?", (*parameters, MOST + 1)
        ).fetchall()
        shown = tuple(rows[:MOST])
        return Cases(shown, shown[-1]["rank"] if len(rows) > MOST else "")

    def urgent(self, now: str) -> int:
        """How many of the open ones want somebody now; no more than 100 are counted."""
        within, values = self._scope.where("case_file.station")
        few = f"select 1 from case_file where {within} and rank < ? limit 100"  # noqa: S608  our own words
        return int(self._sql.execute(f"select count(*) as n from ({few}) as few", (*values, f"0{now}")).fetchone()["n"])  # noqa: S608

    def one(self, log: str, seq: int) -> Case | None:
        """None for a case that is not there, or lies out of scope."""
        within, values = self._scope.where("case_file.station")
        row = self._sql.execute(
            f"{LISTED} where case_file.log = ? and case_file.seq = ? and {within}", (log, seq, *values)
        ).fetchone()
        if row is None:
            return None
        first = self._entries([(log, seq)])
        test = first[0].body if first and isinstance(first[0].body, Test) else None
        items = tuple(self._items(row))
        return Case(row, test, self.stands(row), items, self._duties(items))

    def stands(self, row: Row) -> Standing:
        """Of a row of `page`."""
        state = self._sql.execute(
            "select state from alarm where kind = 'positive' and log = ? and seq = ?", (row["log"], row["seq"])
        ).fetchone()
        screened = State(state["state"]) if state is not None and state["state"] in SCREENED else State.OPEN
        return standing(screened, row["time"], steps_of(self._sql, row))

    def _items(self, row: Row) -> list[Item]:
        """Everything, the oldest first: tests, steps of the things, acts about the case."""
        name = (row["log"], row["seq"])
        tests = self._sql.execute("select log, seq from test where log = ? and retest_of = ?", name)
        things = things_of(row)
        steps = self._sql.execute(
            f"select log, seq from case_step where thing in ({', '.join('?' * len(things))})",  # noqa: S608  only marks
            things,
        )
        acts = self._sql.execute("select log, seq from act where about = ?", (f"{name[0]}/{name[1]}",))
        names = {name} | {(one["log"], one["seq"]) for found in (tests, steps, acts) for one in found}
        return sorted(self._entries(sorted(names)), key=_when)

    def _duties(self, items: Sequence[Item]) -> dict[str, str]:
        names = {item.body.duty for item in items if isinstance(item.body, AlarmTold)}
        rows = (self._sql.execute("select id, name from duty where id = ?", (name,)).fetchone() for name in names)
        return {row["id"]: row["name"] for row in rows if row is not None}

    def _entries(self, names: Sequence[tuple[str, int]]) -> list[Item]:
        found = []
        for log, seq in names:
            row = self._sql.execute(
                "select entry.*, act.by_account from entry left join act using (log, seq)"
                " where entry.log = ? and entry.seq = ?",
                (log, seq),
            ).fetchone()
            if row is not None:
                found.append(_item(row))
        return found


def pictures_of(body: EntryBody | ActBody | None) -> tuple[str, ...]:
    """Of what was done with goods and of samples; of an officer's note from his phone the same."""
    inner = [getattr(body, part, None) for part in ("disposal", "sample", "patrol")]
    found = [*getattr(body, "pictures", ()), *(digest for one in inner for digest in getattr(one, "pictures", ()))]
    return tuple(dict.fromkeys(digest for digest in (*found, getattr(body, "photograph", "")) if digest))


def _item(row: Row) -> Item:
    by = row["by_account"]
    body = None if row["body"] is None else _body(envelope_of(row), is_act=by is not None)
    return Item((row["log"], row["seq"]), row["kind"], row["time"], row["station"], body, by or "")


def _body(envelope: Envelope, *, is_act: bool) -> EntryBody | ActBody | None:
    try:
        return envelope.act if is_act else envelope.entry
    except ContractError:
        return None


def _when(item: Item) -> tuple[str, str, int]:
    return stamp(item.time), *item.name
