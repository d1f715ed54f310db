"""A small MQTT 5 client of our own that says what no honest one would: any topic, any will, any client id.

It reads and writes packets one by one (MQTT 5 §2-3), so that a test knows what the broker had done when it answered.
"""

import socket
import ssl
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 13, 14
PATIENCE_S = 10.0
RECEIVE_MAXIMUM, SESSION_EXPIRY = 0x21, 0x11


class Closed(Exception):
    """The broker ended the connection, or never let it stand."""


@dataclass(frozen=True, slots=True)
class Heard:
    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Will:
    topic: str
    payload: bytes
    retain: bool = False


def identity(tls: Path, name: str, ca: Path) -> ssl.SSLContext:
    """Who shows the certificate `name` in `tls`; nobody's when the name is empty."""
    context = ssl.create_default_context(cafile=ca)
    if name:
        context.load_cert_chain(tls / f"{name}.pem", tls / f"{name}.key")
    return context


class Mqtt:
    """One connection; entering waits for the broker's CONNACK. Raises Closed, also from every other method."""

    def __init__(
        self,
        port: int,
        context: ssl.SSLContext,
        client_id: str,
        *,
        clean: bool = True,
        will: Will | None = None,
        session_s: int = 0,
    ) -> None:
        self.heard: list[Heard] = []
        self.session_present = False
        self._number = 0
        self._buffer = b""
        self._socket = _secured(port, context)
        try:
            self._send(CONNECT << 4, _connect(client_id, clean, will, session_s))
        except Closed:
            self.cut()
            raise

    def __enter__(self) -> Self:
        try:
            self.session_present = self._greeted()
        except Closed:
            self.cut()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        with suppress(Closed):
            self._send(DISCONNECT << 4, b"")
        self._socket.close()

    def subscribe(self, *filters: str) -> None:
        for one in filters:
            self._number += 1
            self._send(SUBSCRIBE << 4 | 2, struct.pack(">HB", self._number, 0) + _text(one) + b"\x01")
            self._until(SUBACK)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> int:
        """The reason code of the broker's PUBACK."""
        self.say(topic, payload, retain=retain)
        body = self._until(PUBACK)
        return body[2] if len(body) > 2 else 0

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish, QoS 1, without waiting for an answer."""
        self._number += 1
        self._send(PUBLISH << 4 | 2 | retain, _text(topic) + struct.pack(">HB", self._number, 0) + payload)

    def settle(self) -> list[Heard]:
        """All that the broker had for us when it answered our ping; each message is given once.

        It is asked until nothing more comes: then it has also taken our word for every message.
        """
        came: list[Heard] = []
        while True:
            self._send(PINGREQ << 4, b"")
            self._until(PINGRESP)
            if not self.heard:
                return came
            came, self.heard = came + self.heard, []

    def cut(self) -> None:
        """Go without a goodbye: the broker speaks our will."""
        self._socket.close()

    def _greeted(self) -> bool:
        """Whether the broker still had our session."""
        body = self._until(CONNACK)
        if body[1] != 0:
            raise Closed(f"CONNACK {body[1]:#x}")
        return bool(body[0] & 1)

    def _send(self, first: int, body: bytes) -> None:
        try:
            self._socket.sendall(bytes([first]) + _length(len(body)) + body)
        except OSError as wrong:
            raise Closed(str(wrong)) from wrong

    def _until(self, wanted: int) -> bytes:
        while True:
            first, body = self._packet()
            kind = first >> 4
            if kind == PUBLISH:
                self._take(first, body)
            elif kind == DISCONNECT:
                raise Closed(f"DISCONNECT {body[:1].hex()}")
            elif kind == wanted:
                return body

    def _take(self, first: int, body: bytes) -> None:
        (size,) = struct.unpack_from(">H", body)
        topic, rest = body[2 : 2 + size].decode(), body[2 + size :]
        if first & 6:
            self._send(PUBACK << 4, rest[:2])
            rest = rest[2:]
        skipped, digits = _read_length(rest)
        self.heard.append(Heard(topic, rest[digits + skipped :], bool(first & 1)))

    def _packet(self) -> tuple[int, bytes]:
        head = self._read(2)
        while head[-1] & 0x80:
            head += self._read(1)
        size, _ = _read_length(head[1:])
        return head[0], self._read(size)

    def _read(self, size: int) -> bytes:
        while len(self._buffer) < size:
            try:
                came = self._socket.recv(65536)
            except OSError as wrong:
                raise Closed(str(wrong)) from wrong
            if not came:
                raise Closed("the broker closed the line")
            self._buffer += came
        part, self._buffer = self._buffer[:size], self._buffer[size:]
        return part


def _secured(port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
    try:
        plain = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
    except OSError as wrong:
        raise Closed(str(wrong)) from wrong
    try:
        return context.wrap_socket(plain, server_hostname="localhost")
    except OSError as wrong:
        plain.close()
        raise Closed(str(wrong)) from wrong


def _connect(client_id: str, clean: bool, will: Will | None, session_s: int) -> bytes:
    flags = 2 * clean | (0 if will is None else 0x04 | 0x08 | 0x20 * will.retain)
    expiry = bytes([SESSION_EXPIRY]) + struct.pack(">I", session_s) if session_s else b""
    properties = expiry + bytes([RECEIVE_MAXIMUM]) + struct.pack(">H", 1000)
    body = _text("MQTT") + bytes([5, flags]) + struct.pack(">H", 60) + _length(len(properties)) + properties
    body += _text(client_id)
    if will is not None:
        body += b"\x00" + _text(will.topic) + struct.pack(">H", len(will.payload)) + will.payload
    return body


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">H", len(raw)) + raw


def _length(size: int) -> bytes:
    """A variable byte integer (§1.5.5)."""
    digits = bytearray()
    while True:
        size, digit = divmod(size, 128)
        digits.append(digit | (0x80 if size else 0))
        if not size:
            return bytes(digits)


def _read_length(data: bytes) -> tuple[int, int]:
    """A variable byte integer and how many bytes it takes."""
    size = 0
    for place, digit in enumerate(data):
        size |= (digit & 0x7F) << 7 * place
        if not digit & 0x80:
            return size, place + 1
    raise Closed("a length without an end")
