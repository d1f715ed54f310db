"""What both ends of the wire ask of paho in the same way: TLS, an exchange of packets, typed properties, an end."""

import errno
import select
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties

NOT_YET = (errno.ENOTCONN, errno.EINVAL)  # what ssl takes for a socket that nobody has connected


class _Socket(ssl.SSLSocket):
    """What ssl and paho leave open when the other end resets the line before it is secured is closed here."""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        try:
            return super().recv(buflen, flags)
        except OSError as wrong:
            if self.version() is None and wrong.errno not in NOT_YET:  # ssl looks at a line that it wraps, and lets go
                self.close()
            raise

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def tls_of(ca: Path, certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.3 with certificates on both sides. Raises OSError (of ssl too) when these files cannot be used."""
    tls = ssl.create_default_context(cafile=ca)
    tls.minimum_version = ssl.TLSVersion.TLSv1_3
    for file in (certificate, key):
        file.open("rb").close()  # what OpenSSL cannot read it does not name
    try:
        tls.load_cert_chain(certificate, key)
    except ssl.SSLError as wrong:
        raise OSError(f"{key}, {certificate}: {wrong}") from wrong
    tls.sslsocket_class = _Socket
    return tls


@dataclass(frozen=True, slots=True)
class Exchanged:
    """`heard`: something came from the broker."""

    outcome: MQTTErrorCode
    heard: bool = False


def exchange(client: Client, seconds: float) -> Exchanged:
    """Wait at most this long for the broker, then read, write and tend. Raises whatever paho's parser meets.

    paho's own loop() would open a TCP connection to itself, which no list of addresses names.
    """
    line = cast("ssl.SSLSocket | None", client.socket())
    if line is None:
        return Exchanged(MQTTErrorCode.MQTT_ERR_NO_CONN)
    wants = [line] if client.want_write() else []
    readable, writable, _ = select.select([line], wants, [], 0.0 if line.pending() else seconds)
    heard = bool(readable or line.pending())
    failed = client.loop_read() if heard else MQTTErrorCode.MQTT_ERR_SUCCESS
    if writable and failed == MQTTErrorCode.MQTT_ERR_SUCCESS:
        failed = client.loop_write()
    return Exchanged(client.loop_misc() if failed == MQTTErrorCode.MQTT_ERR_SUCCESS else failed, heard)


def hang_up(client: Client) -> None:
    """Say goodbye where the line takes it, and close the socket even where it does not.

    On a line that is full paho keeps the goodbye, and with it the socket, until somebody writes again.
    """
    line = cast("ssl.SSLSocket | None", client.socket())
    client.disconnect()
    if line is not None:
        line.close()


def properties_of(packet: int) -> Properties:
    """Of one of paho's PacketTypes; empty."""
    return Properties(packet)  # type: ignore[no-untyped-call]  # paho declares no types here
