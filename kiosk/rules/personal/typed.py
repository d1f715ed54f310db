"""Numbers of people in what somebody typed: found, and masked before anything is signed. What is masked is gone.

ID numbers as kiosk.rules.scan.private finds them; here also the old form of 15 digits, and mobile numbers.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from kiosk.rules.personal.fields import Holds, holds
from kiosk.rules.scan import identifiers, private

# Region, year of two digits, month, day, order: what was given out before 1999-10-01 (GB 11643-1989).
OLD_ID = re.compile(r"(?<![0-9])[1-8][0-9]{5}([0-9]{2})([0-9]{2})([0-9]{2})[0-9]{3}(?![0-9])")
# 1, 3 to 9, then nine digits, grouped 3 4 4 or not at all; a country code may stand before it.
MOBILE = re.compile(r"(?<![0-9])(?:(?:[+]|00)?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])")
# Region, a day since 2013 (of 18 digits) or of 15 a short one, running number: so papers, samples and batches are
# numbered, and one in eleven has the check digit of an ID number. Who was born then neither sells nor signs.
SINCE, DAY = "(?:1[3-9]|[23][0-9])", "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
NUMBERED = re.compile(f"(?<![0-9])[1-8][0-9]{{5}}(?:20{SINCE}{DAY}[0-9]{{2,12}}|{SINCE}{DAY}[0-9]{{3}})(?![0-9Xx])")
FEWEST = 11  # digits of a mobile number, the shortest of them

T = TypeVar("T")


def cleaned(body: T) -> T:
    """The entry or order with every number of a person masked that stands where a person may have typed it."""
    kind, changed = type(body).__name__, {}
    for field in fields(body):  # type: ignore[arg-type]
        before = getattr(body, field.name)
        after = _cleaned(before, kind, field.name)
        if after is not before:
            changed[field.name] = after
    return replace(body, **changed) if changed else body  # type: ignore[type-var]


def masked(text: str, *, phones: bool = True) -> str:
    """The text with every ID number in it masked, and every mobile number too.

    Where `phones` may stay, other people's numbers of papers may stand: what is formed as one (NUMBERED) stays too.
    """
    if sum(one.isdigit() for one in text) < FEWEST:
        return text
    if not phones:
        kept = [*NUMBERED.finditer(text)]
        starts, ends = [0, *(one.end() for one in kept)], [*(one.start() for one in kept), len(text)]
        between = [_masked(text[start:end], phones=False) for start, end in zip(starts, ends, strict=True)]
        return "".join(part + one for part, one in zip(between, [*(one[0] for one in kept), ""], strict=True))
    return _masked(text, phones=True)


def _masked(text: str, *, phones: bool) -> str:
    shown = private.masked(text)
    read, places = private.readable(shown)
    found = [one.span() for one in OLD_ID.finditer(read) if _born(one)]
    found += [one.span() for one in MOBILE.finditer(read)] if phones else []
    for start, end in sorted(found, reverse=True):
        shown = shown[: places[start]] + private.MASK + shown[places[end - 1] + 1 :]
    return shown


def holds_number(text: str) -> bool:
    """For a screen that would rather ask again than mask."""
    return masked(text) != text


def misplaced(body: object) -> list[str]:
    """Our own names in a body that hold a right ID number: a list that uses it as an id would carry it everywhere."""
    return sorted({f"{kind}.{name}" for kind, name, text in _ours(body) if masked(text, phones=False) != text})


def _ours(body: object, kind: str = "", name: str = "") -> Iterator[tuple[str, str, str]]:
    if is_dataclass(body):
        for field in fields(body):
            yield from _ours(getattr(body, field.name), type(body).__name__, field.name)
    elif isinstance(body, tuple):
        for one in body:
            yield from _ours(one, kind, name)
    elif type(body) is str and holds(kind, name) is Holds.NONE:
        yield kind, name, body


def _cleaned(value: Any, kind: str, name: str) -> Any:
    if isinstance(value, str):
        return _text(value, kind, name)
    if isinstance(value, tuple):
        parts = tuple(_cleaned(one, kind, name) for one in value)
        return parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    if isinstance(value, Mapping):
        table = {key: _cleaned(one, kind, name) for key, one in value.items()}
        return table if any(table[key] is not value[key] for key in value) else value
    return cleaned(value) if is_dataclass(value) and not isinstance(value, type) else value


def _text(text: str, kind: str, name: str) -> str:
    if type(text) is not str or len(text) < FEWEST:  # a word of a list; or too short to hold a number
        return text
    what = holds(kind, name)
    if what in (None, Holds.NONE, Holds.SEALED):
        return text
    return masked(text, phones=what is Holds.TYPED)


def _born(old: re.Match[str]) -> bool:
    year, month, day = (int(part) for part in old.groups())
    return identifiers.real_day(1900 + year, month, day) is not None
