"""Waiting for a condition, with an end to it: the one place where a test looks again and again, and the only sleep."""

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
        let_pass(again)
    return True


def settled(look: Callable[[], object], quiet: float) -> None:
    """Returns once what `look` sees has stayed the same for so many seconds."""
    while _moved(look, quiet):
        continue


def _moved(look: Callable[[], object], within: float) -> bool:
    seen = look()
    return came(lambda: look() != seen, within)


def let_pass(seconds: float) -> None:
    """For time that is itself the matter: the moment of a kill, a driver's own pause. What will come is waited for."""
    time.sleep(seconds)
