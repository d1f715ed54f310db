"""Who sees one town reads its own lines and no others; both databases say so. No question of the board grows."""

from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta

import pytest

from tests.support.bodies import County, Station, a_test
from tests.ui.county.test_plans import RECEIVED, explaining, walked
from ui.county.accounts.scope import WHOLE, Scope
from ui.county.database import Arrived, Database
from ui.county.migration import open_reader
from ui.county.newest import FEED, GRAVE, STATIONS_AT_ONCE, Shelf, _of, newest
from ui.county.reader import Reader
from ui.county.sql import Sql, Where

TOWN = "530427100"
INDEXES = {FEED: "feed_station", GRAVE: "alarm_station"}


def town(where: Where, stations: int, tests: int, values: Sequence[str] = ("81",)) -> list[Station]:
    """Stations of one town that tested in turn, and one of another that came after all of them."""
    county = County()
    boxes = [county.enrol(f"s-{nth}") for nth in range(stations)]
    loud = county.enrol("loud")
    with closing(Database(where)) as database:
        for nth, box in enumerate((*boxes, loud)):
            box.at += timedelta(hours=nth)
            box.opened(f"{TOWN}{nth:03}" if box is not loud else "530427101")
        for nth in range(tests):
            for box in boxes:
                box.write(a_test(values[nth % len(values)]))
            loud.write(a_test("82"))
            database.take([Arrived(box.name, entry) for box in (*boxes, loud) for entry in box.entries], RECEIVED)
    return boxes


def plan(sql: Sql, shelf: Shelf) -> str:
    """How the database finds the newest of two stations; a server with so few rows is asked what it does with many."""
    seen: list[str] = []

    class Told:
        def execute(self, statement: str, values: Sequence[object] = ()) -> list[tuple[int]]:
            how = "explain query plan" if sql.dialect == "sqlite" else "explain"
            seen.extend(str(tuple(row)) for row in sql.execute(f"{how} {statement}", values))
            return []

    if sql.dialect == "postgresql":
        for way in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
            sql.execute(f"set {way} = off")
    _of(Told(), shelf, ("s-0", "s-1"), 0, 60)  # type: ignore[arg-type]
    return "\n".join(seen)


@pytest.mark.parametrize("shelf", INDEXES, ids=lambda shelf: shelf.table)
def test_each_station_is_asked_for_its_own(where: Where, shelf: Shelf) -> None:
    town(where, 2, 1)
    with closing(open_reader(where)) as sql:
        told = plan(sql, shelf)
    assert told.count(INDEXES[shelf]) == 2, told
    assert "SCAN " not in told.replace("SCAN of_one", "").replace("SCAN (subquery", "")
    assert "Sort" not in told
    assert "TEMP B-TREE" not in told


def test_the_newest_of_a_town_are_merged(where: Where) -> None:
    boxes = town(where, STATIONS_AT_ONCE + 3, 2)
    scope = Scope(regions=(TOWN,))
    with Reader(where, scope) as reader, Reader(where) as whole:
        for most in (1, 7, 60, 1000):
            lines = [(row["station"], row["seq"]) for row in reader.newest(most)]
            all_lines = [(row["station"], row["seq"]) for row in whole.newest(1000) if row["station"] != "loud"]
            assert lines == all_lines[:most]
            assert len(lines) == min(most, 3 * len(boxes))
        assert {row["station"] for row in reader.alarms(1000)} == {box.name for box in boxes}
        assert len(reader.alarms(5)) == 5
        version = reader.version
        assert {row["station"] for row in reader.changed(version - 1, 60)} <= {box.name for box in boxes}
        assert len(reader.changed(version - 1, 60)) == len(boxes)
        assert reader.changed(version, 60) == []
    with Reader(where, Scope(regions=("999",))) as nobody:
        assert (nobody.newest(60), nobody.changed(0, 60), nobody.alarms(9)) == ([], [], [])


@pytest.mark.parametrize("scope", [WHOLE, Scope(regions=(TOWN,), stations=("loud",))], ids=["county", "town"])
def test_what_the_board_asks_reads_an_index(where: Where, scope: Scope) -> None:
    town(where, 3, 4)
    with Reader(where, scope) as reader:
        told = explaining(reader._sql)
        reader._sql = told  # type: ignore[assignment]
        assert len(reader.newest(60)) == 20
        reader.changed(1, 60)
        reader.alarms(12)
        reader.stations()
        reader.station("s-1")
        reader.seen()
        reader.seen("s-1")
        reader.software()
        reader.days("s-1", "2026-11-01")
        reader.newest_of("s-1", 20)
        reader.parked_of("s-1", 20)
        reader.open_positives()
        reader.tally("2026-11-22")
    assert len(told.seen) >= 13
    assert walked(told) == {}


def test_numbers_that_only_grow_are_what_is_merged() -> None:
    """A floor of the newest so far leaves nothing out."""
    asked: list[int] = []

    class Rows:
        def execute(self, statement: str, values: Sequence[object] = ()) -> list[object]:
            if "union" not in statement and "station from station" in statement:
                return [{"station": f"s-{nth}"} for nth in range(STATIONS_AT_ONCE * 2)]
            asked.append(int(str(values[1])))
            return [(100 + len(asked) * 10 + nth,) for nth in range(3)]

    assert newest(Rows(), Scope(regions=(TOWN,)), FEED, 3) == [122, 121, 120]  # type: ignore[arg-type]
    assert asked == [0, 110]
