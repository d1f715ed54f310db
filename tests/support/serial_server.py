"""A serial server on loopback with a twin behind it: plain TCP, or RFC 2217 that notes what its client asked for."""

import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, cast

from serial.rfc2217 import PortManager, Serial

from drivers.simulated.pty import TICK, Twin, UnpluggedError


@dataclass
class Asked:
    """The port of an RFC 2217 server. Nobody asks for what it begins with, so what it holds later was asked for."""

    baudrate: int = 110
    bytesize: int = 5
    parity: str = "M"
    stopbits: float = 1.5
    xonxoff: bool | None = None
    rtscts: bool | None = None
    dtr: bool | None = None
    rts: bool | None = None
    cts: bool = True
    dsr: bool = True
    ri: bool = False
    cd: bool = False
    purged: int = 0

    @property
    def format(self) -> str:
        return f"{self.bytesize}{self.parity}{self.stopbits:g}"

    @property
    def flow(self) -> str | None:
        words = {(False, False): "none", (True, None): "rtscts", (None, True): "xonxoff"}
        return words.get((self.rtscts, self.xonxoff))

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(name for name in ("dtr", "rts") if getattr(self, name))

    def reset_input_buffer(self) -> None:
        self.purged += 1

    def reset_output_buffer(self) -> None:
        self.purged += 1


class SerialServer:
    """One client at a time; a twin that pulls its plug hangs up. `asked` makes it speak RFC 2217."""

    def __init__(self, twin: Twin, asked: Asked | None = None) -> None:
        self._twin = twin
        self._asked = asked
        self._listening = socket.create_server(("127.0.0.1", 0))
        scheme = "socket" if asked is None else "rfc2217"
        self.where = f"{scheme}://127.0.0.1:{self._listening.getsockname()[1]}"
        self._woken, self._wake = socket.socketpair()
        self._client: socket.socket | None = None
        self.cut: Exception | None = None  # how the last connection ended, when nobody hung up in order
        self.served = 0
        self._thread = threading.Thread(target=self._serve, name="serial server")
        self._thread.start()

    def room(self) -> bool:
        """Whether the client's end still takes anything."""
        return self._client is not None and bool(select.select([], [self._client], [], TICK)[1])

    def blurt(self, data: bytes) -> None:
        """Bytes as they stand, past the twin and past Telnet."""
        if self._client is not None:
            self._client.sendall(data)

    def close(self) -> None:
        self._wake.close()
        self._thread.join()
        self._woken.close()
        self._listening.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        while self._woken not in select.select([self._listening, self._woken], [], [])[0]:
            with self._listening.accept()[0] as client:
                self._client = client
                self.served += 1
                try:
                    self._talk(client)
                except (UnpluggedError, ConnectionError) as cut:
                    self.cut = cut
                self._client = None

    def _talk(self, client: socket.socket) -> None:
        heard, said = (bytes, bytes) if self._asked is None else _telnet(self._asked, client)
        while self._woken not in (ready := select.select([client, self._woken], [], [], TICK)[0]):
            answer = b""
            if ready:
                data = client.recv(4096)
                if not data:
                    return
                answer = self._twin.answer(meant) if (meant := heard(data)) else b""
            client.sendall(said(answer + self._twin.tick()))


class _Pipe:
    """What a PortManager writes its side of the negotiation to."""

    def __init__(self, client: socket.socket) -> None:
        self.write = client.sendall


def _telnet(asked: Asked, client: socket.socket) -> tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]:
    """What the client said without the negotiation, and what is said to it with Telnet's own mark doubled."""
    manager = PortManager(cast("Serial", asked), cast("Serial", _Pipe(client)))
    return lambda data: b"".join(manager.filter(data)), lambda data: b"".join(manager.escape(data))
