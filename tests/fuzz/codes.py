"""Targets: certificates' codes. Of what anybody changed none is taken; of what a station of ours sealed, all."""

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.rules.messages import Basis, Outcome
from kiosk.rules.scan.numbers import certificate_number
from kiosk.seal import CardCode, CertificateCode, TestSummary, open_card, open_certificate, seal_card, seal_certificate
from kiosk.trust import Grant, Revoked, SealError, TooLong, Trust, Use, granted, public_bytes, revoked
from tests.fuzz.loose_cbor import head, loose
from tests.fuzz.mutate import ODD, damaged
from tests.fuzz.sealed import CLAIMS, World
from tests.fuzz.target import Broken, Target
from tests.support.bodies import COUNTY, HOST, a_key, kid

TAG, ALG, KID, EDDSA = 18, 1, 4, -8
ODD_TAGS = (0, 1, 16, 17, 24, 61, 96, 97, 98, 55799, 2**32, 2**64 - 1)
ODD_HEADERS: tuple[dict[Any, Any], ...] = (
    {ALG: -7},
    {ALG: -19},
    {ALG: -35},
    {ALG: 5},
    {ALG: 0},
    {ALG: "EdDSA"},
    {ALG: None},
    {KID: b""},
    {KID: "text"},
    {KID: [1]},
    {2: [99], 99: 1},
    {2: [ALG]},
    {3: "text/plain"},
    {5: b"iv"},
    {33: b"certificate"},
    {"alg": EDDSA},
)
UNPROTECTED: tuple[dict[Any, Any], ...] = ({ALG: EDDSA}, {KID: b"12345678"}, {33: b""}, {"": 0}, {7: []}, {11: b"x"})
CONTEXTS = ("Signature", "CounterSignature", "MAC0", "Encrypt0", "signature1", "")
HUGE = (2**16, 2**31 - 1, 2**32 - 1, 2**32, 2**63 - 1, 2**64 - 1)
ODD_CLAIMS = (14, 23, 24, -1, 0, "x")
ODD_VALUES: tuple[Any, ...] = ([], [1, 1], [[]], [["m", 1, "v"]], "1e3", "-5", "NaN", " 5", "5.", "1_0", "0", bytes(16))
AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?")  # FORMATS.md §8
LETTERS = "李秀英新平县戛洒镇豇豆𠮷㐂Aa0-…·é\u200d "
START = date(2026, 1, 1)
Parts = tuple[bytes, dict[Any, Any], bytes, bytes]


class Sealers:
    """A county with one station whose codes count, and keys whose codes do not."""

    def __init__(self, world: World) -> None:
        self.key = world.box.key
        self.county = world.county
        self.strangers = tuple(a_key(f"stranger {nth}") for nth in range(3))
        self.others = (self.county.order, self.county.witness, self.county.card, self.county.root)
        self.late, self.taken = a_key("granted for one week"), a_key("taken back")
        self.trust = self._trust(world.trust)
        self.good = {self.sealed(Random(f"good {nth}")): nth for nth in range(12)}
        self.tokens = tuple(self.good)

    def sealed(self, draw: Random) -> bytes:
        while True:
            try:
                return seal_certificate(a_certificate(draw, kid(self.key)), self.key, HOST)
            except TooLong:
                continue

    def _trust(self, trust: Trust) -> Trust:
        words = [(self.late, "2026-02-01", "2026-02-07"), (self.taken, "2026-01-01", "2036-01-01")]
        grants = [
            granted(self.county.root, Grant(COUNTY, Use.STATION, f"dc-{since}", _text(key), since, until))
            for key, since, until in words
        ]
        gone = Revoked(COUNTY, Use.STATION, kid(self.taken), "2026-01-01", 5, "stolen")
        return trust.merged(grants, [revoked(self.county.root, gone)])


def targets(world: World) -> tuple[Target, ...]:
    sealers = Sealers(world)
    return _mutated(sealers), _odd(sealers), _valid(sealers), _cards(sealers)


def _mutated(sealers: Sealers) -> Target:
    """Certificates that somebody changed, and true ones between them: these and no others are taken."""

    def check(data: bytes) -> bool:
        taken = _opens(data, sealers.trust)
        if taken != (data in sealers.good):
            raise Broken("a changed code is taken" if taken else "a true code is refused")
        return taken

    return Target("codes.certificate", lambda draw: changed(draw, sealers), check, smoke=1500)


def _odd(sealers: Sealers) -> Target:
    """Odd claims under a station's own good key: refused, or a certificate of which each part is what was sealed."""

    def check(data: bytes) -> bool:
        try:
            code, _ = open_certificate(data, sealers.trust)
        except SealError:
            return False
        sealed = {name: held for name, held in cbor2.loads(parts(data)[2]).items() if name in range(1, 14)}
        if not same(code.claims(), sealed):
            raise Broken(f"what was read is not what is sealed: {code.claims()}, {sealed}")
        if len(code.text) != 32 or not AMOUNT.fullmatch(sealed[6]) or code.quantity <= 0:
            raise Broken("a digest or a quantity that is none")
        return True

    return Target("codes.claims", lambda draw: odd_claims(draw, sealers), check)


def _valid(sealers: Sealers) -> Target:
    """Any certificate that a station could seal is taken, and says what was sealed."""

    def check(data: bytes) -> bool:
        code, grant = open_certificate(data, sealers.trust)
        if seal_certificate(code, sealers.key, HOST) != data or grant.name != "gasa":
            raise Broken("what was read is not what was sealed")
        return True

    return Target("codes.valid", sealers.sealed, check)


def _cards(sealers: Sealers) -> Target:
    """Any card that the county could seal is taken as it is; no certificate is a card, and no card a certificate."""

    def breed(draw: Random) -> bytes:
        code = CardCode(str(draw.randrange(10**8)), f"s-{draw.randrange(10**4)}", a_text(draw), a_day(draw))
        return seal_card(code, draw.choice((sealers.county.card, sealers.key)))

    def check(data: bytes) -> bool:
        if _opens(data, sealers.trust):
            raise Broken("a card is taken for a certificate")
        by_county = parts(data)[0].endswith(bytes.fromhex(kid(sealers.county.card))[:8])
        try:
            code = open_card(data, sealers.trust)
        except SealError:
            if by_county:
                raise
            return False
        if not by_county or seal_card(code, sealers.county.card) != data:
            raise Broken("what was read is not what the county sealed")
        return True

    return Target("codes.card", breed, check)


# --- ways to change a code -----------------------------------------------------------------------------------------


def changed(draw: Random, sealers: Sealers) -> bytes:
    """A certificate's code after one of the ways below; now and then as it was."""
    ways: tuple[Callable[[Random, Sealers], bytes], ...] = (
        lambda draw, all_of: damaged(draw, all_of.tokens),
        _flipped,
        _swapped,
        _spliced,
        _signed_by_another,
        _another_header,
        _another_form,
        _unprotected,
        _another_tag,
        _another_context,
        _giant,
        _tailed,
        lambda draw, all_of: draw.choice(all_of.tokens),
    )
    return draw.choice(ways)(draw, sealers)


def odd_claims(draw: Random, sealers: Sealers) -> bytes:
    """What a broken station would seal with its good key."""
    protected, _, payload, _ = parts(draw.choice(sealers.tokens))
    claims = cbor2.loads(payload)
    for _ in range(draw.choice((1, 1, 2))):
        claims[draw.choice([*claims, *ODD_CLAIMS])] = draw.choice((*CLAIMS, *ODD, *ODD_VALUES))
    return sign(sealers.key, protected, cbor2.dumps(claims, canonical=True))


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same kinds: 1 is not true, and a text is no list."""
    return bool(one == other) and cbor2.dumps(one, canonical=True) == cbor2.dumps(other, canonical=True)


def _flipped(draw: Random, sealers: Sealers) -> bytes:
    token = bytearray(draw.choice(sealers.tokens))
    token[draw.randrange(len(token))] ^= 1 << draw.randrange(8)
    return bytes(token)


def _swapped(draw: Random, sealers: Sealers) -> bytes:
    """Two claims change places, or one comes from another certificate; the signature stays."""
    protected, _, payload, signature = parts(draw.choice(sealers.tokens))
    claims, other = cbor2.loads(payload), cbor2.loads(parts(draw.choice(sealers.tokens))[2])
    one, two = draw.sample(sorted(claims), 2)
    if draw.random() < 0.5:
        claims[one], claims[two] = claims[two], claims[one]
    else:
        claims[one] = other[one]
    return together(protected, {}, cbor2.dumps(claims, canonical=True), signature)


def _spliced(draw: Random, sealers: Sealers) -> bytes:
    """Header, payload and signature of several."""
    chosen = [parts(draw.choice(sealers.tokens)) for _ in range(3)]
    return together(chosen[0][0], {}, chosen[1][2], chosen[2][3])


def _signed_by_another(draw: Random, sealers: Sealers) -> bytes:
    """Sealed as it should be, by a key that nobody granted, that has another use, or whose time was or is over."""
    key = draw.choice((*sealers.strangers, *sealers.others, sealers.late, sealers.taken))
    code = a_certificate(draw, kid(key))
    if key is sealers.late:
        code = replace(code, date=draw.choice((date(2026, 1, 31), date(2026, 2, 8), code.date + timedelta(60))))
    named = draw.choice((key, key, sealers.key))
    protected = cbor2.dumps({ALG: EDDSA, KID: bytes.fromhex(kid(named))[:8]}, canonical=True)
    return sign(key, protected, cbor2.dumps(code.claims(), canonical=True))


def _another_header(draw: Random, sealers: Sealers) -> bytes:
    protected, _, payload, _ = parts(draw.choice(sealers.tokens))
    header = cbor2.loads(protected) | draw.choice(ODD_HEADERS)
    if draw.random() < 0.2:
        del header[draw.choice((ALG, KID))]
    return sign(sealers.key, cbor2.dumps(header, canonical=True), payload)


def _another_form(draw: Random, sealers: Sealers) -> bytes:
    """The same, written otherwise: outside, in the header or in the payload, and then truly signed so."""
    token = draw.choice(sealers.tokens)
    while (fresh := _loosened(draw, token, sealers.key)) == token:
        continue
    return fresh


def _loosened(draw: Random, token: bytes, key: Ed25519PrivateKey) -> bytes:
    protected, _, payload, signature = parts(token)
    match draw.randrange(3):
        case 0:
            whole = [protected, {}, payload, signature]
            return head(6, TAG, draw.choice((0, 0, 1, 2, 4, 8))) + loose(draw, whole)
        case 1:
            return sign(key, loose(draw, cbor2.loads(protected)), payload)
        case _:
            return sign(key, protected, loose(draw, cbor2.loads(payload)))


def _unprotected(draw: Random, sealers: Sealers) -> bytes:
    """What no signature covers: beside the header, or in its place."""
    protected, _, payload, signature = parts(draw.choice(sealers.tokens))
    if draw.random() < 0.5:
        return together(protected, draw.choice(UNPROTECTED), payload, signature)
    empty = draw.choice((b"", b"\xa0"))
    return sign(sealers.key, empty, payload, cbor2.loads(protected))


def _another_tag(draw: Random, sealers: Sealers) -> bytes:
    token = draw.choice(sealers.tokens)
    untagged = token[1:]
    tags = b"".join(head(6, draw.choice((TAG, *ODD_TAGS))) for _ in range(draw.choice((0, 1, 1, 2, 3))))
    return draw.choice((tags + untagged, tags + token)) if tags != b"\xd2" else tags + token


def _another_context(draw: Random, sealers: Sealers) -> bytes:
    """Truly signed, as something else: another structure, with other data, or the payload alone."""
    protected, _, payload, _ = parts(draw.choice(sealers.tokens))
    signed = draw.choice(
        (
            cbor2.dumps([draw.choice(CONTEXTS), protected, b"", payload]),
            cbor2.dumps(["Signature1", protected, b"more", payload]),
            cbor2.dumps(["Signature", protected, b"", b"", payload]),
            cbor2.dumps(["Signature1", b"", b"", payload]),
            payload,
            protected + payload,
        )
    )
    return together(protected, {}, payload, sealers.key.sign(signed))


def _giant(draw: Random, sealers: Sealers) -> bytes:
    """A length that no code has, in the place of a true one."""
    token = draw.choice(sealers.tokens)
    at = draw.randrange(len(token))
    return token[:at] + head(draw.randrange(8) % 7, draw.choice(HUGE)) + token[at + draw.randrange(3) :]


def _tailed(draw: Random, sealers: Sealers) -> bytes:
    """More behind, less inside, or a payload that is somewhere else."""
    protected, _, payload, signature = parts(draw.choice(sealers.tokens))
    token = draw.choice(sealers.tokens)
    short = signature[: draw.randrange(64)]
    return draw.choice(
        (
            token + draw.choice((b"\x00", b"\xf6", token, b"\xff")),
            cbor2.dumps(cbor2.CBORTag(TAG, [protected, {}, None, signature])),
            cbor2.dumps(cbor2.CBORTag(TAG, [protected, {}, payload])),
            cbor2.dumps(cbor2.CBORTag(TAG, [protected, {}, payload, signature, b""])),
            together(protected, {}, payload, short),
            together(protected, {}, payload, signature + signature[:1]),
            together(protected, {}, payload + b"\x00", sealers.key.sign(b"")),
            sign(sealers.key, protected, payload + draw.choice((b"\x00", b"\xa0"))),
        )
    )


# --- codes ---------------------------------------------------------------------------------------------------------


def a_certificate(draw: Random, log: str) -> CertificateCode:
    tests = [
        TestSummary("GB/T 5009.199-2003", draw.choice(list(Outcome)), f"{draw.randrange(1000)}.{draw.randrange(10)}")
    ]
    return CertificateCode(
        number=certificate_number(COUNTY, draw.randbytes(7)),
        style=draw.choice((1, 2)),
        subject=a_text(draw),
        subject_id=f"s-{draw.randrange(10**6):04}",
        product=a_text(draw),
        quantity=Decimal(draw.randrange(1, 10**7)).scaleb(-draw.randrange(4)),
        unit=draw.choice(("kg", "g", "t")),
        origin=a_text(draw),
        date=a_day(draw),
        basis=tuple(draw.sample(list(Basis), draw.randint(1, 3))),
        tests=tuple(tests * draw.randrange(3)),
        log=log,
        text=draw.randbytes(32).hex(),
    )


def a_text(draw: Random) -> str:
    return "".join(draw.choices(LETTERS, k=draw.choice((1, 3, 10, 45))))


def a_day(draw: Random) -> date:
    return START + timedelta(days=draw.randrange(3650))


def parts(token: bytes) -> Parts:
    protected, unprotected, payload, signature = cbor2.loads(token).value
    return protected, dict(unprotected), payload, signature


def together(protected: bytes, unprotected: dict[Any, Any], payload: bytes, signature: bytes) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(TAG, [protected, unprotected, payload, signature]), canonical=True)


def sign(key: Ed25519PrivateKey, protected: bytes, payload: bytes, unprotected: dict[Any, Any] | None = None) -> bytes:
    signature = key.sign(cbor2.dumps(["Signature1", protected, b"", payload], canonical=True))
    return together(protected, unprotected or {}, payload, signature)


def _opens(token: bytes, trust: Trust) -> bool:
    try:
        open_certificate(token, trust)
    except SealError:
        return False
    return True


def _text(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(public_bytes(key)).decode()
