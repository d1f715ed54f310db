"""The list of revoked certificates that a county gives to whoever checks without a network: one file, signed.

    "LZREV1\\n\\n" ‖ length of the note, 4 bytes big-endian ‖ note ‖ index ‖ entries
    note    C2SP signed-note by `liangzheng/<county>/order`, an order key of the county (FORMATS.md §6). Its lines:
            liangzheng/revoked/<county> · counter · time · last order to all stations that it knows · entries ·
            base64 SHA-256 of the index
    entries ascending, 8 bytes big-endian each: SHA-256(number)[0:8], whose last bit is 0 when an order of the county
            declared it void and 1 when its station did
    index   of each page of 2,048 entries: its first entry ‖ SHA-256 of the page, 40 bytes

A question reads one page, so no list is ever loaded. Pages are read, not mapped: a mapped file that somebody cuts
kills its reader.
"""

import base64
import hashlib
import os
import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.checkpoint import open_signed, sign_note
from kiosk.contract import key_id
from kiosk.durable import BESIDE, flush_folder, write_whole, written
from kiosk.trust import Broken, Older, Trust, Untrusted, Use
from kiosk.verify import Why

MAGIC = b"LZREV1\n\n"
ENTRY = 8
PAGE = 2048 * ENTRY
INDEX_ROW = ENTRY + 32
MOST_NOTE = 4096
MOST_ENTRIES = 1 << 24
MOST_BYTES = MOST_ENTRIES * (ENTRY + 1)
NAMES = {Why.ORDER: 0, Why.VOID: 1}


@dataclass(frozen=True, slots=True)
class Head:
    """`through`: the last order to all stations that the list knows of."""

    county: str
    counter: int
    time: datetime
    through: int
    count: int
    index: bytes  # SHA-256

    def text(self) -> str:
        time = self.time.isoformat(timespec="milliseconds")
        lines = (
            f"liangzheng/revoked/{self.county}",
            self.counter,
            time,
            self.through,
            self.count,
            base64.b64encode(self.index).decode(),
        )
        return "".join(f"{line}\n" for line in lines)


class RevokedList:
    """An open list (`open_list`); its head and index are the county's. `read` counts the bytes that were read."""

    def __init__(self, handle: int, trust: Trust) -> None:
        """Raises Broken, Untrusted, OSError; the handle is the caller's until then."""
        self._handle = handle
        self.read = 0
        self.head, begin = self._head(trust)
        index = self._at(begin, -(-self.head.count * ENTRY // PAGE) * INDEX_ROW)
        self._entries = begin + len(index)
        self.size = self._entries + self.head.count * ENTRY
        if hashlib.sha256(index).digest() != self.head.index:
            raise Broken("the index of the list is not what was signed")
        if os.fstat(handle).st_size != self.size:
            raise Broken("the list is longer or shorter than it says")
        rows = [index[at : at + INDEX_ROW] for at in range(0, len(index), INDEX_ROW)]
        self._firsts = [row[:ENTRY] for row in rows]
        self._digests = [row[ENTRY:] for row in rows]

    @property
    def day(self) -> date:
        return self.head.time.date()

    @property
    def counter(self) -> int:
        return self.head.counter

    def why(self, number: str) -> Why | None:
        """Why a number is on the list; None when it is not. Raises Broken, OSError."""
        for why in Why:
            one = _entry(number, why)
            page = bisect_right(self._firsts, one) - 1
            if page >= 0 and _in_page(self._page(page), one):
                return why
        return None

    def check(self) -> None:
        """Read it all, once, before it takes another's place. Raises Broken, OSError."""
        before = b""
        for page in range(len(self._firsts)):
            entries = self._page(page)
            for at in range(0, len(entries), ENTRY):
                one = entries[at : at + ENTRY]
                if one <= before:
                    raise Broken("the entries of the list are not in order")
                before = one

    def _head(self, trust: Trust) -> tuple[Head, int]:
        begin = self._at(0, len(MAGIC) + 4)
        (length,) = struct.unpack(">I", begin[len(MAGIC) :])
        if begin[: len(MAGIC)] != MAGIC or length > MOST_NOTE:
            raise Broken("not a list of revoked certificates")
        try:
            note = self._at(len(begin), length).decode()
        except UnicodeDecodeError as wrong:
            raise Broken("not a list of revoked certificates") from wrong
        return _signed(note, trust), len(begin) + length

    def _page(self, page: int) -> bytes:
        size = min(PAGE, self.head.count * ENTRY - page * PAGE)
        entries = self._at(self._entries + page * PAGE, size)
        if hashlib.sha256(entries).digest() != self._digests[page] or entries[:ENTRY] != self._firsts[page]:
            raise Broken("a page of the list is not what was signed")
        return entries

    def _at(self, place: int, size: int) -> bytes:
        data = os.pread(self._handle, size, place)
        self.read += len(data)
        if len(data) != size:
            raise Broken("the list ends too early")
        return data


@contextmanager
def open_list(file: Path, trust: Trust) -> Iterator[RevokedList]:
    """Raises Broken, Untrusted, OSError."""
    handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield RevokedList(handle, trust)
    finally:
        os.close(handle)


def write_list(
    file: Path,
    county: str,
    counter: int,
    at: datetime,
    through: int,
    numbers: Mapping[str, Why],
    key: Ed25519PrivateKey,
) -> Head:
    """Put a new list in place of what stood there. Raises OSError."""
    entries = b"".join(sorted(_sealed_entries(numbers)))
    pages = [entries[begin : begin + PAGE] for begin in range(0, len(entries), PAGE)]
    index = b"".join(page[:ENTRY] + hashlib.sha256(page).digest() for page in pages)
    head = Head(county, counter, at, through, len(entries) // ENTRY, hashlib.sha256(index).digest())
    note = sign_note(head.text(), _signer(county), key).encode()
    write_whole(file, b"".join((MAGIC, struct.pack(">I", len(note)), note, index, entries)), 0o644)
    return head


def install(fresh: Path, place: Path, trust: Trust) -> Head:
    """Take a list that came from anywhere into use, whole or not at all: what is checked is our own copy.

    Raises Older when the one in use has the same or a larger counter; Broken, Untrusted, OSError.
    """
    beside = place.with_name(place.name + BESIDE)
    os.close(written(beside, _bytes_of(fresh), 0o644))
    try:
        with open_list(beside, trust) as came:
            came.check()
            used = counter_of(place, trust)
            if used is not None and came.counter <= used:
                raise Older(f"list {came.counter} is not newer than {used}, which is in use")
            beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
    flush_folder(place.parent)
    return came.head


def counter_of(place: Path, trust: Trust) -> int | None:
    """Of the list in use; None when there is none, or none that can be read. Raises OSError."""
    try:
        with open_list(place, trust) as used:
            return used.counter
    except (Broken, Untrusted, FileNotFoundError):
        return None


def _bytes_of(file: Path) -> bytes:
    with file.open("rb") as source:
        data = source.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Broken("not a list of revoked certificates")
    return data


def _entry(number: str, why: Why) -> bytes:
    digest = hashlib.sha256(number.encode()).digest()[:ENTRY]
    return digest[:-1] + bytes([digest[-1] & 0xFE | NAMES[why]])


def _sealed_entries(numbers: Mapping[str, Why]) -> Iterable[bytes]:
    return {_entry(number, why) for number, why in numbers.items()}


def _in_page(entries: bytes, wanted: bytes) -> bool:
    least, most = 0, len(entries) // ENTRY
    while least < most:
        middle = (least + most) // 2
        if entries[middle * ENTRY : (middle + 1) * ENTRY] < wanted:
            least = middle + 1
        else:
            most = middle
    return entries[least * ENTRY : (least + 1) * ENTRY] == wanted


def _signed(note: str, trust: Trust) -> Head:
    head = _parsed(note.partition("\n\n")[0])
    if head.county != trust.county:
        raise Untrusted(f"the list is of {head.county}, not of {trust.county}")
    for public in _order_keys(trust):
        try:
            text = open_signed(note, _signer(head.county), public)
        except Broken:
            continue
        if text != head.text():
            raise Broken("the head of the list is not as we write it")
        trust.grant(Use.ORDER, key_id(public), head.time.date())
        return head
    raise Untrusted("no order key of the county signed this list")


def _parsed(text: str) -> Head:
    try:
        origin, counter, time, through, count, index = text.split("\n")
        head = Head(
            origin.removeprefix("liangzheng/revoked/"), int(counter), datetime.fromisoformat(time),
            int(through), int(count), base64.b64decode(index),
        )  # fmt: skip
    except ValueError as wrong:
        raise Broken("the head of the list is not as we write it") from wrong
    if not 0 <= head.count <= MOST_ENTRIES or head.time.tzinfo is None:
        raise Broken("the head of the list is not as we write it")
    return head


def _order_keys(trust: Trust) -> Iterator[bytes]:
    return (grant.public for grant in trust.grants if grant.use == Use.ORDER)


def _signer(county: str) -> str:
    return f"liangzheng/{county}/order"
