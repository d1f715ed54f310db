"""A copy of a record on another disk, taken beside a station that works. Reads only; never takes a private key.

A later backup into the same folder adds what is new. What retention took from the record goes from the backup too.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk import contract, log
from kiosk.contract import ContractError
from kiosk.durable import BESIDE, flush_folder, write_whole, written
from kiosk.record_error import Behind, Foreign, Misplaced, Unreadable
from kiosk.rules.messages import Retired
from kiosk.tables import Tables, read_tables

MANIFEST = "manifest.json"
PARTS = ("up", "down", "blobs")
VERSION = 1
CHUNK = 1 << 20

Told = Callable[[str], None]


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


@dataclass(slots=True)
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
        with _alone(to):
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
    copy.blobs(sources.blobs, months)
    return copy.end(name, through)


def _meet(to: Path, place: Path) -> bool:
    """Would a copy be written over what is copied, or among it?"""
    whole = to.resolve()
    return place.resolve() in (whole, *whole.parents, *((to / name).resolve() for name in PARTS))


@contextmanager
def _alone(to: Path) -> Iterator[None]:
    """One backup at a time into a folder. Raises Misplaced."""
    handle = os.open(to, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as busy:
        raise Misplaced(f"{to}: another backup is being written") from busy
    finally:
        os.close(handle)


class _Copy:
    def __init__(self, to: Path, told: Told) -> None:
        self._to = to
        self._told = told
        self._before = _manifest(to)
        self._files: dict[str, str] = {}  # name -> SHA-256, hex
        self._done = BackedUp()

    def follows(self, name: str, through: int) -> None:
        if self._before and (self._before["log"] != name or self._before["through"] > through):
            raise Behind(f"the backup holds {self._before['through']} entries, the record {through}")

    def bytes(self, name: str, data: bytes) -> None:
        digest, file = hashlib.sha256(data).hexdigest(), self._to / name
        self._files[name] = digest
        if self._before.get("files", {}).get(name) == digest and file.is_file() and file.stat().st_size == len(data):
            self._done.there += 1
            return
        self._folder(file.parent)
        write_whole(file, data)
        self._wrote(name)

    def put(self, name: str, fresh: Path) -> None:
        """Take a file that was written beside its place."""
        digest = _digest(fresh)
        self._files[name] = digest
        if self._before.get("files", {}).get(name) == digest and _is(self._to / name, digest):
            fresh.unlink()
            self._done.there += 1
            return
        fresh.replace(self._to / name)
        flush_folder(self._to)
        self._wrote(name)

    def blobs(self, folder: Path | None, retired: set[str]) -> None:
        """Blobs never change; a month goes when the record says that retention took it."""
        for month in retired:
            with suppress(FileNotFoundError):
                shutil.rmtree(self._to / "blobs" / month)
                self._done.removed += 1
        before = self._before.get("files", {})
        kept = {name: digest for name, digest in before.items() if name.startswith("blobs/")}
        self._files |= {name: digest for name, digest in kept.items() if (self._to / name).is_file()}
        for file in () if folder is None else sorted(folder.glob("[0-9]*/*")):
            name = f"blobs/{file.relative_to(folder or file)}"
            if file.name.endswith(BESIDE) or file.parent.name in retired:
                continue
            if name in self._files and (self._to / name).stat().st_size == file.stat().st_size:
                self._done.there += 1
            else:
                self.bytes(name, file.read_bytes())

    def end(self, name: str, through: int) -> BackedUp:
        table = {"version": VERSION, "log": name, "through": through, "files": dict(sorted(self._files.items()))}
        write_whole(self._to / MANIFEST, json.dumps(table, indent=1).encode() + b"\n")
        self._done.through = through
        return self._done

    def _wrote(self, name: str) -> None:
        self._done.written += 1
        self._told(name)

    def _folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True)
            flush_folder(folder.parent)


def checked(folder: Path) -> list[str]:
    """Names of files that are not what the manifest of a backup says, or not there. Raises OSError, ValueError."""
    files = _manifest(folder)["files"]
    return [name for name, digest in files.items() if not _is(folder / name, digest)]


def is_backup(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def _is(file: Path, digest: str) -> bool:
    return file.is_file() and _digest(file) == digest


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        table: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return {}
    return table


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


def _digest(file: Path) -> str:
    with file.open("rb") as whole:
        return hashlib.file_digest(whole, "sha256").hexdigest()
