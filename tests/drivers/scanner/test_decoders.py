"""Codes to bytes: both decoders, Chinese payloads, and pictures that no one here made."""

import logging
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import segno
from PIL import Image

from drivers.errors import LinkError, Refused
from drivers.scanner.decoders import Found, _zbar, read_codes, zbar, zxing
from drivers.scanner.frames import glance, gray_of, read_picture
from drivers.scanner.wire import Seen, text_of

THEIRS = files("pyzbar") / "tests"  # shipped inside the pyzbar wheel of our lock file


def qr(data: str | bytes, scale: int = 4) -> memoryview:
    matrix = segno.make(data, mode="byte", error="m", micro=False, boost_error=False).matrix
    side = len(matrix)
    picture = Image.frombytes("L", (side, side), bytes(0 if dark else 255 for row in matrix for dark in row))
    framed = Image.new("L", (side + 8, side + 8), 255)
    framed.paste(picture, (4, 4))
    large = framed.resize((framed.width * scale, framed.height * scale), Image.Resampling.NEAREST)
    return memoryview(large.tobytes()).cast("B", (large.height, large.width))


def seen_in(found: list[Found]) -> list[Seen]:
    return [one.seen for one in found if one.seen is not None]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("qrcode.png", {b"Thalassiodracon": "QRCode"}),
        ("qrcode_rotated.png", {b"Thalassiodracon": "QRCode"}),
        ("code128.png", {b"Foramenifera": "Code128", b"Rana temporaria": "Code128"}),
        ("code128_null_character.png", {b"Hello\0Goodbye": "Code128"}),
        ("empty.png", {}),
    ],
)
def test_pictures_that_no_one_here_made(name: str, codes: dict[bytes, str]) -> None:
    gray = gray_of(read_picture(Path(str(THEIRS / name))))
    for decoder in (zxing, zbar):
        assert {seen.data: seen.symbology for seen in seen_in(decoder(gray))} == codes


CHINESE = [
    "李四".encode(),
    "农户编号A0012 李雷".encode(),
    "李四".encode("gb18030"),
    "豆角".encode("gb18030"),
    "㐂䶮𠮷".encode("gb18030"),
    bytes(range(256)),
]


@pytest.mark.parametrize("payload", CHINESE)
def test_both_decoders_give_the_bytes_and_guess_nothing(payload: bytes) -> None:
    for decoder in (zxing, zbar):
        assert [seen.data for seen in seen_in(decoder(qr(payload)))] == [payload]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"HTTPS://COUNTY.EXAMPLE/C/A", "HTTPS://COUNTY.EXAMPLE/C/A"),
        ("李四".encode(), "李四"),
        ("李四".encode("gb18030"), "李四"),
        (b"a\nb", "a\nb"),  # what may be shown and what may not is for who shows it
        (b"\xff\xff\xff", None),
    ],
)
def test_text_is_utf8_then_gb18030(data: bytes, text: str | None) -> None:
    assert text_of(data) == text


def test_without_libzbar_it_says_so_once_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    monkeypatch.delitem(sys.modules, "pyzbar.wrapper", raising=False)
    _zbar.cache_clear()
    blank = memoryview(bytes([200]) * 10_000).cast("B", (100, 100))
    with caplog.at_level(logging.WARNING):
        assert read_codes(blank) == read_codes(blank) == ()
    _zbar.cache_clear()
    assert [record.message for record in caplog.records if "libzbar0" in record.message] != []
    assert len(caplog.records) == 1


def test_what_is_no_picture_is_refused_by_its_name(tmp_path: Path) -> None:
    for name, content in (("empty.png", b""), ("text.png", b"not a picture")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Refused, match=name):
            read_picture(tmp_path / name)
    with pytest.raises(LinkError, match=r"scanner\.file"):
        read_picture(tmp_path / "nowhere.png")


def test_a_glance_tells_dark_from_light_and_one_picture_from_another() -> None:
    dark, light = (memoryview(bytes([level]) * 4096).cast("B", (64, 64)) for level in (3, 200))
    assert glance(dark)[0] == pytest.approx(3)
    assert glance(light)[0] == pytest.approx(200)
    assert glance(dark)[1] != glance(light)[1]


def test_a_seen_code_is_a_value() -> None:
    assert Seen(b"A", "QRCode", "zxing") == Seen(b"A", "QRCode", "zxing")
