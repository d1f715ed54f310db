"""A key is found among thousands by its id; a list that grows checks only what is new to it."""

import base64
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.trust import Broken, Grant, Trust, Untrusted, Use, granted, public_bytes
from tests.support.bodies import COUNTY, kid
from tests.support.office import Office

STATIONS = 3000
DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def office() -> Office:
    return Office()


def key_of(nth: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(nth.to_bytes(32, "big"))


def grant_of(office: Office, nth: int, since: str = "2026-01-01") -> Grant:
    public = base64.b64encode(public_bytes(key_of(nth))).decode()
    return granted(office.root, Grant(COUNTY, Use.STATION, f"gasa-{nth}", public, since, "2036-01-01"))


def test_every_station_of_a_large_county_is_found_by_half_its_key_id(office: Office) -> None:
    trust = office.trust.merged((grant_of(office, nth) for nth in range(STATIONS)), [])
    for nth in range(STATIONS):
        whole = kid(key_of(nth))
        assert [one.name for one in trust.grants_of(Use.STATION, whole[:16])] == [f"gasa-{nth}"]
        assert trust.grant(Use.STATION, whole, DAY).name == f"gasa-{nth}"


@pytest.mark.parametrize("short", ["", "0", "0123456789abcde", "0123456789abcdef", "0123456789abcdef0", "g" * 16])
def test_less_than_half_a_key_id_names_no_key(office: Office, short: str) -> None:
    assert office.trust.grants_of(Use.ORDER, short) == ()
    with pytest.raises(Untrusted):
        office.trust.grant(Use.ORDER, short, DAY)


def test_a_key_is_asked_for_its_use_only(office: Office) -> None:
    trust = office.trust.merged([grant_of(office, 7)], [])
    whole = kid(key_of(7))
    assert trust.grants_of(Use.ORDER, whole) == ()
    assert trust.grants_of(Use.STATION, whole[:-1] + ("0" if whole[-1] != "0" else "1")) == ()


def test_a_renewed_key_has_all_its_grants(office: Office) -> None:
    trust = office.trust.merged([grant_of(office, 7), grant_of(office, 7, "2027-01-01")], [])
    assert [one.since for one in trust.grants_of(Use.STATION, kid(key_of(7)))] == ["2026-01-01", "2027-01-01"]
    assert trust.newest() == "2027-01-01"


def test_what_joins_a_list_is_checked(office: Office) -> None:
    good = grant_of(office, 7)
    forged = Grant(**{name: getattr(good, name) for name in Grant.__slots__} | {"until": "2099-01-01"})
    with pytest.raises(Broken):
        office.trust.merged([good, forged], [])
    with pytest.raises(Broken):
        office.trust.merged([good], []).merged([forged], [])
    with pytest.raises(Broken):
        Trust(COUNTY, office.trust.root, (*office.trust.grants, forged))


def test_a_key_that_is_no_base64_is_told(office: Office) -> None:
    odd = granted(office.root, Grant(COUNTY, Use.STATION, "odd", "AAA", "2026-01-01", "2036-01-01"))
    with pytest.raises(Broken):
        office.trust.merged([odd], [])
