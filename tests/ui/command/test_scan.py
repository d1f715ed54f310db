"""`liangzheng scan`: one JSON line per code, and a sentence for what is no picture."""

import argparse
import base64
import json
from importlib.resources import files
from pathlib import Path

import pytest

from kiosk.words import load_words
from ui.command import scan

THEIRS = Path(str(files("pyzbar") / "tests"))


def liangzheng(*words: str) -> int:
    parser = argparse.ArgumentParser()
    spoken = load_words("zh")
    scan.add(parser.add_subparsers(), spoken)
    args = parser.parse_args(words)
    return int(args.run(args, spoken))


def test_one_line_per_code_and_one_for_a_picture_without(capsys: pytest.CaptureFixture[str]) -> None:
    pictures = [str(THEIRS / name) for name in ("qrcode.png", "code128.png", "empty.png", "code128_null_character.png")]
    assert liangzheng("scan", *pictures) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(Path(line["file"]).name, line["text"]) for line in lines] == [
        ("qrcode.png", "Thalassiodracon"),
        ("code128.png", "Rana temporaria"),
        ("code128.png", "Foramenifera"),
        ("empty.png", None),
        ("code128_null_character.png", None),
    ]
    assert set(lines[0]) == {"file", "text", "bytes", "symbology", "decoder", "ms"}
    assert (lines[0]["symbology"], lines[0]["decoder"]) == ("QRCode", "zxing")
    assert base64.b64decode(lines[4]["bytes"]) == b"Hello\0Goodbye"


def test_what_is_no_picture_is_said_and_the_others_are_still_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.png").write_text("no picture")
    bad = [str(tmp_path / "notes.png"), str(tmp_path / "nowhere.png")]
    assert liangzheng("scan", *bad, str(THEIRS / "qrcode.png")) == 1
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    assert all(name in said.err for name in ("notes.png", "nowhere.png"))
