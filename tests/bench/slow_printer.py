"""A printer with a wire, a small buffer and a paper speed, in a time that skips its own waiting.

What our own code takes is real; what wire and paper take is computed. So a roll of certificates takes seconds.
"""

from collections import deque
from dataclasses import dataclass
from time import perf_counter

from drivers.printer.printer import CLEAR, CLEARED

BUFFER = 4096  # bytes
DOTS_PER_MM = 8
WELL = b"\x12"  # the answer to any DLE EOT of a printer that lacks nothing
ASK = b"\x10\x04"
LINE = 30  # dots fed for one line
HEADS = {b"\x1b@": 2, b"\x1b3": 3, b"\x1bJ": 3, b"\x1bd": 3, b"\x1b$": 4, b"\x1dV": 3, b"\x1d(": 11, b"\x1dv": 8}


class Time:
    """Seconds; a wait is skipped, and counted."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def now(self) -> float:
        return perf_counter() + self._skipped

    def until(self, at: float) -> None:
        self._skipped += max(0.0, at - self.now())


@dataclass(frozen=True, slots=True)
class Pace:
    """`wire` in bytes a second, `paper` in millimetres a second."""

    wire: float
    paper: float

    @property
    def row(self) -> float:
        return 1 / (self.paper * DOTS_PER_MM)


class SlowPrinter:
    """A port (drivers.printer.outcome.Port). Rows are printed as they come in; nothing is drawn."""

    def __init__(self, time: Time, pace: Pace) -> None:
        self.first: float | None = None  # when the first row of a picture was whole
        self.idle = 0.0  # seconds that the head stood still between two rows of all jobs
        self.rows = self.bytes = 0
        self.white = 0  # rows fed since the last one with ink
        self.head = time.now()  # when it will have printed all that it has
        self._time = time
        self._pace = pace
        self._arrived = self.head  # when the last byte came off the wire
        self._left: deque[tuple[int, float]] = deque([(0, self.head)])  # bytes that had left the buffer, and when
        self._piece = bytearray()
        self._row = 0  # bytes in one row of the picture that comes in
        self._rows = 0  # of it, still to come
        self._answers: list[tuple[float, bytes]] = []

    def write(self, data: bytes) -> None:
        """Returns when the buffer has taken all of it."""
        if data == CLEAR:
            self._answers.append((self._time.now(), CLEARED))
        elif data[:2] == ASK and len(data) == 3:
            self._answers.append((self._time.now(), WELL))
        else:
            self._arrived = max(self._arrived, self._time.now())
            for byte in data:
                self._take(byte)
            self._time.until(self._arrived)

    def read(self, size: int, timeout: float) -> bytes:
        until = self._time.now() + timeout
        if not self._answers or self._answers[0][0] > until:
            self._time.until(until)
            return b""
        due, answer = self._answers.pop(0)
        self._time.until(due)
        return answer[:size]

    def drain(self) -> bytes:
        return b""

    def close(self) -> None:
        """There is nothing to give back."""

    def _take(self, byte: int) -> None:
        self.bytes += 1
        while len(self._left) > 1 and self._left[0][0] < self.bytes - BUFFER:
            self._left.popleft()
        room = self._left[0][1] if self.bytes > BUFFER else 0.0
        self._arrived = max(self._arrived, room) + 1 / self._pace.wire
        self._piece.append(byte)
        if self._rows:
            if len(self._piece) == self._row:
                self._rows -= 1
                self.white = -1 if any(self._piece) else self.white
                self._done(1)
        elif (length := self._length()) is not None and len(self._piece) >= length:
            self._do(bytes(self._piece))

    def _length(self) -> int | None:
        return 1 if self._piece[:1] == b"\n" else HEADS.get(bytes(self._piece[:2]))

    def _do(self, command: bytes) -> None:
        if command[:2] == b"\x1dv":
            self._row = int.from_bytes(command[4:6], "little")
            self._rows = int.from_bytes(command[6:8], "little")
            self._done(0)
        elif command[:2] == b"\x1d(":
            self._done(0)
            self._answers.append((self.head, b"\x37\x22" + command[-4:] + b"\x00"))
        else:
            fed = {b"\n": LINE, b"\x1bd": command[-1] * LINE, b"\x1bJ": command[-1]}
            self._done(fed.get(command[:2], 0))

    def _done(self, rows: int) -> None:
        """What has come in moves the paper by so many rows, as soon as the head is free."""
        starts = max(self.head, self._arrived)
        if rows:
            self.first = self._arrived if self.first is None else self.first
            self.idle += starts - self.head if self.rows else 0.0
            self.rows += rows
            self.white += rows
            self.head = starts + rows * self._pace.row
        self._left.append((self.bytes, starts))
        self._piece.clear()
