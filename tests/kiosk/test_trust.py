"""Whose key is whose: renewed grants, and signatures that name the key they were made with."""

import base64
from dataclasses import replace
from datetime import date

import pytest

from kiosk import contract
from kiosk.contract import Forged, key_id
from kiosk.rules.messages import CardRevoked
from kiosk.trust import Grant, Trust, Untrusted, Use, granted, public_bytes
from tests.support.bodies import COUNTY, County, a_key

ROOT, OFFICE = a_key("root"), a_key("office")


def given(since: str, until: str) -> Grant:
    public = base64.b64encode(public_bytes(OFFICE)).decode()
    return granted(ROOT, Grant(COUNTY, Use.ORDER, "office", public, since, until))


def test_a_key_whose_grant_was_renewed_is_known_in_both_terms_and_not_between() -> None:
    terms = (given("2025-01-01", "2025-12-31"), given("2026-02-01", "2026-12-31"))
    trust, kid = Trust(COUNTY, public_bytes(ROOT), terms), key_id(public_bytes(OFFICE))
    assert trust.grant(Use.ORDER, kid, date(2025, 6, 1)) == terms[0]
    assert trust.grant(Use.ORDER, kid, date(2026, 6, 1)) == terms[1]
    with pytest.raises(Untrusted, match="2026-01-15"):
        trust.grant(Use.ORDER, kid, date(2026, 1, 15))
    with pytest.raises(Untrusted, match="unknown"):
        trust.grant(Use.CARD, kid, date(2026, 6, 1))


@pytest.mark.parametrize("named", ["7", key_id(public_bytes(a_key("somebody")))])
def test_an_envelope_names_the_key_that_signed_it_whole(named: str) -> None:
    order = County().give("all", 1, CardRevoked("K1"))
    public = public_bytes(County().order)
    contract.verify(order, public)
    with pytest.raises(Forged):
        contract.verify(replace(order, key=named), public)
