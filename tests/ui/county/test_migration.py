"""Old databases of the county are brought up to date; both databases have the same tables."""

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.contract import read
from ui.county.database import Arrived, Database
from ui.county.migration import VERSION, open_reader, open_writer
from ui.county.reader import Reader
from ui.county.rows import envelope_of
from ui.county.sameness import table_hashes
from ui.county.sql import Refused, Sql

OLD = Path(__file__).parents[2] / "data" / "county"
COLUMNS = """
select table_name, column_name from information_schema.columns where table_schema = 'public' and table_name <> 'tables'
"""


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    """county.db as software with version 1 of the tables left it, opened once by this software."""
    file = tmp_path / "county.db"
    shutil.copy(OLD / "v1.db", file)
    Database(file).close()
    return file


def test_an_old_database_equals_a_new_one_with_the_same_entries(migrated: Path, tmp_path: Path) -> None:
    with closing(open_reader(migrated)) as old:
        kept = old.execute("select * from entry order by place is null, place").fetchall()
        others = old.execute("select conflict.*, entry.station from conflict join entry using (log, seq)").fetchall()
        with closing(Database(tmp_path / "new.db")) as database:
            for row in kept:
                database.take([Arrived(row["station"], envelope_of(row))], row["received"])
            for row in others:
                database.take([Arrived(row["station"], read(row["envelope"]))], row["received"])
        with closing(open_reader(tmp_path / "new.db")) as new:
            assert table_hashes(old) == table_hashes(new)
            for table in ("test", "certificate", "print", "alarm", "tally"):
                columns = [name for name in _columns(old)[table] if name not in ("id", "place")]
                assert _dump(old, table, columns) == _dump(new, table, columns), table


def test_what_did_not_come_from_entries_stays(migrated: Path) -> None:
    with sqlite3.connect(OLD / "v1.db") as old, closing(open_reader(migrated)) as new:
        for table, columns in (
            ("outgoing", "place, log, seq"),
            ("parked", "digest, topic, reason, payload, bytes, times, received"),
            ("head", "log, through, root, receipted, receipt"),
            ("station", "station, last_received, online, through, orders_all, orders_own"),
            ("entry", "log, seq, place, received"),
        ):
            query = f"select {columns} from {table} order by 1, 2"  # noqa: S608  words of this test
            assert [tuple(row) for row in new.execute(query)] == old.execute(query).fetchall(), table
    old.close()
    with closing(open_reader(migrated)) as new:
        stations = [row["station"] for row in new.execute("select station from parked")]
        assert stations == [row["topic"].split("/")[3] for row in new.execute("select topic from parked")] != []
    with Reader(migrated) as reader:
        assert len(reader.newest(60)) == 13
        assert {alarm["kind"] for alarm in reader.alarms(9)} == {"positive", "number_twice", "equivocation"}


def test_a_migration_that_is_cut_off_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "county.db"
    shutil.copy(OLD / "v1.db", file)

    def refuse(_sql: Sql) -> None:
        raise Refused("cut off")

    with monkeypatch.context() as cut:
        cut.setattr("ui.county.migration.remake", refuse)
        with pytest.raises(Refused):
            Database(file)
    with sqlite3.connect(file) as sql:
        assert sql.execute("pragma user_version").fetchone() == (1,)
        assert sql.execute("select count(*) from certificate").fetchone() == (2,)
    sql.close()
    Database(file).close()


def test_both_databases_have_the_same_tables(tmp_path: Path, server_database: str) -> None:
    with closing(open_writer(tmp_path / "county.db")) as sqlite, closing(open_writer(server_database)) as server:
        assert sqlite.version() == server.version() == VERSION
        on_server: dict[str, set[str]] = {}
        for row in server.execute(COLUMNS):
            on_server.setdefault(row["table_name"], set()).add(row["column_name"])
        assert on_server == {table: {*columns} for table, columns in _columns(sqlite).items()}
        assert _indexes(sqlite, "select name from sqlite_schema where type = 'index' and sql is not null") == _indexes(
            server,
            "select indexname from pg_indexes where schemaname = 'public' and indexname not like '%_pkey'"
            " and indexname not like 'alarm_kind%'",
        )


def test_many_who_open_an_empty_server_make_its_tables_once(server_database: str) -> None:
    failed: list[BaseException] = []

    def open_it() -> None:
        try:
            open_writer(server_database).close()
        except BaseException as wrong:  # noqa: BLE001  told by the test's own thread
            failed.append(wrong)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def _columns(sql: Sql) -> dict[str, list[str]]:
    tables = [row["name"] for row in sql.execute("select name from sqlite_schema where type = 'table'")]
    return {table: [row["name"] for row in sql.execute(f"pragma table_info({table})")] for table in tables}


def _dump(sql: Sql, table: str, columns: list[str]) -> list[tuple[object, ...]]:
    return sorted((tuple(row) for row in sql.execute(f"select {', '.join(columns)} from {table}")), key=repr)  # noqa: S608


def _indexes(sql: Sql, query: str) -> set[str]:
    return {row[0] for row in sql.execute(query)}
