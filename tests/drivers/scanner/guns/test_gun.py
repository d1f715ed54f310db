"""The bytes of a serial gun: whole codes or none."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanner.guns.gun import Stream, Unread
from drivers.scanner.wire import DATA_LIMIT, text_of

CONTROL, LONG, HALF = (Unread(f"scanner.gun_{why}") for why in ("control", "long", "half"))


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t", b"\r\n\r\n"])
def test_an_end_is_an_end(end: bytes) -> None:
    assert Stream().took(b"6901234567892" + end + b"LZ" + end) == [b"6901234567892", b"LZ"]


def test_silence_is_an_end_too() -> None:
    gun = Stream()
    waiting = [gun.waiting]
    assert gun.took(b"69012") + gun.took(b"34567892") == []
    waiting.append(gun.waiting)
    assert gun.silent() == [b"6901234567892"]
    assert gun.silent() == []
    assert [*waiting, gun.waiting] == [False, True, False]


def test_a_frame_is_taken_off() -> None:
    assert Stream().took(b"\x02ABC\x03\x02DEF\x03\r\n\x02GHI\r\n\x03") == [b"ABC", b"DEF", b"GHI"]


def test_half_a_frame_is_no_code() -> None:
    gun = Stream()
    assert gun.took(b"\x02ABC") + gun.silent() == [HALF]
    assert gun.took(b"DEF\r") == [b"DEF"]


def test_gs_and_the_aim_identifier_are_part_of_a_code() -> None:
    label = b"]Q3010690123456789210A1\x1d17261122"
    assert Stream().took(label + b"\r") == [label]


@pytest.mark.parametrize("text", ["豇豆 · 新平县", "https://lz.example.cn/C/é"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_chinese_comes_through(text: str, charset: str) -> None:
    data = text.encode(charset)
    assert Stream().took(data + b"\r") == [data]


@pytest.mark.parametrize("noise", [b"\0", b"\x0f", b"\x1b", b"\x7f", b"\x02", b"\x03", "\x85".encode()])
def test_one_control_character_spoils_the_whole_code_and_what_follows_at_once(noise: bytes) -> None:
    gun = Stream()
    assert gun.took(b"LZ" + noise + b"AB\rcalc\r\n\x02DEF\x03") == [CONTROL]
    assert gun.waiting
    assert gun.silent() == []
    assert gun.took(b"LZ\r") == [b"LZ"]


def test_what_is_too_long_is_drained() -> None:
    gun = Stream()
    assert gun.took(b"7" * DATA_LIMIT + b"\r") == [b"7" * DATA_LIMIT]
    assert gun.took(b"7" * (DATA_LIMIT + 1)) == [LONG]
    assert gun.took(b"7" * 3 * DATA_LIMIT + b"\rLZ\r") == []
    assert gun.silent() == []
    assert gun.took(b"LZ\r") == [b"LZ"]


def clean(data: bytes) -> bool:
    """No C0 control but GS, no DEL, and no C1 in the text."""
    text = text_of(data) or ""
    signs = [one for one in text if unicodedata.category(one) == "Cc"]
    return set(signs) <= {"\x1d"} and not set(data) & ({*range(0x20), 0x7F} - {0x1D})


@given(st.lists(st.binary(max_size=40) | st.none(), max_size=20))
def test_any_bytes_give_clean_codes_or_none(parts: list[bytes | None]) -> None:
    gun = Stream()
    told = [scan for part in parts for scan in (gun.silent() if part is None else gun.took(part))] + gun.silent()
    codes = [scan for scan in told if isinstance(scan, bytes)]
    assert all(0 < len(code) <= DATA_LIMIT and clean(code) for code in codes)
    assert not gun.waiting


@given(st.binary(max_size=60), st.integers(0, 60))
def test_how_the_bytes_are_cut_does_not_matter(data: bytes, at: int) -> None:
    whole, torn = Stream(), Stream()
    assert whole.took(data) + whole.silent() == torn.took(data[:at]) + torn.took(data[at:]) + torn.silent()
