"""What the station says of itself: disk on every page, check for the technician, the county's news when idle."""

import re
from dataclasses import replace

import pytest

from kiosk.checking import Checked
from kiosk.rules.messages import NoticePut, Subject
from kiosk.rules.sentence import Sentence
from kiosk.screen import DeviceState, House, Link
from kiosk.soundness import told
from kiosk.storage import MB, Disk, Limits
from kiosk.words import load_words
from tests.ui.station.conftest import Served
from tests.ui.station.test_pages import to_promise

WORDS = load_words("zh")
ROOM = Disk(300 * MB, 9000 * MB, Limits(), 10 * MB)
NEWS = (NoticePut("n", "message", "Power", "No power tomorrow.", "2026-03-01", "2026-03-30"),)


def text(served: Served, path: str = "/") -> str:
    with served.browser() as browser:
        return re.sub(r"<[^>]*>", " ", browser.get(path).text)


@pytest.mark.parametrize(
    ("disk", "said"),
    [
        (None, ""),
        (ROOM, ""),
        (replace(ROOM, free=500 * MB), WORDS.say("screen.strip.disk_days", days=30)),
        (replace(ROOM, free=100 * MB), WORDS.say("screen.strip.disk_full")),
    ],
)
def test_a_disk_with_little_room_is_on_every_page(served: Served, disk: Disk | None, said: str) -> None:
    served.attendant.show(house=House(disk=disk))
    marks = [WORDS.say("screen.strip.disk_full"), WORDS.say("screen.strip.disk_days", days=30)]
    for path in ("/", "/devices"):
        page = text(served, path)
        assert [mark for mark in marks if mark in page] == ([said] if said else [])


@pytest.mark.parametrize(
    ("checked", "said"),
    [
        (Checked(40, 900, "", ""), WORDS.say("screen.tech.check_going", seq=40, last=900)),
        (
            Checked(900, 900, "2026-03-15T04:12:11+08:00", ""),
            WORDS.say("screen.tech.check_ended", ended="2026-03-15 04:12"),
        ),
        (
            Checked(4, 900, "2026-03-15T04:12:11+08:00", "differs 5"),
            WORDS.say("screen.tech.check_wrong", entry=5, ended="2026-03-15 04:12"),
        ),
    ],
)
def test_the_technician_sees_how_far_the_check_is(served: Served, checked: Checked, said: str) -> None:
    served.attendant.show(house=House(checked=checked, disk=ROOM))
    page = text(served, "/devices")
    assert said in page
    assert WORDS.say("screen.tech.disk_used", **ROOM.facts) in page
    assert WORDS.say("screen.tech.disk_growth", size=10_000, days=880) in page


def test_a_wrong_entry_is_told_with_its_number_and_what_to_do(served: Served) -> None:
    served.attendant.show(halted=told(Checked(4, 900, "2026-03-15", "differs 5")), link=Link(0, 0, ""))
    page = text(served)
    assert WORDS.say("problem.record.checked", entry=5) in page
    assert WORDS.say("record.finding.differs", seq=5) in page
    assert WORDS.say("screen.halted.do.checked") in page
    assert WORDS.say("screen.halted.valid") in page
    assert WORDS.say("screen.strip.sent") not in page, "nobody knows that here"


def test_a_full_disk_says_that_what_was_done_is_safe(served: Served) -> None:
    served.attendant.show(halted=Sentence("problem.disk.full", ROOM.facts))
    page = text(served)
    assert WORDS.say("problem.disk.full", **ROOM.facts) in page
    assert WORDS.say("screen.halted.calm") in page


def test_news_is_shown_while_nothing_more_urgent_is(served: Served) -> None:
    served.attendant.show(house=House(notices=NEWS))
    assert "No power tomorrow." in text(served)
    served.attendant.show(devices=(DeviceState("printer", Sentence("problem.printer.silent")),))
    assert "No power tomorrow." not in text(served)


def test_a_listed_producer_reads_it_before_the_promise(served: Served, farmer: Subject) -> None:
    to_promise(served.attendant, farmer)
    served.attendant.show(listed=Sentence("certificate.listed_watch", {"since": "2026-03-01"}))
    page = text(served)
    since = WORDS.say("screen.dated.day", month=WORDS.say("screen.dated.month.3"), day=1)
    assert WORDS.say("certificate.listed_watch", since=since) in page
    assert WORDS.say("screen.promise.yes") in page
