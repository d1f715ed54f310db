"""Ranges of firmware numbers, `>=1.0.0,<2.0.0` or `*`: two files of one model must never both fit. Pure."""

import re

Version = tuple[int, ...]


def version(text: str) -> Version:
    """1.4.0 and 1.4 are the same number."""
    parts = [int(part) for part in text.split(".") if part]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def span(text: str) -> tuple[Version, Version] | None:
    """First number inside and first number behind; None for `*`."""
    if text == "*":
        return None
    low, high = (version(bound) for bound in re.findall(r"[0-9.]+", text))
    return low, high


def is_empty(text: str) -> bool:
    bounds = span(text)
    return bounds is not None and bounds[0] >= bounds[1]


def overlap(one: str, other: str) -> bool:
    """Is there a number that both ranges hold?"""
    first, second = span(one), span(other)
    if first is None or second is None:
        return True
    return max(first[0], second[0]) < min(first[1], second[1])


def within(firmware: str, text: str) -> bool:
    """Is `1.4.2` inside `>=1.0.0,<2.0.0`? Numbers are compared, not text; what is no number is inside nothing."""
    bounds = span(text)
    if bounds is None:
        return True
    return bool(re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})*", firmware)) and bounds[0] <= version(firmware) < bounds[1]
