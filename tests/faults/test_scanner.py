"""Whatever happens to the scanner program, the station hears «scan again» at most, and the next good card is read."""

import os
import socket
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno

from drivers.scanner.feed import AGAIN, ScanFeed
from drivers.scanner.wire import Camera, CameraState, Message, Seen
from tests.faults.scanner_program import POISON, TAR
from tests.support.supervised import Supervised
from tests.support.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
MEMORY_MAX_MB = 400  # MemoryMax of liangzheng-scanner.service
READY = Camera(CameraState.READY)
MEGAPIXELS_50 = (5792, 8688)


class Box:
    """A station's ear, a scanner that is started again and again, and the folder that is its camera.

    The scanner is `liangzheng scanner`, or, `fragile`, the same loop with a decoder that can crash and hang.
    """

    def __init__(self, home: Path, fragile: bool = False) -> None:
        self.heard: list[Message] = []
        self.camera = home / "camera"
        self.camera.mkdir()
        self.log = home / "log"
        path = home / "scan.sock"
        config = home / "scanner.toml"
        config.write_text(f'camera = "{self.camera}"\nsocket = "{path}"\n', "utf-8")
        real = ["ui.command.main", "scanner", "--config", str(config)]
        program = ["tests.faults.scanner_program", str(path), str(self.camera)] if fragile else real
        self.scanner = Supervised(["env", f"PYTHONPATH={ROOT}", sys.executable, "-m", *program], self.log)
        self.feed = ScanFeed(path, self.heard.append)

    def hold_up(self, text: bytes, name: str = "card.png") -> Path:
        fresh = self.camera / ".card"
        with fresh.open("wb") as file:
            segno.make(text, micro=False).save(file, kind="png", scale=8, border=6)
        return fresh.rename(self.camera / name)

    def reads(self, text: bytes) -> None:
        """The card is told, and until then nothing was worse than «scan again»."""
        before = len(self.seen(text))
        card = self.hold_up(text, "zz-card.png")
        wait_for(lambda: len(self.seen(text)) > before, f"{text!r} among {self.heard[-9:]}")
        card.unlink()
        assert [
            message for message in self.heard if isinstance(message, Camera) and message not in {READY, AGAIN}
        ] == []

    def heard_again(self, times: int) -> bool:
        return self.heard.count(AGAIN) >= times

    def seen(self, text: bytes) -> list[Seen]:
        return [message for message in self.heard if isinstance(message, Seen) and message.data == text]

    def is_ready(self) -> None:
        wait_for(lambda: [m for m in self.heard if isinstance(m, Camera)][-1:] == [READY], f"ready: {self.heard[-9:]}")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    made = Box(tmp_path)
    with made.scanner, made.feed:
        made.is_ready()
        yield made


def test_killed_at_once_and_again(box: Box) -> None:
    for turn in range(4):
        box.reads(b"CARD %d" % turn)
        box.scanner.kill()
        wait_for(partial(box.heard_again, turn + 1), "«scan again»")
        box.is_ready()
    box.reads(b"CARD AFTER ALL")
    assert set(box.scanner.ends) == {-9}


def test_a_decoder_that_crashes(tmp_path: Path) -> None:
    """As long as the poison lies there the program dies over it, each time anew; then all is well."""
    box = Box(tmp_path, fragile=True)
    with box.scanner, box.feed:
        box.is_ready()
        poison = box.hold_up(POISON)
        wait_for(lambda: box.scanner.ends[:2] == [-11, -11], "two crashes")
        poison.unlink()
        box.is_ready()
        box.reads(b"CARD AFTER THE CRASH")
    assert box.seen(POISON) == []
    assert AGAIN in box.heard


def test_a_decoder_that_hangs_gives_no_sign_of_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """systemd then kills it (WatchdogSec); here we do, and the next one lives."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        box = Box(tmp_path, fragile=True)
        with box.scanner, box.feed:
            assert [manager.recv(99) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
            tar = box.hold_up(TAR)
            manager.settimeout(3.0)  # three times ALIVE_EVERY
            with pytest.raises(TimeoutError):
                listen_for_ever(manager)
            tar.unlink()
            box.scanner.kill()
            manager.settimeout(30)
            assert [manager.recv(99) for _ in range(2)] == [b"READY=1", b"WATCHDOG=1"]
            box.reads(b"CARD AFTER THE HANG")


def listen_for_ever(manager: socket.socket) -> None:
    while True:
        manager.recv(99)


# --- hostile pictures ---------------------------------------------------------------------------------------------


def encoded(kind: str, picture: object, *options: int) -> bytes:
    return bytes(cv2.imencode(kind, np.asarray(picture), list(options))[1])


def striped(height: int, width: int) -> "np.typing.NDArray[np.uint8]":
    picture = np.full((height, width, 3), 40, np.uint8)
    picture[::2] = 200
    return picture


def bomb(width: int, height: int) -> bytes:
    """A PNG whose head promises far more than its few bytes hold."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(1 << 24))),
    ]
    whole = b"\x89PNG\r\n\x1a\n"
    for name, body in chunks:
        whole += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return whole


FILES: dict[str, Callable[[], bytes]] = {
    "a 50-megapixel PNG": lambda: encoded(".png", striped(*MEGAPIXELS_50), cv2.IMWRITE_PNG_COMPRESSION, 1),
    "a 50-megapixel JPEG": lambda: encoded(".jpg", striped(*MEGAPIXELS_50)),
    "a progressive one": lambda: encoded(".jpg", striped(*MEGAPIXELS_50), cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "a PNG of 16 bits and 16 megapixels": lambda: encoded(".png", np.full((4090, 4090, 4), 30_000, np.uint16)),
    "a bomb": lambda: bomb(60_000, 60_000),
    "a bomb just below the limit": lambda: bomb(8100, 8100),
    "a torn JPEG": lambda: encoded(".jpg", striped(720, 1280))[:9000],
    "a torn PNG": lambda: encoded(".png", striped(720, 1280))[:2000],
    "nothing": lambda: b"",
    "zeros": lambda: bytes(100_000),
    "one pixel": lambda: encoded(".png", np.zeros((1, 1, 3), np.uint8)),
    "a line": lambda: encoded(".png", np.zeros((1, 60_000), np.uint8)),
}


@pytest.mark.parametrize("what", FILES)
def test_a_hostile_picture_costs_nothing_but_a_moment(box: Box, what: str) -> None:
    raw = FILES[what]()
    for kind in (".png", ".jpg"):
        (box.camera / f".{kind}").write_bytes(raw)
        (box.camera / f".{kind}").rename(box.camera / f"hostile{kind}")
    box.reads(b"CARD BESIDE IT")
    assert box.scanner.peak_mb() < MEMORY_MAX_MB
    assert box.scanner.starts == 1, box.log.read_text("utf-8", "replace")


def test_what_is_no_file_of_a_picture(box: Box) -> None:
    os.mkfifo(box.camera / "fifo.png")
    (box.camera / "loop.png").symlink_to("loop.png")
    (box.camera / "zero.png").symlink_to("/dev/zero")
    (box.camera / "nowhere.png").symlink_to("/nowhere/at/all.png")
    (box.camera / "folder.png").mkdir()
    (box.camera / "closed.png").touch(0o000)
    good = box.hold_up(b"CARD WITH A STRANGE NAME")
    good.rename(os.fsdecode(bytes(box.camera) + b"/\xff\xfe\xd6\xd0.png"))
    wait_for(lambda: box.seen(b"CARD WITH A STRANGE NAME"), "a name that is no UTF-8")
    box.reads(b"CARD BESIDE THEM")
    assert box.scanner.starts == 1, box.log.read_text("utf-8", "replace")
