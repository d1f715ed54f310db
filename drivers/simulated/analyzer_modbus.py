"""A CL500 that is not there: Modbus RTU from a table of registers. Its own CRC and parser, so that both ends differ."""

import struct
from random import Random

from drivers.simulated.pty import UnpluggedError

SCENARIOS = {"normal": 1, "over-range": 2, "need-standard": 4, "need-sample": 5}
UNIT, HOLDING, INPUT = 1, 3, 4
REQUEST = 8  # bytes: unit, function, address, count, CRC


class ChlorineTwin:
    """Free chlorine that drifts a little from reading to reading. `fault` can be set and cleared at any time."""

    def __init__(self, scenario: str = "normal", seed: int = 1, fault: str | None = None) -> None:
        self.fault = fault
        self._state = SCENARIOS[scenario]
        self._random = Random(seed)
        self._chlorine = 10.0 if scenario == "over-range" else self._random.uniform(0.3, 1.5)
        self._crc = [_entry(byte) for byte in range(256)]
        self._buffer = b""

    def answer(self, data: bytes) -> bytes:
        if self.fault == "silent":
            return b""
        self._buffer = (self._buffer + data)[-256:]
        while len(self._buffer) >= REQUEST:
            request = self._buffer[:REQUEST]
            if self._checked(request[:-2]) == request:
                self._buffer = b""
                return self._reply(request)
            self._buffer = self._buffer[1:]
        return b""

    def tick(self) -> bytes:
        return b""

    def _reply(self, request: bytes) -> bytes:
        unit, function, first, count = struct.unpack(">BBHH", request[:-2])
        if unit != UNIT:
            return b""
        if self.fault == "unplug" and first != 4:  # it still tells its name
            raise UnpluggedError
        return self._damaged(self._checked(bytes([unit]) + self._body(function, first, count)))

    def _body(self, function: int, first: int, count: int) -> bytes:
        if function not in (HOLDING, INPUT):
            return bytes([function | 0x80, 1])
        table = self._input() if function == INPUT else [2, 1]  # decimals, unit mg/L
        if not 1 <= count <= 125 or first + count > len(table):
            return bytes([function | 0x80, 2 if 1 <= count <= 125 else 3])
        words = table[first : first + count]
        return bytes([function, 2 * count]) + struct.pack(f">{count}H", *words)

    def _input(self) -> list[int]:
        """Registers 30001–30014."""
        if self._state == SCENARIOS["normal"]:
            self._chlorine = min(9.9, max(0.0, self._chlorine + self._random.uniform(-0.01, 0.01)))
        shown, exact = _low_word_first(round(self._chlorine, 2)), _low_word_first(round(self._chlorine, 4))
        level = 4 if self._state == SCENARIOS["over-range"] else 0
        return [*shown, *exact, 1, 4, 2, 500, 0, self._state, 1, int(self._state > 2), level, 0]

    def _checked(self, frame: bytes) -> bytes:
        crc = 0xFFFF
        for byte in frame:
            crc = crc >> 8 ^ self._crc[(crc ^ byte) & 0xFF]
        return frame + crc.to_bytes(2, "little")

    def _damaged(self, reply: bytes) -> bytes:
        if self.fault == "bad-crc":
            return reply[:-1] + bytes([reply[-1] ^ 0x01])
        return b"\x00" + reply if self.fault == "noise" else reply


def _low_word_first(number: float) -> tuple[int, int]:
    high, low = struct.unpack(">HH", struct.pack(">f", number))
    return low, high


def _entry(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ 0xA001 if byte & 1 else byte >> 1
    return byte
