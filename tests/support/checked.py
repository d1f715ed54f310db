"""A county whose certificates are checked: codes of every fate, and the lists by which they are judged."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import BEIJING
from kiosk.revoked_list import Head, write_list
from kiosk.rules.messages import Certificate
from kiosk.rules.scan.links import base32_bytes
from kiosk.seal import CardCode, link, seal_card
from kiosk.trust import Grant, Trust, Use, granted, public_bytes
from kiosk.verify import Why
from tests.support.bodies import COUNTY, FARMER, HOST, START, Station, a_key, kid
from tests.support.office import Office

TODAY = date(2026, 11, 24)
STATION = "gasa-01"


@dataclass(frozen=True, slots=True)
class OnDay:
    """A list of revoked certificates as anything that keeps one answers."""

    day: date
    numbers: Mapping[str, Why]
    counter: int | None = 7

    def why(self, number: str) -> Why | None:
        return self.numbers.get(number)


class Checking:
    """`box` seals; `trust` is the county's list, with what tests add to it."""

    def __init__(self) -> None:
        self.county = Office()
        self.box = self.county.enrol(STATION)
        self.trust = self.county.trust
        self.host = HOST

    def paper(self, nth: int = 1, at: datetime = START, box: Station | None = None) -> tuple[Certificate, str]:
        """A certificate of that moment, and the text of its code."""
        sealed = replace(box or self.box, at=at).certificate(nth, tests=(2,))
        return sealed, link(self.host, "C", bytes.fromhex(sealed.code))

    def renewed(self, since: str, until: str) -> Station:
        """A box whose grant spans only these days."""
        return self.granted(a_key("renewed box"), since, until)

    def granted(self, key_of: object, since: str, until: str, name: str = "gasa-02") -> Station:
        key = a_key(str(key_of))
        public = base64.b64encode(public_bytes(key)).decode()
        grant = granted(self.county.root, Grant(COUNTY, Use.STATION, name, public, since, until))
        self.trust = self.trust.merged([grant], [])
        return Station(COUNTY, name, key)

    def revoke(self, box: Station, since: str, through: int) -> None:
        self.trust = self.trust.merged([], [self.county.revocation(Use.STATION, box.key, since, through)])

    def card(self) -> str:
        return link(self.host, "K", seal_card(CardCode("92051111", FARMER.id, FARMER.name, TODAY), self.county.card))

    def list_file(self, file: Path, numbers: Mapping[str, Why], counter: int = 7, at: datetime | None = None) -> Head:
        moment = at or datetime(2026, 11, 23, 8, tzinfo=BEIJING)
        return write_list(file, COUNTY, counter, moment, 3, numbers, self.county.order)


def token_of(text: str) -> bytes:
    token = base32_bytes(text.rpartition("/")[2])
    if token is None:
        raise ValueError(text)
    return token


def sign1(claims: dict[int, Any], key: Ed25519PrivateKey) -> bytes:
    """A code of any claims, sealed as ours are (RFC 9052 §4.4)."""
    protected = cbor2.dumps({1: -8, 4: bytes.fromhex(kid(key))[:8]}, canonical=True)
    payload = cbor2.dumps(claims, canonical=True)
    signature = key.sign(cbor2.dumps(["Signature1", protected, b"", payload], canonical=True))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]), canonical=True)


def relinked(token: bytes) -> str:
    return link(HOST, "C", token)


def days(count: int) -> timedelta:
    return timedelta(days=count)


__all__ = ["STATION", "TODAY", "Checking", "OnDay", "Trust", "days", "kid", "relinked", "sign1", "token_of"]
