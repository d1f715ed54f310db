"""A Taiyang TTNJ-8 that is not there: two-byte commands, one 73-byte group per run, no checksum. From the tables.

`erases`: a group is gone once the next one was asked for, as on a tester whose host sends the erase command each time.
"""

import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from drivers.simulated.analyzer import SCENARIOS
from drivers.simulated.kinetics import change, left_active

HELLO, START, NEXT, STOP = b"\x1b\xbf", b"\x1b\xb1", b"\x24", b"\x1b\xff"
CODE, HEAD, END = b"\x1b\x01", b"\x1b\xc1", b"\x1b\xfe"
PESTICIDE, CHANNELS = 1, 8


class PagesTwin:
    """Control in channel 1, samples in 2 and 3. `auto`: a download that brought nothing new starts a run."""

    def __init__(
        self,
        scenario: str = "clean",
        seed: int = 1,
        run_seconds: float = 1.0,
        *,
        auto: bool = False,
        erases: bool = False,
        clock: Callable[[], float] = time.monotonic,
        started: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
    ) -> None:
        self._random = Random(seed)
        self._run_seconds = run_seconds
        self._auto = auto
        self._erases = erases
        self._clock = clock
        self._began = clock()
        self._started = started
        self._groups: list[bytes] = []
        self._ready_at: float | None = None
        self._place: int | None = None  # of the group that was sent last
        self._told = 0
        self._buffer = b""
        self.load(scenario)
        self._groups.append(self._run(started - timedelta(days=200)))  # so that "nothing stored" never has to be said

    def load(self, scenario: str) -> None:
        """Another enzyme and another sample, for the runs that begin from now on."""
        self._brew = SCENARIOS[scenario]
        self._dose = self._random.uniform(*self._brew.dose)

    def start_run(self) -> None:
        if self._ready_at is None:
            self._ready_at = self._clock() + self._run_seconds

    @property
    def held(self) -> int:
        """Groups that the instrument still has."""
        return len(self._groups)

    def answer(self, data: bytes) -> bytes:
        self._buffer += data
        said = b""
        while self._buffer:
            size = 1 if self._buffer[:1] == NEXT else 2
            if len(self._buffer) < size:
                break
            said += self._reply(self._buffer[:size])
            self._buffer = self._buffer[size:]
        return said

    def tick(self) -> bytes:
        return b""

    def _reply(self, request: bytes) -> bytes:
        self._finish()
        if request == HELLO:
            return CODE
        if request == START:
            if self._auto and self._told == len(self._groups):
                self.start_run()
            self._place = -1
            return HEAD + self._next() if self._groups else END
        return self._next() if request == NEXT and self._place is not None else b""

    def _next(self) -> bytes:
        """The group after the last one, or the end."""
        place = -1 if self._place is None else self._place
        if self._erases and place >= 0:
            del self._groups[place]
            place -= 1
        if place + 1 < len(self._groups):
            self._place = place + 1
            return self._groups[place + 1]
        self._place, self._told = None, len(self._groups)
        return END

    def _finish(self) -> None:
        if self._ready_at is not None and self._clock() >= self._ready_at:
            self._ready_at = None
            self._groups.append(self._run(self._started + timedelta(seconds=int(self._clock() - self._began))))

    def _run(self, at: datetime) -> bytes:
        """Absorbance change and inhibition of the control and of two samples of the same material."""
        when = (at.second, at.minute, at.hour, at.day, at.month, PESTICIDE, at.year - 2000)
        blank = change(self._brew.enzyme)
        active = self._brew.enzyme * left_active(self._dose)
        changes = [blank, *(change(active) + self._random.uniform(-0.004, 0.004) for _ in range(2))]
        slots = [struct.pack(">ff", value, max(0.0, (blank - value) / blank * 100)) for value in changes]
        return bytes(when) + bytes([0b111, 0]) + b"".join(slots) + bytes(8 * (CHANNELS - len(slots)))
