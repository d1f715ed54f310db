"""`liangzheng county order pack | settings`: nothing is signed that a station would refuse."""

from importlib import resources
from pathlib import Path

import pytest

from kiosk.contract import read
from kiosk.enrolment import prepare
from kiosk.rules.messages import OrderBody, PackPut, SettingsPut
from tests.ui.command.test_pack import call
from ui.command.county import today
from ui.county.given import given
from ui.county.office import enrol
from ui.county.orders import Orders

SHIPPED = Path(str(resources.files("kiosk"))) / "packs"
METHOD = "methods/gbt-5009-199-2003.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "county"
    hosts = ("--host", "lz.example.cn", "--broker-host", "localhost", "--broker-user", "root")
    assert call("county", "init", made, "--county", "530427", *hosts) == 0
    return made


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    file = tmp_path / METHOD
    file.parent.mkdir()
    file.write_text((SHIPPED / METHOD).read_text("utf-8").replace('value = "50"', 'value = "45"'), "utf-8")
    return file


def orders(folder: Path, stream: str = "all") -> list[OrderBody]:
    return [read(payload).order for payload in Orders(folder).after(stream, 0)]


def test_a_pack_is_signed_and_in_force(folder: Path, stricter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("county", "order", "pack", folder, stricter) == 0
    (order,) = orders(folder)
    assert isinstance(order, PackPut)
    assert (order.file, order.text, order.in_force_from) == (METHOD, stricter.read_text("utf-8"), "")
    assert "all/1" in capsys.readouterr().out
    assert call("pack", "check", stricter, "--county", folder) == 0
    assert "no change" in capsys.readouterr().out
    assert call("pack", "list", "--county", folder) == 0
    assert "county order all/1" in capsys.readouterr().out


def test_a_pack_waits_for_its_day_and_is_given_back(
    folder: Path, stricter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("county", "order", "pack", folder, stricter, "--from", "2999-01-01") == 0
    assert call("county", "order", "pack", folder, "--back", "--as", METHOD, "--from", "2999-02-01") == 0
    capsys.readouterr()
    assert call("pack", "list", "--county", folder) == 0
    told = capsys.readouterr().out.splitlines()[-2:]
    assert told == [
        f"from 2999-01-01: {METHOD} as in county order all/1",
        f"from 2999-02-01: {METHOD} as it comes with the program (county order all/2)",
    ]


def test_a_wrong_pack_is_not_signed(folder: Path, stricter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stricter.write_text(stricter.read_text("utf-8").replace('value = "45"', "value = 45"), "utf-8")
    assert call("county", "order", "pack", folder, stricter) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "Nothing was signed; 1 wrong:"
    assert told[1].startswith(f"{METHOD}: positive_at.value: a number in quotes")
    assert Orders(folder).streams() == []


def test_answers_are_signed_with_who_decided(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = ("proof=none", "parts=goods,stub", "suspect_from=", "--by", "王局长", "--reason", "3号会议")
    assert call("county", "order", "settings", folder, *typed) == 0
    (order,) = orders(folder)
    assert order == SettingsPut({"proof": "none", "parts": "goods,stub", "suspect_from": ""}, "王局长", "3号会议")
    capsys.readouterr()
    assert call("pack", "open", "settings", "--county", folder) == 0
    assert "Setting: proof" not in capsys.readouterr().out
    assert call("pack", "list", "--county", folder) == 0
    assert "setting proof = none (王局长, county order all/1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["proof"], "name=value"),
        (["prof=pin"], "nearest known key is proof"),
        (["tail_tries=0", "lot_days=x"], "2 wrong"),
    ],
)
def test_what_is_no_answer_is_not_signed(
    folder: Path, typed: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("county", "order", "settings", folder, *typed, "--by", "Wang") == 1
    assert told in capsys.readouterr().err
    assert Orders(folder).streams() == []


def test_an_order_for_one_station_only(folder: Path, stricter: Path, tmp_path: Path) -> None:
    enrol(folder, prepare(tmp_path / "box", "530427", "gasa-01"), today())
    assert call("county", "order", "pack", folder, stricter, "--station", "gasa-01") == 0
    assert (len(orders(folder, "gasa-01")), orders(folder)) == (1, [])
    assert [pack.order for pack in given(Orders(folder), "gasa-01").packs] == ["gasa-01/1"]
    assert given(Orders(folder)).packs == ()


def test_an_unknown_station_is_refused(folder: Path, stricter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("county", "order", "pack", folder, stricter, "--station", "../all") == 1
    assert "No station" in capsys.readouterr().err


@pytest.mark.parametrize("typed", [[], ["--back"], ["x.toml", "--back", "--as", METHOD]])
def test_what_is_to_be_put_has_to_be_said(folder: Path, typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert call("county", "order", "pack", folder, *typed) == 1
    assert "--back" in capsys.readouterr().err


def test_where_it_belongs_has_to_be_said(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.toml").write_text("a = 1", "utf-8")
    assert call("county", "order", "pack", folder, tmp_path / "x.toml") == 1
    assert "--as" in capsys.readouterr().err
