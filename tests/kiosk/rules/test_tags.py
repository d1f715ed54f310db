"""Tags of our own: form, check, and that no kind is ever read as another."""

import random

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.errors import Unusable
from kiosk.rules.scan import numbers, tags
from kiosk.rules.scan.links import base32_bytes
from kiosk.rules.scan.tags import Tag

TAGS = st.sampled_from(Tag)
RANDOM = st.binary(min_size=5, max_size=5)
NUMBERS = st.builds(tags.tag_number, TAGS, RANDOM)


@given(TAGS, RANDOM)
def test_a_new_number_reads_back_as_its_kind_only(tag: Tag, seed: bytes) -> None:
    number = tags.tag_number(tag, seed)
    assert len(number) == 9
    assert tags.tag_of(number) is tag
    assert [kind for kind in Tag if tags.parse_tag(number, kind)] == [tag]
    assert tags.parse_tag(number) == tags.parse_tag(tags.shown_tag(number)) == number


@given(NUMBERS, st.sampled_from(Tag))
def test_another_letter_is_no_number(number: str, other: Tag) -> None:
    changed = other + number[1:]
    assert tags.parse_tag(changed) == (number if changed == number else None)


@given(NUMBERS, st.integers(0, 8), st.sampled_from(numbers.CROCKFORD))
def test_every_single_wrong_character_is_found(number: str, place: int, other: str) -> None:
    wrong = number[:place] + other + number[place + 1 :]
    assert tags.parse_tag(wrong) == (number if wrong == number else None)


@given(NUMBERS)
def test_how_people_copy_it_does_not_matter(number: str) -> None:
    copied = f" {tags.shown_tag(number).lower().replace('1', 'i').replace('0', 'o').replace('-', ' - ')} "
    assert tags.parse_tag(copied) == number


def test_no_tag_is_a_certificate_number_or_a_signed_payload() -> None:
    dice = random.Random(9)
    for _ in range(12_000):
        number = tags.tag_number(dice.choice(list(Tag)), dice.randbytes(5))
        assert numbers.parse_number(number) is None
        assert base32_bytes(number) is None


def test_worked_examples() -> None:
    assert tags.tag_number(Tag.TUBE, bytes(5)) == "T0000000" + numbers.check_character("T0000000")
    assert tags.tag_number(Tag.BADGE, b"\xff" * 5)[:8] == "SZZZZZZZ"
    assert tags.tag_number(Tag.TASK, bytes([0, 0, 0, 0, 0b0010_0000]))[:8] == "J0000001"
    assert tags.tag_number(Tag.REAGENT, bytes([0b1000_0000, 0, 0, 0, 0]))[:8] == "RG000000"
    assert tags.shown_tag("T7K3M9QXC") == "T7K-3M9-QXC"


@pytest.mark.parametrize("seed", [b"", bytes(4), bytes(6)])
def test_a_number_is_made_of_five_bytes(seed: bytes) -> None:
    with pytest.raises(Unusable) as told:
        tags.tag_number(Tag.TUBE, seed)
    assert (told.value.code, told.value.facts) == ("rules.random", {"expected": "5"})


@pytest.mark.parametrize("text", ["", "T7K3M9QX", "T7K3M9QXCC", "K7K3M9QXC", "T7K3M9QXU", "7K3M9QXCT", "X"])
def test_what_is_no_tag(text: str) -> None:
    assert tags.parse_tag(text) is None


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("T7K-3M9-QXZ", True),
        (" s7k-3m9-qxz ", True),
        ("T7K3M9QXC", False),
        ("X7K-3M9-QXC", False),
        ("T7K-3M9-QX", False),
    ],
)
def test_our_groups_are_seen(text: str, looks: bool) -> None:
    assert tags.looks_like_tag(text) is looks


def test_links() -> None:
    assert tags.tag_link("lz.example", "T7K3M9QXC") == "HTTPS://LZ.EXAMPLE/T/T7K3M9QXC"
    assert tags.tag_link("lz.example:8443", "S7K3M9QX6") == "HTTPS://LZ.EXAMPLE:8443/S/S7K3M9QX6"
    for host in ("", "a/b", "a b", "例子", "x" * 61, "a:b"):
        with pytest.raises(Unusable) as told:
            tags.tag_link(host, "T7K3M9QXC")
        assert (told.value.code, told.value.facts) == ("rules.host", {"host": host})


@given(NUMBERS)
def test_a_tube_fits_12_mm(number: str) -> None:
    """Version 1-M: 21 modules and 8 of quiet zone at 3 dots of an 8-dot printer are 10.9 mm."""
    code = segno.make(number, error="m", micro=False, boost_error=False)
    assert (code.version, code.mode) == (1, "alphanumeric")
    assert (21 + 8) * 3 / 8 <= 12
