"""A printer's device file (/dev/usb/lp0) as a byte pipe: read and write on one descriptor, never blocked for ever.

The kernel's usblp takes one write at a time, gives an empty read when the printer has nothing to say, and hangs up
when it is pulled (drivers/usb/class/usblp.c). python-escpos' File cannot read at all.
"""

import contextlib
import errno
import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager

from drivers.errors import LinkError
from drivers.tcp import drained

PAUSE = 0.01  # seconds after an empty read
GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL
_OPENING = {
    errno.ENOENT: "link.absent",
    errno.ENODEV: "link.absent",
    errno.ENXIO: "link.absent",
    errno.ENOTDIR: "link.absent",
    errno.EIO: "link.absent",
    errno.EBUSY: "link.busy",
    errno.EACCES: "link.denied",
    errno.EPERM: "link.denied",
}


class DevicePort:
    """usblp lets one program open it; a second one is told busy."""

    def __init__(self, path: str, descriptor: int, write_timeout: float) -> None:
        self.path = path
        self._descriptor = descriptor
        self._write_timeout = write_timeout

    def write(self, data: bytes) -> None:
        """All of it, or a LinkError: `link.stuck` when it takes nothing for a while, `link.lost` when it is gone."""
        with self._told():
            while data:
                if not self._wait(select.POLLOUT, self._write_timeout):
                    raise TimeoutError
                with contextlib.suppress(BlockingIOError):
                    data = data[os.write(self._descriptor, data) :]

    def read(self, size: int, timeout: float) -> bytes:
        """Returns as soon as something is there, at most `size` bytes; b"" when `timeout` seconds stayed silent."""
        until = time.monotonic() + timeout
        with self._told():
            while self._wait(select.POLLIN, max(0.0, until - time.monotonic())):
                with contextlib.suppress(BlockingIOError):
                    if data := os.read(self._descriptor, size):
                        return data
                if (left := until - time.monotonic()) <= 0:
                    break
                time.sleep(min(PAUSE, left))  # nothing yet: usblp says "readable" to that, too
            return b""

    def drain(self) -> bytes:
        """Takes away what is waiting and returns it."""
        return drained(self.read)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._descriptor)

    def _wait(self, event: int, timeout: float) -> bool:
        watch = select.poll()
        watch.register(self._descriptor, event)
        happened = watch.poll(int(timeout * 1000))
        if happened and happened[0][1] & GONE:
            raise ConnectionResetError
        return bool(happened)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as stuck:
            raise LinkError("link.stuck", port=self.path) from stuck
        except (OSError, ValueError) as lost:
            raise LinkError("link.lost", port=self.path) from lost


def open_device(path: str, write_timeout: float = 5.0) -> DevicePort:
    """LinkError says absent, busy, denied, or unsuitable."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except (OSError, ValueError) as refused:
        code = _OPENING.get(refused.errno or 0, "link.unsuitable") if isinstance(refused, OSError) else "link.address"
        raise LinkError(code, port=path) from refused
    return DevicePort(path, descriptor, write_timeout)
