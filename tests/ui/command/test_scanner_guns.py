"""`[[gun]]` of scanner.toml, and the program with nothing but a gun."""

import queue
from pathlib import Path

import pytest

from drivers.scanner.feed import ScanFeed
from drivers.scanner.wire import Camera, CameraState, Message, Seen
from drivers.simulated.pty import PtyDevice
from kiosk.config import ConfigError, load
from kiosk.words import load_words
from tests.ui.command.test_scanner import started
from ui.command.scanner import ScannerConfig
from ui.command.scanner_guns import possible

GUN = '[[gun]]\nkind = "{kind}"\nport = "{port}"\n'


class Trigger:
    """A serial gun; a pull of it says one code."""

    def __init__(self) -> None:
        self._said = b""

    def pull(self, data: bytes) -> None:
        self._said += data

    def answer(self, data: bytes) -> bytes:
        return b""

    def tick(self) -> bytes:
        said, self._said = self._said, b""
        return said


def refused(folder: Path, text: str) -> list[str]:
    """The keys that are wrong."""
    file = folder / "scanner.toml"
    file.write_text(f'socket = "{folder}/scan.sock"\n{text}', "utf-8")
    with pytest.raises(ConfigError) as wrong:
        accepted(file)
    return [key for key, _ in wrong.value.problems]


def accepted(file: Path) -> None:
    config = load(file, ScannerConfig)
    possible(config.camera, config.gun, file, load_words("zh"))


def test_what_a_gun_may_not_be(tmp_path: Path) -> None:
    assert refused(tmp_path, "") == ["camera"]
    assert refused(tmp_path, GUN.format(kind="serial", port="auto")) == ["gun.0.port"]
    assert refused(tmp_path, GUN.format(kind="wedge", port="auto")) == ["gun.0.kind"]
    for port in ("", "usb:1EAB:0003", "usb:1eab", "ttyUSB0", "socket://10.0.0.1:1"):
        assert refused(tmp_path, GUN.format(kind="keyboard", port=port)) == ["gun.0.port"]
    assert refused(tmp_path, GUN.format(kind="serial", port="/dev/ttyACM0") + "baud = 0\n") == ["gun.0.baud"]


def test_one_bracket_too_few_is_said(tmp_path: Path) -> None:
    file = tmp_path / "scanner.toml"
    file.write_text('socket = "/s"\n[gun]\nkind = "serial"\nport = "/dev/ttyACM0"\n', "utf-8")
    with pytest.raises(ConfigError, match=r"gun: .*\[\[gun\]\]"):
        accepted(file)


def test_a_station_with_only_a_gun(tmp_path: Path) -> None:
    trigger, path, config = Trigger(), tmp_path / "scan.sock", tmp_path / "scanner.toml"
    heard: queue.Queue[Message] = queue.Queue()
    with PtyDevice(trigger, tmp_path / "gun") as device:
        config.write_text(f'socket = "{path}"\n{GUN.format(kind="serial", port=device.link)}', "utf-8")
        with started(config) as program, ScanFeed(path, heard.put):
            while heard.get(timeout=30) != Camera(CameraState.READY):
                pass
            trigger.pull(b"6901234567892\r")
            assert heard.get(timeout=30) == Seen(b"6901234567892", "", "gun", reads=2, showing=-1)
            device.unplug()
            assert heard.get(timeout=30) == Camera(CameraState.ABSENT, "scanner.gun_absent")
            program.terminate()
            assert program.wait(timeout=30) == 0
            assert program.stderr is not None
            assert program.stderr.read() == ""
