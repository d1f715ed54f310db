"""One paho client for one connection to the broker: MQTT 5 over TLS 1.3. The only paho on the box.

One thread runs everything. paho calls back while it holds the lock that `publish` takes: callbacks only append events.
What was in flight on a line that fell is told by the receipt, never by paho's memory.
"""

import ssl
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import MQTT_LOG_ERR, Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from kiosk.courier import Letter
from kiosk.line_trouble import Trouble, of_alert, of_reason
from kiosk.mqtt import exchange, hang_up, properties_of
from kiosk.wire import BLOB_TYPE, DEFLATE, ENCODING, JSON_TYPE, MOST_MESSAGE, Topics

GOODBYE_S = 1.0
POLL_S = 0.05
SESSION_S = 30 * 24 * 3600  # the broker keeps receipts and orders for a box that is away
RECEIVE_MOST = 20
SILENT_AFTER, UNANSWERED_AFTER = 2, 3  # times the keepalive: without any packet, without the answer to a message
KEEPALIVE_TIMEOUT = 0x8D


@dataclass(frozen=True, slots=True)
class Ends:
    """Who we are and whom we call."""

    county: str
    station: str
    host: str
    port: int
    keepalive_s: int


@dataclass(frozen=True, slots=True)
class Greeted:
    """The broker took us; `most` bytes is the largest message that it takes."""

    most: int


@dataclass(frozen=True, slots=True)
class Acknowledged:
    message: int
    accepted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Message:
    channel: str
    payload: bytes
    deflated: bool


Event = Greeted | Acknowledged | Message


class Line:
    """`stands` until it falls; then `trouble` says why, unless we left."""

    def __init__(self, ends: Ends, will: Letter) -> None:
        self.greeted = False
        self.stands = True
        self.trouble: Trouble | None = None
        self._ends = ends
        self._topics = Topics(ends.county)
        self._events: deque[Event] = deque()
        self._error = ""  # what paho last told of its socket
        self._heard = time.monotonic()
        self._unanswered: dict[int, float] = {}
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=ends.station, protocol=MQTTProtocolVersion.MQTTv5)
        described = _described(will, PacketTypes.WILLMESSAGE)
        self._client.will_set(self._topic(will), will.payload, qos=1, retain=True, properties=described)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message
        self._client.on_log = self._on_log

    def connect(self, tls: ssl.SSLContext) -> None:
        """Raises OSError."""
        properties = properties_of(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = RECEIVE_MOST
        properties.MaximumPacketSize = MOST_MESSAGE
        self._client.tls_set_context(tls)
        ends = self._ends
        self._client.connect(ends.host, ends.port, keepalive=ends.keepalive_s, clean_start=False, properties=properties)
        self._heard = time.monotonic()

    def wait(self, seconds: float) -> None:
        """Exchange packets for at most this long, less when something came."""
        try:
            failed = self._exchange(seconds)
        except Exception as broken:  # noqa: BLE001  paho raises what its parser meets; no broker may end the uplink
            failed = MQTTErrorCode.MQTT_ERR_PROTOCOL
            self._fall(Trouble("uplink.lost", f"{type(broken).__name__}: {broken}"))
        if failed != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._fall(self._broken(failed.name))
        elif self._is_stuck(time.monotonic()):
            self._fall(Trouble("uplink.silent", f"{self._ends.keepalive_s} s"))

    def events(self) -> list[Event]:
        came = list(self._events)
        self._events.clear()
        return came

    def subscribe(self) -> None:
        own = self._ends.station
        topics = [self._topics.of(own, channel) for channel in ("receipt", "order", "kept")]
        self._client.subscribe([(topic, 1) for topic in (*topics, self._topics.of("all", "order"))])

    def post(self, letter: Letter) -> int:
        """Hand a letter to paho; its fate comes as an Acknowledged event with this number."""
        described = _described(letter, PacketTypes.PUBLISH)
        topic = self._topic(letter)
        number = self._client.publish(topic, letter.payload, qos=1, retain=letter.retain, properties=described).mid
        self._unanswered[number] = time.monotonic()
        return number

    def leave(self, farewell: Letter) -> None:
        """Say goodbye, wait shortly until the broker has heard it, and go; the broker then forgets the will."""
        number, until = self.post(farewell), time.monotonic() + GOODBYE_S
        while self.stands and time.monotonic() < until and number in self._unanswered:
            self.wait(POLL_S)
        self.drop()

    def drop(self) -> None:
        hang_up(self._client)
        self.stands = False

    def _exchange(self, seconds: float) -> MQTTErrorCode:
        done = exchange(self._client, seconds)
        if done.heard:
            self._heard = time.monotonic()
        return done.outcome

    def _is_stuck(self, now: float) -> bool:
        """paho tests a silent line by itself; this holds when it does not, and when only one direction is dead."""
        unanswered = min(self._unanswered.values(), default=now)
        keepalive = self._ends.keepalive_s
        return now - self._heard > SILENT_AFTER * keepalive or now - unanswered > UNANSWERED_AFTER * keepalive

    def _fall(self, trouble: Trouble) -> None:
        """The first reason is the reason: what follows are its consequences."""
        self.stands = False
        self.trouble = self.trouble or trouble

    def _broken(self, said: str) -> Trouble:
        """Mosquitto 2.0.11 closes without a word also when another client comes with our name."""
        if self.greeted and not self._error:
            return Trouble("uplink.closed", said)
        return of_alert(self._error or said)

    def _topic(self, letter: Letter) -> str:
        return self._topics.of(self._ends.station, letter.channel)

    def _on_connect(
        self, _client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._fall(of_reason(reason.value, str(reason)))
            return
        self.greeted = True
        self._events.append(Greeted(min(MOST_MESSAGE, getattr(properties, "MaximumPacketSize", MOST_MESSAGE))))

    def _on_disconnect(
        self, _client: Client, _data: Any, flags: DisconnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            self._fall(of_reason(reason.value, str(reason)))
        elif reason.value == KEEPALIVE_TIMEOUT:
            self._fall(Trouble("uplink.silent", f"{self._ends.keepalive_s} s"))
        else:
            self._fall(self._broken(str(reason)))

    def _on_publish(
        self, _client: Client, _data: Any, message: int, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._unanswered.pop(message, None)
        self._events.append(Acknowledged(message, reason.value == 0, str(reason)))

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        said = getattr(message.properties, "UserProperty", [])
        channel = message.topic.rpartition("/")[2]
        self._events.append(Message(channel, bytes(message.payload), (ENCODING, DEFLATE) in said))

    def _on_log(self, _client: Client, _data: Any, level: int, text: str) -> None:
        if level == MQTT_LOG_ERR:
            self._error = text


def _described(letter: Letter, packet: int) -> Properties:
    properties = properties_of(packet)
    properties.ContentType = BLOB_TYPE if letter.channel == "blob" else JSON_TYPE
    if letter.deflated:
        properties.UserProperty = (ENCODING, DEFLATE)
    return properties
