"""The pure parts: numbers, checksums, frames in a stream, versions."""

import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.analyzer.fields import value
from drivers.analyzer.frames import body, crc, take, wrap
from drivers.errors import FrameError, Refused
from drivers.profile.firmware import within
from drivers.profile.folder import find
from drivers.profile.layout import FieldForm
from drivers.profile.link import Check, Framed
from drivers.profile.measure import real

FORM = find("dayuan-tl310").frame
assert isinstance(FORM, Framed)
FRAMED: Framed = FORM


def parameters(width: int, poly: int, init: int, ref: bool, xorout: int) -> Check:
    told = {"algo": "crc", "width": width, "poly": poly, "init": init, "refin": ref, "refout": ref, "xorout": xorout}
    return Check.model_validate({**told, "from": 0, "at": -1})


@pytest.mark.parametrize(
    ("check", "result"),
    [  # the catalogue's check values for "123456789"
        (parameters(8, 0x07, 0x00, False, 0x00), 0xF4),
        (parameters(8, 0x31, 0x00, True, 0x00), 0xA1),
        (parameters(16, 0x1021, 0xFFFF, False, 0x0000), 0x29B1),
        (parameters(16, 0x8005, 0xFFFF, True, 0x0000), 0x4B37),
        (parameters(32, 0x04C11DB7, 0xFFFFFFFF, True, 0xFFFFFFFF), 0xCBF43926),
    ],
)
def test_known_checksums(check: Check, result: int) -> None:
    assert crc(b"123456789", check) == result


@given(st.binary(min_size=4, max_size=4))
def test_a_float_is_the_shortest_decimal_that_gives_it_again(data: bytes) -> None:
    number = real(data)
    if number is None:
        assert data[0] & 0x7F == 0x7F
        assert data[1] & 0x80
        return
    assert struct.pack(">f", float(number))[1:] == data[1:]
    assert len(number.normalize().as_tuple().digits) <= 9


@pytest.mark.parametrize(
    ("data", "text"), [("3F9D7DBF", "1.2304"), ("41200000", "10"), ("80000000", "0"), ("47C35000", "100000")]
)
def test_floats_as_the_instrument_shows_them(data: str, text: str) -> None:
    assert str(real(bytes.fromhex(data))) == text


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=4), st.binary(max_size=6), st.integers(1, 9))
def test_frames_come_out_of_a_stream_in_any_pieces(bodies: list[bytes], junk: bytes, size: int) -> None:
    """Junk without a start byte; every frame that went in comes out."""
    wrapped = [wrap(b"\x16" + len(data).to_bytes(2, "little") + data, FRAMED) for data in bodies]
    stream = b"".join(junk.replace(b"\x7e", b"") + frame for frame in wrapped)
    found, rest = [], b""
    for at in range(0, len(stream), size):
        rest += stream[at : at + size]
        while (taken := take(rest, FRAMED, ended=False)).frame:
            found.append(taken.frame)
            rest = taken.rest
        rest = taken.rest
    assert found == wrapped
    assert [body(frame, FRAMED)[3:] for frame in found] == bodies


@given(st.binary(max_size=80), st.booleans())
def test_no_bytes_break_the_reader(data: bytes, ended: bool) -> None:
    taken = take(data, FRAMED, ended)
    assert len(taken.rest) <= len(data)
    assert taken.frame is None or wrap(body(taken.frame, FRAMED), FRAMED) == taken.frame


@pytest.mark.parametrize(
    ("firmware", "inside"),
    [
        ("1.0.0", True),
        ("1.4.2", True),
        ("1.10.0", True),
        ("2.0.0", False),
        ("0.9.9", False),
        ("1.99", True),
        ("2", False),
        ("x", False),
    ],
)
def test_versions_are_numbers(firmware: str, inside: bool) -> None:
    assert within(firmware, ">=1.0.0,<2.0.0") is inside


def test_a_constant_that_differs_is_another_answer_and_a_wrong_value_is_a_refusal() -> None:
    with pytest.raises(FrameError, match=r"analyzer\.answer"):
        value(b"\x02", FieldForm(id="a", type="hex1", equals="01"))
    with pytest.raises(Refused, match=r"analyzer\.refused"):
        value(b"\x02", FieldForm(id="a", type="u8", max=Decimal(1)))


@pytest.mark.parametrize(
    ("order", "data"), [("ABCD", "3F9D7DBF"), ("CDAB", "7DBF3F9D"), ("BADC", "9D3FBF7D"), ("DCBA", "BF7D9D3F")]
)
def test_every_byte_order(order: str, data: str) -> None:
    form = FieldForm.model_validate({"id": "a", "type": "f32", "order": order})
    assert value(bytes.fromhex(data), form) == Decimal("1.2304")
