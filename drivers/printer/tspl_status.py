"""TSPL status: one byte to <ESC>!? (Gprinter GP-2120T manual p. 30; the same in TSC's programming manual).

01 head open   02 paper jam   04 out of paper   08 out of ribbon
10 pause       20 printing    40 cover open     80 too hot or too cold
"""

from drivers.printer.status import NONSENSE, NOTHING_HEARD, State, told
from drivers.printer.status import PrinterStatus as Status

ASK = b"\x1b!?"


def status_of(answer: bytes) -> Status:
    """Two bytes to one question, or all bits at once, is no answer."""
    if not answer:
        return NOTHING_HEARD
    if len(answer) != 1 or answer[0] == 0xFF:
        return NONSENSE
    bits = answer[0]
    return Status(
        online=told(bool(bits & 0x10)),
        cover=told(bool(bits & 0x41)),
        error=told(bool(bits & 0x8A)),
        paper=told(bool(bits & 0x04)),
        near_end=State.UNKNOWN,
        silent=False,
        busy=told(bool(bits & 0x20)),
    )
