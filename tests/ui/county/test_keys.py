"""The county's keys after its first day: renewed, lost, taken back; boxes that take another's place; who is told."""

import base64
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.clock import ClockState, Now
from kiosk.contract import key_id, read
from kiosk.enrolment import prepare
from kiosk.log import Locked, Writer
from kiosk.rules.messages import CardRevoked, KeysPut
from kiosk.seal import open_card
from kiosk.sealed import seal, unseal
from kiosk.succession import succeed
from kiosk.trust import SealError, Trust, Untold, Use, public_bytes, read_data_key, read_key, read_trust
from tests.support.broker import COUNTY, DAY
from tests.support.line import NOON
from tests.support.refused import refused
from tests.support.site import Site
from ui.county import keys
from ui.county.office import OWN_USES, OfficeError, enrol, make_card, stations

TODAY = Now(NOON, ClockState.NTP)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.join()
    return site


def refusal(action: Callable[[], object]) -> str:
    return refused(OfficeError, action)


def trust(site: Site) -> Trust:
    return read_trust(site.county / "trust.json")


def kid(site: Site, use: str) -> str:
    file = site.county / "keys" / f"{use}.key"
    return key_id(public_bytes(read_data_key(file) if use == "data" else read_key(file)))


def told(site: Site) -> list[KeysPut]:
    orders = [read(payload).order for payload in site.orders.after("all", 0, 1000)]
    return [order for order in orders if isinstance(order, KeysPut)]


# --- new keys ---------------------------------------------------------------------------------------------------------


def test_a_county_begins_with_a_key_of_each_use(site: Site) -> None:
    own = {line.grant.use: line for line in keys.listed(site.county) if line.own}
    assert own.keys() == set(OWN_USES)
    data = trust(site).data_key(DAY)
    assert data is not None
    private = read_data_key(site.county / "keys" / "data.key")
    assert unseal(private, seal(data, "13800001234", "test.phone"), "test.phone") == "13800001234"


@pytest.mark.parametrize("use", OWN_USES)
def test_a_renewed_key_is_used_and_the_old_one_kept(site: Site, use: Use) -> None:
    old, data = kid(site, use), (site.county / "keys" / f"{use}.key").read_bytes()
    grant = keys.renew(site.county, use, DAY)
    assert kid(site, use) == key_id(grant.public) != old
    assert (site.county / "keys" / f"{use}.key.{old}").read_bytes() == data
    assert trust(site).grant(use, old, DAY)
    assert [line.own for line in keys.listed(site.county) if line.kid in (old, kid(site, use))] == [False, True]
    assert {file.stat().st_mode & 0o777 for file in (site.county / "keys").glob("*.key*")} == {0o600}


def test_the_newest_data_key_is_sealed_to(site: Site) -> None:
    grant = keys.renew(site.county, Use.DATA, DAY)
    assert trust(site).data_key(DAY) == grant.public


def test_a_county_of_an_older_program_gets_a_data_key(site: Site) -> None:
    without = tuple(grant for grant in trust(site).grants if grant.use != Use.DATA)
    (site.county / "trust.json").write_bytes(Trust(COUNTY, trust(site).root, without).bytes())
    (site.county / "keys" / "data.key").unlink()
    assert trust(site).data_key(DAY) is None
    assert keys.renew(site.county, Use.DATA, DAY).public == trust(site).data_key(DAY)


def test_only_the_countys_own_keys_are_renewed_here(site: Site) -> None:
    assert refusal(lambda: keys.renew(site.county, Use.STATION, DAY)) == "office.not_ours"


@pytest.mark.parametrize("lost", ["key made", "list written", "old kept"])
def test_a_renewal_that_a_power_cut_stopped_is_finished(site: Site, lost: str) -> None:
    folder, old = site.county / "keys", kid(site, "order")
    grant = keys.renew(site.county, Use.ORDER, DAY)
    (folder / "order.key").rename(folder / "order.key.next")
    (folder / f"order.key.{old}").rename(folder / "order.key")
    if lost == "key made":
        words = tuple(known for known in trust(site).grants if known != grant)
        (site.county / "trust.json").write_bytes(Trust(COUNTY, trust(site).root, words).bytes())
    elif lost == "old kept":
        (folder / f"order.key.{old}").hardlink_to(folder / "order.key")
    assert keys.renew(site.county, Use.ORDER, DAY) == grant
    assert (kid(site, "order"), (folder / "order.key.next").exists()) == (key_id(grant.public), False)
    assert trust(site).grants.count(grant) == 1


def test_stations_obey_the_new_key_and_the_lost_one_is_nobodys(site: Site) -> None:
    """The station joined before: only the order tells it."""
    thief = read_key(site.county / "keys" / "order.key")
    old = kid(site, "order")
    site.give(CardRevoked("K-1"))
    (site.county / "keys" / "order.key").unlink()
    keys.renew(site.county, Use.ORDER, DAY)
    keys.revoke(site.county, old, DAY, "stolen")
    keys.tell(site.county, site.orders, TODAY)
    site.give(CardRevoked("K-2"))
    with closing(site.open()) as record:
        assert [done.done for done in site.hear(record)] == [True, True, True]
        assert record.tables.orders.is_revoked("K-2")
        with pytest.raises(SealError):
            record.trust.now().grant(Use.ORDER, key_id(public_bytes(thief)), DAY + timedelta(days=1))


# --- words that take keys back ----------------------------------------------------------------------------------------


def test_a_key_in_use_is_renewed_before_it_is_taken_back(site: Site) -> None:
    old = kid(site, "witness")
    word = keys.revoke(site.county, old[:8], DAY, "stolen")
    assert (word.key, word.since, kid(site, "witness") != old) == (old, DAY.isoformat(), True)
    assert trust(site).grant(Use.WITNESS, kid(site, "witness"), DAY)


def test_taking_back_twice_is_the_same_word(site: Site) -> None:
    first = keys.revoke(site.county, kid(site, "card"), DAY, "stolen")
    assert keys.revoke(site.county, first.key, DAY + timedelta(days=9), "again") == first
    assert trust(site).revoked == (first,)


def test_an_order_key_ends_behind_the_last_day_on_which_it_signed(site: Site) -> None:
    """A station that joins later reads every order from the first: none of them may turn into no order."""
    old = kid(site, "order")
    site.give(CardRevoked("K-1"))
    assert refusal(lambda: keys.revoke(site.county, old, DAY, "stolen", since=DAY)) == "office.revoke_orders"
    assert kid(site, "order") == old
    assert keys.revoke(site.county, old, DAY, "stolen").since == "2026-11-23"


def test_cards_of_a_revoked_key_are_refused_from_that_day_and_before_it_the_list_decides(site: Site) -> None:
    def opened(day: date) -> bool | None:
        text = make_card(site.county, "s-1", "Li", "12345675", day).rpartition("/")[2]
        texts[day] = texts.get(day, text)
        try:
            open_card(base64.b32decode(texts[day] + "=" * (-len(texts[day]) % 8)), trust(site))
        except Untold:
            return None
        except SealError:
            return False
        return True

    texts: dict[date, str] = {}
    days = [DAY - timedelta(days=1), DAY]
    assert [opened(day) for day in days] == [True, True]
    keys.revoke(site.county, kid(site, "card"), DAY, "stolen")
    assert [opened(day) for day in days] == [None, False]


@pytest.mark.parametrize("key", ["", "zz", "f" * 32])
def test_a_key_has_to_be_named(site: Site, key: str) -> None:
    assert refusal(lambda: keys.revoke(site.county, key, DAY, "x")) == "office.key_unknown"


def test_a_second_word_takes_back_more_or_is_refused(site: Site) -> None:
    own = key_id(public_bytes(read_key(site.places.keys / "station.key")))
    first = keys.revoke(site.county, own, DAY, "stolen", through=7)
    assert keys.revoke(site.county, own, DAY, "stolen", through=7) == first
    for since, through in ((DAY + timedelta(days=1), None), (None, 8), (DAY - timedelta(days=3), 8)):
        again = lambda: keys.revoke(site.county, own, DAY, "x", since, through)  # noqa: B023, E731
        assert refusal(again) == "office.key_gone"
    assert refusal(lambda: keys.revoke(site.county, own, DAY, "x", through=-4)) == "office.through_negative"
    assert trust(site).revoked == (first,)
    keys.revoke(site.county, own, DAY, "stolen before", since=DAY - timedelta(days=3))
    assert trust(site).revocation(Use.STATION, own) == trust(site).revoked[1]
    assert (trust(site).revoked[1].since, trust(site).station_through(own)) == ("2026-11-19", 7)
    keys.revoke(site.county, own, DAY, "stolen before", through=0)
    assert trust(site).station_through(own) == 0
    assert len(keys.tell(site.county, site.orders, TODAY)) == 1
    assert len(told(site)[-1].revoked) == 3


def test_of_a_station_it_has_to_be_said_how_far_its_log_counts(site: Site) -> None:
    own = key_id(public_bytes(read_key(site.places.keys / "station.key")))
    assert refusal(lambda: keys.revoke(site.county, own, DAY, "stolen")) == "office.replaces_through"
    assert keys.revoke(site.county, own, DAY, "stolen", through=7).through == 7
    assert (trust(site).station_through(own), stations(trust(site))) == (7, [])
    request = (site.places.keys / "request.json").read_bytes()
    assert refusal(lambda: enrol(site.county, request, DAY)) == "office.key_revoked"


# --- who is told ------------------------------------------------------------------------------------------------------


def test_every_word_is_told_once(site: Site) -> None:
    assert len(keys.tell(site.county, site.orders, TODAY)) == 1
    assert keys.tell(site.county, site.orders, TODAY) == []
    grant = keys.renew(site.county, Use.CARD, DAY)
    word = keys.revoke(site.county, kid(site, "witness"), DAY, "stolen")
    keys.tell(site.county, site.orders, TODAY)
    last = told(site)[-1]
    assert [told_of.signature for told_of in last.revoked] == [word.signature]
    assert grant.signature in [told_of.signature for told_of in last.grants]
    assert len(last.grants) == 2


def test_what_another_officer_kept_from_being_told_is_told_later(site: Site) -> None:
    keys.renew(site.county, Use.CARD, DAY)
    other = Writer(site.county / "orders" / "all")
    with pytest.raises(Locked):
        keys.tell(site.county, site.orders, TODAY)
    other.close()
    assert len(keys.tell(site.county, site.orders, TODAY)) == 1


def test_a_station_learns_of_its_neighbour(site: Site, tmp_path: Path) -> None:
    """Its certificates can be verified at the market without a network."""
    neighbour = Site(tmp_path, "gasa-02")
    neighbour.join()
    keys.tell(site.county, site.orders, TODAY)
    own = key_id(public_bytes(read_key(neighbour.places.keys / "station.key")))
    with closing(site.open()) as record:
        with pytest.raises(SealError):
            record.trust.now().grant(Use.STATION, own, DAY)
        site.hear(record)
        assert record.trust.now().grant(Use.STATION, own, DAY).name == "gasa-02"


# --- boxes that take another's place ----------------------------------------------------------------------------------


def replaced(site: Site, tmp_path: Path) -> tuple[str, bytes]:
    """The key of the box that was there, and the request of another for the same place."""
    own = key_id(public_bytes(read_key(site.places.keys / "station.key")))
    return own, prepare(tmp_path / "new" / "keys", COUNTY, site.station)


def test_without_saying_so_no_box_takes_anothers_place(site: Site, tmp_path: Path) -> None:
    _, request = replaced(site, tmp_path)
    assert refusal(lambda: enrol(site.county, request, DAY)) == "office.station_known"
    assert refusal(lambda: enrol(site.county, request, DAY, replaces=True)) == "office.replaces_through"
    fresh = prepare(tmp_path / "other", COUNTY, "gasa-07")
    assert refusal(lambda: enrol(site.county, fresh, DAY, replaces=True)) == "office.replaces_none"
    assert trust(site).revoked == ()


def test_the_new_key_speaks_for_the_place_and_the_old_ones_certificates_of_today_stay(
    site: Site, tmp_path: Path
) -> None:
    old, request = replaced(site, tmp_path)
    recorded(site, 5)
    enrol(site.county, request, DAY, replaces=True, through=5)
    assert stations(trust(site)) == [site.station]
    assert (trust(site).station_through(old), trust(site).grant(Use.STATION, old, DAY).name) == (5, site.station)
    with pytest.raises(SealError):
        trust(site).grant(Use.STATION, old, DAY + timedelta(days=1))
    before = (site.county / "trust.json").read_bytes()
    enrol(site.county, request, DAY, replaces=True, through=5)
    assert (site.county / "trust.json").read_bytes() == before


def test_the_county_may_have_more_of_the_old_log_than_the_box_knew(site: Site) -> None:
    recorded(site, 5)
    old = key_id(public_bytes(read_key(site.places.keys / "station.key")))
    request = succeed(site.places, COUNTY, site.station)
    enrol(site.county, request, DAY, replaces=True, through=5)
    assert trust(site).station_through(old) == 5


def recorded(site: Site, taken: int) -> None:
    """The box records five entries, hears of three that they are receipted, and the county has `taken` of them."""
    with closing(site.open()) as record:
        site.record_some(record, 4)
        site.receipt(record, 3)
        site.take(record, taken)


@pytest.mark.parametrize(("through", "code"), [(2, "below"), (-1, "below"), (5, "above"), (10**9, "above")])
def test_no_more_counts_than_has_come_and_no_less_than_was_receipted(site: Site, through: int, code: str) -> None:
    recorded(site, 4)
    request = succeed(site.places, COUNTY, site.station)
    before = (site.county / "trust.json").read_bytes()
    taken = lambda: enrol(site.county, request, DAY, replaces=True, through=through)  # noqa: E731
    assert refusal(taken) == f"office.through_{code}"
    assert (site.county / "trust.json").read_bytes() == before


def test_while_the_database_is_away_only_what_the_request_says_counts(site: Site) -> None:
    recorded(site, 5)
    (site.county / "county.db").unlink()
    request = succeed(site.places, COUNTY, site.station)
    assert refusal(lambda: enrol(site.county, request, DAY, replaces=True, through=4)) == "office.through_unread"
    enrol(site.county, request, DAY, replaces=True, through=3)
    assert stations(trust(site)) == [site.station]
