"""A few worn papers of each size in every test run; the count is tests/faults/run.py's."""

from random import Random

import numpy as np
import pytest

from kiosk.paper.certificate import SIZES, Size, load_press
from tests.faults import worn
from tests.kiosk.paper.conftest import FACE
from tests.support.certificates import suited


@pytest.mark.parametrize("size", SIZES)
def test_worn_papers_are_read_by_both(size: Size) -> None:
    found = worn.tried(7, size, 3)
    assert found.counts[f"{size} read by both together"] == 3
    assert sum(found.counts.values()) >= 4 * 3 - 1


def test_the_model_wears_the_paper_down_and_says_the_same_for_the_same_numbers() -> None:
    press = load_press("80mm")
    paper = press.draw(suited(press, FACE))
    fresh = np.asarray(worn.around_the_code(paper).convert("L"))
    one, again = (worn.photographed(press, paper, Random(3)) for _ in range(2))
    other = worn.photographed(press, paper, Random(4))
    assert bytes(one) == bytes(again) != bytes(other)
    photo = np.asarray(one)
    assert np.percentile(photo, 99) - np.percentile(photo, 1) < 0.85 * (float(fresh.max()) - float(fresh.min()))
