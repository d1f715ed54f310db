"""A proof that an entry is in a log, as C2SP tlog-proof writes it: lines of text, then a signed checkpoint.

Ours carry the entry itself, and the grant of its station's key, in `extra`; the checkpoint is the county's receipt.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from kiosk.trust import Broken

TITLE = "c2sp.org/tlog-proof@v1"
NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
MOST_STEPS = 63  # of a path, as tlog-proof limits it


@dataclass(frozen=True, slots=True)
class TlogProof:
    """`note` is the checkpoint with its signatures, `path` the audit path of leaf `index` (RFC 6962 §2.1.1)."""

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes = b""

    def text(self) -> str:
        extra = [f"extra {_written(self.extra)}"] if self.extra else []
        return "\n".join([TITLE, *extra, f"index {self.index}", *map(_written, self.path), "", self.note])


def parse_tlog_proof(text: str) -> TlogProof:
    """Raises Broken for anything that is not written as the specification says."""
    top, _, note = text.partition("\n\n")
    title, *lines = top.split("\n")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = _read(lines.pop(0).removeprefix("extra "))
    index = lines.pop(0).removeprefix("index ") if lines and lines[0].startswith("index ") else ""
    if title != TITLE or not NUMBER.fullmatch(index) or not note or len(lines) > MOST_STEPS:
        raise Broken("not a tlog-proof")
    path = tuple(map(_read, lines))
    if any(len(step) != 32 for step in path):
        raise Broken("a step of the proof is no SHA-256")
    return TlogProof(int(index), path, note, extra)


def _written(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _read(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as wrong:
        raise Broken("a line of the proof is not base64") from wrong
    if _written(data) != text:
        raise Broken("a line of the proof is not base64 as it is written")
    return data
