"""A copy of a county on another disk, taken beside its running programs, and a county made of such a copy.

backup/  manifest.json, county.toml, trust.json, orders/, tls/, mosquitto/, blobs/,
         county.db (SQLite) or postgresql.dump (PostgreSQL, custom format); every private key but the root's if wanted

The database is copied first: what follows may be newer than it, never older.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kiosk.config import load
from kiosk.copying import Copying, Told, alone, checked, is_backup, manifest
from kiosk.durable import BESIDE, flush_folder
from kiosk.enrolment import install
from kiosk.record_error import Misplaced
from ui.county.broker import configuration
from ui.county.database import open_reader
from ui.county.migration import VERSION
from ui.county.office import CountyConfig, OfficeError, broker_of, no_database, toml_of
from ui.county.sql import DatabaseError, Where
from ui.county.sql_sqlite import copy_file

FORM = 1
SQLITE, SERVER = "county.db", "postgresql.dump"
OPEN = ("county.toml", "trust.json")
FOLDERS = ("orders", "tls", "mosquitto")
KEYS = ("keys/*", "tls/*.key", "mosquitto/*.key")
NEVER = "root.key"  # it is kept offline, and makes all the others again


@dataclass(frozen=True, slots=True)
class BackedUp:
    """Entries of verified prefixes in the copy; how many files were written, and were there already."""

    entries: int
    written: int
    there: int


def back_up(config: CountyConfig, to: Path, told: Told, *, keys: bool = False) -> BackedUp:
    """Copy what is new into `to`; the programs go on meanwhile. Private keys only when they are asked for.

    Raises OfficeError, kiosk.record_error.Misplaced for a place in the county's own folder, OSError.
    """
    folder = config.folder.resolve()
    if folder in (to.resolve(), *to.resolve().parents) or to.resolve() in folder.parents:
        raise Misplaced(f"{to} is where the county lies")
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(to):
        copy = Copying(to, told)
        entries = _database(config, to, copy)
        for file in _plain(config.folder):
            copy.bytes(str(file.relative_to(config.folder)), file.read_bytes())
        for file in sorted((config.folder / "blobs").glob("[0-9]*/*")):
            if not file.name.endswith(BESIDE):
                copy.unchanging(str(file.relative_to(config.folder)), file)
        for file in _private(config.folder) if keys else ():
            copy.bytes(str(file.relative_to(config.folder)), file.read_bytes(), 0o600)
        copy.end({"form": FORM, "county": config.county, "schema": VERSION, "entries": entries, "keys": keys})
    return BackedUp(entries, copy.written, copy.there)


def restore(backup: Path, folder: Path, database: str = "") -> CountyConfig:
    """A county in `folder`, as the backup has it: all of it at once, or nothing. `database` empty: SQLite.

    Every file is compared with the manifest first. A backup of SQLite goes into a file, one of PostgreSQL into an empty
    database. Raises OfficeError, OSError, ValueError.
    """
    if not is_backup(backup):
        raise OfficeError("office.no_backup", folder=backup)
    if folder.exists():
        raise OfficeError("office.folder_exists", folder=folder)
    if wrong := checked(backup):
        raise OfficeError("office.backup_broken", files=", ".join(wrong[:3]), count=len(wrong))
    served = (backup / SERVER).exists()
    if served != bool(database):
        raise OfficeError("office.backup_kind", kind="PostgreSQL" if served else "SQLite")
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        config = load(backup / "county.toml", CountyConfig)
        config = config.model_copy(update={"folder": folder, "database": database})
        _copied(backup, draft, config)
        if served:
            _loaded(backup / SERVER, database)
        draft.chmod(0o755)
        draft.rename(folder)
        flush_folder(folder.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return config


def _database(config: CountyConfig, to: Path, copy: Copying) -> int:
    """Number of entries in the copy."""
    name = SERVER if config.database else SQLITE
    fresh = to / f"{name}{BESIDE}"
    fresh.unlink(missing_ok=True)
    try:
        if config.database:
            entries = _entries(config.memory)  # at least: the dump is a little younger
            _run("pg_dump", "--format=custom", "--no-owner", f"--file={fresh}", f"--dbname={config.database}")
        else:
            copy_file(config.folder / SQLITE, fresh)
            entries = _entries(fresh)
    except DatabaseError as wrong:
        raise no_database(wrong) from wrong
    fresh.chmod(0o600)
    copy.put(name, fresh)
    return entries


def _entries(where: Where) -> int:
    with closing(open_reader(where)) as sql:
        return int(sql.execute("select place from state").fetchone()["place"])


def _plain(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in OPEN)
    for name in FOLDERS:
        for file in sorted((folder / name).rglob("*")):
            if file.is_file() and file.suffix != ".key" and "data" not in file.relative_to(folder).parts[:2]:
                yield file


def _private(folder: Path) -> Iterator[Path]:
    for form in KEYS:
        yield from (file for file in sorted(folder.glob(form)) if file.is_file() and file.name not in (NEVER, "lock"))


def _copied(backup: Path, draft: Path, config: CountyConfig) -> None:
    for name in manifest(backup)["files"]:
        if name != SERVER:
            place = draft / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(backup / name, place)
            private = place.suffix in (".key", ".db") or place.parent.name == "keys"
            place.chmod(0o600 if private else 0o640 if place.parent.name == "mosquitto" else 0o644)
    for name in ("keys", "mosquitto/data", "blobs"):
        (draft / name).mkdir(parents=True, exist_ok=True)
    (draft / "keys").chmod(0o700)
    install(draft / "county.toml", toml_of(config).encode())
    install(draft / "mosquitto" / "mosquitto.conf", configuration(broker_of(config)).encode())


def _loaded(dump: Path, database: str) -> None:
    _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={database}", str(dump))


def _run(*command: str) -> None:
    """A program of PostgreSQL's own. Raises OfficeError when it is missing or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as missing:
        raise OfficeError("office.backup_program", program=command[0]) from missing
    if done.returncode != 0:
        raise OfficeError("office.backup_failed", program=command[0], reason=done.stderr.strip()[-300:])
