"""A twin behind a real pseudo-terminal with a stable path. Moves bytes only: what they mean is the twin's affair."""

import contextlib
import os
import select
import threading
import tty
from pathlib import Path
from typing import Protocol, Self

TICK = 0.02  # seconds between two looks at a twin that may speak on its own
HELD = 1 << 20  # bytes kept for a host that does not read; a real line would have lost them long before


class UnpluggedError(Exception):
    """A twin raises this to pull its own plug."""


class Twin(Protocol):
    """The bytes side of a simulated device. It keeps its own buffer; both calls return what it says."""

    def answer(self, data: bytes) -> bytes: ...

    def tick(self) -> bytes: ...


class PtyDevice:
    """Serves `twin` on a pty; `link` is a symlink to it that follows every replug, as /dev/serial/by-id does.

    `mode` and `group` are set on the terminal, so that a program of another user can open it.
    """

    def __init__(self, twin: Twin, link: Path, mode: int = 0o660, group: int | None = None) -> None:
        self.link = Path(link)
        self._twin = twin
        self._mode = mode
        self._group = group
        self._plug: _Plug | None = None
        self.replug()

    @property
    def plugged(self) -> bool:
        return self._plug is not None and self._plug.alive

    def replug(self) -> None:
        """A new terminal under the same path; an old one is pulled first."""
        self.unplug()
        self._plug = _Plug(self._twin, self.link, self._mode, self._group)

    def unplug(self) -> None:
        """The path vanishes and whoever has the terminal open gets a hang-up."""
        if self._plug is not None:
            self._plug.pull()
            self._plug = None

    def close(self) -> None:
        self.unplug()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Plug:
    """One plugging: a terminal pair, its path and the thread that serves it."""

    def __init__(self, twin: Twin, link: Path, mode: int, group: int | None) -> None:
        self._twin = twin
        self._link = link
        self._out = bytearray()
        self._master, self._slave = os.openpty()
        self._woken, self._wake = os.pipe()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        os.fchmod(self._slave, mode)
        if group is not None:
            os.fchown(self._slave, -1, group)
        self._name = os.ttyname(self._slave)
        _point(link, self._name)
        self.alive = True
        self._thread = threading.Thread(target=self._serve, name=f"pty {link.name}", daemon=True)
        self._thread.start()

    def pull(self) -> None:
        with contextlib.suppress(BrokenPipeError):  # the twin pulled its own plug before us
            os.write(self._wake, b".")
        if threading.current_thread() is not self._thread:
            self._thread.join()
        os.close(self._wake)

    def _serve(self) -> None:
        try:
            while self._turn():
                pass
        except UnpluggedError:
            pass
        finally:
            self._vanish()

    def _turn(self) -> bool:
        writing = [self._master] if self._out else []
        readable, writable, _ = select.select([self._master, self._woken], writing, [], TICK)
        if self._woken in readable:
            return False
        if self._master in readable:
            self._out += self._twin.answer(os.read(self._master, 4096))
        self._out += self._twin.tick()
        del self._out[:-HELD]
        if writable:
            with contextlib.suppress(BlockingIOError):
                del self._out[: os.write(self._master, self._out)]
        return True

    def _vanish(self) -> None:
        self.alive = False
        if self._link.is_symlink() and str(self._link.readlink()) == self._name:
            self._link.unlink()
        for end in (self._slave, self._master, self._woken):
            os.close(end)


def _point(link: Path, name: str) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(name)
    fresh.replace(link)
