"""Some stops of the part `paper` in every test run: the ends of the job, a few inside it, and the plug."""

from collections.abc import Iterator

import pytest

from tests.faults import paper
from tests.faults.paper_desk import Scene


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with paper.scenes() as scene:
        yield scene


def some(length: int) -> range:
    return range(0, length + 1, length // 7)


def test_no_stop_inside_a_job_makes_a_second_original_or_leaves_a_copy_without_an_end(scene: Scene) -> None:
    found = paper.stopped(scene, some(scene.job(paper.FULL)), start="recorded")
    assert list(found) == []
    assert found.counts["reprints"] > 0
    assert found.counts["originals"] > 0


def test_no_stop_in_the_last_bytes_does_either(scene: Scene) -> None:
    length = scene.job(paper.FULL)
    assert list(paper.stopped(scene, range(length - 8, length + 1))) == []


def test_a_stop_in_the_second_part_touches_the_second_part_only(scene: Scene) -> None:
    found = paper.stopped(scene, some(scene.job(paper.MODEST))[1:4], parts=("goods", "stub"))
    assert list(found) == []
    assert found.counts["originals"] >= found.counts["stops"]


def test_a_printer_that_can_neither_tell_nor_forget_still_prints_one_original(scene: Scene) -> None:
    assert list(paper.stopped(scene, some(scene.job(paper.MODEST))[:4], paper.MODEST)) == []


def test_a_printer_that_is_plugged_in_again_prints_nothing_by_itself(scene: Scene) -> None:
    found = paper.replugged(scene, 10)
    assert (list(found), found.counts) == ([], {"replugs": 10, "extra prints": 0})
