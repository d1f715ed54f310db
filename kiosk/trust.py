"""Keys, grants and revocations: whose key is whose, by the word of the county root. Keys are made where they are used.

SealError
├── Untrusted    no grant of the county root covers this key for this use on this day, or the root took it back
├── Broken       the signature or the form of a sealed thing is wrong
└── TooLong      a code would not fit the largest symbol that we print (kiosk.seal)
"""

import base64
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

import rfc8785
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.contract import key_id
from kiosk.durable import BESIDE, flush_folder, written


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


@dataclass(frozen=True, slots=True)
class Revoked:
    """The county root's word that a key counts no more for what is dated `since` or later.

    `through`: a station's log keeps its first so many entries; 0 of any other use.
    """

    county: str
    use: str
    key: str  # key id
    since: str
    through: int
    reason: str
    signature: str = ""

    def signed_bytes(self) -> bytes:
        return rfc8785.dumps({name: value for name, value in asdict(self).items() if name != "signature"})


class Trust:
    """The grants and revocations of one county, each checked against its root. Built from `trust.json`."""

    def __init__(self, county: str, root: bytes, grants: tuple[Grant, ...], revoked: tuple[Revoked, ...] = ()) -> None:
        self.county = county
        self.root = root
        self.grants = grants
        self.revoked = revoked
        for grant in grants:
            self._check(grant, f"grant of {grant.name}")
        for word in revoked:
            self._check(word, f"revocation of {word.key}")

    def grant(self, use: Use, kid: str, day: date) -> Grant:
        """The grant of the key whose id starts with `kid`, for a use on a day; a renewed key has several.

        Raises Untrusted. The day is that of the signed thing, never our own clock's.
        """
        problem = "unknown"
        for grant in self.grants:
            if grant.use == use and key_id(grant.public).startswith(kid) and grant.county == self.county:
                problem = self._problem(grant, day)
                if not problem:
                    return grant
        raise Untrusted(f"{use} key {kid} is {problem} in {self.county}")

    def revocation(self, use: Use, kid: str) -> Revoked | None:
        """The root's earliest word against a key (whole id); None for one that it did not take back."""
        words = [word for word in self.revoked if (word.county, word.use, word.key) == (self.county, use, kid)]
        return min(words, key=lambda word: word.since, default=None)

    def station_through(self, kid: str) -> int | None:
        """How many entries of a station's log count; None while all do."""
        words = [word for word in self.revoked if (word.county, word.use, word.key) == (self.county, Use.STATION, kid)]
        return min((word.through for word in words), default=None)

    def data_key(self, day: date) -> bytes | None:
        """The X25519 key (32 raw bytes) to which what is personal is sealed on a day: the newest that counts."""
        counting = [grant for grant in self.grants if grant.use == Use.DATA and not self._problem(grant, day)]
        newest = max(reversed(counting), key=lambda grant: grant.since, default=None)  # of one day the last
        return None if newest is None else newest.public

    def merged(self, grants: Iterable[Grant], revoked: Iterable[Revoked]) -> "Trust":
        """This list and more words of the same root; itself when they say nothing new.

        Raises Broken when one is not the root's, Untrusted when one is for another county.
        """
        fresh = tuple(grant for grant in dict.fromkeys(grants) if grant not in self.grants)
        taken = tuple(word for word in dict.fromkeys(revoked) if word not in self.revoked)
        strange = ({grant.county for grant in fresh} | {word.county for word in taken}) - {self.county}
        if strange:
            raise Untrusted(f"a word about keys is for {', '.join(sorted(strange))}, not for {self.county}")
        if not fresh and not taken:
            return self
        return Trust(self.county, self.root, (*self.grants, *fresh), (*self.revoked, *taken))

    def bytes(self) -> bytes:
        table = {
            "county": self.county,
            "root": base64.b64encode(self.root).decode(),
            "grants": [asdict(grant) for grant in self.grants],
        }
        if self.revoked:
            table["revoked"] = [asdict(word) for word in self.revoked]
        return json.dumps(table, indent=1, ensure_ascii=False).encode() + b"\n"

    def _problem(self, grant: Grant, day: date) -> str:
        """Why a grant of ours does not count on a day; empty when it does."""
        if grant.county != self.county or not grant.since <= day.isoformat() <= grant.until:
            return f"not granted on {day}"
        word = self.revocation(Use(grant.use), key_id(grant.public))
        return f"revoked since {word.since}" if word is not None and word.since <= day.isoformat() else ""

    def _check(self, word: Grant | Revoked, what: str) -> None:
        try:
            signature = base64.b64decode(word.signature)
        except ValueError as wrong:
            raise Broken(f"the signature of the {what} is not base64") from wrong
        check_signature(self.root, signature, word.signed_bytes(), what)


def read_trust(file: Path) -> Trust:
    """Raises SealError when the file is not a county's trust list or a word in it is not the root's."""
    try:
        data = file.read_bytes()
    except OSError as wrong:
        raise Broken(f"{file}: not a trust list: {wrong}") from wrong
    return parse_trust(data, str(file))


def parse_trust(data: bytes, name: str) -> Trust:
    """The trust list in these bytes; `name` is for the complaint. Raises SealError."""
    try:
        table = json.loads(data)
        grants = tuple(Grant(**grant) for grant in table["grants"])
        revoked = tuple(Revoked(**word) for word in table.get("revoked", ()))
        return Trust(table["county"], base64.b64decode(table["root"]), grants, revoked)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        raise Broken(f"{name}: not a trust list: {wrong}") from wrong


def granted(root: Ed25519PrivateKey, grant: Grant) -> Grant:
    return replace(grant, signature=base64.b64encode(root.sign(grant.signed_bytes())).decode())


def revoked(root: Ed25519PrivateKey, word: Revoked) -> Revoked:
    return replace(word, signature=base64.b64encode(root.sign(word.signed_bytes())).decode())


def make_key(file: Path) -> Ed25519PrivateKey:
    """A new key that never leaves this machine; the file is readable by its owner only."""
    key = Ed25519PrivateKey.generate()
    _keep(file, key)
    return key


def make_data_key(file: Path) -> X25519PrivateKey:
    """The same for the key that opens what is personal (kiosk.sealed)."""
    key = X25519PrivateKey.generate()
    _keep(file, key)
    return key


def _keep(file: Path, key: Ed25519PrivateKey | X25519PrivateKey) -> None:
    """Whole or not at all, and never over one that is there: half a key would stop its box for good."""
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    fresh = file.with_name(f"{file.name}{BESIDE}")
    fresh.unlink(missing_ok=True)  # it may bear other rights
    os.close(written(fresh, pem, 0o600))
    try:
        file.hardlink_to(fresh)
    finally:
        fresh.unlink()
    flush_folder(file.parent)


def read_key(file: Path) -> Ed25519PrivateKey:
    """Raises Broken when it is no such key, OSError."""
    key = _private(file)
    if not isinstance(key, Ed25519PrivateKey):
        raise Broken(f"{file}: not an Ed25519 key")
    return key


def read_data_key(file: Path) -> X25519PrivateKey:
    """Raises Broken when it is no such key, OSError."""
    key = _private(file)
    if not isinstance(key, X25519PrivateKey):
        raise Broken(f"{file}: not an X25519 key")
    return key


def _private(file: Path) -> object:
    try:
        return serialization.load_pem_private_key(file.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise Broken(f"{file}: not a private key") from wrong


def public_bytes(key: Ed25519PrivateKey | X25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def check_signature(public: bytes, signature: bytes, signed: bytes, what: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        raise Broken(f"the signature of the {what} does not fit") from None
