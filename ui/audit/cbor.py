"""The part of CBOR that a code needs, in deterministic form only (RFC 8949 §4.2.1). Bytes in, values out."""

import struct
from typing import Any

DEEPEST = 6
MOST = 64  # members of an array or a map
ARGUMENTS = {24: (1, ">B"), 25: (2, ">H"), 26: (4, ">I"), 27: (8, ">Q")}


class Tagged:
    def __init__(self, tag: int, value: Any) -> None:
        self.tag = tag
        self.value = value


def loads(data: bytes) -> Any:
    """Raises ValueError, also for bytes behind the value and for any longer way to write it."""
    value, end = _item(data, 0, DEEPEST)
    if end != len(data):
        raise ValueError("bytes behind the value")
    return value


def sequence(data: bytes) -> bytes:
    """A byte string, written."""
    size = len(data)
    if size < 24:
        return bytes([0x40 + size]) + data
    return (struct.pack(">BB", 0x58, size) if size < 256 else struct.pack(">BH", 0x59, size)) + data


def _item(data: bytes, at: int, deeper: int) -> tuple[Any, int]:
    if deeper == 0:
        raise ValueError("too deep")
    major, number, at = _head(data, at)
    if major < 2:
        return number if major == 0 else -1 - number, at
    if major < 4:
        raw, at = _piece(data, at, number)
        return raw if major == 2 else raw.decode(), at
    return _holding(data, at, major, number, deeper)


def _holding(data: bytes, at: int, major: int, number: int, deeper: int) -> tuple[Any, int]:
    """An array, a map or a tag."""
    match major:
        case 4:
            return _array(data, at, number, deeper)
        case 5:
            return _map(data, at, number, deeper)
        case 6:
            value, at = _item(data, at, deeper - 1)
            return Tagged(number, value), at
    raise ValueError(f"major type {major}")


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Major type, argument, and where the next byte stands. The argument has its shortest form."""
    if at >= len(data):
        raise ValueError("the end is missing")
    major, low = data[at] >> 5, data[at] & 31
    if low < 24:
        return major, low, at + 1
    if low not in ARGUMENTS:
        raise ValueError(f"argument {low}")
    size, form = ARGUMENTS[low]
    raw = data[at + 1 : at + 1 + size]
    if len(raw) != size:
        raise ValueError("the end is missing")
    (number,) = struct.unpack(form, raw)
    if number < (24 if size == 1 else 1 << (4 * size)):
        raise ValueError("not the shortest form")
    return major, number, at + 1 + size


def _piece(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    if at + size > len(data):
        raise ValueError("the end is missing")
    return data[at : at + size], at + size


def _array(data: bytes, at: int, count: int, deeper: int) -> tuple[list[Any], int]:
    found = []
    for _ in range(_few(count)):
        value, at = _item(data, at, deeper - 1)
        found.append(value)
    return found, at


def _map(data: bytes, at: int, count: int, deeper: int) -> tuple[dict[Any, Any], int]:
    found: dict[Any, Any] = {}
    before = b""
    for _ in range(_few(count)):
        start = at
        name, at = _item(data, at, deeper - 1)
        if not isinstance(name, int | str) or data[start:at] <= before:
            raise ValueError("keys are not in order")
        before = data[start:at]
        found[name], at = _item(data, at, deeper - 1)
    return found, at


def _few(count: int) -> int:
    if count > MOST:
        raise ValueError("too many")
    return count
