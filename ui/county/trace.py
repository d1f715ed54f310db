"""What the code on a paper opens: is it genuine, what was promised, what does the county know of it. No log-in.

Unreadable   the address is not a code or a number at all
Unknown      a code that no station of this county sealed, or a number that nobody reported
"""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum

from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import Basis, Certificate
from kiosk.rules.scan.numbers import parse_number
from kiosk.seal import V14_M_CHARACTERS, CertificateCode, TestSummary, open_certificate
from kiosk.trust import Broken, Trust, Untrusted
from ui.county.reader import Kept, Reader
from ui.county.sheet import body_of
from ui.county.telling import moment

MOST_DIGITS = 12


class Unreadable(Exception):
    pass


class Unknown(Exception):
    pass


class Standing(StrEnum):
    """How the sealed code and the county's records stand to each other."""

    RECORDED = "recorded"  # in the verified part of the log, and a receipt covers it
    STORED = "stored"
    AWAITED = "awaited"  # nothing later has arrived from this station either
    MISSING = "missing"  # later entries have arrived, this one has not
    DIFFERS = "differs"  # the number is recorded with another code


@dataclass(frozen=True, slots=True)
class Traced:
    """`recorded` is the certificate's entry when it is here and its body has not been retired."""

    code: CertificateCode
    station: str
    standing: Standing
    recorded: Certificate | None
    copies: int

    @property
    def subject(self) -> str:
        return self.recorded.subject.name if self.recorded else self.code.subject

    @property
    def product(self) -> str:
        return self.recorded.product if self.recorded else self.code.product

    @property
    def origin(self) -> str:
        return self.recorded.origin if self.recorded else self.code.origin

    @property
    def contact(self) -> str:
        return self.recorded.subject.contact if self.recorded else ""

    @property
    def quantity(self) -> str:
        return plain(self.code.quantity) if abs(self.code.quantity.adjusted()) <= MOST_DIGITS else "—"

    @property
    def basis(self) -> tuple[Basis, ...]:
        return self.code.basis

    @property
    def tests(self) -> tuple[TestSummary, ...]:
        return self.code.tests


def by_code(text: str, reader: Reader, trust: Trust) -> Traced:
    """The certificate behind the base32 text of a code. Raises Unreadable or Unknown."""
    return _traced(token_of(text), reader, trust)


def by_number(text: str, reader: Reader, trust: Trust) -> Traced:
    """The certificate behind a number that somebody typed. Raises Unreadable or Unknown."""
    number = parse_number(text)
    if number is None:
        raise Unreadable(text)
    kept = _kept(number, reader)
    body = None if kept is None else body_of(kept)
    if not isinstance(body, Certificate):
        raise Unknown(number)
    try:
        token = bytes.fromhex(body.code)
    except ValueError as wrong:
        raise Unknown(number) from wrong
    return _traced(token, reader, trust)


def token_of(text: str) -> bytes:
    """The bytes of a code's base32; only the one right spelling is one. Raises Unreadable."""
    letters = text.upper()
    if len(letters) > V14_M_CHARACTERS:
        raise Unreadable(text[:20])
    try:
        token = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError) as wrong:
        raise Unreadable(text[:20]) from wrong
    if not token or base64.b32encode(token).decode().rstrip("=") != letters:
        raise Unreadable(text[:20])
    return token


def _traced(token: bytes, reader: Reader, trust: Trust) -> Traced:
    try:
        code, grant = open_certificate(token, trust)
    except (Broken, Untrusted) as forged:
        raise Unknown(str(forged)) from forged
    kept = _kept(code.number, reader)
    body = None if kept is None else body_of(kept)
    recorded = body if isinstance(body, Certificate) and body.code == token.hex() else None
    standing = _standing(code, kept, recorded, reader)
    return Traced(code, grant.name, standing, recorded, len(reader.copies(code.number)))


def _kept(number: str, reader: Reader) -> Kept | None:
    row = reader.certificate(number)
    return None if row is None else reader.entry(row["log"], row["seq"])


def _standing(code: CertificateCode, kept: Kept | None, recorded: Certificate | None, reader: Reader) -> Standing:
    if kept is None:
        return Standing.MISSING if _later_arrived(code, reader) else Standing.AWAITED
    retired = kept.envelope.body is None
    if kept.envelope.header.log != code.log or (recorded is None and not retired):
        return Standing.DIFFERS
    head = reader.head(code.log)
    covered = head is not None and kept.envelope.header.seq <= head.receipted
    return Standing.RECORDED if covered else Standing.STORED


def _later_arrived(code: CertificateCode, reader: Reader) -> bool:
    newest = moment(reader.last_time(code.log))
    return newest is not None and newest.date() > code.date
