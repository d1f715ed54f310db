"""A TCP connection as a byte pipe: serial servers, ASTM, Modbus TCP. A peer that will say no more is a cable pulled."""

import contextlib
import math
import select
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from drivers.errors import LinkError

CONNECT = 5.0  # seconds for each address of a name
IDLE, BETWEEN, PROBES = 10, 5, 3  # seconds, seconds, questions: a peer that lost its power is missed within 25 s
DRAINED = 1 << 16  # a line that babbles for ever must not hold us for ever
ENDED = select.POLLRDHUP | select.POLLHUP | select.POLLERR


class SocketPort:
    """An open connection. TCP has no owner: whether a second program may connect is the peer's affair."""

    def __init__(self, path: str, connection: socket.socket) -> None:
        self.path = path
        self._socket = connection

    def write(self, data: bytes) -> None:
        """All of it, or a LinkError; nothing to a peer that can no longer answer."""
        with self._told():
            if happens(self._socket.fileno(), ENDED, 0.0):
                raise ConnectionResetError
            self._socket.sendall(data)

    def read(self, size: int, timeout: float) -> bytes:
        """Returns as soon as something is there, at most `size` bytes; b"" when `timeout` seconds stayed silent."""
        with self._told():
            if not happens(self._socket.fileno(), select.POLLIN, timeout):
                return b""
            data = self._socket.recv(size)
            if not data:
                raise ConnectionResetError
            return data

    def drain(self) -> bytes:
        """Takes away what is waiting and returns it, for the transcript."""
        return drained(self.read)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """ValueError is what a closed socket's descriptor gives."""
        try:
            yield
        except (OSError, ValueError) as lost:
            if not is_stuck(lost):
                raise LinkError("link.lost", port=self.path) from lost
            forget(self._socket)
            raise LinkError("link.stuck", port=self.path) from lost


def open_socket(where: str, host: str, port: int, write_timeout: float) -> SocketPort:
    """LinkError `link.unreachable`: no such name, no way there, nobody listens. `where` is what a person calls it."""
    try:
        connection = socket.create_connection((host, port), CONNECT)
    except (OSError, UnicodeError) as refused:
        raise LinkError("link.unreachable", port=where) from refused
    try:
        _not_ourselves(connection)
        keep_alive(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(write_timeout)
    except OSError as refused:
        connection.close()
        raise LinkError("link.unreachable", port=where) from refused
    return SocketPort(where, connection)


def keep_alive(connection: socket.socket) -> None:
    """A peer that vanished without a word is noticed, whether we wait for it or have sent it something."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    settings = {
        socket.TCP_KEEPIDLE: IDLE,
        socket.TCP_KEEPINTVL: BETWEEN,
        socket.TCP_KEEPCNT: PROBES,
        socket.TCP_USER_TIMEOUT: (IDLE + BETWEEN * PROBES) * 1000,
    }
    for option, value in settings.items():
        connection.setsockopt(socket.IPPROTO_TCP, option, value)


def happens(descriptor: int, event: int, timeout: float) -> bool:
    """Waits for one of `event`, or for an end of the line, which the next read or write will name."""
    watch = select.poll()
    watch.register(descriptor, event)
    return bool(watch.poll(math.ceil(max(0.0, timeout) * 1000)))


def is_stuck(error: BaseException | None) -> bool:
    """Our own patience ended, the connection stands; with a number it is the kernel that gave the peer up."""
    return isinstance(error, TimeoutError) and error.errno is None


def drained(read: Callable[[int, float], bytes]) -> bytes:
    """All that `read` has to give at once."""
    dropped = bytearray()
    while len(dropped) < DRAINED and (more := read(4096, 0.0)):
        dropped += more
    return bytes(dropped)


def forget(connection: socket.socket) -> None:
    """What the peer did not take must not reach it later: closing resets."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _not_ourselves(connection: socket.socket) -> None:
    """Where nobody listens on a port of this machine, TCP may join our end to itself: an echo that answers for ever."""
    if connection.getsockname() == connection.getpeername():
        raise ConnectionRefusedError
