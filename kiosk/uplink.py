"""Holds the line between a box and its county: MQTT 5 over TLS 1.3. The only paho on the box.

One thread runs everything. paho calls back while it holds the lock that `publish` takes: callbacks only append events.
Each connection has a fresh client; what was in flight is told by the receipt, never by paho's memory.
"""

import ssl
import threading
import time
from collections import deque
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from pydantic import BaseModel, ConfigDict, Field

from kiosk.clock import Clock
from kiosk.courier import Courier, Letter, Tell
from kiosk.downward import Downward
from kiosk.enrolment import TrustFile
from kiosk.log import Tail
from kiosk.upward import Upward
from kiosk.wire import DEFLATE, ENCODING, JSON_TYPE, MOST_MESSAGE, Backoff, Code, Topics, draw

POLL_S = 0.05  # how soon a new entry is seen
GOODBYE_S = 1.0
SESSION_S = 30 * 24 * 3600  # the broker keeps receipts and orders for a box that is away
RECEIVE_MOST = 20


class UplinkConfig(BaseModel):
    """uplink.toml. `key` and `certificate` are the box's TLS identity; its name at the broker is `station`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    county: Code = Field(description="county code, GB/T 2260")
    station: Code = Field(description="station code, given by the county")
    broker_host: str = Field(description="the county's broker, as its certificate names it")
    broker_port: Annotated[int, Field(ge=1, le=65535, description="its port for MQTT over TLS")] = 8883
    ca: Path = Field(description="certificate of the county's authority, which signed the broker's")
    certificate: Path = Field(description="certificate of this box, from the county's bundle")
    key: Path = Field(description="TLS key of this box; it signs no entry")
    trust: Path = Field(description="trust.json of the county")
    up: Path = Field(description="folder of the station's log; only read")
    down: Path = Field(description="folder of orders and receipts; only this program writes it")
    resend_s: Annotated[float, Field(gt=0, description="seconds without a receipt until entries travel again")] = 60.0
    resend_most_s: Annotated[float, Field(gt=0, description="the same after many attempts")] = 900.0
    reconnect_s: Annotated[float, Field(gt=0, description="seconds until a lost broker is tried again")] = 1.0
    reconnect_most_s: Annotated[float, Field(gt=0, description="the same after many attempts")] = 60.0
    keepalive_s: Annotated[int, Field(ge=5, le=300, description="seconds of silence until the line is tested")] = 30


@dataclass(frozen=True, slots=True)
class Greeted:
    accepted: bool
    reason: str


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


class Uplink:
    """Raises OSError (of ssl too) when its certificates cannot be used."""

    def __init__(self, config: UplinkConfig, clock: Clock, tell: Tell) -> None:
        self._config = config
        self._clock = clock
        self._tell = tell
        self._tls = ssl.create_default_context(cafile=config.ca)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_3
        self._tls.load_cert_chain(config.certificate, config.key)
        self._retry = Backoff(config.reconnect_s, config.reconnect_most_s, draw)

    def run(self, stop: threading.Event) -> None:
        """Carry until `stop` is set; the broker and up/ may come and go.

        Raises kiosk.log.LogError, kiosk.trust.SealError or OSError when our own files cannot be used.
        """
        config, trust = self._config, TrustFile(self._config.trust)
        trust.now()
        upward = Upward(Backoff(config.resend_s, config.resend_most_s, draw))
        with closing(Downward(config.down, config.county, config.station, trust)) as downward:
            courier = Courier(Tail(config.up), downward, upward, self._clock, self._tell)
            while not stop.is_set():
                self._visit(courier, stop)
                stop.wait(self._retry.next())

    def _visit(self, courier: Courier, stop: threading.Event) -> None:
        """One connection, from its first packet to its last."""
        line = _Line(self._config, courier.report("offline"))
        try:
            line.connect(self._tls)
        except OSError as absent:
            courier.once("line", "uplink.lost", reason=absent)
            return
        while not stop.is_set() and line.stands:
            line.wait(POLL_S)
            for event in line.events():
                self._take(event, courier, line)
            if line.greeted:
                self._post(courier, line)
        if stop.is_set() and line.greeted:
            line.leave(courier.report("offline"))
        else:
            line.drop()
            courier.once("line", "uplink.lost", reason=line.reason)

    def _take(self, event: Event, courier: Courier, line: "_Line") -> None:
        match event:
            case Greeted(accepted=True):
                self._retry.reset()
                line.subscribe()
                courier.once("line", "uplink.connected", broker=self._config.broker_host)
                courier.greeted()
            case Greeted(reason=reason):
                courier.once("line", "uplink.refused", reason=reason)
            case Acknowledged(message, accepted, reason):
                courier.answered(message, accepted, reason, time.monotonic())
            case Message(channel, payload, deflated):
                courier.heard(channel, payload, deflated, time.monotonic())

    def _post(self, courier: Courier, line: "_Line") -> None:
        for letter in courier.letters(time.monotonic()):
            courier.posted(letter, line.post(letter), time.monotonic())


class _Line:
    """One paho client for one connection."""

    def __init__(self, config: UplinkConfig, will: Letter) -> None:
        self.greeted = False
        self.stands = True
        self.reason = ""
        self._config = config
        self._topics = Topics(config.county)
        self._events: deque[Event] = deque()
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=config.station, protocol=MQTTProtocolVersion.MQTTv5
        )
        described = _described(will, PacketTypes.WILLMESSAGE)
        self._client.will_set(self._topic(will), will.payload, qos=1, retain=True, properties=described)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message

    def connect(self, tls: ssl.SSLContext) -> None:
        """Raises OSError."""
        properties = _properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = RECEIVE_MOST
        properties.MaximumPacketSize = MOST_MESSAGE
        self._client.tls_set_context(tls)
        self._client.connect(
            self._config.broker_host,
            self._config.broker_port,
            keepalive=self._config.keepalive_s,
            clean_start=False,
            properties=properties,
        )

    def wait(self, seconds: float) -> None:
        """Exchange packets for at most this long, less when something came."""
        if (failed := self._client.loop(seconds)) != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self.stands = False
            self.reason = self.reason or failed.name

    def events(self) -> list[Event]:
        came = list(self._events)
        self._events.clear()
        self.greeted = self.greeted or any(isinstance(event, Greeted) and event.accepted for event in came)
        return came

    def subscribe(self) -> None:
        own = self._config.station
        topics = (self._topics.of(own, "receipt"), self._topics.of(own, "order"), self._topics.of("all", "order"))
        self._client.subscribe([(topic, 1) for topic in topics])

    def post(self, letter: Letter) -> int:
        """Hand a letter to paho; its fate comes as an Acknowledged event with this number."""
        described = _described(letter, PacketTypes.PUBLISH)
        topic = self._topic(letter)
        return self._client.publish(topic, letter.payload, qos=1, retain=letter.retain, properties=described).mid

    def leave(self, farewell: Letter) -> None:
        """Say goodbye, wait shortly until the broker has heard it, and go; the broker then forgets the will."""
        number, until = self.post(farewell), time.monotonic() + GOODBYE_S
        while self.stands and time.monotonic() < until:
            self.wait(POLL_S)
            if any(isinstance(event, Acknowledged) and event.message == number for event in self.events()):
                break
        self.drop()

    def drop(self) -> None:
        self._client.disconnect()
        self.stands = False

    def _topic(self, letter: Letter) -> str:
        return self._topics.of(self._config.station, letter.channel)

    def _on_connect(
        self, _client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._events.append(Greeted(not reason.is_failure, str(reason)))

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self.stands = False
        self.reason = str(reason)

    def _on_publish(
        self, _client: Client, _data: Any, message: int, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._events.append(Acknowledged(message, reason.value == 0, str(reason)))

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        said = getattr(message.properties, "UserProperty", [])
        channel = message.topic.rpartition("/")[2]
        self._events.append(Message(channel, bytes(message.payload), (ENCODING, DEFLATE) in said))


def _described(letter: Letter, packet: int) -> Properties:
    properties = _properties(packet)
    properties.ContentType = JSON_TYPE
    if letter.deflated:
        properties.UserProperty = (ENCODING, DEFLATE)
    return properties


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]  # paho declares no types here
