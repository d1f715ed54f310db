"""Numbers as they are said, piece by piece."""

from decimal import Decimal

import pytest

from kiosk.voice.numbers import chinese, day, english, needed, number
from kiosk.words import load_words

ZH = {
    "0": "零",
    "0.5": "半",
    "2": "两",
    "10": "十",
    "12": "十二",
    "20": "二十",
    "22": "二十二",
    "100": "一百",
    "101": "一百零一",
    "110": "一百一十",
    "115": "一百一十五",
    "220": "两百二十",
    "320.5": "三百二十点五",
    "1005": "一千零五",
    "1050": "一千零五十",
    "1200": "一千两百",
    "2000": "两千",
    "2.50": "二点五",
    "0.05": "零点零五",
    "10010": "一万零一十",
    "10500": "一万零五百",
    "20000": "两万",
    "23000": "两万三千",
    "120000": "十二万",
    "200000": "二十万",
    "2200000": "两百二十万",
    "10000001": "一千万零一",
}
EN = {
    "0": "zero",
    "0.5": "half a",
    "12": "twelve",
    "21": "twenty one",
    "220": "two hundred and twenty",
    "320.5": "three hundred and twenty point five",
    "1005": "one thousand and five",
    "1200": "one thousand two hundred",
    "23000": "twenty three thousand",
    "2200000": "two million two hundred thousand",
}


@pytest.mark.parametrize(("amount", "said"), ZH.items())
def test_chinese_is_said_as_it_is_spoken(amount: str, said: str) -> None:
    words = load_words("zh")
    assert "".join(words.say(f"voice.say.number.{piece}") for piece in number(Decimal(amount), "zh")) == said


@pytest.mark.parametrize(("amount", "said"), EN.items())
def test_english_too(amount: str, said: str) -> None:
    words = load_words("en")
    assert " ".join(words.say(f"voice.say.number.{piece}") for piece in number(Decimal(amount), "en")) == said


def value(pieces: tuple[str, ...]) -> int:
    """The number that a listener hears: what the pieces mean in Chinese, read back by another way."""
    whole = section = digit = 0
    for piece in pieces:
        if piece == "10000":
            whole, section, digit = (whole + section + digit) * 10000, 0, 0
        elif piece in ("1000", "100", "10"):
            section, digit = section + (digit or 1) * int(piece), 0
        else:
            digit = 2 if piece == "two" else int(piece)
    return whole + section + digit


def test_whoever_listens_hears_the_number() -> None:
    counts = [*range(0, 12000, 7), *range(0, 99_999_999, 123_457), *(10**power for power in range(8))]
    assert [count for count in counts if value(chinese(count)) != count] == []


def test_a_number_that_is_too_long_is_told_digit_by_digit() -> None:
    assert chinese(123456789) == english(123456789) == tuple("123456789")


def test_a_day() -> None:
    words = load_words("zh")
    said = "".join(words.say(f"voice.say.number.{piece}") for piece in day(11, 22, "zh"))
    assert said == "十一月二十二号"
    assert day(3, 1, "en") == ("month", "3", "day", "1")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_said_that_nobody_is_asked_to_record(language: str) -> None:
    counts = (*range(3000), 10**4, 10**5, 10**6, 12_345_678)
    pieces = {piece for count in counts for piece in number(Decimal(count), language)}
    assert [piece for piece in pieces if not needed(piece, language)] == []
