"""What both ends of the wire ask of paho in the same way: one exchange of packets, and properties with a type."""

import select
import ssl
from dataclasses import dataclass
from typing import cast

from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties


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


def properties_of(packet: int) -> Properties:
    """Of one of paho's PacketTypes; empty."""
    return Properties(packet)  # type: ignore[no-untyped-call]  # paho declares no types here
