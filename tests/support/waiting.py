"""Waiting for a condition, with an end to it: the one place where a test looks again and again."""

import time
from collections.abc import Callable

PATIENCE_S = 30.0
AGAIN_S = 0.01  # between two looks


def wait_for(condition: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
    """Returns when `condition` holds. AssertionError says what did not come."""
    assert came(condition, seconds), f"not within {seconds:g} s: {what}"


def came(condition: Callable[[], object], seconds: float = PATIENCE_S, again: float = AGAIN_S) -> bool:
    """Whether `condition` holds within this time; returns as soon as it does. `again` is in seconds, between looks."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(again)
    return True
