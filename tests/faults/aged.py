"""After retention nothing of those whose time is over is left in any copy, and all that proves the log still does.

Signatures, tree and receipts are checked with code of our own, never the product's.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk import blobs, log
from kiosk.backup import Sources, back_up
from kiosk.clock import BEIJING, Clock
from kiosk.contract import read
from kiosk.housekeeping import Retiring
from kiosk.log import Writer
from kiosk.rebuild import compared, rebuild
from kiosk.record import Home, Record
from kiosk.retention import Retention
from kiosk.rules.messages import (
    EntryBody,
    GateCheck,
    Print,
    PrintOutcome,
    SampleTaken,
    SampleType,
    Scene,
    Subject,
    Voided,
)
from kiosk.trust import make_key, public_bytes
from tests.faults.haystack import Needles
from tests.faults.inspector import frames
from tests.support.bodies import COUNTY, County, Station, a_test
from tests.support.oversight import certificate
from ui.county.database import Arrived, Database
from ui.county.retention import carry_out, decide

STATION = "gasa-01"
BEGAN, NOW = datetime(2026, 11, 22, 9, 0, tzinfo=BEIJING), datetime(2029, 1, 10, 3, 0, tzinfo=BEIJING)
DAYS = 730
LOOKS = 5000  # small steps of the station's look are far fewer


@dataclass
class House:
    """A station's folders and its county's, without programs between them."""

    folder: Path
    county: County = field(default_factory=County)
    time: datetime = BEGAN

    def __post_init__(self) -> None:
        self.station: Station = self.county.enrol(STATION)
        self.office, self.box = self.folder / "county", self.folder / "box"
        (self.office / "keys").mkdir(parents=True)
        make_key(self.office / "keys" / "order.key")
        self.blobs = self.box / "blobs"
        self.blobs.mkdir(parents=True)
        for place in (self.office, self.box):
            (place / "trust.json").write_bytes(self.county.trust.bytes())
        (self.box / "synchronised").touch()
        self.home = Home(COUNTY, STATION, "0", self.box / "record.db", self.box / "up", self.box / "down")
        self.clock = Clock(BEGAN - timedelta(days=9), lambda: self.time, self.box / "synchronised")
        self.record = self.open()

    def open(self) -> Record:
        return Record(self.home, self.station.key, self.county.trust, self.clock)

    def exchange(self) -> None:
        """The county takes all that it has not got, and the station hears its receipt."""
        with closing(Database(self.office / "county.db")) as database:
            head = database.head(self.record.log)
            fresh = log.payloads(self.box / "up", 0 if head is None else head.through)
            arrived = [Arrived(STATION, read(payload)) for _, payload in fresh]
            taken = database.take(arrived, self.clock.now().text).heads[self.record.log]
            note = self.county.receipt(self.record.log, taken.through, taken.root, self.time)
            database.receipted(self.record.log, taken.through, note)
        with closing(Writer(self.box / "down" / "receipts")) as writer:
            writer.append(note.encode())
            writer.flush()
            writer.publish(writer.last)
        self.record.hear_receipts()

    def retire(self) -> int:
        """All that is due on both sides; how many entries the county took."""
        record, down = self.record, self.box / "down"
        looking = Retention(
            record.tables, lambda: record.last, self.blobs, down, lambda: self.county.trust, lambda: DAYS
        )
        retiring = Retiring(record, looking, self.clock, self.blobs)
        while any(retiring.tick() for _ in range(LOOKS)):
            continue
        where = self.office / "county.db"
        return carry_out(self.office, where, decide(self.office, where, self.time.date(), DAYS), "Li", self.clock.now())


def aged(folder: Path, people: int) -> tuple[Sequence[str], int]:
    """So many people long ago and as many now; what is wrong when the time of the first is over."""
    house = House(folder)
    old, young = [_names(nth, "慕容") for nth in range(people)], [_names(nth, "令狐") for nth in range(people)]
    _live(house, old)
    house.exchange()
    before = frames(house.box / "up")
    house.time = NOW
    _live(house, young)
    house.exchange()
    taken = house.retire()
    house.exchange()
    needles = Needles({"old": [word for one in old for word in one[:1]], "old phone": [one[1] for one in old]})
    present = Needles({"young": [one[0] for one in young]})
    wrong = [f"{taken} entries of {len(before) - 1} were taken"] if taken != len(before) - 1 else []
    wrong += _restarted(house)
    back_up(_sources(house), folder / "backup", lambda _: None)
    house.record.close()
    wrong += sorted(str(hit) for hit in needles.in_files(folder))
    wrong += [] if present.in_files(folder) else ["the search finds nobody"]
    wrong += _still_true(house, before)
    return wrong, needles.searched


def _names(nth: int, family: str) -> tuple[str, str]:
    """Name and telephone."""
    return f"{family}春花{nth:05}", f"1952{'8' if family == '慕容' else '7'}{nth:06}"


def _live(house: House, people: Sequence[tuple[str, str]]) -> None:
    for nth, (name, phone) in enumerate(people):
        for body in _turn(house, nth, name, phone):
            house.record.append(body)
        house.record.checkpoint()


def _turn(house: House, nth: int, name: str, phone: str) -> Iterator[EntryBody]:
    """What one turn leaves of a person, in every kind of entry that bears his name."""
    month, day = house.clock.now().text[:7], house.clock.now().text[:4]
    visit, number = f"v-{day}-{nth}", f"530427{day}{nth:06}X"
    capture = blobs.keep(house.blobs, month, f"operator {name}, {phone}".encode(), pack=nth % 2 == 0)
    someone = Subject(f"s-{nth}", "farmer", name, phone, "新平县")
    lot = f"L-{visit}"
    yield replace(a_test(subject=someone), visit=visit, run=f"r-{visit}", sample_code=visit, lot=lot, capture=capture)
    yield certificate(number=number, visit=visit, subject=someone, lot=lot)
    yield Print(number, 1, PrintOutcome.PRINTED, "x")
    yield Voided(number, "other", name, "taken_back", visit, f"{name} said so")
    at = house.clock.now().text
    yield SampleTaken(
        visit, SampleType.ROUTINE, Scene.RETAIL, someone.id, name, "tomato", lot, "新平县", at, "Wang",
        producer=name, producer_contact=phone,
    )  # fmt: skip
    yield _gate_check(at, name)


def _gate_check(at: str, name: str) -> GateCheck:
    return GateCheck(
        at, "Market", "12", name, "tomato", Decimal(1), "kg", "新平县", "none", "", "", "", "none", "refuse", "refuse",
        "", name, (),
    )  # fmt: skip


def _restarted(house: House) -> Iterator[str]:
    """A restart finds its record, and tables made anew from what is left are the same."""
    house.record.close()
    made = rebuild(house.home, house.station.key, house.county.trust)
    for difference in compared(house.home.tables, made.file):
        yield f"rebuilt tables differ: {difference}"
    for file in made.file.parent.glob(f"{made.file.name}*"):
        file.unlink()
    house.record = house.open()


def _sources(house: House) -> Sources:
    return Sources(house.home.up, house.home.down, house.home.tables, house.box / "trust.json", house.blobs)


def _still_true(house: House, before: Sequence[bytes]) -> Iterator[str]:
    now = frames(house.box / "up")
    public, leaves = public_bytes(house.station.key), []
    for nth, payload in enumerate(now, 1):
        table = json.loads(payload)
        header = json.dumps(table["header"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        leaves.append(header)
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(table["sig"]), header)
        except InvalidSignature:
            yield f"the signature of entry {nth} holds no more"
        if nth <= len(before) and (table["header"], table["sig"]) != _proof(before[nth - 1]):
            yield f"entry {nth} has another header"
        if 1 < nth <= len(before) and (table["body"], table["salt"]) != (None, None):
            yield f"entry {nth} still has its body"
    for note in frames(house.box / "down" / "receipts"):
        _, size, root = note.decode().partition("\n\n")[0].split("\n")
        if base64.b64decode(root) != _root(leaves[: int(size)]):
            yield f"the receipt for {size} entries is not of this log any more"


def _proof(payload: bytes) -> tuple[object, object]:
    table = json.loads(payload)
    return table["header"], table["sig"]


def _root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _root(leaves[:split]) + _root(leaves[split:])).digest()
