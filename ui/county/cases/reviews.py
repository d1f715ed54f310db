"""What pages ask about reviews: the tests that wait, one of them with everything that is to be looked at."""

from dataclasses import dataclass

from kiosk.contract import ContractError
from kiosk.rules.messages import ActBody, Correction, EntryBody, Test, TestJudged, TubeBound
from ui.county.accounts.account import Account
from ui.county.accounts.scope import Scope
from ui.county.rows import envelope_of
from ui.county.sql import Row, Sql

MOST = 50  # of one page
LISTED = """select review.*, entry.kind, entry.time, test.product, test.outcome, test.value, test.unit,
    test.subject_name, test.disagrees
  from review join entry using (log, seq) left join test using (log, seq)"""


@dataclass(frozen=True, slots=True)
class Reviews:
    """`more` is where the next page begins; empty: there is none."""

    rows: tuple[Row, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What somebody said before. `body` None: of newer software."""

    time: str
    by: str
    body: TestJudged


@dataclass(frozen=True, slots=True)
class Review:
    """`body` is what is looked at, None when retention took it; `corrections` as (time, entry's number, body)."""

    row: Row
    body: EntryBody | None
    corrections: tuple[tuple[str, int, Correction], ...]
    bound_late: tuple[TubeBound, ...]
    judged: tuple[Judged, ...]

    @property
    def why(self) -> tuple[str, ...]:
        return tuple(self.row["why"].split())


class ReviewBook:
    def __init__(self, sql: Sql, scope: Scope) -> None:
        self._sql = sql
        self._scope = scope

    def page(self, *, waits: bool, before: str = "") -> Reviews:
        """Those that wait, the oldest first; or those that were looked at, the newest first."""
        within, values = self._scope.where("review.station")
        since, _, rest = before.partition("|")
        log, _, seq = rest.partition("/")
        conditions, parameters = [within, "review.waits = ?"], [*values, int(waits)]
        if seq.isdecimal() and len(seq) < 16:
            conditions.append(f"(review.since, review.log, review.seq) {'>' if waits else '<'} (?, ?, ?)")
            parameters += [since, log, int(seq)]
        way = "" if waits else " desc"
        rows = self._sql.execute(
            f"{LISTED} where {' and '.join(conditions)}"
            f" order by review.since{way}, review.log{way}, review.seq{way} limit ?",
            (*parameters, MOST + 1),
        ).fetchall()
        shown = tuple(rows[:MOST])
        last = shown[-1] if len(rows) > MOST else None
        return Reviews(shown, "" if last is None else f"{last['since']}|{last['log']}/{last['seq']}")

    def one(self, log: str, seq: int) -> Review | None:
        within, values = self._scope.where("review.station")
        row = self._sql.execute(
            f"{LISTED} where review.log = ? and review.seq = ? and {within}", (log, seq, *values)
        ).fetchone()
        if row is None:
            return None
        body = self._body(log, seq)
        return Review(row, body, tuple(self._corrections(log, seq)), self._late(body, log, row), self._judged(log, seq))

    def _corrections(self, log: str, seq: int) -> list[tuple[str, int, Correction]]:
        rows = self._sql.execute("select seq from correction where log = ? and corrects = ? order by seq", (log, seq))
        found = []
        for row in rows:
            entry = self._sql.execute("select * from entry where log = ? and seq = ?", (log, row["seq"])).fetchone()
            body = self._body(log, row["seq"])
            if isinstance(body, Correction):
                found.append((str(entry["time"]), int(row["seq"]), body))
        return found

    def _late(self, body: EntryBody | None, log: str, row: Row) -> tuple[TubeBound, ...]:
        if not isinstance(body, Test):
            return ()
        rows = self._sql.execute(
            "select seq from case_step where thing = ? and log = ? and what = 'bound' and said = 'late' order by seq",
            (f"sample/{row['station']}/{body.sample_code}", log),
        )
        found = (self._body(log, one["seq"]) for one in rows)
        return tuple(one for one in found if isinstance(one, TubeBound))

    def _judged(self, log: str, seq: int) -> tuple[Judged, ...]:
        rows = self._sql.execute(
            "select entry.*, act.by_account from judgment join entry using (log, seq) join act using (log, seq)"
            " where judgment.of_log = ? and judgment.of_seq = ? order by judgment.time",
            (log, seq),
        )
        found = ((row["time"], row["by_account"], _read(row, is_act=True)) for row in rows)
        return tuple(Judged(time, by, body) for time, by, body in found if isinstance(body, TestJudged))

    def _body(self, log: str, seq: int) -> EntryBody | None:
        row = self._sql.execute("select * from entry where log = ? and seq = ?", (log, seq)).fetchone()
        body = None if row is None else _read(row, is_act=False)
        return body if not isinstance(body, ActBody) else None


def _read(row: Row, *, is_act: bool) -> EntryBody | ActBody | None:
    if row["body"] is None:
        return None
    try:
        return envelope_of(row).act if is_act else envelope_of(row).entry
    except ContractError:
        return None


def made_by(body: EntryBody | None, account: Account) -> bool:
    """Whether he made what is to be looked at: loaded the run, read it by eye, took the sample, or corrected it."""
    hands = [getattr(body, name, "") for name in ("tester", "tester_code", "read_by", "sampler", "by", "inspector")]
    return any(hand and hand in (account.id, account.name) for hand in hands)
