"""A copy of a record on another disk, taken beside a station that works. Reads only; never takes a private key.

A later backup into the same folder adds what is new. What retention took from the record goes from the backup too.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk import contract, log
from kiosk.contract import ContractError
from kiosk.copying import Copying, Told, alone
from kiosk.durable import BESIDE, written
from kiosk.record_error import Behind, Foreign, Misplaced, Unreadable
from kiosk.rules.messages import Retired
from kiosk.tables import Tables, read_tables

PARTS = ("up", "down", "blobs")
VERSION = 1


@dataclass(frozen=True, slots=True)
class Sources:
    """What is copied. `blobs` None: without captures and photographs."""

    up: Path
    down: Path
    tables: Path
    trust: Path
    blobs: Path | None

    @property
    def folders(self) -> list[Path]:
        return [folder for folder in (self.up, self.down, self.blobs) if folder is not None]


@dataclass(frozen=True, slots=True)
class BackedUp:
    """`through` is the last entry of the copy; then how many files were written, were there, and were taken away."""

    through: int = 0
    written: int = 0
    there: int = 0
    removed: int = 0


def back_up(sources: Sources, to: Path, told: Told) -> BackedUp:
    """Copy what is new; `told` hears the name of each file that is written.

    The manifest comes last: until then the one before says what a whole backup is. Raises Misplaced, Behind,
    Unreadable, Foreign, OSError, log.Damaged.
    """
    if to.resolve() == sources.tables.parent.resolve() or any(_meet(to, place) for place in sources.folders):
        raise Misplaced(f"{to} is where the record lies")
    to.mkdir(parents=True, exist_ok=True)
    try:
        with alone(to):
            return _backed_up(sources, to, told)
    except sqlite3.Error as wrong:
        raise Unreadable(f"{sources.tables.name}: {wrong}") from wrong
    except ContractError as wrong:
        raise Foreign(f"{sources.tables.name}: {wrong}") from wrong


def _backed_up(sources: Sources, to: Path, told: Told) -> BackedUp:
    copy = _Copy(to, told)
    fresh = to / f"record.db{BESIDE}"
    _snapshot(sources.tables, fresh)
    with closing(read_tables(fresh)) as sql:
        rows = Tables(sql, lambda _: None)
        through, name = rows.last(), contract.read(rows.payload(1) or b"").header.log
        months = _months(sql)
    copy.follows(name, through)
    copy.put("record.db", fresh)
    for file, end in _segments(sources.up, through):
        copy.bytes(f"up/{file.name}", _head(file, end))
    copy.bytes("up/through", f"{through}\n".encode())
    for file in _logs(sources.down):
        copy.bytes(f"down/{file.relative_to(sources.down)}", file.read_bytes())
    copy.bytes("trust.json", sources.trust.read_bytes())
    removed = copy.blobs(to, sources.blobs, months)
    copy.end({"version": VERSION, "log": name, "through": through})
    return BackedUp(through, copy.written, copy.there, removed)


def _meet(to: Path, place: Path) -> bool:
    """Would a copy be written over what is copied, or among it?"""
    whole = to.resolve()
    return place.resolve() in (whole, *whole.parents, *((to / name).resolve() for name in PARTS))


class _Copy(Copying):
    """Of one log, which only grows."""

    def follows(self, name: str, through: int) -> None:
        if self.before and (self.before["log"] != name or self.before["through"] > through):
            raise Behind(f"the backup holds {self.before['through']} entries, the record {through}")

    def blobs(self, to: Path, folder: Path | None, retired: set[str]) -> int:
        """Blobs never change; a month goes when the record says that retention took it. How many went."""
        gone = 0
        for month in retired:
            with suppress(FileNotFoundError):
                shutil.rmtree(to / "blobs" / month)
                gone += 1
        kept = {name: digest for name, digest in self.before.get("files", {}).items() if name.startswith("blobs/")}
        self.files |= {name: digest for name, digest in kept.items() if (to / name).is_file()}
        for file in () if folder is None else sorted(folder.glob("[0-9]*/*")):
            if not file.name.endswith(BESIDE) and file.parent.name not in retired:
                self.unchanging(f"blobs/{file.relative_to(folder or file)}", file)
        return gone


def _snapshot(tables: Path, fresh: Path) -> None:
    """The tables of one moment, through SQLite's own backup; the station goes on meanwhile."""
    fresh.unlink(missing_ok=True)
    os.close(written(fresh, b""))  # readable to those who may read the rest, from its first byte
    with closing(read_tables(tables)) as live, closing(sqlite3.connect(fresh)) as copy:
        live.backup(copy)
    with fresh.open("rb+") as whole:
        os.fsync(whole.fileno())


def _months(sql: sqlite3.Connection) -> set[str]:
    rows = sql.execute("select envelope from entry where kind = ?", (Retired.kind,))
    bodies = [contract.read(payload).entry for (payload,) in rows]
    return {month for body in bodies if isinstance(body, Retired) for month in body.months}


def _segments(up: Path, through: int) -> Iterator[tuple[Path, int]]:
    """Every segment that holds entries up to `through`, with the last of them that it is copied to."""
    named = sorted((int(file.stem), file) for file in up.glob("*.seg"))
    ends = [first - 1 for first, _ in named[1:]] + [through]
    for (first, file), last in zip(named, ends, strict=True):
        if first <= through:
            yield file, min(last, through) - first + 1


def _head(file: Path, frames: int) -> bytes:
    """The first so many frames of a segment. Raises log.Damaged."""
    data, offset = file.read_bytes(), len(log.MAGIC)
    for nth in range(frames):
        head = data[offset : offset + log.FRAME.size]
        if len(head) < log.FRAME.size:
            raise log.Damaged(file, offset, int(file.stem) + nth)
        offset += log.FRAME.size + log.FRAME.unpack(head)[0]
    return data[:offset]


def _logs(down: Path) -> Iterator[Path]:
    """Orders and receipts; how far each log goes is read before its segments."""
    yield from sorted(down.glob("*/through"))
    yield from sorted(down.glob("*/*.seg"))
