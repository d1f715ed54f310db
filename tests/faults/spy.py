"""Somebody who hears every message of a broker. No identity of a county may; the bench's broker is told to let him."""

import ssl
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from kiosk.clock import system_time
from ui.county.tls import client_certificate, load_authority, make_tls_key

NAME = "spy"


class Spy:
    """Make it before the broker starts."""

    def __init__(self, county: Path, port: int) -> None:
        self._port = port
        self._heard: list[tuple[str, bytes]] = []
        self._lock = threading.Lock()
        self._subscribed = threading.Event()
        with (county / "mosquitto" / "acl").open("a") as acl:
            acl.write(f"\nuser {NAME}\ntopic read #\n")
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=NAME, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.tls_set_context(_identity(county, system_time().date()))
        self._client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message

    def start(self) -> None:
        """Come back when the broker has taken the subscription. Raises TimeoutError."""
        self._client.connect("127.0.0.1", self._port, keepalive=10)
        self._client.loop_start()
        if not self._subscribed.wait(20):
            raise TimeoutError("the broker does not let the spy hear")

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def heard(self) -> Iterator[tuple[str, bytes]]:
        """Every topic, as a place of its own, and every payload by its topic."""
        with self._lock:
            messages = list(self._heard)
        for topic, payload in messages:
            yield "topic", topic.encode()
            yield f"message {topic}", payload

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        with self._lock:
            self._heard.append((message.topic, bytes(message.payload)))


def _identity(county: Path, day: date) -> ssl.SSLContext:
    authority = load_authority(county / "tls" / "ca.pem", county / "keys" / "ca.key")
    public, private = make_tls_key()
    home = county.parent / NAME
    home.mkdir()
    (home / "key.pem").write_bytes(private)
    (home / "certificate.pem").write_text(client_certificate(authority, NAME, public, day))
    tls = ssl.create_default_context(cafile=county / "tls" / "ca.pem")
    tls.load_cert_chain(home / "certificate.pem", home / "key.pem")
    return tls
