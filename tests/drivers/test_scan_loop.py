"""The scanner's loop over real pictures: a folder, a film, a camera that comes and goes."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.errors import LinkError, Refused
from drivers.scan_loop import Scanner
from drivers.scan_wire import Camera, CameraState, Message, Preview, Seen
from drivers.scanner import Frames, open_frames
from drivers.simulated.camera import FolderCamera

THEIRS = Path(str(files("pyzbar") / "tests"))
SEEN = Seen(b"Thalassiodracon", "QRCode", "zxing")
READY = Camera(CameraState.READY)
ABSENT = Camera(CameraState.ABSENT, "scanner.absent")


@contextmanager
def scanning(
    open_camera: Callable[[], Frames], mirror: bool = False
) -> Iterator[tuple[list[Message], Callable[[Callable[[list[Message]], bool]], None]]]:
    heard: list[Message] = []
    stop = threading.Event()
    scanner = Scanner(open_camera, heard.append, lambda: mirror, fps=30)
    thread = threading.Thread(target=scanner.run, args=(stop,))

    def until(true: Callable[[list[Message]], bool]) -> None:
        deadline = time.monotonic() + 20
        while not true(heard):
            assert time.monotonic() < deadline, heard
            stop.wait(0.01)

    thread.start()
    try:
        yield heard, until
    finally:
        stop.set()
        thread.join()


def hold_up(folder: Path, picture: str) -> Path:
    place = folder / picture
    place.write_bytes((THEIRS / picture).read_bytes())
    return place


def test_a_card_held_up_is_told_once_beside_another(tmp_path: Path) -> None:
    with scanning(partial(open_frames, str(tmp_path))) as (heard, until):
        until(lambda heard: READY in heard)
        hold_up(tmp_path, "qrcode.png")
        until(lambda heard: SEEN in heard)
        hold_up(tmp_path, "code128.png")
        until(lambda heard: Seen(b"Foramenifera", "Code128", "zxing") in heard)
        assert heard.count(SEEN) == 1


def test_a_camera_that_goes_and_comes_is_told_once_each_time(tmp_path: Path) -> None:
    folder = tmp_path / "camera"
    with scanning(partial(open_frames, str(folder))) as (heard, until):
        until(lambda heard: ABSENT in heard)
        folder.mkdir()
        until(lambda heard: READY in heard)
        folder.rmdir()
        until(lambda heard: heard.count(ABSENT) == 2)
        folder.mkdir()
        until(lambda heard: heard.count(READY) == 2)
    assert heard == [ABSENT, READY, ABSENT, READY]


def test_a_dark_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "night.png").write_bytes(cv2.imencode(".png", np.zeros((90, 160, 3), np.uint8))[1].tobytes())
    with scanning(partial(open_frames, str(tmp_path))) as (_, until):
        until(lambda heard: Camera(CameraState.DARK, "scanner.dark") in heard)
        hold_up(tmp_path, "qrcode.png")
        until(lambda heard: SEEN in heard)


def test_who_asks_gets_small_mirror_pictures(tmp_path: Path) -> None:
    hold_up(tmp_path, "qrcode.png")
    with scanning(partial(open_frames, str(tmp_path)), mirror=True) as (heard, until):
        until(lambda heard: any(isinstance(message, Preview) for message in heard))
        (jpeg, *_) = [message.jpeg for message in heard if isinstance(message, Preview)]
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[1] == 320


def test_a_film_is_read_again_and_again(tmp_path: Path) -> None:
    film = tmp_path / "film.avi"
    picture = cv2.imread(str(THEIRS / "qrcode.png"))
    assert picture is not None
    frame = cv2.copyMakeBorder(picture, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (frame.shape[1], frame.shape[0]))
    for _ in range(5):
        writer.write(frame)
    writer.release()
    with scanning(partial(open_frames, str(film))) as (_, until):
        until(lambda heard: SEEN in heard)
    frames = open_frames(str(film))
    for _ in range(12):
        assert frames.newest(5.0).shape == frame.shape
    frames.close()


def test_a_place_without_a_camera_is_absent_and_a_file_without_a_film_refused(tmp_path: Path) -> None:
    for source in ("99", "/dev/nowhere", str(tmp_path / "nothing")):
        with pytest.raises(LinkError, match=r"scanner\.absent"):
            open_frames(source)
    (tmp_path / "film.avi").write_bytes(b"no film")
    with pytest.raises(Refused, match=r"scanner\.picture"):
        open_frames(str(tmp_path / "film.avi"))


def test_the_folder_camera_holds_each_picture_for_its_time(tmp_path: Path) -> None:
    now = [0.0]
    for name in ("b.png", "a.png", "half.png", "notes.txt"):
        (tmp_path / name).write_text(name)
    read = {"a.png": "A", "b.png": "B", "half.png": None}
    camera = FolderCamera(tmp_path, lambda path: read[path.name], "grey", rate=2.0, clock=lambda: now[0])
    shown = []
    for tick in range(8):
        now[0] = tick / 4
        shown.append(camera.newest(1.0))
    assert shown == ["A", "A", "B", "B", "grey", "grey", "A", "A"]
