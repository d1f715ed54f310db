"""A twin behind a TCP port on the loopback, for instruments with a network socket. One host at a time, as they are."""

import contextlib
import select
import socket
import threading
from typing import Self

from drivers.simulated.pty import TICK, Twin, UnpluggedError


class TcpDevice:
    """Serves `twin` on 127.0.0.1; `port` 0 takes a free one. A new host takes the place of the old one."""

    def __init__(self, twin: Twin, port: int = 0) -> None:
        self._twin = twin
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"tcp {self.port}", daemon=True)
        self._thread.start()

    @property
    def plugged(self) -> bool:
        return not self._stop.is_set()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        host: socket.socket | None = None
        try:
            while not self._stop.is_set():
                host = self._turn(host)
        except UnpluggedError:
            self._stop.set()
        finally:
            if host is not None:
                host.close()

    def _turn(self, host: socket.socket | None) -> socket.socket | None:
        waiting = [self._server, *([host] if host else [])]
        readable, _, _ = select.select(waiting, [], [], TICK)
        if self._server in readable:
            if host is not None:
                host.close()
            return self._server.accept()[0]
        if host is None:
            return None
        try:
            return self._talk(host, heard=host in readable)
        except OSError:  # the host is gone
            host.close()
            return None

    def _talk(self, host: socket.socket, *, heard: bool) -> socket.socket | None:
        data = host.recv(4096) if heard else b""
        if heard and not data:
            host.close()
            return None
        said = (self._twin.answer(data) if data else b"") + self._twin.tick()
        with contextlib.suppress(BlockingIOError):
            host.sendall(said)
        return host
