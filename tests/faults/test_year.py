"""A week of the year in every test run, lived twice: the same seed writes the same bytes, whatever is cut."""

import json
from pathlib import Path

from tests.faults.day import JUMPS, weather
from tests.faults.year import MONTHS, TURNS, lived

WEEK = range(7)


def trace(folder: Path, seed: int) -> str:
    found = lived(folder, seed, WEEK, 10)
    assert list(found) == []
    assert found.counts["certificates"] == 70
    return str(json.loads((folder / "day-7" / "state.json").read_text())["trace"])


def test_a_week_with_its_cuts_is_written_the_same_way_twice(tmp_path: Path) -> None:
    one, again, other = (trace(tmp_path / name, seed) for name, seed in (("one", 5), ("again", 5), ("other", 6)))
    assert one == again != other


def test_weeks_follow_each_other_and_an_odd_clock_takes_no_date_back(tmp_path: Path) -> None:
    for days in (range(7), range(7, 12)):
        assert list(lived(tmp_path, 5, days, 6)) == []
    assert any(weather(5, day, 6).jump for day in range(12))


def test_the_year_has_the_troubles_that_it_promises() -> None:
    days = [weather(1, day, TURNS) for day in range(MONTHS[-1])]
    assert len(days) == 365
    assert len(days) * TURNS == 73_000
    assert sum(day.paper_out is not None for day in days) == 52
    assert sum(day.unplugged is not None for day in days) == 100
    assert sum(bool(day.jump) for day in days) == 12
    assert {day.jump for day in days} == {"", *JUMPS}
    assert all(day.outage for day in days)
