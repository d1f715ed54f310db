"""`liangzheng printer`: its words and its exit codes, with printers on terminals."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from drivers.scanner.codes.decoders import read_codes
from drivers.scanner.frames import gray_of, read_picture
from drivers.simulated.printer import PrinterTwin
from drivers.simulated.printer_tspl import TsplTwin
from drivers.simulated.pty import PtyDevice
from kiosk.words import load_words
from ui.command.main import main

EN = load_words("en")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGZHENG_LANG", "en")
    monkeypatch.setenv("CUPS_SERVER", "/nowhere/cups.sock")


def test_models_are_listed_with_what_nobody_has_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["printer", "models"]) == 0
    told = capsys.readouterr().out
    assert "escpos-58mm-silent" in told
    assert "tear_off" in told
    assert main(["printer", "models", "epson-tm-t20ii"]) == 0
    told = capsys.readouterr().out
    assert "dle_dc4_fn8.html" in told
    assert re.search(r"^completes +True +\?$", told, re.MULTILINE)


def test_an_unknown_model_is_refused_with_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["printer", "status", "/dev/usb/lp0", "--model", "nope"]) == 1
    assert "zpl-203" in capsys.readouterr().err


def test_a_machine_without_printers_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["printer", "list", "--json"])
    assert json.loads(capsys.readouterr().out) is not None
    assert code in (0, 1)  # whatever hangs on this machine


def test_status_in_words_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twin = PrinterTwin(tmp_path / "tray")
    place = str(tmp_path / "ttyUSB0")
    ask = ["printer", "status", place, "--model", "escpos-80mm"]
    with PtyDevice(twin, Path(place)):
        assert main(ask) == 0
        assert EN.say("command.printer.status.ready") in capsys.readouterr().out
        twin.fault = "cover-open"
        assert main(ask) == 1
        assert EN.say("problem.printer.cover_open") in capsys.readouterr().out
        assert main([*ask, "--json"]) == 1
        told = json.loads(capsys.readouterr().out)
        assert (told["cover"], told["paper"], told["trouble"]) == ("bad", "ok", "printer.cover_open")
    assert main(ask) == 1
    assert EN.say("problem.link.absent", port=place) in capsys.readouterr().err.replace("\n", " ")


def test_the_test_page_comes_out_and_its_code_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twin = PrinterTwin(tmp_path / "tray")
    with PtyDevice(twin, tmp_path / "ttyUSB0"):
        assert main(["printer", "test", str(tmp_path / "ttyUSB0"), "--model", "escpos-80mm"]) == 0
    told = capsys.readouterr().out
    assert "bytes sent" in told
    assert "completion" in told
    (paper,) = twin.papers
    assert read_codes(gray_of(read_picture(paper))) == (b"LIANGZHENG ESCPOS-80MM",)
    assert twin.unknown == []


def test_a_test_page_that_nobody_knows_of_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twin = PrinterTwin(tmp_path / "tray", width=384)
    with PtyDevice(twin, tmp_path / "ttyUSB0"):
        assert main(["printer", "test", str(tmp_path / "ttyUSB0"), "--model", "escpos-58mm-silent"]) == 1
    assert EN.say("problem.printer.mute") in capsys.readouterr().err.replace("\n", " ")


def test_a_test_label(tmp_path: Path) -> None:
    twin = TsplTwin(tmp_path / "tray")
    ask = ["printer", "test", str(tmp_path / "ttyUSB0"), "--model", "tspl-203", "--label"]
    with PtyDevice(twin, tmp_path / "ttyUSB0"):
        assert main([*ask, "60x40"]) == 0
        assert main([*ask, "wide"]) == 2
    assert len(twin.roll.papers) == 1


@pytest.mark.parametrize(("model", "more", "size"), [("zpl-203", ["--label", "75x65"], (600, 520)), ("cups", [], None)])
def test_the_page_can_be_looked_at_only(
    model: str, more: list[str], size: tuple[int, int] | None, tmp_path: Path
) -> None:
    page = tmp_path / "page.png"
    assert main(["printer", "test", "nowhere", "--model", model, "--only", str(page), *more]) == 0
    with Image.open(page) as image:
        assert image.mode == "1"
        assert size is None or image.size == size


@pytest.mark.parametrize(("name", "code"), [("page.docx", 2), ("page", 2), ("missing/page.png", 1)])
def test_a_page_that_cannot_be_saved_is_told(
    name: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ["printer", "test", "nowhere", "--model", "escpos-80mm", "--only", str(tmp_path / name)]
    assert main(ask) == code
    assert capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
