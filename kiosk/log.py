"""Segment files: the one form in which entries, orders and receipts lie on disk. Appends and tails; judges nothing.

A segment `<first seq, 20 digits>.seg` is MAGIC, then frames `length u32be · CRC-32 u32be · payload`, without gaps.
`through` beside them holds the last seq that its writer has made durable everywhere; readers go no further.

    LogError
    ├── Damaged   a frame before the end is not what was written: evidence, never repaired in place
    └── Locked    another program appends to this log
"""

import errno
import fcntl
import os
import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

MAGIC = b"LZSEG1\n\n"
FRAME = struct.Struct(">II")
MOST_BYTES = 1024 * 1024  # of one payload; a longer claim can only be damage
SEGMENT_BYTES = 4 * 1024 * 1024
LARGEST_SEGMENT = SEGMENT_BYTES + FRAME.size + MOST_BYTES
THROUGH_BYTES = 32


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


class Writer:
    """The only program that appends to `folder`; holds its lock until closed.

    Opening recovers: a torn last frame is cut off (`torn` counts its bytes), damage before the end raises Damaged.
    """

    def __init__(self, folder: Path, flush: Callable[[int], None] = os.fdatasync) -> None:
        self.folder = folder
        self.torn = 0
        self._flush = flush
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(folder / "lock")
        segments = _segments(folder)
        first, file = segments[-1] if segments else (1, folder / _name(1))
        self._file = os.open(file, os.O_RDWR | os.O_CREAT, 0o640)
        try:
            self._end, self.last = self._recover(file, first)
        except (OSError, LogError):
            self.close()
            raise

    def append(self, payload: bytes) -> int:
        """Write the next frame and return its seq. Durable only after `flush`.

        Raises OSError when the disk refuses; the log is then as it was before.
        """
        if self._end >= SEGMENT_BYTES:
            self._next_segment()
        frame = FRAME.pack(len(payload), zlib.crc32(payload)) + payload
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

    def close(self) -> None:
        os.close(self._file)
        os.close(self._lock)

    def _put(self, frame: bytes) -> None:
        written = os.pwrite(self._file, frame, self._end)
        if written != len(frame):
            raise OSError(errno.ENOSPC, f"{written} of {len(frame)} bytes written")

    def _recover(self, file: Path, first: int) -> tuple[int, int]:
        """End of the last whole frame and its seq; cuts off what a power cut left behind it."""
        size, through = os.fstat(self._file).st_size, Tail(self.folder).through
        if size < len(MAGIC) and first > through:  # a segment that was just begun
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, MAGIC, 0)
            os.fsync(self._file)
            _flush_folder(self.folder)
            return len(MAGIC), first - 1
        end, last = len(MAGIC), first - 1
        for payload in _frames(file, first):
            end, last = end + FRAME.size + len(payload), last + 1
        if last < through:  # what was published had been flushed: no power cut tears it
            raise Damaged(file, end, last + 1)
        self.torn = size - end
        if self.torn:
            os.ftruncate(self._file, end)
            os.fsync(self._file)
        return end, last

    def _next_segment(self) -> None:
        self.flush()
        file = os.open(self.folder / _name(self.last + 1), os.O_RDWR | os.O_CREAT, 0o640)
        os.pwrite(file, MAGIC, 0)
        os.fsync(file)
        _flush_folder(self.folder)
        os.close(self._file)
        self._file, self._end = file, len(MAGIC)


class Tail:
    """Reads a log that another program appends to, from any seq, without its lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._place: tuple[Path, int, int] | None = None  # segment, offset, seq of the frame there

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
            found.append((seq + len(found) + 1, self._frame(seq + len(found) + 1)))
        return found

    def _frame(self, seq: int) -> bytes:
        file, offset = self._find(seq)
        with _plain(file) as segment:
            segment.seek(offset)
            payload = _read_frame(segment.read(FRAME.size), segment.read)
        if payload is None:
            raise Damaged(file, offset, seq)
        self._place = (file, offset + FRAME.size + len(payload), seq + 1)
        return payload

    def _find(self, seq: int) -> tuple[Path, int]:
        """Segment and offset of frame `seq`; cheap when it follows the last one read."""
        first, file = next(
            ((first, file) for first, file in reversed(_segments(self.folder)) if first <= seq), (0, self.folder)
        )
        if first == 0:
            raise Damaged(self.folder, 0, seq)
        if self._place is not None and self._place[0] == file and self._place[2] <= seq:
            _, offset, at = self._place
        else:
            offset, at = len(MAGIC), first
        with _plain(file) as segment:
            if os.fstat(segment.fileno()).st_size > LARGEST_SEGMENT:
                raise Damaged(file, offset, at)
            while at < seq:
                segment.seek(offset)
                head = segment.read(FRAME.size)
                if len(head) < FRAME.size or not 0 < FRAME.unpack(head)[0] <= MOST_BYTES:
                    raise Damaged(file, offset, at)
                offset, at = offset + FRAME.size + FRAME.unpack(head)[0], at + 1
        return file, offset


def payloads(folder: Path, after: int = 0) -> Iterator[tuple[int, bytes]]:
    """Every whole frame that follows `after` with its seq, for verification and rebuilding. Raises Damaged.

    Segments that end before are not read.
    """
    segments = _segments(folder)
    begun = [first for first, _ in segments if first <= after + 1]
    expected = begun[-1] if begun else 1
    for first, file in segments[max(0, len(begun) - 1) :]:
        if first != expected:
            raise Damaged(file, 0, expected)
        for payload in _frames(file, first):
            if expected > after:
                yield expected, payload
            expected += 1


def _frames(file: Path, first: int) -> Iterator[bytes]:
    """Whole frames from the start of a segment; stops at a torn tail, raises Damaged for anything else."""
    data = file.read_bytes()
    if data[: len(MAGIC)] != MAGIC:
        raise Damaged(file, 0, first)
    offset, seq = len(MAGIC), first
    while offset < len(data):
        payload = _whole(data, offset)
        if payload is None:
            if _is_torn(data, offset):
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


def _is_torn(data: bytes, offset: int) -> bool:
    """A power cut leaves a last frame that is short, half written or zeros; anything readable behind it is damage."""
    if not data[offset:].strip(b"\0"):
        return True
    head = data[offset : offset + FRAME.size]
    if len(head) < FRAME.size:
        return True
    length: int = FRAME.unpack(head)[0]
    return length <= MOST_BYTES and offset + FRAME.size + length >= len(data)


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


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _locked(file: Path) -> int:
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Locked(f"{file.parent}: another program is writing this log") from None
    return handle
