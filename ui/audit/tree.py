"""The Merkle tree of RFC 6962 §2.1, read from left to right: whole nodes in, roots out."""

import hashlib
from collections.abc import Iterator

from ui.audit.errors import Wrong

EMPTY = hashlib.sha256(b"").digest()


def leaf(header: bytes) -> bytes:
    return hashlib.sha256(b"\0" + header).digest()


class Tree:
    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []  # (level, hash), the highest first

    def add(self, digest: bytes, level: int = 0, index: int | None = None) -> None:
        """The next leaf, or the next whole node. Raises Wrong where it does not follow."""
        if self.size % (1 << level) or index not in (None, self.size >> level) or len(digest) != 32:
            raise Wrong("tree", told=f"{level}/{index}")
        self.size += 1 << level
        while self._peaks and self._peaks[-1][0] == level:
            digest = hashlib.sha256(b"\1" + self._peaks.pop()[1] + digest).digest()
            level += 1
        self._peaks.append((level, digest))

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        digest = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            digest = hashlib.sha256(b"\1" + left + digest).digest()
        return digest


def fewest(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(level, index) of the fewest nodes over leaves `start` … `end` − 1 (from 0), from left to right."""
    while start < end:
        level = 0
        while start % (2 << level) == 0 and start + (2 << level) <= end:
            level += 1
        yield level, start >> level
        start += 1 << level
