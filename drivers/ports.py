"""Byte pipes to devices: the only pyserial. Every failure of the line leaves as a LinkError, never as an OSError."""

import errno
import select
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import serial

from drivers.errors import LinkError

DRAINED = 1 << 16  # a line that babbles for ever must not hold us for ever

_OPENING = {
    errno.ENOENT: "link.absent",
    errno.ENODEV: "link.absent",
    errno.ENXIO: "link.absent",
    errno.EAGAIN: "link.busy",
    errno.EBUSY: "link.busy",
    errno.EACCES: "link.denied",
    errno.EPERM: "link.denied",
}


class LineSettings(Protocol):
    """What a serial line must be told; the `[link]` table of a profile fits it, and so does `Line`."""

    @property
    def baud(self) -> int: ...

    @property
    def format(self) -> str: ...  # data bits, parity, stop bits: 8N1, 7E1, 8N2

    @property
    def flow(self) -> str: ...  # none | rtscts | xonxoff


@dataclass(frozen=True, slots=True)
class Line:
    baud: int = 9600
    format: str = "8N1"
    flow: str = "none"


class SerialPort:
    """An open serial port that no second program of ours can open."""

    def __init__(self, path: str, device: serial.Serial) -> None:
        self.path = path
        self._device = device

    def write(self, data: bytes) -> None:
        """All of it, or a LinkError."""
        with _told(self.path):
            self._device.write(data)

    def read(self, size: int, timeout: float) -> bytes:
        """Returns as soon as something is there, at most `size` bytes; b"" when `timeout` seconds stayed silent."""
        with _told(self.path):
            if not select.select([self._device.fileno()], [], [], max(0.0, timeout))[0]:
                return b""
            return bytes(self._device.read(size))

    def drain(self) -> bytes:
        """Takes away what is waiting and returns it, for the transcript."""
        dropped = bytearray()
        while len(dropped) < DRAINED and (more := self.read(4096, 0.0)):
            dropped += more
        return bytes(dropped)

    def close(self) -> None:
        with _told(self.path):
            self._device.close()


def open_serial(path: str, line: LineSettings, write_timeout: float = 5.0) -> SerialPort:
    """Opens `path` exclusively with the settings of `line`; LinkError says absent, busy, denied or unsuitable."""
    try:
        device = serial.Serial(
            path,
            baudrate=line.baud,
            bytesize=int(line.format[0]),
            parity=line.format[1],
            stopbits=int(line.format[2:]),
            rtscts=line.flow == "rtscts",
            xonxoff=line.flow == "xonxoff",
            timeout=0,
            write_timeout=write_timeout,
            exclusive=True,
        )
    except (OSError, termios.error, ValueError) as refused:
        raise LinkError(_opening(refused), port=path) from refused
    return SerialPort(path, device)


def _opening(refused: Exception) -> str:
    number = refused.args[0] if refused.args else None
    return _OPENING.get(number, "link.unsuitable") if isinstance(number, int) else "link.unsuitable"


@contextmanager
def _told(path: str) -> Iterator[None]:
    """pyserial speaks OSError and, when the cable is out, `termios.error`, which is not one."""
    try:
        yield
    except serial.SerialTimeoutException as stuck:
        raise LinkError("link.stuck", port=path) from stuck
    except (OSError, termios.error, TypeError) as lost:
        raise LinkError("link.lost", port=path) from lost
