"""Keys and grants: whose key is whose, by the word of the county root. Keys are made where they are used.

SealError
├── Untrusted    no grant of the county root covers this key for this use on this day
├── Broken       the signature or the form of a sealed thing is wrong
└── TooLong      a code would not fit the largest symbol that we print (kiosk.seal)
"""

import base64
import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.contract import key_id


class SealError(Exception):
    pass


class Untrusted(SealError):
    pass


class Broken(SealError):
    pass


class TooLong(SealError):
    pass


class Use(StrEnum):
    ORDER = "order"  # the officer side: speaks to stations
    WITNESS = "witness"  # the intake: signs receipts
    CARD = "card"  # the office that makes cards
    STATION = "station"  # a box: signs its log and its certificates
    DATA = "data"  # X25519, signs nothing: what is personal is sealed to it (kiosk.sealed)


@dataclass(frozen=True, slots=True)
class Grant:
    """The county root's word that a key is used by `name` for one use, first and last day included."""

    county: str
    use: str
    name: str
    key: str  # 32 raw bytes, base64
    since: str
    until: str
    signature: str = ""

    @property
    def public(self) -> bytes:
        return base64.b64decode(self.key)

    def signed_bytes(self) -> bytes:
        return rfc8785.dumps({name: value for name, value in asdict(self).items() if name != "signature"})


class Trust:
    """The grants of one county, each checked against its root. Built from `trust.json`."""

    def __init__(self, county: str, root: bytes, grants: tuple[Grant, ...]) -> None:
        self.county = county
        self.root = root
        self.grants = grants
        for grant in grants:
            check_signature(root, base64.b64decode(grant.signature), grant.signed_bytes(), f"grant of {grant.name}")

    def grant(self, use: Use, kid: str, day: date) -> Grant:
        """The grant of the key whose id starts with `kid`, for a use on a day; a renewed key has several.

        Raises Untrusted. The day is that of the signed thing, never our own clock's.
        """
        known = False
        for grant in self.grants:
            if grant.use == use and key_id(grant.public).startswith(kid) and grant.county == self.county:
                if grant.since <= day.isoformat() <= grant.until:
                    return grant
                known = True
        raise Untrusted(f"{use} key {kid} is {'not granted on ' + str(day) if known else 'unknown'} in {self.county}")

    def bytes(self) -> bytes:
        table = {
            "county": self.county,
            "root": base64.b64encode(self.root).decode(),
            "grants": [asdict(grant) for grant in self.grants],
        }
        return json.dumps(table, indent=1, ensure_ascii=False).encode() + b"\n"


def read_trust(file: Path) -> Trust:
    """Raises SealError when the file is not a county's trust list or a grant in it is not the root's."""
    try:
        table = json.loads(file.read_bytes())
        grants = tuple(Grant(**grant) for grant in table["grants"])
        return Trust(table["county"], base64.b64decode(table["root"]), grants)
    except (ValueError, KeyError, TypeError, OSError, RecursionError) as wrong:
        raise Broken(f"{file}: not a trust list: {wrong}") from wrong


def granted(root: Ed25519PrivateKey, grant: Grant) -> Grant:
    return replace(grant, signature=base64.b64encode(root.sign(grant.signed_bytes())).decode())


def make_key(file: Path) -> Ed25519PrivateKey:
    """A new key that never leaves this machine; the file is readable by its owner only."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())
    return key


def read_key(file: Path) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Broken(f"{file}: not an Ed25519 key")
    return key


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def check_signature(public: bytes, signature: bytes, signed: bytes, what: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        raise Broken(f"the signature of the {what} does not fit") from None
