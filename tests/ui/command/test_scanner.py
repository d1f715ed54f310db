"""`liangzheng scanner` as a program: starts, is heard, ends on SIGTERM; a wrong configuration is said."""

import queue
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest

from drivers.scanner.feed import ScanFeed
from drivers.scanner.wire import Camera, CameraState, Message, Seen

PROGRAM = """
import argparse
from kiosk.words import load_words
from ui.command import scanner
parser, words = argparse.ArgumentParser(), load_words("zh")
scanner.add(parser.add_subparsers(), words)
args = parser.parse_args()
raise SystemExit(args.run(args, words))
"""


@contextmanager
def started(config: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROGRAM, "scanner", "--config", str(config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as program:
        try:
            yield program
        finally:
            program.kill()


def test_it_reads_a_folder_and_ends_when_told(tmp_path: Path) -> None:
    camera, path, config = tmp_path / "camera", tmp_path / "scan.sock", tmp_path / "scanner.toml"
    camera.mkdir()
    config.write_text(f'camera = "{camera}"\nsocket = "{path}"\n')
    heard: queue.Queue[Message] = queue.Queue()
    with started(config) as program:
        with ScanFeed(path, heard.put):
            while heard.get(timeout=30) != Camera(CameraState.READY):
                pass
            whole = tmp_path / "card.png"
            whole.write_bytes((files("pyzbar") / "tests" / "qrcode.png").read_bytes())
            whole.rename(camera / "card.png")
            first, second = (read_of(b"Thalassiodracon", heard) for _ in range(2))
            while second.reads == 1:  # this machine was busy for so long that the card seemed to be shown anew
                first, second = second, read_of(b"Thalassiodracon", heard)
            assert (first.symbology, first.reads, second.reads) == ("QRCode", 1, 2)
            assert first.showing == second.showing
            program.terminate()
            assert program.wait(timeout=30) == 0
        assert program.stderr is not None
        assert program.stderr.read() == ""
    assert not path.exists()


def read_of(data: bytes, heard: "queue.Queue[Message]") -> Seen:
    while True:
        message = heard.get(timeout=30)
        if isinstance(message, Seen) and message.data == data:
            return message


def test_it_tells_its_manager_that_it_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "scanner.toml"
    config.write_text(f'camera = "{tmp_path}"\nsocket = "{tmp_path / "scan.sock"}"\n')
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with started(config):
            assert [manager.recv(99) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]


def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    config = tmp_path / "scanner.toml"
    config.write_text('camera = "0"\nsokcet = "x"\n')
    with started(config) as program:
        _, told = program.communicate(timeout=30)
    assert program.returncode == 1
    assert "最接近的是 socket" in told
    assert "Traceback" not in told
