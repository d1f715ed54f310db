"""Codes on paper under other people's COSE and CBOR: what we seal they open, what they refuse we refuse."""

from random import Random
from typing import Any

import cbor2
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kiosk.seal import CardCode, CertificateCode, open_card, open_certificate, seal_card, seal_certificate
from kiosk.trust import SealError, TooLong, public_bytes
from tests.oracles.drawn import cards, certificates
from tests.oracles.judges import Judge
from tests.support.bodies import HOST, County, a_key

COUNTY = County()
STATION = COUNTY.enrol("gasa")
KEY, STRANGER = public_bytes(STATION.key), public_bytes(a_key("a stranger"))
JUDGES = ("pycose", "cwt")
many = settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
some = settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def sealed(code: CertificateCode) -> bytes:
    """Its token; hypothesis draws another when no QR code of ours is large enough."""
    try:
        return seal_certificate(code, STATION.key, HOST)
    except TooLong:
        assume(False)
        raise


def takers(cose: Judge, key: bytes, token: bytes) -> dict[str, str]:
    """Who of the two takes it, and the payload that he read."""
    said = cose.asked(key=key.hex(), token=token.hex())
    return {name: said[name]["payload"] for name in JUDGES if not said[name]["refused"]}


def ours(token: bytes) -> bool:
    try:
        open_certificate(token, COUNTY.trust)
    except SealError:
        return False
    return True


@many
@given(certificates(STATION.log))
def test_certificates_are_opened_by_pycose_and_cwt(cose: Judge, code: CertificateCode) -> None:
    token = sealed(code)
    payload = cbor2.loads(token).value[2].hex()
    assert takers(cose, KEY, token) == dict.fromkeys(JUDGES, payload)
    assert takers(cose, STRANGER, token) == {}
    opened, grant = open_certificate(token, COUNTY.trust)
    assert (opened.number, opened.quantity, opened.date, grant.name) == (code.number, code.quantity, code.date, "gasa")


@some
@given(cards())
def test_cards_are_opened_by_pycose_and_cwt(cose: Judge, code: CardCode) -> None:
    token = seal_card(code, COUNTY.card)
    payload = cbor2.loads(token).value[2].hex()
    assert takers(cose, public_bytes(COUNTY.card), token) == dict.fromkeys(JUDGES, payload)
    assert open_card(token, COUNTY.trust) == code


@some
@given(certificates(STATION.log), st.randoms(use_true_random=False))
def test_a_changed_certificate_is_refused_by_all_three(cose: Judge, code: CertificateCode, draw: Random) -> None:
    """One bit of header, payload or signature; the framing around them is judged by the next test."""
    header, unprotected, payload, signature = cbor2.loads(sealed(code)).value
    parts = [bytearray(header), unprotected, bytearray(payload), bytearray(signature)]
    hit = parts[draw.choice((0, 2, 3))]
    hit[draw.randrange(len(hit))] ^= 1 << draw.randrange(8)
    plain = [bytes(part) if isinstance(part, bytearray) else part for part in parts]
    token = cbor2.dumps(cbor2.CBORTag(18, plain), canonical=True)
    assert not ours(token)
    assert takers(cose, KEY, token) == {}


@some
@given(certificates(STATION.log), st.randoms(use_true_random=False))
def test_what_we_take_they_take(cose: Judge, code: CertificateCode, draw: Random) -> None:
    """Any damage: we are never more lenient than either of them."""
    token = bytearray(sealed(code))
    for _ in range(10):
        hurt = bytearray(token)
        hurt[draw.randrange(len(hurt))] ^= 1 << draw.randrange(8)
        hurt = hurt[: draw.choice((len(hurt), draw.randrange(len(hurt))))]
        assert ours(bytes(hurt)) <= (len(takers(cose, KEY, bytes(hurt))) == len(JUDGES))


@many
@given(certificates(STATION.log))
def test_the_bytes_are_deterministic_cbor_and_read_the_same(cbor: Judge, code: CertificateCode) -> None:
    token = sealed(code)
    read = cbor.asked(data=token.hex())
    assert read["refused"] == ""
    header, unprotected, payload, signature = read["value"]["value"]
    assert (read["value"]["tag"], unprotected, len(signature["hex"])) == (18, {"map": []}, 128)
    assert cbor.asked(data=header["hex"])["value"] == {"map": [[1, -8], [4, {"hex": STATION.log[:16]}]]}
    claims = cbor.asked(data=payload["hex"])
    assert (claims["refused"], claims["value"]) == ("", plain(cbor2.loads(bytes.fromhex(payload["hex"]))))
    assert [key for key, _ in claims["value"]["map"]] == list(range(1, 14))


def plain(value: Any) -> Any:
    """As tests/oracles/cbor.mjs tells a value."""
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dict):
        return {"map": [[plain(key), plain(held)] for key, held in value.items()]}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize(
    "data",
    ["a203040102", "a201020104", "1801", "190001", "5f41014102ff", "9f01ff", "fb3ff8000000000000", "d81200", "01" * 2],
)
def test_the_cbor_judge_bites(cbor: Judge, data: str) -> None:
    """Out of order, twice the same key, longer than needed, without a length, two in one: each is refused."""
    assert cbor.asked(data=data)["refused"] != ""
