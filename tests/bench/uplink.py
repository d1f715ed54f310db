"""Entries on their way to the county: a backlog, and one live entry; real mosquitto, uplink and county run.

No proxy stands between them. The references are the same bytes from a bare paho client that stores nothing, to a
broker at which nobody listens.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from kiosk import log
from kiosk.clock import Clock, build_time
from kiosk.record import Home, Record
from kiosk.trust import read_trust
from kiosk.wire import MOST_ENTRIES, Topics, pack
from tests.bench.row import Row, milliseconds
from tests.faults.backlog import Backlog
from tests.faults.ground import Ground, ground
from tests.support.bodies import a_test
from tests.support.broker import COUNTY
from tests.support.waiting import came, let_pass

BACKLOG = 20_000
ROUNDS = 3
LIVE = 30
WITHIN = 300.0  # seconds
QUIET, AGAIN = 0.3, 0.002  # seconds before each live entry; between two looks for its receipt
STATION = "gasa-01"
PATIENT = ("resend", "reconnect", "keepalive")  # a bench of faults hurries these; here they are as delivered


def rows(entries: int | None) -> Iterator[Row]:
    yield from _drains(entries or BACKLOG)
    yield _live()


def _drains(entries: int) -> Iterator[Row]:
    ours, arrays, single = zip(*(_drained(entries) for _ in range(ROUNDS)), strict=True)
    name = f"uplink: drain of {entries} entries, receipted"
    yield Row(name, "1/s", ours, "paho publishing the same arrays", arrays)
    yield Row(name, "1/s", ours, "paho, a message for each entry", single)


def _drained(entries: int) -> tuple[float, float, float]:
    """Entries a second, from the uplink's READY=1 to the last receipt in the box; then those of the references."""
    with ground((STATION,)) as on:
        box = on.boxes[STATION]
        box.add(entries)
        on.start("broker")
        envelopes = [payload for _, payload in log.payloads(box.folder / "up")]
        references = [milliseconds(partial(_publish, on, said)) for said in (_arrays(envelopes), envelopes)]
        _start(on)
        ours = milliseconds(lambda: _await(lambda: _receipted(box) >= entries))
    arrays, single = references
    return entries / ours * 1000, entries / arrays * 1000, entries / single * 1000


def _live() -> Row:
    """From before the append, with its flushes, to the receipt that covers it; the line is quiet before each."""
    took, alone = [], []
    with ground((STATION,)) as on:
        on.start("broker")
        box = on.boxes[STATION]
        home = Home(COUNTY, STATION, "0", box.folder / "record.db", box.folder / "up", box.folder / "down")
        with closing(Record(home, box.key, read_trust(box.folder / "trust.json"), Clock(build_time()))) as record:
            envelope = record.append(a_test()).bytes()
            with closing(_Paho(on)) as paho:
                alone = [milliseconds(lambda: paho.publish([envelope])) for _ in range(LIVE)]
            _start(on)
            _await(lambda: _receipted(box) >= record.last)
            for _ in range(LIVE):
                let_pass(QUIET)
                took.append(milliseconds(lambda: _receipts(box, record)))
    return Row("live entry: append to receipt in the box", "ms", tuple(took), "bare paho, PUBACK", tuple(alone))


def _receipts(box: Backlog, record: Record) -> None:
    seq = record.append(a_test()).header.seq
    _await(lambda: _receipted(box) >= seq)


def _start(on: Ground) -> None:
    """Both straight to the broker; returns at the uplink's READY=1."""
    on.programs.liangzheng("county", "county", "run", "--config", str(on.broker.folder / "county.toml"))
    config = on.boxes[STATION].folder / "uplink.toml"
    lines = config.read_text("utf-8").replace(f"port = {on.line.port}\n", f"port = {on.broker.port}\n").splitlines()
    config.write_text("".join(f"{line}\n" for line in lines if not line.startswith(PATIENT)), "utf-8")
    on.start(STATION)


def _receipted(box: Backlog) -> int:
    """By the newest note, as the uplink has checked it."""
    notes = log.Tail(box.folder / "down" / "receipts")
    newest = notes.after(max(0, notes.through - 1), 1)
    return int(newest[0][1].split(b"\n")[1]) if newest else 0


def _await(condition: Callable[[], bool]) -> None:
    if not came(condition, WITHIN, AGAIN):
        raise TimeoutError(f"no receipt within {WITHIN:.0f} s")


# --- the reference ------------------------------------------------------------------------------------------------


def _arrays(envelopes: Sequence[bytes]) -> list[bytes]:
    """Packed as the uplink packs them."""
    packed, at = [], 0
    while at < len(envelopes):
        parcel = pack(envelopes[at : at + MOST_ENTRIES])
        packed.append(parcel.payload)
        at += parcel.count
    return packed


def _publish(on: Ground, payloads: Sequence[bytes]) -> None:
    with closing(_Paho(on)) as paho:
        paho.publish(payloads)


class _Paho:
    """The station's identity in a client as the library gives it."""

    def __init__(self, on: Ground) -> None:
        tls = on.boxes[STATION].folder / "tls"
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=STATION, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.tls_set(str(tls / "ca.pem"), str(tls / "client.pem"), str(tls / "client.key"))
        self._client.connect("localhost", on.broker.port)
        self._client.loop_start()
        _await(self._client.is_connected)

    def publish(self, payloads: Sequence[bytes]) -> None:
        """Until the broker has acknowledged all of them."""
        topic = Topics(COUNTY).of(STATION, "up")
        for message in [self._client.publish(topic, payload, qos=1) for payload in payloads]:
            message.wait_for_publish(WITHIN)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
