"""The disk of the power cuts: what a flush keeps, what a cut may leave; names and contents go their own ways."""

from pathlib import Path
from random import Random

import pytest

from tests.faults.disk import Disk, Image
from tests.faults.recorder import Step

A, B = 1_000_001, 1_000_002


def nothing(disk: Disk) -> Image:
    return disk.left(lambda _: False)


def everything(disk: Disk) -> Image:
    return disk.left(lambda _: True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "up").mkdir()
    (tmp_path / "kept").write_bytes(b"before")
    return tmp_path


def written(root: Path) -> Disk:
    disk = Disk(root)
    for step in (Step("c", A, path="up/new"), Step("w", A, 0, data=b"body")):
        disk.do(step)
    return disk


def flush(disk: Disk, inode: int) -> None:
    disk.do(Step("b", inode, 1))
    disk.do(Step("s", inode, 1))


def test_what_lay_there_stays(root: Path) -> None:
    assert nothing(Disk(root)) == {"kept": b"before"}


def test_what_was_not_flushed_may_be_gone_or_there(root: Path) -> None:
    disk = written(root)
    assert nothing(disk) == {"kept": b"before"}
    assert everything(disk) == {"kept": b"before", "up/new": b"body"}


def test_a_flush_keeps_contents_and_name(root: Path) -> None:
    disk = written(root)
    flush(disk, A)
    assert nothing(disk)["up/new"] == b"body"


def test_a_flush_does_not_cover_what_is_written_while_it_runs(root: Path) -> None:
    disk = written(root)
    disk.do(Step("b", A, 1))
    disk.do(Step("w", A, 4, data=b" and more"))
    disk.do(Step("s", A, 1))
    assert nothing(disk)["up/new"] == b"body"
    assert everything(disk)["up/new"] == b"body and more"


def test_a_flush_of_the_folder_keeps_the_name_and_not_the_contents(root: Path) -> None:
    disk = written(root)
    flush(disk, (root / "up").stat().st_ino)
    assert nothing(disk)["up/new"] == b""


def test_a_rename_may_come_before_its_contents(root: Path) -> None:
    disk = written(root)
    disk.do(Step("r", path="kept", other="up/new"))
    assert nothing(disk) == {"kept": b"before"}
    assert disk.left(lambda step: step.call in "cr") == {"kept": b""}
    flush(disk, A)
    assert nothing(disk) == {"kept": b"body"}


def test_a_flush_of_another_file_keeps_nothing(root: Path) -> None:
    disk = written(root)
    disk.do(Step("c", B, path="up/other"))
    flush(disk, B)
    assert nothing(disk) == {"kept": b"before", "up/other": b""}


def test_a_torn_write_is_torn_between_sectors(root: Path) -> None:
    disk = written(root)
    disk.do(Step("w", A, 0, data=b"x" * 2000))
    left = disk.left(lambda _: True, Random(4))["up/new"]
    sectors = {
        left[at : at + 512].strip(b"\0") in (b"", b"body", b"x" * len(left[at : at + 512])) for at in (512, 1024)
    }
    assert (len(left), sectors) == (2000, {True})


def test_a_truncation_and_a_removal_are_calls_as_any_other(root: Path) -> None:
    disk = written(root)
    disk.do(Step("t", A, 2))
    disk.do(Step("u", path="kept"))
    assert everything(disk) == {"up/new": b"bo"}
    assert nothing(disk) == {"kept": b"before"}
