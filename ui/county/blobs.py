"""Raw captures and photographs of the stations: chunks are gathered, checked against their hash, and kept for good.

A blob that is whole lies as kiosk.blobs keeps it: `<month>/<sha256>`, deflated with `.zlib` behind it. Until then it
grows in `.part/<station>/`, byte by byte from its start: a chunk that is ahead is not taken, and comes again. What has
other bytes than those of its hash is dropped, and sent again by the station's timer. Several intakes may share the
folder: a station's unfinished blobs belong to whoever holds `.part/<station>.lock`.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from drivers.errors import FrameError
from kiosk.blobs import PACKED, read
from kiosk.durable import flush_folder
from kiosk.wire import MOST_BLOB, Chunk, ChunkHead
from ui.county.unfit import Unfit

PARTS = ".part"
MOST_PARTS = 8  # unfinished blobs of one station
MOST_PART_BYTES = 2 * MOST_BLOB


@dataclass(frozen=True, slots=True)
class Part:
    file: Path
    size: int
    touched: int  # nanoseconds


class Blobs:
    """The county's blobs in `folder`. Raises OSError when the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, blob: str) -> bool:
        return any(any(self._folder.glob(f"[0-9]*/{name}")) for name in (blob, blob + PACKED))

    def take(self, station: str, chunk: Chunk) -> bool:
        """True when the whole blob is kept, durably. Raises Unfit when its bytes are not those of its hash."""
        head = chunk.head
        with self._sole(station):
            if self.has(head.blob):
                return True
            part = self._folder / PARTS / station / _name(head)
            if not self._append(part, chunk):
                return False
            return self._keep(part, head)

    def unfinished(self, station: str) -> list[Part]:
        """Oldest first."""
        found = []
        for file in (self._folder / PARTS / station).glob("*"):
            state = file.stat()
            found.append(Part(file, state.st_size, state.st_mtime_ns))
        return sorted(found, key=lambda part: (part.touched, part.file.name))

    @contextmanager
    def _sole(self, station: str) -> Iterator[None]:
        """Nobody else touches what this station's blobs grow in: not this program, nor another one."""
        parts = self._folder / PARTS
        parts.mkdir(parents=True, exist_ok=True)
        with (parts / f"{station}.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _append(self, part: Path, chunk: Chunk) -> bool:
        """Put the chunk at the end of what is there, if it belongs there; True when nothing is missing any more."""
        known = part.stat().st_size if part.exists() else 0
        fresh = chunk.data[max(0, known - chunk.head.at) :] if chunk.head.at <= known else b""
        if fresh:
            self._make_room(part, len(fresh))
            with part.open("ab") as out:
                out.write(fresh)
        return known + len(fresh) >= chunk.head.of

    def _make_room(self, part: Path, coming: int) -> None:
        """A station's unfinished blobs have a bound; the oldest goes first, and will be sent again."""
        part.parent.mkdir(parents=True, exist_ok=True)
        others = [other for other in self.unfinished(part.parent.name) if other.file != part]
        coming += part.stat().st_size if part.exists() else 0
        while others and (len(others) >= MOST_PARTS or sum(other.size for other in others) + coming > MOST_PART_BYTES):
            others.pop(0).file.unlink()

    def _keep(self, part: Path, head: ChunkHead) -> bool:
        home = self._folder / head.month
        try:
            read(part)
        except FrameError as wrong:
            part.unlink()
            raise Unfit("blob_bytes", blob=head.blob) from wrong
        with part.open("rb") as whole:
            os.fsync(whole.fileno())
        home.mkdir(exist_ok=True)
        part.replace(home / part.name)
        for touched in (home, self._folder, self._folder.parent):
            flush_folder(touched)
        return True


def _name(head: ChunkHead) -> str:
    return head.blob + PACKED if head.packed else head.blob
