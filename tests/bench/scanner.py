"""The scanner as it runs: how soon a code is told, what an empty room costs, what memory it takes.

No real camera stands here: frames come as a camera's MJPG, each at its time, and are decoded when they are asked for.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import cv2
import numpy as np
import segno

from drivers.scanner.camera.cameras import FilmedFrames
from drivers.scanner.camera.pace import QUIET_AFTER
from drivers.scanner.codes.reader import Reader
from drivers.scanner.feed import ScanFeed
from drivers.scanner.loop import Scanner
from drivers.scanner.wire import Camera, CameraState, Message, Seen
from tests.bench.row import Row
from tests.support.waiting import let_pass, wait_for

SIZE = (720, 1280)
FPS = 30
CODES = 30
WOKEN = 4
NOISE = 6.0  # grey levels, a webcam's in a room with lamps
IDLE_S = 20.0
FILM_S = 2
READY = Camera(CameraState.READY)


def rows() -> Iterator[Row]:
    yield _told(CODES, 0.3, "scanner: frame to told code, 720p30")
    yield _told(WOKEN, QUIET_AFTER + 1.0, "scanner: the same after a quiet room")
    yield from _idle()


# --- from the frame to the code -----------------------------------------------------------------------------------


class Timed:
    """A camera of 30 frames a second: `grab` waits for the next, `retrieve` decodes it."""

    def __init__(self) -> None:
        self.shows = _jpeg(_room(np.random.default_rng(1)))
        self.card: bytes | None = None
        self.first = 0.0  # when the first frame with the card came
        self._next = monotonic()
        self._frame = b""

    def hold_up(self, card: bytes | None) -> None:
        self.first, self.card = 0.0, card

    def grab(self) -> bool:
        self._next = max(self._next + 1 / FPS, monotonic() - 1 / FPS)
        let_pass(max(0.0, self._next - monotonic()))
        self._frame = self.card or self.shows
        if self.card is not None and not self.first:
            self.first = monotonic()
        return True

    def retrieve(self) -> tuple[bool, Any]:
        return True, cv2.imdecode(np.frombuffer(self._frame, np.uint8), cv2.IMREAD_COLOR)

    def get(self, prop: int, /) -> float:
        return 0.0

    def set(self, prop: int, value: float, /) -> bool:
        return False

    def release(self) -> None:
        self.card = None


def _told(samples: int, apart: float, name: str) -> Row:
    camera, came = Timed(), _Ear()
    cards = [(b"CARD %d" % nth, _jpeg(_with_card(b"CARD %d" % nth, nth))) for nth in range(samples)]
    took = []
    with _scanning(camera, came):
        for text, card in cards:
            let_pass(apart)
            camera.hold_up(card)
            wait_for(partial(came.at.get, text), f"{text!r}")
            took.append((came.at[text] - camera.first) * FPS)
            camera.hold_up(None)
    return Row(name, "frames", tuple(took))


class _Ear:
    def __init__(self) -> None:
        self.ready = threading.Event()
        self.at: dict[bytes, float] = {}

    def __call__(self, message: Message) -> None:
        if isinstance(message, Seen):
            self.at.setdefault(message.data, monotonic())
        elif message == READY:
            self.ready.set()


@contextmanager
def _scanning(camera: Timed, ear: _Ear) -> Iterator[None]:
    stop = threading.Event()
    scanner = Scanner(lambda: FilmedFrames(camera, "bench"), ear, Reader().look, fps=FPS)
    thread = threading.Thread(target=scanner.run, args=(stop,))
    thread.start()
    try:
        wait_for(ear.ready.is_set, "the scanner")
        yield
    finally:
        stop.set()
        thread.join()


# --- an empty room ------------------------------------------------------------------------------------------------


def _idle() -> Iterator[Row]:
    """The program itself, with a station that wants to see the mirror, as it always does."""
    with tempfile.TemporaryDirectory(prefix="liangzheng-bench-") as folder:
        home = Path(folder)
        _film(home / "room.avi")
        config = home / "scanner.toml"
        config.write_text(f'camera = "{home / "room.avi"}"\nsocket = "{home / "socket"}"\n', "utf-8")
        command = [sys.executable, "-m", "ui.command.main", "scanner", "--config", str(config)]
        ready = threading.Event()
        with (
            subprocess.Popen(command, stderr=subprocess.DEVNULL) as program,
            ScanFeed(home / "socket", lambda message: ready.set() if message == READY else None) as feed,
        ):
            feed.ask_preview(True)
            wait_for(ready.is_set, "the scanner")
            let_pass(QUIET_AFTER + 2.0)
            shares = tuple(_share(program.pid, IDLE_S / 4) for _ in range(4))
            memory = _resident(program.pid)
            program.terminate()
    yield Row("scanner: a core, nobody there, with previews", "%", shares)
    yield Row("scanner: resident", "MiB", (memory,))


def _share(pid: int, seconds: float) -> float:
    began, before = monotonic(), _ticks(pid)
    let_pass(seconds)
    return (_ticks(pid) - before) / os.sysconf("SC_CLK_TCK") / (monotonic() - began) * 100


def _ticks(pid: int) -> int:
    """utime + stime of proc(5), fields 14 and 15."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


# --- pictures -----------------------------------------------------------------------------------------------------


def _film(place: Path) -> None:
    rng = np.random.default_rng(7)
    room = _room(rng)
    size = (SIZE[1], SIZE[0])
    writer = cv2.VideoWriter(str(place), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), float(FPS), size)
    for _ in range(FPS * FILM_S):
        writer.write(_noisy(room, rng))
    writer.release()


def _room(rng: np.random.Generator) -> Any:
    """Soft shapes of furniture and wall, different for each seed."""
    rough = rng.integers(0, 255, (*SIZE, 3), np.uint8)
    return cv2.normalize(cv2.GaussianBlur(rough, (0, 0), 9), np.empty(0), 40, 200, cv2.NORM_MINMAX)


def _noisy(picture: Any, rng: np.random.Generator) -> Any:
    return np.clip(picture + rng.normal(0, NOISE, picture.shape), 0, 255).astype(np.uint8)


def _with_card(text: bytes, seed: int) -> Any:
    """An easy code: a third of the picture's height, straight, white card."""
    rng = np.random.default_rng(seed)
    matrix = np.array(segno.make(text, micro=False).matrix, np.uint8)
    code = np.pad(255 - matrix * 255, 4, constant_values=255).astype(np.uint8)
    card = cv2.resize(code, (240, 240), interpolation=cv2.INTER_NEAREST)
    picture = _room(rng)
    picture[200:440, 500:740] = card[:, :, None]
    return _noisy(picture, rng)


def _jpeg(picture: Any) -> bytes:
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])[1])
