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
