"""Three cuts of a real ext4 image in every test run. A machine that may not mount says so and counts nothing."""

from random import Random

import pytest

from tests.faults.book import Absent
from tests.faults.cuts import cut, lacking, units


def test_a_cut_image_keeps_what_was_promised() -> None:
    if lacking():
        with pytest.raises(Absent, match=r"root|installed|loop"):
            next(units(1, None))
        return
    found = cut(Random("smoke"), 3)
    assert list(found) == []
    assert found.counts["cuts"] == 3
