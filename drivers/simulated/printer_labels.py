"""What label printers have in common: a roll of labels with gaps, a head, a queue of labels that are still to print."""

from collections.abc import Sequence
from pathlib import Path

from drivers.simulated.printer import Tray
from drivers.simulated.printer_fate import Fate

FAULTS = ("", "paper-out", "paper-out-mid", "cover-open", "silent", "no-completion", "slow", "power-cut")
SLOW = 25  # ticks for one label
ROWS = 160  # rows in one tick, 160 mm/s


class Canvas:
    """One label in memory: bytes of ink, set from left and top."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.rows = [bytearray((width + 7) // 8) for _ in range(height)]

    def put(self, left: int, top: int, rows: Sequence[bytes]) -> None:
        """`left` in dots. What lies outside is cut off, as at the edge of a label."""
        for n, row in enumerate(rows, top):
            if 0 <= n < len(self.rows):
                target = self.rows[n]
                bits = int.from_bytes(row) << 8 - left % 8
                moved = bytes(left // 8) + bits.to_bytes(len(row) + 1)
                for place, byte in enumerate(moved[: len(target)]):
                    target[place] |= byte


class Roll:
    """Prints canvases one after the other, a stretch in every tick; a fault stops it where it is."""

    def __init__(self, out_dir: Path, width: int, language: str, fate: Fate, labels_left: int) -> None:
        self.labels_left = labels_left
        self.queue: list[Canvas] = []
        self.printed = 0
        self._fate = fate
        self._tray = Tray(out_dir, width, language, 0)
        self._at = 0  # rows of the first label that are out
        self._run_out = False

    @property
    def papers(self) -> list[Path]:
        return self._tray.papers

    @property
    def empty(self) -> bool:
        return self._fate.empty or self._run_out

    @property
    def busy(self) -> bool:
        return bool(self.queue) or (self._fate.fault == "no-completion" and self.printed > 0)

    def note(self, raw: bytes) -> None:
        self._tray.job += raw

    def tick(self) -> None:
        if self._fate.fault == "power-cut":
            self.forget()
        if self.queue and not (self.empty or self._fate.off or self._fate.fault == "cover-open"):
            self._advance(ROWS if self._fate.fault != "slow" else max(1, ROWS // SLOW))

    def forget(self) -> None:
        """What is half out is torn off; what is in memory is gone."""
        self.queue.clear()
        self._at = 0
        self._tray.cut()

    def load(self, labels: int = 1000) -> None:
        """A new roll; the label that was torn is printed again, as these printers do."""
        self._fate.fault = "" if self._fate.fault.startswith("paper-out") else self._fate.fault
        self.labels_left, self._run_out, self._at = labels, False, 0

    def _advance(self, rows: int) -> None:
        label = self.queue[0]
        for row in label.rows[self._at : self._at + rows]:
            if self._fate.fault == "paper-out-mid" and self.labels_left <= 0 and self._at >= len(label.rows) // 2:
                self._run_out = True
                self._tray.cut()
                return
            self._tray.row(bytes(row))
            self._at += 1
        if self._at >= len(label.rows):
            del self.queue[0]
            self._at = 0
            self.printed += 1
            self.labels_left -= 1
            self._tray.cut()
