"""The county's memory on a server: PostgreSQL through psycopg. The only psycopg; loaded where a county asks for it.

The password, if any, comes from PGPASSFILE or a connection service (libpq); it stands in no argument and no log.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Self

import psycopg
from psycopg import conninfo, errors

from ui.county.sql import Absent, Again, DatabaseError, Lost, Refused, Result, plain

# A server that is gone is noticed; one of us that hangs inside a transaction does not stop the others for ever.
LINE = {"keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3", "tcp_user_timeout": "15000"}
ASKED = {"connect_timeout": "5", "application_name": "liangzheng"}
SESSION = (
    "set client_min_messages = warning",
    "set synchronous_commit = on",
    "set lock_timeout = '10s'",
    "set idle_in_transaction_session_timeout = '60s'",
)
SNAPSHOT = "begin isolation level repeatable read read only"
HAS_TABLES = "select 1 from pg_tables where schemaname = current_schema() and tablename = 'tables'"
MIGRATING = 0x6C7A_0001  # advisory locks: who makes the tables; what `sole` is asked for is counted from here
BUSY = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)


class Named:
    """A row with the names of its columns."""

    __slots__ = ("_columns", "_values")

    def __init__(self, columns: dict[str, int], values: Sequence[Any]) -> None:
        self._columns = columns
        self._values = values

    def __getitem__(self, column: int | str, /) -> Any:
        return self._values[column if isinstance(column, int) else self._columns[column]]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def keys(self) -> Iterable[str]:
        return list(self._columns)


class Postgresql:
    """Implements ui.county.sql.Sql."""

    def __init__(self, connection: "psycopg.Connection[Named]") -> None:
        self._connection = connection
        self._held: set[int] = set()

    @classmethod
    def writing(cls, where: str) -> Self:
        """Raises Lost when the server cannot be reached."""
        sql = cls(_connected(where))
        for statement in SESSION:
            sql.execute(statement)
        return sql

    @classmethod
    def reading(cls, where: str) -> Self:
        """Sees one moment until it is closed. Raises Absent."""
        try:
            sql = cls(_connected(where))
            sql.execute(SNAPSHOT)
        except DatabaseError as missing:
            raise Absent(str(missing)) from missing
        return sql

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        return "postgresql"

    def execute(self, statement: str, values: Sequence[object] = (), /) -> Result:
        with self._ours():
            cursor = self._connection.execute(_translated(statement), tuple(map(plain, values)))
            return Result(cursor.fetchall() if cursor.description else (), cursor.rowcount)

    def executemany(self, statement: str, rows: Iterable[Sequence[object]], /) -> None:
        with self._ours(), self._connection.cursor() as cursor:
            cursor.executemany(_translated(statement), [tuple(map(plain, row)) for row in rows])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Rows that another transaction changes are waited for: writers of one log stand in line at its head."""
        self.execute("begin isolation level read committed")
        try:
            yield
            self.execute("commit")
        except BaseException:
            self._undo()
            raise

    def alone(self) -> None:
        self.execute("select pg_advisory_xact_lock(?)", (MIGRATING,))

    def version(self) -> int:
        if not self.execute(HAS_TABLES).rows:
            return 0
        return int(self.execute("select version from tables").fetchone()[0])

    def set_version(self, version: int) -> None:
        self.execute("create table if not exists tables (version bigint not null)")
        self.execute("delete from tables")
        self.execute("insert into tables values (?)", (version,))

    def script(self, text: str) -> None:
        with self._ours():
            self._connection.execute(text.encode())

    def sole(self, what: int) -> bool:
        """An advisory lock: the server gives it back when this connection ends, however it ends."""
        if what not in self._held and self.execute("select pg_try_advisory_lock(?)", (MIGRATING + what,)).fetchone()[0]:
            self._held.add(what)
        return what in self._held

    def look_again(self) -> None:
        self.execute("commit")
        self.execute(SNAPSHOT)

    def forget(self) -> None:
        """What was overwritten goes with the next vacuum, and out of backups and write-ahead log in their own time."""
        for table in ("entry", "conflict", "test", "certificate"):
            self.execute(f"vacuum {table}")

    def close(self) -> None:
        self._connection.close()

    def _undo(self) -> None:
        """A connection that is gone has undone it itself."""
        if not self._connection.closed:
            try:
                self._connection.execute(b"rollback")
            except psycopg.Error:
                self._connection.close()

    @contextmanager
    def _ours(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as wrong:
            raise _ours(wrong, gone=self._connection.closed) from wrong


def _connected(where: str) -> "psycopg.Connection[Named]":
    try:
        told = conninfo.make_conninfo("", **(LINE | ASKED | conninfo.conninfo_to_dict(where)))
        return psycopg.Connection[Named].connect(told, autocommit=True, row_factory=_named)
    except psycopg.Error as absent:
        raise Lost(str(absent)) from absent


def _named(cursor: "psycopg.Cursor[Any]") -> Callable[[Sequence[Any]], Named]:
    columns = {column.name: place for place, column in enumerate(cursor.description or ())}
    return lambda values: Named(columns, values)


def _translated(statement: str) -> bytes:
    """`?` as psycopg wants it. No statement of ours holds either sign as a letter of a text."""
    return statement.replace("%", "%%").replace("?", "%s").encode()


def _ours(wrong: psycopg.Error, *, gone: bool) -> DatabaseError:
    told = str(wrong).strip() or type(wrong).__name__
    if gone:
        return Lost(told)
    if isinstance(wrong, BUSY):
        return Again(told)
    return (Refused if isinstance(wrong, psycopg.IntegrityError) else DatabaseError)(told)
