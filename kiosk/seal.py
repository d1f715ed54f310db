"""Codes on paper: the certificate's and the card's. They prove what was recorded where and when, never the promise."""

import base64
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.contract import key_id
from kiosk.rules.messages import Basis, Outcome
from kiosk.trust import (
    Broken,
    Counts,
    Grant,
    TooLong,
    Trust,
    Untold,
    Untrusted,
    Use,
    check_signature,
    public_bytes,
)

COSE_SIGN1_TAG = 18  # RFC 9052 §4.2
COSE_ALG, COSE_KID, EDDSA = 1, 4, -8  # RFC 9052 §3.1, RFC 9053 §2.2
KID_BYTES = 8
V14_M_CHARACTERS = 528  # alphanumeric capacity of QR version 14, level M (ISO/IEC 18004 table 7)
AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?")  # FORMATS.md §8
TEXT_BYTES = 16  # of the SHA-256 of the printed words
EPOCH = date(1970, 1, 1)
MOST_CLAIM = 23  # claims are named by one byte (RFC 8949 §3.1)
LARGEST = 2**63 - 1

BASIS_NUMBERS = {Basis.CONTROL: 1, Basis.SELF_TEST: 2, Basis.COMMISSIONED_TEST: 3}
OUTCOME_NUMBERS = {Outcome.NEGATIVE: 1, Outcome.SUSPECT: 2, Outcome.POSITIVE: 3, Outcome.INVALID: 4}

Word = TypeVar("Word", Basis, Outcome)


@dataclass(frozen=True, slots=True)
class TestSummary:
    method: str
    outcome: Outcome
    value: str


@dataclass(frozen=True, slots=True)
class CertificateCode:
    """What the code on a certificate says. `text` binds every printed word, also those that are cut here."""

    number: str
    style: int
    subject: str
    subject_id: str
    product: str
    quantity: Decimal
    unit: str
    origin: str
    date: date
    basis: tuple[Basis, ...]
    tests: tuple[TestSummary, ...]
    log: str  # key id of the station's log, hex
    text: str  # SHA-256 of the printed words, hex; the code carries its first 16 bytes

    def claims(self) -> dict[int, Any]:
        return {
            1: self.number,
            2: self.style,
            3: self.subject,
            4: self.subject_id,
            5: self.product,
            6: f"{self.quantity:f}",
            7: self.unit,
            8: self.origin,
            9: (self.date - EPOCH).days,
            10: [BASIS_NUMBERS[basis] for basis in self.basis],
            11: [[test.method, OUTCOME_NUMBERS[test.outcome], test.value] for test in self.tests],
            12: bytes.fromhex(self.log),
            13: bytes.fromhex(self.text)[:16],
        }


@dataclass(frozen=True, slots=True)
class CardCode:
    """What a producer's card says: who he is. It identifies; it does not authorise."""

    card: str
    subject_id: str
    name: str
    issued: date

    def claims(self) -> dict[int, Any]:
        return {1: self.card, 2: self.subject_id, 3: self.name, 4: (self.issued - EPOCH).days}


def seal_certificate(code: CertificateCode, key: Ed25519PrivateKey, host: str) -> bytes:
    """COSE_Sign1 of a certificate that fits the link on paper; names are cut evenly until it does.

    Raises TooLong.
    """
    for most in (40, 24, 16, 12, 8):
        short = replace(
            code, subject=_cut(code.subject, most), product=_cut(code.product, most), origin=_cut(code.origin, most)
        )
        token = _sign1(short.claims(), key)
        if len(link(host, "C", token)) <= V14_M_CHARACTERS:
            return token
    raise TooLong(f"certificate {code.number} does not fit the code")


def seal_card(code: CardCode, key: Ed25519PrivateKey) -> bytes:
    return _sign1(code.claims(), key)


def link(host: str, path: str, token: bytes) -> str:
    """The text of a code: one https link in characters of the QR alphanumeric mode."""
    return f"HTTPS://{host.upper()}/{path}/{base64.b32encode(token).decode().rstrip('=')}"


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A certificate's code in its right form, which nobody vouches for yet.

    `verify` takes the public key of a grant that `kid` (16 hex digits) begins the id of, and raises Broken.
    """

    kid: str
    code: CertificateCode
    verify: Callable[[bytes], None]


def open_certificate(token: bytes, trust: Trust, seq: int | None = None) -> tuple[CertificateCode, Grant]:
    """Check a certificate's code with no network. `seq`: of its entry, where a receipt proves it.

    Raises Broken or Untrusted; Untold when a key of the county sealed these words (`read_certificate`), nobody knows
    when.
    """
    found = read_certificate(token)
    grant = _covering(trust, Use.STATION, found.kid, found.verify, found.code.date)
    if key_id(grant.public) != found.code.log:
        raise Broken("sealed by another key than that of the log which it names")
    _require(trust.counts(Use.STATION, found.code.log, found.code.date, seq), grant)
    return found.code, grant


def signers(found: Unchecked, grants: Sequence[Grant]) -> tuple[Grant, ...]:
    """The grants of the key that sealed this, whatever their days; its station's log is named in what it sealed."""
    return tuple(one for one in grants if key_id(one.public) == found.code.log and _fits(found.verify, one.public))


def read_certificate(token: bytes) -> Unchecked:
    """What a code says, before anybody's key is asked. Raises Broken."""
    kid, claims, verify = _open_sign1(token)
    try:
        code = CertificateCode(
            number=_text(claims[1]),
            style=_style(claims[2]),
            subject=_text(claims[3]),
            subject_id=_text(claims[4]),
            product=_text(claims[5]),
            quantity=Decimal(_text(claims[6])),
            unit=_text(claims[7]),
            origin=_text(claims[8]),
            date=EPOCH + timedelta(days=claims[9]),
            basis=tuple(_word(BASIS_NUMBERS, number) for number in claims[10]),
            tests=tuple(
                TestSummary(_text(method), _word(OUTCOME_NUMBERS, outcome), _text(value))
                for method, outcome, value in claims[11]
            ),
            log=claims[12].hex(),
            text=claims[13].hex(),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, OverflowError) as wrong:
        raise Broken(f"not a certificate's code: {wrong}") from wrong
    if not _is_written(code, claims):
        raise Broken("claims as we do not write them")
    return Unchecked(kid, code, verify)


def open_card(token: bytes, trust: Trust) -> CardCode:
    """Check a producer's card of the county with no network.

    Raises Broken or Untrusted; Untold when a key of the county sealed these words (`read_card`), nobody knows when:
    then the county's list has to say whose card it is.
    """
    kid, code, verify = _card(token)
    grant = _covering(trust, Use.CARD, kid, verify, code.issued)
    _require(trust.counts(Use.CARD, key_id(grant.public), code.issued), grant)
    return code


def open_given_card(token: bytes, trust: Trust) -> tuple[CardCode, Grant]:
    """Check a card that a station handed out, signed by that station's own key. Raises Broken or Untrusted.

    The signature says which box printed it, never that its number is still the holder's: that stands in tables, and
    so the cards of a box that gave its place to another stay in use.
    """
    kid, code, verify = _card(token)
    grant = _covering(trust, Use.STATION, kid, verify, code.issued)
    with suppress(Untold):
        _require(trust.counts(Use.STATION, key_id(grant.public), code.issued), grant)
    return code, grant


def read_card(token: bytes) -> CardCode:
    """What a card says, before anybody's key is asked. Raises Broken."""
    return _card(token)[1]


def _card(token: bytes) -> tuple[str, CardCode, Callable[[bytes], None]]:
    kid, claims, verify = _open_sign1(token)
    try:
        code = CardCode(_text(claims[1]), _text(claims[2]), _text(claims[3]), EPOCH + timedelta(days=claims[4]))
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise Broken(f"not a card's code: {wrong}") from wrong
    return kid, code, verify


def _covering(trust: Trust, use: Use, kid: str, verify: Callable[[bytes], None], day: date) -> Grant:
    """The grant, for that day, of the key that sealed it. Raises Broken, Untrusted."""
    grants = trust.grants_of(use, kid)
    ours = [one for one in grants if _fits(verify, one.public)]
    if grants and not ours:
        raise Broken("the signature of the code does not fit")
    grant = next((one for one in ours if one.since <= day.isoformat() <= one.until), None)
    if grant is None:
        raise Untrusted(f"{use} key {kid} is {f'not granted on {day}' if grants else 'unknown'} in {trust.county}")
    return grant


def _require(counts: Counts, grant: Grant) -> None:
    """Raises Untrusted, Untold."""
    if counts is Counts.UNTOLD:
        raise Untold(f"the {grant.use} key of {grant.name} was taken back: nothing tells what it sealed before")
    if counts is Counts.NO:
        raise Untrusted(f"the {grant.use} key of {grant.name} is revoked")


def _fits(verify: Callable[[bytes], None], public: bytes) -> bool:
    try:
        verify(public)
    except Broken:
        return False
    return True


def _sign1(claims: dict[int, Any], key: Ed25519PrivateKey) -> bytes:
    kid = bytes.fromhex(key_id(public_bytes(key)))[:KID_BYTES]
    protected = cbor2.dumps({COSE_ALG: EDDSA, COSE_KID: kid}, canonical=True)
    payload = cbor2.dumps(claims, canonical=True)
    signature = key.sign(_signed_part(protected, payload))
    return cbor2.dumps(cbor2.CBORTag(COSE_SIGN1_TAG, [protected, {}, payload, signature]), canonical=True)


def _open_sign1(token: bytes) -> tuple[str, dict[int, Any], Callable[[bytes], None]]:
    """Key id, claims, and a function that checks the signature against a public key."""
    try:
        protected, unprotected, payload, signature = cbor2.loads(token).value
        header, claims = cbor2.loads(protected), cbor2.loads(payload)
        canonical = cbor2.dumps(cbor2.CBORTag(COSE_SIGN1_TAG, [protected, {}, payload, signature]), canonical=True)
        if cbor2.dumps({COSE_ALG: EDDSA, COSE_KID: header[COSE_KID]}, canonical=True) != protected:
            raise Broken("a header that we do not write")
        algorithm, kid = header[COSE_ALG], header[COSE_KID].hex()
    except (cbor2.CBORError, AttributeError, ValueError, TypeError, LookupError) as wrong:
        raise Broken(f"not a sealed code: {wrong}") from wrong
    if canonical != token or unprotected or algorithm != EDDSA or not _is_ours(claims, payload):
        raise Broken("not a sealed code of ours")
    if not isinstance(signature, bytes) or len(kid) != 2 * KID_BYTES:
        raise Broken("the signature or the name of its key is not as we write it")

    def verify(public: bytes) -> None:
        check_signature(public, signature, _signed_part(protected, payload), "code")

    return kid, claims, verify


def _signed_part(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)  # RFC 9052 §4.4


def _is_ours(claims: object, payload: bytes) -> bool:
    """Numbers, texts, bytes and lists of them, in the one encoding that we write: so every reader reads alike."""
    if not isinstance(claims, dict) or not all(type(name) is int and 0 < name <= MOST_CLAIM for name in claims):
        return False
    return all(map(_is_plain, claims.values())) and cbor2.dumps(claims, canonical=True) == payload


def _is_written(code: CertificateCode, claims: dict[int, Any]) -> bool:
    """Whether each claim is as `claims()` writes it: nothing was read that somebody else would read otherwise."""
    same = code.claims() == {name: claims[name] for name in code.claims()} and len(claims[13]) == TEXT_BYTES
    return same and AMOUNT.fullmatch(claims[6]) is not None and code.quantity > 0


def _is_plain(value: object, depth: int = 2) -> bool:
    if isinstance(value, list):
        return depth > 0 and all(_is_plain(one, depth - 1) for one in value)
    return isinstance(value, str | bytes) or (type(value) is int and abs(value) <= LARGEST)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _style(value: int) -> int:
    if type(value) is not int or value < 1:
        raise ValueError("no style of a certificate")
    return value


def _word(numbers: dict[Word, int], number: int) -> Word:
    return {value: word for word, value in numbers.items()}[number]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
