"""Receipt printers: a print job goes in, paper comes out; we claim no more than we were told.

Status bytes and job numbers are as in Epson's ESC/POS reference (DLE EOT, DLE DC4, GS ( H). What is not exactly as
written there is UNKNOWN.
"""

import time
from collections.abc import Iterable
from dataclasses import replace

from drivers.errors import DeviceError
from drivers.printer.escpos_status import BLOCK, Blocks, status_of, status_of_automatic
from drivers.printer.model import PrinterModel
from drivers.printer.outcome import SILENCES, Clock, Port, Printed, Unknown, begun, require_well, send
from drivers.printer.status import NONSENSE, NOTHING_HEARD, PrinterStatus, State, trouble, well

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 fn 8: forget what is buffered, stop waiting for data
CLEARED = b"\x37\x25\x00"
QUESTIONS = (1, 2, 3, 4)  # DLE EOT: printer, offline cause, error cause, roll


class Printer:
    def __init__(self, port: Port, model: PrinterModel | None = None, clock: Clock = time.monotonic) -> None:
        self._port = port
        self._model = model or PrinterModel()
        self._clock = clock
        self._blocks = Blocks()
        self._heard = 0  # bytes
        self._owed = 0  # answers that did not come in time
        self._clean = False  # nothing half said is left from before

    def status(self) -> PrinterStatus:
        """Asks DLE EOT 1 to 4. LinkError only when the line itself is lost; silence and nonsense are UNKNOWN."""
        self._blocks.done.clear()
        self._take(self._port.drain())
        if not self._model.answers:
            return NONSENSE
        self._settle()
        self._blocks.status_byte()  # whatever it was, it answered no question of ours
        heard = self._heard
        answers: list[int | None] = []
        for question in QUESTIONS:
            answers.append(self._ask(question))
            if answers[-1] is None:  # who is late would be taken for the answer to the next question
                break
        if answers == [None]:
            return NOTHING_HEARD if self._heard == heard else NONSENSE
        status = status_of(*answers, *[None] * (len(QUESTIONS) - len(answers)))
        return status if self._model.near_end else replace(status, near_end=State.UNKNOWN)

    def print_job(self, job: Iterable[bytes], job_id: bytes) -> Printed | Unknown:
        """Prints once. DeviceError: not one byte of the job was sent. Unknown: some were, and the end is not known."""
        first, rest = begun(job, self._model)
        self.require_ready()
        self._begin()
        try:
            send(self._port, first, rest)
            end = self._await_end(job_id) if self._model.answers else Unknown("printer.mute")
            self._clean = True
        except DeviceError as lost:
            end = Unknown(self._cause(lost))
            self._clean = False
        return end

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
        """DeviceError says why nothing should be sent now. One that never answers is taken as it is."""
        status = self.status()
        if self._model.answers:
            require_well(status)

    def _begin(self) -> None:
        """Whatever a broken line left half said must not swallow the head of this job."""
        if self._model.clears and self._model.completes:  # else the paper before this one may still be coming out
            self.clear()
        elif not self._clean:
            self._port.write(bytes(self._model.band * ((self._model.width + 7) // 8) + 8))  # NUL prints nothing

    def _await_end(self, job_id: bytes) -> Printed | Unknown:
        """Listens for our number; whenever the printer is quiet for a while, asks what is the matter."""
        ours = bytes([BLOCK, 0x22]) + job_id + b"\x00"
        began = self._clock()
        self._blocks.automatic = None
        silences, deaf = 0, False
        while (left := began + self._model.prints_within - self._clock()) > 0:
            if ours in self._take(self._port.read(64, min(self._model.quiet, left))):
                return Printed("completion")
            status = self.status()
            if ours in self._blocks.done:  # it came between the question and the answer
                return Printed("completion")
            if (code := trouble(status) or self._told_by_itself()) is not None:
                return self._called_off(code)
            silences = silences + 1 if status.silent else 0
            deaf = deaf or status.silent
            if silences == SILENCES:
                return Unknown("printer.silent")
            if not self._model.completes and well(status) and self._clock() - began >= self._model.settles:
                # one that fell silent may have lost its power, and with it what it had not printed
                return Unknown("printer.silent") if deaf else Printed("status")
        return Unknown("printer.no_completion")

    def _told_by_itself(self) -> str | None:
        group, self._blocks.automatic = self._blocks.automatic, None
        return None if group is None else trouble(status_of_automatic(group))

    def _called_off(self, code: str) -> Unknown:
        """The printer stopped inside the job: the rest must not come out later, when paper is loaded."""
        if self._model.clears:
            self.clear()
        return Unknown(code)

    def _cause(self, lost: DeviceError) -> str:
        """A printer that takes no more has its reasons: it still hears DLE EOT where its line can carry it."""
        if lost.code != "link.stuck" or not self._model.answers:
            return lost.code
        try:
            code = trouble(self.status())
            return lost.code if code is None else self._called_off(code).cause
        except DeviceError:
            return lost.code

    def _ask(self, n: int) -> int | None:
        self._port.write(bytes((0x10, 0x04, n)))
        self._owed += 1
        return self._answer()

    def _answer(self) -> int | None:
        until = self._clock() + self._model.answers_within
        while (left := until - self._clock()) > 0:
            self._take(self._port.read(1, left))
            if (answer := self._blocks.status_byte()) is not None:
                self._owed -= 1
                return answer
        return None

    def _settle(self) -> None:
        """What is owed from the last time comes now or never."""
        while self._owed > 0 and self._answer() is not None:
            pass
        self._owed = 0

    def _take(self, data: bytes) -> list[bytes]:
        """Sorts what came into blocks and status bytes; returns the blocks that this completed."""
        self._heard += len(data)
        before = len(self._blocks.done)
        self._blocks.feed(data)
        return self._blocks.done[before:]
