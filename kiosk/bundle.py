"""A bundle: the messages of a line in one file on a stick, with a signed manifest before them. Judges no message.

MAGIC · lengths of manifest and signature (u32be each) · manifest (JSON) · signature · zeros up to HEAD_BYTES ·
frames `length u32be · CRC-32 u32be · payload` (FORMATS.md §9). It appears whole under its name, or not at all.

BundleError      code + facts; `problem.<code>` is the sentence
"""

import contextlib
import errno
import hashlib
import os
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.durable import flush_folder
from kiosk.wire import MOST_MESSAGE, Code, Cursor

MAGIC = b"LZBNDL1\n"
LENGTHS = struct.Struct(">II")
FRAME = struct.Struct(">II")
HEAD_BYTES = 8192
SIGNED = b"liangzheng/bundle/1\n"  # before the manifest in what is signed
MOST_BYTES = 2 << 30  # FAT32 holds no file of 4 GiB
PIECE = 1 << 20
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
UP, DOWN = "up", "down"


class BundleError(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class Facts(BaseModel):
    """Who wrote a bundle for whom, and when. `certificate` (PEM) is the station's, `key` the county witness's id."""

    model_config = ConfigDict(frozen=True)
    way: Literal["up", "down"]
    county: Code
    station: Code
    log: Annotated[str, Field(pattern="^([0-9a-f]{32})?$")] = ""
    time: Annotated[str, Field(max_length=40)]
    certificate: str = ""
    key: str = ""


class Manifest(Facts):
    """`first` to `last` are the entries in it, both 0 when there are none; `sha256` is that of all frames."""

    v: Literal[1] = 1
    first: Cursor = 0
    last: Cursor = 0
    blobs: Cursor = 0
    messages: Cursor
    bytes: Cursor
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Carried:
    """One message. `entries` are the first and last in it, (0, 0) without; `blob` when it begins one."""

    channel: str
    payload: bytes
    deflated: bool = False
    entries: tuple[int, int] = (0, 0)
    blob: bool = False


class CarriedHead(BaseModel):
    """The first line of a frame."""

    model_config = ConfigDict(frozen=True)
    channel: Annotated[str, Field(pattern="^[a-z]{1,16}$")]
    deflated: bool


@dataclass(frozen=True, slots=True)
class Bundle:
    """A file whose form and hash are right. Who signed it is for the reader to judge."""

    file: Path
    manifest: Manifest
    signed: bytes
    signature: bytes

    def messages(self) -> Iterator[Carried]:
        """Raises BundleError when the stick gives other bytes than before."""
        with _opened(self.file) as lies:
            lies.seek(HEAD_BYTES)
            for _ in range(self.manifest.messages):
                yield _message(lies, self.file.name)


def name_of(station: str, way: str) -> str:
    return f"liangzheng-{station}-{way}.lzb"


def write_bundle(folder: Path, facts: Facts, messages: Iterable[Carried], sign: Callable[[bytes], bytes]) -> Manifest:
    """Put a bundle into `folder` in place of an older one. Durable when this returns.

    Raises BundleError when the stick is full or cannot be written; the older one is then as it was.
    """
    file = folder / name_of(facts.station, facts.way)
    fresh = file.with_suffix(".new")
    try:
        with _fresh(fresh) as out:
            manifest = _filled(out, facts, messages, sign)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
        flush_folder(folder)
    except OSError as wrong:
        with contextlib.suppress(OSError):
            fresh.unlink()
        code = "carry.full" if wrong.errno in FULL else "carry.stick"
        raise BundleError(code, file=file.name, reason=wrong.strerror or str(wrong)) from wrong
    return manifest


def open_bundle(file: Path) -> Bundle:
    """Raises BundleError when it is no bundle, is torn, or is not what its manifest says."""
    try:
        with _opened(file) as lies:
            manifest, signed, signature = _head(lies.read(HEAD_BYTES), file.name)
            if os.fstat(lies.fileno()).st_size != HEAD_BYTES + manifest.bytes:
                raise BundleError("carry.torn", file=file.name)
            found = hashlib.sha256()
            while piece := lies.read(PIECE):
                found.update(piece)
    except OSError as wrong:
        raise BundleError("carry.stick", file=file.name, reason=wrong.strerror or str(wrong)) from wrong
    if found.hexdigest() != manifest.sha256:
        raise BundleError("carry.torn", file=file.name)
    return Bundle(file, manifest, signed, signature)


def _filled(out: BinaryIO, facts: Facts, messages: Iterable[Carried], sign: Callable[[bytes], bytes]) -> Manifest:
    """The frames first, behind the room for the head that tells of them."""
    out.write(bytes(HEAD_BYTES))
    digest, size, count, blobs, spans = hashlib.sha256(), 0, 0, 0, list[tuple[int, int]]()
    for message in messages:
        frame = _framed(message)
        out.write(frame)
        digest.update(frame)
        size, count, blobs = size + len(frame), count + 1, blobs + message.blob
        if message.entries[1]:
            spans = [*spans[:1], message.entries]
    first, last = (spans[0][0], spans[-1][1]) if spans else (0, 0)
    manifest = Manifest(
        **facts.model_dump(),
        first=first,
        last=last,
        blobs=blobs,
        messages=count,
        bytes=size,
        sha256=digest.hexdigest(),
    )
    text = manifest.model_dump_json().encode()
    signature = sign(SIGNED + text)
    head = MAGIC + LENGTHS.pack(len(text), len(signature)) + text + signature
    if len(head) > HEAD_BYTES:
        raise BundleError("carry.stick", file=name_of(facts.station, facts.way), reason=f"{len(head)} > {HEAD_BYTES}")
    out.seek(0)
    out.write(head)
    return manifest


def _head(head: bytes, name: str) -> tuple[Manifest, bytes, bytes]:
    begun = head[: len(MAGIC)]
    if not MAGIC.startswith(begun):
        raise BundleError(_other(head), file=name)
    if len(head) < HEAD_BYTES:
        raise BundleError("carry.torn", file=name)
    at = len(MAGIC) + LENGTHS.size
    size, signature = LENGTHS.unpack(head[len(MAGIC) : at])
    text = head[at : at + size]
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as wrong:
        raise BundleError("carry.torn", file=name) from wrong
    return manifest, SIGNED + text, head[at + size : at + size + signature]


def _other(head: bytes) -> str:
    """What a file is that does not begin as ours do."""
    if not head.strip(b"\0"):
        return "carry.torn"
    return "carry.newer" if head.startswith(MAGIC[:5]) else "carry.not_a_bundle"


def _framed(message: Carried) -> bytes:
    head = CarriedHead(channel=message.channel, deflated=message.deflated)
    payload = head.model_dump_json().encode() + b"\n" + message.payload
    return FRAME.pack(len(payload), zlib.crc32(payload)) + payload


def _message(lies: BinaryIO, name: str) -> Carried:
    try:
        length, checksum = FRAME.unpack(lies.read(FRAME.size))
        payload = lies.read(min(length, MOST_MESSAGE))
        line, _, data = payload.partition(b"\n")
        if len(payload) != length or zlib.crc32(payload) != checksum:
            raise BundleError("carry.torn", file=name)
        head = CarriedHead.model_validate_json(line)
    except (struct.error, ValidationError) as wrong:
        raise BundleError("carry.torn", file=name) from wrong
    except OSError as wrong:
        raise BundleError("carry.stick", file=name, reason=wrong.strerror or str(wrong)) from wrong
    return Carried(head.channel, data, head.deflated)


def _fresh(file: Path) -> BinaryIO:
    """Whatever lay there is not written through: a link on a stick would lead anywhere on the machine."""
    file.unlink(missing_ok=True)
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644), "wb")


def _opened(file: Path) -> BinaryIO:
    """A stick may hold anything: what is not a plain file is not opened."""
    return os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb")
