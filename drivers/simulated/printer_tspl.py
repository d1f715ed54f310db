"""A label printer that speaks TSPL, written from the manuals (TSC, Gprinter GP-2120T), not from our encoder."""

import re
from pathlib import Path

from drivers.simulated.printer_fate import Fate
from drivers.simulated.printer_labels import Canvas, Roll

DOTS_PER_MM = 8
ASK, RESET = b"\x1b!?", b"\x1b!R"
SIZE = re.compile(rb"SIZE (\d+(?:\.\d+)?) mm, ?(\d+(?:\.\d+)?) mm")
BITMAP = re.compile(rb"BITMAP (\d+),(\d+),(\d+),(\d+),([012]),", re.DOTALL)
PRINT = re.compile(rb"PRINT (\d+)(?:,(\d+))?")
QUIET = re.compile(rb"(GAP|DIRECTION|SPEED|DENSITY|REFERENCE|SET|CODEPAGE) ?[^\r\n]*")


class TsplTwin:
    """Answers <ESC>!? at once, whatever it is doing. `roll.papers` are the labels that came out."""

    def __init__(self, out_dir: Path, width: int = 832, fault: str = "", labels_left: int = 1000) -> None:
        self.fate = Fate(fault)
        self.roll = Roll(out_dir, width, "tspl", self.fate, labels_left)
        self.unknown: list[bytes] = []
        self._tail = b""
        self._waiting = bytearray()
        self._size = (0, 0)
        self._canvas = Canvas(0, 0)

    def answer(self, data: bytes) -> bytes:
        said = bytearray()
        for byte in data:
            self.fate.hear()
            if self.fate.off:
                continue
            self._waiting.append(byte)
            said += self._hear(byte)
        self._work()
        return bytes(said)

    def tick(self) -> bytes:
        if self.fate.fault == "power-cut":
            self._waiting.clear()
        self.roll.tick()
        return b""

    def _hear(self, byte: int) -> bytes:
        self._tail = (self._tail + bytes([byte]))[-3:]
        if self._tail == RESET:
            self._waiting.clear()
            self.roll.forget()
        return bytes([self._status()]) if self._tail == ASK else b""

    def _status(self) -> int:
        return 0x01 * (self.fate.fault == "cover-open") | 0x04 * self.roll.empty | 0x20 * self.roll.busy

    def _work(self) -> None:
        while self._waiting and (length := self._command(bytes(self._waiting))):
            self.roll.note(bytes(self._waiting[:length]))
            del self._waiting[:length]

    def _command(self, data: bytes) -> int:
        """Does the first command and tells its length; 0 while it is incomplete."""
        if data[:2] == b"\x1b!":
            return 3 if len(data) >= 3 else 0
        if found := BITMAP.match(data):
            return self._bitmap(found, data)
        line, end, _ = data.partition(b"\r\n")
        if not end or line.startswith(b"BITMAP "):
            return 0
        self._line(line)
        return len(line) + 2

    def _bitmap(self, found: re.Match[bytes], data: bytes) -> int:
        left, top, width, height, _ = (int(number) for number in found.groups())
        end = found.end() + width * height
        if len(data) < end:
            return 0
        ink = bytes(byte ^ 0xFF for byte in data[found.end() : end])
        self._canvas.put(left, top, [ink[start : start + width] for start in range(0, len(ink), width)])
        return end

    def _line(self, line: bytes) -> None:
        if found := SIZE.fullmatch(line):
            self._size = (round(float(found[1]) * DOTS_PER_MM), round(float(found[2]) * DOTS_PER_MM))
        elif line == b"CLS":
            self._canvas = Canvas(*self._size)
        elif found := PRINT.fullmatch(line):
            self.roll.queue += [self._canvas] * (int(found[1]) * int(found[2] or 1))
        elif line and not QUIET.fullmatch(line):
            self.unknown.append(line)
