"""`liangzheng record retire --dry-run`: how many would go, how many stay and why. Nothing is changed."""

from pathlib import Path

import pytest

from tests.faults.aged import NOW, House
from tests.support.bodies import a_test
from tests.support.typed import run
from ui.command import record


def call(*typed: object, language: str = "en") -> int:
    return run(record.add, ("record", *typed), language)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Two old entries with a receipt and one without; the box's own clock stands in 2026 or later."""
    made = House(tmp_path)
    for _ in range(2):
        made.record.append(a_test())
    made.exchange()
    made.record.append(a_test())
    made.time = NOW
    made.record.close()
    return made


def test_what_would_go_is_told_and_stays(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    before = (house.box / "record.db").read_bytes()
    assert call("retire", house.box, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "older than 730 days: the content of 0 would go now" in said
    assert call("retire", house.box, "--dry-run", language="zh") == 0
    assert "730" in capsys.readouterr().out
    assert (house.box / "record.db").read_bytes() == before


def test_the_station_does_it_by_itself(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("retire", house.box) == 1
    assert "by itself" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_days_are_not_negative(house: House, capsys: pytest.CaptureFixture[str], language: str) -> None:
    assert call("retire", house.box, "--dry-run", "--days", "-1", language=language) == 1
    assert "--days -1" in capsys.readouterr().err
