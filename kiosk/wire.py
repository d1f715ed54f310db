"""The forms on the wire (design.md §9): topic names, arrays of entries and orders, status and want. No I/O.

An array is `[envelope,envelope,…]`, each envelope canonical; deflated (RFC 1950) when longer than PLAIN_BYTES.
"""

import json
import secrets
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_ENTRIES = 50  # in one array
MOST_SENT = 64 * 1024  # bytes of one message; a single larger entry still travels, alone
MOST_INFLATED = 1024 * 1024
PLAIN_BYTES = 1024
MOST_MESSAGE = 512 * 1024  # what the broker lets pass: the largest entry, with room
MOST_CHUNK = 48 * 1024  # bytes of a blob in one message
MOST_BLOB = 16 * 1024 * 1024  # bytes of a blob as it lies
MOST_CHUNK_HEAD = 256
JSON_TYPE = "application/json"
TEXT_TYPE = "text/plain"
BLOB_TYPE = "application/octet-stream"
ENCODING, DEFLATE = "content-encoding", "deflate"  # the MQTT 5 user property of a deflated array
# Words of topics, of the county's own programs and of its own log, never stations.
RESERVED = frozenset({"all", "feed", "intake", "office"})

CODE = r"[a-z0-9-]{1,32}"  # of counties and stations: a level of a topic
Code = Annotated[str, Field(pattern=f"^{CODE}$")]
Cursor = Annotated[int, Field(ge=0)]


class WireError(Exception):
    """A payload is not in a form of ours."""


class Want(BaseModel):
    """The last orders that a station holds; the county sends what follows."""

    model_config = ConfigDict(frozen=True)
    all: Cursor
    own: Cursor


class Status(BaseModel):
    """How a station's uplink stands: cursors of the two order streams, receipts held, entries receipted.

    A reader takes members that it does not know; those with a default are left out by an older writer.
    """

    model_config = ConfigDict(frozen=True)
    state: Literal["online", "offline"]
    time: Annotated[str, Field(max_length=40)]
    all: Cursor
    own: Cursor
    receipt: Cursor
    through: Cursor
    recorded: Cursor = 0
    oldest: Annotated[str, Field(max_length=40)] = ""
    blobs: Cursor = 0


@dataclass(frozen=True, slots=True)
class Topics:
    county: str

    def of(self, station: str, channel: str) -> str:
        """Topic of a channel: up, blob, status, want, receipt, kept, order of a station; order of `all`."""
        return f"liangzheng/1/{self.county}/{station}/{channel}"

    def feed(self, kind: str) -> str:
        return f"liangzheng/1/{self.county}/feed/{kind}"

    def split(self, topic: str) -> tuple[str, str]:
        """Station and channel of a topic of this county. Raises WireError."""
        parts = topic.split("/")
        if len(parts) != 5 or parts[:3] != ["liangzheng", "1", self.county]:
            raise WireError(f"not a topic of {self.county}")
        return parts[3], parts[4]


@dataclass(frozen=True, slots=True)
class Parcel:
    """The first `count` of some envelopes as one payload."""

    payload: bytes
    count: int
    deflated: bool


def pack(envelopes: Sequence[bytes], most: int = MOST_SENT) -> Parcel:
    """As many of `envelopes` (one at least) as one message of `most` bytes may carry."""
    count = _fitting(envelopes)
    while True:
        plain = b"[" + b",".join(envelopes[:count]) + b"]"
        deflated = len(plain) > PLAIN_BYTES
        payload = zlib.compress(plain) if deflated else plain
        if len(payload) <= most or count == 1:
            return Parcel(payload, count, deflated)
        count //= 2


def unpack(payload: bytes, deflated: bool) -> list[bytes]:
    """The envelopes of an array as they were written; none of them is judged yet. Raises WireError."""
    plain = _inflated(payload) if deflated else payload
    if len(plain) > MOST_INFLATED:
        raise WireError(f"{len(plain)} bytes are more than an array may have")
    try:
        text = plain.decode()
    except UnicodeDecodeError as wrong:
        raise WireError("not UTF-8") from wrong
    if not text.startswith("[") or not text.endswith("]"):
        raise WireError("not an array")
    return _elements(text)


def _elements(text: str) -> list[bytes]:
    decoder, found, at = json.JSONDecoder(), [], 1
    while True:
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as wrong:
            raise WireError(f"not JSON: {wrong}") from wrong
        found.append(text[at:end].encode())
        if len(found) > MOST_ENTRIES:
            raise WireError(f"more than {MOST_ENTRIES} entries in one message")
        if end == len(text) - 1:
            return found
        if text[end : end + 1] != ",":
            raise WireError("not an array as we write it")
        at = end + 1


def _fitting(envelopes: Sequence[bytes]) -> int:
    size, count = 1, 0
    for envelope in envelopes[:MOST_ENTRIES]:
        size += len(envelope) + 1
        if size > MOST_INFLATED:
            break
        count += 1
    return max(count, 1)


def _inflated(payload: bytes) -> bytes:
    opened = zlib.decompressobj()
    try:
        plain = opened.decompress(payload, MOST_INFLATED + 1)
    except zlib.error as wrong:
        raise WireError(f"not deflated: {wrong}") from wrong
    if len(plain) <= MOST_INFLATED and (not opened.eof or opened.unused_data):
        raise WireError("deflated data is cut off or has a tail")
    return plain


class ChunkHead(BaseModel):
    """The first line of a chunk: which blob as it lies, deflated or not, and which of its `of` bytes follow."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    blob: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]  # SHA-256 of the bytes before deflating
    month: Annotated[str, Field(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$")]
    packed: bool
    at: Annotated[int, Field(ge=0, lt=MOST_BLOB)]
    of: Annotated[int, Field(ge=1, le=MOST_BLOB)]


@dataclass(frozen=True, slots=True)
class Chunk:
    head: ChunkHead
    data: bytes

    def bytes(self) -> bytes:
        return self.head.model_dump_json().encode() + b"\n" + self.data


def read_chunk(payload: bytes) -> Chunk:
    """Raises WireError."""
    line, newline, data = payload.partition(b"\n")
    try:
        head = ChunkHead.model_validate_json(line[:MOST_CHUNK_HEAD])
    except ValidationError as wrong:
        raise WireError("not the head of a chunk") from wrong
    if not newline or not 0 < len(data) <= min(MOST_CHUNK, head.of - head.at):
        raise WireError(f"{len(data)} bytes do not fit at {head.at} of {head.of}")
    return Chunk(head, data)


class Backoff:
    """Waiting times that double from `first_s` to `most_s`, spread by a quarter so that boxes do not march in step."""

    def __init__(self, first_s: float, most_s: float, draw: Callable[[], float]) -> None:
        self._first = self._delay = first_s
        self._most = most_s
        self._draw = draw  # from 0 to 1

    def next(self) -> float:
        delay = self._delay * (0.75 + self._draw() / 2)
        self._delay = min(self._delay * 2, self._most)
        return delay

    def reset(self) -> None:
        self._delay = self._first


def draw() -> float:
    return secrets.randbelow(1000) / 1000
