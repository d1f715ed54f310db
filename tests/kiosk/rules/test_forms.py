"""The forms of texts in bodies, at their edges: what fits, what does not, and what a reader says of it."""

from decimal import Decimal
from typing import Any, get_args

import pytest

from kiosk.rules.messages import forms
from kiosk.rules.messages.forms import Form

FITS: dict[str, list[str]] = {
    "Number": ["0", "-0", "50", "49.999", "0.50", "-3.2", "1E+5", "1E5", "1.0E-7", "0E-26", "1E+900000", "9" * 60],
    "Digest": ["0f" * 32],
    "DigestOrNone": ["", "0f" * 32],
    "KeyId": ["0f" * 16],
    "Key": ["A" * 43 + "=", "a0+/" * 10 + "abc="],
    "Hex": ["", "00", "7e1615"],
    "Time": [
        "2026-03-02T09:30:01+08:00", "2026-03-02T23:59:59.123456Z", "2026-12-31T00:00:00.0-23:59",
    ],
    "TimeOrNone": ["", "2026-03-02T09:30:01.000+08:00"],
    "Day": ["2026-01-01", "2024-02-29", "2026-10-31", "2026-09-30"],
    "DayOrNone": ["", "2026-12-10"],
    "MonthOrDay": ["", "2026-11", "2026-11-22", "2026-01-09"],
}  # fmt: skip

NOT: dict[str, list[Any]] = {
    "Number": [
        "", ".5", "5.", "05", "+5", "1e5", "1E", "1E+1234567", "NaN", "Infinity", "1_0", " 1", "1 ", "1\n", "١", "--1",
        5,
    ],
    "Digest": ["", "0f" * 31, "0f" * 33, "0F" * 32, "0g" * 32, "0f" * 32 + "\n", None],
    "DigestOrNone": [" ", "0f" * 31],
    "KeyId": ["", "0f" * 15, "0f" * 32],
    "Key": ["", "A" * 44, "A" * 42 + "=", "A" * 43, "-" * 43 + "="],
    "Hex": ["0", "0F", "0x", "000"],
    "Time": [
        "", "2026-03-02", "2026-03-02T09:30:01", "2026-03-02 09:30:01Z", "2026-03-02T24:00:00Z", "2026-03-02T09:60:00Z",
        "2026-03-02T09:30:60Z", "2026-03-02T09:30Z", "2026-03-02T09:30:01.Z", "2026-03-02T09:30:01.1234567Z",
        "2026-03-02T09:30:01+24:00", "2026-03-02T09:30:01+08:60", "2026-03-02T09:30:01+0800", "2026-03-02T09:30:01z",
    ],
    "TimeOrNone": ["2026-03-02"],
    "Day": ["", "2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32", "2026-1-1", "20260101", "26-01-01", "2026-01"],
    "DayOrNone": ["none", "2026-20-01", "2026-01-40"],
    "MonthOrDay": ["2026", "2026-00", "2026-13", "2026-1", "2026-11-00", "2026-11-32", "2026-11-"],
}  # fmt: skip


def form(name: str) -> Form:
    found: Form = get_args(getattr(forms, name))[1]
    return found


def test_every_form_is_tried() -> None:
    named = {name for name, value in vars(forms).items() if any(isinstance(one, Form) for one in get_args(value))}
    assert named == FITS.keys() == NOT.keys()


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in FITS.items() for text in texts])
def test_what_fits_is_read_as_it_is(name: str, text: str) -> None:
    assert form(name).fits(text)
    assert form(name).read(text) == text


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in NOT.items() for text in texts])
def test_what_does_not_fit_is_refused_with_the_form(name: str, text: object) -> None:
    assert not form(name).fits(text)
    with pytest.raises(ValueError, match="is not") as refused:
        form(name).read(text)
    assert str(refused.value) == f"{text!r:.80} is not {form(name).pattern}"


def test_words() -> None:
    two, more = Form(words=("warn", "stop")), Form(words=("warn",), empty=True)
    assert [two.fits(text) for text in ("warn", "stop", "", "Warn", "warn ", None)] == [True, True, *[False] * 4]
    assert [more.fits(text) for text in ("warn", "", "stop")] == [True, True, False]
    with pytest.raises(ValueError, match=r"^'x' is not warn \| stop$"):
        two.read("x")


def test_a_long_text_is_not_repeated_whole() -> None:
    with pytest.raises(ValueError, match="is not") as refused:
        form("Day").read("x" * 500)
    assert len(str(refused.value)) < 200


def test_numbers_keep_their_digits() -> None:
    assert str(form("Number").number("0.50")) == "0.50"
    assert form("Number").number(Decimal("NaN")).is_nan()  # what is a number already was not read
    with pytest.raises(ValueError, match="is not"):
        form("Number").number(0.5)


def test_a_reader_is_given_the_check_that_goes_with_the_type() -> None:
    asked = form("Number").__get_pydantic_core_schema__(Decimal, lambda source: {"of": source})
    assert asked == {
        "type": "function-before",
        "function": {"type": "no-info", "function": form("Number").number},
        "schema": {"of": Decimal},
    }
    assert form("Day").__get_pydantic_core_schema__(str, lambda _: {})["function"]["function"] == form("Day").read
