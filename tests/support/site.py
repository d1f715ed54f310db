"""A county office's folder and one box of it, without programs: the box joins, records, hears orders and receipts."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from kiosk.checkpoint import Checkpoint, sign_receipt
from kiosk.clock import Clock
from kiosk.contract import read
from kiosk.downward import Downward
from kiosk.enrolment import TrustFile, accept, prepare
from kiosk.live_trust import LiveTrust
from kiosk.order_checks import hindrance
from kiosk.predecessor import read_predecessor
from kiosk.record import Home, Record
from kiosk.rules.messages import Incident, OrderBody, OrderDone
from kiosk.succession import Places
from kiosk.trust import read_key
from kiosk.words import load_words
from tests.support.broker import COUNTY, DAY, county_config
from tests.support.line import NOON
from ui.county.commit import Arrived
from ui.county.database import Database
from ui.county.office import enrol, init_county
from ui.county.orders import Orders


class Site:
    def __init__(self, folder: Path, station: str = "gasa-01") -> None:
        self.county, self.station = folder / "county", station
        box = folder / station
        self.places = Places(box / "keys", box / "up", box / "down", box / "state")
        if not self.county.exists():
            init_county(county_config(self.county), DAY)
        self.orders = Orders(self.county)

    def join(self) -> None:
        self.accept(enrol(self.county, prepare(self.places.keys, COUNTY, self.station), DAY))

    def accept(self, bundle: bytes) -> None:
        accept(self.places.keys, bundle)
        self.places.state.mkdir(parents=True, exist_ok=True)

    def open(self) -> Record:
        home = Home(
            COUNTY,
            self.station,
            "0",
            self.places.state / "record.db",
            self.places.up,
            self.places.down,
            read_predecessor(self.places.keys),
        )
        clock = Clock(NOON - timedelta(days=1), lambda: NOON, self.places.state / "never")
        trust = LiveTrust(TrustFile(self.places.keys / "trust.json").now)
        key = read_key(self.places.keys / "station.key")
        return Record(home, key, trust, clock, hindrance=hindrance(load_words("en")))

    def downward(self) -> Downward:
        return Downward(self.places.down, COUNTY, self.station, TrustFile(self.places.keys / "trust.json"))

    def give(self, *orders: OrderBody, stream: str = "all") -> None:
        for order in orders:
            self.orders.give(stream, order, NOON)

    def hear(self, record: Record) -> list[OrderDone]:
        """Everything that the uplink lacks, and then what the station makes of it."""
        with closing(self.downward()) as down:
            down.orders(self.orders.after("all", down.want.all, 10_000))
            down.orders(self.orders.after(self.station, down.want.own, 10_000))
        heard: list[OrderDone] = []
        while some := record.obey():
            heard += some
        return heard

    def record_some(self, record: Record, count: int) -> None:
        for nth in range(count):
            record.append(Incident("printer", "printer.paper_out", {"nth": str(nth)}))

    def take(self, record: Record, count: int) -> None:
        """The county stores the first entries of the log."""
        entries = [read(record.tables.payload(seq) or b"") for seq in range(1, count + 1)]
        with closing(Database(self.county / "county.db")) as database:
            database.take([Arrived(self.station, entry) for entry in entries], NOON.isoformat())

    def receipt(self, record: Record, size: int) -> None:
        note = sign_receipt(
            Checkpoint(record.log, size, record.tables.root(size)),
            NOON,
            f"liangzheng/{COUNTY}/witness",
            read_key(self.county / "keys" / "witness.key"),
        )
        with closing(self.downward()) as down:
            down.receipt(note.encode(), record.log)
