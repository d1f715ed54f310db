"""`liangzheng analyzer replay`: what old captures told then and what they tell now."""

import argparse
import json
from pathlib import Path

import pytest

from drivers.evidence.goldens import golden_of
from kiosk import blobs
from kiosk.words import load_words
from ui.command import analyzer_replay

PROFILE = "taiyang-ttj-8h16"
WORDS = load_words("en")


def told(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    analyzer_replay.add(parser.add_subparsers(), WORDS)
    args = parser.parse_args(["replay", *arguments])
    code: int = args.run(args, WORDS)
    return code


@pytest.fixture
def capture() -> str:
    """A capture as the station keeps it, of two records."""
    golden = golden_of(PROFILE)
    case = next(case for case in golden.cases if case.name == "published_capture")
    return f"# after 7\ngolden 1\nprofile {golden.profile}\norigin captured\n\n{case}\n"


def test_what_is_told_as_then(tmp_path: Path, capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    digest = blobs.keep(tmp_path, "2026-11", capture.encode(), pack=True)
    assert told(digest, "--captures", str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "14378.028" in said
    assert "4 told as then, 0 otherwise" in said


def test_what_differs_is_shown_beside_what_was_told_then(
    tmp_path: Path, capture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "old.golden"
    file.write_text(capture.replace('"14378.028"', '"143780.28"'))
    assert told(str(file)) == 1
    said = capsys.readouterr().out
    assert said.index("143780.28") < said.index("14378.028")
    assert "3 told as then, 1 otherwise" in said


def test_the_same_as_json(tmp_path: Path, capture: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "old.golden"
    file.write_text(capture.split("= {", maxsplit=1)[0] + "= refused item:2\n")
    assert told(str(file), "--json", "--profile", PROFILE) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["profile"], found["case"], found["changed"]) == (PROFILE, "published_capture", 4)
    assert {line["state"] for line in found["lines"]} == {"readable"}


def test_a_damaged_capture_is_one_line_and_does_not_stop_the_rest(
    tmp_path: Path, capture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    good = blobs.keep(tmp_path, "2026-11", capture.encode(), pack=True)
    bad = blobs.keep(tmp_path, "2026-11", capture.replace("7", "8").encode(), pack=True)
    (tmp_path / "2026-11" / f"{bad}.zlib").write_bytes(b"rust")
    (tmp_path / "2026-11" / ("ab" * 32)).write_bytes(b"\xff\xd8 a photograph")
    assert told(str(tmp_path)) == 1
    said = capsys.readouterr()
    assert said.out.count(good) == 1
    assert said.err.count("\n") == 1
    assert "damaged" in said.err


@pytest.mark.parametrize("wrong", ["00" * 32, "nowhere.golden"])
def test_a_capture_that_is_not_there_is_told(tmp_path: Path, wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(wrong, "--captures", str(tmp_path)) == 1
    assert wrong in capsys.readouterr().err


def test_a_capture_of_a_profile_that_is_not_here_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "old.golden"
    file.write_text("golden 1\nprofile no-such@1\norigin captured\ncase c\nrun r\n> 00\n= nothing\n")
    assert told(str(file)) == 1
    assert "no-such" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "hello\nworld\n"])
def test_what_is_no_capture_is_told(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "old.golden"
    file.write_text(text)
    assert told(str(file)) == 1
    assert "damaged" in capsys.readouterr().err
