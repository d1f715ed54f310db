"""Segment files: the one form in which entries, orders and receipts lie on disk. Appends and tails; judges nothing.

A segment `<first seq, 20 digits>.seg` is MAGIC, then frames `length u32be · CRC-32 u32be · payload`, without gaps.
`through` beside them holds the last seq that its writer has made durable everywhere; readers go no further.
`torn/` keeps what a power cut left half written. Only retention rewrites a segment, and then whole and at once.

    LogError
    ├── Damaged   a frame before the end is not what was written: evidence, never repaired in place
    └── Locked    another program appends to this log
"""

import errno
import fcntl
import os
import stat
import struct
import sys
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kiosk import torn
from kiosk.durable import BESIDE, flush_folder, written

MAGIC = b"LZSEG1\n\n"
FRAME = struct.Struct(">II")
MOST_BYTES = 1024 * 1024  # of one payload; a longer claim can only be damage
SEGMENT_BYTES = 4 * 1024 * 1024
LARGEST_SEGMENT = SEGMENT_BYTES + FRAME.size + MOST_BYTES
THROUGH_BYTES = 32

Change = Callable[[int, bytes], bytes]
Spans = Collection[tuple[int, int]]  # first and last seq, both included


class LogError(Exception):
    pass


class Damaged(LogError):
    def __init__(self, file: Path, offset: int, seq: int) -> None:
        super().__init__(f"{file.name}: entry {seq} at byte {offset} is damaged")
        self.file = file
        self.offset = offset
        self.seq = seq


class Locked(LogError):
    pass


@dataclass(frozen=True, slots=True)
class End:
    """Where a log ends: behind entry `last`, at byte `end` of its last segment. What follows up to `size` is torn.

    `end` is 0 where the segment has not been begun.
    """

    file: Path
    first: int
    end: int
    last: int
    size: int


def survey(folder: Path) -> End:
    """The end of a log by its last segment. Changes nothing. Raises Damaged."""
    through, segments = Tail(folder).through, _segments(folder)
    first, file = segments[-1] if segments else (1, folder / _name(1))
    data = file.read_bytes() if segments else b""
    if _is_unbegun(data) and first > through:
        return End(file, first, 0, first - 1, len(data))
    end, last = len(MAGIC), first - 1
    for payload in _frames(file, first, data, through):
        end, last = end + FRAME.size + len(payload), last + 1
    if last < through:  # what was published had been flushed: no power cut tears it
        raise Damaged(file, end, last + 1)
    return End(file, first, end, last, len(data))


class Writer:
    """The only program that appends to `folder`; holds its lock until closed.

    Opening recovers: a torn last frame is kept aside and cut off (`torn` counts its bytes). Damage before the end
    raises Damaged and changes nothing.
    """

    def __init__(self, folder: Path, flush: Callable[[int], None] = os.fdatasync) -> None:
        self.folder = folder
        self._flush = flush
        if not folder.is_dir():
            folder.mkdir(parents=True)
            flush_folder(folder.parent)
        self._lock = _locked(folder / "lock")
        try:
            found = survey(folder)
            self._file = os.open(found.file, os.O_RDWR | os.O_CREAT, 0o640)
        except (OSError, LogError):
            os.close(self._lock)
            raise
        self._end, self.last = found.end, found.last
        try:
            self.torn = self._mended(found)
        except OSError:
            self.close()
            raise

    def append(self, payload: bytes) -> int:
        """Write the next frame and return its seq. Durable only after `flush`.

        Raises OSError when the disk refuses; the log is then as it was before.
        """
        if self._end >= SEGMENT_BYTES:
            self._next_segment()
        frame = _framed(payload)
        try:
            self._put(frame)
        except OSError:
            os.ftruncate(self._file, self._end)
            raise
        self._end += len(frame)
        self.last += 1
        return self.last

    def flush(self) -> None:
        self._flush(self._file)

    def publish(self, seq: int) -> None:
        """Tell readers that all entries up to `seq` are durable everywhere. Lost in a power cut, and written anew."""
        fresh = self.folder / "through.new"
        fresh.write_text(f"{seq}\n", encoding="ascii")
        fresh.replace(self.folder / "through")

    def rewrite(self, change: Change, spans: Spans) -> int:
        """Change the payloads in `spans`; how many segments were written anew, each whole, durable and at once.

        A reader sees the old segment or the new one. A power cut leaves whole segments undone, so that the same call
        finishes the work. What was kept of torn frames up to the last span goes. Raises Damaged, OSError.
        """
        self.flush()
        segments = _segments(self.folder)
        lasts = [first - 1 for first, _ in segments[1:]] + [self.last]
        touched = 0
        for (first, file), last in zip(segments, lasts, strict=True):
            within = [span for span in spans if span[0] <= last and span[1] >= first]
            touched += bool(within) and self._rewritten(file, first, change, within)
        torn.forget(self.folder, max((high for _, high in spans), default=0))
        return touched

    def drop_old(self, keep: int) -> None:
        """Take away all but the newest `keep` segments: of a log whose newest entries say all that the older ones said.

        What is gone is Damaged to who reads from the beginning. Raises OSError.
        """
        for _, file in _segments(self.folder)[:-keep]:
            file.unlink()

    def close(self) -> None:
        os.close(self._file)
        os.close(self._lock)

    def _put(self, frame: bytes) -> None:
        written = os.pwrite(self._file, frame, self._end)
        if written != len(frame):
            raise OSError(errno.ENOSPC, f"{written} of {len(frame)} bytes written")

    def _mended(self, found: End) -> int:
        """Keeps aside and cuts off what a power cut left behind the last whole frame; how many bytes that were."""
        for left in self.folder.glob(f"*.seg{BESIDE}"):
            left.unlink()
        lost = found.size - found.end
        if lost:
            torn.keep(found.file, found.end, found.last + 1)
            os.ftruncate(self._file, found.end)
            os.fsync(self._file)
        if not found.end:
            self._begin(self._file)
        return lost

    def _next_segment(self) -> None:
        self.flush()
        before = self._file
        file = os.open(self.folder / _name(self.last + 1), os.O_RDWR | os.O_CREAT, 0o640)
        try:
            self._begin(file)
        except OSError:
            os.close(file)
            raise
        self._file = file
        os.close(before)

    def _begin(self, file: int) -> None:
        os.pwrite(file, MAGIC, 0)
        os.fsync(file)
        flush_folder(self.folder)
        self._end = len(MAGIC)

    def _rewritten(self, file: Path, first: int, change: Change, spans: Spans) -> bool:
        old = file.read_bytes()
        fresh = bytearray(MAGIC)
        for seq, payload in enumerate(_frames(file, first, old, self.last), first):
            within = any(low <= seq <= high for low, high in spans)
            fresh += _framed(change(seq, payload) if within else payload)
        if fresh == old:
            return False
        beside = file.with_name(file.name + BESIDE)
        handle = written(beside, bytes(fresh))
        appended_to = os.path.samestat(os.fstat(self._file), file.stat())
        beside.replace(file)
        if appended_to:  # nothing may fail between the rename and this: we would append to a file without a name
            handle, self._file, self._end = self._file, handle, len(fresh)
        os.close(handle)
        flush_folder(self.folder)
        return True


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a frame stood. Its head is the proof that it still stands there: segments are rewritten by retention."""

    file: Path
    offset: int
    seq: int
    head: bytes


class Tail:
    """Reads a log that another program appends to, from any seq, without its lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._place: _Place | None = None

    @property
    def through(self) -> int:
        """Last durable seq; 0 while there is none."""
        try:
            with _plain(self.folder / "through") as told:
                return max(0, int(told.read(THROUGH_BYTES)))
        except (FileNotFoundError, ValueError):
            return 0

    def after(self, seq: int, most: int) -> list[tuple[int, bytes]]:
        """Up to `most` durable payloads that follow `seq`, each with its own seq."""
        through = self.through
        found: list[tuple[int, bytes]] = []
        while len(found) < most and seq + len(found) < through:
            found.append((seq + len(found) + 1, self.at(seq + len(found) + 1)))
        return found

    def at(self, seq: int) -> bytes:
        """Payload `seq`, also one that its writer has not told of yet. Raises Damaged where no whole frame stands.

        One handle for finding and reading: the segment may be replaced by another between the two.
        """
        first, file = next(
            ((first, file) for first, file in reversed(_segments(self.folder)) if first <= seq), (0, self.folder)
        )
        if first == 0:
            raise Damaged(self.folder, 0, seq)
        with _plain(file) as segment:
            offset = self._found(segment, file, first, seq)
            segment.seek(offset)
            head = segment.read(FRAME.size)
            payload = _read_frame(head, segment.read)
        if payload is None:
            raise Damaged(file, offset, seq)
        self._place = _Place(file, offset, seq, head)
        return payload

    def _found(self, segment: BinaryIO, file: Path, first: int, seq: int) -> int:
        """Offset of frame `seq`; cheap when it follows the last one read."""
        if os.fstat(segment.fileno()).st_size > LARGEST_SEGMENT:
            raise Damaged(file, 0, first)
        offset, at = self._known(segment, file, seq) or (len(MAGIC), first)
        while at < seq:
            segment.seek(offset)
            head = segment.read(FRAME.size)
            if len(head) < FRAME.size or not 0 < FRAME.unpack(head)[0] <= MOST_BYTES:
                raise Damaged(file, offset, at)
            offset, at = offset + FRAME.size + FRAME.unpack(head)[0], at + 1
        return offset

    def _known(self, segment: BinaryIO, file: Path, seq: int) -> tuple[int, int] | None:
        place = self._place
        if place is None or place.file != file or place.seq > seq:
            return None
        segment.seek(place.offset)
        return (place.offset, place.seq) if segment.read(FRAME.size) == place.head else None


def payloads(folder: Path, after: int = 0) -> Iterator[tuple[int, bytes]]:
    """Every whole frame that follows `after` with its seq, for verification and rebuilding. Raises Damaged.

    Segments that end before are not read.
    """
    segments = _segments(folder)
    begun = [first for first, _ in segments if first <= after + 1]
    expected = begun[-1] if begun else 1
    for first, file in segments[max(0, len(begun) - 1) :]:
        if first != expected or file.name != _name(first):
            raise Damaged(file, 0, expected)
        newest, data = first == segments[-1][0], file.read_bytes()
        through = Tail(folder).through if newest else sys.maxsize
        if _is_unbegun(data) and first > through:
            return
        for payload in _frames(file, first, data, through):
            if expected > after:
                yield expected, payload
            expected += 1


def _frames(file: Path, first: int, data: bytes, flushed: int) -> Iterator[bytes]:
    """Whole frames from the start of a segment. Up to seq `flushed` all have to be whole, or it raises Damaged.

    Behind it a power cut leaves what it likes, also whole frames after a torn one: it ends before the first that is not
    whole. What such an end cuts off, the log's other copy still has.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise Damaged(file, 0, first)
    offset, seq = len(MAGIC), first
    while offset < len(data):
        payload = _whole(data, offset)
        if payload is None:
            if seq > flushed:
                return
            raise Damaged(file, offset, seq)
        yield payload
        offset, seq = offset + FRAME.size + len(payload), seq + 1


def _whole(data: bytes, offset: int) -> bytes | None:
    body = offset + FRAME.size

    def rest(size: int) -> bytes:
        return data[body : body + size]

    return _read_frame(data[offset:body], rest)


def _read_frame(head: bytes, rest: Callable[[int], bytes]) -> bytes | None:
    if len(head) < FRAME.size:
        return None
    length, checksum = FRAME.unpack(head)
    if not 0 < length <= MOST_BYTES:
        return None
    payload = rest(length)
    return payload if len(payload) == length and zlib.crc32(payload) == checksum else None


def _framed(payload: bytes) -> bytes:
    return FRAME.pack(len(payload), zlib.crc32(payload)) + payload


def _is_unbegun(data: bytes) -> bool:
    """A power cut, or a reader who is quick, finds a new segment before its first bytes are in it."""
    return len(data) < len(MAGIC) or not data.strip(b"\0")


def _segments(folder: Path) -> list[tuple[int, Path]]:
    named = (file for file in folder.glob("*.seg") if file.stem.isascii() and file.stem.isdecimal())
    return sorted((int(file.stem), file) for file in named)


def _name(first: int) -> str:
    return f"{first:020d}.seg"


def _plain(file: Path) -> BinaryIO:
    """Open a file of another program's folder. What is not a plain file is refused: a pipe would hold us for ever."""
    handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Damaged(file, 0, 0)
    return os.fdopen(handle, "rb")


def _locked(file: Path) -> int:
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Locked(f"{file.parent}: another program is writing this log") from None
    return handle
