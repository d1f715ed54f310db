"""What goes wrong on a line, by name, for any twin: the bytes it says come late, damaged, in halves, or not at all."""

from collections.abc import Callable
from random import Random

from drivers.simulated.pty import Twin, UnpluggedError

FAULTS = {
    "silent": "says nothing",
    "late": "every answer comes after the host has given up",
    "noise": "stray bytes before every answer",
    "half": "every answer breaks off in the middle",
    "bad-crc": "one bit of every answer is wrong",
    "unplug": "the cable is pulled at the second answer",
}


class Faulty:
    """`twin` behind a line with a fault, which can be set and cleared at any time. `late_by` is in seconds."""

    def __init__(
        self, twin: Twin, clock: Callable[[], float], fault: str | None = None, late_by: float = 3.0, seed: int = 1
    ) -> None:
        self.fault = fault
        self.twin = twin
        self._clock = clock
        self.late_by = late_by
        self._random = Random(seed)
        self._said = 0
        self._coming: list[tuple[float, bytes]] = []

    def answer(self, data: bytes) -> bytes:
        return self._due() + self._harmed(self.twin.answer(data))

    def tick(self) -> bytes:
        return self._due() + self._harmed(self.twin.tick())

    def _due(self) -> bytes:
        now = self._clock()
        due = [data for at, data in self._coming if at <= now]
        self._coming = [(at, data) for at, data in self._coming if at > now]
        return b"".join(due)

    def _harmed(self, said: bytes) -> bytes:
        if not said or self.fault is None:
            return said
        self._said += 1
        if self.fault == "unplug" and self._said > 1:
            raise UnpluggedError
        if self.fault == "late":
            self._coming.append((self._clock() + self.late_by, said))
        return self._wrong(said)

    def _wrong(self, said: bytes) -> bytes:
        match self.fault:
            case "silent" | "late":
                return b""
            case "noise":
                return self._random.choice((b"\x00", b"\xff", b"\x00\xff")) + said
            case "half":
                return said[: max(1, len(said) // 2)]
            case "bad-crc":
                return _flipped(said, self._random.randrange(8 * len(said)))
        return said


def _flipped(data: bytes, bit: int) -> bytes:
    wrong = bytearray(data)
    wrong[bit // 8] ^= 1 << bit % 8
    return bytes(wrong)
