"""Pictures from files and from cameras: what is none never hurts, what is too large is small before it costs."""

import os
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.errors import LinkError, Refused
from drivers.scanner.frames import LONG, SHORT, WHOLE_PIXELS, glance, gray_of, mirror_of, read_picture, sound, still_of


def png_head(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize("kind", [".jpg", ".png"])
def test_a_large_photograph_is_read_grey_and_reduced(tmp_path: Path, kind: str) -> None:
    side = int(WHOLE_PIXELS**0.5) + 200
    picture = np.full((side, side, 3), (30, 60, 90), np.uint8)
    (tmp_path / f"a{kind}").write_bytes(bytes(cv2.imencode(kind, picture)[1]))
    frame = read_picture(tmp_path / f"a{kind}")
    assert frame.shape == (side // 2, side // 2)
    assert gray_of(frame).shape == frame.shape


def test_an_ordinary_one_keeps_its_pixels(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(bytes(cv2.imencode(".png", np.zeros((3000, 4000, 3), np.uint8))[1]))
    assert read_picture(tmp_path / "a.png").shape == (3000, 4000, 3)


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (0xFFFFFFFF, 1), (8200, 8200)])
def test_a_bomb_is_refused_by_its_head(tmp_path: Path, width: int, height: int) -> None:
    (tmp_path / "bomb.png").write_bytes(png_head(width, height) + bytes(1000))
    with pytest.raises(Refused, match=r"scanner\.too_large"):
        read_picture(tmp_path / "bomb.png")


def test_a_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "hole.jpg").open("wb") as hole:
        hole.write(b"\xff\xd8\xff\xe0")
        hole.truncate(1 << 40)
    with pytest.raises(Refused, match=r"scanner\.too_large"):
        read_picture(tmp_path / "hole.jpg")


@pytest.mark.parametrize(
    "raw", [b"", b"no picture", png_head(0, 0), png_head(100, 100), b"\xff\xd8\xff\xe0\x00\x10JFIF"]
)
def test_what_is_no_picture_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(raw)
    with pytest.raises(Refused, match=r"scanner\.picture"):
        read_picture(tmp_path / "a.jpg")


def test_what_is_no_file_is_said_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.png")
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "folder.png").mkdir()
    for name in ("fifo.png", "loop.png", "folder.png", "nothing.png", "zero\0.png"):
        with pytest.raises(LinkError, match=r"scanner\.file"):
            read_picture(tmp_path / name)


@pytest.mark.parametrize(
    "shape",
    [
        (0, 0, 3),
        (0, 720, 3),
        (1, 1, 3),
        (720, 1280, 4),
        (720, 1280, 2),
        (1, 50_000),
        (20, 30_000, 3),
        (9,),
        (2, 2, 2, 2),
    ],
    ids=str,
)
def test_what_no_camera_should_give_is_no_frame(shape: tuple[int, ...]) -> None:
    assert sound(np.zeros(shape, np.uint8)) is None


@pytest.mark.parametrize(
    "raw", [None, b"bytes", [], np.zeros((720, 1280, 3), np.uint16), np.zeros((720, 1280), np.float32)]
)
def test_nor_is_what_has_other_pixels(raw: object) -> None:
    assert sound(raw) is None


@pytest.mark.parametrize(
    ("shape", "fitted"),
    [
        ((720, 1280, 3), (720, 1280, 3)),
        ((1080, 1920), (1080, 1920)),
        ((1920, 1080, 3), (1920, 1080, 3)),
        ((5792, 8688, 3), (1080, 1620, 3)),
        ((300, 30_000, 3), (19, 1920, 3)),
    ],
    ids=str,
)
def test_a_camera_never_gives_more_than_we_look_at(shape: tuple[int, ...], fitted: tuple[int, ...]) -> None:
    frame = sound(np.zeros(shape, np.uint8))
    assert frame is not None
    assert frame.shape == fitted
    assert max(frame.shape[:2]) <= LONG
    assert min(frame.shape[:2]) <= SHORT


@pytest.mark.parametrize("shape", [(90, 160, 3), (90, 160), (1, 1920, 3)], ids=str)
def test_every_frame_can_be_glanced_at_mirrored_and_kept(shape: tuple[int, ...]) -> None:
    frame = np.full(shape, 77, np.uint8)
    assert glance(gray_of(frame))[0] == 77
    for jpeg, width in ((mirror_of(frame), 320), (still_of(frame), shape[1])):
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape[1] == width


def test_the_mirror_shows_a_person_himself() -> None:
    frame = np.zeros((720, 1280, 3), np.uint8)
    frame[:, 640:] = 255  # our right is his left
    picture = cv2.imdecode(np.frombuffer(mirror_of(frame), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    assert picture[:, :150].min() > 200
    assert picture[:, 170:].max() < 50


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_what_may_be_seen_through_lies_on_white_paper(tmp_path: Path, kind: type) -> None:
    most = np.iinfo(kind).max
    picture: np.ndarray = np.zeros((40, 60, 4), kind)
    picture[:, 20:40, 3], picture[:, 40:, 3] = most // 2, most
    (tmp_path / "a.png").write_bytes(bytes(cv2.imencode(".png", picture)[1]))
    frame = read_picture(tmp_path / "a.png")
    assert frame.dtype == np.uint8
    assert [int(frame[5, column, 0]) for column in (5, 25, 45)] == pytest.approx([255, 128, 0], abs=1)
