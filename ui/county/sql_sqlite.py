"""The county's memory in one file: SQLite, write-ahead log, every commit flushed. One intake writes."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self

from ui.county.sql import Absent, Again, DatabaseError, Refused, Result, plain

PATIENCE_S = 10.0  # for another writer's commit


class Sqlite:
    """Implements ui.county.sql.Sql."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._connection.row_factory = sqlite3.Row

    @classmethod
    def writing(cls, file: Path) -> Self:
        """Makes the file when there is none. What is deleted or overwritten is wiped (retention relies on it)."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with _ours():
            sql = cls(sqlite3.connect(file, isolation_level=None, timeout=PATIENCE_S))
            for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
                sql._connection.execute(f"pragma {pragma}")
        return sql

    @classmethod
    def reading(cls, file: Path) -> Self:
        """Sees one moment until it is closed. Raises Absent."""
        try:
            sql = cls(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None))
        except sqlite3.OperationalError as missing:
            raise Absent(f"{file}: {missing}") from missing
        try:
            sql.execute("begin")
            sql.version()  # the moment is that of the first look
        except DatabaseError as unreadable:
            sql.close()
            raise Absent(f"{file}: {unreadable}") from unreadable
        return sql

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        return "sqlite"

    def execute(self, statement: str, values: Sequence[object] = (), /) -> Result:
        with _ours():
            cursor = self._connection.execute(statement, tuple(map(plain, values)))
            rows = cursor.fetchall()
            return Result(rows, len(rows) if rows else cursor.rowcount)

    def executemany(self, statement: str, rows: Iterable[Sequence[object]], /) -> None:
        with _ours():
            self._connection.executemany(statement, [tuple(map(plain, row)) for row in rows])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.execute("begin immediate")
        try:
            yield
            self.execute("commit")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.rollback()
            raise

    def alone(self) -> None:
        """Every transaction that writes is."""

    def version(self) -> int:
        return int(self.execute("pragma user_version").fetchone()[0])

    def set_version(self, version: int) -> None:
        self.execute(f"pragma user_version = {version}")

    def script(self, text: str) -> None:
        """Statement by statement: sqlite3's own way to run a script ends the transaction first."""
        statement = ""
        for line in text.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                self.execute(statement)
                statement = ""

    def sole(self, _what: int) -> bool:
        """There is one intake (ui.county.program sees to that)."""
        return True

    def look_again(self) -> None:
        self.execute("commit")
        self.execute("begin")

    def forget(self) -> None:
        """Rows were wiped in place; their old pages still stand in the write-ahead log."""
        self.execute("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        self._connection.close()


@contextmanager
def _ours() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as wrong:
        raise Refused(str(wrong)) from wrong
    except sqlite3.OperationalError as wrong:
        raise (Again if wrong.sqlite_errorcode & 0xFF in BUSY else DatabaseError)(str(wrong)) from wrong
    except (sqlite3.Error, OverflowError) as wrong:
        raise DatabaseError(str(wrong)) from wrong


BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
