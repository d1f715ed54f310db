"""What a producer is found by: parts of his name, their initials and pinyin, his code, his telephone. Pure.

Every key is the beginning of an index. A name is found from each of its characters on, so a word within it is, too.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice, product

from kiosk.pinyin import Pinyin, load_pinyin

TAIL = 4
MOST_READINGS = 8  # of the initials of one name
LONGEST = 40  # letters of one key
MOST_NAME = 64  # characters of a name that are searched


@cache
def pinyin() -> Pinyin:
    return load_pinyin()


def keys_of(name: str, code: str, contact: str) -> frozenset[str]:
    return frozenset(key[:LONGEST] for key in _keys(name[:MOST_NAME], code, contact) if key)


def spelling(name: str) -> str:
    """How a list is ordered: by pinyin, as a dictionary is."""
    known = pinyin()
    return " ".join(known.readings(one)[0] for one in name[:MOST_NAME])[:LONGEST]


def asked(text: str) -> str:
    """What was typed into the one box, as keys are written."""
    return "".join(text.split()).lower()[:LONGEST]


def tail_of(contact: str) -> str:
    return "".join(one for one in contact if one.isdigit())[-TAIL:]


def _keys(name: str, code: str, contact: str) -> Iterator[str]:
    plain = "".join(name.split()).lower()
    yield from (plain[place:] for place in range(len(plain)))
    for spelt in (*_initials(plain), _spelt(plain)):
        yield from (spelt[place:] for place in range(len(spelt)))
    yield code.lower()
    digits = "".join(one for one in contact if one.isdigit())
    yield digits
    yield digits[-TAIL:]


def _initials(name: str) -> tuple[str, ...]:
    """By every reading of a character that has several, the customary ones first."""
    known = pinyin()
    letters = [tuple(dict.fromkeys(reading[:1] for reading in known.readings(one))) for one in name]
    return tuple("".join(way) for way in islice(product(*letters), MOST_READINGS))


def _spelt(name: str) -> str:
    known = pinyin()
    return "".join(known.readings(one)[0] for one in name)
