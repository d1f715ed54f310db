"""What a rule requires of a person (ID number, telephone, residence): sealed to the county the moment it is typed.

Nothing of it is ever stored in clear: without a data key of the county it is refused.

    PrivateError   code + facts; `problem.<code>` is the sentence
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.durable import flush_folder
from kiosk.rules.messages import Complaint, GateCheck
from kiosk.rules.scan.private import is_person, plain
from kiosk.sealed import seal, unseal
from kiosk.trust import Broken, Trust

# Bound to the seal, so that it opens as nothing else.
ABOUT = f"{GateCheck.kind}.sealed"
COMPLAINT = f"{Complaint.kind}.sealed"
SECRET_BYTES = 32
HASH_BYTES = 16
TAIL = 4


class PrivateError(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a self-grown seller leaves instead of a paper (kiosk.rules.oversight.gate_facts.GROWER). Never printed."""

    id_number: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    residence: str = field(default="", repr=False)

    @property
    def given(self) -> tuple[str, ...]:
        """Names of those that he left, for `gate.judge(grower=…)`."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name).strip())

    def text(self) -> str:
        """What is sealed: a JSON object of those that were given."""
        return json.dumps({name: getattr(self, name).strip() for name in self.given}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """For `gate.entry(**asdict(…))`: hex that the county's data key opens, the last four, the keyed hash."""

    sealed: str
    id_tail: str
    person: str


class PrivateData:
    """`secret` keys the hash by which this station knows a person again; see `station_secret`."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sealed(self, left: Particulars, trust: Trust, today: date, about: str = ABOUT) -> Sealed:
        """`about`: ABOUT or COMPLAINT. Raises PrivateError: no data key, nothing given, or an ID number that cannot be
        right."""
        if not left.given:
            raise PrivateError("private.nothing")
        if left.id_number.strip() and not is_person(left.id_number, today):
            raise PrivateError("private.id_wrong")
        key = trust.data_key(today)
        if key is None:
            raise PrivateError("private.no_key")
        number = plain(left.id_number)
        return Sealed(seal(key, left.text(), about), number[-TAIL:], self._person(number))

    def _person(self, number: str) -> str:
        if not number:
            return ""
        return hmac.new(self._secret, number.encode(), hashlib.sha256).digest()[:HASH_BYTES].hex()


def opened(private: X25519PrivateKey, sealed: str, about: str = ABOUT) -> Particulars:
    """The county's side. Raises kiosk.trust.Broken when it was sealed to another key, or is no such seal."""
    text = unseal(private, sealed, about)
    try:
        told = json.loads(text)
        return Particulars(**{name: str(value) for name, value in told.items()})
    except (ValueError, TypeError, AttributeError) as wrong:
        raise Broken(f"{about}: another form") from wrong


def station_secret(file: Path) -> bytes:
    """Read the station's secret; made once, for its owner only. Raises OSError, Broken."""
    if not file.exists():
        _make(file)
    secret = file.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise Broken(f"{file}: not a secret of {SECRET_BYTES} bytes")
    return secret


def _make(file: Path) -> None:
    """Whole or not at all; when two programs begin at once, the first one's stays."""
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(secrets.token_bytes(SECRET_BYTES))
            out.flush()
            os.fsync(out.fileno())
        if not file.exists():
            os.link(fresh, file)
            flush_folder(file.parent)  # hashes made with a secret that is gone would know nobody again
    except FileExistsError:
        return
    finally:
        fresh.unlink()
