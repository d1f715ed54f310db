"""ID numbers are found however they are written, and nothing of them is shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.scan import identifiers, private
from kiosk.rules.scan.private import excerpt, is_person, like_person, masked

ID = "11010519491231002X"
OTHER = "530427198001010019"
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
ESCAPED = "".join(f"%{ord(one):02X}" for one in ID)
ESCAPED_TWICE = ESCAPED.replace("%", "%25")

WRITTEN = [
    ID, ID.lower(), ID.translate(WIDE), "110105 19491231 002X", "110105-1949-1231-002x", "110105/19491231/002X",
    "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "110105.19491231.002X", "110105\u200b19491231\u200b002X",
    "110105　19491231　002X", "110105+19491231+002X",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize(
    "around", ["{}", "id:{};", "https://a.example/?id={}&t=1", "u{}", "身份证{}号", "Li {} 138", "({})"]
)
def test_every_way_of_writing_is_masked(text: str, around: str) -> None:
    shown = masked(around.format(text))
    assert shown == around.format("***")
    assert is_person(text)


@pytest.mark.parametrize(
    "text",
    [
        f"{OTHER}2026", f"2026{OTHER}", f"{OTHER}1700000000000",
        f"a={OTHER}&b={ID}", f"{ID}{OTHER}", f"{ID}, {OTHER}",
        f"{OTHER}{OTHER}", f"{OTHER}7{OTHER}",
        "5304271980010100 19", "53042719800101001", "530427198001010010", "110105194912310021",
        "5304 27 1980 0101 00 1",
    ],
)  # fmt: skip
def test_ends_of_longer_runs_several_and_mistyped_ones(text: str) -> None:
    shown = masked(text)
    assert "***" in shown
    assert "19800101" not in shown
    assert "19491231" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "13800004321", "6901234567892", "93530427MA6N000091", "123456789012345678901234567890",
        "https://a.example/01/09521234543213/10/1234?11=260201", "10812341001234567890123456789012",
        "530427198013010018", "930427198001010018", "030427198001010018", "530427178001010018", "5304271980010100",
        "1234 5678 9012 3456 7890", "5304 2719 abcd 8001 0100 19", "530427____19800101001",
    ],
)  # fmt: skip
def test_what_is_no_number_stays(text: str) -> None:
    assert masked(text) == text


def test_a_right_credit_code_of_digits_is_no_person() -> None:
    """Region and birth fit, the credit code's check is right and the ID's is not."""
    digits = next(
        text
        for nr in range(1000)
        for last in "0123456789"
        if identifiers.right_credit_code(text := f"12530419800101{nr:03}{last}") and not identifiers.is_id(text)
    )
    assert (masked(digits), like_person(digits), is_person(digits)) == (digits, False, False)
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert (masked(wrong), like_person(wrong)) == ("***", True)


@pytest.mark.parametrize("path", [ESCAPED, ESCAPED_TWICE, f"x/{ESCAPED}", f"?id={ESCAPED}", f"?id={ESCAPED_TWICE}&t=1"])
def test_a_link_that_hides_one_loses_all_after_its_host(path: str) -> None:
    assert masked(f"https://a.example/{path}") == "https://a.example/***"
    assert masked(f"HTTP://me:{ESCAPED}@A.example/{path}") == "HTTP://a.example/***"
    assert masked(f"https://{ESCAPED}.example/{path}") == "***"
    assert masked(f"id={path}") == "***"


def test_other_escapes_stay() -> None:
    text = "https://a.example/%E6%98%A5?x=%31%32%zz"
    assert masked(text) == text
    assert masked("50 %") == "50 %"


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("530427198001010010", True), ("53042719800101001", True), ("5304271980010100189", True),
        ("5304271980010100", True), ("530427198001010", False), ("53042719800101001890", False),
        ("5304271980010100X", True), ("53042719800101OO1B", False), ("53O42719800101OOI8", True),
        ("53o427 1980-0101.0018", True), ("530427\u200b198001010010", True), ("530427198013010018", True),
        ("530427198002300018", True),
        ("93042719801301001X", False), ("930427198001010018", False), ("12345678901234567X", True),
        ("12345678901234567", False), ("(11)0105194912310021", False), ("1101051949123100-21", True),
        ("530427180001010018", True), ("530427210001010011", True), ("53042721000101001", False),
        ("11140500012420117H", False), ("hello", False), ("", False),
    ],
)  # fmt: skip
def test_what_may_be_a_mistyped_number(text: str, like: bool) -> None:
    assert like_person(text) is like


def test_excerpts_are_short_printable_and_mask_long_runs() -> None:
    assert excerpt("Li 13800004321") == "Li ***"
    assert excerpt("1234 12345 12345x") == "1234 *** ***"
    assert excerpt("110105 19491231 002X") == "***"
    assert excerpt("a\u202eb\u3000c\nd") == "a b c d"
    assert excerpt("x" * 24) == "x" * 24
    assert excerpt("x" * 25) == "x" * 24 + "…"


REGIONS = st.from_regex(r"[1-8][0-9]{5}", fullmatch=True)
BORN = st.dates(date(1900, 1, 1), date(2026, 11, 22))


@st.composite
def people(draw: st.DrawFn) -> str:
    body = f"{draw(REGIONS)}{draw(BORN):%Y%m%d}{draw(st.integers(0, 999)):03}"
    return body + identifiers.id_check(body)


@given(people(), st.text("a /?&=-.:%中 ", max_size=12), st.text("a /?&=-.:%中 ", max_size=12))
def test_no_number_survives_masking(number: str, before: str, after: str) -> None:
    shown = masked(f"{before}{number}{after}")
    assert number not in shown
    assert number[6:14] not in shown
    assert is_person(number)


@given(st.text(max_size=40))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)


def test_plain_is_what_counts() -> None:
    assert private.plain(" ａ-1.² ") == "A12"
