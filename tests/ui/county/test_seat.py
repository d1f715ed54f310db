"""What an intake hears: alone everything, among several its share; what its other self heard is left."""

import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.wire import CODE, Topics
from ui.county.seat import NAME, Seat
from ui.county.witness import group_of

TOPICS, GROUP = Topics("530427"), "5ca1ab1e"


def test_one_intake_hears_every_topic() -> None:
    assert set(Seat().filters(TOPICS, GROUP)) == {
        f"liangzheng/1/530427/+/{name}" for name in ("up", "blob", "status", "want")
    }


def test_several_share_but_for_what_is_retained() -> None:
    """A shared subscription gets no retained message (MQTT 5 §4.8.2), and states of stations are retained."""
    filters = Seat("intake.2", shared=True).filters(TOPICS, GROUP)
    assert "liangzheng/1/530427/+/status" in filters
    assert "$share/5ca1ab1e/liangzheng/1/530427/+/up" in filters
    assert len(filters) == 4


@pytest.mark.parametrize("shared", [True, False])
def test_the_other_way_to_hear_is_left(shared: bool) -> None:
    seat, other = Seat(shared=shared), Seat(shared=not shared)
    left, heard = {*seat.left(TOPICS, GROUP)}, {*seat.filters(TOPICS, GROUP)}
    assert not left & heard
    assert left | heard >= {*other.filters(TOPICS, GROUP)}


def test_the_group_is_the_same_for_one_witness_key_and_tells_nothing_to_who_has_it_not() -> None:
    """HMAC-SHA-256 of these words with the raw key, as computed by `openssl dgst -mac`."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    assert group_of(key) == group_of(key) == "5b7243a9c9994e9b"
    assert group_of(Ed25519PrivateKey.generate()) != group_of(key)


def test_no_station_can_have_the_name_of_an_intake_but_the_first() -> None:
    assert NAME.fullmatch("intake.2")
    assert not re.fullmatch(CODE, "intake.2")
