"""What a printer says of itself, read bit by bit (Epson ESC/POS reference: DLE EOT). Values only, no line.

An answer that is not exactly as written there is UNKNOWN: a printer that babbles is neither well nor out of paper.
"""

from dataclasses import dataclass
from enum import StrEnum

BLOCK = 0x37  # first byte of every block that a printer sends of its own; a block ends with NUL


class State(StrEnum):
    OK = "ok"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """`near_end` BAD: the roll is nearly used up; it still prints."""

    online: State
    cover: State
    error: State
    paper: State
    near_end: State
    silent: bool  # nothing at all came back


NOTHING_HEARD = PrinterStatus(State.UNKNOWN, State.UNKNOWN, State.UNKNOWN, State.UNKNOWN, State.UNKNOWN, silent=True)


class Blocks:
    """Splits what a printer sends: blocks (0x37 … NUL) and, between them, single status bytes."""

    def __init__(self) -> None:
        self.done: list[bytes] = []
        self._open = bytearray()
        self._status: int | None = None

    def feed(self, data: bytes) -> None:
        for byte in data:
            if self._open or byte == BLOCK:
                self._grow(byte)
            else:
                self._status = byte

    def status_byte(self) -> int | None:
        """The status byte that came last, given once."""
        byte, self._status = self._status, None
        return byte

    def _grow(self, byte: int) -> None:
        self._open.append(byte)
        if byte == 0 or len(self._open) == 7:
            self.done.append(bytes(self._open))
            self._open.clear()


def status_of(printer: int | None, offline: int | None, error: int | None, roll: int | None) -> PrinterStatus:
    """The four DLE EOT answers together; None where none came."""
    return PrinterStatus(
        online=flag(printer, 0x08),
        cover=flag(offline, 0x04),
        error=flag(error, 0x28),
        paper=_worse(pair(roll, 0x60), flag(offline, 0x20)),
        near_end=pair(roll, 0x0C),
        silent=False,
    )


def flag(answer: int | None, bits: int) -> State:
    """One DLE EOT answer: OK when none of `bits` is set. The form is 0xx1xx10, or it is no answer."""
    if answer is None or answer & 0x93 != 0x12:
        return State.UNKNOWN
    return State.BAD if answer & bits else State.OK


def pair(answer: int | None, bits: int) -> State:
    """The roll sensors come as two equal bits; two different ones are a transmission fault."""
    if answer is not None and answer & bits not in (0, bits):
        return State.UNKNOWN
    return flag(answer, bits)


def _worse(one: State, other: State) -> State:
    for state in (State.BAD, State.UNKNOWN):
        if state in (one, other):
            return state
    return State.OK


def trouble(status: PrinterStatus) -> str | None:
    """The code of what a person must mend first; offline comes last, since it follows from the others."""
    told = {
        "printer.cover_open": status.cover,
        "printer.paper_out": status.paper,
        "printer.error": status.error,
        "printer.offline": status.online,
    }
    return next((code for code, state in told.items() if state is State.BAD), None)
