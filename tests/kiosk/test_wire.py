"""The forms on the wire: what is packed comes out as it was; what is not our form is refused, whatever it is."""

import contextlib
import secrets
import zlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from kiosk.wire import MOST_ENTRIES, MOST_INFLATED, MOST_SENT, Backoff, Topics, WireError, pack, unpack

Values = st.dictionaries(st.text(max_size=6), st.integers(0, 9) | st.text(max_size=20) | st.none(), max_size=4)


@given(st.lists(Values.map(rfc8785.dumps), min_size=1, max_size=60))
def test_packed_envelopes_come_out_byte_for_byte(envelopes: list[bytes]) -> None:
    parcel = pack(envelopes)
    assert unpack(parcel.payload, parcel.deflated) == envelopes[: parcel.count]
    assert parcel.count == min(len(envelopes), MOST_ENTRIES)


@given(st.binary(max_size=200), st.booleans())
def test_any_other_bytes_are_refused_or_an_array(data: bytes, deflated: bool) -> None:
    with contextlib.suppress(WireError):
        assert unpack(data, deflated)


def test_what_does_not_deflate_well_is_split() -> None:
    noise = [rfc8785.dumps({"n": nth, "x": secrets.token_hex(4000)}) for nth in range(40)]
    sent = 0
    while sent < len(noise):
        parcel = pack(noise[sent:])
        assert len(parcel.payload) <= MOST_SENT
        sent += parcel.count
    assert sent == 40


def test_one_entry_that_is_too_large_still_travels() -> None:
    large = rfc8785.dumps({"x": secrets.token_hex(150_000)})
    parcel = pack([large, b"{}"])
    assert parcel.count == 1
    assert unpack(parcel.payload, parcel.deflated) == [large]


@pytest.mark.parametrize(
    ("payload", "deflated"),
    [
        (b"", False),
        (b"[]", False),
        (b"{}", False),
        (b"[{}, {}]", False),  # a space: not as we write it
        (b"[{}{}]", False),
        (b"[{}", False),
        (b"[{},]", False),
        (b"[\xff]", False),
        (b"[" * 100_000 + b"]" * 100_000, False),
        (b"[" + b",".join([b"{}"] * (MOST_ENTRIES + 1)) + b"]", False),
        (b"[" + b" " * MOST_INFLATED + b"]", False),
        (b"not deflated", True),
        (zlib.compress(b"[{}]")[:-1], True),
        (zlib.compress(b"[{}]") + b"tail", True),
        (zlib.compress(b"[" + b"1" * (MOST_INFLATED * 20) + b"]"), True),  # a bomb
    ],
)
def test_refused(payload: bytes, deflated: bool) -> None:
    with pytest.raises(WireError):
        unpack(payload, deflated)


def test_topics_are_those_of_the_contract() -> None:
    topics = Topics("530427")
    assert topics.of("gasa-01", "up") == "liangzheng/1/530427/gasa-01/up"
    assert topics.of("all", "order") == "liangzheng/1/530427/all/order"
    assert topics.feed("order.done") == "liangzheng/1/530427/feed/order.done"
    assert topics.split("liangzheng/1/530427/gasa-01/want") == ("gasa-01", "want")


@pytest.mark.parametrize("topic", ["", "liangzheng/1/other/gasa-01/up", "liangzheng/1/530427/gasa-01", "a/b/c/d/e"])
def test_other_topics_are_refused(topic: str) -> None:
    with pytest.raises(WireError):
        Topics("530427").split(topic)


def test_waiting_doubles_to_its_limit_and_begins_again() -> None:
    backoff = Backoff(60, 900, lambda: 0.5)
    assert [backoff.next() for _ in range(6)] == [60, 120, 240, 480, 900, 900]
    backoff.reset()
    assert backoff.next() == 60


@given(st.floats(0, 1))
def test_waiting_is_spread_by_a_quarter(drawn: float) -> None:
    assert 45 <= Backoff(60, 900, lambda: drawn).next() <= 75
