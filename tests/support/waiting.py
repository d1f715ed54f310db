"""Waiting for a condition, with an end to it: the one place where a test looks again and again."""

import time
from collections.abc import Callable

PATIENCE_S = 30.0
AGAIN_S = 0.01  # between two looks


def wait_for(condition: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
    """Returns when `condition` holds. AssertionError says what did not come."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not within {seconds:g} s: {what}"
        time.sleep(AGAIN_S)
