"""ESC/POS status, bit by bit (Epson ESC/POS reference: DLE EOT, GS a; Citizen CT-S310 manual p. 310 for telling apart).

0xx1xx10              an answer to DLE EOT
0xx1xx00 3 × 0xx0xxxx  automatic status back (GS a), which comes when the printer likes
37 … 00               a block: job number, buffer cleared
11, 13                XON and XOFF, anywhere
"""

from drivers.printer.status import PrinterStatus as Status
from drivers.printer.status import State, told, worse

BLOCK = 0x37  # first byte of every block that a printer sends of its own; a block ends with NUL
BLOCK_MOST = 7  # bytes
FLOW = (0x11, 0x13)


class Blocks:
    """Splits what a printer sends: blocks, automatic statuses and, between them, single status bytes."""

    def __init__(self) -> None:
        self.done: list[bytes] = []
        self.automatic: bytes | None = None  # the last automatic status
        self._open = bytearray()
        self._group = bytearray()
        self._status: int | None = None

    def feed(self, data: bytes) -> None:
        for byte in data:
            if byte not in FLOW:
                self._sort(byte)

    def status_byte(self) -> int | None:
        """The status byte that came last, given once."""
        byte, self._status = self._status, None
        return byte

    def _sort(self, byte: int) -> None:
        if self._open and not _belongs(byte):  # half a block: its end got lost
            self._open.clear()
        if self._group and byte & 0x90:  # what looked like an automatic status was none
            self._status = self._group[0]
            self._group.clear()
        if self._open or (byte == BLOCK and not self._group):
            self._grow(byte)
        elif self._group or byte & 0x93 == 0x10:
            self._gather(byte)
        else:
            self._status = byte

    def _grow(self, byte: int) -> None:
        self._open.append(byte)
        if byte == 0 or len(self._open) == BLOCK_MOST:
            self.done.append(bytes(self._open))
            self._open.clear()

    def _gather(self, byte: int) -> None:
        self._group.append(byte)
        if len(self._group) == 4:
            self.automatic = bytes(self._group)
            self._group.clear()


def _belongs(byte: int) -> bool:
    """What stands in a block after its head: printable bytes, up to NUL."""
    return byte == 0 or 0x20 <= byte <= 0x7E


def status_of(printer: int | None, offline: int | None, error: int | None, roll: int | None) -> Status:
    """The four DLE EOT answers together; None where none came."""
    return Status(
        online=flag(printer, 0x08),
        cover=flag(offline, 0x04),
        error=flag(error, 0x28),
        paper=worse(pair(roll, 0x60), flag(offline, 0x20)),
        near_end=pair(roll, 0x0C),
        silent=False,
    )


def status_of_automatic(group: bytes) -> Status:
    """The four bytes of GS a: printer, error, paper; the fourth says nothing that we use."""
    printer, error, roll = group[:3]
    return Status(
        online=told(bool(printer & 0x08)),
        cover=told(bool(printer & 0x20)),
        error=told(bool(error & 0x28)),
        paper=_alike(roll, 0x0C),
        near_end=_alike(roll, 0x03),
        silent=False,
    )


def flag(answer: int | None, bits: int) -> State:
    """One DLE EOT answer: OK when none of `bits` is set. The form is 0xx1xx10, or it is no answer."""
    if answer is None or answer & 0x93 != 0x12:
        return State.UNKNOWN
    return told(bool(answer & bits))


def pair(answer: int | None, bits: int) -> State:
    """The roll sensors come as two equal bits; two different ones are a transmission fault."""
    if answer is not None and answer & bits not in (0, bits):
        return State.UNKNOWN
    return flag(answer, bits)


def _alike(roll: int, bits: int) -> State:
    return told(bool(roll & bits)) if roll & bits in (0, bits) else State.UNKNOWN
