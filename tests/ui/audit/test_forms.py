"""The auditor's own small forms against those that somebody else wrote: canonical JSON, CBOR, tree, numbers."""

import hashlib
import json
from collections.abc import Callable
from random import Random
from typing import Any

import cbor2
import pytest
import rfc8785

from kiosk import tree as house
from kiosk.rules.scan.numbers import certificate_number
from ui.audit import cbor
from ui.audit.errors import Wrong
from ui.audit.forms import canonical_as, moment, parsed, unbase64
from ui.audit.numbers import is_number
from ui.audit.tree import EMPTY, Tree, fewest, leaf

TEXTS = ("", "a", "\u00e9", "\u4e2d", "\U00020bb7", '\x1f\n"\\/', "\ufffd", "\x7f")
VALUES: list[Any] = [
    {"\U00020bb7": 1, "\uffee": 2, "b": [True, None, {"\ud7ff": "\U00020bb7"}]},
    {"a": 2**53 - 1, "b": -(2**53 - 1), "c": "1234567890123456789"},
    [{text: text for text in TEXTS}],
    "1,12345678901234567890",
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_canonical_json_is_that_of_rfc8785(value: Any) -> None:
    data = rfc8785.dumps(value)
    assert parsed(data) == value
    assert canonical_as(data)(parsed(data)) == data


@pytest.mark.parametrize("text", ["1.5", "NaN", "1e3", "{", b"\xff", "\ufeff1", b"\xff\xfe1\x00"])
def test_what_is_no_json_of_ours_is_refused(text: str | bytes) -> None:
    assert refused(parsed, text if isinstance(text, bytes) else text.encode())


def test_a_number_that_is_not_the_same_everywhere_is_refused() -> None:
    data = json.dumps({"a": 2**53}, separators=(",", ":")).encode()
    with pytest.raises(ValueError, match="9007199254740992"):
        canonical_as(data)(parsed(data))


def refused(read: Callable[[Any], object], told: object) -> bool:
    try:
        read(told)
    except ValueError:
        return True
    return False


def plain(value: Any) -> bool:
    """Without a tag anywhere."""
    inside = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    return not isinstance(value, cbor.Tagged) and all(map(plain, inside))


def drawn(dice: Random, deep: int = 3) -> Any:
    kind = dice.randrange(6 if deep else 4)
    match kind:
        case 0:
            return dice.choice((0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1, -1, -24, -25, -500))
        case 1:
            return dice.randbytes(dice.choice((0, 1, 23, 24, 255, 256, 300)))
        case 2 | 3:
            return "".join(dice.choice(TEXTS) for _ in range(dice.randrange(9)))
        case 4:
            return [drawn(dice, deep - 1) for _ in range(dice.randrange(5))]
    return {dice.choice((1, 2, 24, 300, 70000)): drawn(dice, deep - 1) for _ in range(dice.randrange(5))}


def test_cbor_is_read_as_another_library_writes_it() -> None:
    dice = Random(8949)
    for _ in range(2000):
        value = drawn(dice)
        assert cbor.loads(cbor2.dumps(value, canonical=True)) == value


def test_cbor_that_was_bent_is_refused_or_is_another_value_in_its_one_form() -> None:
    dice, refused = Random(1), 0
    for _ in range(3000):
        data = bytearray(cbor2.dumps(drawn(dice), canonical=True))
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        try:
            value = cbor.loads(bytes(data))
        except ValueError:
            refused += 1
            continue
        if plain(value):
            assert cbor2.dumps(value, canonical=True) == bytes(data)
    assert refused > 500


@pytest.mark.parametrize(
    "hexed",
    ["1817", "5801aa", "a20201 0101", "a201010101", "9fff", "f5", "f93c00", "00 00", "", "18", "8181818181818100"],
)
def test_another_way_to_write_cbor_is_none(hexed: str) -> None:
    assert refused(cbor.loads, bytes.fromhex(hexed))


def test_the_tree_has_the_roots_of_the_houses_own() -> None:
    grown, other = Tree(), house.Growing()
    assert grown.root() == EMPTY == house.EMPTY_ROOT
    for nth in range(70):
        grown.add(leaf(str(nth).encode()))
        other.add(house.leaf_hash(str(nth).encode()))
        assert grown.root() == other.root()
    for start in range(40):
        for end in range(start, 41):
            assert list(fewest(start, end)) == house.cover(start, end)
    with pytest.raises(Wrong):
        grown.add(bytes(32), 2, 1)


def test_numbers_and_what_looks_like_them() -> None:
    numbers = [certificate_number("530427", hashlib.sha256(bytes([one])).digest()[:7]) for one in range(50)]
    assert all(is_number(one, "530427") for one in numbers)
    assert not any(is_number(one, "530428") for one in numbers)
    wrong = [
        one[:at] + other + one[at + 1 :] for one in numbers for at in range(6, 17) for other in "07" if one[at] != other
    ]
    assert not any(is_number(one, "530427") for one in wrong)


@pytest.mark.parametrize("text", ["2026-03-02T09:30:01+08:00", "2026-03-02", "2026-13-02T09:30:01.000+08:00", 5, None])
def test_a_time_has_one_form(text: object) -> None:
    assert moment("2026-03-02T09:30:01.000+08:00").hour == 9
    assert refused(moment, text)


@pytest.mark.parametrize("text", ["YQ", "YR==", "Y Q==", "YQ==\n", "YQ=="[:-1]])
def test_base64_has_one_form(text: str) -> None:
    assert unbase64("YQ==") == b"a"
    assert refused(unbase64, text)
