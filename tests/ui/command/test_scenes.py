"""`liangzheng scenes`: what it draws has its answer, and what it cannot do is said in a sentence."""

import argparse
import json
from pathlib import Path

import pytest

from kiosk.words import load_words
from ui.command import scenes


def liangzheng(*words: str) -> int:
    parser = argparse.ArgumentParser()
    spoken = load_words("zh")
    scenes.add(parser.add_subparsers(), spoken)
    args = parser.parse_args(["scenes", *words])
    return int(args.run(args, spoken))


def test_every_picture_of_the_folder_keeps_its_answer(tmp_path: Path) -> None:
    for kind, count in (("easy", "2"), ("codeless", "1"), ("easy", "1")):
        assert liangzheng(str(tmp_path), "--kind", kind, "--count", count) == 0
    lines = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text("utf-8").splitlines()]
    assert sorted(line["file"] for line in lines) == sorted(file.name for file in tmp_path.glob("*.png"))
    assert len(lines) == 3


@pytest.mark.parametrize("wrong", [("--count", "0"), ("--count", "-1"), ("--seed", "-5"), ("--frames", "many")])
def test_wrong_numbers_are_wrong_usage(tmp_path: Path, wrong: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as ended:
        liangzheng(str(tmp_path), *wrong)
    assert ended.value.code == 2


@pytest.mark.parametrize("lies_there", ["notes", "[1]", "{}"])
def test_what_it_may_not_overwrite_is_said(tmp_path: Path, lies_there: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "truth.jsonl").write_text(lies_there)
    assert liangzheng(str(tmp_path), "--kind", "codeless", "--count", "1") == 1
    assert str(tmp_path) in capsys.readouterr().err
    assert (tmp_path / "truth.jsonl").read_text() == lies_there


def test_a_kind_that_does_not_exist_is_answered_with_those_that_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert liangzheng(str(tmp_path / "new"), "--kind", "fog") == 1
    said = capsys.readouterr().err
    assert "fog" in said
    assert "codeless" in said
    assert not (tmp_path / "new").exists()
