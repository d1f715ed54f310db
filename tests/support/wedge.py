"""A keyboard for tests, where no real one is: events composed from linux/input.h and linux/input-event-codes.h.

Nothing here was recorded from a scan gun. The numbers of keys are read from the header that libc6-dev brings.
"""

import errno
import os
import re
import socket
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path

HEADER = Path("/usr/include/linux/input-event-codes.h")
EVENT = struct.Struct("=qqHHi")  # seconds, microseconds, type, code, value, where `unsigned long` has 8 bytes
EV_SYN, EV_KEY, EV_MSC = 0, 1, 4
SYN_DROPPED = 3
BETWEEN = 8_000  # microseconds between two keys of a gun

NAMED = {
    " ": "SPACE", "-": "MINUS", "=": "EQUAL", "[": "LEFTBRACE", "]": "RIGHTBRACE", "\\": "BACKSLASH",
    ";": "SEMICOLON", "'": "APOSTROPHE", "`": "GRAVE", ",": "COMMA", ".": "DOT", "/": "SLASH", "\n": "ENTER",
    "\t": "TAB",
}  # fmt: skip
SHIFTED = dict(zip('~!@#$%^&*()_+{}|:"<>?', "`1234567890-=[]\\;',./", strict=True))


@cache
def codes() -> dict[str, int]:
    """KEY_… → number."""
    found = re.findall(r"^#define (KEY_\w+)\s+(\d+|0x[0-9a-f]+)\b", HEADER.read_text("ascii"), re.MULTILINE)
    return {name: int(number, 0) for name, number in found}


class Wedge:
    """Types as a gun does; the time goes on with each key."""

    def __init__(self) -> None:
        self.now = 1_000_000_000

    def event(self, kind: int, code: int, value: int) -> bytes:
        return EVENT.pack(self.now // 1_000_000, self.now % 1_000_000, kind, code, value)

    def key(self, name: str, value: int) -> bytes:
        """One change of one key, with the scan code before it and the report behind it, as a HID keyboard sends it."""
        self.now += BETWEEN
        code = codes()[f"KEY_{name}"]
        return self.event(EV_MSC, 4, code) + self.event(EV_KEY, code, value) + self.event(EV_SYN, 0, 0)

    def tap(self, name: str) -> bytes:
        return self.key(name, 1) + self.key(name, 0)

    def chord(self, *names: str) -> bytes:
        """LEFTCTRL, O: down in this order, up in the other."""
        return b"".join([*(self.key(name, 1) for name in names), *(self.key(name, 0) for name in reversed(names))])

    def text(self, text: str) -> bytes:
        return b"".join(self._character(one) for one in text)

    def pause(self, seconds: float = 1.0) -> None:
        self.now += int(seconds * 1_000_000)

    def _character(self, one: str) -> bytes:
        if one.isupper() or one in SHIFTED:
            return self.chord("LEFTSHIFT", _name(SHIFTED.get(one, one.lower())))
        return self.tap(_name(one))


def _name(one: str) -> str:
    return NAMED.get(one, one.upper())


# What BadBarcode (2015) and its kin type: chords of a desktop, keys of a browser, addresses that are scripts.
ATTACKS: dict[str, Callable[[Wedge], bytes]] = {
    "open a file": lambda by: by.chord("LEFTCTRL", "O"),
    "run a program": lambda by: by.chord("LEFTMETA", "R") + by.text("cmd\n") + by.text("calc\n"),
    "close the window": lambda by: by.chord("LEFTALT", "F4"),
    "developer tools": lambda by: by.tap("F12"),
    "address of a script": lambda by: by.chord("LEFTCTRL", "L") + by.text("javascript:alert(1)\n"),
    "terminal": lambda by: by.chord("LEFTCTRL", "LEFTALT", "T"),
    "another console": lambda by: by.chord("LEFTCTRL", "LEFTALT", "F2"),
    "restart": lambda by: by.chord("LEFTALT", "SYSRQ", "B"),
    "power off": lambda by: by.tap("POWER"),
    "in the middle": lambda by: by.text("69012345") + by.chord("RIGHTCTRL", "W") + by.text("67892\n"),
    "a sign of Chinese": lambda by: by.chord("LEFTALT", "KP5", "KP4", "KP6", "KP0", "KP2") + by.text("\n"),
    "escape": lambda by: by.tap("ESC") + by.text("LZ\n"),
    "arrows": lambda by: by.tap("DOWN") + by.tap("DOWN") + by.text("\n"),
}


class Socketed:
    """A keyboard whose kernel end the test holds: an opener of descriptors and the answers to five ioctls."""

    def __init__(self, vendor: int = 0x1EAB, product: int = 0x0003, keys: bytes = b"\xfe" + b"\xff" * 15) -> None:
        self.keys = keys.ljust(96, b"\0")
        self.ids = struct.pack("=HHHH", 3, vendor, product, 0x0110)
        self.busy = False
        self.opened = 0
        self.grabs: list[int] = []
        self.clocks: list[int] = []
        self.plug: socket.socket | None = None

    def opener(self, path: str) -> int:
        """A stream socket instead of a node: events may come torn, and the end of it is the unplugging."""
        self.unplug()
        self.plug, ours = socket.socketpair()
        self.opened += 1
        ours.setblocking(False)
        return ours.detach()

    def ioctl(self, descriptor: int, request: int, argument: bytearray | int) -> None:
        number = request & 0xFF  # linux/input.h
        if isinstance(argument, int):
            self._grab(request, argument)
        elif number == 0x02:
            argument[:] = self.ids
        elif number == 0x06:
            argument[:12] = b"Bar Code Gun"
        elif number == 0x21:
            argument[:] = self.keys
        elif number == 0xA0:
            self.clocks.append(int.from_bytes(argument, "little"))

    def type(self, events: bytes) -> None:
        if self.plug is None:
            raise BrokenPipeError
        self.plug.sendall(events)

    def unplug(self) -> None:
        if self.plug is not None:
            self.plug.close()
            self.plug = None

    def _grab(self, request: int, argument: int) -> None:
        if self.busy:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        self.grabs.append(argument)
