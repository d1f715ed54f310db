"""One value has one form (RFC 8785): the quick writer and rfc8785's own agree on every body, whatever stands in it."""

import base64
import hashlib
import json
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.contract import SALT_BYTES, ContractError, Header, Malformed, read, verify
from kiosk.trust import public_bytes
from tests.support.bodies import a_key, kid

SALT = bytes(SALT_BYTES)
KEY = a_key("any")
Scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e9, 1e9) | st.text()
Bodies = st.dictionaries(
    st.text(), st.recursive(Scalars, lambda part: st.lists(part) | st.dictionaries(st.text(), part))
)
SORTED_ELSEWHERE = {"\U0001f600": 1, "\ufb33": 2}  # UTF-16 puts the first before the second, UTF-8 after it


def enveloped(body: bytes) -> bytes:
    header = Header(kid(KEY), 1, "t", "ntp", "any", hashlib.sha256(SALT + body).hexdigest())
    table = {
        "header": json.loads(header.bytes()),
        "key": kid(KEY),
        "salt": base64.b64encode(SALT).decode(),
        "sig": base64.b64encode(KEY.sign(header.bytes())).decode(),
    }
    return b'{"body":' + body + b"," + rfc8785.dumps(table)[1:]


@given(Bodies)
@example(SORTED_ELSEWHERE)
@example({"x": 1e21, "\x7f": "\x00\u2028"})
def test_what_rfc8785_writes_is_read_and_written_again(body: dict[str, Any]) -> None:
    data = enveloped(rfc8785.dumps(body))
    envelope = read(data)
    verify(envelope, public_bytes(KEY))
    assert envelope.body == rfc8785.dumps(body)
    assert envelope.bytes() == data


@given(Bodies, st.booleans(), st.booleans())
@example({"n": 2**53}, True, True)
@example({"n": 0.5, "m": 10.0}, False, True)
@example(SORTED_ELSEWHERE, False, True)
@example(SORTED_ELSEWHERE, True, True)
def test_what_json_writes_is_read_only_when_it_is_the_same(body: dict[str, Any], escaped: bool, in_order: bool) -> None:
    said = json.dumps(body, sort_keys=in_order, ensure_ascii=escaped, separators=(",", ":"))
    assert is_read(enveloped(said.encode())) == (is_canonical(body) and said.encode() == rfc8785.dumps(body))


@pytest.mark.parametrize("body", [b'{"n":NaN}', b'{"n":1.0}', b'{"n":-0}', b'{"n":1E2}', b'{"n":9007199254740992}'])
def test_other_spellings_of_a_number_are_no_entry(body: bytes) -> None:
    with pytest.raises(Malformed):
        read(enveloped(body))


def is_read(data: bytes) -> bool:
    try:
        read(data)
    except ContractError:
        return False
    return True


def is_canonical(body: dict[str, Any]) -> bool:
    try:
        rfc8785.dumps(body)
    except rfc8785.CanonicalizationError:
        return False
    return True
