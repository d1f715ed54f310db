"""Trees, proofs, checkpoints and receipts under the Go project's own code: the same bytes, and the same judgement."""

import base64
import hashlib
from datetime import UTC, datetime
from random import Random

import pytest

from kiosk import tree
from kiosk.checkpoint import Checkpoint, Receipt, countersigned, open_checkpoint, open_receipt, sign_checkpoint
from kiosk.checkpoint import open_countersigned as open_both
from kiosk.trust import SealError, public_bytes
from tests.oracles.judges import Judge
from tests.support.bodies import START, County, a_key

MOST = 300
COUNTY = County()
BOX = COUNTY.enrol("gasa")
NAME, WITNESS = f"liangzheng/{COUNTY.name}/gasa", f"liangzheng/{COUNTY.name}/witness"
HEADERS = [b'{"seq":%d}' % seq for seq in range(1, MOST + 1)]


class Grown:
    """A tree of ours over HEADERS."""

    def __init__(self) -> None:
        self.leaves = [tree.leaf_hash(header) for header in HEADERS]
        self._hashes: dict[tuple[int, int], bytes] = {}
        for size, leaf in enumerate(self.leaves):
            for level, index, digest in tree.added(size, leaf, self.node):
                self._hashes[level, index] = digest

    def node(self, level: int, index: int) -> bytes:
        return self._hashes[level, index]

    def root(self, size: int) -> bytes:
        return tree.root(size, self.node)


GROWN = Grown()


def written(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def told(hashes: list[str] | None) -> list[bytes]:
    return [base64.b64decode(one) for one in hashes or ()]


def signer(name: str, public: bytes) -> str:
    """A verifier key as golang.org/x/mod/sumdb/note reads it."""
    keyed = b"\x01" + public
    stamp = hashlib.sha256(name.encode() + b"\n" + keyed).digest()[:4]
    return f"{name}+{stamp.hex()}+{written(keyed)}"


def judged(note: Judge, text: str, **keys: object) -> tuple[int, int]:
    """How many signature lines hold, and how many are by keys that were not given; none when it is refused."""
    said = note.asked(kind="note", note=text, **keys)
    return (0, 0) if said["refused"] else (said["lines"], said["strange"])


def test_roots_of_every_size_are_the_same(note: Judge) -> None:
    said = note.asked(kind="roots", leaves=[written(leaf) for leaf in GROWN.leaves])
    assert told(said["hashes"]) == [GROWN.root(size) for size in range(1, MOST + 1)]


def test_every_inclusion_proof_is_taken(note: Judge) -> None:
    draw = Random(1)
    for size in range(1, MOST + 1):
        for index in {0, size - 1, draw.randrange(size)}:
            proof = tree.inclusion_proof(index, size, GROWN.node)
            assert included(note, index, size, proof, GROWN.leaves[index], GROWN.root(size)) == ""


def test_every_consistency_proof_is_taken(note: Judge) -> None:
    draw = Random(2)
    for size in range(1, MOST + 1):
        for old in {1, size, draw.randint(1, size), draw.randint(1, size)}:
            proof = tree.consistency_proof(old, size, GROWN.node)
            assert extended(note, old, size, proof, GROWN.root(old), GROWN.root(size)) == ""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 100, 255, 256, 257, 300])
def test_their_proofs_are_ours(note: Judge, size: int) -> None:
    leaves, draw = [written(leaf) for leaf in GROWN.leaves[:size]], Random(size)
    for index in {0, size - 1, draw.randrange(size)}:
        theirs = told(note.asked(kind="include", leaves=leaves, index=index, size=size)["hashes"])
        assert theirs == tree.inclusion_proof(index, size, GROWN.node)
        tree.verify_inclusion(GROWN.leaves[index], index, size, theirs, GROWN.root(size))
    for old in {1, size, draw.randint(1, size)}:
        theirs = told(note.asked(kind="extend", leaves=leaves, old=old, size=size)["hashes"])
        assert theirs == tree.consistency_proof(old, size, GROWN.node)
        tree.verify_consistency(old, size, theirs, GROWN.root(old), GROWN.root(size))


def test_a_wrong_proof_is_refused_by_both(note: Judge) -> None:
    draw, tried = Random(3), 0
    for _ in range(600):
        size = draw.randint(2, MOST)
        old, index = draw.randint(1, size - 1), draw.randrange(size)
        path, steps = (
            tree.inclusion_proof(index, size, GROWN.node),
            tree.consistency_proof(old, size, GROWN.node),
        )
        leaf, was, now = GROWN.leaves[index], GROWN.root(old), GROWN.root(size)
        wrong_path, wrong_steps = worse(draw, path), worse(draw, steps)
        other = draw.choice([at for at in range(size) if at != index])
        for at, proof in ((index, wrong_path), (other, path)):
            assert included(note, at, size, proof, leaf, now) != ""
            with pytest.raises(tree.TreeError):
                tree.verify_inclusion(leaf, at, size, proof, now)
            tried += 1
        for first, proof, begun in ((old, wrong_steps, was), (old, steps, now)):
            assert extended(note, first, size, proof, begun, now) != ""
            with pytest.raises(tree.TreeError):
                tree.verify_consistency(first, size, proof, begun, now)
            tried += 1
    assert tried == 2400


def worse(draw: Random, proof: list[bytes]) -> list[bytes]:
    """Another proof: one hash is changed, dropped, doubled, added or moved."""
    wrong, at = list(proof), draw.randrange(len(proof))
    match draw.randrange(5):
        case 0:
            wrong[at] = hashlib.sha256(wrong[at]).digest()
        case 1:
            del wrong[at]
        case 2:
            wrong.insert(at, wrong[at])
        case 3:
            wrong.append(bytes(32))
        case _:
            wrong[at] = bytes([wrong[at][0] ^ 1]) + wrong[at][1:]
    return wrong


def included(note: Judge, index: int, size: int, proof: list[bytes], leaf: bytes, root: bytes) -> str:
    hashes = [written(one) for one in proof]
    said = note.asked(kind="inclusion", index=index, size=size, proof=hashes, leaf=written(leaf), root=written(root))
    return str(said["refused"])


def extended(note: Judge, old: int, size: int, proof: list[bytes], was: bytes, now: bytes) -> str:
    hashes = [written(one) for one in proof]
    roots = {"oldroot": written(was), "root": written(now)}
    return str(note.asked(kind="consistency", old=old, size=size, proof=hashes, **roots)["refused"])


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 2**31, 2**53])
def test_a_checkpoint_is_a_signed_note(note: Judge, size: int) -> None:
    checkpoint = Checkpoint(BOX.log, size, hashlib.sha256(b"%d" % size).digest())
    text = sign_checkpoint(checkpoint, NAME, BOX.key)
    assert judged(note, text, signers=[signer(NAME, public_bytes(BOX.key))]) == (1, 0)
    assert open_checkpoint(text, NAME, public_bytes(BOX.key)) == checkpoint
    assert judged(note, text, signers=[signer(NAME, public_bytes(a_key("a stranger")))]) == (0, 0)
    assert judged(note, text, signers=[signer("liangzheng/530427/other", public_bytes(BOX.key))]) == (0, 0)


@pytest.mark.parametrize("size", [0, 1, 300, 2**53])
@pytest.mark.parametrize("at", [START, datetime(2026, 6, 1, tzinfo=UTC), datetime(2035, 12, 31, 23, 59, tzinfo=UTC)])
def test_a_receipt_is_a_cosignature(note: Judge, size: int, at: datetime) -> None:
    text = COUNTY.receipt(BOX.log, size, bytes(range(32)), at)
    witness = {"name": WITNESS, "key": written(public_bytes(COUNTY.witness))}
    assert judged(note, text, **witness) == (1, 0)
    assert open_receipt(text, COUNTY.trust).checkpoint == Checkpoint(BOX.log, size, bytes(range(32)))
    assert judged(note, text, name=WITNESS, key=written(public_bytes(BOX.key))) == (0, 0)


def test_a_receipt_that_both_have_signed_has_two_lines(note: Judge) -> None:
    text = both()
    witness = {"name": WITNESS, "key": written(public_bytes(COUNTY.witness))}
    assert judged(note, text, signers=[signer(NAME, public_bytes(BOX.key))], **witness) == (2, 0)
    assert judged(note, text, **witness) == (1, 1)
    assert open_both(text, NAME, public_bytes(BOX.key), COUNTY.trust).note == text


def test_what_go_refuses_we_refuse(note: Judge) -> None:
    """Any one byte of a note that both have signed, changed: we are never more lenient than they are."""
    text, draw = both().encode(), Random(4)
    keys = {
        "signers": [signer(NAME, public_bytes(BOX.key))],
        "name": WITNESS,
        "key": written(public_bytes(COUNTY.witness)),
    }
    taken = 0
    for at in range(len(text)):
        hurt = bytearray(text)
        hurt[at] ^= 1 << draw.randrange(7)
        wrong = hurt.decode("utf-8", "replace")
        theirs, mine = judged(note, wrong, **keys) == (2, 0), opened(wrong)
        assert mine <= theirs, wrong
        taken += mine
    assert taken == 0


def both() -> str:
    checkpoint = Checkpoint(BOX.log, 300, GROWN.root(300))
    receipt = open_receipt(COUNTY.receipt(BOX.log, 300, GROWN.root(300)), COUNTY.trust)
    assert receipt.checkpoint == checkpoint
    return countersigned(Receipt(checkpoint, receipt.time, receipt.note), NAME, BOX.key)


def opened(note: str) -> bool:
    try:
        open_both(note, NAME, public_bytes(BOX.key), COUNTY.trust)
    except SealError:
        return False
    return True
