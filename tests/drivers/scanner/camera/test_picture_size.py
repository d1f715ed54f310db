"""How large a picture says it is: what OpenCV writes is read back, what is torn or bent is not believed."""

import struct

import cv2
import numpy as np
import pytest

from drivers.scanner.camera.picture_size import buffered, size_of


def encoded(kind: str, width: int, height: int, *options: int) -> bytes:
    done, raw = cv2.imencode(kind, np.full((height, width, 3), 90, np.uint8), list(options))
    assert done
    return bytes(raw)


KINDS = (
    (".png", ()),
    (".jpg", ()),
    (".jpg", (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)),
    (".bmp", ()),
    (".webp", (cv2.IMWRITE_WEBP_QUALITY, 60)),
    (".webp", (cv2.IMWRITE_WEBP_QUALITY, 101)),
)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (90, 31), (1280, 720), (301, 8190)])
@pytest.mark.parametrize(("kind", "options"), KINDS, ids=str)
def test_what_was_written_is_read(kind: str, options: tuple[int, ...], width: int, height: int) -> None:
    assert size_of(encoded(kind, width, height, *options)) == (width, height)


def test_an_extended_webp_and_a_bitmap_from_the_top() -> None:
    webp = b"RIFF" + bytes(4) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff\x04\x00" + b"\xcf\x02\x00"
    assert size_of(webp) == (1280, 720)
    assert size_of(b"BM" + bytes(16) + struct.pack("<ii", 1280, -720)) == (1280, 720)


def test_a_photograph_carries_a_lot_before_its_size() -> None:
    raw = encoded(".jpg", 64, 48)
    exif = b"\xff\xe1" + struct.pack(">H", 60_002) + b"\xff\xc0" * 30_000  # a thumbnail's own frame is not ours
    assert size_of(raw[:2] + exif + b"\xff\xff" + raw[2:]) == (64, 48)


@pytest.mark.parametrize(("kind", "options"), KINDS, ids=str)
def test_torn_heads_say_nothing_wrong(kind: str, options: tuple[int, ...]) -> None:
    raw = encoded(kind, 90, 31, *options)
    assert {size_of(raw[:end]) for end in range(len(raw))} <= {None, (90, 31)}


def full(width: int, height: int, sampling: int, *options: int) -> int:
    return buffered(encoded(".jpg", width, height, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling, *options))


def test_what_a_jpeg_in_several_scans_makes_its_decoder_keep() -> None:
    full_colour, half_colour = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
    in_scans = (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    assert full(400, 300, full_colour) == full(400, 300, half_colour) == 0
    assert full(400, 300, full_colour, *in_scans) == 400 * 300 * 3 * 2
    assert full(400, 300, half_colour, *in_scans) == 400 * 300 * 3 // 2 * 2
    assert buffered(encoded(".png", 400, 300)) == 0


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xd8", b"\xff\xd8" + b"\xff" * 99, b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF"]
)
def test_what_is_none_of_them(raw: bytes) -> None:
    assert size_of(raw) is None
    assert buffered(raw) == 0
