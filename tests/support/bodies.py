"""Example bodies and signed envelopes for tests: a station that writes a log, with real keys and a real county root."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import contract
from kiosk.checkpoint import Checkpoint, sign_receipt
from kiosk.clock import BEIJING
from kiosk.contract import Envelope, Header, key_id
from kiosk.rules.messages import (
    Basis,
    Certificate,
    Device,
    EntryBody,
    Measured,
    Opened,
    OrderBody,
    Outcome,
    Presence,
    Print,
    PrintOutcome,
    SampleType,
    Scene,
    Subject,
    Test,
    Verdict,
)
from kiosk.rules.scan.numbers import certificate_number
from kiosk.rules.testing.assay import shown
from kiosk.seal import CertificateCode, TestSummary, seal_certificate
from kiosk.trust import Grant, Revoked, Trust, Use, granted, public_bytes, revoked

COUNTY = "530427"
HOST = "lz.example.cn"
START = datetime(2026, 11, 22, 9, 30, tzinfo=BEIJING)
SALT = bytes(contract.SALT_BYTES)
FARMER = Subject(
    id="s-0001", kind="farmer", name="李秀英", contact="13800001234", origin="云南省玉溪市新平县戛洒镇", region="530427"
)
RESIDUE_TESTER = Device(
    profile="dayuan-tl310", revision=1, digest="ab" * 32, model="TL-310", firmware=None, evidence="documented"
)


def a_key(name: str) -> Ed25519PrivateKey:
    """The same key for the same name in every run."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def kid(key: Ed25519PrivateKey) -> str:
    return key_id(public_bytes(key))


class County:
    """Root, order and witness keys of a county and the stations it has enrolled."""

    def __init__(self, name: str = COUNTY) -> None:
        self.name = name
        self.root = a_key(f"{name} root")
        self.order = a_key(f"{name} order")
        self.witness = a_key(f"{name} witness")
        self.card = a_key(f"{name} card")
        self.office = a_key(f"{name} office")
        self._grants = [
            self._grant(Use.ORDER, "office", self.order),
            self._grant(Use.WITNESS, "intake", self.witness),
            self._grant(Use.CARD, "office", self.card),
            self._grant(Use.OFFICE, "office", self.office),
        ]
        self._revoked: list[Revoked] = []

    @property
    def trust(self) -> Trust:
        return Trust(self.name, public_bytes(self.root), tuple(self._grants), tuple(self._revoked))

    def enrol(self, station: str) -> "Station":
        box = Station(self.name, station, a_key(f"{self.name} {station}"))
        self._grants.append(self._grant(Use.STATION, station, box.key))
        return box

    def take_back(self, box: "Station", since: str, through: int) -> None:
        word = Revoked(self.name, Use.STATION, box.log, since, through, "stolen")
        self._revoked.append(revoked(self.root, word))

    def take_back_office(self, since: str) -> None:
        word = Revoked(self.name, Use.OFFICE, contract.key_id(public_bytes(self.office)), since, 0, "stolen")
        self._revoked.append(revoked(self.root, word))

    def receipt(self, log: str, through: int, root: bytes, at: datetime = START) -> str:
        return sign_receipt(Checkpoint(log, through, root), at, f"liangzheng/{self.name}/witness", self.witness)

    def give(self, stream: str, seq: int, body: OrderBody, at: datetime = START) -> Envelope:
        time = at.isoformat(timespec="milliseconds")
        return contract.write(
            body, log=f"{self.name}.{stream}", seq=seq, time=time, clock="ntp", salt=SALT, key=self.order
        )

    def _grant(self, use: Use, name: str, key: Ed25519PrivateKey) -> Grant:
        public = base64.b64encode(public_bytes(key)).decode()
        return granted(self.root, Grant(self.name, use, name, public, "2026-01-01", "2036-01-01"))


@dataclass
class Station:
    """Writes entries one after the other, a second apart, as a box does."""

    county: str
    name: str
    key: Ed25519PrivateKey
    at: datetime = START
    clock: str = "ntp"
    entries: list[Envelope] = field(default_factory=list)

    @property
    def log(self) -> str:
        return kid(self.key)

    def write(self, body: EntryBody) -> Envelope:
        self.at += timedelta(seconds=1)
        envelope = self.entry(len(self.entries) + 1, body)
        self.entries.append(envelope)
        return envelope

    def entry(self, seq: int, body: EntryBody) -> Envelope:
        """Sign a body as any number, also one that is taken or too far ahead."""
        time = self.at.isoformat(timespec="milliseconds")
        return contract.write(body, log=self.log, seq=seq, time=time, clock=self.clock, salt=SALT, key=self.key)

    def write_raw(self, kind: str, table: dict[str, str]) -> Envelope:
        """Sign what no body of ours is: a kind that is not known yet, or a body that does not fit its kind."""
        self.at += timedelta(seconds=1)
        body, time = rfc8785.dumps(dict(table)), self.at.isoformat(timespec="milliseconds")
        digest = hashlib.sha256(SALT + body).hexdigest()
        header = Header(self.log, len(self.entries) + 1, time, self.clock, kind, digest)
        envelope = Envelope(header, self.log, SALT, body, self.key.sign(header.bytes()))
        self.entries.append(envelope)
        return envelope

    def opened(self, region: str = "") -> Envelope:
        key = base64.b64encode(public_bytes(self.key)).decode()
        return self.write(Opened(self.county, self.name, key, "liangzheng 0.1.0", region=region))

    def certificate(
        self, nth: int = 1, tests: tuple[int, ...] = (), subject: Subject = FARMER, product: str = "豆角"
    ) -> Certificate:
        """A certificate with its sealed code, as the station would record it now."""
        drawn = hashlib.sha256(nth.to_bytes(max(1, -(-nth.bit_length() // 8)))).digest()[:7]
        number, day = certificate_number(self.county, drawn), self.at.date()
        basis = (Basis.CONTROL, Basis.SELF_TEST) if tests else (Basis.CONTROL,)
        text = hashlib.sha256(f"every printed word of {number}".encode()).hexdigest()
        return Certificate(
            number=number,
            style=1,
            wording="2026-02-01",
            wording_confirmed=False,
            visit=f"v-{nth}",
            subject=subject,
            presence=Presence.TAIL,
            product=product,
            quantity=Decimal(160),
            unit="kg",
            quantity_typed="320 jin",
            origin=subject.origin,
            date=day.isoformat(),
            basis=basis,
            tests=tests,
            promise="cd" * 32,
            text=text,
            code=self._code(number, day, subject, product, basis, text).hex(),
            clock_trusted=True,
        )

    def _code(
        self, number: str, day: date, subject: Subject, product: str, basis: tuple[Basis, ...], text: str
    ) -> bytes:
        summary = (TestSummary("GB/T 5009.199-2003", Outcome.NEGATIVE, "3.2"),) if Basis.SELF_TEST in basis else ()
        code = CertificateCode(
            number=number,
            style=1,
            subject=subject.name,
            subject_id=subject.id,
            product=product,
            quantity=Decimal(160),
            unit="kg",
            origin=subject.origin,
            date=day,
            basis=basis,
            tests=summary,
            log=self.log,
            text=text,
        )
        return seal_certificate(code, self.key, HOST)


def a_test(inhibition: str = "3.2", nth: int = 1, retest_of: int | None = None, subject: Subject = FARMER) -> Test:
    """One sample by enzyme inhibition, with readings that give this inhibition; 50 and above is positive."""
    value, blank = Decimal(inhibition), Decimal("0.500")
    outcome = Outcome.POSITIVE if value >= 50 else Outcome.NEGATIVE
    rule = f"GB/T 5009.199-2003/{outcome}"
    facts = {"value": shown(value), "limit": "50", "unit": "%"}
    return Test(
        visit=f"v-{nth}",
        run=f"r-{nth}",
        sample_code=f"v-{nth}-1",
        sample_type=SampleType.SELF,
        scene=Scene.BASE,
        subject=subject.id,
        subject_name=subject.name,
        product="cowpea",
        origin=subject.origin,
        method="GB/T 5009.199-2003",
        method_confirmed=False,
        device=RESIDUE_TESTER,
        blank=(measured("absorbance_change", blank, "AU", channel=1),),
        sample=(
            measured("inhibition", value, "%"),
            measured("absorbance_change", blank * (1 - value / 100), "AU"),
        ),
        value=value,
        unit="%",
        verdict=Verdict(outcome, rule, f"verdict.{outcome}", facts),
        device_value=value,
        device_verdict="negative" if outcome is Outcome.NEGATIVE else "positive",
        disagrees=False,
        capture="ef" * 32,
        reagent_lot="E20261101",
        retest_of=retest_of,
    )


def measured(quantity: str, value: Decimal, unit: str, channel: int = 2) -> Measured:
    return Measured(channel=channel, quantity=quantity, value=value, unit=unit, raw="a55a0102", record=7)


def a_print(number: str, copy: int = 1, outcome: PrintOutcome = PrintOutcome.PRINTED) -> Print:
    return Print(number=number, copy=copy, outcome=outcome, evidence="GS ( H 0001")
