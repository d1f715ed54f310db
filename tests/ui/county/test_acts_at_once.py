"""Many who act at the office at the same moment: no act is lost, and the time never goes back from entry to entry."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from kiosk.clock import BEIJING, ClockState, Now
from kiosk.rules.messages import UserPut
from kiosk.trust import make_key
from ui.county.acts import Acts
from ui.county.database import Database, open_reader
from ui.county.sql import Where

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=BEIJING)
PEOPLE, ACTS = 4, 12


def test_the_time_of_acts_follows_their_numbers(where: Where, tmp_path: Path) -> None:
    make_key(tmp_path / "office.key")
    Database(where).close()
    ticks = count()

    def now() -> Now:
        """Each question is a moment later than the one before."""
        return Now(BEGAN + timedelta(seconds=next(ticks)), ClockState.NTP)

    acts = Acts(where, tmp_path / "office.key", "530427", now, lambda: None)

    def busy(nth: int) -> None:
        for again in range(ACTS):
            put = UserPut(f"li{nth}.{again}", "Li", ("officer",))
            acts.do(lambda act, put=put: act.says(put))  # type: ignore[misc]

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(busy, range(PEOPLE)))
    with closing(open_reader(where)) as sql:
        rows = sql.execute("select seq, time from entry order by seq").fetchall()
    assert [row["seq"] for row in rows] == list(range(1, PEOPLE * ACTS + 2))
    times = [row["time"] for row in rows]
    assert times == sorted(times)
