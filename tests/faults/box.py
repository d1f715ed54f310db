"""The record's side of a box at work, on the real code and real folders: turns, papers, uplink, orders, receipts.

No devices and no network: a line on `out` is the printer's first byte, the person's screen or the county's ear.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import log, record
from kiosk.clock import Clock, system_time
from kiosk.downward import Downward
from kiosk.enrolment import TrustFile
from kiosk.log import Tail
from kiosk.record import Home, Record
from kiosk.rules.messages import (
    Card,
    CardRevoked,
    Certificate,
    CertificateRevoked,
    EntryBody,
    OrderBody,
    Print,
    PrintOutcome,
    SubjectsUpsert,
)
from kiosk.rules.scan.numbers import RANDOM_BYTES, certificate_number
from kiosk.tables import open_tables
from kiosk.wire import MOST_ENTRIES, pack
from tests.faults.promises import speak
from tests.support.bodies import COUNTY, FARMER, START, County, Station, a_print, a_test

STATION = "gasa-01"
Say = Callable[..., None]
Flush = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """`mode`: sound, or one of the two ways to be wrong that must be found out: lazy, early."""

    seed: int = 1
    turns: int = 5
    mode: str = "sound"
    sessions: int = 1  # starts of the station; the turns are shared out among them
    segment_bytes: int = 24_000  # a new segment every few turns
    fold_every: int = 3  # turns between two checkpoints of the write-ahead log
    orders: bool = True  # the county gives some


@dataclass(frozen=True, slots=True)
class Site:
    """A station's folders, its key and the county that it belongs to: the same ones in every run."""

    folder: Path

    @property
    def county(self) -> County:
        return _COUNTY

    @property
    def key(self) -> Ed25519PrivateKey:
        return _STATION.key

    @property
    def home(self) -> Home:
        return Home(COUNTY, STATION, "0", self.folder / "record.db", self.folder / "up", self.folder / "down")

    def make(self) -> None:
        for name in ("up", "down", "down/all", "down/own", "down/receipts"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "trust.json").write_bytes(_TRUST.bytes())

    def clock(self) -> Clock:
        """That of the machine; nothing vouches for it."""
        return Clock(START - timedelta(days=1), system_time, self.folder / "never")

    def open(self, flush: Flush = os.fdatasync, clock: Clock | None = None) -> Record:
        """Raises RecordError or LogError."""
        return Record(self.home, self.key, _TRUST, clock or self.clock(), flush)

    def uplink(self) -> Downward:
        return Downward(self.home.down, COUNTY, STATION, TrustFile(self.folder / "trust.json"))


_COUNTY = County()
_STATION: Station = _COUNTY.enrol(STATION)
_TRUST = _COUNTY.trust
_PAPER = _STATION.certificate()


class Box:
    """A station and its uplink in one program. What `say` was told is promised."""

    def __init__(
        self, site: Site, plan: Plan, say: Say, flush: Flush = os.fdatasync, clock: Clock | None = None
    ) -> None:
        self.clock = clock or site.clock()
        self.record = site.open(flush, self.clock)
        self._site = site
        self._plan = plan
        self._say = say
        self._downward = site.uplink()
        self._tail = Tail(site.home.up)
        self._said_since(0 if self.record.last == 1 else self.record.last)

    def work(self, turns: int) -> None:
        self.take_up()
        for nth in range(turns):
            self.turn()
            self.exchange(give=self._plan.orders and nth % 2 == 0)
            if nth % self._plan.fold_every == self._plan.fold_every - 1:
                self.record.checkpoint()

    def turn(self) -> None:
        visit = f"v-{self.record.last + 1}"
        test = replace(a_test(), visit=visit, run=f"r-{visit}")
        self.move(visit, "testing", f'{{"run":"{visit}"}}', test)
        number = number_of(self.record.last + 1)
        day = self.clock.now().text[:10]
        paper = replace(_PAPER, number=number, visit=visit, tests=(self.record.last,), date=day)
        self.move(visit, "printing", None, paper)
        self.printed(visit, number)
        self.record.close_visit(visit)
        self._say("closed", visit)

    def printed(self, visit: str, number: str) -> None:
        self._say("paper", number, 1)
        self.move(visit, "done", None, a_print(number))

    def exchange(self, *, give: bool, at: datetime | None = None) -> None:
        """The uplink sends what is new; the county answers with a receipt, and now and then with an order."""
        self._send(at)
        if give:
            want = self._downward.want
            since = {"all": want.all, "own": want.own}
            self._downward.orders([order(stream, since[stream] + nth) for stream in since for nth in (1, 2)])
            self._say("have", self._downward.want.all, self._downward.want.own)
        self._obey()
        heard = self.record.hear_receipts()
        if heard is not None:
            self.clock.heard_county(heard.time)
            self._say("receipt", heard.checkpoint.size)

    def close(self) -> None:
        self._downward.close()
        self.record.close()

    def _send(self, at: datetime | None) -> None:
        before, through = self._downward.through(self.record.log), self._tail.through
        while before < through:
            found = self._tail.after(before, MOST_ENTRIES)
            parcel = pack([payload for _, payload in found])
            for seq, payload in found[: parcel.count]:
                self._say("sent", seq, digest(payload))
            before += parcel.count
        root = self.record.tables.root(through)
        note = self._site.county.receipt(self.record.log, through, root, at or START + timedelta(seconds=through))
        self._downward.receipt(note.encode(), self.record.log)

    def _obey(self) -> None:
        while done := self.record.obey():
            self._said_since(self.record.last - len(done))
            for one in done:
                self._say("obeyed", one.stream, one.seq)

    def move(self, visit: str, state: str, run: str | None, body: EntryBody) -> None:
        envelope = self.record.append(body, (visit, f'"{state}"', run))
        self._say("entry", envelope.header.seq, digest(envelope.bytes()))
        self._say("visit", visit, state)

    def _said_since(self, seq: int) -> None:
        for at in range(seq + 1, self.record.last + 1):
            self._say("entry", at, digest(self.record.tables.payload(at) or b""))

    def take_up(self) -> None:
        """After a restart: what came out of the printer nobody knows."""
        for visit, state, _ in self.record.tables.open_visits():
            if state == '"printing"':
                number = _number_in(self.record, visit)
                self.move(visit, "done", None, Print(number, 1, PrintOutcome.UNKNOWN, "restart"))
            else:
                self.record.save_visit(visit, '"done"', None)
                self._say("visit", visit, "done")
            self.record.close_visit(visit)
            self._say("closed", visit)


def _number_in(kept: Record, visit: str) -> str:
    bodies = [kept.read(seq) for seq in range(max(1, kept.last - 20), kept.last + 1)]
    return next(body.number for body in bodies if isinstance(body, Certificate) and body.visit == visit)


def number_of(seq: int) -> str:
    return certificate_number(COUNTY, hashlib.sha256(f"number {seq}".encode()).digest()[:RANDOM_BYTES])


def order(stream: str, seq: int) -> bytes:
    """Order `seq` of a stream: the same bytes whenever it is asked for."""
    body: OrderBody
    if stream == "own":
        body = CertificateRevoked(f"no such {seq}", "printed by mistake")
    elif seq % 2:
        body = SubjectsUpsert((replace(FARMER, id=f"u{seq}"),), (Card(f"c{seq}", f"u{seq}"),))
    else:
        body = CardRevoked(f"c{seq - 1}", "lost")
    return _COUNTY.give("all" if stream == "all" else STATION, seq, body).bytes()


def digest(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()


# --- the ways to work ---------------------------------------------------------------------------------------------


@contextmanager
def prepared(plan: Plan, out: int) -> Iterator[Flush]:
    """Give the flush of this mode. A wrong mode changes this process for good: it is a child's."""
    log.SEGMENT_BYTES = plan.segment_bytes
    if plan.mode == "sound":
        yield os.fdatasync
    elif plan.mode == "early":
        yield lambda handle: _early(handle, out)
    else:
        _make_lazy()
        yield lambda _: None


def _make_lazy() -> None:
    def lazy(file: Path) -> sqlite3.Connection:
        connection = open_tables(file)
        connection.execute("pragma synchronous = normal")
        return connection

    vars(record)["open_tables"] = lazy  # the record's own name for it


def _early(handle: int, out: int) -> None:
    """Says that the entry is durable, and only then makes it so."""
    data = os.pread(handle, os.fstat(handle).st_size, 0)
    payload = last_frame(data)
    if payload:
        speak(out, "entry", json.loads(payload)["header"]["seq"], digest(payload))
    os.fdatasync(handle)


def last_frame(data: bytes) -> bytes:
    at, payload = 8, b""
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        payload, at = data[at + 8 : at + 8 + size], at + 8 + size
    return payload


def worked(site: Site, plan: Plan, out: int) -> None:
    """All sessions of a plan, one after the other."""

    def say(*words: object) -> None:
        speak(out, *words)

    with prepared(plan, out) as flush:
        for session in range(plan.sessions):
            box = Box(site, plan, say, flush)
            box.work(plan.turns // plan.sessions + (session < plan.turns % plan.sessions))
            box.close()
