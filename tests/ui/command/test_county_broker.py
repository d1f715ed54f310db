"""`liangzheng county broker` prints what the broker is told, with every station that has joined by now."""

import argparse
from pathlib import Path

import pytest

from kiosk.enrolment import prepare
from kiosk.words import load_words
from tests.support.broker import DAY, county_config
from ui.command import county
from ui.county.office import enrol, init_county


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config = county_config(tmp_path / "county")
    init_county(config, DAY)
    enrol(config.folder, prepare(tmp_path / "box", config.county, "gasa-01"), DAY)
    return config.folder


def printed(folder: Path, *typed: str) -> int:
    words = load_words("en")
    parser = argparse.ArgumentParser(prog="liangzheng")
    county.add(parser.add_subparsers(required=True), words)
    args = parser.parse_args(["county", "broker", str(folder), *typed])
    code: int = args.run(args, words)
    return code


def test_for_mosquitto_it_is_what_lies_in_the_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(folder) == 0
    said = capsys.readouterr().out
    for name in ("mosquitto.conf", "acl"):
        assert (folder / "mosquitto" / name).read_text() in said


def test_for_emqx_the_station_has_its_rules(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(folder, "--for", "emqx") == 0
    said = capsys.readouterr().out
    assert '{allow, {username, "gasa-01"}, {publish, [{retain, all}]}, ["liangzheng/1/530427/gasa-01/status"]}.' in said
    assert f'cacertfile = "{folder}/mosquitto/ca.pem"' in said


def test_a_folder_without_a_county_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(tmp_path) == 1
    assert "county.toml" in capsys.readouterr().err
