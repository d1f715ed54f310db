"""How printing ended, and what every printer can do, whatever its language and its line."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from drivers.errors import FrameError, LinkError, Refused
from drivers.printer.bands import in_pieces
from drivers.printer.model import PrinterModel
from drivers.printer.status import PrinterStatus, trouble, well

SILENCES = 3  # unanswered questions in a row: some printers are deaf while they cut
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Printed:
    """Why we believe it. `evidence`:

    completion  the printer returned our job's number
    counter     it says that no label is left to print
    spooler     the spooler says that the printer took the whole job
    status      it was still well a while after the last byte
    """

    evidence: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bytes went out and nobody can say what is on the paper. `cause` is the code of a sentence."""

    cause: str


class Port(Protocol):
    """What a printer needs of a line; `drivers.ports.SerialPort` has it."""

    def write(self, data: bytes) -> None: ...

    def read(self, size: int, timeout: float) -> bytes: ...

    def drain(self) -> bytes: ...

    def close(self) -> None: ...


class AnyPrinter(Protocol):
    """An open printer."""

    def status(self) -> PrinterStatus: ...

    def require_ready(self) -> None: ...

    def print_job(self, job: Iterable[bytes], job_id: bytes) -> Printed | Unknown: ...

    def close(self) -> None: ...


def require_well(status: PrinterStatus, silent: str = "printer.silent") -> None:
    """DeviceError says why nothing should be sent now: silent, cover open, no paper, another error, garbled."""
    if status.silent:
        raise LinkError(silent)
    if (code := trouble(status)) is not None:
        raise Refused(code)
    if not well(status):
        raise FrameError("printer.garbled")


def begun(job: Iterable[bytes], model: PrinterModel) -> tuple[bytes, Iterator[bytes]]:
    """The first piece and the rest: what cannot be drawn at all is refused before the printer hears of it."""
    pieces = in_pieces(job, model.chunk)
    return next(pieces, b""), pieces


def send(port: Port, first: bytes, rest: Iterable[bytes]) -> None:
    port.write(first)
    for piece in rest:
        port.write(piece)
