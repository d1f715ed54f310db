"""What the station does by itself, seen from the person in front of it: a full disk, an old list, a listed producer."""

import os
import shutil
from contextlib import closing
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import blobs, log
from kiosk.clock import Clock
from kiosk.contract import key_id, read
from kiosk.daily import Daily
from kiosk.devices import PrintEnded
from kiosk.housekeeping import Household
from kiosk.record import Record
from kiosk.rules.messages import Certificate, Credit, CreditPut, DayClosed, Finding, KeyRevoked, KeysPut, NoticePut
from kiosk.rules.settings import Proof
from kiosk.rules.visits.turn import Stage
from kiosk.serving import Settings
from kiosk.storage import MB, REST, Folders, Limits, Storage
from kiosk.trust import Revoked, Use, public_bytes, revoked
from tests.kiosk.test_attendant import SOON, Box, refused
from tests.support.bodies import COUNTY, FARMER, START
from tests.support.law import law
from tests.support.waiting import wait_for

ROOM = 2 * MB


class Home(Box):
    """A box with a household and two megabytes of room; its walks over the folders rest for no longer than we say."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.uptime = 0.0

    def household(self, record: Record, clock: Clock) -> Household:
        folder = self.captures.parent
        folders = Folders((folder / "state", self.home.up), self.captures, self.home.down)
        storage = Storage(record, folders, Limits(3 * MB, MB), folder / "told", lambda: self.uptime)
        household = Household(record, clock, storage)
        household.does(Daily(record, clock).close)
        return household

    def settings(self) -> Settings:
        """By the box's own day."""
        return replace(super().settings(), rules=lambda at: law(at, method=False, proof=Proof.NONE))

    def fill(self) -> None:
        blobs.keep(self.captures, "2026-11", os.urandom(ROOM))
        self.uptime += REST

    def make_room(self) -> None:
        shutil.rmtree(self.captures)
        self.uptime += REST

    def acknowledge(self) -> None:
        """The county confirms what it has, now."""
        entries = list(log.payloads(self.home.up))
        size = len(entries)
        with closing(log.Writer(self.home.down / "receipts")) as writer:
            note = self.county.receipt(read(entries[0][1]).header.log, size, self.root(size), self.time)
            writer.append(note.encode())
            writer.flush()
            writer.publish(writer.last)

    def root(self, size: int) -> bytes:
        with closing(self.record()) as record:
            return record.tables.root(size)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def issued(home: Home) -> Certificate:
    found = home.entries(Certificate)[-1]
    assert isinstance(found, Certificate)
    return found


def finding(certificate: Certificate, rule: str) -> Finding | None:
    return next((one for one in certificate.findings if one.rule == rule), None)


def test_at_the_cap_no_turn_is_begun_and_room_lets_it_go_on(home: Home) -> None:
    with home.serves() as served:
        served.until(lambda screen: screen.house.disk is not None and screen.link.recorded >= 2)
        home.fill()
        halted = served.until(lambda screen: screen.halted is not None).halted
        assert halted is not None
        assert halted.key == "problem.disk.cap"
        served.shows(home.card)
        assert served.tap("?").visit.stage is Stage.IDLE
        home.bring(NoticePut("n", "message", "Rain", "Stay home.", "2026-11-01", "2026-12-01"))
        served.until(lambda screen: screen.link.recorded >= 3)  # the county is heard all the same
        home.make_room()
        served.until(lambda screen: screen.halted is None)
        served.shows(home.card)
        served.until(lambda screen: screen.visit.subject is not None)


def test_a_turn_that_was_begun_is_ended_from_the_reserve(home: Home) -> None:
    with home.serves() as served:
        job = served.promises(home)
        home.fill()
        served.until(lambda screen: screen.house.disk is not None and screen.house.disk.stops is not None)
        assert served.attendant.screen().halted is None
        served.attendant.post(refused(job))
        served.at(Stage.UNPRINTED)
        served.tap("print_again")
        served.attendant.post(PrintEnded(job.number, job.copy, True, True, "completion"))
        served.at(Stage.DONE)
        assert served.tap("next").halted is not None


def test_a_turn_that_was_set_aside_is_taken_up_at_the_cap(home: Home) -> None:
    with home.serves() as served:
        served.attendant.post(refused(served.promises(home)))
        served.at(Stage.UNPRINTED)
        served.tap("park")
        home.fill()
        served.until(lambda screen: screen.halted is not None)
        served.shows(home.card)
        assert served.at(Stage.UNPRINTED).halted is None


def test_a_box_that_never_heard_the_county_says_so_on_paper(home: Home) -> None:
    with home.serves() as served:
        served.promises(home)
    found = finding(issued(home), "certificate/list_old")
    assert found == Finding("certificate/list_old", "warn", "certificate.list_never", {})


@pytest.mark.parametrize(("days", "as_of"), [(7, None), (8, "2026-11-22")])
def test_an_old_list_is_told_with_its_day(home: Home, days: int, as_of: str | None) -> None:
    with home.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
    home.acknowledge()
    home.time += timedelta(days=days)
    with home.serves() as served:
        served.until(lambda screen: screen.link.receipt_time != "")
        served.promises(home)
    found = finding(issued(home), "certificate/list_old")
    assert (None if found is None else found.facts["as_of"]) == as_of


def test_a_listed_producer_is_told_and_served(home: Home) -> None:
    home.bring(CreditPut((Credit(FARMER.id, "D", "black", "2026-11-01", reason="meeting 3"),)))
    with home.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 3)
        served.promises(home)
        listed = served.attendant.screen().listed
        assert listed is not None
        assert listed.key == "certificate.listed_black"
    found = finding(issued(home), "certificate/listed")
    assert found is not None
    assert (found.effect, found.facts) == ("warn", {"since": "2026-11-01"})


def test_notices_of_today_are_shown_and_two_at_most(home: Home) -> None:
    days = [("a", "2026-11-01", "2026-11-30"), ("b", "2026-11-20", "2026-11-22"), ("c", "2026-11-21", "2026-11-22")]
    home.bring(*(NoticePut(name, "message", name, "text", since, until) for name, since, until in days))
    home.bring(NoticePut("later", "message", "later", "text", "2026-11-23", "2026-11-24"))
    with home.serves() as served:
        screen = served.until(lambda screen: screen.link.recorded >= 6)
        assert [notice.notice for notice in screen.house.notices] == ["c", "b"]
    home.time += timedelta(days=1)
    with home.serves() as served:
        screen = served.until(lambda screen: bool(screen.house.notices))
        assert [notice.notice for notice in screen.house.notices] == ["later", "a"]


def test_a_day_is_closed_between_two_turns_and_not_within_one(home: Home) -> None:
    with home.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        served.shows(home.card)
        served.at(Stage.PRODUCT)
        home.time = START + timedelta(days=1)
        served.tap("product", "cowpea")
        assert home.entries(DayClosed) == []
        served.tap("abandon")
        served.tap("next")
        wait_for(lambda: home.entries(DayClosed), "the close of the day", SOON)
    assert len(home.entries(DayClosed)) == 1


def test_a_step_of_the_clock_while_a_paper_is_printed_takes_no_date_back(home: Home) -> None:
    with home.serves() as served:
        job = served.promises(home)
        home.time = START - timedelta(days=730)
        served.attendant.post(PrintEnded(job.number, job.copy, True, True, "completion"))
        served.at(Stage.DONE)
        served.tap("next")
        served.promises(home)
    first, second = (body for body in home.entries(Certificate) if isinstance(body, Certificate))
    assert first.date == second.date == f"{START:%Y-%m-%d}"
    assert not second.clock_trusted


def test_a_box_whose_key_was_taken_back_begins_no_turn(home: Home) -> None:
    word = Revoked(COUNTY, Use.STATION, key_id(public_bytes(home.station.key)), "2026-11-01", 1, "swapped")
    with home.serves() as served:
        home.bring(KeysPut((), (KeyRevoked(**asdict(revoked(home.county.root, word))),)))
        halted = served.until(lambda screen: screen.halted is not None).halted
        assert halted is not None
        assert halted.key == "problem.record.taken_back"
        served.shows(home.card)
        assert served.tap("?").visit.stage is Stage.IDLE
