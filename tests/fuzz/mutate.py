"""Damage to bytes and to tables, from a seed. The same seed gives the same damage."""

from collections.abc import Mapping, Sequence
from random import Random

TOKENS = (
    b"",
    b"\x00",
    b"\xff",
    b"\x7e",
    b"\xaa",
    b"0",
    b"-1",
    b"9" * 5000,
    b"1e999",
    b"NaN",
    b"null",
    b"true",
    b'"',
    b"\\",
    b"{",
    b"[",
    b"[" * 3000,
    b'{"a":' * 1500,
    b"\xed\xa0\x80",
    b"\xef\xbf\xbd",
    "１".encode(),
    "\u202e".encode(),
    b"\r\n",
    b"\n\n",
    b" ",
    b"\x9f" * 2000,
    b"\x81" * 3000,
    b"\xc0",
    b"\xd8\x1c",
    b"\xd8\x1d\x00",
    b"\xf9\x7e\x00",
    b"\xfb\x7f\xf0" + b"\0" * 6,
    b"\x5b" + b"\xff" * 8,
    b"\xc4\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",
    b"\xc2\x49" + b"\xff" * 9,
    b"\xd8\x23\x61[",
    b"\xf7",
    b"\xf6",
    b"\xa0",
    b"\x80",
)
ODD: Sequence[object] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53,
    10**30,
    0.5,
    -0.0,
    1e308,
    "",
    "0",
    "NaN",
    "Infinity",
    "1e999999",
    "-1",
    "9" * 400,
    "\u202e",
    "\x00",
    "２",
    "12345678901234567X",
    [],
    {},
    [[]],
    {"": ""},
    ["a"],
    {"key": "x", "facts": {}},
)


def damaged(draw: Random, seeds: Sequence[bytes]) -> bytes:
    """One of `seeds`, changed in one to four places; now and then spliced with another."""
    data = bytearray(draw.choice(seeds))
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        _once(draw, data, seeds)
    return bytes(data)


def _once(draw: Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    at, end = draw.randrange(len(data) + 1), draw.randrange(len(data) + 1)
    low, high = min(at, end), min(max(at, end), min(at, end) + 64)
    match draw.randrange(8):
        case 0 if data:
            data[at % len(data)] ^= 1 << draw.randrange(8)
        case 1 if data:
            data[at % len(data)] = draw.randrange(256)
        case 2:
            del data[low:high]
        case 3:
            data[at:at] = draw.choice(TOKENS)
        case 4:
            data[low:high] = draw.choice(TOKENS)
        case 5:
            data[at:at] = data[low:high]
        case 6:
            del data[at:]
        case _:
            other = draw.choice(seeds)
            data[at:] = other[draw.randrange(len(other) + 1) :]


def bent(draw: Random, table: object) -> object:
    """A table with one value, anywhere in it, replaced, removed or doubled."""
    if isinstance(table, Mapping) and table and draw.random() < 0.85:
        return _bent_table(draw, dict(table))
    if isinstance(table, list) and table and draw.random() < 0.85:
        return _bent_list(draw, list(table))
    return draw.choice(ODD)


def _bent_table(draw: Random, table: dict[object, object]) -> dict[object, object]:
    name = draw.choice(list(table))
    match draw.randrange(10):
        case 0:
            del table[name]
        case 1:
            table["surplus" if isinstance(name, str) else 99] = draw.choice(ODD)
        case _:
            table[name] = bent(draw, table[name])
    return table


def _bent_list(draw: Random, values: list[object]) -> list[object]:
    at = draw.randrange(len(values))
    match draw.randrange(6):
        case 0:
            del values[at]
        case 1:
            values.insert(at, values[at])
        case _:
            values[at] = bent(draw, values[at])
    return values
