"""Signed notes: C2SP signed-note and tlog-cosignature (FORMATS.md §5). Text in, who signed it out."""

import base64
import hashlib
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from ui.audit.errors import Wrong
from ui.audit.forms import unbase64
from ui.audit.signatures import verified

ED25519, COSIGNATURE = b"\x01", b"\x04"
LINE = re.compile(r"\u2014 ([^ \n]+) ([A-Za-z0-9+/]+={0,2})")
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    stamp: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """`text` goes up to and with the line feed before the empty line."""

    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    log: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"liangzheng/log/{self.log}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parted(data: bytes, code: str, seq: int = 0) -> Note:
    """Raises Wrong with this code."""
    try:
        text, gap, lines = data.decode().partition("\n\n")
        found = [LINE.fullmatch(line) for line in lines.removesuffix("\n").split("\n")][: MOST_LINES + 1]
        signed = tuple(Line(one[1], unbase64(one[2])) for one in found if one is not None)
    except ValueError as wrong:
        raise Wrong(code, seq) from wrong
    if not gap or not lines.endswith("\n") or len(signed) != len(found) or len(found) > MOST_LINES:
        raise Wrong(code, seq)
    return Note(f"{text}\n", signed)


def checkpoint(note: Note, code: str, seq: int = 0) -> Checkpoint:
    """Raises Wrong with this code."""
    try:
        origin, size, root = note.text.removesuffix("\n").split("\n")
        found = Checkpoint(origin.removeprefix("liangzheng/log/"), int(size), unbase64(root))
    except ValueError as wrong:
        raise Wrong(code, seq) from wrong
    if found.text != note.text or len(found.root) != 32:
        raise Wrong(code, seq)
    return found


def signed(note: Note, nth: int, name: str, public: bytes) -> bool:
    """Whether line `nth` is this signer's, of this key."""
    line = note.lines[nth]
    good = line.name == name and line.stamp[:4] == _hint(name, ED25519, public)
    return good and verified(public, line.stamp[4:], note.text.encode())


def cosigned(note: Note, nth: int, name: str, public: bytes) -> datetime | None:
    """When this witness signed line `nth`; None when it did not."""
    line = note.lines[nth]
    if line.name != name or line.stamp[:4] != _hint(name, COSIGNATURE, public) or len(line.stamp) != 76:
        return None
    seconds = struct.unpack(">Q", line.stamp[4:12])[0]
    told = f"cosignature/v1\ntime {seconds}\n{note.text}".encode()
    if seconds >= 1 << 36 or not verified(public, line.stamp[12:], told):
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _hint(name: str, algorithm: bytes, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + algorithm + public).digest()[:4]
