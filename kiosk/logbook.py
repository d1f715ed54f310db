"""Instruments that are read by themselves, every so often: a thermo-hygrometer, a scale, a probe.

A reading that has not changed needs no new entry more often than hourly: every value stands within one last digit, as
the instrument tells it, of the value in the last entry. Against the last entry, so that a slow drift is not lost.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from drivers.reading import Reading

HOURLY = 3600.0  # seconds after which an unchanged reading is recorded again
PERCENT = ("%", "%RH")  # relative humidity, as makers write it
STALE = 3  # times its interval: what is older says nothing of now

Values = dict[tuple[int | None, str, str], Decimal | None]


@dataclass(slots=True)
class _Kept:
    """One instrument. Times by the monotonic clock."""

    every: float
    due: float = 0.0
    waiting: bool = False
    recorded: Values = field(default_factory=dict)
    recorded_at: float = 0.0
    room: tuple[Decimal | None, Decimal | None] = (None, None)
    room_at: float = 0.0


class Logbook:
    """`every`: seconds between two readings, by the instrument's name."""

    def __init__(self, every: Mapping[str, float], now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept = {name: _Kept(seconds) for name, seconds in every.items()}
        self._thermometer = ""  # the instrument that last told of the room

    def due(self) -> list[str]:
        """Who is to be asked now; each counts as asked until `heard` or `lost`."""
        now = self._now()
        asked = [name for name, one in self._kept.items() if not one.waiting and one.due <= now]
        for name in asked:
            self._kept[name].waiting, self._kept[name].due = True, now + self._kept[name].every
        return asked

    def lost(self, name: str) -> None:
        """It did not answer; it is asked again in its time."""
        if name in self._kept:
            self._kept[name].waiting = False

    def heard(self, name: str, readings: Sequence[Reading]) -> bool:
        """Is this worth an entry? None of an instrument that nobody logs is."""
        one = self._kept.get(name)
        if one is None or not one.waiting:
            return False
        one.waiting = False
        self._remember(name, one, readings)
        told: Values = {(r.channel, r.quantity, r.unit): r.value for r in readings}
        if not told or (_same(told, one.recorded) and self._now() - one.recorded_at < HOURLY):
            return False
        one.recorded, one.recorded_at = told, self._now()
        return True

    def room(self) -> tuple[Decimal | None, Decimal | None] | None:
        """°C and % relative of the room; None where no instrument ever told them, (None, None) where it fell silent.

        Only an instrument that tells the humidity stands in the air: a probe's temperature is that of its water.
        """
        one = self._kept.get(self._thermometer)
        if one is None:
            return None
        return one.room if self._now() - one.room_at <= STALE * one.every else (None, None)

    def _remember(self, name: str, one: _Kept, readings: Sequence[Reading]) -> None:
        humidity = next((r.value for r in readings if r.quantity == "humidity" and r.unit in PERCENT), None)
        if humidity is None:
            return
        temperature = next((r.value for r in readings if (r.quantity, r.unit) == ("temperature", "°C")), None)
        self._thermometer, one.room, one.room_at = name, (temperature, humidity), self._now()


def _same(told: Values, before: Values) -> bool:
    return told.keys() == before.keys() and all(_alike(value, before[name]) for name, value in told.items())


def _alike(one: Decimal | None, other: Decimal | None) -> bool:
    if one is None or other is None or not (one.is_finite() and other.is_finite()):
        return one is other
    return abs(one - other) <= max(_digit(one), _digit(other))


def _digit(value: Decimal) -> Decimal:
    """The last digit that is told: what the instrument resolves at best."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
