"""A small part of `make faults ARGS='--only replay'`: said again in any order, the county holds the same."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.replay import replayed
from ui.county.migration import open_writer
from ui.county.sameness import ARRIVAL, ASIDE, TOLD


@pytest.mark.parametrize("seed", [1, 2])
def test_any_order_gives_the_same_tables(seed: int) -> None:
    assert replayed(seed, 250) == []


def test_every_column_is_compared_or_known_to_be_about_arrival(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path / "county.db")) as sql:
        tables = [row["name"] for row in sql.execute("select name from sqlite_schema where type = 'table'")]
        found = {table: {row["name"] for row in sql.execute(f"pragma table_info({table})")} for table in tables}
    assert found.keys() == TOLD.keys() | ASIDE
    assert {table: {*TOLD[table][1]} | ARRIVAL.get(table, set()) for table in TOLD} == {
        table: columns for table, columns in found.items() if table not in ASIDE
    }
