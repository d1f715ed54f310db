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
from functools import cache
from typing import Any, Protocol

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from kiosk.clock import Clock
from kiosk.contract import Envelope
from kiosk.mqtt import exchange, hang_up, properties_of, tls_of
from kiosk.trust import read_key
from kiosk.wire import DEFLATE, ENCODING, MOST_MESSAGE, Backoff, Topics, draw
from ui.county.acceptance import Acceptance, Letter, Message, files_of
from ui.county.database import Database, Lost, Where
from ui.county.office import CountyConfig
from ui.county.seat import Seat
from ui.county.shares import Shares
from ui.county.witness import group_of

POLL_S = 0.05
ORDERS_S = 0.5  # how soon a new order is seen
DRAIN_S = 0.2  # how long a flood is let go at a stretch, before the next commit
GLANCE_S = 0.005
FLOOD_S = 60.0  # between two sentences about messages that were let go
FEED_AT_ONCE = 100
FEED_HOLD_S = 5.0
RECEIVE_MOST = 200  # unacknowledged messages that the broker may have with us
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
    """Raises OSError (of ssl too) or SealError when the county's folder cannot be used. `let_go`: see Shares."""

    def __init__(
        self,
        config: CountyConfig,
        database: Where,
        clock: Clock,
        tell: Tell,
        on_commit: Callable[[], None],
        seat: Seat | None = None,
    ) -> None:
        self._seat = seat or Seat()
        self._config = config
        self._database = database
        self._clock = clock
        self._tell = tell
        self._on_commit = on_commit
        self._stands = ""
        self.let_go: dict[str, int] = {}
        folder = config.folder
        key = read_key(folder / "keys" / "witness.key")
        self._files = files_of(folder, config.county, key)
        self._files.trust.now()
        self._group = group_of(key)
        tls, name = folder / "tls", self._seat.name
        self._tls = tls_of(tls / "ca.pem", tls / f"{name}.pem", tls / f"{name}.key")
        self._retry = Backoff(0.5, 15.0, draw)

    def run(self, stop: threading.Event) -> None:
        """Take in until `stop` is set; broker and database may come and go. Makes and owns the writing connection."""
        while not stop.is_set():
            try:
                self._work(stop)
            except Lost as lost:  # nothing was acknowledged: the broker, or the station, gives it again
                self._say("office.intake.database_lost", reason=lost)
                stop.wait(self._retry.next())

    def _work(self, stop: threading.Event) -> None:
        with closing(Database(self._database)) as database:
            acceptance = Acceptance(database, self._files, self._clock, self._tell)
            while not stop.is_set():
                self._visit(acceptance, stop)
                stop.wait(self._retry.next())

    def _visit(self, acceptance: Acceptance, stop: threading.Event) -> None:
        """One connection, from its first packet to its last."""
        line = _Line(self._config, self._seat, self._group)
        try:
            line.connect(self._tls)
        except OSError as absent:
            self._say("office.intake.lost", reason=absent)
            return
        shift = _Shift(line, acceptance, self._on_commit, self._flooded)
        with closing(line):
            while not stop.is_set() and line.stands:
                line.wait(0.0 if shift.waits else POLL_S)
                if line.greeted and not shift.begun:
                    self._retry.reset()
                    self._say("office.intake.connected", broker=self._config.broker_host)
                    shift.begin()
                shift.work(time.monotonic())
        if not stop.is_set():
            self._say("office.intake.lost", reason=line.reason)

    def _flooded(self, let_go: dict[str, int]) -> None:
        for station, count in let_go.items():
            self.let_go[station] = self.let_go.get(station, 0) + count
            self._tell("office.intake.flood", station=station, count=self.let_go[station])

    def _say(self, key: str, **facts: object) -> None:
        """Tell a change of state; the same state again is not news."""
        if self._stands != key:
            self._stands = key
            self._tell(key, **facts)


class _Shift:
    """What is done on one connection. Numbers of messages mean nothing on another."""

    def __init__(
        self,
        line: "_Line",
        acceptance: Acceptance,
        on_commit: Callable[[], None],
        on_flood: Callable[[dict[str, int]], None],
    ) -> None:
        self.begun = False
        self._line = line
        self._acceptance = acceptance
        self._on_commit = on_commit
        self._on_flood = on_flood
        self._shares = Shares(_weight)
        self._feeding: dict[int, Envelope] = {}
        self._fed: list[Envelope] = []
        self._feed_due = True
        self._feed_after = self._orders_after = self._flood_after = 0.0

    def begin(self) -> None:
        self.begun = True
        self._line.subscribe()
        self._acceptance.forget_announced()

    def work(self, now: float) -> None:
        self._take_in(now)
        if self.begun:
            self._feed(now)
            self._post(self._acceptance.due(now))
        if self.begun and now >= self._orders_after:
            self._orders_after = now + ORDERS_S
            self._post(self._acceptance.fresh_orders())
            if self._acceptance.witness_own():
                self._on_commit()
            self._feed_due = True  # another intake may have committed, or died while it carried the feed
        if self._shares.let_go and now >= self._flood_after:
            self._flood_after = now + FLOOD_S
            self._on_flood(self._shares.let_go)
            self._shares.let_go = {}

    @property
    def waits(self) -> bool:
        """Whether messages are here that were not taken yet: the line need not be waited for."""
        return self._shares.waits

    def _take_in(self, now: float) -> None:
        """Commit first, then acknowledge, then answer. What a station sends beyond its share is let go."""
        while self._let_go() and time.monotonic() < now + DRAIN_S:
            self._line.wait(GLANCE_S)  # what follows a flood in the broker's queue must not wait for our commits
        arrivals = self._shares.turn()
        if not arrivals:
            return
        letters = self._acceptance.take([arrival.message for arrival in arrivals], now)
        self._on_commit()
        for arrival in arrivals:
            self._line.acknowledge(arrival.number)
        self._post(letters)
        self._feed_due = True

    def _let_go(self) -> bool:
        """Share out what arrived; True when some of it was too much."""
        kept = True
        for arrival in self._line.arrivals():
            if not self._shares.add(arrival.message.topic.split("/")[-2], arrival):
                self._line.acknowledge(arrival.number)
                kept = False
        return not kept

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

    def __init__(self, config: CountyConfig, seat: Seat, group: str) -> None:
        self.greeted = False
        self.stands = True
        self.reason = ""
        self._config = config
        self._seat = seat
        self._group = group
        self._topics = Topics(config.county)
        self._arrivals: deque[Arrival] = deque()
        self._acknowledged: deque[Acknowledged] = deque()
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=seat.name, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True
        )
        self._client.max_inflight_messages_set(FEED_AT_ONCE)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message

    def connect(self, tls: ssl.SSLContext) -> None:
        """Raises OSError."""
        properties = properties_of(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = self._seat.session_s
        properties.ReceiveMaximum = RECEIVE_MOST
        properties.MaximumPacketSize = MOST_MESSAGE
        self._client.tls_set_context(tls)
        host, port = self._config.broker_host, self._config.broker_port
        self._client.connect(host, port, keepalive=KEEPALIVE_S, clean_start=False, properties=properties)

    def wait(self, seconds: float) -> None:
        """Exchange packets: wait this long for one, then take what else is there."""
        self._step(seconds)
        heard = 0
        while self.stands and heard < len(self._arrivals) < RECEIVE_MOST:
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
        self._client.unsubscribe(self._seat.left(self._topics, self._group))
        self._client.subscribe([(topic, 1) for topic in self._seat.filters(self._topics, self._group)])

    def post(self, letter: Letter) -> int:
        described = _described(letter.content_type, letter.deflated)
        return self._client.publish(letter.topic, letter.payload, qos=1, properties=described).mid

    def close(self) -> None:
        hang_up(self._client)
        self.stands = False

    def _step(self, seconds: float) -> None:
        try:
            failed = exchange(self._client, seconds).outcome
        except Exception as broken:  # noqa: BLE001  paho raises what its parser meets; no broker may end the intake
            failed = MQTTErrorCode.MQTT_ERR_PROTOCOL
            self.reason = self.reason or f"{type(broken).__name__}: {broken}"
        if failed != MQTTErrorCode.MQTT_ERR_SUCCESS:
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


def _weight(arrival: Arrival) -> int:
    return len(arrival.message.payload)


@cache
def _described(content_type: str, deflated: bool) -> Properties:
    """Properties of a message, made once of each kind: paho takes long over them."""
    properties = properties_of(PacketTypes.PUBLISH)
    properties.ContentType = content_type
    if deflated:
        properties.UserProperty = (ENCODING, DEFLATE)
    return properties
