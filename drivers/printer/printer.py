"""Receipt printers: a print job goes in, paper comes out; we claim no more than we were told.

Status bytes and job numbers are as in Epson's ESC/POS reference (DLE EOT, DLE DC4, GS ( H). What is not exactly as
written there is UNKNOWN.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from drivers.errors import DeviceError, FrameError, LinkError, Refused
from drivers.printer.model import PrinterModel
from drivers.printer.status import BLOCK, NOTHING_HEARD, Blocks, PrinterStatus, State, status_of, trouble

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 fn 8: forget what is buffered, stop waiting for data
CLEARED = b"\x37\x25\x00"
CHUNK = 4096
SILENCES = 3  # unanswered questions in a row: some printers are deaf while they cut


class Port(Protocol):
    """What a printer needs of a line; `drivers.ports.SerialPort` has it."""

    def write(self, data: bytes) -> None: ...

    def read(self, size: int, timeout: float) -> bytes: ...

    def drain(self) -> bytes: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer returned our job number, or (`evidence` "status") was still well after the last byte."""

    evidence: str  # completion | status


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bytes went out and nobody can say what is on the paper. `cause` is the code of a sentence."""

    cause: str


class Printer:
    def __init__(
        self, port: Port, model: PrinterModel | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._port = port
        self._model = model or PrinterModel()
        self._clock = clock
        self._blocks = Blocks()

    def status(self) -> PrinterStatus:
        """Asks DLE EOT 1 to 4. LinkError only when the line itself is lost; silence and nonsense are UNKNOWN."""
        self._blocks.done.clear()
        self._take(self._port.drain())
        self._blocks.status_byte()  # whatever it was, it answered no question of ours
        first = self._ask(1)
        if first is None:
            return NOTHING_HEARD
        return status_of(first, *(self._ask(n) for n in (2, 3, 4)))

    def print_job(self, job: bytes, job_id: bytes) -> Printed | Unknown:
        """Prints once. DeviceError: not one byte of the job was sent. Unknown: some were, and the end is not known."""
        self.require_ready()
        if self._model.clears and self._model.completes:  # else the paper before this one may still be coming out
            self.clear()
        try:
            self._send(job)
            return self._await_end(job_id)
        except DeviceError as lost:
            return Unknown(lost.code)

    def close(self) -> None:
        self._port.close()

    def clear(self) -> None:
        """Makes the printer forget an unfinished job, so that it does not come out when paper is loaded."""
        self._port.write(CLEAR)
        until = self._clock() + self._model.answers_within
        while (left := until - self._clock()) > 0:
            if CLEARED in self._take(self._port.read(64, left)):
                return

    def require_ready(self) -> None:
        """DeviceError says why nothing should be sent now: silent, cover open, no paper, another error, garbled."""
        status = self.status()
        if status.silent:
            raise LinkError("printer.silent")
        if (code := trouble(status)) is not None:
            raise Refused(code)
        if State.UNKNOWN in (status.online, status.cover, status.paper):
            raise FrameError("printer.garbled")

    def _send(self, job: bytes) -> None:
        for start in range(0, len(job), CHUNK):
            self._port.write(job[start : start + CHUNK])

    def _await_end(self, job_id: bytes) -> Printed | Unknown:
        """Listens for our number; whenever the printer is quiet for a while, asks what is the matter."""
        ours = bytes([BLOCK, 0x22]) + job_id + b"\x00"
        until = self._clock() + self._model.prints_within
        silences = 0
        while (left := until - self._clock()) > 0:
            if ours in self._take(self._port.read(64, min(self._model.quiet, left))):
                return Printed("completion")
            status = self.status()
            if ours in self._blocks.done:  # it came between the question and the answer
                return Printed("completion")
            if (code := trouble(status)) is not None:
                return self._called_off(code)
            silences = silences + 1 if status.silent else 0
            if silences == SILENCES:
                return Unknown("printer.silent")
            if not self._model.completes and status.online is status.paper is State.OK:
                return Printed("status")
        return Unknown("printer.no_completion")

    def _called_off(self, code: str) -> Unknown:
        """The printer stopped inside the job: the rest must not come out later, when paper is loaded."""
        if self._model.clears:
            self.clear()
        return Unknown(code)

    def _ask(self, n: int) -> int | None:
        self._port.write(bytes((0x10, 0x04, n)))
        until = self._clock() + self._model.answers_within
        while (left := until - self._clock()) > 0:
            self._take(self._port.read(1, left))
            if (answer := self._blocks.status_byte()) is not None:
                return answer
        return None

    def _take(self, data: bytes) -> list[bytes]:
        """Sorts what came into blocks and status bytes; returns the blocks that this completed."""
        before = len(self._blocks.done)
        self._blocks.feed(data)
        return self._blocks.done[before:]
