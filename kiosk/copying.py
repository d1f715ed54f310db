"""Files copied into a folder of their own, with a manifest of what a whole copy is: for backups of box and county.

A later copy into the same folder writes what is new. The manifest comes last: until then the one before counts.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk.durable import flush_folder, write_whole
from kiosk.record_error import Misplaced

MANIFEST = "manifest.json"

Told = Callable[[str], None]


@contextmanager
def alone(to: Path) -> Iterator[None]:
    """One copy at a time into a folder. Raises Misplaced."""
    handle = os.open(to, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as busy:
        raise Misplaced(f"{to}: another backup is being written") from busy
    finally:
        os.close(handle)


class Copying:
    """`told` hears the name of each file that is written. Raises OSError; ValueError for a manifest that is none."""

    def __init__(self, to: Path, told: Told) -> None:
        self._to = to
        self._told = told
        self.before = manifest(to)
        self.files: dict[str, str] = {}  # name -> SHA-256, hex
        self.written = 0
        self.there = 0

    def bytes(self, name: str, data: bytes, mode: int = 0o640) -> None:
        digest, file = hashlib.sha256(data).hexdigest(), self._to / name
        self.files[name] = digest
        if self._known(name) == digest and file.is_file() and file.stat().st_size == len(data):
            self.there += 1
            return
        self._folder(file.parent)
        write_whole(file, data, mode)
        self._wrote(name)

    def put(self, name: str, fresh: Path) -> None:
        """Take a file that was written beside its place."""
        digest = digest_of(fresh)
        self.files[name] = digest
        if self._known(name) == digest and is_file(self._to / name, digest):
            fresh.unlink()
            self.there += 1
            return
        fresh.replace(self._to / name)
        flush_folder(self._to)
        self._wrote(name)

    def unchanging(self, name: str, source: Path) -> None:
        """A file whose name is never that of other bytes: one that is there is not read again."""
        file = self._to / name
        if (known := self._known(name)) and file.is_file() and file.stat().st_size == source.stat().st_size:
            self.files[name] = known
            self.there += 1
        else:
            self.bytes(name, source.read_bytes())

    def end(self, facts: Mapping[str, object]) -> None:
        table = {**facts, "files": dict(sorted(self.files.items()))}
        write_whole(self._to / MANIFEST, json.dumps(table, indent=1).encode() + b"\n")

    def _known(self, name: str) -> str:
        return str(self.before.get("files", {}).get(name, ""))

    def _wrote(self, name: str) -> None:
        self.written += 1
        self._told(name)

    def _folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True)
            flush_folder(folder.parent)


def checked(folder: Path) -> list[str]:
    """Names of files that are not what the manifest of a backup says, or not there. Raises OSError, ValueError."""
    files = manifest(folder)["files"]
    return [name for name, digest in files.items() if not is_file(folder / name, digest)]


def is_backup(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def manifest(folder: Path) -> dict[str, Any]:
    """Empty for a folder that has none. Raises OSError, ValueError."""
    try:
        table: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return {}
    return table


def is_file(file: Path, digest: str) -> bool:
    return file.is_file() and digest_of(file) == digest


def digest_of(file: Path) -> str:
    with file.open("rb") as whole:
        return hashlib.file_digest(whole, "sha256").hexdigest()
