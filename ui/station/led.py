"""A run that a person is led through, in words: what to do now, at which holes, or how long the analyzer waits."""

import math
import time

from kiosk.screen import Screen
from ui.station.view import View

HOLES = {"insert_blank": "screen.testing.holes_blank", "insert_cuvettes": "screen.testing.holes"}


def words(view: View) -> str:
    """What the person is to do now, or what the analyzer is doing."""
    step = view.screen.step
    if step is None:
        return view.say("screen.testing.reading")
    return view.say(f"analyzer.operator.{step.word}" if step.word else "screen.testing.reacting")


def holes(view: View) -> str:
    """Which holes are meant; empty where the analyzer has one place, or the step is about no hole."""
    step = view.screen.step
    key = None if step is None else HOLES.get(step.word)
    if step is None or step.control is None or key is None:
        return ""
    samples = view.say("screen.list_and").join(map(str, step.samples))
    return view.say(key, control=step.control, samples=samples)


def asks(screen: Screen) -> bool:
    """Is it the person's turn?"""
    return screen.step is not None and bool(screen.step.word)


def done(view: View) -> str:
    """What the button says."""
    step = view.screen.step
    placed = step is not None and step.word.startswith("insert_")
    return view.say("screen.testing.placed" if placed else "screen.testing.done")


def left(screen: Screen) -> str:
    """Whole seconds until the analyzer goes on by itself; empty where it does not wait for time."""
    step = screen.step
    return "" if step is None or step.word else str(max(0, math.ceil(step.ends - time.monotonic())))
