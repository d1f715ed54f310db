"""Label printers (TSPL, ZPL): labels go in one by one; when the printer has none left, they have come out."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from drivers.errors import DeviceError, Refused
from drivers.printer import tspl_status, zpl_status
from drivers.printer.model import PrinterModel
from drivers.printer.outcome import SILENCES, Clock, Port, Printed, Unknown, begun, require_well, send
from drivers.printer.status import PrinterStatus, State, trouble, well
from drivers.printer.tspl import FLUSH

TSPL_RESET, ZPL_CLEAR = b"\x1b!R", b"~JA\r\n"
LOOK = 0.05  # seconds between two looks at a printer that we wait for


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a language asks. `silent`: the code for no answer, which in ZPL is also how a lack of labels sounds.

    `clear` makes it forget what it has not printed; in TSPL that is a reset, which is not done without need. `flush`
    ends what a broken line left half said.
    """

    ask: bytes
    whole: Callable[[bytes], bool]
    status_of: Callable[[bytes], PrinterStatus]
    clear: bytes
    flush: bytes
    evidence: str
    silent: str


TONGUES = {
    "tspl": Tongue(tspl_status.ASK, bool, tspl_status.status_of, TSPL_RESET, FLUSH, "status", "printer.silent"),
    "zpl": Tongue(
        zpl_status.ASK, zpl_status.whole, zpl_status.status_of, ZPL_CLEAR, ZPL_CLEAR, "counter", "printer.mum"
    ),
}


class LabelPrinter:
    def __init__(self, port: Port, model: PrinterModel, clock: Clock = time.monotonic) -> None:
        self._port = port
        self._model = model
        self._clock = clock
        self._tongue = TONGUES[model.language]
        self._owed = False  # an answer that did not come in time
        self._clean = False  # nothing half said is left from before

    def status(self) -> PrinterStatus:
        """LinkError only when the line itself is lost; silence and nonsense are UNKNOWN."""
        if self._owed:
            self._hear()
        self._port.drain()
        self._port.write(self._tongue.ask)
        heard = self._hear()
        self._owed = not self._tongue.whole(heard)
        return self._tongue.status_of(heard)

    def require_ready(self) -> None:
        """DeviceError says why nothing should be sent now."""
        require_well(self.status(), self._tongue.silent)

    def print_job(self, job: Iterable[bytes], job_id: bytes) -> Printed | Unknown:
        """Prints once. DeviceError: not one byte of the job was sent. Unknown: some were, and the end is not known."""
        del job_id  # these languages do not send it back
        first, rest = begun(job, self._model)
        self.require_ready()
        if not self._clean:
            self._port.write(self._tongue.flush)
        self._await_idle()
        try:
            send(self._port, first, rest)
            end = self._await_end()
        except DeviceError as lost:
            end = Unknown(self._cause(lost))
        self._clean = isinstance(end, Printed)
        return end

    def clear(self) -> None:
        """Labels of an unfinished job must not come out later, when the roll is changed."""
        if self._model.clears:
            self._port.write(self._tongue.clear)

    def close(self) -> None:
        self._port.close()

    def _await_idle(self) -> None:
        """Refused("printer.busy"): it is still at work on something else."""
        until = self._clock() + self._model.prints_within
        while True:
            status = self.status()
            require_well(status, self._tongue.silent)
            if status.busy is not State.BAD:
                return
            if self._clock() >= until:
                raise Refused("printer.busy")
            self._port.read(1, LOOK)

    def _await_end(self) -> Printed | Unknown:
        """It is done when it has nothing left, for a while or after we saw it at work."""
        began = idle_since = self._clock()
        silences, deaf, worked = 0, False, False
        while (now := self._clock()) - began < self._model.prints_within:
            status = self.status()
            if (code := trouble(status)) is not None:
                self.clear()
                return Unknown(code)
            silences = silences + 1 if status.silent else 0
            deaf = deaf or status.silent
            if silences == SILENCES:
                return Unknown(self._tongue.silent)
            if not well(status) or status.busy is State.BAD:
                worked, idle_since = worked or status.busy is State.BAD, self._clock()
            elif worked or now - idle_since >= self._model.settles:
                # one that fell silent may have lost its power, and with it what it had not printed
                return Unknown(self._tongue.silent) if deaf else Printed(self._tongue.evidence)
            self._port.read(1, LOOK)
        return Unknown("printer.no_completion")

    def _cause(self, lost: DeviceError) -> str:
        """A printer that takes no more has its reasons, and may still be able to tell them."""
        if lost.code != "link.stuck":
            return lost.code
        try:
            code = trouble(self.status())
            self.clear()
        except DeviceError:
            return lost.code
        return code or lost.code

    def _hear(self) -> bytes:
        """Until the answer is whole or its time is over; what comes in the same breath belongs to it."""
        heard = b""
        until = self._clock() + self._model.answers_within
        while not self._tongue.whole(heard) and (left := until - self._clock()) > 0:
            heard += self._port.read(256, left)
        return heard + self._port.drain()
