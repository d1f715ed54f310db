"""What the county holds, against what the boxes wrote: read with sqlite3, json and hashlib, asking no product.

Each finding is a sentence about something lost, doubled or changed.
"""

import base64
import hashlib
import json
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

MAGIC = 8  # bytes before the first frame of a segment (FORMATS.md §4)
TABLES = {"test": "test", "certificate": "certificate"}  # rows that each entry of a kind makes


def audited(database: Path, boxes: Sequence[Path], county: Path) -> list[str]:
    """Everything of every box, and nothing else."""
    found: list[str] = []
    with closing(opened(database)) as sql:
        total = 0
        for box in boxes:
            written = entries(box / "up")
            total += len(written)
            found += [f"{box.name}: {sentence}" for sentence in _log(sql, box, written)]
        found += _others(sql, total)
    found += [f"{box.name}: {sentence}" for box in boxes for sentence in _blobs(box, county)]
    return found


def opened(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)


def entries(log: Path) -> list[dict[str, Any]]:
    """The envelopes of a log as its segments hold them."""
    return [json.loads(payload) for payload in frames(log)]


def frames(log: Path) -> Iterator[bytes]:
    for segment in sorted(log.glob("*.seg")):
        data, at = segment.read_bytes(), MAGIC
        while at < len(data):
            (size, _) = struct.unpack_from(">II", data, at)
            yield data[at + 8 : at + 8 + size]
            at += 8 + size


def root(headers: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1."""
    if len(headers) == 1:
        return hashlib.sha256(b"\x00" + headers[0]).digest()
    split = 1 << (len(headers) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root(headers[:split]) + root(headers[split:])).digest()


def receipted(box: Path) -> tuple[str, int, str]:
    """Log, size and root (base64) of the newest receipt that the box holds."""
    *_, last = frames(box / "down" / "receipts")
    origin, size, digest, *_ = last.decode().split("\n")
    return origin.removeprefix("liangzheng/log/"), int(size), digest


def _log(sql: sqlite3.Connection, box: Path, written: Sequence[dict[str, Any]]) -> Iterator[str]:
    log = written[0]["header"]["log"]
    kept = sql.execute(
        "select seq, header, body, salt, signature, place from entry where log = ? order by seq", (log,)
    ).fetchall()
    ours = [_row(one) for one in written]
    if [tuple(row[:5]) for row in kept] != ours:
        yield f"the county keeps {len(kept)} entries, the box wrote {len(ours)}, or they differ"
    places = [row[5] for row in kept]
    if None in places or places != sorted(places):
        yield "the county did not take the entries in their order"
    digest = root([row[1] for row in ours])
    head = sql.execute("select through, root, receipted from head where log = ?", (log,)).fetchone()
    if head is None or (head[0], bytes(head[1]), head[2]) != (len(ours), digest, len(ours)):
        yield f"the county's tree is not that of the log: {head and (head[0], head[2])} of {len(ours)}"
    if receipted(box) != (log, len(ours), base64.b64encode(digest).decode()):
        yield f"the newest receipt is for {receipted(box)[1]} of {len(ours)}, or for another root"
    for kind, table in TABLES.items():
        wanted = sum(one["header"]["kind"] == kind for one in written)
        rows = sql.execute(f"select count(*) from {table} where log = ?", (log,)).fetchone()[0]  # noqa: S608 - our words
        if rows != wanted:
            yield f"{rows} rows of {table} for {wanted} entries"


def _others(sql: sqlite3.Connection, total: int) -> Iterator[str]:
    for table in ("conflict", "parked", "outgoing"):
        if count := sql.execute(f"select count(*) from {table}").fetchone()[0]:  # noqa: S608 - our own words
            yield f"{count} rows of {table}"
    if (count := sql.execute("select count(*) from entry").fetchone()[0]) != total:
        yield f"{count} entries for {total}"
    told = Counter(row[0:2] for row in sql.execute("select log, seq from feed"))
    if told and max(told.values()) > 1:
        yield "an entry stands twice on the live page"


def _blobs(box: Path, county: Path) -> Iterator[str]:
    for file in (box / "blobs").glob("*/*"):
        copy = county / "blobs" / file.parent.name / file.name
        if not copy.exists() or copy.read_bytes() != file.read_bytes():
            yield f"blob {file.name[:8]}… is not in the county, or is another"


def _row(one: dict[str, Any]) -> tuple[int, bytes, bytes, bytes, bytes]:
    header, body = (_canonical(one[name]) for name in ("header", "body"))
    return one["header"]["seq"], header, body, base64.b64decode(one["salt"]), base64.b64decode(one["sig"])


def _canonical(value: object) -> bytes:
    """RFC 8785 for what these logs hold: names of ASCII, no fractions."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
