"""A village of fixed keys, seeded chance and a clock of its own: the same days give the same log, byte for byte.

The record, the seal, the receipts and the export are the house's own; only what a person or the county does is told.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from unittest import mock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import contract, log
from kiosk.checkpoint import Checkpoint, sign_receipt
from kiosk.clock import BEIJING, Clock
from kiosk.export import take_out
from kiosk.predecessor import Predecessor
from kiosk.record import Home, Record
from kiosk.rules.messages import (
    Basis,
    Certificate,
    Device,
    EntryBody,
    LotDeclared,
    OrderBody,
    Outcome,
    Presence,
    Print,
    PrintOutcome,
    Proofs,
    Reprint,
    SampleType,
    Scene,
    Subject,
    Test,
    Verdict,
    Voided,
)
from kiosk.rules.scan.numbers import certificate_number
from kiosk.seal import CertificateCode, TestSummary, seal_certificate
from kiosk.trust import Grant, Revoked, Trust, Use, granted, public_bytes

COUNTY, STATION, HOST = "530427", "gasa-01", "lz.example.cn"
MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=BEIJING)
SINCE, UNTIL = "2026-01-01", "2036-01-01"
FARMER = Subject("s-0001", "farmer", "李秀英", "13800001234", "云南省玉溪市新平县戛洒镇", products=("cowpea",))
TESTER = Device("dayuan-tl310", 1, hashlib.sha256(b"profile").hexdigest(), "TL-310", None, "documented")
METHOD = "GB/T 5009.199-2003"


def key(name: str) -> Ed25519PrivateKey:
    """The key that everybody knows by this name; of no use outside tests."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"village/{name}".encode()).digest())


def grant(use: Use, name: str, of: str, since: str = SINCE) -> Grant:
    public = base64.b64encode(public_bytes(key(of))).decode()
    return granted(key("root"), Grant(COUNTY, use, name, public, since, UNTIL))


def trust(*stations: str, revoked: tuple[Revoked, ...] = ()) -> Trust:
    """The county's list; `stations` are names of keys, all of one station."""
    keys = [grant(Use.STATION, STATION, name) for name in stations]
    office = [grant(Use.ORDER, "office", "order"), grant(Use.WITNESS, "office", "witness")]
    return Trust(COUNTY, public_bytes(key("root")), (*office, *keys), revoked)


ROOT = base64.b64encode(public_bytes(key("root"))).decode()


@dataclass
class Village:
    """One box. `time` is the wall clock that it reads, `uptime` its seconds since it was switched on."""

    folder: Path
    own: str = "station"
    predecessor: Predecessor | None = None
    trust: Trust = field(default_factory=lambda: trust("station"))
    time: datetime = MORNING
    uptime: float = 0.0
    witness: str = "witness"
    _numbers: int = 0
    _orders: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.home = Home(
            COUNTY,
            STATION,
            "1.0",
            self.folder / "record.db",
            self.folder / "up",
            self.folder / "down",
            self.predecessor,
        )
        self.synchronised.touch()
        self.record = self._opened()

    @property
    def synchronised(self) -> Path:
        return self.folder / "synchronised"

    def _opened(self, own: str = "") -> Record:
        self.uptime = 0.0
        self.clock = Clock(MORNING - timedelta(days=1), lambda: self.time, self.synchronised, lambda: self.uptime)
        return Record(self.home, key(own or self.own), self.trust, self.clock)

    def stop(self) -> None:
        self.record.close()

    def start(self, own: str = "") -> None:
        """Raises Foreign when the key that is found is not the one that wrote the log."""
        self.record = self._opened(own)

    def wait(self, **passed: float) -> None:
        gone = timedelta(**passed)
        self.time += gone
        self.uptime += gone.total_seconds()

    def add(self, body: EntryBody) -> int:
        """An entry, 40 seconds after the one before."""
        self.wait(seconds=40)
        return self.record.append(body).header.seq

    # --- what is done at the box ----------------------------------------------------------------------------------

    def declare(self, lot: str, amount: str = "160") -> int:
        typed = f"{amount} kg"
        return self.add(LotDeclared(lot, FARMER.id, "cowpea", Decimal(amount), "kg", typed, FARMER.origin))

    def test(self, lot: str = "", outcome: Outcome = Outcome.NEGATIVE, value: str = "5.5") -> int:
        return self.add(
            Test(
                visit="v-1", run=f"r-{self.record.last}", sample_code=f"v-1-{self.record.last}",
                sample_type=SampleType.SELF, scene=Scene.BASE, subject=FARMER.id, subject_name=FARMER.name,
                product="cowpea", origin=FARMER.origin, method=METHOD, method_confirmed=False, device=TESTER, blank=(),
                sample=(), value=Decimal(value), unit="%", device_value=None, device_verdict=None, disagrees=False,
                verdict=Verdict(outcome, f"{METHOD}/{outcome}", f"verdict.{outcome}", {"value": value}),
                capture=hashlib.sha256(str(self.record.last).encode()).hexdigest(), lot=lot,
            )
        )  # fmt: skip

    def certify(
        self,
        lot: str,
        amount: str,
        *tests: int,
        parts: tuple[str, ...] = (),
        nth: int = 0,
        of: int = 0,
        replaces: str = "",
    ) -> str:
        """A certificate of FARMER's cowpeas; its number."""
        self._numbers += 1
        number = certificate_number(COUNTY, hashlib.sha256(f"{self.own}/{self._numbers}".encode()).digest()[:7])
        text = hashlib.sha256(f"{number} {amount} kg".encode()).hexdigest()
        now = self.clock.now()
        day, basis = now.at.date(), (Basis.SELF_TEST,) if tests else (Basis.CONTROL,)
        code = CertificateCode(
            number, 1, FARMER.name, FARMER.id, "豇豆", Decimal(amount), "kg", FARMER.origin, day, basis,
            tuple(TestSummary(METHOD, Outcome.NEGATIVE, "5.5") for _ in tests), self.record.log, text,
        )  # fmt: skip
        self.add(
            Certificate(
                number=number, style=1, wording="2026-02-01", wording_confirmed=False, visit="v-1", subject=FARMER,
                presence=Presence.TAIL, product="cowpea", quantity=Decimal(amount), unit="kg",
                quantity_typed=f"{amount} kg", origin=FARMER.origin, date=day.isoformat(), basis=basis, tests=tests,
                promise=hashlib.sha256(b"promise").hexdigest(), text=text,
                code=seal_certificate(code, key(self.own), HOST).hex(), clock_trusted=now.trusted,
                lot=lot, proofs=Proofs(tests=tests), parts=parts, nth=nth, of=of, replaces=replaces,
            )
        )  # fmt: skip
        return number

    def printed(
        self, number: str, outcome: PrintOutcome = PrintOutcome.PRINTED, copy: int = 1, part: str = "", why: str = "job"
    ) -> int:
        return self.add(Print(number, copy, outcome, why, part=part))

    def reprint(self, number: str, copy: int = 2, part: str = "", why: str = "spoiled") -> int:
        return self.add(Reprint(number, copy, why, part))

    def void(self, number: str, paper: str = "taken_back") -> int:
        return self.add(Voided(number, "wrong_quantity", "self", paper, "v-1"))

    def sell(self, lot: str, amount: str = "160") -> str:
        """The whole way of one producer; the number of his certificate."""
        test = self.test()
        self.declare(lot, amount)
        number = self.certify(lot, amount, test)
        self.printed(number)
        return number

    def close_day(self) -> None:
        self.wait(seconds=40)
        self.record.close_day(self.record.last_day())

    # --- what the county does -------------------------------------------------------------------------------------

    def receipt(self, size: int = 0) -> str:
        """The county's word for the first so many entries; the station hears it."""
        self.wait(seconds=5)
        size = size or self.record.last
        checkpoint = Checkpoint(self.record.log, size, self.record.tables.root(size))
        note = sign_receipt(checkpoint, self.time.astimezone(UTC), f"liangzheng/{COUNTY}/witness", key(self.witness))
        self._bring("receipts", note.encode())
        self.record.hear_receipts()
        return note

    def order(self, stream: str, body: OrderBody, signer: str = "order") -> None:
        """One order, obeyed at once."""
        self.wait(seconds=5)
        seq = self._orders[stream] = self._orders.get(stream, 0) + 1
        name = {"all": "all", "own": STATION}[stream]
        time = self.time.isoformat(timespec="milliseconds")
        envelope = contract.write(
            body, log=f"{COUNTY}.{name}", seq=seq, time=time, clock="ntp", salt=bytes(16), key=key(signer)
        )
        self._bring(stream, envelope.bytes())
        self.record.obey()

    def _bring(self, stream: str, payload: bytes) -> None:
        writer = log.Writer(self.folder / "down" / stream)
        writer.append(payload)
        writer.flush()
        writer.publish(writer.last)
        writer.close()

    def export(self, out: Path, first: int = 1, last: int = 0, listed: Trust | None = None) -> Path:
        take_out(self.home, key(self.own), listed or self.trust, first, last, out)
        return out


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    """Salts of entries come from a seed: what is drawn is not what is tested."""
    dice = Random(seed)
    with mock.patch("secrets.token_bytes", dice.randbytes):
        yield


def days_on(day: date, days: int) -> datetime:
    """Eight in the morning so many days later."""
    return datetime.combine(day + timedelta(days=days), MORNING.time(), BEIJING)
