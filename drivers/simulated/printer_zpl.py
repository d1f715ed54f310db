"""A label printer that speaks ZPL II, written from Zebra's programming guide, not from our encoder."""

import re
from collections.abc import Iterator
from pathlib import Path

from drivers.simulated.printer_fate import Fate
from drivers.simulated.printer_labels import Canvas, Roll

STATUS, CANCEL = b"~HS", b"~JA"
FIELD = re.compile(rb"\^([A-Z][A-Z0-9])([^^~]*)")
KNOWN = (b"XA", b"XZ", b"FX", b"FS", b"PW", b"LL", b"LH", b"FO", b"GF", b"PQ")


class ZplTwin:
    """Answers ~HS at once; with `mum` it says nothing while it cannot print, as newer firmware does."""

    def __init__(
        self, out_dir: Path, width: int = 832, fault: str = "", labels_left: int = 1000, *, mum: bool = False
    ) -> None:
        self.fate = Fate(fault)
        self.roll = Roll(out_dir, width, "zpl", self.fate, labels_left)
        self.unknown: list[bytes] = []
        self._mum = mum
        self._tail = b""
        self._waiting = bytearray()

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
        if self._tail == CANCEL:
            self._waiting.clear()
            self.roll.forget()
        if self._tail != STATUS or (self._mum and (self.roll.empty or self.fate.fault == "cover-open")):
            return b""
        return self._status()

    def _status(self) -> bytes:
        cover, left = int(self.fate.fault == "cover-open"), len(self.roll.queue) or int(self.roll.busy)
        half = int(b"^XA" in self._waiting)
        first = f"030,{self.roll.empty:d},0,0320,{half:03},0,0,{half},000,0,0,0"
        second = f"001,0,{cover},0,0,2,6,0,{left:08},1,000"
        return b"".join(b"\x02" + line.encode("ascii") + b"\x03\r\n" for line in (first, second, "1234,0"))

    def _work(self) -> None:
        while (end := self._waiting.find(b"^XZ")) >= 0:
            label = bytes(self._waiting[: end + 3])
            del self._waiting[: end + 3]
            self.roll.note(label)
            self._print(label)

    def _print(self, label: bytes) -> None:
        canvas, place, copies, width = Canvas(0, 0), (0, 0), 1, 0
        for name, text in FIELD.findall(label):
            match name:
                case b"PW":
                    width = int(text)
                case b"LL":
                    canvas = Canvas(width, int(text))
                case b"FO":
                    left, top = text.split(b",")
                    place = int(left), int(top)
                case b"GF":
                    canvas.put(*place, list(graphic(text)))
                case b"PQ":
                    copies = int(text)
            if name not in KNOWN:
                self.unknown.append(name)
        self.roll.queue += [canvas] * copies


def graphic(text: bytes) -> Iterator[bytes]:
    """The rows of ^GFA,total,total,bytes in a row,data with Zebra's short forms."""
    kind, _, total, width, data = text.split(b",", 4)
    if kind != b"A":
        raise ValueError(kind)
    row, above, times, made = "", "", 0, 0
    for sign in data.decode("ascii").strip():
        if sign in ",:!":
            full = above if sign == ":" else row.ljust(int(width) * 2, "F" if sign == "!" else "0")
        elif sign.isupper() and sign > "F":
            times += ord(sign) - ord("F")
            continue
        elif sign.islower():
            times += 20 * (ord(sign) - ord("f"))
            continue
        else:
            row += sign * (times or 1)
            times = 0
            if len(row) < int(width) * 2:
                continue
            full = row
        yield bytes.fromhex(full)
        row, above, made = "", full, made + int(width)
    if made != int(total):
        raise ValueError(made)
