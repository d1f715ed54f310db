"""A person's number is found however it is written, and masked wherever a text may be shown or stored.

Spaces, hyphens, full-width digits, a small x, percent escapes: all are one number. What is masked is gone, not cut.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from kiosk.rules.scan import identifiers
from kiosk.rules.scan.links import link, unquoted
from kiosk.rules.scan.numbers import READ_AS

MASK = "***"
# Region, birth, order, check; a digit too many or too few is still a person's number mistyped.
MISTYPED = re.compile(r"[1-8][0-9]{5}((?:18|19|20)[0-9]{2})([0-9]{2})([0-9]{2})[0-9]{2,4}[0-9X]?")
ALL_DIGITS = re.compile(r"[1-8][0-9]{16}[0-9X]")
PIECE = re.compile(r"[0-9]+X?|(?<![0-9A-Z])X(?![0-9A-Z])")
GAP = 3  # characters between two groups of one number
LONG_DIGITS = re.compile(r"[0-9]{5,}[Xx]?")  # could be a telephone
EXCERPT = 24
ESCAPES_DEEP = 3  # an escape may be escaped itself


def plain(text: str) -> str:
    """The characters that count: one width, capitals, no spaces, hyphens or dots."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).upper() if one.isalnum())


def is_person(text: str, today: date | None = None) -> bool:
    """A right ID number, however it is grouped."""
    return identifiers.is_id(plain(text), today)


def like_person(text: str) -> bool:
    """A mistyped ID number: it begins with a region and a real day of birth, or has 18 digits as one has.

    O, I and L are read as the digits they look like. A right credit code is never one, nor is what has other signs.
    """
    compact = plain(text)
    if identifiers.right_credit_code(compact) or not all(one.isalnum() or _parts(one) for one in text):
        return False
    digits = compact.translate(READ_AS)
    return _born(digits) or ALL_DIGITS.fullmatch(compact) is not None


def masked(text: str) -> str:
    """The text with every ID number in it masked; of a link that hides one behind escapes only the host is left."""
    shown = _masked(text)
    if not _hides(shown):
        return shown
    target = link(shown)
    return MASK if target is None or _hides(target.host) else f"{shown[: shown.index(':')]}://{target.host}/{MASK}"


def excerpt(text: str) -> str:
    """The beginning of a text that may be shown: long digit runs could be a telephone number and are masked too."""
    printable = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in masked(text))
    shown = LONG_DIGITS.sub(MASK, printable)
    return shown if len(shown) <= EXCERPT else shown[:EXCERPT] + "…"


def _hides(text: str) -> bool:
    """Percent escapes, or escapes of escapes, make an ID number of it."""
    told = text
    for _ in range(ESCAPES_DEEP if "%" in text else 0):
        told = unquoted(told)
    return _masked(told) != told


def _masked(text: str) -> str:
    read, places = readable(text)
    found = list(_numbers(read))
    for start, end in reversed(found):
        text = text[: places[start]] + MASK + text[places[end - 1] + 1 :]
    return text


def readable(text: str) -> tuple[str, list[int]]:
    """In one width and in capitals, with the place in `text` that each character came from."""
    read, places = "", []
    for place, one in enumerate(text):
        for part in unicodedata.normalize("NFKC", one).upper():
            read += part
            places.append(place)
    return read, places


def _numbers(read: str) -> Iterator[tuple[int, int]]:
    """Start and end of each, one after the other: groups that belong together, or the ends of a longer run."""
    pieces = [found.span() for found in PIECE.finditer(read)]
    after = 0
    for nth, (start, end) in enumerate(pieces):
        if start < after:
            continue
        ends = [last for last in _reached(read, pieces, nth) if _is_number(plain(read[start:last]))]
        yield from [(start, ends[-1])] if ends else _at_its_ends(read, start, end)
        after = ends[-1] if ends else end


def _reached(read: str, pieces: list[tuple[int, int]], nth: int) -> Iterator[int]:
    """Ends of the groups that follow each other closely from the nth on, while they are no longer than a number."""
    start = pieces[nth][0]
    for place in range(nth, len(pieces)):
        begin, end = pieces[place]
        between = read[pieces[place - 1][1] : begin] if place > nth else ""
        if len(between) > GAP or any(one.isalnum() for one in between) or len(plain(read[start:end])) > 18:
            return
        yield end


def _is_number(compact: str) -> bool:
    if len(compact) not in (17, 18) or identifiers.right_credit_code(compact):
        return identifiers.is_id(compact)
    return identifiers.is_id(compact) or _born(compact)


def _at_its_ends(read: str, start: int, end: int) -> list[tuple[int, int]]:
    """Right numbers at the beginning and the end of a longer run of digits."""
    places = ((start, start + 18), (end - 18, end)) if end - start > 18 else ()
    found = [place for place in places if identifiers.is_id(read[slice(*place)])]
    return found[:1] if end - start < 36 else found


def _parts(sign: str) -> bool:
    """People group numbers by spaces, hyphens and dots."""
    return sign == "." or unicodedata.category(sign) in ("Zs", "Pd", "Cf")


def _born(digits: str) -> bool:
    parts = MISTYPED.fullmatch(digits)
    return parts is not None and identifiers.real_day(*(int(part) for part in parts.groups())) is not None
