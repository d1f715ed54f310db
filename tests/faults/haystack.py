"""Looks for words in bytes in every form in which a program may have left them: files, tables, messages, processes."""

import base64
import json
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

FEWEST = 4  # bytes that all forms of one kind of word have to begin with


@dataclass(frozen=True, slots=True)
class Hit:
    what: str  # kind of word: id, phone …
    form: str
    where: str

    def __str__(self) -> str:
        return f"{self.what} as {self.form} in {self.where}"


@dataclass
class Needles:
    """`words` by kind; all of one kind begin alike, so that much can be searched quickly."""

    words: Mapping[str, Iterable[str]]
    searched: int = 0  # bytes
    _known: list[tuple[str, str, int, frozenset[bytes], re.Pattern[bytes]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for what, words in self.words.items():
            kind = list(words)
            for form, write in FORMS.items():
                written = frozenset(write(word) for word in kind)
                prefix = _beginning(written)
                if len(prefix) < FEWEST:
                    raise ValueError(f"{what} as {form}: too little in common")
                longest = max(map(len, written))
                self._known.append((what, form, longest, written, re.compile(re.escape(prefix))))

    def within(self, data: bytes, where: str) -> set[Hit]:
        self.searched += len(data)
        found = {Hit(what, form, where) for what, form in self._forms(data)}
        return found | {Hit(what, BACKWARDS, where) for what, form in self._forms(data[::-1]) if form == PLAIN}

    def _forms(self, data: bytes) -> Iterator[tuple[str, str]]:
        for what, form, longest, written, prefix in self._known:
            for found in prefix.finditer(data):
                place = data[found.start() : found.start() + longest]
                if any(place.startswith(word) for word in written):
                    yield what, form
                    break

    def in_files(self, folder: Path) -> set[Hit]:
        """Every file below, as it lies; inflated where it is deflated; every value of a database by itself."""
        return {
            hit
            for file in sorted(folder.rglob("*"))
            if file.is_file() and not file.is_symlink()
            for hit in self.in_file(file, file.relative_to(folder).as_posix())
        }

    def in_file(self, file: Path, name: str) -> set[Hit]:
        data = file.read_bytes()
        found = self.within(data, name)
        if file.suffix == ".zlib":
            found |= self.within(inflated(data), name)
        if data.startswith(b"SQLite format 3\0"):
            found |= {hit for value in _values(file) for hit in self.within(value, name)}
        return found


def inflated(data: bytes) -> bytes:
    """As far as it can be; nothing of what was never deflated."""
    try:
        return zlib.decompressobj().decompress(data)
    except zlib.error:
        return b""


def _beginning(words: Iterable[bytes]) -> bytes:
    first, *_, last = [*sorted(words)] * 2
    return next((first[:place] for place in range(len(first), -1, -1) if last.startswith(first[:place])), b"")


def processes(pids: Iterable[int]) -> Iterator[tuple[str, bytes]]:
    """What anybody on the machine, or its owner, sees of a running program: its arguments and its environment."""
    for pid in pids:
        for name in ("cmdline", "environ"):
            yield f"/proc/{name}", Path(f"/proc/{pid}/{name}").read_bytes()


def _values(file: Path) -> Iterator[bytes]:
    """A long value is spread over pages that do not lie together."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as sql:
        tables = [row[0] for row in sql.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            for row in sql.execute(f'select * from "{table}"'):  # noqa: S608 - a name of the database's own
                yield from (one if isinstance(one, bytes) else str(one).encode() for one in row if one is not None)


def _base64(before: int) -> Callable[[str], bytes]:
    """The part of it that is the same whatever stands around it, `before` bytes behind a multiple of three."""

    def write(word: str) -> bytes:
        data = bytes(before) + word.encode()
        whole = base64.b64encode(data)
        return whole[-(-before * 8 // 6) : len(data) * 8 // 6]

    return write


PLAIN, BACKWARDS = "UTF-8", "UTF-8 backwards"
FORMS: Mapping[str, Callable[[str], bytes]] = {
    PLAIN: lambda word: word.encode(),
    "UTF-16, little end first": lambda word: word.encode("utf-16-le"),
    "UTF-16, big end first": lambda word: word.encode("utf-16-be"),
    "JSON with escapes": lambda word: json.dumps(word)[1:-1].encode(),
    "hex": lambda word: word.encode().hex().encode(),
    "HEX": lambda word: word.encode().hex().upper().encode(),
    "base64": _base64(0),
    "base64, a byte on": _base64(1),
    "base64, two bytes on": _base64(2),
    "base32": lambda word: base64.b32encode(word.encode())[: len(word.encode()) * 8 // 5],
}
