"""`liangzheng station` with a configuration that cannot work: it says why, with exit code 1, and never a traceback."""

from pathlib import Path

import pytest

from kiosk.clock import system_time
from kiosk.enrolment import accept, prepare
from tests.support.broker import county_config
from ui.command.main import main
from ui.county.office import enrol, init_county


@pytest.fixture
def table(tmp_path: Path) -> dict[str, str]:
    """A configuration that would start, of a box that has joined."""
    config, keys, today = county_config(tmp_path / "county"), tmp_path / "keys", system_time().date()
    init_county(config, today)
    accept(keys, enrol(config.folder, prepare(keys, config.county, "gasa-01"), today))
    folders = {name: str(tmp_path / name) for name in ("state", "up", "down", "scanner")}
    named = {"county": config.county, "station": "gasa-01", "host": config.host, "listen": "127.0.0.1:8480"}
    return named | folders | {"key": str(keys / "station.key"), "trust": str(keys / "trust.json")}


def told(folder: Path, table: dict[str, str], more: str, capsys: pytest.CaptureFixture[str]) -> str:
    file = folder / "station.toml"
    file.write_text("".join(f'{key} = "{value}"\n' for key, value in table.items()) + more, encoding="utf-8")
    assert main(["station", "--config", str(file)]) == 1
    assert not (folder / "up").exists(), "no log was begun"
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("listen", "foo", "listen: "),
        ("listen", "127.0.0.1:x", "listen: "),
        ("listen", "127.0.0.1:0", "listen: "),
        ("listen", "0.0.0.0:8480", "listen: "),
        ("county", "53042", "county: "),
        ("county", "530428", "trust.json"),
        ("trust", "/nowhere/trust.json", "liangzheng join"),
        ("key", "/nowhere/station.key", "liangzheng join"),
    ],
)
def test_a_wrong_value_is_said(
    key: str, value: str, said: str, table: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in told(tmp_path, table | {key: value}, "", capsys)


def test_an_unknown_profile_is_said_in_words(
    table: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    analyzer = '[[analyzer]]\nname = "left"\nprofile = "dayuan-tl31"\nport = "/dev/null"\ntests = true\n'
    said = told(tmp_path, table, analyzer, capsys)
    assert "dayuan-tl310" in said
    assert "profile.unknown" not in said
