"""Dates of an instrument's own clock: binary, packed digits, FAT words, pictures of text. Pure; no time zone."""

import re

from drivers.errors import Refused

YEARS = range(1980, 2108)  # what a FAT word can say, the widest of all; the clock of an instrument may stand
_PLACES = {"ymdhms": (0, 1, 2, 3, 4, 5), "bcd-ymdhms": (0, 1, 2, 3, 4, 5), "smhdm-y": (6, 4, 3, 2, 1, 0)}


def moment(data: bytes, kind: str, field: str) -> str:
    """`2018-03-31T10:30:05`. Refused when there is no such moment."""
    parts = _parts(data, kind)
    if not parts or not _is_moment(*parts):
        raise Refused("analyzer.refused", field=field, value=data.hex(" ").upper())
    return _iso(*parts)


def _parts(data: bytes, kind: str) -> tuple[int, ...]:
    if kind.startswith("fat"):
        return _fat(data, kind)
    return _words(data) if kind.startswith("u16") else _bytes(data, kind)


def pictured(text: str, picture: str, field: str) -> str:
    """Of `18-03-31 10:30` and `YY-MM-DD hh:mm`: `2018-03-31T10:30:00`; a picture without a time gives the day alone."""
    named_parts = r"YYYY|YY|MM|DD|hh|mm|ss"
    pattern = re.sub(named_parts, lambda part: f"(?P<{part[0]}>[0-9]{{{len(part[0])}}})", re.escape(picture))
    found = re.fullmatch(pattern, text)
    if found is None:
        raise Refused("analyzer.refused", field=field, value=text[:40])
    named = {name: int(digits) for name, digits in found.groupdict().items()}
    year = named["YYYY"] if "YYYY" in named else 2000 + named["YY"]
    parts = (year, *(named.get(name, 1 if name in ("MM", "DD") else 0) for name in ("MM", "DD", "hh", "mm", "ss")))
    if not _is_moment(*parts):
        raise Refused("analyzer.refused", field=field, value=text[:40])
    return _iso(*parts) if "hh" in picture else _iso(*parts)[:10]


def _bytes(data: bytes, kind: str) -> tuple[int, ...]:
    digits = [data[place] for place in _PLACES[kind]]
    if kind.startswith("bcd"):
        if any(byte >> 4 > 9 or byte & 15 > 9 for byte in digits):
            return ()
        digits = [10 * (byte >> 4) + (byte & 15) for byte in digits]
    return (2000 + digits[0], *digits[1:])


def _words(data: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))


def _fat(data: bytes, kind: str) -> tuple[int, ...]:
    word = int.from_bytes(data, "little")
    since = 2000 if kind == "fat-2000" else 1980
    day = (since + (word >> 25), word >> 21 & 15, word >> 16 & 31)
    return (*day, word >> 11 & 31, word >> 5 & 63, 2 * (word & 31))


def _is_moment(year: int, month: int, day: int, hour: int, minute: int, second: int) -> bool:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return (
        year in YEARS and 1 <= month <= 12 and 1 <= day <= days[month - 1] and hour < 24 and minute < 60 and second < 60
    )


def _iso(year: int, month: int, day: int, hour: int, minute: int, second: int) -> str:
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
