"""Codes to bytes: both decoders, Chinese payloads, and pictures that no one here made."""

import logging
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import segno
from PIL import Image

from drivers.errors import LinkError, Refused
from drivers.scan_wire import Seen
from drivers.scanner import _zbar, _zxing, decode, glance, gray_of, read_codes, read_picture, text_of

THEIRS = files("pyzbar") / "tests"  # shipped inside the pyzbar wheel of our lock file


def qr(data: str | bytes, scale: int = 4) -> memoryview:
    matrix = segno.make(data, mode="byte", error="m", micro=False, boost_error=False).matrix
    side = len(matrix)
    picture = Image.frombytes("L", (side, side), bytes(0 if dark else 255 for row in matrix for dark in row))
    framed = Image.new("L", (side + 8, side + 8), 255)
    framed.paste(picture, (4, 4))
    large = framed.resize((framed.width * scale, framed.height * scale), Image.Resampling.NEAREST)
    return memoryview(large.tobytes()).cast("B", (large.height, large.width))


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
    zbar = _zbar()
    assert zbar is not None
    for decoder in (decode, _zxing, zbar):
        assert {seen.data: seen.symbology for seen in decoder(gray)} == codes


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
    zbar = _zbar()
    assert zbar is not None
    assert [seen.data for seen in _zxing(qr(payload))] == [payload]
    assert [seen.data for seen in zbar(qr(payload))] == [payload]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"HTTPS://COUNTY.EXAMPLE/C/A", "HTTPS://COUNTY.EXAMPLE/C/A"),
        ("李四".encode(), "李四"),
        ("李四".encode("gb18030"), "李四"),
        (b"Hello\0Goodbye", None),
        (b"a\nb", None),
        ("a\u202eb".encode(), None),  # a direction override would show another text than it holds
        (b"\x1d0106901234567892", None),
        (b"\xff\xff\xff", None),
    ],
)
def test_text_is_utf8_then_gb18030_and_never_controls(data: bytes, text: str | None) -> None:
    assert text_of(data) == text


def test_the_second_opinion_is_asked_only_when_wanted_and_needed() -> None:
    blank = memoryview(bytes([200]) * 10_000).cast("B", (100, 100))
    assert decode(blank) == decode(blank, second_opinion=False) == ()
    assert decode(qr(b"A"))[0].decoder == "zxing"
    assert read_codes(qr(b"A")) == (b"A",)


def test_without_libzbar_it_says_so_once_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    monkeypatch.delitem(sys.modules, "pyzbar.wrapper", raising=False)
    _zbar.cache_clear()
    blank = memoryview(bytes([200]) * 10_000).cast("B", (100, 100))
    with caplog.at_level(logging.WARNING):
        assert decode(blank) == decode(blank) == ()
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
