"""Whose key is whose: renewed grants, keys that were taken back, signatures that name the key of theirs."""

import base64
import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest

from kiosk import contract
from kiosk.contract import Forged, key_id
from kiosk.rules.messages import CardRevoked
from kiosk.trust import (
    Broken,
    Grant,
    Revoked,
    SealError,
    Trust,
    Untrusted,
    Use,
    granted,
    make_data_key,
    public_bytes,
    read_data_key,
    read_key,
    read_trust,
    revoked,
)
from tests.support.bodies import COUNTY, County, a_key

ROOT, OFFICE = a_key("root"), a_key("office")
KID = key_id(public_bytes(OFFICE))


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


def grant(use: Use = Use.ORDER, since: str = "2026-01-01", key: str = "office", county: str = COUNTY) -> Grant:
    public = base64.b64encode(public_bytes(a_key(key))).decode()
    return granted(ROOT, Grant(county, use, "office", public, since, "2036-01-01"))


def taken(use: Use = Use.ORDER, since: str = "2026-06-01", through: int = 0, key: str = "office") -> Revoked:
    return revoked(ROOT, Revoked(COUNTY, use, key_id(public_bytes(a_key(key))), since, through, "stolen"))


def trust(*words: Grant | Revoked) -> Trust:
    grants = tuple(word for word in words if isinstance(word, Grant))
    return Trust(COUNTY, public_bytes(ROOT), grants, tuple(word for word in words if isinstance(word, Revoked)))


def test_a_revoked_key_counts_until_the_day_before() -> None:
    known = trust(grant(), taken())
    assert known.grant(Use.ORDER, KID, date(2026, 5, 31)) == grant()
    with pytest.raises(Untrusted, match="revoked since 2026-06-01"):
        known.grant(Use.ORDER, KID, date(2026, 6, 1))


def test_a_renewed_grant_of_a_revoked_key_helps_nothing() -> None:
    known = trust(grant(), taken(), grant(since="2026-07-01"))
    with pytest.raises(Untrusted, match="revoked"):
        known.grant(Use.ORDER, KID, date(2026, 8, 1))


def test_a_word_is_about_one_use_and_one_key() -> None:
    known = trust(grant(), grant(Use.CARD), taken(Use.CARD), taken(key="another"))
    assert known.grant(Use.ORDER, KID, date(2026, 8, 1)) == grant()


def test_the_earliest_word_and_the_shortest_log_count() -> None:
    words = (taken(Use.STATION, "2026-07-01", 50), taken(Use.STATION, "2026-06-01", 90))
    known = trust(grant(Use.STATION), *words)
    assert known.revocation(Use.STATION, KID) == words[1]
    assert (known.station_through(KID), known.station_through("0" * 32)) == (50, None)


@pytest.mark.parametrize("member", [field for field in asdict(taken()) if field != "signature"])
def test_what_is_changed_in_a_word_is_found(member: str) -> None:
    facts = asdict(taken())
    facts[member] = 9 if member == "through" else f"{facts[member]}0"
    with pytest.raises(Broken):
        trust(Revoked(**facts))
    with pytest.raises(SealError):
        trust().merged([], [Revoked(**facts)])


@pytest.mark.parametrize("signature", ["", "x", "AAAA", taken(key="another").signature])
def test_words_that_the_root_did_not_sign_are_refused(signature: str) -> None:
    with pytest.raises(Broken):
        trust().merged([replace(grant(), signature=signature)], [])
    with pytest.raises(Broken):
        trust().merged([], [replace(taken(), signature=signature)])


def test_what_is_merged_is_there_once() -> None:
    known = trust(grant())
    assert known.merged([grant()], []) is known
    both = known.merged([grant(), grant(Use.CARD), grant(Use.CARD)], [taken(), taken()])
    assert (both.grants, both.revoked) == ((grant(), grant(Use.CARD)), (taken(),))
    assert (known.grants, known.revoked) == ((grant(),), ())


def test_words_of_the_root_for_another_county_are_not_ours() -> None:
    with pytest.raises(Untrusted, match="530428"):
        trust().merged([grant(county="530428")], [])


def test_the_file_says_all_of_it(tmp_path: Path) -> None:
    file = tmp_path / "trust.json"
    file.write_bytes(trust(grant(), taken()).bytes())
    again = read_trust(file)
    assert (again.grants, again.revoked) == ((grant(),), (taken(),))
    file.write_bytes(trust(grant()).bytes())
    assert "revoked" not in json.loads(file.read_bytes())
    assert read_trust(file).revoked == ()


@pytest.mark.parametrize("revoked", [[{}], [1], 1, {"x": 1}, [asdict(replace(taken(), signature=""))]])
def test_a_file_with_broken_words_is_no_trust_list(tmp_path: Path, revoked: object) -> None:
    file = tmp_path / "trust.json"
    file.write_text(json.dumps(json.loads(trust(grant()).bytes()) | {"revoked": revoked}))
    with pytest.raises(SealError):
        read_trust(file)


def test_the_newest_data_key_that_counts_is_used() -> None:
    old, new = grant(Use.DATA, key="data 1"), grant(Use.DATA, "2026-05-01", "data 2")
    last = grant(Use.DATA, "2026-05-01", "data 3")
    raw = [public_bytes(a_key(f"data {nth}")) for nth in (1, 2, 3)]
    assert trust(grant()).data_key(date(2026, 5, 2)) is None
    assert [trust(old, new).data_key(date(2026, month, 2)) for month in (4, 5)] == [raw[0], raw[1]]
    assert trust(old, new, last).data_key(date(2026, 5, 2)) == raw[2]
    assert trust(old, new, taken(Use.DATA, "2026-06-01", key="data 2")).data_key(date(2026, 6, 2)) == raw[0]


def test_a_data_key_is_kept_by_its_owner_and_signs_nothing(tmp_path: Path) -> None:
    made = make_data_key(tmp_path / "data.key")
    assert public_bytes(read_data_key(tmp_path / "data.key")) == public_bytes(made)
    assert (tmp_path / "data.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Broken):
        read_key(tmp_path / "data.key")
