"""Keys, grants and revocations: whose key is whose, by the word of the county root. Keys are made where they are used.

SealError
├── Untrusted    no grant of the county root covers this key for this use on this day, or the root took it back
│   └── Untold   the root took it back for later days, and that this is of an earlier one nothing tells but itself
├── Broken       the signature or the form of a sealed thing is wrong
├── Older        a signed list is not newer than the one that it would replace (kiosk.revoked_list)
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

MOST_BYTES = 1 << 25  # of a trust list: some 90,000 grants
REPLACED = "replaced by "  # reason of a revocation, before the new key's id
KID_DIGITS = 16  # of a key's id, as codes on paper name it


class SealError(Exception):
    pass


class Untrusted(SealError):
    pass


class Untold(Untrusted):
    pass


class Broken(SealError):
    pass


class Older(SealError):
    pass


class TooLong(SealError):
    pass


class Use(StrEnum):
    ORDER = "order"  # the officer side: speaks to stations
    WITNESS = "witness"  # the intake: signs receipts
    CARD = "card"  # the office that makes cards
    OFFICE = "office"  # the county's pages: signs its own log of acts
    STATION = "station"  # a box: signs its log and its certificates
    DATA = "data"  # X25519, signs nothing: what is personal is sealed to it (kiosk.sealed)


class Counts(StrEnum):
    """Whether what a key sealed counts."""

    YES = "yes"
    NO = "no"
    UNTOLD = "untold"  # it says that it is older than the root's word against its key, and nothing else says so


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

    @property
    def is_replacement(self) -> bool:
        """Its box was fit and gave its place to another (FORMATS.md §6)."""
        return self.reason.startswith(REPLACED)

    def signed_bytes(self) -> bytes:
        return rfc8785.dumps({name: value for name, value in asdict(self).items() if name != "signature"})


class Trust:
    """The grants and revocations of one county, each checked against its root. Built from `trust.json`.

    A key is found by the first half of its id, as codes name it, however many stations the county has.
    """

    def __init__(
        self,
        county: str,
        root: bytes,
        grants: tuple[Grant, ...],
        revoked: tuple[Revoked, ...] = (),
        checked: frozenset[Grant | Revoked] = frozenset(),
    ) -> None:
        """`checked` are words of which it is known that this root signed them. Raises Broken."""
        self.county = county
        self.root = root
        self.grants = grants
        self.revoked = revoked
        self._by_kid: dict[str, list[tuple[str, Grant]]] = {}
        self._against: dict[tuple[str, str], list[Revoked]] = {}
        for grant in grants:
            if grant not in checked:
                self._check(grant, f"grant of {grant.name}")
            kid = key_id(_public(grant))
            self._by_kid.setdefault(kid[:KID_DIGITS], []).append((kid, grant))
        for word in revoked:
            if word not in checked:
                self._check(word, f"revocation of {word.key}")
            self._against.setdefault((word.use, word.key), []).append(word)

    def grant(self, use: Use, kid: str, day: date) -> Grant:
        """The grant of the key whose id starts with `kid`, for a use on a day; a renewed key has several.

        Raises Untrusted. The day is that of the signed thing, never our own clock's.
        """
        problem = "unknown"
        for grant in self.grants_of(use, kid):
            problem = self._problem(grant, day)
            if not problem:
                return grant
        raise Untrusted(f"{use} key {kid} is {problem} in {self.county}")

    def grants_of(self, use: Use, kid: str) -> tuple[Grant, ...]:
        """Every grant for a use of the key whose id starts with `kid` (16 hex digits or more), whatever its days."""
        found = self._by_kid.get(kid[:KID_DIGITS], ()) if len(kid) >= KID_DIGITS else ()
        return tuple(
            one for whole, one in found if (one.use, one.county) == (use, self.county) and whole.startswith(kid)
        )

    def newest(self) -> str:
        """The latest day (ISO 8601) on which a grant of this list begins: the list is not older. Empty without any."""
        return max((grant.since for grant in self.grants), default="")

    def revocation(self, use: Use, kid: str) -> Revoked | None:
        """The root's earliest word against a key (whole id), of one day the gravest; None while there is none."""
        return min(self._words(use, kid), key=lambda word: (word.since, word.is_replacement), default=None)

    def station_through(self, kid: str) -> int | None:
        """How many entries of a station's log count; None while all do."""
        return min((word.through for word in self._words(Use.STATION, kid)), default=None)

    def counts(self, use: Use, kid: str, day: date, seq: int | None = None) -> Counts:
        """Of a paper that a key (whole id) sealed and that says it is of `day`, which is the key's own word. `seq`: the
        number of the entry that recorded it, where a receipt proves one (FORMATS.md §6)."""
        word = self.revocation(use, kid)
        if word is None:
            return Counts.YES
        if seq is not None:
            return Counts.YES if seq <= (self.station_through(kid) or 0) else Counts.NO
        return Counts.NO if word.since <= day.isoformat() else Counts.UNTOLD

    def _words(self, use: Use, kid: str) -> list[Revoked]:
        return [word for word in self._against.get((use, kid), ()) if word.county == self.county]

    def data_key(self, day: date) -> bytes | None:
        """The X25519 key (32 raw bytes) to which what is personal is sealed on a day: the newest that counts."""
        counting = [grant for grant in self.grants if grant.use == Use.DATA and not self._problem(grant, day)]
        newest = max(reversed(counting), key=lambda grant: grant.since, default=None)  # of one day the last
        return None if newest is None else newest.public

    def merged(self, grants: Iterable[Grant], revoked: Iterable[Revoked]) -> "Trust":
        """This list and more words of the same root; itself when they say nothing new.

        Raises Broken when one is not the root's, Untrusted when one is for another county.
        """
        known: frozenset[Grant | Revoked] = frozenset((*self.grants, *self.revoked))
        fresh = tuple(grant for grant in dict.fromkeys(grants) if grant not in known)
        taken = tuple(word for word in dict.fromkeys(revoked) if word not in known)
        strange = ({grant.county for grant in fresh} | {word.county for word in taken}) - {self.county}
        if strange:
            raise Untrusted(f"a word about keys is for {', '.join(sorted(strange))}, not for {self.county}")
        if not fresh and not taken:
            return self
        return Trust(self.county, self.root, (*self.grants, *fresh), (*self.revoked, *taken), known)

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
        try:
            signed = word.signed_bytes()
        except rfc8785.CanonicalizationError as wrong:
            raise Broken(f"the {what} holds what the root cannot have signed") from wrong
        check_signature(self.root, signature, signed, what)


def _public(grant: Grant) -> bytes:
    try:
        return grant.public
    except ValueError as wrong:
        raise Broken(f"the key that is granted to {grant.name} is not base64") from wrong


def read_trust(file: Path) -> Trust:
    """Raises SealError when the file is not a county's trust list or a word in it is not the root's."""
    try:
        with file.open("rb") as source:
            data = source.read(MOST_BYTES + 1)
    except OSError as wrong:
        raise Broken(f"{file}: not a trust list: {wrong}") from wrong
    if len(data) > MOST_BYTES:
        raise Broken(f"{file}: not a trust list: more than {MOST_BYTES} bytes")
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
