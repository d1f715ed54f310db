"""A TCP proxy between a program and its broker that does what lines do: pass, delay, go silent, half die, reset."""

import contextlib
import selectors
import socket
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

PASS = "pass"
BLACK_HOLE = "black hole"  # both stay connected, nothing comes through
HALF_OPEN = "half open"  # the broker is heard, but does not hear
REFUSE = "refuse"  # new connections are reset at once
READ = 65536
TICK_S = 0.02


@dataclass(eq=False)
class Side:
    """One socket of a pair, and the bytes that wait to be written to it, each with the time from which they may."""

    sock: socket.socket
    to_broker: bool
    mode: str = ""  # of a line that fell; empty: that of the proxy
    other: "Side | None" = None
    waiting: deque[tuple[float, bytes]] = field(default_factory=deque)


class Proxy:
    """Listens on `port` of the loopback as long as it is entered. `mode` and `delay_s` may change at any moment.

    `mode` is that of every line, `fall` only of those that stand now.
    """

    def __init__(self, target: int) -> None:
        self.mode = PASS
        self.delay_s = 0.0
        self.accepted = 0
        self.swallowed = 0  # pieces that did not come through
        self._target = target
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._asked_to_cut = threading.Event()
        self._asked_to_fall = ""
        self._fell = threading.Event()
        self._stop = threading.Event()
        self._look = selectors.DefaultSelector()
        self._look.register(self._door, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="proxy")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._cut()
        self._look.close()
        self._door.close()

    @property
    def connections(self) -> int:
        return len(self._look.get_map()) // 2 if not self._stop.is_set() else 0

    def reset(self) -> None:
        """Every connection dies with a TCP reset, on both sides."""
        self._asked_to_cut.set()

    def fall(self, mode: str) -> None:
        """The lines that stand now are so from here on; a new one passes. Returns when they are."""
        self._fell.clear()
        self._asked_to_fall = mode
        self._fell.wait()

    def _run(self) -> None:
        while not self._stop.is_set():
            if self._asked_to_fall:
                self._fall_now()
            if self._asked_to_cut.is_set():
                self._asked_to_cut.clear()
                self._cut()
            for key, _ in self._look.select(TICK_S):
                if key.data is None:
                    self._accept()
                else:
                    self._pump(key.data)
            for key in list(self._look.get_map().values()):
                if key.data is not None and key.data.waiting:
                    self._flush(key.data)

    def _fall_now(self) -> None:
        for key in self._look.get_map().values():
            if key.data is not None:
                key.data.mode = self._asked_to_fall
        self._asked_to_fall = ""
        self._fell.set()

    def _accept(self) -> None:
        client, _ = self._door.accept()
        self.accepted += 1
        if self.mode == REFUSE:
            _reset(client)
            return
        try:
            broker = socket.create_connection(("127.0.0.1", self._target), timeout=1)
        except OSError:
            _reset(client)
            return
        left, right = Side(client, to_broker=False), Side(broker, to_broker=True)
        left.other, right.other = right, left
        for side in (left, right):
            side.sock.setblocking(False)
            self._look.register(side.sock, selectors.EVENT_READ, side)

    def _pump(self, side: Side) -> None:
        try:
            data = side.sock.recv(READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end(side)
        elif self._swallows(side):
            self.swallowed += 1
        elif side.other is not None:
            side.other.waiting.append((time.monotonic() + self.delay_s, data))
            self._flush(side.other)

    def _swallows(self, side: Side) -> bool:
        mode = side.mode or self.mode
        return mode == BLACK_HOLE or (mode == HALF_OPEN and not side.to_broker)

    def _flush(self, side: Side) -> None:
        try:
            while side.waiting and side.waiting[0][0] <= time.monotonic():
                since, data = side.waiting[0]
                sent = side.sock.send(data)
                side.waiting.popleft()
                if sent < len(data):
                    side.waiting.appendleft((since, data[sent:]))
        except BlockingIOError:
            return
        except OSError:
            self._end(side)

    def _end(self, side: Side) -> None:
        for one in (side, side.other):
            if one is not None:
                with contextlib.suppress(KeyError, ValueError):
                    self._look.unregister(one.sock)
                one.sock.close()
                one.waiting.clear()

    def _cut(self) -> None:
        for key in list(self._look.get_map().values()):
            if key.data is not None:
                self._look.unregister(key.data.sock)
                _reset(key.data.sock)


def _reset(sock: socket.socket) -> None:
    """Close with RST instead of FIN (socket(7), SO_LINGER)."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
