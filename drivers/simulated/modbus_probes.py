"""Modbus instruments of the profiles: a turbidity probe, a controller of sensors, a thermo-hygrometer."""

import struct
from random import Random

from drivers.simulated.analyzer_modbus import Image, RegisterTwin, words

TURBIDITY = ("normal", "error", "calibrated")
BOX = ("normal", "high-word-first")
AMBIENT = ("normal", "corrected", "dead-chip")

START, STOP = bytes.fromhex("0325000000"), bytes.fromhex("032E000001")


class TurbidityTwin(RegisterTwin):
    """A Y511: its values can be read between start and stop; floats come with the lowest byte first."""

    def __init__(self, scenario: str = "normal", seed: int = 1, fault: str | None = None) -> None:
        super().__init__({1: self}, fault)
        self.measuring = False
        self._random = Random(seed)
        self._error = int(scenario == "error")
        self._told = _text(0x0900, b")YL2914010022", 7) | {0x0700: 0x0100, 0x0701: 0x010B, 0x2E00: 0}
        self._told |= _little(0x1100, 1.25 if scenario == "calibrated" else 1.0, 0.0)

    def table(self, name: str) -> dict[int, int]:
        if name != "holding":
            return {}
        turbidity = round(self._random.uniform(2, 9), 2)
        values = _little(0x2600, 21.5, turbidity) | {0x2604: self._error << 8}
        return self._told | (values if self.measuring else {})

    def command(self, pdu: bytes) -> bytes | None:
        self.measuring = (self.measuring or pdu == START) and pdu != STOP
        return b"\x03\x00" if pdu == START else None


class BoxTwin(RegisterTwin):
    """A TriBox3 (unit 1) with one sensor (unit 2), over TCP. A trigger moves the time of the last measurement."""

    def __init__(self, scenario: str = "normal", seed: int = 1, fault: str | None = None) -> None:
        self._high_first = scenario == "high-word-first"
        self._seed = seed
        self._minute = 0
        box = _text(20, b"Tribox_9401", 20) | {100: 0, 101: 9401}
        self._box = Image({"holding": box, "input": box, "coil": {1: 0}})
        super().__init__({1: self._box, 2: self}, fault, tcp=True)

    def table(self, name: str) -> dict[int, int]:
        """Of the sensor; input and holding registers are the same."""
        return self._sensor() if name in ("holding", "input") else {}

    def command(self, pdu: bytes) -> bytes | None:
        return None

    def _sensor(self) -> dict[int, int]:
        if self._box.tables["coil"][1]:
            self._box.tables["coil"][1] = 0
            self._minute += 1
        value = words(Random(f"{self._seed} {self._minute}").choice((12.5, 3.25, 8.75, 10.5)))
        when = (1, 2026, 11, 20, 9, 41 + self._minute % 18, 30)
        told = dict(enumerate(when, 80)) | _text(20, b"Opus_7123", 20)
        told |= _text(1064, b"NO3-N", 10) | _text(1384, b"mg/l", 8)
        return told | dict(enumerate(value if self._high_first else value[::-1], 1000))


class AmbientTwin(RegisterTwin):
    """An XY-MD02: its values begin at register 1."""

    def __init__(self, scenario: str = "normal", seed: int = 1, fault: str | None = None) -> None:
        super().__init__({1: self}, fault)
        self._random = Random(seed)
        self._dead = scenario == "dead-chip"
        self._setup = dict(enumerate((1, 9600, 10 if scenario == "corrected" else 0, 0), 0x0101))

    def table(self, name: str) -> dict[int, int]:
        if name == "holding":
            return self._setup
        measured = {1: self._random.randrange(180, 320), 2: self._random.randrange(300, 700)}
        return {} if name != "input" else {1: 0, 2: 0} if self._dead else measured

    def command(self, pdu: bytes) -> bytes | None:
        return None


def _text(first: int, text: bytes, count: int) -> dict[int, int]:
    return dict(enumerate(struct.unpack(f">{count}H", text.ljust(2 * count, b"\0")), first))


def _little(first: int, *numbers: float) -> dict[int, int]:
    """Floats whose lowest byte comes first."""
    data = struct.pack(f"<{len(numbers)}f", *numbers)
    return dict(enumerate(struct.unpack(f">{2 * len(numbers)}H", data), first))
