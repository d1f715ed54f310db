"""A DY-3500 optics board that is not there: raw counts of 8 holes × 4 lamps; the host computes.

What stands in the holes is a person's doing: `insert`, or the next thing of a test is put in by itself every few reads.
"""

import math
import struct
from collections.abc import Callable
from random import Random

from drivers.simulated.analyzer import SCENARIOS
from drivers.simulated.kinetics import absorbance, left_active

DEVICE = bytes.fromhex("03FF2000000000000800D4184445564943453F3F")
TOLD = bytes.fromhex("03FE2000000000000800D56D50524E2032335858")
READ = b"\x1b\x1b"
DARK, FULL, NOISE = 1000, (50_000, 40_000, 30_000, 20_000), 6  # counts
STARTING = 0.12  # AU of a filled cuvette before the colour comes
HOLES, LAMPS = 8, 4


class OpticsTwin:
    """Control in hole 1, samples in holes 2 and 3, the rest empty. `speed`: seconds of reaction per second.

    `reads`: after so many reads the next thing is put in by itself: blank, cuvettes, blank … None: only `insert`.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        scenario: str = "clean",
        seed: int = 1,
        speed: float = 1.0,
        reads: int | None = None,
    ) -> None:
        self._clock = clock
        self._random = Random(seed)
        self._speed = speed
        self._reads = reads
        self._count = 0
        self._buffer = b""
        self._filled_at: float | None = None
        self.load(scenario)

    def load(self, scenario: str) -> None:
        """Another enzyme and another sample."""
        brew = SCENARIOS[scenario]
        self._active = [brew.enzyme] + [brew.enzyme * left_active(self._random.uniform(*brew.dose)) for _ in range(2)]

    def insert(self, what: str) -> None:
        """`blank`: clear water everywhere. `cuvettes`: the reaction begins now."""
        self._filled_at = self._clock() if what == "cuvettes" else None

    def answer(self, data: bytes) -> bytes:
        self._buffer = (self._buffer + data)[-64:]
        device, read = self._buffer.endswith(DEVICE), self._buffer.endswith(READ)
        if device or read:
            self._buffer = b""
        return TOLD if device else self._scan() if read else b""

    def tick(self) -> bytes:
        return b""

    def _scan(self) -> bytes:
        self._count += 1
        if self._reads and (self._count - 1) % (3 * self._reads) == 0:
            self.insert("blank")
        elif self._reads and (self._count - 1) % (3 * self._reads) == self._reads:
            self.insert("cuvettes")
        counts = [self._counted(hole, lamp) for hole in range(HOLES) for lamp in range(LAMPS)]
        return b"\x1b\x01\x84" + struct.pack("<I", DARK) + struct.pack(f"<{len(counts)}I", *counts) + b"\x00"

    def _counted(self, hole: int, lamp: int) -> int:
        """Only the first lamp, 410 nm, sees the yellow product."""
        light = FULL[lamp] * 10 ** -(self._absorbance(hole) if lamp == 0 else 0.0)
        return DARK + round(light) + self._random.randint(-NOISE, NOISE)

    def _absorbance(self, hole: int) -> float:
        if self._filled_at is None or hole >= len(self._active):
            return 0.0
        seconds = math.floor((self._clock() - self._filled_at) * self._speed)
        return STARTING + absorbance(self._active[hole], seconds)
