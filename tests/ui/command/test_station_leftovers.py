"""A start with something on a tape that cannot become an entry: a safe screen, never a dark one."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.stage import bench
from ui.demo.hand import Hand

TAPE = "# after 0\ngolden 1\nprofile no-such@1\norigin captured\ncase c\nrun read_all\n> 1B B1\n< 1B C1\n"


def unreadable(state: Path) -> None:
    (state / "tapes" / "old.tape").mkdir(parents=True)


def unkept(state: Path) -> None:
    (state / "tapes").mkdir(parents=True)
    (state / "tapes" / "old.tape").write_text(TAPE)
    shutil.rmtree(state.parent / "blobs")
    (state.parent / "blobs").write_text("no folder")


@pytest.mark.parametrize("harm", [unreadable, unkept])
def test_the_screen_says_that_the_record_refused(harm: Callable[[Path], None]) -> None:
    with bench() as box:
        harm(box.box / "state")
        box.start("station")
        page = Hand(box.station_url, box.token)._ask("/")
    assert "record.refused" in page
