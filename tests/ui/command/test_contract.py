"""`liangzheng contract`: what it prints is what ships, and a document that was changed by hand is found."""

import json
from pathlib import Path

import pytest

from kiosk.documents import written
from ui.command.main import main
from ui.county.public import PUBLIC


def test_show_prints_the_document_that_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contract", "show"]) == 0
    assert capsys.readouterr().out == (written.home() / "asyncapi.json").read_text("utf-8")


@pytest.mark.parametrize("name", ["test", "certificate.voided", "pack.put", "entry", "status", "feed.label"])
def test_schema_prints_the_one_that_was_asked_for(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contract", "schema", name]) == 0
    assert capsys.readouterr().out == (written.home() / "schemas" / f"{name}.json").read_text("utf-8")


def test_schema_without_a_kind_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contract", "schema"]) == 0
    assert capsys.readouterr().out.split() == list(written.schema_names(PUBLIC))


def test_an_unknown_kind_is_told_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contract", "schema", "tset"]) == 1
    said = capsys.readouterr().out
    assert "tset" in said
    assert "certificate" in said


def test_check_ends_well_when_nothing_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contract", "check"]) == 0
    assert capsys.readouterr().out


def test_write_makes_the_whole_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contract", "write", str(tmp_path)]) == 0
    assert written.drift(tmp_path, PUBLIC) == []
    assert str(tmp_path / "asyncapi.json") in capsys.readouterr().out
    assert json.loads((tmp_path / "schemas" / "want.json").read_text("utf-8"))["$id"] == "urn:liangzheng:1:want"
