"""Wrong PINs, telephone tails and card numbers, counted for whom they were tried. Owned by the attendant's thread.

Rule 1: a count is durable before anybody hears that he was wrong. Rule 2: only the right one empties it, no other
turn and no restart. Rule 3: a rest that a restart cut short begins anew; no clock says how long the box was off.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass

from kiosk.record import Record

TRIES = "tries/"  # begins the name under which the record keeps a count, beside the open visits


@dataclass(frozen=True, slots=True)
class Pace:
    """After `most` wrong ones nothing is looked at for `rest` seconds; each time twice as long, up to `longest`."""

    most: int
    rest: float
    longest: float

    def seconds(self, times: int) -> float:
        """`times`: how often there was a rest before."""
        return min(self.rest * float(2 ** min(times, 20)), self.longest)


@dataclass(frozen=True, slots=True)
class _Count:
    """`rested`: how often since it was right; `rest`: seconds of the one that is on."""

    wrong: int = 0
    rested: int = 0
    rest: float = 0.0


class Tries:
    """`clock` in seconds, any beginning. Every method may raise Unwritable."""

    def __init__(self, record: Record, clock: Callable[[], float] = time.monotonic) -> None:
        self._record = record
        self._clock = clock
        self._counts = {name: _read(saved) for name, saved, _ in record.tables.open_visits() if is_count(name)}
        self._until = {name: clock() + count.rest for name, count in self._counts.items() if count.rest}

    def rests(self, whose: str) -> int:
        """Whole seconds for which nothing is looked at; 0: it may be tried."""
        return math.ceil(max(0.0, self._until.get(TRIES + whose, -math.inf) - self._clock()))

    def wrong(self, whose: str, pace: Pace) -> int:
        """One more; how many may follow until a rest, 0: it has begun."""
        name = TRIES + whose
        count = self._counts.get(name, _Count())
        if count.wrong + 1 < pace.most:
            self._keep(name, _Count(count.wrong + 1, count.rested))
            return pace.most - count.wrong - 1
        self._rest(name, count, pace)
        return 0

    def rest(self, whose: str, pace: Pace) -> None:
        """At once, however few were wrong."""
        name = TRIES + whose
        self._rest(name, self._counts.get(name, _Count()), pace)

    def right(self, whose: str) -> None:
        name = TRIES + whose
        self._until.pop(name, None)
        if self._counts.pop(name, None) is not None:
            self._record.close_visit(name)

    def settle(self) -> None:
        """Now and then: a rest that is over is not begun again by the next restart."""
        for name in [name for name, until in self._until.items() if until <= self._clock()]:
            del self._until[name]
            self._keep(name, _Count(0, self._counts[name].rested))

    def _rest(self, name: str, count: _Count, pace: Pace) -> None:
        seconds = pace.seconds(count.rested)
        self._keep(name, _Count(0, count.rested + 1, seconds))
        self._until[name] = self._clock() + seconds

    def _keep(self, name: str, count: _Count) -> None:
        self._counts[name] = count
        self._record.save_visit(name, json.dumps(astuple(count)), None)


def is_count(name: str) -> bool:
    return name.startswith(TRIES)


def _read(saved: str) -> _Count:
    """A count that is not ours counts as none."""
    try:
        wrong, rested, rest = json.loads(saved)
        return _Count(int(wrong), int(rested), float(rest))
    except (ValueError, TypeError):
        return _Count()
