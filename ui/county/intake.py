"""The county end of the uplink: MQTT 5 over TLS 1.3, acknowledged by hand after our commit. The only paho here.

One thread runs everything. paho calls back while it holds the lock that `publish` takes: callbacks only append events.
"""

import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from kiosk.clock import Clock
from kiosk.contract import Envelope
from kiosk.enrolment import TrustFile
from kiosk.trust import read_key
from kiosk.wire import DEFLATE, ENCODING, MOST_MESSAGE, Backoff, Topics, draw
from ui.county.acceptance import Acceptance, Letter, Message
from ui.county.broker import INTAKE
from ui.county.database import Database
from ui.county.office import CountyConfig
from ui.county.orders import Orders

POLL_S = 0.05
ORDERS_S = 0.5  # how soon a new order is seen
MOST_AT_ONCE = 1000  # messages of one commit
FEED_AT_ONCE = 100
FEED_HOLD_S = 5.0
RECEIVE_MOST = 200  # unacknowledged messages that the broker may have with us
SESSION_S = 30 * 24 * 3600
KEEPALIVE_S = 30
NO_SUBSCRIBER = 16  # MQTT 5 §3.4.2.1: taken, and nobody listens


class Tell(Protocol):
    """Told when something changes: the key of a sentence and its facts."""

    def __call__(self, key: str, **facts: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Arrival:
    number: int
    message: Message


@dataclass(frozen=True, slots=True)
class Acknowledged:
    number: int
    reason: int


class Intake:
    """Raises OSError (of ssl too) or SealError when the county's folder cannot be used."""

    def __init__(
        self, config: CountyConfig, database: Path, clock: Clock, tell: Tell, on_commit: Callable[[], None]
    ) -> None:
        self._config = config
        self._database = database
        self._clock = clock
        self._tell = tell
        self._on_commit = on_commit
        self._stands = ""
        folder = config.folder
        self._witness = read_key(folder / "keys" / "witness.key")
        self._trust = TrustFile(folder / "trust.json")
        self._trust.now()
        self._tls = ssl.create_default_context(cafile=folder / "tls" / "ca.pem")
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_3
        self._tls.load_cert_chain(folder / "tls" / f"{INTAKE}.pem", folder / "tls" / f"{INTAKE}.key")
        self._retry = Backoff(0.5, 15.0, draw)

    def run(self, stop: threading.Event) -> None:
        """Take in until `stop` is set; the broker may come and go. Makes and owns the writing database connection."""
        orders = Orders(self._config.folder)
        with closing(Database(self._database)) as database:
            acceptance = Acceptance(database, self._trust, self._witness, orders, self._clock, self._parked)
            while not stop.is_set():
                self._visit(acceptance, stop)
                stop.wait(self._retry.next())

    def _visit(self, acceptance: Acceptance, stop: threading.Event) -> None:
        """One connection, from its first packet to its last."""
        line = _Line(self._config)
        try:
            line.connect(self._tls)
        except OSError as absent:
            self._say("office.intake.lost", reason=absent)
            return
        shift = _Shift(line, acceptance, self._on_commit)
        while not stop.is_set() and line.stands:
            line.wait()
            if line.greeted and not shift.begun:
                self._retry.reset()
                self._say("office.intake.connected", broker=self._config.broker_host)
                shift.begin()
            shift.work(time.monotonic())
        line.drop()
        if not stop.is_set():
            self._say("office.intake.lost", reason=line.reason)

    def _parked(self, station: str, channel: str, reason: str) -> None:
        self._tell("office.intake.parked", station=station, channel=channel, reason=reason)

    def _say(self, key: str, **facts: object) -> None:
        """Tell a change of state; the same state again is not news."""
        if self._stands != key:
            self._stands = key
            self._tell(key, **facts)


class _Shift:
    """What is done on one connection. Numbers of messages mean nothing on another."""

    def __init__(self, line: "_Line", acceptance: Acceptance, on_commit: Callable[[], None]) -> None:
        self.begun = False
        self._line = line
        self._acceptance = acceptance
        self._on_commit = on_commit
        self._feeding: dict[int, Envelope] = {}
        self._fed: list[Envelope] = []
        self._feed_due = True
        self._feed_after = self._orders_after = 0.0

    def begin(self) -> None:
        self.begun = True
        self._line.subscribe()
        self._acceptance.forget_announced()

    def work(self, now: float) -> None:
        self._take_in()
        if self.begun:
            self._feed(now)
        if self.begun and now >= self._orders_after:
            self._orders_after = now + ORDERS_S
            self._post(self._acceptance.fresh_orders())

    def _take_in(self) -> None:
        """Commit first, then acknowledge, then answer."""
        arrivals = self._line.arrivals()
        if not arrivals:
            return
        letters = self._acceptance.take([arrival.message for arrival in arrivals])
        self._on_commit()
        for arrival in arrivals:
            self._line.acknowledge(arrival.number)
        self._post(letters)
        self._feed_due = True

    def _feed(self, now: float) -> None:
        """One batch at a time; an entry is done when the broker took its event, whether or not anyone listens."""
        for answer in self._line.acknowledged():
            entry = self._feeding.pop(answer.number, None)
            if entry is not None and answer.reason in (0, NO_SUBSCRIBER):
                self._fed.append(entry)
            elif entry is not None:
                self._feed_after = now + FEED_HOLD_S
        if self._feeding or not self._feed_due or now < self._feed_after:
            return
        if self._fed:
            self._acceptance.fed(self._fed)
            self._fed = []
        batch = self._acceptance.feed(FEED_AT_ONCE)
        self._feeding = {self._line.post(letter): entry for entry, letter in batch}
        self._feed_due = bool(batch)

    def _post(self, letters: list[Letter]) -> None:
        for letter in letters:
            self._line.post(letter)


class _Line:
    """One paho client for one connection."""

    def __init__(self, config: CountyConfig) -> None:
        self.greeted = False
        self.stands = True
        self.reason = ""
        self._config = config
        self._topics = Topics(config.county)
        self._arrivals: deque[Arrival] = deque()
        self._acknowledged: deque[Acknowledged] = deque()
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=INTAKE, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True
        )
        self._client.max_inflight_messages_set(FEED_AT_ONCE)
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
        host, port = self._config.broker_host, self._config.broker_port
        self._client.connect(host, port, keepalive=KEEPALIVE_S, clean_start=False, properties=properties)

    def wait(self) -> None:
        """Exchange packets: wait shortly for one, then take what else is there."""
        self._step(POLL_S)
        heard = 0
        while self.stands and heard < len(self._arrivals) < MOST_AT_ONCE:
            heard = len(self._arrivals)
            self._step(0.0)

    def arrivals(self) -> list[Arrival]:
        came = list(self._arrivals)
        self._arrivals.clear()
        return came

    def acknowledged(self) -> list[Acknowledged]:
        came = list(self._acknowledged)
        self._acknowledged.clear()
        return came

    def acknowledge(self, number: int) -> None:
        self._client.ack(number, 1)

    def subscribe(self) -> None:
        self._client.subscribe([(self._topics.of("+", channel), 1) for channel in ("up", "status", "want")])

    def post(self, letter: Letter) -> int:
        properties = _properties(PacketTypes.PUBLISH)
        properties.ContentType = letter.content_type
        if letter.deflated:
            properties.UserProperty = (ENCODING, DEFLATE)
        return self._client.publish(letter.topic, letter.payload, qos=1, properties=properties).mid

    def drop(self) -> None:
        self._client.disconnect()
        self.stands = False

    def _step(self, seconds: float) -> None:
        if (failed := self._client.loop(seconds)) != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self.stands = False
            self.reason = self.reason or failed.name

    def _on_connect(
        self, _client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self.greeted = not reason.is_failure
        self.reason = str(reason) if reason.is_failure else ""

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self.stands = False
        self.reason = self.reason or str(reason)

    def _on_publish(
        self, _client: Client, _data: Any, number: int, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._acknowledged.append(Acknowledged(number, reason.value))

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        deflated = (ENCODING, DEFLATE) in getattr(message.properties, "UserProperty", [])
        self._arrivals.append(Arrival(message.mid, Message(message.topic, bytes(message.payload), deflated)))


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]  # paho declares no types here
