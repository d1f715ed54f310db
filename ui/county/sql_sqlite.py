"""The county's memory in one file: SQLite, write-ahead log, every commit flushed.

The intake writes, and who acts at the office: one at a time, also where a commit copies the log back (two connections
that do so at once meet the WAL-reset bug of SQLite before 3.51.3; https://sqlite.org/wal.html#walresetbug).
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, Self

from ui.county.sql import Absent, Again, DatabaseError, Refused, Result, plain

PATIENCE_S = 10.0  # for another writer's commit
LOOK_S = 0.005  # between two looks whether it is done
LOCK = ".lock"  # behind the name of the file: held by who writes


class Sqlite:
    """Implements ui.county.sql.Sql."""

    def __init__(self, connection: sqlite3.Connection, lock: int = -1) -> None:
        """`lock` is the handle that a writer holds while it writes."""
        self._connection = connection
        self._connection.row_factory = sqlite3.Row
        self._lock = lock

    @classmethod
    def writing(cls, file: Path) -> Self:
        """Makes the file when there is none. What is deleted or overwritten is wiped (retention relies on it)."""
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))  # people stand in it, and hashes of passwords
        lock = os.open(file.with_name(file.name + LOCK), os.O_RDWR | os.O_CREAT, 0o600)
        with _ours():
            sql = cls(sqlite3.connect(file, isolation_level=None, timeout=PATIENCE_S), lock)
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
        with self._alone():
            self.execute("begin immediate")
            try:
                yield
                self.execute("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.rollback()
                raise

    def copy_to(self, other: sqlite3.Connection) -> None:
        self._connection.backup(other)

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
        with self._alone():
            self.execute("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        self._connection.close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Raises Again when another writer does not come to its end."""
        until = time.monotonic() + PATIENCE_S
        while not _taken(self._lock):
            if time.monotonic() > until:
                raise Again("another program writes")
            time.sleep(LOOK_S)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


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


def copy_file(live: Path, fresh: Path) -> None:
    """The database of one moment, through SQLite's own backup; who writes goes on meanwhile. Durable at the end.

    Raises DatabaseError.
    """
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with _ours(), closing(Sqlite.reading(live)) as source, closing(sqlite3.connect(fresh)) as copy:
        source.copy_to(copy)
        copy.execute("pragma journal_mode = delete")  # one file holds all of it
    with fresh.open("rb+") as whole:
        os.fsync(whole.fileno())
