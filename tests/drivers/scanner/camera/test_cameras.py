"""Cameras behind OpenCV's capture: newest only, decoded only when asked for; garbage and hanging drivers."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, cycle, repeat
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.errors import LinkError, Refused
from drivers.scanner.camera.cameras import FilmedFrames, open_frames
from drivers.simulated.camera import FolderCamera
from tests.support.captured import GONE, HANGS, TORN, ScriptedCapture, noise
from tests.support.waiting import wait_for

WHITE = np.full((720, 1280, 3), 255, np.uint8)
GARBAGE = (
    None,
    TORN,
    np.zeros((0, 0, 3), np.uint8),
    np.zeros((720, 1280, 3), np.uint16),
    np.zeros((1, 40_000), np.uint8),
    np.zeros((720, 1280, 4), np.uint8),
)


@contextmanager
def showing(capture: ScriptedCapture) -> Iterator[FilmedFrames]:
    frames = FilmedFrames(capture, "camera")
    try:
        yield frames
    finally:
        capture.go_on.set()
        frames.close()
        wait_for(capture.released.is_set, "the camera is given back")


def test_only_what_is_asked_for_is_decoded() -> None:
    capture = ScriptedCapture(repeat(WHITE), pace=0.001)
    with showing(capture) as frames:
        wait_for(lambda: capture.grabbed > 50, "the queue is kept empty")
        assert capture.retrieved == 0
        frames.newest(5)
        assert capture.retrieved == 1


def test_a_picture_is_younger_than_the_question() -> None:
    numbers = (np.full((32, 32, 3), (*divmod(number, 256), 0), np.uint8) for number in range(1 << 16))
    capture = ScriptedCapture(numbers, pace=0.001)
    with showing(capture) as frames:
        for showing_for in range(5, 100, 10):
            wait_for(partial(capture.has_grabbed, showing_for), "time passes")
            asked = capture.grabbed
            high, low, _ = frames.newest(5)[0, 0]
            assert int(high) * 256 + int(low) >= asked


def test_garbage_is_passed_over() -> None:
    with showing(ScriptedCapture(cycle([*GARBAGE, WHITE]))) as frames:
        for _ in range(4):
            assert frames.newest(5).shape == WHITE.shape


def test_nothing_but_garbage_is_silence(caplog: pytest.LogCaptureFixture) -> None:
    with showing(ScriptedCapture(cycle(GARBAGE))) as frames:
        for _ in range(2):
            with pytest.raises(LinkError, match=r"scanner\.silent"):
                frames.newest(0.2)
    assert len([record for record in caplog.records if "no picture" in record.getMessage()]) == 1


def test_frames_that_change_their_size_and_huge_ones() -> None:
    sizes = [(480, 640), (5800, 8700), (720, 1280), (1200, 1600)]
    with showing(ScriptedCapture(cycle(noise(1, *size)() for size in sizes))) as frames:
        seen = {frames.newest(60).shape[:2] for _ in range(16)}
    assert seen <= {(480, 640), (1080, 1620), (720, 1280), (1080, 1440)}
    assert len(seen) > 1


def test_a_camera_that_goes_is_absent_and_is_given_back() -> None:
    capture = ScriptedCapture(chain([WHITE], repeat(GONE)))
    with showing(capture) as frames:
        wait_for(capture.released.is_set, "the camera is given back")
        for _ in range(2):
            with pytest.raises(LinkError, match=r"scanner\.absent"):
                frames.newest(5)


def test_a_driver_that_hangs_is_noticed_and_does_not_hold_us() -> None:
    capture = ScriptedCapture(chain([WHITE], repeat(HANGS)), pace=0.05)
    with showing(capture) as frames:
        wait_for(lambda: capture.grabbed == 1, "the first frame")
        with pytest.raises(LinkError, match=r"scanner\.silent"):
            frames.newest(0.2)
        frames.close()  # comes back although the driver does not
        assert not capture.released.is_set()


def test_it_is_darkened_by_its_controls() -> None:
    asked: list[bool] = []
    frames = FilmedFrames(ScriptedCapture(repeat(WHITE)), "camera", asked.append)
    frames.darken(True)
    frames.darken(False)
    frames.close()
    assert asked == [True, False]


def test_a_place_without_a_camera_is_absent_and_a_file_without_a_film_refused(tmp_path: Path) -> None:
    for source in ("99", "auto", "usb:dead:beef", "/dev/nowhere", str(tmp_path / "nothing")):
        with pytest.raises(LinkError, match=r"scanner\.absent"):
            open_frames(source, root=tmp_path)
    (tmp_path / "film.avi").write_bytes(b"no film")
    with pytest.raises(Refused, match=r"scanner\.picture"):
        open_frames(str(tmp_path / "film.avi"))


def test_a_node_that_is_no_camera_is_absent(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/video0").write_bytes(b"")
    with pytest.raises(LinkError, match=r"scanner\.absent"):
        open_frames("0", root=tmp_path)


@pytest.mark.parametrize("fourcc", ["MJPG", "mp4v"])
def test_a_film_is_shown_again_and_again(tmp_path: Path, fourcc: str) -> None:
    film = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*fourcc), 50.0, (320, 240))
    for _ in range(5):
        writer.write(np.full((240, 320, 3), 200, np.uint8))
    writer.release()
    frames = open_frames(str(film))
    for _ in range(12):
        assert frames.newest(5.0).shape == (240, 320, 3)
    frames.close()


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
