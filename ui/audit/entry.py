"""One line of a log as a value: canonical form, header, the hash of its body (FORMATS.md §2). The signature waits."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ui.audit.errors import Wrong
from ui.audit.forms import canonical_as, moment, parsed, unbase64

MEMBERS = {"body", "header", "key", "salt", "sig"}
HEADER = {"body", "clock", "kind", "log", "seq", "time", "v"}
CLOCKS = ("unknown", "floor", "ntp", "county")
VOUCHED = ("ntp", "county")


@dataclass(frozen=True, slots=True)
class Entry:
    """`body` is None after retention; `header` are the canonical bytes that were signed."""

    seq: int
    kind: str
    log: str
    key: str
    time: str
    at: datetime
    clock: str
    body: dict[str, Any] | None
    header: bytes
    signature: bytes


def read(line: bytes, expected: int) -> Entry:
    """`expected` is the number that a finding names where the line tells none. Raises Wrong."""
    try:
        table = parsed(line)
        written = canonical_as(line)
        if type(table) is not dict or table.keys() != MEMBERS or type(table["header"]) is not dict:
            raise Wrong("entry_form", expected)
        body, header = written(table["body"]), written(table["header"])
        rest = written({"key": table["key"], "salt": table["salt"], "sig": table["sig"]})
        if line != b'{"body":%b,"header":%b,%b' % (body, header, rest[1:]):
            raise Wrong("entry_form", expected)
        return _read(table, body, header, expected)
    except (ValueError, TypeError, RecursionError) as wrong:
        raise Wrong("entry_form", expected) from wrong


def _read(table: dict[str, Any], body: bytes, header: bytes, expected: int) -> Entry:
    told = table["header"]
    if told.keys() != HEADER or type(told["v"]) is not int or told["v"] != 1 or type(told["seq"]) is not int:
        raise Wrong("entry_form", expected)
    seq = told["seq"]
    if seq < 1 or not all(type(told[name]) is str for name in ("body", "clock", "kind", "log", "time")):
        raise Wrong("entry_form", expected)
    if (table["salt"] is None) != (table["body"] is None) or type(table["body"]) not in (dict, type(None)):
        raise Wrong("entry_form", seq)
    if table["body"] is not None and hashlib.sha256(_salt(table["salt"]) + body).hexdigest() != told["body"]:
        raise Wrong("body_hash", seq)
    try:
        at = moment(told["time"])
    except ValueError as wrong:
        raise Wrong("time_form", seq, time=told["time"]) from wrong
    return Entry(
        seq, told["kind"], told["log"], str(table["key"]), told["time"], at, told["clock"], table["body"], header,
        unbase64(table["sig"]),
    )  # fmt: skip


def _salt(text: Any) -> bytes:
    salt = unbase64(text)
    if len(salt) != 16:
        raise ValueError("a salt has 16 bytes")
    return salt
