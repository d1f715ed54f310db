"""Which tests somebody has to look over (检测数据的审核), and what he said. The caller owns the transaction.

Reasons: positive, suspect, disagrees (ours and the device's verdict), late (a tube bound after its verdict was shown),
corrected. A reason that is newer than the last judgment asks for another one.
"""

from kiosk.contract import Envelope
from kiosk.rules.messages import ActBody, Correction, EntryBody, Outcome, Test, TestJudged, TubeBound
from ui.county.cases.course import stamp
from ui.county.place import Place
from ui.county.sql import Sql

REASONS = ("positive", "suspect", "disagrees", "late", "corrected")
GRAVE = (Outcome.POSITIVE, Outcome.SUSPECT)


class ReviewTables:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def reported(self, body: EntryBody, entry: Envelope, at: Place) -> None:
        match body:
            case Test():
                for why in self._why(body, at):
                    self._asks(at.seq, why, entry.header.time, at)
            case TubeBound(late=True, sample_code=code) if code:
                rows = self._sql.execute("select seq from test where log = ? and sample_code = ?", (at.log, code))
                for row in rows:
                    self._asks(row["seq"], "late", entry.header.time, at)
            case Correction(corrects=seq):
                self._asks(seq, "corrected", entry.header.time, at)

    def acted(self, act: ActBody, entry: Envelope, at: Place) -> None:
        if isinstance(act, TestJudged):
            self._sql.execute(
                "insert into judgment (log, seq, of_log, of_seq, agreed, time) values (?, ?, ?, ?, ?, ?)",
                (at.log, at.seq, act.log, act.seq, act.agreed, stamp(entry.header.time)),
            )
            self._settle(act.log, act.seq)

    def _why(self, test: Test, at: Place) -> list[str]:
        found = [test.verdict.outcome.value] if test.verdict.outcome in GRAVE else []
        if test.disagrees:
            found.append("disagrees")
        late = self._sql.execute(
            "select 1 from case_step where thing = ? and log = ? and what = 'bound' and said = 'late'",
            (f"sample/{at.station}/{test.sample_code}", at.log),
        )
        return [*found, "late"] if late.rows and test.sample_code else found

    def _asks(self, seq: int, why: str, time: str, at: Place) -> None:
        row = self._sql.execute("select why, since from review where log = ? and seq = ?", (at.log, seq)).fetchone()
        reasons = {why} | (set() if row is None else set(row["why"].split()))
        since = max(stamp(time), "" if row is None else row["since"])
        self._sql.execute(
            "insert into review (log, seq, station, why, since, waits, agreed) values (?, ?, ?, ?, ?, 1, 0)"
            " on conflict (log, seq) do update set why = excluded.why, since = excluded.since",
            (at.log, seq, at.station, " ".join(one for one in REASONS if one in reasons), since),
        )
        self._settle(at.log, seq)

    def _settle(self, log: str, seq: int) -> None:
        """A judgment counts from the newest reason on. Nothing to do for an entry that is not on the list (yet)."""
        row = self._sql.execute(
            "select agreed, time from judgment where of_log = ? and of_seq = ? order by time desc, log, seq limit 1",
            (log, seq),
        ).fetchone()
        if row is not None:
            self._sql.execute(
                "update review set waits = case when since > ? then 1 else 0 end,"
                " agreed = case when since > ? then 0 else ? end where log = ? and seq = ?",
                (row["time"], row["time"], row["agreed"], log, seq),
            )
