"""RFC 6962 trees against vectors that others published and against a second, naive computation."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import tree

# Leaves and roots of the test vectors in RFC 6962 implementations (google/certificate-transparency, merkletree tests).
LEAVES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Grown:
    def __init__(self, leaves: list[bytes]) -> None:
        self.hashes: dict[tuple[int, int], bytes] = {}
        for size, leaf in enumerate(leaves):
            for level, index, digest in tree.added(size, tree.leaf_hash(leaf), self.node):
                self.hashes[level, index] = digest

    def node(self, level: int, index: int) -> bytes:
        return self.hashes[level, index]


def naive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    assert tree.root(size, Grown(LEAVES[:size]).node).hex() == ROOTS[size - 1]


def test_empty_root() -> None:
    assert tree.root(0, Grown([]).node) == naive_root([])


@given(st.integers(1, 70), st.data())
def test_proofs_hold_and_no_other_leaf_passes(size: int, data: st.DataObject) -> None:
    leaves = [bytes([number]) for number in range(size)]
    grown = Grown(leaves)
    root = tree.root(size, grown.node)
    assert root == naive_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(index, size, grown.node)
    tree.verify_inclusion(tree.leaf_hash(leaves[index]), index, size, proof, root)
    with pytest.raises(tree.TreeError):
        tree.verify_inclusion(tree.leaf_hash(b"another"), index, size, proof, root)
    if proof:
        with pytest.raises(tree.TreeError):
            tree.verify_inclusion(tree.leaf_hash(leaves[index]), index, size, proof[:-1], root)


@given(st.integers(1, 60), st.data())
def test_a_longer_tree_proves_that_it_extends_the_shorter(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    grown = Grown([bytes([number]) for number in range(size)])
    was, now = tree.root(old, grown.node), tree.root(size, grown.node)
    proof = tree.consistency_proof(old, size, grown.node)
    tree.verify_consistency(old, size, proof, was, now)
    if old < size:
        with pytest.raises(tree.TreeError):
            tree.verify_consistency(old, size, proof, hashlib.sha256(was).digest(), now)
