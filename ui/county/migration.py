"""Opens the county's database, for the intake or for a page, and brings its tables up to this software."""

from importlib import resources

from ui.county.remake import remake
from ui.county.sql import Absent, Newer, Sql, Where
from ui.county.sql_sqlite import Sqlite

VERSION = 6
FIRST = {"sqlite": 1, "postgresql": 2}  # version of the first script


def open_writer(where: Where) -> Sql:
    """A connection that may write; the tables are made or brought up to date first.

    Raises Newer for tables of newer software, Lost when the server cannot be reached.
    """
    sql = _writing(where)
    try:
        if sql.version() != VERSION:
            with sql.transaction():
                sql.alone()
                _migrate(sql)
    except BaseException:
        sql.close()
        raise
    return sql


def open_reader(where: Where) -> Sql:
    """A connection that can only read, looking at one moment until it is closed. Raises Absent."""
    sql = _reading(where)
    if (version := sql.version()) != VERSION:
        sql.close()
        raise Absent(f"tables of version {version}, {VERSION} is needed")
    return sql


def _migrate(sql: Sql) -> None:
    version = sql.version()
    if version > VERSION:
        raise Newer(f"tables of version {version} were made by newer software ({VERSION} is known)")
    for step in range(max(version + 1, FIRST[sql.dialect]), VERSION + 1):
        sql.script((resources.files("ui.county.schema") / f"{step}.{sql.dialect}.sql").read_text(encoding="utf-8"))
    if 0 < version < VERSION:  # what stands in entries already
        remake(sql)
    if version != VERSION:
        sql.set_version(VERSION)


def _writing(where: Where) -> Sql:
    if isinstance(where, str):
        from ui.county.sql_postgresql import Postgresql  # its driver costs a third of a second

        return Postgresql.writing(where)
    return Sqlite.writing(where)


def _reading(where: Where) -> Sql:
    if isinstance(where, str):
        from ui.county.sql_postgresql import Postgresql

        return Postgresql.reading(where)
    return Sqlite.reading(where)
