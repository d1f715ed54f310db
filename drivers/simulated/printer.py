"""A receipt printer that was written from Epson's manual, not from python-escpos, and prints on PNG.

Real-time commands are heard in the raw stream, as a real printer hears them: at once, even when it is out of paper and
even inside picture data. All else queues and is printed while there is paper.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

FAULTS = ("", "paper-out", "paper-out-mid", "cover-open", "silent", "no-completion")
MARGIN = 32  # dots of paper that no print head reaches: (80 mm - 72 mm) / 2
LINE = 30  # dots, the default line spacing
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


class PrinterTwin:
    """`fault` may be set at any time; with "paper-out-mid" the roll ends `rows_left` rows further on."""

    def __init__(self, out_dir: Path, width: int = 576, fault: str = "", rows_left: int = 300) -> None:
        self.fault = fault
        self.rows_left = rows_left
        self.unknown: list[bytes] = []  # commands that this printer does not know
        self._ears = _Ears()
        self._tray = _Tray(out_dir, width)
        self._waiting = bytearray()
        self._spacing = LINE
        self._run_out = False

    @property
    def papers(self) -> list[Path]:
        """Every piece of paper that came out, oldest first."""
        return self._tray.papers

    def answer(self, data: bytes) -> bytes:
        if self.fault == "silent":
            return b""
        said = bytearray()
        for byte in data:
            self._waiting.append(byte)
            said += self._real_time(self._ears.hear(byte))
        return bytes(said) + self._work()

    def tick(self) -> bytes:
        return self._work()

    def load_paper(self) -> None:
        """A person pulls out what hangs there and puts in a new roll; the printer goes on where it stopped."""
        self.fault = "" if self.fault.startswith("paper-out") else self.fault
        self._run_out = False

    def _real_time(self, command: bytes) -> bytes:
        if command == CLEAR:
            self._waiting.clear()
            return b"\x37\x25\x00"
        return bytes([self._status(command[2])]) if command else b""

    def _status(self, n: int) -> int:
        cover, empty = self.fault == "cover-open", self._paperless
        bits = {
            1: 0x08 * (cover or empty),
            2: 0x04 * cover | 0x20 * empty,
            3: 0,
            4: 0x6C * empty,
        }
        return 0x12 | bits[n]

    @property
    def _paperless(self) -> bool:
        return self.fault == "paper-out" or self._run_out

    @property
    def _stopped(self) -> bool:
        return self._paperless or self.fault in ("cover-open", "silent")

    def _work(self) -> bytes:
        said = bytearray()
        while not self._stopped and (command := parse(self._waiting)) is not None:
            del self._waiting[: len(command.raw)]
            said += self._do(command)
        return bytes(said)

    def _do(self, command: "Command") -> bytes:
        if command.name != "real-time":
            self._tray.job += command.raw
        match command.name:
            case "reset" | "spacing":
                self._spacing = command.number or LINE
            case "raster":
                self._print(command.rows())
            case "lines":
                self._print(iter([b""] * command.number * self._spacing))
            case "dots":
                self._print(iter([b""] * command.number))
            case "cut":
                self._print(iter([b""] * (command.number if len(command.raw) == 4 else 0)))
                self._tray.cut()
            case "completion":
                return self._completed(command.raw[-4:])
            case "unknown":
                self.unknown.append(command.raw)
        return b""

    def _completed(self, job_id: bytes) -> bytes:
        self._tray.end_job()
        if self.fault == "no-completion" or self._stopped:
            return b""
        return b"\x37\x22" + job_id + b"\x00"

    def _print(self, rows: Iterator[bytes]) -> None:
        """Prints until the roll ends; what it could not print stays in the buffer, as in a real one."""
        for row in rows:
            if self.fault == "paper-out-mid" and self._roll_ends():
                self._tray.cut()  # the end of the roll falls out of the slot
                self._keep([row, *rows])
                return
            self._tray.row(row)

    def _roll_ends(self) -> bool:
        self.rows_left -= 1
        self._run_out = self.rows_left < 0
        return self._run_out

    def _keep(self, rows: list[bytes]) -> None:
        width = max(map(len, rows)) or 1
        size = bytes((width % 256, width // 256, len(rows) % 256, len(rows) // 256))
        self._waiting[:0] = b"\x1dv0\x00" + size + b"".join(row.ljust(width, b"\0") for row in rows)


class _Ears:
    """Hears DLE EOT 1-4 and the clear command in a stream of single bytes."""

    def __init__(self) -> None:
        self._tail = b""

    def hear(self, byte: int) -> bytes:
        self._tail = (self._tail + bytes([byte]))[-len(CLEAR) :]
        if self._tail == CLEAR:
            return CLEAR
        last = self._tail[-3:]
        return last if last[:2] == b"\x10\x04" and last[2:] in (b"\1", b"\2", b"\3", b"\4") else b""


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    raw: bytes
    number: int = 0

    def rows(self) -> Iterator[bytes]:
        """The rows of a GS v 0 picture, doubled as its mode says."""
        mode, width = self.raw[3] & 3, self.raw[4] + 256 * self.raw[5]
        for start in range(8, len(self.raw), width or 1):
            row = self.raw[start : start + width]
            yield from [_doubled(row) if mode & 1 else row] * (2 if mode & 2 else 1)


def _doubled(row: bytes) -> bytes:
    bits = "".join(bit * 2 for bit in f"{int.from_bytes(row):0{len(row) * 8}b}")
    return int(bits, 2).to_bytes(len(row) * 2)


# Commands of one length: name and length. A command of three bytes carries a number.
_FIXED = {
    b"\x1b@": ("reset", 2),
    b"\x1b2": ("spacing", 2),
    b"\x1b3": ("spacing", 3),
    b"\x1bd": ("lines", 3),
    b"\x1bJ": ("dots", 3),
    b"\x10\x04": ("real-time", 3),
    b"\x10\x14": ("real-time", len(CLEAR)),
}
_UNKNOWN = ("unknown", 2)


def parse(stream: bytes | bytearray) -> Command | None:
    """The first command of a stream, None while it is incomplete. Unknown ones are taken as short as possible."""
    head = bytes(stream[:8])
    name, length = _measured(head)
    if not head or len(stream) < length:
        return None
    raw = bytes(stream[:length])
    return Command(name, raw, _number(raw))


def _number(raw: bytes) -> int:
    """The number that ends a short command; a line feed is one line."""
    return raw[-1] if len(raw) in (3, 4) else int(raw == b"\n")


def _measured(head: bytes) -> tuple[str, int]:
    """Name and length of the command that starts so; a length beyond `head` while there is too little to tell."""
    if head[:1] == b"\n":
        return "lines", 1
    if head[:1] not in (b"\x10", b"\x1b", b"\x1d"):
        return "unknown", 1
    if head[:2] in _FIXED or head[:1] != b"\x1d" or len(head) < 2:
        return _FIXED.get(head[:2], _UNKNOWN)
    return _group(head)


def _group(head: bytes) -> tuple[str, int]:
    """GS commands, whose length stands in them."""
    if head[1:3] in (b"v", b"v0"):
        return "raster", 8 + _word(head, 4) * _word(head, 6) if len(head) == 8 else 8
    if head[1:2] == b"V":
        return "cut", 4 if head[2:3] in (b"A", b"B") else 3
    if head[1:2] == b"(":
        name = "completion" if head[2:3] == b"H" and head[5:7] == b"00" else "unknown"
        return name, 5 + _word(head, 3) if len(head) >= 5 else 5
    return _UNKNOWN


def _word(head: bytes, place: int) -> int:
    return int.from_bytes(head[place : place + 2], "little")


class _Tray:
    """Where the paper falls: paper-NNNN.png is what a person holds, job-NNNN.escpos are the bytes that made it."""

    def __init__(self, folder: Path, width: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.papers: list[Path] = []
        self.job = bytearray()
        self._folder = folder
        self._bytes = (width + 7) // 8
        self._rows: list[bytes] = []
        self._number = max((int(old.stem[6:]) for old in folder.glob("paper-[0-9]*.png")), default=0)
        self._saved = b""

    def row(self, row: bytes) -> None:
        self._rows.append(row[: self._bytes].ljust(self._bytes, b"\0"))

    def cut(self) -> None:
        if not self._rows:
            return
        self._number += 1
        paper = self._folder / f"paper-{self._number:04}.png"
        self._saved = bytes(self.job)
        self.job.clear()
        self._write(self._folder / f"job-{self._number:04}.escpos", self._saved)
        self._write(paper, self._drawn())
        self._rows.clear()
        self.papers.append(paper)

    def end_job(self) -> None:
        """The completion request comes after the cut and belongs to the job that was cut."""
        if self._number and not self._rows:
            self._saved += bytes(self.job)
            self.job.clear()
            self._write(self._folder / f"job-{self._number:04}.escpos", self._saved)

    def _drawn(self) -> bytes:
        ink = Image.frombytes("1", (self._bytes * 8, len(self._rows)), b"".join(self._rows))
        paper = Image.new("1", (ink.width + 2 * MARGIN, ink.height + MARGIN), 1)
        paper.paste(0, (MARGIN, MARGIN), ink)
        png = BytesIO()
        paper.save(png, "PNG", dpi=(203, 203))
        return png.getvalue()

    def _write(self, path: Path, data: bytes) -> None:
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_bytes(data)
        fresh.replace(path)
