"""Entries and orders as they travel: canonical JSON (RFC 8785), signed headers. Values in, bytes out, and back.

    envelope = {"body": {…}, "header": {…}, "key": key id, "salt": base64, "sig": base64}
    header   = {"body": SHA-256(salt ‖ body), "clock", "kind", "log", "seq", "time", "v": 1}

The signature (Ed25519) is over the canonical header. Retention takes body and salt; header and signature stay true.

    ContractError
    ├── Malformed     not an envelope of ours, not canonical, or the body does not fit its kind
    └── Forged        the hash or the signature is not that of the header
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import TypeAdapter, ValidationError

from kiosk.rules.messages import ACT_KINDS, ENTRY_KINDS, ORDER_KINDS, ActBody, EntryBody, OrderBody
from kiosk.rules.personal.typed import cleaned

VERSION = 1
SALT_BYTES = 16
MOST_BYTES = 256 * 1024  # of one envelope; a frame that claims more is refused before it is read
HEADER_KEYS = {"body", "clock", "kind", "log", "seq", "time", "v"}
ENVELOPE_KEYS = {"body", "header", "key", "salt", "sig"}
TOLD = 5  # mistakes of a body that are named
LARGEST = 2**53 - 1  # RFC 8785 §3.2.2.3: a larger integer is not the same number everywhere
BEYOND_BMP = re.compile(rb"[\xf0-\xff]")  # begins a character that UTF-16 sorts elsewhere (RFC 8785 §3.2.3)


class ContractError(Exception):
    pass


class Malformed(ContractError):
    pass


class Forged(ContractError):
    pass


@dataclass(frozen=True, slots=True)
class Header:
    log: str
    seq: int
    time: str  # ISO 8601 with offset and milliseconds
    clock: str  # state of the author's clock: kiosk.clock.ClockState
    kind: str
    body: str  # SHA-256 of salt ‖ canonical body, hex

    def bytes(self) -> bytes:
        written = _written if self.seq <= LARGEST else rfc8785.dumps
        return written(
            {
                "body": self.body,
                "clock": self.clock,
                "kind": self.kind,
                "log": self.log,
                "seq": self.seq,
                "time": self.time,
                "v": VERSION,
            }
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """One entry or order. `salt` and `body` are None after retention; `body` is canonical JSON."""

    header: Header
    key: str
    salt: bytes | None
    body: bytes | None
    signature: bytes

    def bytes(self) -> bytes:
        body = b"null" if self.body is None else self.body
        rest = {
            "key": self.key,
            "salt": None if self.salt is None else base64.b64encode(self.salt).decode(),
            "sig": base64.b64encode(self.signature).decode(),
        }
        return b'{"body":%b,"header":%b,%b' % (body, self.header.bytes(), _written(rest)[1:])

    @property
    def entry(self) -> EntryBody:
        """The body as a value. Raises Malformed for an unknown kind or a body that does not fit."""
        value: EntryBody = _value(self, ENTRY_KINDS)
        return value

    @property
    def order(self) -> OrderBody:
        value: OrderBody = _value(self, ORDER_KINDS)
        return value

    @property
    def act(self) -> ActBody:
        """Of the county's own log. Raises Malformed."""
        value: ActBody = _value(self, ACT_KINDS)
        return value


def key_id(public: bytes) -> str:
    """Name of a signing key: 32 hex digits of the SHA-256 of its 32 raw bytes. Also the name of a station's log."""
    return hashlib.sha256(public).hexdigest()[:32]


def write(
    body: EntryBody | OrderBody | ActBody,
    *,
    log: str,
    seq: int,
    time: str,
    clock: str,
    salt: bytes,
    key: Ed25519PrivateKey,
) -> Envelope:
    """Sign one body as number `seq` of `log`. `salt` is SALT_BYTES of fresh randomness.

    What is signed stays for years: see `canonical`.
    """
    text = canonical(body)
    header = Header(log, seq, time, clock, body.kind, _bind(salt, text))
    public = key.public_key().public_bytes_raw()
    return Envelope(header, key_id(public), salt, text, key.sign(header.bytes()))


def canonical(body: EntryBody | OrderBody | ActBody) -> bytes:
    """A body as it is signed: RFC 8785, a person's number in what somebody typed masked."""
    return rfc8785.dumps(_adapter(body.kind).dump_python(cleaned(body), mode="json"))


def read_order(kind: str, text: bytes) -> OrderBody:
    """The body of an order that is not signed yet. Raises Malformed."""
    value: OrderBody = _read(kind, text, ORDER_KINDS)
    return value


def read(data: bytes) -> Envelope:
    """Parse an envelope; only the canonical form is one. The signature is not yet checked.

    Raises Malformed, or Forged when the body is not the one that the header names.
    """
    if len(data) > MOST_BYTES:
        raise Malformed(f"{len(data)} bytes are more than an entry may have")
    table, written = _table(data)
    header = _header(table["header"])
    salt = None if table["salt"] is None else _base64(table["salt"], "salt")
    body = None if table["body"] is None else written(table["body"])
    if (salt is None) != (body is None):
        raise Malformed("salt and body come and go together")
    envelope = Envelope(header, _text(table["key"], "key"), salt, body, _base64(table["sig"], "sig"))
    if salt is not None and body is not None and _bind(salt, body) != header.body:
        raise Forged("the body is not the one that the header names")
    return envelope


def verify(envelope: Envelope, public: bytes) -> None:
    """Raises Forged unless `public` (32 raw bytes) signed the header and is the key that the envelope names."""
    if envelope.key != key_id(public):
        raise Forged(f"entry {envelope.header.log}/{envelope.header.seq} names another key")
    try:
        _opened(public).verify(envelope.signature, envelope.header.bytes())
    except InvalidSignature:
        raise Forged(f"entry {envelope.header.log}/{envelope.header.seq} was not signed by this key") from None


def _bind(salt: bytes, body: bytes) -> str:
    return hashlib.sha256(salt + body).hexdigest()


@lru_cache(maxsize=64)
def _opened(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter((ENTRY_KINDS | ORDER_KINDS | ACT_KINDS)[kind])


def _value(envelope: Envelope, kinds: Container[str]) -> Any:
    if envelope.header.kind in kinds and envelope.body is None:
        raise Malformed(f"{envelope.header.log}/{envelope.header.seq}: the body has been retired")
    return _read(envelope.header.kind, envelope.body or b"", kinds)


def _read(kind: str, text: bytes, kinds: Container[str]) -> Any:
    if kind not in kinds:
        raise Malformed(f"unknown kind {kind!r}")
    try:
        return _adapter(kind).validate_json(text, strict=True)  # a number in quotes is no number
    except ValidationError as wrong:
        raise Malformed(f"{kind}: {_places(wrong)}") from None  # its own words repeat what stands there, and of whom


def _places(wrong: ValidationError) -> str:
    """Where a body does not fit, and of what kind each mistake is."""
    found = wrong.errors(include_url=False, include_context=False, include_input=False)
    return ", ".join(f"{'.'.join(map(str, one['loc']))} ({one['type']})" for one in found[:TOLD])


def _table(data: bytes) -> tuple[dict[str, Any], Callable[[Any], bytes]]:
    """The members of an envelope, and what writes them in canonical form."""
    try:
        table, written = _parsed(data)
        canonical = written(table)
    except (ValueError, RecursionError, rfc8785.CanonicalizationError) as wrong:
        raise Malformed(f"not JSON: {wrong}") from wrong
    if canonical != data:
        raise Malformed("not in canonical form (RFC 8785)")
    if not isinstance(table, dict) or set(table) != ENVELOPE_KEYS:
        raise Malformed("not an envelope")
    return table, written


def _parsed(data: bytes) -> tuple[Any, Callable[[Any], bytes]]:
    """JSON and its canonical writer. Where json's own writer cannot differ it is taken: it is twenty times as fast."""
    if BEYOND_BMP.search(data):
        return json.loads(data), rfc8785.dumps
    try:
        return json.loads(data, parse_int=_exact, parse_float=_inexact, parse_constant=_inexact), _written
    except OverflowError:
        return json.loads(data), rfc8785.dumps


def _exact(text: str) -> int:
    number = int(text)
    return number if -LARGEST <= number <= LARGEST else _inexact(text)


def _inexact(text: str) -> int:
    raise OverflowError(text)


def _written(value: object) -> bytes:
    """RFC 8785, if there is no fraction, no large number and no name beyond U+FFFF in `value`."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False).encode()


def _header(table: object) -> Header:
    if not isinstance(table, dict) or set(table) != HEADER_KEYS or table["v"] is True or table["v"] != VERSION:
        raise Malformed("not a header of version 1")
    seq = table["seq"]
    if not isinstance(seq, int) or isinstance(seq, bool) or seq < 1:
        raise Malformed(f"seq {seq!r} is not a number from 1")
    words = {name: _text(table[name], name) for name in ("log", "time", "clock", "kind", "body")}
    return Header(words["log"], seq, words["time"], words["clock"], words["kind"], words["body"])


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise Malformed(f"{name} must be text")
    return value


def _base64(value: object, name: str) -> bytes:
    text = _text(value, name)
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise Malformed(f"{name} is not base64") from wrong
    if base64.b64encode(data).decode() != text:  # one value has one text: stray bits would make a second entry of it
        raise Malformed(f"{name} is not base64 as we write it")
    return data
