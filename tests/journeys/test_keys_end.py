"""A station's key ends «from log size n»: what came before stays, at the county, at its neighbours and on paper."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import tree
from kiosk.checkpoint import open_receipt
from kiosk.clock import ClockState, Now
from kiosk.contract import key_id, read
from kiosk.record import Record
from kiosk.rules.messages import Certificate, Incident
from kiosk.seal import open_certificate
from kiosk.succession import succeed
from kiosk.trust import Trust, Untrusted, Use, public_bytes, read_key, read_trust
from kiosk.verify import County, Verdict, Witnessed, judge_token
from tests.support.bodies import Station
from tests.support.broker import COUNTY, DAY
from tests.support.line import NOON
from tests.support.site import Site
from ui.county import keys
from ui.county.office import enrol

TOMORROW, LATER = DAY + timedelta(days=1), DAY + timedelta(days=30)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.join()
    return site


def sealing(site: Site) -> Station:
    """The box at work: what it seals bears its own key."""
    return Station(COUNTY, site.station, read_key(site.places.keys / "station.key"), NOON)


def recorded(site: Site, record: Record) -> tuple[Certificate, int]:
    """A certificate, and how long the log is then."""
    record.append(certificate := sealing(site).certificate())
    return certificate, record.last


def trust(site: Site) -> Trust:
    return read_trust(site.county / "trust.json")


def verdict(token: str, known: Trust, witnessed: Witnessed | None = None) -> Verdict:
    return judge_token(bytes.fromhex(token), (County(known),), LATER, witnessed).verdict


def test_after_a_rollover_old_certificates_verify_and_new_ones_bear_the_new_key(site: Site) -> None:
    with closing(site.open()) as record:
        old, size = recorded(site, record)
        site.receipt(record, size)
        site.take(record, size)
    before = sealing(site).log
    site.accept(enrol(site.county, succeed(site.places, COUNTY, site.station), DAY, replaces=True, through=size))
    with closing(site.open()) as record:
        new, _ = recorded(site, record)
        opened = read(record.tables.payload(1) or b"").entry
        assert (opened.predecessor, opened.predecessor_through) == (before, size)  # type: ignore[union-attr]
        assert record.log == sealing(site).log != before
    known = trust(site)
    assert open_certificate(bytes.fromhex(new.code), known)[0].log == sealing(site).log
    assert open_certificate(bytes.fromhex(old.code), known, size)[0].log == before
    assert verdict(new.code, known) is Verdict.GENUINE
    assert verdict(old.code, known, Witnessed(size, DAY)) is Verdict.GENUINE


def test_what_a_revoked_key_seals_from_that_day_on_is_refused(site: Site) -> None:
    with closing(site.open()) as record:
        honest, size = recorded(site, record)
        site.take(record, size)
    keys.revoke(site.county, sealing(site).log, DAY, "stolen", since=TOMORROW, through=size)
    forged = replace(sealing(site), at=NOON + timedelta(days=1)).certificate(nth=2)
    known = trust(site)
    open_certificate(bytes.fromhex(honest.code), known, size)
    with pytest.raises(Untrusted, match="revoked"):
        open_certificate(bytes.fromhex(forged.code), known)
    assert verdict(forged.code, known) is Verdict.REVOKED


def test_a_date_set_back_does_not_save_what_a_stolen_key_seals(site: Site) -> None:
    """Its paper says yesterday. Alone it is doubtful; an entry behind n is refused, one within n proves it."""
    with closing(site.open()) as record:
        honest, size = recorded(site, record)
        site.take(record, size)
    keys.revoke(site.county, sealing(site).log, DAY, "stolen", since=TOMORROW, through=size)
    forged, known = sealing(site).certificate(nth=2), trust(site)
    assert verdict(forged.code, known) is Verdict.UNCLEAR
    assert verdict(forged.code, known, Witnessed(size + 1, DAY)) is Verdict.REVOKED
    assert verdict(honest.code, known, Witnessed(size, DAY)) is Verdict.GENUINE


def test_the_neighbour_hears_it_by_order_and_checks_without_a_network(site: Site, tmp_path: Path) -> None:
    neighbour = Site(tmp_path, "gasa-02")
    neighbour.join()
    with closing(site.open()) as record:
        _, size = recorded(site, record)
        site.take(record, size)
    forged = bytes.fromhex(replace(sealing(site), at=NOON + timedelta(days=1)).certificate(nth=2).code)
    with closing(neighbour.open()) as record:
        keys.tell(site.county, site.orders, Now(NOON, ClockState.NTP))
        neighbour.hear(record)
        assert open_certificate(forged, record.trust.now())[1].name == site.station
        keys.revoke(site.county, sealing(site).log, DAY, "stolen", since=TOMORROW, through=size)
        keys.tell(site.county, site.orders, Now(NOON, ClockState.NTP))
        neighbour.hear(record)
        with pytest.raises(Untrusted):
            open_certificate(forged, record.trust.now())
        assert record.trust.now().station_through(sealing(site).log) == size


def test_the_old_log_and_its_receipt_stay_provable(site: Site) -> None:
    """An entry within n has a proof that leads to a receipt of before."""
    with closing(site.open()) as record:
        _, size = recorded(site, record)
        record.append(Incident("printer", "printer.paper_out", {}))
        site.receipt(record, size)
        site.take(record, size)
        node = record.tables.node
        leaf, root = node(0, size - 1), record.tables.root(size)
        proof = tree.inclusion_proof(size - 1, size, node)
    log = sealing(site).log
    keys.revoke(site.county, log, DAY, "stolen", since=TOMORROW, through=size)
    note = next(iter(reversed(list((site.places.down / "receipts").glob("*.seg"))))).read_bytes()
    text = note[note.index(b"liangzheng/log/") :].decode("utf-8", "replace")
    receipt = open_receipt(text[: text.rindex("\n") + 1], trust(site))
    assert (receipt.checkpoint.log, receipt.checkpoint.size, receipt.checkpoint.root) == (log, size, root)
    tree.verify_inclusion(leaf, size - 1, size, proof, root)
    assert trust(site).grant(Use.STATION, log, DAY).name == site.station
    assert key_id(public_bytes(read_key(site.places.keys / "station.key"))) == log
