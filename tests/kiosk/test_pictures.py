"""A still for the record: kept before it is named, and nothing where the camera sees nothing."""

from pathlib import Path

import pytest

from kiosk import blobs
from kiosk.pictures import RESTS, WAITS, Pictures
from kiosk.record import Unwritable


def test_a_picture_is_kept_as_it_came(tmp_path: Path) -> None:
    asked: list[float] = []

    def still(within: float) -> bytes:
        asked.append(within)
        return b"\xff\xd8whole"

    digest = Pictures(still, tmp_path, lambda: "2026-03").take()
    assert blobs.find(tmp_path, digest) == b"\xff\xd8whole"
    assert (tmp_path / "2026-03" / digest).is_file()
    assert asked == [WAITS]
    assert WAITS <= 1.0  # nobody's turn stands still longer


def test_without_a_picture_nothing_is_named(tmp_path: Path) -> None:
    assert Pictures(lambda _: b"", tmp_path, lambda: "2026-03").take() == ""
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_is_a_refusal_of_the_record(tmp_path: Path) -> None:
    (tmp_path / "2026-03").write_text("not a folder")
    with pytest.raises(Unwritable):
        Pictures(lambda _: b"picture", tmp_path, lambda: "2026-03").take()


def test_who_missed_one_picture_does_not_wait_for_the_next_at_once(tmp_path: Path) -> None:
    asked: list[float] = []
    now = [7.0]

    def still(_: float) -> bytes:
        asked.append(now[0])
        return b"" if len(asked) == 1 else b"picture"

    pictures = Pictures(still, tmp_path, lambda: "2026-03", lambda: now[0])
    assert (pictures.take(), pictures.take(), len(asked)) == ("", "", 1)
    now[0] += RESTS
    assert pictures.take()
    assert pictures.take()
    assert len(asked) == 3
