"""Byte pipes to devices: the only pyserial. Every failure of the line leaves as a LinkError, never as an OSError."""

import contextlib
import errno
import queue
import re
import select
import socket
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import serial
from serial import rfc2217

from drivers.errors import LinkError
from drivers.tcp import DRAINED, SocketPort, drained, forget, happens, is_stuck, keep_alive, open_socket

ADDRESS = re.compile(r"(socket|rfc2217)://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")

_OPENING = {
    errno.ENOENT: "link.absent",
    errno.ENODEV: "link.absent",
    errno.ENXIO: "link.absent",
    errno.ENOTDIR: "link.absent",
    errno.EIO: "link.absent",  # a name without hardware, or pulled while it was being opened
    errno.EAGAIN: "link.busy",
    errno.EBUSY: "link.busy",
    errno.EACCES: "link.denied",
    errno.EPERM: "link.denied",
}


class LineSettings(Protocol):
    """What a serial line must be told; the `[link]` table of a profile fits it, and so does `Line`."""

    @property
    def baud(self) -> int | None: ...  # None only where there is no serial line

    @property
    def format(self) -> str: ...  # data bits, parity, stop bits: 8N1, 7E1, 8N2

    @property
    def flow(self) -> str: ...  # none | rtscts | xonxoff

    @property
    def lines(self) -> tuple[str, ...]: ...  # dtr, rts: raised while open; one that is not named is lowered


@dataclass(frozen=True, slots=True)
class Line:
    baud: int = 9600
    format: str = "8N1"
    flow: str = "none"
    lines: tuple[str, ...] = ("dtr", "rts")


class SerialPort:
    """An open serial port that no second program of ours can open."""

    def __init__(self, path: str, device: serial.Serial) -> None:
        self.path = path
        self._device = device

    def write(self, data: bytes) -> None:
        """All of it, or a LinkError; what was not taken in time is forgotten and does not arrive later."""
        try:
            with _told(self.path):
                self._device.write(data)
        except LinkError:
            with contextlib.suppress(OSError, termios.error):
                self._device.reset_output_buffer()
            raise

    def read(self, size: int, timeout: float) -> bytes:
        """Returns as soon as something is there, at most `size` bytes; b"" when `timeout` seconds stayed silent."""
        with _told(self.path):
            if not happens(self._device.fileno(), select.POLLIN, timeout):
                return b""
            return bytes(self._device.read(size))

    def drain(self) -> bytes:
        """Takes away what is waiting and returns it, for the transcript."""
        return drained(self.read)

    def close(self) -> None:
        with _told(self.path):
            self._device.close()


class RemotePort:
    """An open serial port of a server that speaks RFC 2217. Who else may use it is the server's affair."""

    def __init__(self, path: str, device: "_Remote") -> None:
        self.path = path
        self._device = device

    def write(self, data: bytes) -> None:
        """All of it, or a LinkError; nothing to a server that hung up."""
        with _told(self.path):
            self._device.give(data)

    def read(self, size: int, timeout: float) -> bytes:
        """Returns as soon as something is there, at most `size` bytes; b"" when `timeout` seconds stayed silent."""
        with _told(self.path):
            return self._device.take(size, max(0.0, timeout))

    def drain(self) -> bytes:
        """Takes away what is waiting and returns it, for the transcript."""
        return drained(self.read)

    def close(self) -> None:
        self._device.close()


OpenPort = SerialPort | SocketPort | RemotePort


def open_port(where: str, line: LineSettings, write_timeout: float = 5.0) -> OpenPort:
    """`where`: /dev/… (opened exclusively), socket://host:port (no line settings) or rfc2217://host:port.

    LinkError: `link.address` is none of these; absent, busy, denied, unsuitable, unreachable, lost while opening.
    """
    if where.startswith("/") and "\0" not in where:
        return open_serial(where, line, write_timeout)
    form = ADDRESS.fullmatch(where)
    if form is None or not 0 < int(form[3]) < 1 << 16:
        raise LinkError("link.address", port=where)
    if form[1] == "socket":
        return open_socket(where, form[2].strip("[]"), int(form[3]), write_timeout)
    return _open_remote(where, line, write_timeout)


def open_serial(path: str, line: LineSettings, write_timeout: float = 5.0) -> SerialPort:
    """Opens `path` exclusively with the settings of `line`; LinkError says absent, busy, denied or unsuitable.

    The kernel raises DTR and RTS when it opens; those that `line` does not name are lowered right after.
    """
    device = serial.Serial(timeout=0, write_timeout=write_timeout, exclusive=True)
    try:
        _set(device, line)
        device.port = path
        device.open()
    except (OSError, termios.error, ValueError, OverflowError) as refused:
        raise LinkError(_opening(refused), port=path) from refused
    return SerialPort(path, device)


def _open_remote(where: str, line: LineSettings, write_timeout: float) -> RemotePort:
    device = _Remote()
    try:
        _set(device, line)
        device.port = where
        device.open()
        device.be_patient(write_timeout)
    except (OSError, ValueError) as refused:
        trouble = device.trouble(refused)
        device.close()
        raise LinkError(trouble, port=where) from refused
    return RemotePort(where, device)


def _set(device: serial.SerialBase, line: LineSettings) -> None:
    """ValueError for what no serial line can do; a speed of 0 would hang up."""
    if not line.baud:
        raise ValueError(line.baud)
    device.baudrate = line.baud
    device.bytesize = int(line.format[:1])
    device.parity = line.format[1:2]
    device.stopbits = int(line.format[2:])
    device.rtscts = line.flow == "rtscts"
    device.xonxoff = line.flow == "xonxoff"
    device.dtr = "dtr" in line.lines
    device.rts = "rts" in line.lines


def _opening(refused: BaseException | None) -> str:
    """Where pyserial hides a number in its text, the error that it came from still has it."""
    while refused is not None:
        if refused.args and isinstance(refused.args[0], int):
            return _OPENING.get(refused.args[0], "link.unsuitable")
        refused = refused.__context__
    return "link.unsuitable"


@contextmanager
def _told(path: str) -> Iterator[None]:
    """pyserial speaks OSError and, when the cable is out, `termios.error`, which is not one; closed, it trips."""
    try:
        yield
    except serial.SerialTimeoutException as stuck:
        raise LinkError("link.stuck", port=path) from stuck
    except (OSError, termios.error, TypeError, ValueError) as lost:
        raise LinkError("link.stuck" if is_stuck(lost.__context__) else "link.lost", port=path) from lost


class _Remote(rfc2217.Serial):
    """pyserial's RFC 2217 client, whose reader thread tells its end at once and leaves nothing behind.

    As it comes, it loses the socket when the peer was faster to close, takes the end of the connection for silence
    once, holds whatever a babbling line sends, and prints a traceback when the Telnet is broken.
    """

    _socket: socket.socket | None
    _thread: threading.Thread | None
    _read_buffer: "queue.Queue[bytes | None]"  # single bytes; None: the end
    _reached = False
    _ended = False

    def take(self, size: int, timeout: float) -> bytes:
        """As soon as something is there, at most `size` bytes."""
        data = bytearray()
        while self.is_open and len(data) < size:
            try:
                byte = self._read_buffer.get(timeout=0 if data else timeout)
            except queue.Empty:
                break
            if byte is None:
                self._ended = True
                break
            data += byte
        if not data and (self._ended or not self.is_open):
            raise serial.PortNotOpenError
        return bytes(data)

    def give(self, data: bytes) -> None:
        """After a failure some of it may be on the way: the connection is reset when it is closed."""
        if self._ended or self._socket is None:
            raise serial.PortNotOpenError
        try:
            self.write(data)
        except serial.SerialException:
            forget(self._socket)
            raise

    def be_patient(self, write_timeout: float) -> None:
        if self._socket is None:
            raise serial.PortNotOpenError
        keep_alive(self._socket)
        self._socket.settimeout(write_timeout)
        self._read_buffer.maxsize = DRAINED  # only now: its own negotiation comes the same way

    def trouble(self, refused: Exception) -> str:
        """What a failed opening means."""
        if not self._reached:
            return "link.unreachable"
        return "link.lost" if self._ended or isinstance(refused, ConnectionError) else "link.unsuitable"

    def close(self) -> None:
        self.is_open = False
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        while self._thread is not None and self._thread.is_alive():
            with contextlib.suppress(queue.Empty):
                self._read_buffer.get(timeout=0.02)  # it may be waiting for room
        if self._socket is not None:
            self._socket.close()
        self._socket = self._thread = None

    def _telnet_read_loop(self) -> None:
        self._reached = True
        with contextlib.suppress(OSError, TypeError, ValueError):  # broken Telnet
            super()._telnet_read_loop()  # type: ignore[misc]
        self._ended = self._ended or self.is_open
        self._read_buffer.put(None)
