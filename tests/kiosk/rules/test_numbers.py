"""Certificate numbers: form, check, and every way people copy them."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_10, mod_37_36

from kiosk.rules.errors import Unusable
from kiosk.rules.scan import numbers

NUMBERS = st.binary(min_size=7, max_size=7).map(lambda seed: numbers.certificate_number("530427", seed))


@given(NUMBERS)
def test_a_new_number_reads_back(number: str) -> None:
    assert len(number) == 17
    assert number.startswith("530427")
    assert numbers.parse_number(number) == number
    assert numbers.parse_number(numbers.shown(number)) == number


@given(NUMBERS)
def test_how_people_copy_it_does_not_matter(number: str) -> None:
    copied = numbers.shown(number).lower().replace("1", "l").replace("0", "o").replace("-", " - ")
    assert numbers.parse_number(copied) == number


@given(NUMBERS, st.integers(0, 16), st.sampled_from(numbers.CROCKFORD))
def test_every_single_wrong_character_is_found(number: str, place: int, other: str) -> None:
    wrong = number[:place] + other + number[place + 1 :]
    assert numbers.parse_number(wrong) == (number if wrong == number else None)


def test_the_check_is_that_of_iso_7064() -> None:
    """python-stdnum's hybrid system with our alphabet: MOD 37,36 becomes MOD 33,32."""
    dice = random.Random(33)
    for _ in range(10_000):
        body = "".join(dice.choices(numbers.CROCKFORD, k=dice.choice([1, 5, 16])))
        assert numbers.check_character(body) == mod_37_36.calc_check_digit(body, numbers.CROCKFORD)


def test_worked_examples() -> None:
    assert numbers.certificate_number("530427", bytes(7)) == "5304270000000000" + numbers.check_character(
        "5304270000000000"
    )
    assert numbers.certificate_number("530427", b"\xff" * 7)[6:16] == "ZZZZZZZZZZ"
    assert numbers.certificate_number("530427", bytes([0, 0, 0, 0, 0, 0, 0b0100_0000]))[6:16] == "0000000001"
    assert numbers.shown("5304277K3M9QX2VHA") == "530427-7K3M9-QX2VH-A"


@pytest.mark.parametrize(
    ("county", "seed"), [("53042", bytes(7)), ("5304271", bytes(7)), ("53042A", bytes(7)), ("530427", bytes(6))]
)
def test_a_number_is_not_made_of_anything_else(county: str, seed: bytes) -> None:
    with pytest.raises(Unusable):
        numbers.certificate_number(county, seed)


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("530427-7K3M9-QX2VH-A", True), (" 530427-7k3m9-qx2vh-a ", True), ("530427-00000-00000-0", True),
        ("5304277K3M9QX2VHA", False), ("530427-7K3M9-QX2VHA", False), ("530427-7K3M9-QX2VH-", False), ("", False),
    ],
)  # fmt: skip
def test_our_groups(text: str, ours: bool) -> None:
    assert numbers.grouped(text) is ours


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("530427-7K3M9-QX2VH-A", True), ("530427-00000-00000-0", True), ("5304277K3M9QX2VHA", True),
        ("53042700000000000", False), ("5304277K3M9QX2VH", False), ("5304277K3M9QX2VHU", False),
        ("5304277K3M9QX2VHu", False),
    ],
)  # fmt: skip
def test_what_looks_like_a_number(text: str, looks: bool) -> None:
    assert numbers.looks_like_number(text) is looks


@pytest.mark.parametrize("text", ["", "530427", "530427-7K3M9-QX2VH", "530427-7K3M9-QX2VU-A", "X" * 17])
def test_what_is_no_number(text: str) -> None:
    assert numbers.parse_number(text) is None


CARDS = st.binary(min_size=8, max_size=8).map(numbers.card_number)


@given(CARDS)
def test_a_cards_number_is_eight_digits_with_the_check_of_iso_7064(number: str) -> None:
    """python-stdnum's MOD 11,10 is the oracle."""
    assert len(number) == 8
    assert mod_11_10.is_valid(number)
    assert numbers.parse_card(number) == number
    assert numbers.shown_card(number).replace(" ", "") == number


@given(CARDS, st.integers(0, 7), st.sampled_from(numbers.DIGITS))
def test_every_single_wrong_digit_of_a_card_is_found(number: str, place: int, other: str) -> None:
    wrong = number[:place] + other + number[place + 1 :]
    assert numbers.parse_card(wrong) == (number if wrong == number else None)


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234 567", "K-S-0001", "7K3M9QX2", "\u0661" * 8])
def test_what_is_no_number_of_a_card(text: str) -> None:
    assert numbers.parse_card(text) is None
    assert numbers.shown_card(text) == text


def test_a_cards_number_is_not_made_of_anything_else() -> None:
    with pytest.raises(Unusable):
        numbers.card_number(bytes(7))
