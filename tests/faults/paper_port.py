"""A cable between printer driver and printer twin that ends, or lets the printer fail, after a byte of a job."""

import tempfile
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import cast

from drivers.errors import LinkError
from drivers.printer.model import PrinterModel
from drivers.simulated.printer import PrinterTwin, Tray
from drivers.simulated.printer_commands import CLEAR

FAULTS = ("paper end", "cover open", "unplug", "power cut", "completion never comes")
AT_PRINTER = {"paper end": "paper-out", "cover open": "cover-open", "completion never comes": "no-completion"}
REAL_TIME = (b"\x10\x04", b"\x10\x14")  # DLE EOT, DLE DC4
NO_JOB = {*(bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4)), CLEAR}  # questions and orders between jobs


class PowerCut(BaseException):
    """The box and its printer have no current any more. Nobody may catch it but the person who switches on again."""


class Slot(Tray):
    """Paper as rows in memory."""

    def __init__(self, width: int) -> None:
        self.job = bytearray()
        self.pieces: list[bytes] = []
        self._bytes = width // 8
        self._rows: list[bytes] = []

    def cut(self) -> None:
        if self._rows:
            self.pieces.append(inked(b"".join(self._rows), self._bytes))
            self._rows.clear()

    def end_job(self) -> None:
        pass

    @property
    def rows(self) -> int:
        """That hang out of the slot."""
        return len(self._rows)


def inked(rows: bytes, width: int) -> bytes:
    """Without the white rows at the end, which are feed."""
    blank, end = bytes(width), len(rows)
    while end and rows[end - width : end] == blank:
        end -= width
    return rows[:end]


class Cable:
    """A port of `drivers.printer`. Time passes only while one listens in vain.

    `memory`: the printer after so many bytes of the first job, so that they are not told to it again for every stop.
    """

    def __init__(self, model: PrinterModel, memory: dict[int, PrinterTwin] | None = None) -> None:
        self._memory = {} if memory is None else memory
        self.model = model
        self.slot = Slot(model.width)
        self.struck = False
        self._twin = self._made()
        self._now = 0.0
        self._said = bytearray()
        self._plugged = self.connected = True
        self._fault, self._stop, self._job = "", -1, 0
        self._jobs = self._sent = 0
        self._behind = False  # the printer was not told yet what it is remembered to have heard

    def arm(self, fault: str, stop: int, job: int = 1) -> None:
        """`fault` strikes after byte `stop` of the `job`-th job from now."""
        self._fault, self._stop, self._job = fault, stop, self._jobs + job

    @property
    def sent(self) -> int:
        """Bytes of the last job."""
        return self._sent

    # --- what a driver does -----------------------------------------------------------------------------------------

    def clock(self) -> float:
        self._now += 0.0001
        return self._now

    def write(self, data: bytes) -> None:
        self._require()
        if data in NO_JOB:
            self._said += self._twin.answer(data)
            return
        if data.startswith(b"\x1b@"):
            self._jobs, self._sent = self._jobs + 1, 0
        if not self._fault or self._jobs != self._job:
            self._give(data)
            return
        left = self._stop - self._sent
        if left > len(data):
            self._pass_on(data)
            return
        self._recall()
        self._give(data[:left])
        self._strike()
        self._give(data[left:])

    def read(self, size: int, timeout: float) -> bytes:
        self._require()
        self._said += self._twin.tick()
        if not self._said:
            self._now += timeout
        data = bytes(self._said[:size])
        del self._said[:size]
        return data

    def drain(self) -> bytes:
        data = bytes(self._said)
        self._said.clear()
        return data

    def close(self) -> None:
        pass

    # --- what a person does -----------------------------------------------------------------------------------------

    def pull(self) -> None:
        self._plugged = self.connected = False

    def put_in(self) -> None:
        """What was open before does not come back: it has to be opened again."""
        self._plugged = True

    def opened(self) -> None:
        self.connected = self._plugged
        self._require()

    def mend(self) -> None:
        """New paper, the cover closed, the cable in; he pulls out what hangs there when he puts in paper."""
        if self._twin.fault == "paper-out":
            self.slot.cut()
        self.put_in()
        self._twin.load_paper()
        self._twin.fault = ""
        self._said += self._twin.tick()

    def power_returns(self) -> None:
        """A printer begins with an empty memory; what hung there is torn off."""
        self.slot.cut()
        self._twin = self._made()
        self._said.clear()
        self.connected = False

    def looks(self) -> list[bytes]:
        """Every piece of paper, also the one that still hangs in the slot."""
        hanging = inked(b"".join(self.slot._rows), self.slot._bytes)
        return [*self.slot.pieces, *([hanging] if hanging else [])]

    def came_out(self) -> int:
        """What may come out by itself has come out: pieces and hanging rows."""
        self._twin.tick()
        return len(self.slot.pieces) + self.slot.rows

    # --- within -----------------------------------------------------------------------------------------------------

    def _made(self) -> PrinterTwin:
        twin = PrinterTwin(Path(_unused().name), self.model.width)
        twin._tray = self.slot
        return twin

    def _pass_on(self, data: bytes) -> None:
        """A piece before the stop; the first job of a new printer is known."""
        if self._jobs == 1 and self._sent + len(data) in self._memory:
            self._sent += len(data)
            self._behind = True
            return
        self._recall()
        self._give(data)
        if self._jobs == 1:
            self._memory[self._sent] = deepcopy(self._twin)

    def _recall(self) -> None:
        if self._behind:
            self._twin = deepcopy(self._memory[self._sent])
            self.slot = cast("Slot", self._twin._tray)
            self._behind = False

    def _give(self, data: bytes) -> None:
        """In one go: byte by byte takes time. What a printer would hear in the middle of a picture, it hears here."""
        self._sent += len(data)
        quiet = 0 if any(order in data for order in REAL_TIME) else max(len(data) - len(CLEAR), 0)
        self._twin._waiting += data[:quiet]
        self._said += self._twin.answer(data[quiet:])

    def _strike(self) -> None:
        fault, self._fault, self.struck = self._fault, "", True
        self._twin.fault = AT_PRINTER.get(fault, "")
        if fault == "power cut":
            raise PowerCut
        if fault == "unplug":
            self.pull()
            self._require()

    def _require(self) -> None:
        if not (self._plugged and self.connected):
            raise LinkError("link.lost", port="cable")


@cache
def _unused() -> tempfile.TemporaryDirectory[str]:
    """The twin makes a folder for pictures; our paper stays in memory."""
    return tempfile.TemporaryDirectory(prefix="liangzheng-slot-")
