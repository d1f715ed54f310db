"""Keeps a line to the county for as long as the program runs: visits the broker, goes, comes back. No paho here."""

import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kiosk.blob_lane import BlobLane
from kiosk.clock import Clock
from kiosk.courier import Courier, Tell
from kiosk.downward import Downward
from kiosk.enrolment import TrustFile
from kiosk.kept_blobs import KeptBlobs
from kiosk.line import POLL_S, Acknowledged, Ends, Event, Greeted, Line, Message
from kiosk.line_trouble import Manners, Trouble, of_error
from kiosk.log import Tail
from kiosk.mqtt import tls_of
from kiosk.upward import Upward
from kiosk.wire import Backoff, Code, draw

AWAY_GROWS = 12  # times away_s is the longest absence


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
    blobs: Path | None = Field(None, description="folder of captures and photographs; only read, none when not given")
    resend_s: Annotated[float, Field(gt=0, description="seconds without a receipt until entries travel again")] = 60.0
    resend_most_s: Annotated[float, Field(gt=0, description="the same after many attempts")] = 900.0
    reconnect_s: Annotated[float, Field(gt=0, description="seconds until a lost broker is tried again")] = 1.0
    reconnect_most_s: Annotated[float, Field(gt=0, description="the same after many attempts")] = 60.0
    steady_s: Annotated[float, Field(gt=0, description="seconds that a line must stand to count as good")] = 60.0
    away_s: Annotated[float, Field(gt=0, description="seconds to stay away when another box has our name")] = 300.0
    keepalive_s: Annotated[int, Field(ge=5, le=300, description="seconds of silence until the line is tested")] = 30


class Uplink:
    """Raises OSError (of ssl too) when its certificates cannot be used."""

    def __init__(self, config: UplinkConfig, clock: Clock, tell: Tell) -> None:
        self._config = config
        self._clock = clock
        self._tell = tell
        self._tls = tls_of(config.ca, config.certificate, config.key)
        self._manners = Manners(
            Backoff(config.reconnect_s, config.reconnect_most_s, draw),
            Backoff(config.away_s, config.away_s * AWAY_GROWS, draw),
            config.steady_s,
        )

    def run(self, stop: threading.Event) -> None:
        """Carry until `stop` is set; the broker and up/ may come and go.

        Raises kiosk.log.LogError, kiosk.trust.SealError or OSError when our own files cannot be used.
        """
        with ExitStack() as open_files:
            courier = courier_of(self._config, self._clock, self._tell, open_files)
            while not stop.is_set():
                trouble = self._visit(courier, stop)
                stop.wait(self._manners.pause(trouble))

    def _visit(self, courier: Courier, stop: threading.Event) -> Trouble | None:
        """One connection, from its first packet to its last."""
        line = Line(self._ends(), courier.report("offline"))
        try:
            line.connect(self._tls)
        except OSError as absent:
            return self._lost(courier, of_error(absent))
        began = time.monotonic()
        while not stop.is_set() and line.stands:
            line.wait(POLL_S)
            for event in line.events():
                self._take(event, courier, line)
            if line.greeted and line.stands:
                self._post(courier, line)
                self._manners.stood(time.monotonic() - began)
        if stop.is_set() and line.greeted and line.stands:
            line.leave(courier.report("offline"))
            return None
        line.drop()
        return self._lost(courier, line.trouble or Trouble("uplink.lost", "-"))

    def _take(self, event: Event, courier: Courier, line: Line) -> None:
        match event:
            case Greeted(most):
                line.subscribe()
                courier.once("line", "uplink.connected", broker=self._config.broker_host)
                courier.greeted(most)
            case Acknowledged(message, accepted, reason):
                courier.answered(message, accepted, reason, time.monotonic())
            case Message(channel, payload, deflated):
                courier.heard(channel, payload, deflated, time.monotonic())

    def _post(self, courier: Courier, line: Line) -> None:
        for letter in courier.letters(time.monotonic()):
            courier.posted(letter, line.post(letter), time.monotonic())

    def _lost(self, courier: Courier, trouble: Trouble) -> Trouble:
        config = self._config
        facts = {"broker": config.broker_host, "port": config.broker_port, "station": config.station}
        courier.once("line", trouble.key, reason=trouble.reason, time=self._clock.now().text, **facts)
        return trouble

    def _ends(self) -> Ends:
        config = self._config
        return Ends(config.county, config.station, config.broker_host, config.broker_port, config.keepalive_s)


def courier_of(config: UplinkConfig, clock: Clock, tell: Tell, open_files: ExitStack) -> Courier:
    """A courier for this box's folders; `open_files` closes down/ again.

    Raises kiosk.log.LogError, kiosk.trust.SealError or OSError when they cannot be used.
    """
    trust = TrustFile(config.trust)
    trust.now()
    downward = Downward(config.down, config.county, config.station, trust)
    open_files.callback(downward.close)
    blobs = None
    if config.blobs is not None:
        kept = KeptBlobs(config.down / "kept", trust)
        open_files.callback(kept.close)
        blobs = BlobLane(config.blobs, kept, Backoff(config.resend_s, config.resend_most_s, draw))
    upward = Upward(Backoff(config.resend_s, config.resend_most_s, draw))
    return Courier(Tail(config.up), downward, upward, clock, tell, blobs)
