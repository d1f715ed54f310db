"""Small forms of FORMATS.md §1 and §2: canonical JSON, base64, key ids, times. Bytes in, values out."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

LARGEST = 2**53 - 1  # RFC 8785 §3.2.2.3
UP_TO_BMP = bytes(
    range(0xF0)
)  # RFC 8785 §3.2.3 sorts by UTF-16: only with the bytes behind these is that another order
DIGITS = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
LONG_NUMBER = re.compile(rb"[:,\[]-?[0-9]{16}")  # perhaps inside a text: then it is only looked at more closely
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", re.ASCII)

_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False)


def _refused(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")


_READER = json.JSONDecoder(parse_float=_refused, parse_constant=_refused)


def parsed(data: bytes) -> Any:
    """JSON in UTF-8 without fractions. Raises ValueError or RecursionError."""
    return _READER.decode(data.decode())


def canonical(value: Any) -> bytes:
    """RFC 8785 for text, whole numbers, true, false, null, lists and objects."""
    return _WRITER.encode(value).encode()


def canonical_as(data: bytes) -> Callable[[Any], bytes]:
    """What writes the value of these bytes; the slow one where sorting or numbers are not Python's."""
    beyond = data.translate(None, UP_TO_BMP)
    long = b"0" * 16 in data.translate(DIGITS) and LONG_NUMBER.search(data)
    return _exact if beyond or long else canonical


def _exact(value: Any) -> bytes:
    return canonical(_sorted(value)) if not _has_names_beyond(value) else _written(value).encode()


def _sorted(value: Any) -> Any:
    """The same value, when no number in it is too large. Raises ValueError."""
    if isinstance(value, dict):
        return {name: _sorted(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_sorted(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        raise ValueError(value)
    return value


def _has_names_beyond(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_names_beyond, value))
    if not isinstance(value, dict):
        return False
    return any(max(name, default="") > "\uffff" for name in value) or any(map(_has_names_beyond, value.values()))


def _written(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_WRITER.encode(name)}:{_written(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return _WRITER.encode(_sorted(value))


def unbase64(text: Any) -> bytes:
    """One text for one value: stray bits are refused. Raises ValueError."""
    if not isinstance(text, str):
        raise TypeError(f"{text!r:.40} is not text")
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as wrong:
        raise ValueError(str(wrong)) from wrong
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 is written in another way")
    return data


def key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:32]


def moment(text: Any) -> datetime:
    """Raises ValueError."""
    if not isinstance(text, str) or len(text) != 29 or not TIME.fullmatch(text):
        raise ValueError(f"{text!r:.40} is not a time")
    return datetime.fromisoformat(text)
