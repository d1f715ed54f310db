"""Somebody who listens to the county's public feed with any MQTT client, as a dashboard does. Remembers which came."""

import json
import ssl
import threading
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes

from kiosk.mqtt import properties_of

FEED = "feed"
SESSION_S = 3600


class Listener:
    """Its certificate is the one that every county makes for readers of its feed."""

    def __init__(self, county: Path, port: int) -> None:
        self._heard: dict[str, int] = {}
        self._lock = threading.Lock()
        self._port = port
        self._subscribed = threading.Event()
        tls = ssl.create_default_context(cafile=county / "tls" / "ca.pem")
        tls.load_cert_chain(county / "tls" / f"{FEED}.pem", county / "tls" / f"{FEED}.key")
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=FEED, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.tls_set_context(tls)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._greeted
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message

    @property
    def heard(self) -> dict[str, int]:
        """Id of each event (`log/seq`) and how many times it came."""
        with self._lock:
            return dict(self._heard)

    def start(self) -> None:
        """Come back when the broker has taken the subscription. Raises TimeoutError."""
        session = properties_of(PacketTypes.CONNECT)
        session.SessionExpiryInterval = SESSION_S
        self._client.connect("127.0.0.1", self._port, keepalive=10, clean_start=False, properties=session)
        self._client.loop_start()
        if not self._subscribed.wait(20):
            raise TimeoutError("the broker does not let the feed be read")

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _greeted(self, client: Client, *_: Any) -> None:
        client.subscribe("liangzheng/1/+/feed/#", qos=1)

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        name = str(json.loads(message.payload)["id"])
        with self._lock:
            self._heard[name] = self._heard.get(name, 0) + 1
