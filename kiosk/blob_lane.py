"""Which blob travels next, and which of its bytes. Reads the station's blobs, deletes none; opens no network.

Oldest month first, one blob at a time, one chunk at a time: an entry never waits behind more than a chunk. A blob is
done when the county's signed word for it lies in down/kept/; until then it travels again by timer.
"""

import contextlib
import errno
import hashlib
import os
import re
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kiosk.kept_blobs import KeptBlobs
from kiosk.wire import MOST_BLOB, MOST_CHUNK, Backoff, Chunk, ChunkHead

PACKED = ".zlib"  # kiosk/blobs.py, which the uplink cannot import: it knows drivers
MONTH = re.compile("[0-9]{4}-(0[1-9]|1[0-2])")
NAME = re.compile(r"[0-9a-f]{64}(\.zlib)?")
LOOK_S = 5.0  # between two looks for new blobs when none waits
QUIET_LOOKS = 2  # a month that was kept whole so often, and has not changed since, is not looked into again
KNOWN_MOST = 512  # names of waiting blobs that are held at a time
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Blob:
    """A file `<month>/<digest>[.zlib]` as it lies."""

    file: Path
    month: str
    digest: str
    size: int

    def chunk(self, at: int, most: int) -> Chunk:
        """Raises OSError when the file is gone or another."""
        with _plain(self.file) as lies:
            data = os.pread(lies.fileno(), min(most, self.size - at), at)
        if not data:
            raise FileNotFoundError(errno.ENOENT, "shorter than it was", str(self.file))
        packed = self.file.suffix == PACKED
        return Chunk(ChunkHead(blob=self.digest, month=self.month, packed=packed, at=at, of=self.size), data)

    def chunks(self) -> Iterator[Chunk]:
        """All of them; none follows when the file goes away meanwhile."""
        with contextlib.suppress(FileNotFoundError):
            for at in range(0, self.size, MOST_CHUNK):
                yield self.chunk(at, MOST_CHUNK)

    def fits(self) -> bool:
        """Does the file hold what its name says? The county would not keep anything else."""
        return 0 < self.size <= MOST_BLOB and _digest(self.file) == self.digest


class Shelf:
    """The folder of blobs as it stands; one look holds KNOWN_MOST names at most, however many lie there."""

    def __init__(self, folder: Path, kept: KeptBlobs) -> None:
        self._folder = folder
        self._kept = kept
        self._quiet: dict[str, tuple[int, int]] = {}  # month → its last change, looks since that found all kept
        self.unfit: set[str] = set()
        self.waiting = 0

    def look(self) -> list[Blob]:
        """The next blobs that wait, oldest month first; counts them all. Raises OSError."""
        found: list[Blob] = []
        self.waiting = 0
        for month in self._months():
            with contextlib.suppress(FileNotFoundError):  # retention took the whole month
                self._look_into(month, found)
        return found

    def _look_into(self, month: str, found: list[Blob]) -> None:
        changed, before = (self._folder / month).stat().st_mtime_ns, self.waiting
        of, looks = self._quiet.get(month, (changed, 0))
        if of == changed and looks >= QUIET_LOOKS:
            return
        for blob in self.month(month):
            self.waiting += 1
            if len(found) < KNOWN_MOST:
                found.append(blob)
        self._quiet[month] = (changed, looks + 1 if of == changed and self.waiting == before else 0)

    def all(self) -> Iterator[Blob]:
        for month in self._months():
            yield from self.month(month)

    def month(self, month: str) -> Iterator[Blob]:
        with os.scandir(self._folder / month) as lying:
            for entry in lying:
                if NAME.fullmatch(entry.name) is None or not entry.is_file(follow_symlinks=False):
                    continue
                digest = entry.name.removesuffix(PACKED)
                if digest not in self._kept and digest not in self.unfit:
                    yield Blob(Path(entry.path), month, digest, entry.stat(follow_symlinks=False).st_size)

    def anew(self) -> None:
        """Every month is looked into again."""
        self._quiet.clear()

    def holds(self, digest: str) -> bool:
        names = (digest, digest + PACKED)
        try:
            return any((self._folder / month / name).exists() for month in self._months() for name in names)
        except OSError:
            return False

    def _months(self) -> list[str]:
        try:
            return sorted(lies.name for lies in self._folder.iterdir() if MONTH.fullmatch(lies.name) is not None)
        except FileNotFoundError:
            return []


class BlobLane:
    """`damaged` counts blobs that are not what their names say; they are left where they lie. `unreadable` says why the
    folder cannot be looked into: no reason for entries to wait.
    """

    def __init__(self, folder: Path, kept: KeptBlobs, backoff: Backoff) -> None:
        self.damaged = 0
        self.unreadable: OSError | None = None
        self._shelf = Shelf(folder, kept)
        self._kept = kept
        self._backoff = backoff
        self._queue: list[Blob] = []
        self._blob: Blob | None = None
        self._at = self._sending = 0
        self._message: int | None = None
        self._wait = self._look_after = 0.0  # nothing travels before; nothing is looked for before

    @property
    def waiting(self) -> int:
        return self._shelf.waiting

    def flies(self, message: int) -> bool:
        return message == self._message

    def begin(self) -> None:
        """On a new connection the chunk whose fate is unknown travels again."""
        self._message = None

    def next(self, now: float, most: int = MOST_CHUNK) -> Chunk | None:
        if self._message is not None or now < self._wait:
            return None
        self._blob = self._blob or self._fresh(now)
        if self._blob is None:
            return None
        if self._at >= self._blob.size:
            self._at = 0  # every byte went, and no word came
        try:
            chunk = self._blob.chunk(self._at, most)
        except OSError:  # retention took it
            self._blob = None
            return None
        self._sending = len(chunk.data)
        return chunk

    def sent(self, message: int) -> None:
        self._message = message

    def answered(self, message: int, accepted: bool, now: float) -> None:
        """The broker's PUBACK; when it has every byte, the county's word is waited for."""
        if message != self._message or self._blob is None:
            return
        self._message = None
        if not accepted:
            self._wait = now + self._backoff.next()
            return
        self._at += self._sending
        if self._at >= self._blob.size:
            self._wait = now + self._backoff.next()

    def heard(self, note: bytes) -> None:
        """The county's word for a blob. Only one that lies here and has no word yet is kept. Raises SealError."""
        digest = self._kept.judged(note)
        if digest not in self._kept and self._shelf.holds(digest):
            self._kept.add(digest, note)
            self._shelf.waiting = max(0, self._shelf.waiting - 1)
        if self._blob is not None and self._blob.digest == digest:
            self._blob, self._at, self._message, self._wait = None, 0, None, 0.0
            self._backoff.reset()

    def void(self, receipt: bytes) -> None:
        """The county was restored: every blob is offered again; one that is there is answered at its first chunk."""
        self._kept.void(receipt)
        self._shelf.anew()
        self._queue, self._blob, self._at, self._message = [], None, 0, None
        self._wait = self._look_after = 0.0

    def all(self) -> Iterator[Blob]:
        """Every blob that waits and is what its name says."""
        return (blob for blob in self._shelf.all() if self._fits(blob))

    def _fresh(self, now: float) -> Blob | None:
        """The next that waits; None also when it turns out damaged: each costs a reading of the whole file."""
        if not self._queue and now >= self._look_after:
            try:
                self._queue, self.unreadable = self._shelf.look()[::-1], None
            except OSError as wrong:
                self.unreadable = wrong
            self._look_after = now if len(self._queue) == KNOWN_MOST else now + LOOK_S
        self._at = 0
        blob = self._queue.pop() if self._queue else None
        return blob if blob is not None and blob.digest not in self._kept and self._fits(blob) else None

    def _fits(self, blob: Blob) -> bool:
        try:
            fits = blob.fits()
        except FileNotFoundError:
            return False
        except (OSError, zlib.error):
            fits = False
        if not fits:
            self.damaged += 1
            self._shelf.unfit.add(blob.digest)
        return fits


def _digest(file: Path) -> str:
    """SHA-256 of what a file holds, before deflating. Raises zlib.error."""
    found, opened = hashlib.sha256(), zlib.decompressobj() if file.suffix == PACKED else None
    with _plain(file) as lies:
        while piece := lies.read(PIECE):
            while piece:
                found.update(opened.decompress(piece, PIECE) if opened else piece)
                piece = opened.unconsumed_tail if opened else b""
    if opened is not None and (not opened.eof or opened.unused_data):
        raise zlib.error("cut off")
    return found.hexdigest()


def _plain(file: Path) -> BinaryIO:
    """What is not a plain file is refused: a pipe would hold us for ever, a link lead elsewhere. Raises OSError."""
    handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise FileNotFoundError(errno.ENOENT, "not a plain file", str(file))
    return os.fdopen(handle, "rb")
