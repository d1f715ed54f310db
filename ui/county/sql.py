"""One plain SQL for two databases: `?` stands for values, rows are read by name, mistakes are ours. No driver here.

A statement that both understand is the only kind there is; what differs is a method of `Sql`.

    DatabaseError   the database refused or failed
    ├── Absent      there is nothing to read yet: the intake makes it
    ├── Newer       made by newer software than this
    ├── Refused     a rule of the schema forbids it
    ├── Again       another transaction was in the way; the same one may be tried again
    └── Lost        the connection is gone, or the server does not answer
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Protocol

Where = Path | str  # an SQLite file, or where a PostgreSQL database is (URL or key=value words, without a password)


class DatabaseError(Exception):
    pass


class Absent(DatabaseError):
    pass


class Newer(DatabaseError):
    pass


class Refused(DatabaseError):
    pass


class Again(DatabaseError):
    pass


class Lost(DatabaseError):
    pass


class Row(Protocol):
    """One row, read by the name or the place of a column."""

    def __getitem__(self, column: int | str, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...

    def keys(self) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class Result:
    """What a statement gave. `count` is the number of rows that it changed or found."""

    rows: Sequence[Any]
    count: int

    def fetchone(self) -> Any:
        return self.rows[0] if self.rows else None

    def fetchall(self) -> list[Any]:
        return list(self.rows)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


class Sql(Protocol):
    """One connection, used by one thread. Every method raises DatabaseError or one of its children."""

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]: ...

    def execute(self, statement: str, values: Sequence[object] = (), /) -> Result: ...

    def executemany(self, statement: str, rows: Iterable[Sequence[object]], /) -> None: ...

    def transaction(self) -> AbstractContextManager[None]:
        """All that is written inside, durable when it is left; nothing of it when that fails."""

    def alone(self) -> None:
        """Nobody else makes tables until this transaction ends."""

    def version(self) -> int:
        """Of the tables; 0 when there are none."""

    def set_version(self, version: int) -> None: ...

    def script(self, text: str) -> None:
        """Run the statements of a schema script inside the transaction that stands."""

    def sole(self, what: int) -> bool:
        """Become the one connection that does this until it is closed; False while another one is it."""

    def look_again(self) -> None:
        """For a reader: leave the moment that it sees, and see the present one."""

    def forget(self) -> None:
        """Leave nothing behind of what was overwritten, as far as the database itself can see to that."""

    def close(self) -> None: ...


def plain(value: object) -> object:
    """A value as both databases take it: a truth is 0 or 1, a name of a list is its text; no text holds NUL."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Enum):
        return value.value
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) and "\0" in value else value
