"""Keyboards of the kernel, each for one reader alone: the only ioctl. Events leave as bytes; what they mean is keys.py.

A scan gun that types is a keyboard. While it is grabbed, nobody else gets its keys: not the browser's compositor, not
the console, not the kernel's SysRq. What cannot be grabbed is not read.
"""

import errno
import fcntl
import os
import select
import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.errors import LinkError
from drivers.scanner.guns.keys import ENTER, EV_KEY, EVENT

Opener = Callable[[str], int]
Ioctl = Callable[[int, int, bytearray | int], None]


def _read_request(number: int, size: int) -> int:
    return 2 << 30 | size << 16 | ord("E") << 8 | number  # _IOR of asm-generic/ioctl.h, as on x86 and ARM


def _write_request(number: int) -> int:
    return 1 << 30 | 4 << 16 | ord("E") << 8 | number  # _IOW of an int


# linux/input.h
KEY_BYTES = 96  # KEY_CNT is 0x300 bits
NAME_BYTES = 256
EVIOCGID = _read_request(0x02, 8)
EVIOCGNAME = _read_request(0x06, NAME_BYTES)
EVIOCGBIT_KEY = _read_request(0x20 + EV_KEY, KEY_BYTES)
EVIOCGRAB = _write_request(0x90)
EVIOCSCLOCKID = _write_request(0xA0)

A_KEYBOARD = (*range(2, 12), ENTER)  # digits and Enter: who has no such keys types no code

_TROUBLE = {errno.EBUSY: "scanner.gun_busy", errno.EACCES: "scanner.gun_denied", errno.EPERM: "scanner.gun_denied"}
_GONE = {errno.ENODEV, errno.ENOENT, errno.ENXIO, errno.EIO}
AT_ONCE = 64  # events


@dataclass(frozen=True, slots=True)
class Facts:
    """What the device says of itself; nothing of it is proven."""

    ids: str  # vendor:product, four hexadecimal digits each
    name: str


class Keyboard:
    """A grabbed keyboard. The kernel lets go of it when it is closed, also when we are killed."""

    def __init__(self, path: str, descriptor: int, facts: Facts) -> None:
        self.facts = facts
        self._path = path
        self._descriptor = descriptor
        self._ready = select.poll()
        self._ready.register(descriptor, select.POLLIN)

    def read(self, timeout: float) -> bytes:
        """Whole events as soon as there are some; b"" when `timeout` seconds stayed silent; LinkError: unplugged."""
        try:
            if not self._ready.poll(timeout * 1000):
                return b""
            data = os.read(self._descriptor, AT_ONCE * EVENT.size)
        except BlockingIOError:
            return b""
        except OSError as lost:
            raise _link_error(lost, self._path) from lost
        if not data:
            raise LinkError("scanner.gun_absent", port=self._path)
        return data

    def close(self) -> None:
        os.close(self._descriptor)


def _opened(path: str) -> int:
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)


def _asked(descriptor: int, request: int, argument: bytearray | int) -> None:
    fcntl.ioctl(descriptor, request, argument)


def open_keyboard(path: str, opener: Opener = _opened, ioctl: Ioctl = _asked) -> Keyboard:
    """Opens and grabs an event node. `opener` and `ioctl` are the kernel's, but where a test has no keyboard.

    LinkError: scanner.gun_absent, gun_denied, gun_keyboard (it is none), gun_busy (another program has grabbed it).
    """
    try:
        descriptor = opener(path)
    except OSError as refused:
        raise _link_error(refused, path) from refused
    try:
        facts = _grabbed(descriptor, path, ioctl)
    except OSError as refused:
        os.close(descriptor)
        raise _link_error(refused, path) from refused
    except LinkError:
        os.close(descriptor)
        raise
    return Keyboard(path, descriptor, facts)


def _grabbed(descriptor: int, path: str, ioctl: Ioctl) -> Facts:
    keys = bytearray(KEY_BYTES)
    ioctl(descriptor, EVIOCGBIT_KEY, keys)
    if not all(keys[key // 8] >> key % 8 & 1 for key in A_KEYBOARD):
        raise LinkError("scanner.gun_keyboard", port=path)
    facts = _facts(descriptor, ioctl)
    # Times that no correction of the clock moves. Its argument is a pointer to the number.
    ioctl(descriptor, EVIOCSCLOCKID, bytearray(time.CLOCK_MONOTONIC.to_bytes(4, "little")))
    ioctl(descriptor, EVIOCGRAB, 1)
    return facts


def _facts(descriptor: int, ioctl: Ioctl) -> Facts:
    ids, name = bytearray(8), bytearray(NAME_BYTES)
    ioctl(descriptor, EVIOCGID, ids)
    ioctl(descriptor, EVIOCGNAME, name)
    vendor, product = int.from_bytes(ids[2:4], "little"), int.from_bytes(ids[4:6], "little")
    return Facts(f"{vendor:04x}:{product:04x}", name.partition(b"\0")[0].decode("utf-8", "replace"))


def _link_error(trouble: OSError, path: str) -> LinkError:
    number = trouble.errno or 0
    code = "scanner.gun_absent" if number in _GONE else _TROUBLE.get(number, "scanner.gun_keyboard")
    return LinkError(code, port=path)
