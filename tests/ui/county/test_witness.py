"""The witness signs what continues what it signed, whatever became of the database; its memory outlives it."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import tree
from kiosk.checkpoint import Checkpoint, open_receipt
from kiosk.trust import Broken, Trust
from tests.support.bodies import START, County
from ui.county.witness import Contradiction, Witness

LOG = "ab" * 16
COUNTY = County()
NAME = f"liangzheng/{COUNTY.name}/witness"
HONEST = [b"first", b"second", b"third", b"fourth", b"fifth"]
OTHER = [b"first", b"another", b"third", b"fourth", b"fifth"]


def nodes(leaves: list[bytes]) -> tree.Nodes:
    """The tree of some leaves, hashed as RFC 6962 §2.1 says."""

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return tree.leaf_hash(leaves[index])
        return tree.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def witness(folder: Path) -> Witness:
    return Witness(folder / "witness", NAME, COUNTY.witness)


def signed(by: Witness, leaves: list[bytes], size: int, *, later: int = 0, says: str = "") -> str:
    head = Checkpoint(LOG, size, tree.root(size, nodes(leaves)))
    at = START + timedelta(seconds=later)
    return by.receipt(head, at, nodes(leaves), database_says=says, trust=trust())


def trust() -> Trust:
    return COUNTY.trust


def test_it_signs_a_log_that_grows(tmp_path: Path) -> None:
    sizes = [open_receipt(signed(witness(tmp_path), HONEST, size), trust()).checkpoint.size for size in (0, 1, 3, 5, 5)]
    assert sizes == [0, 1, 3, 5, 5]


@pytest.mark.parametrize("size", [3, 4, 5])
def test_it_signs_no_other_story(tmp_path: Path, size: int) -> None:
    signed(witness(tmp_path), HONEST, 3)
    with pytest.raises(Contradiction, match="first 3 entries"):
        signed(witness(tmp_path), OTHER, size)


def test_another_story_in_a_database_that_was_set_back_is_seen_when_it_is_as_long_again(tmp_path: Path) -> None:
    ours = witness(tmp_path)
    signed(ours, HONEST, 4)
    signed(ours, OTHER, 2)
    with pytest.raises(Contradiction, match="first 4 entries"):
        signed(witness(tmp_path), OTHER, 4)
    signed(ours, HONEST, 5)


def test_what_another_intake_signed_stands_in_the_database_and_binds_this_one(tmp_path: Path) -> None:
    (tmp_path / "their").mkdir()
    theirs = signed(witness(tmp_path / "their"), HONEST, 3)
    with pytest.raises(Contradiction):
        signed(witness(tmp_path), OTHER, 4, says=theirs)
    signed(witness(tmp_path), HONEST, 4, says=theirs)


@pytest.mark.parametrize("says", ["", "no receipt", "liangzheng/log/x\n1\n\n— x AAAA\n"])
def test_what_is_no_receipt_of_the_county_says_nothing(tmp_path: Path, says: str) -> None:
    assert signed(witness(tmp_path), HONEST, 2, says=says)


def test_a_lower_receipt_is_newer_even_when_the_clock_went_back(tmp_path: Path) -> None:
    """A station believes a lower receipt only when it is newer (kiosk.downward)."""
    ours = witness(tmp_path)
    high = open_receipt(signed(ours, HONEST, 5, later=3600), trust())
    low = open_receipt(signed(ours, HONEST, 2, later=10), trust())
    assert (low.checkpoint.size, low.time > high.time) == (2, True)
    again = open_receipt(signed(ours, HONEST, 5, later=20), trust())
    assert again.time == START + timedelta(seconds=20)


def test_two_intakes_on_one_folder_share_their_memory(tmp_path: Path) -> None:
    ours, theirs = witness(tmp_path), witness(tmp_path)
    signed(ours, HONEST, 2)
    signed(theirs, HONEST, 4)
    signed(ours, OTHER, 1)
    with pytest.raises(Contradiction, match="first 4 entries"):
        signed(ours, OTHER, 5)


def test_a_memory_that_cannot_be_read_stops_it(tmp_path: Path) -> None:
    signed(witness(tmp_path), HONEST, 3)
    (tmp_path / "witness" / LOG).write_text("{}")
    with pytest.raises(Broken, match="remembers"):
        signed(witness(tmp_path), HONEST, 3)


def test_it_remembers_before_it_answers(tmp_path: Path) -> None:
    """A receipt that could not be remembered is not given."""
    ours = witness(tmp_path)
    (tmp_path / "witness").rmdir()
    with pytest.raises(OSError, match="No such file"):
        signed(ours, HONEST, 3)
