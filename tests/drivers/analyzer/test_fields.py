"""Every type of a binary field against another decoder: struct, datetime."""

import struct
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.analyzer.fields import Row, Value, coils, decimal, registers, value
from drivers.errors import FrameError, Refused
from drivers.profile.kinds import SIZES, size_of
from drivers.profile.layout import FieldForm

WHOLE = {  # kind → struct
    "u8": "B", "s8": "b", "u16": ">H", "u16le": "<H", "u16be": ">H", "s16": ">h", "s16le": "<h", "s16be": ">h",
    "u32": ">I", "u32le": "<I", "u32be": ">I", "s32": ">i", "s32le": "<i", "s32be": ">i", "u64": ">Q", "s64": ">q",
}  # fmt: skip
FLOATS = {"f32": ">f", "f32le": "<f", "f32be": ">f", "f64": ">d", "f64le": "<d", "f64be": ">d"}
FLAGS = {"flags8": ">B", "flags": ">H", "flags32": ">I"}
CLOCKS = {"ymdhms", "bcd-ymdhms", "u16-ymdhms", "smhdm-y", "fat", "fat-2000"}
OTHERS = {"sm32le", "u8-milli128", "u16-milli128"}
ORDERS = {"ABCD": (0, 1, 2, 3), "CDAB": (2, 3, 0, 1), "BADC": (1, 0, 3, 2), "DCBA": (3, 2, 1, 0)}
LONG = {"ABCD": "01234567", "CDAB": "67452301", "BADC": "10325476", "DCBA": "76543210"}

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
MOMENTS = st.builds(datetime.combine, DAYS, st.times().map(lambda time: time.replace(microsecond=0)))


def form(**said: Any) -> FieldForm:
    return FieldForm.model_validate({"id": "a", **said})


def read(data: bytes | str, encoding: str = "ascii", **said: Any) -> Value:
    return value(bytes.fromhex(data) if isinstance(data, str) else data, form(**said), encoding)


def refusal(data: bytes | str, **said: Any) -> tuple[object, object]:
    with pytest.raises(Refused, match=r"analyzer\.refused") as caught:
        read(data, **said)
    return caught.value.facts["field"], caught.value.facts["value"]


# --- every type -------------------------------------------------------------------------------------------------------


def test_no_type_is_forgotten_here() -> None:
    assert set(SIZES) == {*WHOLE, *FLOATS, *FLAGS, *CLOCKS, *OTHERS}


def test_a_type_is_as_long_as_the_other_decoder_says() -> None:
    assert {kind: size_of(kind) for kind in (*WHOLE, *FLOATS, *FLAGS)} == {
        kind: struct.calcsize(code) for kind, code in (WHOLE | FLOATS | FLAGS).items()
    }


@pytest.mark.parametrize(("kind", "code"), WHOLE.items())
@given(data=st.binary(min_size=8, max_size=8))
def test_whole_numbers(kind: str, code: str, data: bytes) -> None:
    data = data[: struct.calcsize(code)]
    assert read(data, type=kind) == struct.unpack(code, data)[0]


@pytest.mark.parametrize(("kind", "code"), FLOATS.items())
@given(data=st.binary(min_size=8, max_size=8))
def test_floats_are_exact_decimals_or_refused(kind: str, code: str, data: bytes) -> None:
    data = data[: struct.calcsize(code)]
    (number,) = struct.unpack(code, data)
    if number - number != 0:  # an infinity, or no number
        assert refusal(data, type=kind) == ("a", data.hex(" ").upper())
        return
    found = read(data, type=kind)
    assert isinstance(found, Decimal)
    assert struct.pack(code, float(found)) == struct.pack(code, number or 0.0)  # zero has no sign


@pytest.mark.parametrize(("kind", "code"), FLAGS.items())
@given(data=st.binary(min_size=4, max_size=4))
def test_flags_name_the_bits_that_are_up(kind: str, code: str, data: bytes) -> None:
    data = data[: struct.calcsize(code)]
    (word,) = struct.unpack(code, data)
    named = {bit: f"bit{bit}" for bit in range(0, 8 * len(data), 3)}
    assert read(data, type=kind, flags=named) == {name for bit, name in named.items() if word & 2**bit}


@given(st.integers(0, 2**31 - 1), st.booleans())
def test_sign_and_magnitude(magnitude: int, negative: bool) -> None:
    data = struct.pack("<I", magnitude + 2**31 * negative)
    assert read(data, type="sm32le") == (-magnitude if negative else magnitude)


@given(st.integers(0, 65535), st.integers(0, 999))
def test_thousandths_in_two_digits_of_base_128(whole: int, milli: int) -> None:
    digits = bytes(divmod(milli, 128))
    assert read(struct.pack(">H", whole) + digits, type="u16-milli128") == Decimal(f"{whole}.{milli:03}")
    assert read(bytes([whole % 256]) + digits, type="u8-milli128") == Decimal(f"{whole % 256}.{milli:03}")


@pytest.mark.parametrize("data", ["01 80 00", "01 00 80", "01 07 68"])
def test_thousandths_that_are_none(data: str) -> None:
    assert refusal(data, type="u8-milli128") == ("a", data)


def packed(digits: int) -> int:
    return int(str(digits), 16)


def fat(at: datetime, since: int) -> bytes:
    day = (at.year - since) * 2**9 + at.month * 2**5 + at.day
    return struct.pack("<HH", at.hour * 2**11 + at.minute * 2**5 + at.second // 2, day)


@given(MOMENTS)
def test_moments(at: datetime) -> None:
    y, rest = at.year - 2000, (at.month, at.day, at.hour, at.minute, at.second)
    even = at.replace(second=at.second // 2 * 2).isoformat()
    assert read(bytes((y, *rest)), type="ymdhms") == at.isoformat()
    assert read(bytes(map(packed, (y, *rest))), type="bcd-ymdhms") == at.isoformat()
    assert read(struct.pack(">6H", at.year, *rest), type="u16-ymdhms") == at.isoformat()
    assert read(bytes((at.second, at.minute, at.hour, at.day, at.month, 5, y)), type="smhdm-y") == at.isoformat()
    assert read(fat(at, 1980), type="fat") == even
    assert read(fat(at, 2000), type="fat-2000") == even


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("ymdhms", "12 0D 1F 0B 00 00"),  # month 13
        ("ymdhms", "6C 01 01 00 00 00"),  # 2108
        ("u16-ymdhms", "6B EA 00 0B 00 14 00 09 00 29 00 1E"),  # 27626
        ("u16-ymdhms", "00 00 00 01 00 01 00 00 00 00 00 00"),
        ("ymdhms", "12 02 1D 0B 00 00"),  # 29 February 2018
        ("ymdhms", "12 02 1C 18 00 00"),  # hour 24
        ("bcd-ymdhms", "18 03 3A 10 30 05"),  # a digit above 9
        ("bcd-ymdhms", "18 03 1F 10 30 05"),
        ("bcd-ymdhms", "18 00 01 10 30 05"),  # month 0
        ("u16-ymdhms", "07 E2 00 03 00 1F 00 0A 00 3C 00 00"),  # minute 60
        ("smhdm-y", "3C 35 10 02 07 02 0C"),  # second 60
        ("fat", "00 00 00 00"),
        ("fat-2000", "00 00 5E 24"),  # 30 February
        ("fat-2000", "1F 00 61 24"),  # second 62
    ],
)
def test_there_is_no_such_moment(kind: str, data: str) -> None:
    assert refusal(data, type=kind) == ("a", data)


def test_a_leap_day_is_a_day() -> None:
    assert read("14 02 1D 00 00 00", type="ymdhms") == "2020-02-29T00:00:00"


def test_raw_bytes() -> None:
    assert read(b"\x00\xab\xff", type="hex3") == "00 AB FF"


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        ("白菜".encode("gb18030") + bytes(4), "gb18030", "白菜"),
        ("油麦菜A".encode("gb18030") + b"\0\xb0", "gb18030", "油麦菜A"),  # what stands after the first zero is nothing
        (b" PRN 23XX", "ascii", "PRN 23XX"),
        (bytes(8), "ascii", ""),
    ],
)
def test_text(data: bytes, encoding: str, text: str) -> None:
    assert read(data, encoding, type=f"text{len(data)}") == text


def test_half_a_character_is_no_text() -> None:
    with pytest.raises(FrameError, match=r"analyzer\.encoding"):
        read("白菜".encode("gb18030")[:3], "gb18030", type="text3")


@pytest.mark.parametrize(("text", "number"), [(b" 12.50", "12.50"), (b"-0.3  ", "-0.3"), (b"+7\0\0\0\0", "7")])
def test_a_number_in_characters(text: bytes, number: str) -> None:
    assert str(read(text, type="num6")) == number


@pytest.mark.parametrize("text", [b"12,50 ", b"--.-- ", b"nan   ", b"      ", "１２".encode()])
def test_characters_that_are_no_number(text: bytes) -> None:
    with pytest.raises(Refused):
        read(text, "utf-8", type="num6")


# --- order, bits, scale -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("order", "places"), ORDERS.items())
@given(st.integers(-(2**31), 2**31 - 1))
def test_four_bytes_in_every_order(order: str, places: tuple[int, ...], number: int) -> None:
    straight = struct.pack(">i", number)
    assert read(bytes(straight[at] for at in places), type="s32", order=order) == number


@pytest.mark.parametrize(("order", "places"), LONG.items())
@given(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False))
def test_eight_bytes_in_every_order(order: str, places: str, number: int, real: float) -> None:
    def mixed(straight: bytes) -> bytes:
        return bytes(straight[int(at)] for at in places)

    assert read(mixed(struct.pack(">q", number)), type="s64", order=order) == number
    assert read(mixed(struct.pack(">d", real)), type="f64", order=order) == Decimal(repr(real))


@pytest.mark.parametrize(("order", "sent"), [("ABCD", b"TL-310"), ("BADC", b"LT3-01"), ("DCBA", b"013-LT")])
def test_text_in_every_order(order: str, sent: bytes) -> None:
    assert read(sent, type="text6", order=order) == "TL-310"


@given(st.integers(0, 0xFFFF), st.integers(0, 15), st.integers(1, 16))
def test_some_bits_of_a_word(word: int, first: int, many: int) -> None:
    picture = f"{word:016b}"[::-1][first : first + many][::-1]
    assert read(struct.pack("<H", word), type="u16le", bits=[first, many]) == int(picture, 2)


@pytest.mark.parametrize(
    ("kind", "data", "scale", "told"),
    [
        ("u16le", "97 0D", "0.01", "34.79"),
        ("s16be", "FF FF", "0.001", "-0.001"),
        ("num4", "31 32 2E 30", "10", "120.0"),
    ],
)
def test_scaled_numbers_keep_their_digits(kind: str, data: str, scale: str, told: str) -> None:
    assert str(read(data, type=kind, scale=Decimal(scale))) == told


# --- what a value may be ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "data", "missing"),
    [
        ("u16le", "FE 7F", [0x7FFE]),
        ("u16le", "FE 7F", ["FE 7F"]),
        ("sm32le", "2C 42 0F 00", [1000_000 - 20]),
        ("s16be", "FF FF", [-1]),
        ("f32be", "C6 1C 3C 00", [-9999]),
        ("f32be", "7F C0 00 00", ["7F C0 00 00"]),  # not a number, and the manual says what it means
        ("u8-milli128", "FF FF FF", ["FF FF FF"]),
        ("ymdhms", "00 00 00 00 00 00", ["00 00 00 00 00 00"]),
        ("num4", "2D 39 39 39", [-999]),
        ("text4", "2D 2D 2D 2D", ["----"]),
        ("num4", "20 4E 41 20", ["NA"]),
    ],
)
def test_not_available_is_no_number(kind: str, data: str, missing: list[Any]) -> None:
    assert read(data, type=kind, missing=missing, scale=Decimal("0.1"), max=Decimal(9)) is None


@pytest.mark.parametrize(
    ("kind", "data", "bounds", "value"),
    [
        ("u16le", "F2 03", {"scale": Decimal("0.1"), "max": Decimal(100)}, "101.0"),
        ("f32be", "43 06 80 00", {"max": Decimal(100)}, "134.5"),
        ("f32be", "C0 20 00 00", {"min": Decimal(0)}, "-2.5"),
        ("u8", "00", {"min": Decimal(1)}, "0"),
        ("u8", "03", {"enum": {"1": "pass", "2": "exceeds"}}, "3"),
        ("hex1", "16", {"enum": {"11": "11"}}, "16"),
        ("num4", "2D 30 2E 31", {"min": Decimal(0)}, "-0.1"),
        ("text4", "4F 4C 20 20", {"refuse": {"OL": "over"}}, "over"),
    ],
)
def test_out_of_bounds_is_refused(kind: str, data: str, bounds: dict[str, Any], value: str) -> None:
    assert refusal(data, type=kind, **bounds) == ("a", value)


@pytest.mark.parametrize(
    ("kind", "data", "equals"), [("u8", "11", 0x11), ("hex2", "10 10", "10 10"), ("text2", "4F 4B", "OK")]
)
def test_a_constant_is_right_or_another_answer(kind: str, data: str, equals: int | str) -> None:
    assert read(data, type=kind, equals=equals) == equals
    with pytest.raises(FrameError, match=r"analyzer\.answer"):
        read(b"\x7f" * size_of(kind), type=kind, equals=equals)


def test_bounds_are_inside() -> None:
    assert read("E8 03", type="u16le", scale=Decimal("0.1"), max=Decimal(100)) == 100
    assert read("00", type="u8", min=Decimal(0)) == 0


def test_a_word_is_no_quantity() -> None:
    assert decimal(7) == Decimal(7)
    with pytest.raises(Refused):
        decimal("pass")


# --- registers and coils ----------------------------------------------------------------------------------------------


def test_registers_by_their_address() -> None:
    forms = [form(id="b", type="f32", addr=12, order="CDAB"), form(id="a", type="u16", addr=10)]
    assert registers(bytes.fromhex("0005 0000 7DBF 3F9D"), 10, forms) == {"b": Decimal("1.2304"), "a": 5}


def test_coils_by_their_address() -> None:
    forms = [form(id="a", type="u8", addr=100), form(id="b", type="u8", addr=109, enum={"1": "ready"})]
    assert coils(b"\x00\x02", 100, forms) == {"a": 0, "b": "ready"}


def test_a_row_tells_text_and_numbers() -> None:
    row = Row({"n": 5, "x": Decimal(17), "w": "ok", "no": None}, b"")
    assert (row.text("n"), row.text("w"), row.text("no"), row.text(None), row.text("absent")) == (
        "5",
        "ok",
        None,
        None,
        None,
    )
    assert (row.number("n"), row.number("x"), row.number("w"), row.number(None)) == (5, 17, None, None)
