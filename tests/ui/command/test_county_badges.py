"""`liangzheng county badges`: sheets of badges; a new number is told to stations, a good one stays."""

from pathlib import Path

import pytest

from kiosk.contract import read
from kiosk.rules.messages import Staff, StaffPut
from kiosk.rules.scan.tags import Tag, parse_tag, tag_number
from tests.support.broker import county_config
from tests.support.typed import run
from ui.command import county
from ui.command.county_badges import numbered
from ui.county.office import init_county
from ui.county.orders import Orders

GOOD = tag_number(Tag.BADGE, b"badge")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = county_config(tmp_path / "county")
    init_county(config, county.today())
    return config.folder


def types(*typed: object) -> int:
    return run(county.add, ("county", *typed))


def staff(folder: Path, *more: object) -> int:
    return types("order", "staff", folder, *more)


def given(folder: Path) -> list[Staff]:
    bodies = [read(payload).order for payload in Orders(folder).after("all", 0)]
    return [person for body in bodies if isinstance(body, StaffPut) for person in body.staff]


def test_who_has_no_number_gets_one(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    staff(folder, "--id", "w1", "--name", "Wang", "--role", "clerk", "--badge", GOOD)
    staff(folder, "--id", "w2", "--name", "Li", "--role", "inspector", "--until", "2030-01-01")
    assert types("badges", folder, "--out", tmp_path / "badges.pdf") == 0
    assert "1 new badge numbers" in capsys.readouterr().err
    (*_, fresh) = given(folder)
    assert parse_tag(fresh.badge, Tag.BADGE) == fresh.badge
    assert fresh == Staff("w2", "Li", ("inspector",), fresh.badge, "", "2030-01-01")
    assert types("badges", folder, "w2", "--out", tmp_path / "again.png") == 0
    assert len(given(folder)) == 3
    assert (tmp_path / "badges.pdf").exists()
    assert (tmp_path / "again.png").exists()


def test_nobody_is_made_up(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert types("badges", folder, "--out", tmp_path / "b.png") == 1
    staff(folder, "--id", "w1", "--name", "Wang", "--role", "clerk")
    assert types("badges", folder, "w9", "--out", tmp_path / "b.png") == 1
    assert "w9" in capsys.readouterr().err
    assert not (tmp_path / "b.png").exists()


def test_what_cannot_be_drawn_opens_nothing(folder: Path, tmp_path: Path) -> None:
    staff(folder, "--id", "w1", "--name", "Wang \U0001f600", "--role", "clerk")
    assert types("badges", folder, "--out", tmp_path / "b.png") == 1
    assert len(given(folder)) == 1


def test_no_number_is_given_twice() -> None:
    drawn = iter([b"badge", b"badge", b"other", b"third"])
    people = [Staff("w1", "Wang", ()), Staff("w2", "Li", (), "B1")]
    fresh = numbered(people, {GOOD}, lambda _: next(drawn))
    assert [one.badge for one in fresh] == [tag_number(Tag.BADGE, b"other"), tag_number(Tag.BADGE, b"third")]
