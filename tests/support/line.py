"""Both ends of the wire for tests: a box that writes its log and carries it, a county that takes it in."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as paho
from paho.mqtt.client import MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from kiosk.checkpoint import Receipt, open_receipt
from kiosk.clock import BEIJING, Clock
from kiosk.contract import Envelope, key_id, write
from kiosk.log import Tail, Writer
from kiosk.mqtt import hang_up, properties_of, tls_of
from kiosk.rules.messages import EntryBody, Incident
from kiosk.trust import public_bytes, read_key, read_trust
from kiosk.uplink import Uplink, UplinkConfig
from kiosk.wire import DEFLATE, ENCODING
from tests.support.broker import PATIENCE_S, RunningBroker
from tests.support.waiting import wait_for
from ui.county.database import Absent, envelope_of, open_reader
from ui.county.intake import Intake

AHEAD = 100  # messages of a flood that the broker has not answered
NOON = datetime(2026, 11, 22, 12, tzinfo=BEIJING)


def noon_clock(later_s: int = 0) -> Clock:
    at = NOON + timedelta(seconds=later_s)
    return Clock(at, read=lambda: at)


class Told:
    """Collects what a program says of itself."""

    def __init__(self) -> None:
        self.said: list[tuple[str, dict[str, object]]] = []

    def __call__(self, key: str, **facts: object) -> None:
        self.said.append((key, facts))

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.said]


class Running:
    """Something with `run(stop)` in a thread of its own; a failure in it is raised when it is stopped."""

    def __init__(self, run: Callable[[threading.Event], None]) -> None:
        self._stop = threading.Event()
        self._failed: list[BaseException] = []
        self._run = run
        self._thread = threading.Thread(target=self._guarded)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_S)
        if self._thread.is_alive():
            raise AssertionError("does not stop")
        if self._failed and error is None:
            raise self._failed[0]

    def _guarded(self) -> None:
        try:
            self._run(self._stop)
        except BaseException as failed:  # noqa: BLE001  handed to the test's own thread
            self._failed.append(failed)


class Box:
    """An enrolled station: writes entries to up/ as the record does, and reads down/."""

    def __init__(self, folder: Path, broker: RunningBroker, station: str) -> None:
        self.folder = folder
        self.station = station
        self.broker = broker
        self.key = read_key(folder / "station.key")
        self.log = key_id(public_bytes(self.key))
        self.told = Told()
        self.up, self.down = folder / "up", folder / "down"

    def write(self, *bodies: EntryBody) -> None:
        writer = Writer(self.up)
        for body in bodies:
            writer.append(self.sign(writer.last + 1, body).bytes())
        writer.flush()
        writer.publish(writer.last)
        writer.close()

    def sign(self, seq: int, body: EntryBody) -> Envelope:
        time = NOON.isoformat(timespec="milliseconds")
        return write(body, log=self.log, seq=seq, time=time, clock="ntp", salt=secrets.token_bytes(16), key=self.key)

    def config(self, **changes: Any) -> UplinkConfig:
        tls = self.folder / "tls"
        facts: dict[str, Any] = {
            "county": self.broker.config.county,
            "station": self.station,
            "broker_host": "localhost",
            "broker_port": self.broker.port,
            "ca": tls / "ca.pem",
            "certificate": tls / "client.pem",
            "key": tls / "client.key",
            "trust": self.folder / "trust.json",
            "up": self.up,
            "down": self.down,
            "resend_s": 0.5,
            "resend_most_s": 2.0,
            "reconnect_s": 0.1,
            "reconnect_most_s": 0.5,
        }
        return UplinkConfig.model_validate(facts | changes)

    def uplink(self, **changes: Any) -> Running:
        return Running(Uplink(self.config(**changes), noon_clock(), self.told).run)

    def receipts(self) -> list[Receipt]:
        """What came down, checked as the station checks it."""
        trust = read_trust(self.folder / "trust.json")
        found = Tail(self.down / "receipts").after(0, 10_000)
        return [open_receipt(note.decode(), trust) for _, note in found]

    def receipted(self) -> int:
        """How far the newest one reaches; cheap however many came."""
        found = Tail(self.down / "receipts").after(0, 10_000)
        if not found:
            return 0
        return open_receipt(found[-1][1].decode(), read_trust(self.folder / "trust.json")).checkpoint.size

    def orders(self, stream: str) -> list[bytes]:
        return [order for _, order in Tail(self.down / stream).after(0, 10_000)]


class CountyEnd:
    """The intake of a county and what it has stored."""

    def __init__(self, broker: RunningBroker, database: str = "county.db") -> None:
        self.broker = broker
        self.database = broker.folder / database
        self.told = Told()
        self.commits = 0
        self.at = 0  # seconds after noon

    def intake(self) -> Running:
        return Running(Intake(self.broker.config, self.database, noon_clock(self.at), self.told, self._committed).run)

    def entries(self, log: str) -> list[Envelope]:
        return [envelope_of(row) for row in self._rows("select * from entry where log = ? order by seq", log)]

    def has(self, log: str, seq: int) -> bool:
        """Whether it has stored this entry; cheap however many there are."""
        return bool(self._rows("select 1 from entry where log = ? and seq = ?", log, seq))

    def parked(self) -> list[tuple[str, str]]:
        return [(row["topic"], row["reason"]) for row in self._rows("select topic, reason from parked")]

    def statuses(self) -> dict[str, bool]:
        return {row["station"]: bool(row["online"]) for row in self._rows("select station, online from station")}

    def _rows(self, query: str, *facts: object) -> list[Any]:
        """Empty while the intake has not made its database."""
        try:
            sql = open_reader(self.database)
        except Absent:
            return []
        try:
            return sql.execute(query, facts).fetchall()
        finally:
            sql.close()

    def _committed(self) -> None:
        self.commits += 1


def incidents(count: int, problem: str = "printer.paper_out") -> list[EntryBody]:
    return [Incident("printer", problem, {"nth": str(nth)}) for nth in range(count)]


class Client:
    """Any MQTT client with a certificate of the county: what it says is answered by a reason, what it hears is kept."""

    def __init__(self, broker: RunningBroker, tls: Path, name: str = "client", client_id: str = "") -> None:
        self.heard: list[MQTTMessage] = []
        self.reasons: dict[int, str] = {}
        self._posted = self._answered = 0
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id or name,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        self._client.tls_set_context(tls_of(tls / "ca.pem", tls / f"{name}.pem", tls / f"{name}.key"))
        self._client.on_message = lambda _client, _data, message: self.heard.append(message)
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = self._on_subscribe
        self._client.connect("localhost", broker.port, clean_start=True)
        self._client.loop_start()
        wait_for(self._client.is_connected, "connection of a client")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.loop_stop()
        hang_up(self._client)

    def subscribe(self, *topics: str) -> None:
        _, number = self._client.subscribe([(topic, 1) for topic in topics])
        wait_for(lambda: number in self.reasons, "SUBACK")

    def publish(self, topic: str, payload: bytes, *, deflated: bool = False, retain: bool = False) -> str:
        """The broker's reason code, in words."""
        number = self._send(topic, payload, deflated, retain)
        wait_for(lambda: number in self.reasons, "PUBACK")
        return self.reasons[number]

    def post(self, topic: str, payload: bytes, *, deflated: bool = False) -> None:
        """As fast as the line takes it: up to AHEAD messages wait for their PUBACK."""
        self._posted += 1
        self._send(topic, payload, deflated, retain=False)
        wait_for(lambda: self._posted - self._answered < AHEAD, "PUBACK")

    def _send(self, topic: str, payload: bytes, deflated: bool, retain: bool) -> int:
        properties = properties_of(PacketTypes.PUBLISH)
        if deflated:
            properties.UserProperty = (ENCODING, DEFLATE)
        return self._client.publish(topic, payload, qos=1, retain=retain, properties=properties).mid

    def _on_publish(self, _client: object, _data: object, number: int, reason: ReasonCode, _facts: object) -> None:
        self.reasons[number] = str(reason)
        self._answered += 1

    def _on_subscribe(
        self, _client: object, _data: object, number: int, reasons: list[ReasonCode], _facts: object
    ) -> None:
        self.reasons[number] = str(reasons[0])
