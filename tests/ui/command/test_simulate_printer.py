"""`liangzheng simulate printer-…`: a printer behind a path or a port, that `liangzheng printer` can use."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.words import load_words
from ui.command.main import main

EN = load_words("en")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGZHENG_LANG", "en")


@contextmanager
def simulated(*typed: object) -> Iterator[str]:
    """What it says when it is ready."""
    command = [sys.executable, "-m", "ui.command.main", "simulate", *map(str, typed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline()
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_a_receipt_printer_behind_a_path(tmp_path: Path) -> None:
    place, tray = tmp_path / "lp", tmp_path / "tray"
    with simulated("printer-escpos-80mm", "--link", place, "--tray", tray) as ready:
        assert str(tray) in ready
        assert main(["printer", "status", str(place), "--model", "escpos-80mm"]) == 0
        assert main(["printer", "test", str(place), "--model", "escpos-80mm"]) == 0
    assert [file.name for file in sorted(tray.iterdir())] == ["job-0001.escpos", "paper-0001.png"]
    assert not place.exists()


@pytest.mark.parametrize("model", ["tspl-203", "zpl-203"])
def test_a_label_printer_behind_a_port(model: str, tmp_path: Path) -> None:
    with simulated(f"printer-{model}", "--tcp", 0, "--tray", tmp_path) as ready:
        place = next(word for word in ready.split() if word.startswith("tcp://")).rstrip(";")
        assert main(["printer", "test", place, "--model", model, "--label", "60x40"]) == 0
    assert (tmp_path / "paper-0001.png").exists()


def test_a_printer_without_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with simulated("printer-escpos-80mm", "--link", tmp_path / "lp", "--fault", "paper-out"):
        assert main(["printer", "status", str(tmp_path / "lp"), "--model", "escpos-80mm"]) == 1
    assert EN.say("problem.printer.paper_out") in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("printer-nobody",), "printer-escpos-80mm"),
        (("printer-cups",), "There is no printer-cups"),
        (("printer-zpl-203", "--fault", "late"), "no fault “late”"),
        (("dayuan-tl310", "--fault", "paper-out"), "no fault “paper-out”"),
    ],
)
def test_what_cannot_be_simulated_is_told(
    typed: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert main(["simulate", *typed]) in (1, 2)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
    assert said in capsys.readouterr().err
