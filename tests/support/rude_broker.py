"""A TLS server that says to every client what a test puts into its mouth, after the client's CONNECT."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.broker import PATIENCE_S


def welcome(reason: int = 0, properties: bytes = b"") -> bytes:
    """A CONNACK (MQTT 5 §3.2)."""
    body = bytes([0, reason, len(properties)]) + properties
    return bytes([0x20, len(body)]) + body


def goodbye(reason: int) -> bytes:
    """A DISCONNECT of the server (§3.14)."""
    return bytes([0xE0, 1, reason])


def published(topic: bytes, payload: bytes = b"") -> bytes:
    """A PUBLISH with QoS 0 (§3.3)."""
    body = len(topic).to_bytes(2, "big") + topic + b"\0" + payload
    return bytes([0x30, len(body)]) + body


class RudeBroker:
    """Each connection hears the next of `speeches`, the last one again and again, and is then left open."""

    def __init__(self, certificate: Path, key: Path, speeches: Sequence[bytes]) -> None:
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate, key)
        self._speeches = list(speeches)
        self.greeted = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(0.1)
        self.port: int = self._door.getsockname()[1]
        self._stop = threading.Event()
        self._open: list[ssl.SSLSocket] = []
        self._thread = threading.Thread(target=self._run, name="rude broker")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_S)
        for line in self._open:
            line.close()
        self._door.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError, ssl.SSLError, ConnectionError):
                client, _ = self._door.accept()
                client.settimeout(5)
                self._speak(self._tls.wrap_socket(client, server_side=True))

    def _speak(self, line: ssl.SSLSocket) -> None:
        self._open.append(line)
        line.recv(4096)
        line.sendall(self._speeches[min(self.greeted, len(self._speeches) - 1)])
        self.greeted += 1
