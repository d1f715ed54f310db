"""Codes to bytes: both decoders, Chinese payloads, and pictures that no one here made."""

import logging
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest
import segno
import zxingcpp
from PIL import Image

from drivers.errors import LinkError, Refused
from drivers.scanner.codes.decoders import Found, Wanted, _zbar, read_codes, zbar, zxing
from drivers.scanner.frames import glance, gray_of, read_picture
from drivers.scanner.wire import Seen, text_of

THEIRS = files("pyzbar") / "tests"  # shipped inside the pyzbar wheel of our lock file


def qr(data: str | bytes, scale: int = 4) -> memoryview:
    return of_matrix(segno.make(data, mode="byte", error="m", micro=False, boost_error=False).matrix, scale)


def of_matrix(matrix: Sequence[bytearray], scale: int = 4) -> memoryview:
    side = len(matrix)
    picture = Image.frombytes("L", (side, side), bytes(0 if dark else 255 for row in matrix for dark in row))
    framed = Image.new("L", (side + 8, side + 8), 255)
    framed.paste(picture, (4, 4))
    large = framed.resize((framed.width * scale, framed.height * scale), Image.Resampling.NEAREST)
    return memoryview(large.tobytes()).cast("B", (large.height, large.width))


def symbol(text: str, symbology: str, options: str = "") -> memoryview:
    """A code of any symbology, drawn by a library that draws them all."""
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, symbology), options=options)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4))
    framed = Image.new("L", (drawn.width + 60, drawn.height + 60), 255)
    framed.paste(drawn, (30, 30))
    return memoryview(framed.tobytes()).cast("B", (framed.height, framed.width))


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


LI_SI, FARMER = b"\xe6\x9d\x8e\xe5\x9b\x9b".decode(), b"\xe5\x86\x9c\xe6\x88\xb7".decode()


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_code_that_names_its_character_set_gives_its_text(charset: str) -> None:
    code = segno.make(LI_SI + FARMER, mode="byte", encoding=charset, eci=True, micro=False, error="m")
    for decoder in (zxing, zbar):
        (seen,) = seen_in(decoder(of_matrix(code.matrix)))
        assert text_of(seen.data) == LI_SI + FARMER


def test_hanzi_mode_gives_gb_bytes() -> None:
    code = segno.make(LI_SI + FARMER, mode="hanzi", micro=False, error="m")
    assert [seen.data for seen in seen_in(zxing(of_matrix(code.matrix)))] == [(LI_SI + FARMER).encode("gb18030")]


@pytest.mark.parametrize(
    "payload", [b"a\x00b", b"\x1b[2J", b"one\r\ntwo\r\n", b"\x00", b"\xef\xbb\xbfA", b"\xff\xfe", b" "]
)
def test_control_characters_are_given_as_they_stand_there(payload: bytes) -> None:
    for decoder in (zxing, zbar):
        assert [seen.data for seen in seen_in(decoder(qr(payload)))] == [payload]


OTHERS = {
    "MicroQRCode": "12345",
    "RMQRCode": "12345",
    "DataMatrix": "12345",
    "Aztec": "12345",
    "PDF417": "12345",
    "Code39": "12345",
    "ITF": "123456",
    "EAN8": "12345670",
}


@pytest.mark.parametrize("symbology", OTHERS)
def test_what_we_do_not_use_is_not_read(symbology: str) -> None:
    code = symbol(OTHERS[symbology], symbology)
    assert [one.text for one in zxingcpp.read_barcodes(code)] == [OTHERS[symbology]]  # it is a good one
    assert zxing(code) == zbar(code) == []


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (qr(b"A"), Wanted.SQUARES),
        (symbol("LOT-1", "Code128"), Wanted.LINES),
        (symbol("6901234567892", "EAN13"), Wanted.LINES),
    ],
)
def test_only_what_is_wanted_is_read(code: memoryview, wanted: Wanted) -> None:
    for decoder in (zxing, zbar):
        assert len(decoder(code)) == len(decoder(code, wanted)) == 1
        for other in set(Wanted) - {wanted, Wanted.ALL}:
            assert decoder(code, other) == []


def test_zbar_may_look_at_every_second_row_only() -> None:
    for scale in (3, 6):
        assert [seen.data for seen in seen_in(zbar(qr(b"HELLO", scale), every=2))] == [b"HELLO"]
    assert [seen.data for seen in seen_in(zbar(qr(b"HELLO", 2)))] == [b"HELLO"]
    assert zbar(qr(b"HELLO", 2), every=2) == []  # modules of two pixels are too fine for that


def test_a_code_is_given_with_its_corners() -> None:
    side = 21 * 4
    corners = ((16, 16), (16 + side, 16), (16 + side, 16 + side), (16, 16 + side))
    for decoder in (zxing, zbar):
        (found,) = decoder(qr(b"HELLO"))
        assert all(
            abs(x - across) + abs(y - down) <= 4 for (x, y), (across, down) in zip(found.corners, corners, strict=True)
        )


def test_a_code_that_cannot_be_read_is_given_as_a_place() -> None:
    height, width = (code := qr(b"HTTPS://LZ.EXAMPLE.CN/N/530427-ABCDE", 6)).shape or (0, 0)
    spoilt = Image.frombytes("L", (width, height), code.tobytes())
    spoilt.paste(255, (90, 90, 170, 170))
    gray = memoryview(spoilt.tobytes()).cast("B", (height, width))
    assert zxing(gray) == []
    (found,) = zxing(gray, failed=True)
    assert found.seen is None
    assert all(20 <= x <= width - 20 and 20 <= y <= height - 20 for x, y in found.corners)
    assert read_codes(gray) == ()
    (good,) = zxing(code, failed=True)
    assert good.seen is not None


def test_one_threshold_reads_what_lights_itself() -> None:
    assert [seen.data for seen in seen_in(zxing(qr(b"HELLO"), one_threshold=True))] == [b"HELLO"]
    height, width = (code := qr(b"HELLO")).shape or (0, 0)
    levels = (value * (width - place % width) // width for place, value in enumerate(code.tobytes()))
    shaded = memoryview(bytes(50 + level // 2 for level in levels)).cast("B", (height, width))
    assert len(zxing(shaded)) == 1
    assert zxing(shaded, one_threshold=True) == []


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
