"""A receipt printer that was written from Epson's manual, not from python-escpos, and prints on PNG.

Real-time commands are heard in the raw stream, as a real printer hears them: at once, even when it is out of paper and
even inside picture data. All else queues and is printed while there is paper.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image

from drivers.simulated.printer_commands import CLEAR, Command, Ears, parse
from drivers.simulated.printer_fate import Fate

FAULTS = ("", "paper-out", "paper-out-mid", "cover-open", "silent", "no-completion", "slow", "power-cut")
MARGIN = 32  # dots of paper that no print head reaches: (80 mm - 72 mm) / 2
LINE = 30  # dots, the default line spacing
SLOW = 2  # commands in one tick of a slow printer


class PrinterTwin:
    """`fault` may be set at any time; with "paper-out-mid" the roll ends `rows_left` rows further on."""

    def __init__(self, out_dir: Path, width: int = 576, fault: str = "", rows_left: int = 300) -> None:
        self.fate = Fate(fault)
        self.rows_left = rows_left
        self.near_end = False
        self.unknown: list[bytes] = []  # commands that this printer does not know
        self._ears = Ears()
        self._tray = Tray(out_dir, width)
        self._waiting = bytearray()
        self._spacing = LINE
        self._left = 0  # dots
        self._automatic = False
        self._said_last = b""
        self._run_out = False

    @property
    def fault(self) -> str:
        return self.fate.fault

    @fault.setter
    def fault(self, fault: str) -> None:
        self.fate.fault = fault

    @property
    def papers(self) -> list[Path]:
        """Every piece of paper that came out, oldest first."""
        return self._tray.papers

    def answer(self, data: bytes) -> bytes:
        said = bytearray()
        for byte in data:
            self.fate.hear()
            if self.fate.off:
                continue
            self._waiting.append(byte)
            said += self._real_time(self._ears.hear(byte))
        return bytes(said) + self.tick()

    def tick(self) -> bytes:
        if self.fault == "power-cut":
            self._forget()
        return self._by_itself() + self._work()

    def load_paper(self) -> None:
        """A person pulls out what hangs there and puts in a new roll; the printer goes on where it stopped."""
        self.fault = "" if self.fault.startswith("paper-out") else self.fault
        self._run_out = False

    def _forget(self) -> None:
        """What was in its memory is gone; what hangs out of the slot is on paper."""
        self._waiting.clear()
        self._ears, self._spacing, self._left, self._automatic = Ears(), LINE, 0, False
        self._tray.cut()

    def _real_time(self, command: bytes) -> bytes:
        if command == CLEAR:
            self._waiting.clear()
            self._left = 0
            return b"\x37\x25\x00"
        return bytes([self._status(command[2])]) if command else b""

    def _status(self, n: int) -> int:
        cover, empty = self.fault == "cover-open", self._paperless
        bits = {
            1: 0x08 * (cover or empty),
            2: 0x04 * cover | 0x20 * empty,
            3: 0,
            4: 0x6C * empty | 0x0C * self.near_end,
        }
        return 0x12 | bits[n]

    def _by_itself(self) -> bytes:
        """Automatic status back (GS a): four bytes whenever something changed."""
        if not self._automatic or self.fate.off:
            return b""
        cover, empty = self.fault == "cover-open", self._paperless
        roll = 0x0F * empty | 0x03 * self.near_end
        now = bytes((0x10 | 0x08 * (cover or empty) | 0x20 * cover, 0, roll, 0))
        changed, self._said_last = now != self._said_last, now
        return now if changed else b""

    @property
    def _paperless(self) -> bool:
        return self.fate.empty or self._run_out

    @property
    def _stopped(self) -> bool:
        return self._paperless or self.fault == "cover-open" or self.fate.off

    def _work(self) -> bytes:
        said = bytearray()
        done = 0
        while not self._stopped and not (self.fault == "slow" and done == SLOW):
            command = parse(self._waiting)
            if command is None:
                break
            del self._waiting[: len(command.raw)]
            said += self._do(command)
            done += 1
        return bytes(said)

    def _do(self, command: Command) -> bytes:
        if command.name != "real-time":
            self._tray.job += command.raw
        match command.name:
            case "reset":
                self._spacing, self._left = LINE, 0
            case "spacing":
                self._spacing = command.number or LINE
            case "position":
                self._left = command.number
            case "raster":
                self._print(_placed(command.rows(), self._left))
            case "lines" | "dots":
                self._print(iter([b""] * command.number * (self._spacing if command.name == "lines" else 1)))
            case "cut":
                self._print(iter([b""] * (command.number if len(command.raw) == 4 else 0)))
                self._tray.cut()
            case "completion":
                return self._completed(command.raw[-4:])
            case _:
                self._note(command)
        return b""

    def _note(self, command: Command) -> None:
        if command.name == "automatic":
            self._automatic = bool(command.number)
        elif command.name == "unknown":
            self.unknown.append(command.raw)

    def _completed(self, job_id: bytes) -> bytes:
        self._tray.end_job()
        if self.fault == "no-completion" or self._stopped:
            return b""
        return b"\x37\x22" + job_id + b"\x00"

    def _print(self, rows: Iterator[bytes]) -> None:
        """Prints until the roll ends; what it could not print stays in the buffer, as in a real one."""
        self._left = 0  # every command that feeds goes back to the left end
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


def _placed(rows: Iterator[bytes], left: int) -> Iterator[bytes]:
    """Rows moved `left` dots to the right."""
    for row in rows:
        bits = int.from_bytes(row) << -left % 8
        yield bytes(left // 8) + bits.to_bytes(len(row) + (left % 8 > 0))


class Tray:
    """Where the paper falls: paper-NNNN.png is what a person holds, job-NNNN.<language> are the bytes that made it."""

    def __init__(self, folder: Path, width: int, language: str = "escpos", margin: int = MARGIN) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.papers: list[Path] = []
        self.job = bytearray()
        self._folder = folder
        self._language = language
        self._margin = margin
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
        self._write(self._folder / f"job-{self._number:04}.{self._language}", self._saved)
        self._write(paper, self._drawn())
        self._rows.clear()
        self.papers.append(paper)

    def end_job(self) -> None:
        """The completion request comes after the cut and belongs to the job that was cut."""
        if self._number and not self._rows:
            self._saved += bytes(self.job)
            self.job.clear()
            self._write(self._folder / f"job-{self._number:04}.{self._language}", self._saved)

    def _drawn(self) -> bytes:
        ink = Image.frombytes("1", (self._bytes * 8, len(self._rows)), b"".join(self._rows))
        paper = Image.new("1", (ink.width + 2 * self._margin, ink.height + self._margin), 1)
        paper.paste(0, (self._margin, self._margin), ink)
        png = BytesIO()
        paper.save(png, "PNG", dpi=(203, 203))
        return png.getvalue()

    def _write(self, path: Path, data: bytes) -> None:
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_bytes(data)
        fresh.replace(path)
