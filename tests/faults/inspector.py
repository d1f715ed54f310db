"""What must be true of a box's folder after any fault: read from its files with code of its own, never the product's.

Only the recovery is the product's: the folder is opened once, as a restart does, and must be able to go on.
"""

import base64
import hashlib
import json
import sqlite3
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.log import LogError
from kiosk.record import RecordError
from kiosk.rules.messages import Incident
from tests.faults.box import Site
from tests.faults.promises import Promises

MAGIC = b"LZSEG1\n\n"  # FORMATS.md §4
FRAME = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class Entry:
    """One envelope as anybody reads it who has FORMATS.md."""

    digest: str
    header: dict[str, Any]
    body: dict[str, Any]
    leaf: bytes
    genuine: bool


def inspect(site: Site, promises: Promises) -> list[str]:
    """Open the folder as a restart does, go on by one entry, and look at everything."""
    try:
        record = site.open()
    except (RecordError, LogError) as refused:
        return [f"the station does not start again: {type(refused).__name__}: {refused}"]
    try:
        record.append(Incident("box", "box.restarted", {}))
        site.uplink().close()  # what it shows again after a power cut is the station's to obey
        while record.obey():
            continue
    except (RecordError, LogError) as refused:
        return [f"the station cannot go on: {type(refused).__name__}: {refused}"]
    finally:
        record.close()
    return look(site, promises)


def look(site: Site, promises: Promises) -> list[str]:
    """Look at a folder that nobody has open."""
    found = list(promises.broken)
    lying: dict[str, list[bytes]] = {}
    for name in ("up", "down/all", "down/own", "down/receipts"):
        try:
            lying[name] = frames(site.folder / name)
        except ValueError as wrong:
            return [*found, f"{name}: {wrong}"]
    entries = [read(payload, site.key.public_key().public_bytes_raw()) for payload in lying["up"]]
    found += _kept(entries, promises)
    found += _papers(entries, promises)
    found += _orders(entries, lying, promises)
    with closing(sqlite3.connect(f"file:{site.folder / 'record.db'}?mode=ro", uri=True)) as sql:
        found += _tables(sql, lying["up"], entries, lying)
        found += _shown(sql, promises)
        found += _receipts(sql, entries, lying["down/receipts"], promises)
    return found


def frames(folder: Path) -> list[bytes]:
    """Every payload of a log. ValueError for a gap, a hole or a broken frame: after recovery there is none."""
    found: list[bytes] = []
    for file in sorted(folder.glob("*.seg")):
        if int(file.stem) != len(found) + 1:
            raise ValueError(f"{file.name} follows entry {len(found)}")
        found += segment(file.read_bytes(), len(found))
    return found


def segment(data: bytes, before: int) -> Iterator[bytes]:
    """The payloads of one segment, which follows entry `before`. Raises ValueError."""
    if data[:8] != MAGIC:
        raise ValueError(f"the segment behind entry {before} does not begin as a segment does")
    at = 8
    while at < len(data):
        size, checksum = FRAME.unpack_from(data, at) if at + 8 <= len(data) else (0, 0)
        payload = data[at + 8 : at + 8 + size]
        if not payload or len(payload) != size or zlib.crc32(payload) != checksum:
            raise ValueError(f"entry {before + 1} is broken")
        before, at = before + 1, at + 8 + size
        yield payload


@lru_cache(maxsize=20_000)
def read(payload: bytes, public: bytes) -> Entry:
    """As `parsed`; states of one box hold the same entries again and again."""
    return parsed(payload, public)


def parsed(payload: bytes, public: bytes) -> Entry:
    table = json.loads(payload)
    start = payload.index(b'"header":') + 9
    header = payload[start : payload.index(b',"key":', start)]
    if json.loads(header) != table["header"]:
        raise ValueError("header")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(_bytes(table["sig"]), header)
        genuine = _bound(table)
    except InvalidSignature:
        genuine = False
    leaf = hashlib.sha256(b"\x00" + header).digest()
    return Entry(hashlib.sha256(payload).hexdigest(), table["header"], table["body"], leaf, genuine)


def _bound(table: dict[str, Any]) -> bool:
    canonical = json.dumps(table["body"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    salted = hashlib.sha256(_bytes(table["salt"]) + canonical).hexdigest()
    return bool(salted == table["header"]["body"])


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


# --- the log ------------------------------------------------------------------------------------------------------


def _kept(entries: Sequence[Entry], promises: Promises) -> Iterator[str]:
    for place, entry in enumerate(entries, 1):
        if entry.header["seq"] != place:
            yield f"entry {entry.header['seq']} stands at place {place}"
        if not entry.genuine:
            yield f"entry {place} is not what the station signed"
    for seq, digest in promises.entries.items():
        if seq > len(entries):
            yield f"entry {seq} was promised and is gone; {len(entries)} are left"
        elif entries[seq - 1].digest != digest:
            yield f"entry {seq} is not the one that was promised"


def _papers(entries: Sequence[Entry], promises: Promises) -> Iterator[str]:
    recorded = [entry.body for entry in entries if entry.header["kind"] == "certificate"]
    numbers = Counter(body["number"] for body in recorded)
    yield from (f"number {number} was given {times} times" for number, times in numbers.items() if times > 1)
    turns = Counter(body["visit"] for body in recorded)
    yield from (f"turn {turn} has {times} certificates" for turn, times in turns.items() if times > 1)
    for paper, times in Counter(promises.papers).items():
        if paper[0] not in numbers:
            yield f"paper {paper[0]} is in somebody's hand and not in the record"
        if times > 1:
            yield f"paper {paper[0]} copy {paper[1]} was printed {times} times"


def _orders(entries: Sequence[Entry], lying: dict[str, list[bytes]], promises: Promises) -> Iterator[str]:
    if (len(lying["down/all"]), len(lying["down/own"])) < promises.have:
        yield f"the county was told {promises.have} orders; {len(lying['down/all'])}, {len(lying['down/own'])} are left"
    done = [entry.body for entry in entries if entry.header["kind"] == "order.done"]
    for stream in ("all", "own"):
        seqs = [body["seq"] for body in done if body["stream"] == stream and body["done"]]
        if seqs != list(range(1, len(seqs) + 1)):
            yield f"orders of {stream} were done as {seqs}"
        if len(seqs) < len(lying[f"down/{stream}"]):
            yield f"of the orders of {stream} {len(lying[f'down/{stream}'])} lie there and {len(seqs)} were done"
        if missing := {seq for name, seq in promises.obeyed if name == stream} - set(seqs):
            yield f"orders {sorted(missing)} of {stream} were done and are forgotten"
    for body in done:
        payload = lying[f"down/{body['stream']}"][body["seq"] - 1 : body["seq"]]
        if not body["done"] or [hashlib.sha256(one).hexdigest() for one in payload] != [body["digest"]]:
            yield f"order {body['stream']}/{body['seq']} is not the one that was done: {body['reason']}"


# --- the tables ---------------------------------------------------------------------------------------------------


def _tables(
    sql: sqlite3.Connection, payloads: Sequence[bytes], entries: Sequence[Entry], lying: dict[str, list[bytes]]
) -> Iterator[str]:
    rows = [row for (row,) in sql.execute("select envelope from entry order by seq")]
    if rows != list(payloads):
        yield f"record.db holds {len(rows)} entries, up/ {len(payloads)}, or they differ"
    for table, columns, expected in _expected(entries, lying):
        kept = sorted(sql.execute(f"select {columns} from {table}").fetchall())  # noqa: S608 - our own words
        if kept != sorted(expected):
            odd = set(kept).symmetric_difference(expected)
            yield f"table {table}: {len(kept)} rows for {len(expected)}, {sorted(odd)[:3]}"
    if [word for (word,) in sql.execute("pragma integrity_check")] != ["ok"]:
        yield "record.db is not sound"


Rows = Sequence[tuple[Any, ...]]


def _expected(entries: Sequence[Entry], lying: dict[str, list[bytes]]) -> Iterator[tuple[str, str, Rows]]:
    """What the entries say, table by table."""
    bodies = [(entry.header["seq"], entry.header["kind"], entry.body) for entry in entries]
    papers = [(seq, body) for seq, kind, body in bodies if kind == "certificate"]
    tests = [(seq, body) for seq, kind, body in bodies if kind == "test"]
    begun = [
        (body["number"], part, 1, seq, "waiting" if place else "begun")
        for seq, body in papers
        for place, part in enumerate(body["parts"] or [""])
    ]
    again = [(seq, kind, body) for seq, kind, body in bodies if kind in ("reprint", "print")]
    ends = [(one["number"], one["part"], one["copy"], seq, one.get("outcome", "begun")) for seq, _, one in again]
    yield "node", "level, idx, hash", _nodes([entry.leaf for entry in entries])
    yield "test", "seq, visit, run, subject", [(n, one["visit"], one["run"], one["subject"]) for n, one in tests]
    yield "certificate", "number, seq, visit", [(one["number"], n, one["visit"]) for n, one in papers]
    yield "print", "number, part, copy, seq, outcome", begun + ends
    done = [body for _, kind, body in bodies if kind == "order.done" and body["done"]]
    yield from _ordered(done, lying)


def _ordered(done: Sequence[dict[str, Any]], lying: dict[str, list[bytes]]) -> Iterator[tuple[str, str, Rows]]:
    streams = Counter(body["stream"] for body in done)
    yield "cursor", "stream, seq", list(streams.items())
    given = [json.loads(lying[f"down/{one['stream']}"][one["seq"] - 1]) for one in done]
    bodies = [(order["header"]["kind"], order["body"]) for order in given]
    upserts = [body for kind, body in bodies if kind == "subjects.upsert"]
    yield "subject", "id", sorted({(one["id"],) for body in upserts for one in body["subjects"]})
    cards = {(one["number"], one["subject"]) for body in upserts for one in body["cards"]}
    yield "card", "card, subject", sorted(cards)
    yield "revoked_card", "card", sorted({(body["card"],) for kind, body in bodies if kind == "card.revoked"})
    void = {(body["number"],) for kind, body in bodies if kind == "certificate.revoked"}
    yield "revoked_certificate", "number", sorted(void)


def _nodes(leaves: Sequence[bytes]) -> Rows:
    """Every complete node of the tree over these leaves."""
    found: list[tuple[int, int, bytes]] = []
    level, row = 0, list(leaves)
    while row:
        found += [(level, index, one) for index, one in enumerate(row)]
        pairs = zip(row[::2], row[1::2], strict=False)
        level, row = level + 1, [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return found


def root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1 as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def _shown(sql: sqlite3.Connection, promises: Promises) -> Iterator[str]:
    """A turn that somebody saw begun is there again, in that state or in one that came after it."""
    states = ("testing", "printing", "done")
    rows = dict(sql.execute("select id, visit from open_visit").fetchall())
    for visit, seen in promises.visits.items():
        kept = rows.get(visit, "").strip('"')
        if not seen and kept:
            yield f"turn {visit} was over and is open again"
        elif not kept and seen in states[:2]:
            yield f"turn {visit} was seen at {seen} and is gone"
        elif kept and seen and states.index(kept) < states.index(seen):
            yield f"turn {visit} was seen at {seen} and stands at {kept}"


def _receipts(
    sql: sqlite3.Connection, entries: Sequence[Entry], notes: Sequence[bytes], promises: Promises
) -> Iterator[str]:
    believed = next(iter(sql.execute("select through from receipt").fetchone() or (0,)))
    if believed < promises.receipt or believed > len(entries):
        yield f"the station believes {believed} entries receipted, was heard to believe {promises.receipt}"
    leaves = [entry.leaf for entry in entries]
    for note in notes[-3:]:
        _, size, told = note.decode().split("\n")[:3]
        if int(size) > len(entries) or _bytes(told) != root(leaves[: int(size)]):
            yield f"the receipt for {size} entries is not for this log of {len(entries)}"
