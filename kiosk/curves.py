"""What an analyzer shows while its run goes on, channel by channel: for people to look at, and for nothing else.

Kept in memory only: the readings that count are in the record. No channel is told faster than a person can see.
"""

import time
from collections.abc import Callable, Iterable
from decimal import Decimal

from drivers.reading import Reading

EVERY = 0.5  # seconds between two points of a channel
MOST = 240  # points of a channel; behind them every second one goes
SHOWN = ("absorbance", "absorbance_change", "inhibition")  # the first of these that an instrument tells


class Curves:
    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._points: dict[int | None, list[Decimal]] = {}
        self._units: dict[int | None, str] = {}
        self._last = float("-inf")

    def clear(self) -> None:
        self._points, self._units, self._last = {}, {}, float("-inf")

    def add(self, readings: Iterable[Reading]) -> bool:
        """One look at the instrument; whether there is anything new to draw."""
        if self._now() - self._last < EVERY:
            return False
        found = {reading.channel: reading for reading in _drawn(readings)}
        for channel, reading in found.items():
            points = self._points.setdefault(channel, [])
            if reading.value is not None:
                points.append(reading.value)
            if len(points) > MOST:
                del points[1::2]
            self._units[channel] = reading.unit
        if found:
            self._last = self._now()
        return bool(found)

    @property
    def begun(self) -> bool:
        """Has the instrument shown anything of this run?"""
        return bool(self._points)

    def of(self, channel: int | None) -> tuple[tuple[Decimal, ...], str]:
        """The points of a channel, oldest first, and their unit."""
        return tuple(self._points.get(channel, ())), self._units.get(channel, "")


def _drawn(readings: Iterable[Reading]) -> list[Reading]:
    told = [reading for reading in readings if reading.value is not None and reading.value.is_finite()]
    quantity = next((name for name in SHOWN if any(one.quantity == name for one in told)), "")
    return [reading for reading in told if reading.quantity == quantity]
