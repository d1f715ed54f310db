"""The county's list of void certificates: its orders, what stations voided themselves, a counter that only rises."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.clock import ClockState, Now
from kiosk.revoked_list import install, open_list
from kiosk.rules.messages import CertificateRevoked, Voided
from kiosk.rules.scan.numbers import shown
from kiosk.trust import Older, read_trust
from kiosk.verify import Why
from tests.support.broker import COUNTY
from tests.support.line import NOON
from tests.support.site import Site
from tests.ui.county.conftest import Desk
from ui.command.main import main
from ui.county.revoked import OWN, void_numbers, write_revoked


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def voided(number: str) -> Voided:
    return Voided(number, "wrong_quantity", "self", "taken_back", "v-1", "")


def test_orders_and_voids_are_on_it_and_a_stranger_voids_nothing(site: Site, desk: Desk) -> None:
    other = desk.county.enrol("gasa-02")
    papers = [desk.box.certificate(nth) for nth in (1, 2, 3)]
    desk.take(desk.box.opened(), *(desk.box.write(paper) for paper in papers), desk.box.write(voided(papers[0].number)))
    desk.take(other.opened(), other.write(voided(papers[1].number)), box=other)
    site.give(CertificateRevoked(shown(papers[2].number), "wrong"))
    site.give(CertificateRevoked("5304270000000000A", "wrong"), stream=site.station)
    found = void_numbers(site.county, desk.file)
    assert found == {
        papers[0].number: Why.VOID,
        papers[2].number: Why.ORDER,
        "5304270000000000A": Why.ORDER,
    }


def test_each_list_takes_the_place_of_the_one_before(site: Site, tmp_path: Path) -> None:
    trust, place = read_trust(site.county / "trust.json"), tmp_path / "in use"
    counters = []
    for nth in range(3):
        at = Now(NOON - timedelta(hours=nth), ClockState.NTP)  # a clock that goes back
        head = write_revoked(site.county, tmp_path / "out", {f"n{nth}": Why.ORDER}, at)
        assert install(tmp_path / "out", place, trust).counter == head.counter
        counters.append(head.counter)
    assert counters == sorted(set(counters))
    with pytest.raises(Older):
        install(site.county / OWN, place, trust)
    (site.county / OWN).unlink()  # the county was restored without it
    at = Now(NOON + timedelta(days=1), ClockState.NTP)
    write_revoked(site.county, tmp_path / "out", {}, at)
    install(tmp_path / "out", place, trust)


def test_the_command_writes_it(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.give(CertificateRevoked("530427008J4CT4AN2", "wrong"), CertificateRevoked("530427008J4CT4AN2", "again"))
    assert main(["county", "revoked", str(site.county), str(tmp_path / "list")]) == 0
    assert "list" in capsys.readouterr().out
    with open_list(tmp_path / "list", read_trust(site.county / "trust.json")) as revoked:
        assert (revoked.head.county, revoked.head.through, revoked.head.count) == (COUNTY, 2, 1)
        assert revoked.why("530427008J4CT4AN2") is Why.ORDER
