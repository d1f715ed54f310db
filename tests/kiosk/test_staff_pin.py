"""PINs: what is kept proves the PIN and gives nothing away."""

import base64
import hashlib

import pytest

from kiosk.staff_pin import hashed, is_kept, is_pin, verify


def test_the_right_pin_and_no_other() -> None:
    kept = hashed("471123")
    assert [verify(pin, kept) for pin in ("471123", "471124", "", "47112")] == [True, False, False, False]
    assert "471123" not in kept


def test_the_same_pin_is_kept_differently() -> None:
    assert hashed("4711") != hashed("4711")


def test_it_is_scrypt_of_rfc_7914() -> None:
    _, n, r, p, salt, digest = hashed("4711").split("$")
    raw = hashlib.scrypt(b"4711", salt=base64.b64decode(salt), n=int(n), r=int(r), p=int(p), dklen=32)
    assert (n, r, p, base64.b64decode(digest)) == ("16384", "8", "1", raw)


@pytest.mark.parametrize("pin", ["123", "1234567890123", "12a4", "", "１２３４", "1234\n"])
def test_what_is_no_pin(pin: str) -> None:
    assert not is_pin(pin)


@pytest.mark.parametrize(
    ("old", "new"),
    [("$16384$", "$16383$"), ("$16384$", "$131072$"), ("$8$", "$9$"), ("$1$", "$0$"), ("scrypt", "md5"), ("=", "")],
)
def test_a_hash_that_is_not_ours_opens_nothing(old: str, new: str) -> None:
    spoilt = hashed("4711").replace(old, new, 1)
    assert not is_kept(spoilt)
    assert not verify("4711", spoilt)
