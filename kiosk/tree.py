"""The Merkle tree over a log's headers (RFC 6962 §2.1). Hashes in, hashes and proofs out; nothing is kept here.

A node is (level, index): level 0 are leaves; node (k, i) covers leaves i·2^k … (i+1)·2^k − 1 and exists once they do.
"""

import hashlib
from collections.abc import Callable

Nodes = Callable[[int, int], bytes]
EMPTY_ROOT = hashlib.sha256(b"").digest()


class TreeError(Exception):
    """A proof does not lead to the root that it was given for."""


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def added(size: int, leaf: bytes, nodes: Nodes) -> list[tuple[int, int, bytes]]:
    """Nodes that become complete when `leaf` (a leaf hash) follows `size` leaves: the leaf first, then its parents."""
    fresh = [(0, size, leaf)]
    level, index, digest = 0, size, leaf
    while index % 2 == 1:
        digest = node_hash(nodes(level, index - 1), digest)
        level, index = level + 1, index // 2
        fresh.append((level, index, digest))
    return fresh


def cover(start: int, end: int) -> list[tuple[int, int]]:
    """The fewest nodes that hold leaves `start` … `end` − 1, from left to right."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        found.append((level, start >> level))
        start += 1 << level
    return found


class Growing:
    """A tree that is read from left to right, node by node, and knows the root of what it has seen."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, digest: bytes, level: int = 0, index: int | None = None) -> None:
        """The next leaf, or the next whole node with its index. Raises TreeError when it does not follow."""
        if self.size % (1 << level) or index not in (None, self.size >> level):
            raise TreeError(f"node {level}/{index} does not follow {self.size} leaves")
        self.size += 1 << level
        while self._peaks and self._peaks[-1][0] == level:
            digest = node_hash(self._peaks.pop()[1], digest)
            level += 1
        self._peaks.append((level, digest))

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY_ROOT
        digest = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            digest = node_hash(left, digest)
        return digest


def root(size: int, nodes: Nodes) -> bytes:
    """Root of the first `size` leaves."""
    return _range_hash(0, size, nodes) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """RFC 6962 §2.1.1: the audit path of leaf `index` in the tree of the first `size` leaves."""
    return _path(index, 0, size, nodes)


def consistency_proof(old: int, size: int, nodes: Nodes) -> list[bytes]:
    """RFC 6962 §2.1.2: proof that the tree of `size` leaves extends the tree of `old` leaves."""
    return _subproof(old, 0, size, True, nodes) if 0 < old < size else []


def verify_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes], expected: bytes) -> None:
    """RFC 9162 §2.1.3.2, which RFC 6962 trees share. Raises TreeError."""
    if index >= size:
        raise TreeError(f"leaf {index} is not in a tree of {size}")
    position, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise TreeError("proof is too long")
        if position % 2 == 1 or position == last:
            digest = node_hash(sibling, digest)
            while position % 2 == 0 and position != 0:
                position, last = position >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        position, last = position >> 1, last >> 1
    if last != 0 or digest != expected:
        raise TreeError("proof does not lead to the root")


def verify_consistency(old: int, size: int, proof: list[bytes], old_root: bytes, new_root: bytes) -> None:
    """RFC 9162 §2.1.4.2. Raises TreeError."""
    if old == size:
        if proof or old_root != new_root:
            raise TreeError("two trees of one size differ")
        return
    if not 0 < old < size or not proof:
        raise TreeError(f"no proof leads from {old} to {size}")
    path = [old_root, *proof] if old & (old - 1) == 0 else proof
    position, last = old - 1, size - 1
    while position % 2 == 1:
        position, last = position >> 1, last >> 1
    was = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise TreeError("proof is too long")
        if position % 2 == 1 or position == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while position % 2 == 0 and position != 0:
                position, last = position >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        position, last = position >> 1, last >> 1
    if was != old_root or now != new_root or last != 0:
        raise TreeError("proof does not join the two roots")


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (≥ 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_hash(start: int, size: int, nodes: Nodes) -> bytes:
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return nodes(level, start >> level)
    left = _split(size)
    return node_hash(_range_hash(start, left, nodes), _range_hash(start + left, size - left, nodes))


def _path(index: int, start: int, size: int, nodes: Nodes) -> list[bytes]:
    if size == 1:
        return []
    left = _split(size)
    if index < left:
        return [*_path(index, start, left, nodes), _range_hash(start + left, size - left, nodes)]
    return [*_path(index - left, start + left, size - left, nodes), _range_hash(start, left, nodes)]


def _subproof(old: int, start: int, size: int, whole: bool, nodes: Nodes) -> list[bytes]:
    if old == size:
        return [] if whole else [_range_hash(start, size, nodes)]
    left = _split(size)
    if old <= left:
        return [*_subproof(old, start, left, whole, nodes), _range_hash(start + left, size - left, nodes)]
    return [*_subproof(old - left, start + left, size - left, False, nodes), _range_hash(start, left, nodes)]
