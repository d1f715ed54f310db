"""What a rule requires of a person is sealed when it is taken, known again by a keyed hash, and open to nobody else."""

import base64
import hmac
import json
import stat
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from kiosk import contract
from kiosk.private_data import Particulars, PrivateData, PrivateError, opened, station_secret
from kiosk.rules.oversight import gate
from kiosk.rules.oversight.gate_facts import GROWER, Decision
from kiosk.sealed import seal
from kiosk.trust import Broken, Grant, Trust, Use, granted, public_bytes
from tests.support.bodies import County, a_key
from tests.support.oversight import SETTINGS, WORDINGS, goods

TODAY = date(2026, 11, 22)
ID, OTHER = "11010519491231002X", "530427198001010019"
LI = Particulars(ID, "13800001234", "平寨12号")
KEY = X25519PrivateKey.generate()


def trust(*keys: X25519PrivateKey, since: str = "2026-01-01") -> Trust:
    """A county whose root granted these data keys."""
    root = a_key("root")
    grants = tuple(granted(root, Grant("530427", Use.DATA, "office", _text(key), since, "2036-01-01")) for key in keys)
    return Trust("530427", public_bytes(root), grants)


def _text(key: X25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


@pytest.fixture
def private(tmp_path: Path) -> PrivateData:
    return PrivateData(station_secret(tmp_path / "person.secret"))


def test_only_the_county_opens_it(private: PrivateData) -> None:
    sealed = private.sealed(LI, trust(KEY), TODAY)
    assert opened(KEY, sealed.sealed) == LI
    assert sealed.id_tail == "002X"
    assert ID.encode().hex() not in sealed.sealed
    with pytest.raises(Broken):
        opened(X25519PrivateKey.generate(), sealed.sealed)


def test_the_same_text_seals_to_other_bytes_each_time(private: PrivateData) -> None:
    first, second = (private.sealed(LI, trust(KEY), TODAY) for _ in range(2))
    assert first.sealed != second.sealed
    assert first.person == second.person


def test_a_person_is_known_again_however_the_number_is_written(private: PrivateData, tmp_path: Path) -> None:
    written = (ID, ID.lower(), "110105 19491231 002x", " １１０１０５19491231002X")
    assert len({private.sealed(Particulars(one), trust(KEY), TODAY).person for one in written}) == 1
    assert private.sealed(Particulars(OTHER), trust(KEY), TODAY).person != private.sealed(LI, trust(KEY), TODAY).person
    elsewhere = PrivateData(station_secret(tmp_path / "another.secret"))
    assert elsewhere.sealed(LI, trust(KEY), TODAY).person != private.sealed(LI, trust(KEY), TODAY).person


def test_without_a_key_of_the_county_nothing_is_taken(private: PrivateData) -> None:
    for without in (trust(), trust(KEY, since="2027-01-01"), County().trust):
        with pytest.raises(PrivateError) as refused:
            private.sealed(LI, without, TODAY)
        assert refused.value.code == "private.no_key"


def test_a_number_that_cannot_be_right_is_refused_without_repeating_it(private: PrivateData) -> None:
    for wrong in ("110105194912310021", "hello", ID[:-1], "110105203001010018"):
        with pytest.raises(PrivateError) as refused:
            private.sealed(Particulars(wrong, "13800001234"), trust(KEY), TODAY)
        assert (refused.value.code, wrong in str(refused.value)) == ("private.id_wrong", False)
    with pytest.raises(PrivateError) as refused:
        private.sealed(Particulars(" ", ""), trust(KEY), TODAY)
    assert refused.value.code == "private.nothing"


def test_it_never_shows_in_a_traceback_or_a_log(private: PrivateData) -> None:
    assert repr(LI) == str(LI) == "Particulars()"


def test_a_gate_check_holds_it_closed(private: PrivateData) -> None:
    assert set(LI.given) == set(GROWER)
    judged = gate.judge(goods(), None, today=TODAY, settings=SETTINGS, wordings=WORDINGS, grower=LI.given)
    assert judged.advice is Decision.TEST_FIRST
    sealed = asdict(private.sealed(LI, trust(KEY), TODAY))
    check = gate.entry(
        goods(quantity=Decimal(20)), None, judged, at="2026-11-22T09:00:00+08:00", inspector="Wang",
        decision=Decision.TEST_FIRST, **sealed,
    )  # fmt: skip
    envelope = contract.write(
        check, log="x", seq=1, time="2026-11-22T09:00:00.000+08:00", clock="ntp", salt=bytes(16), key=a_key("box")
    )
    for clear in (ID, "13800001234", "平寨", ID[6:14]):
        assert clear.encode() not in envelope.bytes()
    assert opened(KEY, json.loads(envelope.body or b"")["sealed"]) == LI


def test_what_is_no_such_seal_does_not_open() -> None:
    public = KEY.public_key().public_bytes_raw()
    for text in ("[]", "{", '{"strange": "x"}', "1"):
        with pytest.raises(Broken):
            opened(KEY, seal(public, text, "gate.check.sealed"))
    with pytest.raises(Broken):
        opened(KEY, seal(public, LI.text(), "another.field"))
    with pytest.raises(Broken):
        opened(KEY, "not hex")


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "person.secret"
    secret = station_secret(file)
    assert station_secret(file) == secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(tmp_path.iterdir()) == [file]
    file.write_bytes(b"short")
    with pytest.raises(Broken):
        station_secret(file)


def test_anybody_with_the_key_opens_it_by_the_rfc() -> None:
    """RFC 9180 §4.1 and §5.1, written from its text; the example is that of FORMATS.md §13."""
    page = (Path(__file__).parents[2] / "kiosk" / "FORMATS.md").read_text("utf-8")
    raw = bytes.fromhex(page.partition("<!-- sealed, opened by")[2].split("```")[1].strip())
    key = X25519PrivateKey.from_private_bytes(bytes([6]) * 32)
    told = json.loads(by_the_rfc(key, raw, b"gate.check.sealed"))
    assert told == {"id_number": ID, "contact": "13800001234", "residence": "平寨12号"}
    assert opened(key, raw.hex()) == LI


def by_the_rfc(key: X25519PrivateKey, sealed: bytes, info: bytes) -> bytes:
    enc, suite = sealed[:32], b"HPKE" + bytes.fromhex("002000010003")
    kem, public = b"KEM" + bytes.fromhex("0020"), key.public_key().public_bytes_raw()
    prk = extract(kem, b"", b"eae_prk", key.exchange(X25519PublicKey.from_public_bytes(enc)))
    shared = expand(kem, prk, b"shared_secret", enc + public, 32)
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    secret = extract(suite, shared, b"secret", b"")
    nonce = expand(suite, secret, b"base_nonce", context, 12)
    return ChaCha20Poly1305(expand(suite, secret, b"key", context, 32)).decrypt(nonce, sealed[32:], b"")


def extract(suite: bytes, salt: bytes, label: bytes, text: bytes) -> bytes:
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + text, "sha256").digest()


def expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 §2.3; one block is enough."""
    labeled = length.to_bytes(2) + b"HPKE-v1" + suite + label + info
    return hmac.new(key, labeled + b"\1", "sha256").digest()[:length]
