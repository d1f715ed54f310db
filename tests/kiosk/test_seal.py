"""Codes that somebody else made: whatever a hostile paper says, the answer is a refusal."""

from decimal import Decimal

import cbor2
import pytest

from kiosk.seal import open_card, open_certificate
from kiosk.trust import SealError, public_bytes
from tests.support.bodies import County, kid

COUNTY = County()
HEADER = {1: -8, 4: bytes.fromhex(kid(COUNTY.card))[:8]}  # printed on every card, so everybody knows it
CLAIMS: dict[int, object] = {1: "K-1", 2: "s-1", 3: "name", 4: 20000}
MESSAGE = b"\xd8\x24\x62\x41\x3a"  # tag 36, a MIME message: read by cbor2, not written


def token(header: object = HEADER, claims: object = CLAIMS, signature: object = bytes(64)) -> bytes:
    parts = [cbor2.dumps(header, canonical=True), {}, cbor2.dumps(claims, canonical=True), signature]
    return cbor2.dumps(cbor2.CBORTag(18, parts), canonical=True)


@pytest.mark.parametrize(
    "hostile",
    [
        token(),
        token(signature=5),
        token(signature=None),
        token(header=[1, -8, 3, 4, b"12345678"]),
        token(header={1: -8, 4: b""}),
        token(header={1: -8, 4: 1.5}),
        token(claims=[1, 2, 3]),
        token(claims=CLAIMS | {4: float("nan")}),
        token(claims=CLAIMS | {4: float("inf")}),
        token(claims=CLAIMS | {4: 10**400}),
        token(claims=CLAIMS | {4: Decimal("1e999999")}),
        b"\xd2\x84" + MESSAGE * 4,
        b"\xd2\x84\x41\xa0" + MESSAGE + b"\x41\xa0\x40",
        b"\x81" * 2600,
        b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff",
        public_bytes(COUNTY.card),
        b"",
    ],
)
def test_a_hostile_code_is_refused(hostile: bytes) -> None:
    for read in (open_card, open_certificate):
        with pytest.raises(SealError):
            read(hostile, COUNTY.trust)


BOX = COUNTY.enrol("gasa")
SEALED = bytes.fromhex(BOX.certificate(tests=(2,)).code)
PROTECTED, _, PAYLOAD, _ = cbor2.loads(SEALED).value
OWN_HEADER = {1: -8, 4: bytes.fromhex(kid(BOX.key))[:8]}
OWN_CLAIMS: dict[object, object] = cbor2.loads(PAYLOAD)


def signed(payload: bytes, protected: bytes = PROTECTED, unprotected: object = None) -> bytes:
    """By the station's own key, as RFC 9052 §4.4 says."""
    signature = BOX.key.sign(cbor2.dumps(["Signature1", protected, b"", payload], canonical=True))
    parts = [protected, {} if unprotected is None else unprotected, payload, signature]
    return cbor2.dumps(cbor2.CBORTag(18, parts), canonical=True)


def header(**more: object) -> bytes:
    return cbor2.dumps(OWN_HEADER | {int(name[1:]): value for name, value in more.items()}, canonical=True)


def claims(**more: object) -> bytes:
    return cbor2.dumps(OWN_CLAIMS | {int(name[1:]): value for name, value in more.items()}, canonical=True)


@pytest.mark.parametrize("payload", [PAYLOAD, claims(_14="of a later version"), claims(_3="another name")])
def test_what_the_station_signs_in_our_form_is_taken(payload: bytes) -> None:
    assert open_certificate(signed(payload), COUNTY.trust)[0].log == BOX.log


@pytest.mark.parametrize(
    "token",
    [
        signed(PAYLOAD, header(_1=-7)),
        signed(PAYLOAD, header(_1=-19)),  # Ed25519 by its own number (RFC 9864): we write -8
        signed(PAYLOAD, header(_2=[99], _99=1)),  # crit: what is not understood must be refused (RFC 9052 §3.1)
        signed(PAYLOAD, header(_3="text/plain")),
        signed(PAYLOAD, b"", {1: -8, 4: OWN_HEADER[4]}),
        signed(PAYLOAD, unprotected={33: b"a certificate"}),
        signed(PAYLOAD, unprotected=[]),
        signed(PAYLOAD + b"\x00"),
        signed(b"\xbf" + PAYLOAD[1:] + b"\xff"),  # a map without its length
        signed(b"\xb8\x0d" + PAYLOAD[1:]),  # its length in two bytes
        signed(b"\xae" + PAYLOAD[1:] + b"\x02\x02"),  # the style twice
        signed(claims(_3=5)),
        signed(claims(_2=True)),
        signed(claims(_9=1.5)),
        signed(claims(_9="20514")),
        signed(claims(_10=[0])),
        signed(claims(_11=[["method", 1]])),
        signed(claims(_24=0)),
        SEALED + b"\x00",
        SEALED[1:],
        b"\xd8\x12" + SEALED[1:],  # tag 18 in two bytes
        b"\xd1" + SEALED[1:],  # COSE_Mac0
        b"\xd9\xd9\xf7" + SEALED,
    ],
)
def test_what_the_station_signs_in_any_other_form_is_refused(token: bytes) -> None:
    with pytest.raises(SealError):
        open_certificate(token, COUNTY.trust)
