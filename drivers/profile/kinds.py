"""The types a field may have, and the two pattern languages: of bytes `1B {code:hex1}` and of text `{value:number} AU`.

A pattern is a closed form: constants and named fields, no choice, no repetition, no condition.
"""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from drivers.profile.table import nearest

SIZES = {
    "u8": 1,
    "s8": 1,
    "u16": 2,
    "u16le": 2,
    "u16be": 2,
    "s16": 2,
    "s16le": 2,
    "s16be": 2,
    "u32": 4,
    "u32le": 4,
    "u32be": 4,
    "s32": 4,
    "s32le": 4,
    "s32be": 4,
    "sm32le": 4,  # sign and magnitude: the top bit is the sign
    "u64": 8,
    "s64": 8,
    "f32": 4,
    "f32le": 4,
    "f32be": 4,
    "f64": 8,
    "f64le": 8,
    "f64be": 8,
    "flags8": 1,
    "flags": 2,
    "flags32": 4,
    "ymdhms": 6,  # year-2000, month, day, hour, minute, second, binary
    "bcd-ymdhms": 6,  # the same in packed decimal digits
    "u16-ymdhms": 12,  # the whole year, month, day, hour, minute, second: six words, the higher byte first
    "smhdm-y": 7,  # second, minute, hour, day, month, a byte that is not time, year-2000
    "fat": 4,  # u32le, from the top: year-1980 7 bits, month 4, day 5, hour 5, minute 6, second/2 5
    "fat-2000": 4,  # the same, counted from 2000
    "u8-milli128": 3,  # a whole number of one byte, then thousandths as two digits of base 128
    "u16-milli128": 4,  # the same with two bytes, the higher first
}
SIZED = ("hex", "text", "num")  # + a number of bytes: raw bytes · text · a decimal number in characters
FREE = ("number", "int", "word", "text")  # of text layouts: as long as the text is
SENT = {  # of a request, in bytes; -end: after all of that day, the time all ones as a vendor's host writes it
    "u8": 1,
    "u16le": 2,
    "u16be": 2,
    "u32le": 4,
    "ymd": 3,
    "fat": 4,
    "fat-end": 4,
    "fat-2000": 4,
    "fat-2000-end": 4,
}
SAID = ("iso", "yyyymmdd", "yymmdd", "n", "n2", "n3", "n4")  # of a request, in text

_BYTES = re.compile(r"\{(\w+):([\w-]+)\}|([0-9A-Fa-f]{2})")
_TEXT = re.compile(r"\{(\w+)(?::([\w-]+))?\}")


@dataclass(frozen=True, slots=True)
class Part:
    """A constant (`data`), or a field with a type; of a text pattern the type may stand in the record's fields."""

    name: str = ""
    kind: str = ""
    data: bytes = b""


def size_of(kind: str) -> int:
    """Bytes; 0 for a type that is as long as its text."""
    sized = re.fullmatch(rf"(?:{'|'.join(SIZED)})([1-9][0-9]{{0,3}})", kind)
    return int(sized[1]) if sized else SIZES.get(kind, 0)


def is_kind(text: str) -> bool:
    return text in FREE or size_of(text) > 0


def _kind(text: str) -> str:
    if not is_kind(text):
        near = nearest(text, [*SIZES, *FREE, "hex1", "text16", "num8"])
        raise PydanticCustomError("word", "unknown type", {"name": text, "nearest": near})
    return text


Kind = Annotated[str, AfterValidator(_kind)]


def byte_parts(pattern: str) -> tuple[Part, ...]:
    """Of `02 04 {device:hex2}` or, for a request, `12 03 00 {day:ymd}`. ValueError holds what cannot be read."""
    parts, rest = [], pattern.strip()
    while rest:
        found = _BYTES.match(rest)
        if found is None:
            raise ValueError(rest)
        name, kind, constant = found.groups()
        parts.append(Part(data=bytes.fromhex(constant)) if constant else Part(name, kind))
        rest = rest[found.end() :].lstrip()
    return tuple(parts)


def text_parts(pattern: str) -> tuple[Part, ...]:
    """Of `{value:number} {unit:word}`: constants keep their spaces."""
    parts, at = [], 0
    for found in _TEXT.finditer(pattern):
        parts += [Part(data=pattern[at : found.start()].encode())] if found.start() > at else []
        parts.append(Part(found[1], found[2] or ""))
        at = found.end()
    return (*parts, *([Part(data=pattern[at:].encode())] if at < len(pattern) else []))
