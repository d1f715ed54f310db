"""A TL-310 that is not there: its frames, its record store, its enzyme. Bytes in, bytes out; needs no port.

Own choices, because the source is silent: the store always holds one old record, so "no record" never has to be said;
a run is always the control in channel 1 and two samples in channels 2 and 3; a negative inhibition is stored as 0.
"""

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from drivers.simulated.kinetics import change, left_active
from drivers.simulated.pty import UnpluggedError

FAULTS = ("silent", "bad-crc", "noise", "unplug")
MISSING = 0x7FFE
HELLO, READ = b"\x01\x01\x00\xff", b"\x15\x04\x00\xff"


@dataclass(frozen=True, slots=True)
class Brew:
    """What stands in the cuvettes: share of a fresh enzyme, and the range of the inhibitor dose in the samples."""

    enzyme: float
    dose: tuple[float, float]  # 1/min


SCENARIOS = {
    "clean": Brew(1.0, (0.0, 0.004)),
    "contaminated": Brew(1.0, (0.085, 0.118)),  # 70–83 % inhibited
    "weak-enzyme": Brew(0.43, (0.0, 0.004)),  # the blank stays below 0.3
}


@dataclass(frozen=True, slots=True)
class Stored:
    channel: int
    taken: datetime
    absorb: int  # 0.001 AU
    inhibit: int  # 0.1 %
    verdict: int  # 2 pass, 1 exceeds

    def frame(self, index: int, total: int) -> bytes:
        moment = self.taken
        when = (moment.year - 2000, moment.month, moment.day, moment.hour, moment.minute, moment.second)
        body = struct.pack("<HHBB", total, index, self.channel, 0) + bytes(when)
        return framed(b"\x16\x15\x00\xff" + body + struct.pack("<HHHBB", 0, self.absorb, self.inhibit, self.verdict, 0))


class ResidueTwin:
    """`auto`: the first read-all after everything was read once starts a run, so that a station needs no second hand.

    The run's records appear `run_seconds` later. `fault` (one of FAULTS) can be set and cleared at any time.
    """

    def __init__(
        self,
        scenario: str = "clean",
        seed: int = 1,
        run_seconds: float = 1.0,
        auto: bool = False,
        fault: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        started: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
    ) -> None:
        self.fault = fault
        self.runs = 0
        self._random = Random(seed)
        self.load(scenario)
        self._run_seconds = run_seconds
        self._auto = auto
        self._clock = clock
        self._began = clock()
        self._started = started
        self._buffer = b""
        self._store = [Stored(5, started - timedelta(days=200), 498, 41, 2)]
        self._coming: list[Stored] = []
        self._ready_at = 0.0
        self._read_through = 0

    def load(self, scenario: str) -> None:
        """Another enzyme and another sample, for the runs that begin from now on."""
        self._brew = SCENARIOS[scenario]
        self._dose = self._random.uniform(*self._brew.dose)

    def start_run(self) -> None:
        """Control and two samples of the same material; the records appear when the run is over."""
        if self._coming:
            return
        self.runs += 1
        self._ready_at = self._clock() + self._run_seconds
        blank = change(self._brew.enzyme) + self._random.uniform(-0.002, 0.002)
        self._coming = [self._measured(1, blank, None), *(self._sample(channel, blank) for channel in (2, 3))]

    def answer(self, data: bytes) -> bytes:
        if self.fault == "silent":
            return b""
        self._buffer += data
        said = b""
        while (request := self._request()) is not None:
            said += self._damaged(self._reply(request))
        return said

    def tick(self) -> bytes:
        return b""

    def _sample(self, channel: int, blank: float) -> Stored:
        active = self._brew.enzyme * left_active(self._dose)
        return self._measured(channel, change(active) + self._random.uniform(-0.004, 0.004), blank)

    def _measured(self, channel: int, absorbance: float, blank: float | None) -> Stored:
        """The device computes from unrounded values, so its inhibition may differ from ours in the last digit."""
        rounded = max(0, round(absorbance * 1000))
        if blank is None:
            return Stored(channel, self._started, rounded, MISSING, 2)
        inhibition = max(0.0, (blank - absorbance) / blank * 100)
        return Stored(channel, self._started, rounded, round(inhibition * 10), 1 if inhibition >= 50 else 2)

    def _request(self) -> bytes | None:
        """The next sound request in the buffer; what is not one is skipped byte by byte."""
        while (at := self._buffer.find(b"\x7e")) >= 0:
            self._buffer = self._buffer[at:]
            if len(self._buffer) < 4:
                return None
            size = 6 + int.from_bytes(self._buffer[2:4], "little")
            if size <= 64 and len(self._buffer) < size:
                return None
            request = self._buffer[:size]
            if size <= 64 and request == framed(request[1:-2]):
                self._buffer = self._buffer[size:]
                return request[1:-2]
            self._buffer = self._buffer[1:]
        self._buffer = b""
        return None

    def _reply(self, request: bytes) -> bytes:
        if request == HELLO:
            return framed(bytes.fromhex("020400FF021010"))
        if request[:4] != READ:
            return b""
        if self.fault == "unplug":
            raise UnpluggedError
        self._finish()
        if request[4:] == b"\x00\x00\x00":
            return self._store[-1].frame(1, 1)
        return self._all() if request[4:] == b"\xff\xff\xff" else b""

    def _all(self) -> bytes:
        if self._auto and self._read_through == len(self._store):
            self.start_run()
        self._read_through = len(self._store)
        return b"".join(record.frame(n, len(self._store)) for n, record in enumerate(self._store, 1))

    def _finish(self) -> None:
        if self._coming and self._clock() >= self._ready_at:
            taken = self._started + timedelta(seconds=int(self._clock() - self._began))
            self._store += [replace(record, taken=taken) for record in self._coming]
            self._coming = []

    def _damaged(self, reply: bytes) -> bytes:
        if self.fault == "bad-crc" and reply:
            return reply[:-2] + bytes([reply[-2] ^ 0x01]) + reply[-1:]
        if self.fault == "noise":
            return b"\x00\x7e" + self._random.randbytes(2).replace(b"\x7e", b"\xff") + reply
        return reply


def framed(body: bytes) -> bytes:
    return b"\x7e" + body + bytes([_crc8(body)]) + b"\xaa"


def _crc8(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = ((value << 1) ^ 0x31) & 0xFF if value & 0x80 else value << 1
    return value
