"""Bodies of every kind, drawn from their types by hypothesis, and the same bodies bent in one place."""

import copy
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from kiosk.documents.schemas import MOST_INTEGER
from kiosk.rules.messages import ACT_KINDS, ENTRY_KINDS, ORDER_KINDS
from kiosk.rules.messages.forms import Form

KINDS: dict[str, Any] = {**ENTRY_KINDS, **ORDER_KINDS, **ACT_KINDS}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBER = st.decimals(allow_nan=False, allow_infinity=False) | st.sampled_from(
    [Decimal("0E-26"), Decimal("1E+900000"), Decimal("49.999"), Decimal("-0"), Decimal("0.50")]
)
DAYS = ["2026-03-02", "2026-02-30", "2026-13-01", "2026-3-2", "2024-02", "20260302"]
TIMES = ["2026-03-02T09:30:01.000+08:00", "2026-03-02T24:00:00Z", "2026-03-02T09:30:01", "2026-03-02 09:30:01Z"]
NUMBERS = ["0.1", ".1", "1.", "01", "+1", "1e5", "1E+5", "1E5", "1E+9999999", "NaN", "Infinity", "-0", "١", "1_0", " 1"]
OTHERS = ["", "x", "é", "warn", "negative", "ab" * 32, "AB" * 32, "ab" * 16, "A" * 43 + "=", "abc", "\x00"]
ODD: list[Any] = [
    *DAYS,
    *TIMES,
    *NUMBERS,
    *OTHERS,
    None,
    True,
    False,
    0,
    1,
    -1,
    1.5,
    MOST_INTEGER,
    [],
    {},
    [None],
    ["x"],
]


@cache
def bodies(kind: str) -> st.SearchStrategy[Any]:
    return _values(KINDS[kind])


def bent(draw: st.DrawFn, table: dict[str, Any]) -> dict[str, Any]:
    """A copy in which one place holds something else, or a member is gone."""
    spoilt = copy.deepcopy(table)
    holders = [(holder, key) for holder, key in _places(spoilt)]
    holder, key = draw(st.sampled_from(holders))
    if isinstance(holder, dict) and draw(st.integers(0, 3)) == 0:
        del holder[key]
    elif isinstance(holder[key], str) and draw(st.integers(0, 3)) == 0:
        holder[key] += draw(st.sampled_from(["0", "x", " ", "E"]))
    else:
        holder[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
    return spoilt


def plain(data: bytes | None) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(data or b"{}")
    return table


def _values(hint: Any) -> st.SearchStrategy[Any]:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return NUMBER if inner[0] is Decimal else _texts(inner[1])
    if origin is tuple:
        return st.lists(_values(inner[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(TEXT, TEXT, max_size=2)
    if inner:  # a union with null
        return st.one_of([_values(one) for one in inner])
    return _single(hint)


def _single(hint: Any) -> st.SearchStrategy[Any]:
    if is_dataclass(hint):
        hints = get_type_hints(hint, include_extras=True)
        members: dict[str, Any] = {field.name: _values(hints[field.name]) for field in fields(hint)}
        return st.fixed_dictionaries(members).map(lambda drawn: hint(**drawn))  # type: ignore[operator]
    if issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXT,
        bool: st.booleans(),
        int: st.integers(-MOST_INTEGER, MOST_INTEGER),
        type(None): st.none(),
    }
    return plain[hint]


def _texts(form: Form) -> st.SearchStrategy[str]:
    fitting = st.sampled_from(form.words) if form.words else st.from_regex(form.pattern, fullmatch=True)
    return fitting | st.just("") if form.empty else fitting


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every member and element, however deep."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def filled(kind: str) -> Any:
    """A body of a kind in which every free text is its own path, and everything that may be there is there."""
    return _filled(KINDS[kind], "")


def _filled(hint: Any, path: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return Decimal("1.5") if inner[0] is Decimal else _fitting(inner[1])
    if origin is tuple:
        return (_filled(inner[0], path),)
    if origin is dict:
        return {"key": f"<{path}>"}
    if inner:
        return _filled(inner[0], path)
    if is_dataclass(hint):
        hints = get_type_hints(hint, include_extras=True)
        members = {field.name: _filled(hints[field.name], f"{path}.{field.name}") for field in fields(hint)}
        return hint(**members)  # type: ignore[operator]
    return next(iter(hint)) if issubclass(hint, StrEnum) else {str: f"<{path}>", bool: True, int: 1}[hint]


def _fitting(form: Form) -> str:
    """A text of a form."""
    known = ("ab" * 32, "ab" * 16, "A" * 43 + "=", "2026-03-02T09:30:01.000+08:00", "2026-03-02", *form.words)
    return next(text for text in known if form.fits(text))
