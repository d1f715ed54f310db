"""A station from what its scanner tells up to its open visit, with a real record, and whom each good code is for."""

import base64
import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from drivers.scanner.wire import Seen, text_of
from kiosk import log
from kiosk.arriving import Arriving
from kiosk.clock import Clock
from kiosk.collecting import Collecting
from kiosk.entrance import Entrance, Known
from kiosk.open_visit import OpenVisit
from kiosk.pictures import Pictures
from kiosk.record import Home, Record
from kiosk.rules.messages import (
    Basis,
    Card,
    CardRevoked,
    CertificateRevoked,
    Incoming,
    OrderBody,
    Subject,
    SubjectsUpsert,
)
from kiosk.rules.scan.identifiers import credit_check
from kiosk.rules.scan.numbers import card_number, certificate_number
from kiosk.rules.settings import Proof
from kiosk.rules.visits import arrival
from kiosk.rules.visits.turn import Stage, Visit
from kiosk.scanning import Scanning
from kiosk.seal import CardCode, CertificateCode, link, seal_card, seal_certificate
from kiosk.tries import Tries
from tests.fuzz.target import Broken
from tests.support.bodies import COUNTY, FARMER, HOST, START, County, Station
from tests.support.law import PACKS, law

CREDIT = "93530427MA6N00009"
CREDIT += credit_check(CREDIT)
COOPERATIVE = Subject("s-0003", "cooperative", "Gasa", "13700001234", "Xinping", region=COUNTY, code=CREDIT)
BUYER = Subject("s-0002", "buyer", "Wang", "13900004321", "Yuxi", region=COUNTY)
CARDS = (("K-1", FARMER.id), ("K-2", BUYER.id), ("K-3", COOPERATIVE.id), ("K-7", BUYER.id), ("K-8", "s-unlisted"))
LOST = "K-7"
NUMBERS = tuple(card_number(bytes([nth]) * 8) for nth in range(3))  # of the first two subjects, and a lost one
PAPERS = tuple(certificate_number(COUNTY, bytes([nth]) * 7) for nth in range(3))
VOID = PAPERS[2]
TOKEN = re.compile(rb"[A-Z2-7]+(?=[ \t\r\n]*\Z)")
SPELLED = re.compile(rf"(\][A-Z][0-9A-Z])?{CREDIT}")


class Door:
    """`cards` and `papers`: links that were never damaged, and their sealed payloads."""

    def __init__(self) -> None:
        self._place = TemporaryDirectory(prefix="liangzheng-fuzz-")
        folder, county = Path(self._place.name), County()
        station = county.enrol("gasa")
        listed = {one.id: one for one in (FARMER, BUYER, COOPERATIVE)}
        codes = [CardCode(card, holder, "x", START.date()) for card, holder in CARDS]
        self.cards = {seal_card(one, county.card): listed.get(one.subject_id) for one in codes if one.card != LOST}
        self.cards |= {seal_card(one, county.card): None for one in codes if one.card == LOST}
        self.papers = {
            seal_certificate(_certificate(number, station.log), station.key, HOST): number for number in PAPERS
        }
        self._record = _record(folder, county, station)
        self._entrance = Entrance(county.trust, self._record.tables)
        self._rules, self._nth = law(proof=Proof.NONE), count(1)
        self._open = OpenVisit(self._record, lambda _: self._rules, lambda _: None)
        pictures = Pictures(lambda _: b"", folder, lambda: "2026-11")
        collecting = Collecting(self._open, self._entrance.trust, lambda: PACKS.wordings, PACKS.products, pictures)
        arriving, proves = Arriving(self._open, self._entrance, Tries(self._record)), self._entrance.proves
        self._scanning = Scanning(self._open, arriving, collecting, proves, lambda _: None, lambda: None)

    @property
    def links(self) -> tuple[bytes, ...]:
        return tuple(
            link(HOST, room, one).encode() for room, all_ in (("K", self.cards), ("C", self.papers)) for one in all_
        )

    def lets_in(self, payload: bytes, decoder: str) -> bool:
        """Nobody is there; whether this opened a visit."""
        before = self._open.visit = Visit(f"v-{next(self._nth)}")
        if decoder != "gun":
            self._tell(payload, 1, decoder)
            if self._open.visit != before and _token(payload) not in {*self.cards, *self.papers}:
                raise Broken("one read of what proves nothing did something")
        self._tell(payload, 2, decoder)
        subject = self._open.visit.subject
        if (subject is None) != (self._open.stage is Stage.IDLE):
            raise Broken(f"somebody or nobody stands at {self._open.stage}")
        if subject != self._right(payload) and (subject is not None or payload in self.links):
            raise Broken(f"it opens for {subject and subject.id}")
        self._record.close_visit(before.id)
        return subject is not None

    def collects(self, payload: bytes) -> bool:
        """A buyer whom nobody has seen before shows it as a paper; whether it was kept as a verified one."""
        nth = next(self._nth)
        buyer, recorded = replace(BUYER, id=f"b-{nth}"), self._record.last
        self._open.visit = arrival.card_shown(Visit(f"v-{nth}"), self._rules, buyer, "K-2", first_use=True)
        for reads in (1, 2):
            self._tell(payload, reads, "zxing")
        visit = self._open.visit
        if visit.stage is not Stage.BASKET or visit.subject != buyer:
            raise Broken("a paper ends the turn, or makes it somebody else's")
        if not len(visit.basket) == self._record.last - recorded <= 1:
            raise Broken("what is in the basket is not what was recorded")
        self._record.close_visit(visit.id)
        return any(self._verified(self._record.read(one.seq), payload) for one in visit.basket)

    def numbered(self, digits: str) -> bool:
        known = self._entrance.numbered(digits)
        if (
            isinstance(known, Known)
            and dict(zip(NUMBERS, (FARMER, COOPERATIVE), strict=False)).get(digits) != known.subject
        ):
            raise Broken(f"a number opens for {known.subject.id}")
        return isinstance(known, Known)

    def proves(self, payload: bytes) -> bool:
        proved = self._entrance.proves(payload)
        if proved and _token(payload) not in {*self.cards, *self.papers}:
            raise Broken("what we never sealed proves itself")
        if not proved and payload in self.links:
            raise Broken("what we sealed does not prove itself")
        return proved

    def _verified(self, kept: object, payload: bytes) -> bool:
        if not isinstance(kept, Incoming) or kept.number == VOID:
            raise Broken("a void paper is kept")
        if kept.verified != (_token(payload) in self.papers):
            raise Broken("verified is what nobody sealed, or sealed is what is not verified")
        if kept.verified and kept.number != self.papers[_token(payload)]:
            raise Broken("one paper is taken for another")
        return kept.verified

    def _tell(self, payload: bytes, reads: int, decoder: str) -> None:
        self._scanning.seen(Seen(payload, "QRCode", decoder, reads=reads, showing=1))

    def _right(self, payload: bytes) -> Subject | None:
        """Whom it may open for: the same sealed bytes are the same card, however the link about them is spelled."""
        text = unicodedata.normalize("NFKC", text_of(payload) or "").upper()
        if SPELLED.fullmatch("".join(text.split())):
            return COOPERATIVE
        return self.cards.get(_token(payload))


def _record(folder: Path, county: County, station: Station) -> Record:
    home = Home(COUNTY, "gasa", "0", folder / "record.db", folder / "up", folder / "down")
    holders = (FARMER.id, COOPERATIVE.id, BUYER.id)
    cards = tuple(Card(number, holder) for number, holder in zip(NUMBERS, holders, strict=True))
    lost = (CardRevoked(LOST, "lost"), CardRevoked(NUMBERS[2], "lost"), CertificateRevoked(VOID, "void"))
    _bring(county, home, SubjectsUpsert((FARMER, BUYER, COOPERATIVE), cards), *lost)
    clock = Clock(START - timedelta(days=1), lambda: START, folder / "never")
    record = Record(home, station.key, county.trust, clock, flush=lambda _: None)
    record._sql.execute("pragma synchronous = off")  # nothing of it outlives us
    record.obey()
    return record


def _bring(county: County, home: Home, *orders: OrderBody) -> None:
    writer = log.Writer(home.down / "all")
    for order in orders:
        writer.append(county.give("all", writer.last + 1, order).bytes())
    writer.flush()
    writer.publish(writer.last)
    writer.close()


def _certificate(number: str, log_id: str) -> CertificateCode:
    product, day = PACKS.products["cowpea"].names["zh"], START.date()
    basis, amount, text = (Basis.CONTROL,), Decimal(100), "cd" * 32
    return CertificateCode(number, 1, "Li", "s-0009", product, amount, "kg", "Xinping", day, basis, (), log_id, text)


def _token(payload: bytes) -> bytes:
    """The sealed bytes at the end of a link, by another reader of base32 than the station's; b"" for none."""
    found = TOKEN.search(payload)
    try:
        return b"" if found is None else base64.b32decode(found[0] + b"=" * (-len(found[0]) % 8))
    except ValueError:
        return b""
