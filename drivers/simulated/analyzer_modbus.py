"""Modbus units that are not there: tables of registers. Own CRC, own header, own parser, so that both ends differ."""

import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from drivers.simulated.pty import UnpluggedError

SCENARIOS = {"normal": 1, "over-range": 2, "need-standard": 4, "need-sample": 5}
FAULTS = ("silent", "late", "noise", "half", "bad-crc", "wrong-unit", "unplug")
READS = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}
WRITES = {5: "coil", 6: "holding", 15: "coil", 16: "holding"}
MOST = 260  # bytes of a frame
UNKNOWN_FUNCTION, NO_SUCH_ADDRESS, NO_SUCH_VALUE, NO_SUCH_UNIT = 1, 2, 3, 11


class Unit(Protocol):
    """One instrument on the line."""

    def table(self, name: str) -> dict[int, int]:
        """coil, discrete, holding or input: address → value. What is not there cannot be read or written."""

    def command(self, pdu: bytes) -> bytes | None:
        """The answer to a request that no table covers; None to all others. b"" is silence."""


@dataclass(slots=True)
class Image:
    """A unit whose registers stand still until somebody writes. `commands`: requests with answers of their own."""

    tables: Mapping[str, dict[int, int]]
    commands: Mapping[bytes, bytes] = field(default_factory=dict)

    def table(self, name: str) -> dict[int, int]:
        return self.tables.get(name, {})

    def command(self, pdu: bytes) -> bytes | None:
        return self.commands.get(pdu)


class RegisterTwin:
    """`units` by their address, on a serial line (RTU) or behind a connection (`tcp`).

    `fault`, one of FAULTS, can be set and cleared at any time; late answers come after `late_by` seconds. `spared`:
    addresses that are still answered when the plug is about to be pulled.
    """

    def __init__(
        self,
        units: Mapping[int, Unit],
        fault: str | None = None,
        *,
        tcp: bool = False,
        late_by: float = 1.5,
        spared: tuple[int, ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.fault = fault
        self._units = units
        self._tcp = tcp
        self.late_by = late_by
        self._spared = spared
        self._clock = clock
        self._crc = [_entry(byte) for byte in range(256)]
        self._buffer = b""
        self._coming: list[tuple[float, bytes]] = []

    def answer(self, data: bytes) -> bytes:
        self._buffer = (self._buffer + data)[-4 * MOST :]
        said = b""
        while (request := self._request()) is not None:
            said += self._harmed(*request)
        return self.tick() + said

    def tick(self) -> bytes:
        """Late answers that are due."""
        now = self._clock()
        due = b"".join(frame for at, frame in self._coming if at <= now)
        self._coming = [(at, frame) for at, frame in self._coming if at > now]
        return due

    def _request(self) -> tuple[int, int, bytes] | None:
        """Number, unit and PDU of the next request in the buffer; what stands before it is dropped."""
        return self._numbered() if self._tcp else self._summed()

    def _numbered(self) -> tuple[int, int, bytes] | None:
        if len(self._buffer) < 8:
            return None
        number, protocol, length = struct.unpack(">HHH", self._buffer[:6])
        if protocol or not 2 < length <= MOST:
            self._buffer = b""
            return None
        if len(self._buffer) < 6 + length:
            return None
        frame, self._buffer = self._buffer[6 : 6 + length], self._buffer[6 + length :]
        return number, frame[0], frame[1:]

    def _summed(self) -> tuple[int, int, bytes] | None:
        for at in range(len(self._buffer)):
            for end in range(at + 4, min(len(self._buffer), at + MOST) + 1):
                if self._crc_of(self._buffer[at : end - 2]) == self._buffer[end - 2 : end]:
                    frame, self._buffer = self._buffer[at : end - 2], self._buffer[end:]
                    return 0, frame[0], frame[1:]
        return None

    def _harmed(self, number: int, unit: int, pdu: bytes) -> bytes:
        if self.fault == "unplug" and int.from_bytes(pdu[1:3], "big") not in self._spared:
            raise UnpluggedError
        body = self._body(unit, pdu)
        if not body or self.fault == "silent":
            return b""
        frame = self._framed(number, (unit + 1) % 256 if self.fault == "wrong-unit" else unit, body)
        if self.fault == "late":
            self._coming.append((self._clock() + self.late_by, frame))
            return b""
        return self._damaged(frame)

    def _body(self, unit: int, pdu: bytes) -> bytes:
        if unit not in self._units:
            return bytes([pdu[0] | 0x80, NO_SUCH_UNIT]) if self._tcp else b""
        said = self._units[unit].command(pdu)
        return answered(self._units[unit], pdu) if said is None else said

    def _framed(self, number: int, unit: int, body: bytes) -> bytes:
        frame = bytes([unit]) + body
        return struct.pack(">HHH", number, 0, len(frame)) + frame if self._tcp else frame + self._crc_of(frame)

    def _crc_of(self, frame: bytes) -> bytes:
        crc = 0xFFFF
        for byte in frame:
            crc = crc >> 8 ^ self._crc[(crc ^ byte) & 0xFF]
        return crc.to_bytes(2, "little")

    def _damaged(self, frame: bytes) -> bytes:
        """A TCP message has no sum: there the name of the protocol is wrong."""
        match self.fault:
            case "bad-crc":
                at = 2 if self._tcp else len(frame) - 1
                return frame[:at] + bytes([frame[at] ^ 0x01]) + frame[at + 1 :]
            case "half":
                return frame[: len(frame) // 2]
            case "noise":
                return b"\x00" + frame
        return frame


class ChlorineTwin(RegisterTwin):
    """A CL500: free chlorine that drifts a little from reading to reading. It tells its name even when it is pulled."""

    def __init__(self, scenario: str = "normal", seed: int = 1, fault: str | None = None) -> None:
        super().__init__({1: self}, fault, spared=(4,))
        self._state = SCENARIOS[scenario]
        self._random = Random(seed)
        self._chlorine = 10.0 if scenario == "over-range" else self._random.uniform(0.3, 1.5)

    def table(self, name: str) -> dict[int, int]:
        if name == "input":
            return dict(enumerate(self._input()))
        return {0: 2, 1: 1} if name == "holding" else {}  # decimals, unit mg/L

    def command(self, pdu: bytes) -> bytes | None:
        """Writes are unknown to it."""
        return bytes([pdu[0] | 0x80, UNKNOWN_FUNCTION]) if pdu[0] not in (3, 4) else None

    def _input(self) -> list[int]:
        """Registers 30001–30014."""
        if self._state == SCENARIOS["normal"]:
            self._chlorine = min(9.9, max(0.0, self._chlorine + self._random.uniform(-0.01, 0.01)))
        shown, exact = words(round(self._chlorine, 2))[::-1], words(round(self._chlorine, 4))[::-1]
        level = 4 if self._state == SCENARIOS["over-range"] else 0
        return [*shown, *exact, 1, 4, 2, 500, 0, self._state, 1, int(self._state > 2), level, 0]


def words(number: float) -> tuple[int, int]:
    """A 32-bit float as two registers, the high word first."""
    high, low = struct.unpack(">HH", struct.pack(">f", number))
    return high, low


def answered(unit: Unit, pdu: bytes) -> bytes:
    """The answer of a unit to one request; every refusal is an exception."""
    function = pdu[0]
    if function in READS and len(pdu) == 5:
        return _read(unit.table(READS[function]), function, *struct.unpack(">HH", pdu[1:]))
    if function in WRITES and len(pdu) >= 5:
        return _written(unit.table(WRITES[function]), function, pdu)
    return bytes([function | 0x80, UNKNOWN_FUNCTION])


def _read(table: Mapping[int, int], function: int, first: int, count: int) -> bytes:
    bits = function in (1, 2)
    if not 1 <= count <= (2000 if bits else 125):
        return bytes([function | 0x80, NO_SUCH_VALUE])
    if any(address not in table for address in range(first, first + count)):
        return bytes([function | 0x80, NO_SUCH_ADDRESS])
    found = [table[address] for address in range(first, first + count)]
    data = _packed(found) if bits else struct.pack(f">{count}H", *found)
    return bytes([function, len(data)]) + data


def _packed(bits: list[int]) -> bytes:
    """The first coil is the lowest bit of the first byte."""
    number = sum(bool(bit) << n for n, bit in enumerate(bits))
    return number.to_bytes((len(bits) + 7) // 8, "little")


def _written(table: dict[int, int], function: int, pdu: bytes) -> bytes:
    first, given = struct.unpack(">HH", pdu[1:5])
    single = [int(given == 0xFF00)] if function == 5 else [given]
    values = single if function in (5, 6) else _many(function, given, pdu)
    if not values or (function == 5 and given not in (0, 0xFF00)):
        return bytes([function | 0x80, NO_SUCH_VALUE])
    if any(first + n not in table for n in range(len(values))):
        return bytes([function | 0x80, NO_SUCH_ADDRESS])
    table.update({first + n: value for n, value in enumerate(values)})
    return pdu[:5]


def _many(function: int, count: int, pdu: bytes) -> list[int]:
    """[] when the count and the bytes do not agree."""
    data = pdu[6:]
    size = (count + 7) // 8 if function == 15 else 2 * count
    if len(pdu) < 6 or pdu[5] != size or len(data) != size:
        return []
    if function == 15:
        return [data[n // 8] >> n % 8 & 1 for n in range(count)]
    return list(struct.unpack(f">{count}H", data))


def _entry(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ 0xA001 if byte & 1 else byte >> 1
    return byte
