"""`liangzheng scan`: one JSON line per code, and a sentence for what is no picture."""

import argparse
import base64
import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.words import load_words
from tests.support.pictures import Grey, drawn, grey
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
        ("code128_null_character.png", "Hello\0Goodbye"),
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


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def written(file: Path, picture: Grey) -> str:
    assert cv2.imwrite(str(file), picture)
    return str(file)


LI_SI = b"\xe6\x9d\x8e\xe5\x9b\x9b".decode()


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (LI_SI.encode(), LI_SI),
        (LI_SI.encode("gb18030"), LI_SI),
        (b"one\ntwo\r\n\ttwo and a half\n", "one\ntwo\r\n\ttwo and a half\n"),
        (b'"quoted" \\ {"text": null}', '"quoted" \\ {"text": null}'),
        (b"\xff\xff\xff", None),
        (b"\x1b[2J\x00", "\x1b[2J\x00"),
    ],
)
def test_a_code_is_one_line_whatever_stands_in_it(
    payload: bytes, text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "code.png", drawn(payload))
    assert liangzheng("scan", file) == 0
    (line,) = told(capsys)
    assert (line["file"], line["text"], line["symbology"], line["decoder"]) == (file, text, "QRCode", "zxing")
    assert base64.b64decode(str(line["bytes"])) == payload
    assert isinstance(line["ms"], float)
    assert line["ms"] > 0


def test_several_codes_of_one_picture_are_several_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = [drawn(payload) for payload in (b"first", b"second", b"third!")]
    assert liangzheng("scan", written(tmp_path / "three.png", grey(np.hstack(codes)))) == 0
    lines = told(capsys)
    assert sorted(str(line["text"]) for line in lines) == ["first", "second", "third!"]
    assert len({(line["file"], line["ms"]) for line in lines}) == 1


def test_a_picture_without_a_code_is_one_line_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [written(tmp_path / f"{name}.png", grey(np.full(shape, 200))) for name, shape in SHAPES.items()]
    assert liangzheng("scan", *files) == 0
    lines = told(capsys)
    assert [line["file"] for line in lines] == files
    assert all(line[key] is None for line in lines for key in ("text", "bytes", "symbology", "decoder"))


SHAPES = {"usual": (480, 640), "sliver": (1, 3000), "pillar": (3000, 1), "dot": (1, 1)}


def test_nothing_that_a_terminal_obeys_or_reverses_is_printed_raw(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "a\x1b[31m\x9b\x7f\u202eb\u2028c"
    file = tmp_path / "esc\x1b[2J\udcff.png"
    Path(written(tmp_path / "code.png", drawn(hostile.encode()))).rename(file)
    assert liangzheng("scan", str(file), str(tmp_path / "none\x1b[2J")) == 1
    said = capsys.readouterr()
    assert all(sign.isprintable() for sign in (said.out + said.err).replace("\n", ""))
    line = json.loads(said.out)
    assert (line["file"], line["text"]) == (str(file), hostile)


def test_a_terminal_of_ascii_loses_no_letter(tmp_path: Path) -> None:
    file = written(tmp_path / "code.png", drawn(LI_SI.encode()))
    program = [sys.executable, "-m", "ui.command.main", "scan", file]
    run = subprocess.run(program, capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert json.loads(run.stdout.decode("ascii"))["text"] == LI_SI
