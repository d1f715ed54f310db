"""CBOR that means the same and is written otherwise (RFC 8949 §4.2.1 forbids each of these), from a seed."""

from random import Random
from typing import Any

INDEFINITE, STOP = 31, b"\xff"
WIDTHS = {1: 24, 2: 25, 4: 26, 8: 27}
LIBERTY = 0.12


def head(major: int, number: int, width: int = 0) -> bytes:
    """The first bytes of an item; `width` 1, 2, 4 or 8 for its number, 0 for the shortest."""
    if not width:
        if number < 24:
            return bytes([major << 5 | number])
        width = next(one for one in WIDTHS if number < 1 << 8 * one)
    return bytes([major << 5 | WIDTHS[width]]) + number.to_bytes(width, "big")


def loose(draw: Random, value: Any) -> bytes:
    """Another encoding of `value` than the deterministic one, unless chance took no liberty."""
    match value:
        case int():
            return _head(draw, 0, value) if value >= 0 else _head(draw, 1, -1 - value)
        case bytes():
            return _string(draw, 2, value)
        case str():
            return _string(draw, 3, value.encode())
        case list():
            return _held(draw, 4, len(value), [loose(draw, one) for one in value])
        case dict():
            return _map(draw, value)
    raise TypeError(f"{type(value)} does not stand in our codes")


def _map(draw: Random, table: dict[Any, Any]) -> bytes:
    pairs = [loose(draw, key) + loose(draw, held) for key, held in table.items()]
    if draw.random() < LIBERTY:
        draw.shuffle(pairs)
    if pairs and draw.random() < LIBERTY:
        pairs.insert(draw.randrange(len(pairs) + 1), draw.choice(pairs))
    return _held(draw, 5, len(pairs), pairs)


def _string(draw: Random, major: int, data: bytes) -> bytes:
    if draw.random() >= LIBERTY:
        return _head(draw, major, len(data)) + data
    cut = draw.randrange(len(data) + 1)
    parts = [head(major, len(part)) + part for part in (data[:cut], data[cut:])]
    return bytes([major << 5 | INDEFINITE]) + b"".join(parts) + STOP


def _held(draw: Random, major: int, count: int, parts: list[bytes]) -> bytes:
    if draw.random() < LIBERTY:
        return bytes([major << 5 | INDEFINITE]) + b"".join(parts) + STOP
    return _head(draw, major, count) + b"".join(parts)


def _head(draw: Random, major: int, number: int) -> bytes:
    shortest = head(major, number)
    if draw.random() >= LIBERTY:
        return shortest
    wider = [width for width in WIDTHS if width + 1 > len(shortest) and number < 1 << 8 * width]
    return head(major, number, draw.choice(wider)) if wider else shortest
