"""What an officer is told of a station: what waits, what was refused and why, and what it found of itself; in words."""

import httpx
import pytest

from kiosk.contract import Forged, Malformed
from kiosk.rules.messages import Check, DoctorReport
from kiosk.wire import WireError
from kiosk.words import LANGUAGES, load_words
from tests.support.bodies import a_test
from tests.ui.county.conftest import Desk
from ui.county.unfit import MOST_FACT, Unfit, why

TOPIC = "liangzheng/1/530427/gasa/up"
RECEIVED = "2026-11-22T09:50:00.000+08:00"
WRONG = (
    Unfit("log_unknown", log="ab12"),
    Unfit("key_other", log="ab12"),
    Unfit("station_other", owner="moon", station="gasa"),
    Unfit("key_revoked", log="ab12", through=4, seq=9),
    Unfit("station_unknown", station="nobody"),
    Unfit("channel", channel="song"),
    Unfit("blob_bytes", blob="cd" * 32),
    Unfit("contradiction", size=7),
    Unfit("counted"),
    Forged("the body is not the one that the header names"),
    Malformed("not an envelope"),
    WireError("not UTF-8"),
)


def page(web: httpx.Client, language: str) -> str:
    return web.get("/stations", params={"lang": language}).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_waits_is_told_in_words(desk: Desk, web: httpx.Client, language: str) -> None:
    first, _, third = desk.box.opened(), desk.box.write(a_test()), desk.box.write(a_test())
    desk.take(first, third)
    waits = {"recorded": 40, "oldest": "2026-11-20T08:00:00+08:00", "blobs": 6}
    desk.database.status("gasa", {"state": "online", "through": 1, "all": 0, "own": 0} | waits, RECEIVED)
    told, say = page(web, language), load_words(language).say
    assert say("county.station.note_oldest", count=39, time="11-20 08:00:00") in told
    assert say("county.station.note_pending", count=1) in told
    assert say("county.station.note_blobs", count=6) in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_station_found_of_itself_is_told_with_its_light(desk: Desk, web: httpx.Client, language: str) -> None:
    say = load_words(language).say
    disk, clock = {"days": "3", "used": "7000", "free": "200"}, {"time": "2026-11-22 09:30"}
    checks = (
        Check("record", "ok", "", {}),
        Check("disk", "fail", "doctor.disk_scarce", disk),
        Check("clock", "warn", "doctor.clock_floor", clock),
    )
    desk.take(desk.box.opened(), desk.box.write(DoctorReport("all/7", checks)))
    told = page(web, language)
    assert say("county.station.note_doctor", time="09:30:02", state=say("county.doctor.state.fail")) in told
    assert say("doctor.disk_scarce", **disk) in told
    assert say("doctor.clock_floor", **clock) in told
    assert f'href="/entry/{desk.box.log}/2"' in told
    desk.take(desk.box.write(DoctorReport("", (Check("record", "ok", "", {}),))))
    again = page(web, language)
    assert say("doctor.disk_scarce", **disk) not in again
    assert say("county.doctor.state.ok") in again


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: str(wrong.args[0])[:20])
def test_why_a_message_was_refused_is_a_sentence(
    desk: Desk, web: httpx.Client, wrong: Exception, language: str
) -> None:
    reason = why(wrong)
    desk.database.park(TOPIC, b"x", reason.key, RECEIVED, reason.facts)
    told = page(web, language)
    assert load_words(language).say(reason.key, **reason.facts) in told
    assert "county.parked" not in told
    assert isinstance(wrong, Unfit) or f"<small>{wrong}</small>" in told


def test_a_stranger_s_text_stays_short_and_acts_nowhere(desk: Desk, web: httpx.Client) -> None:
    reason = why(Unfit("log_unknown", log="<script>" * 4000))
    assert len(reason.facts["log"]) == MOST_FACT
    desk.database.park(TOPIC, b"x", reason.key, RECEIVED, reason.facts)
    assert "<script>" not in page(web, "zh").replace("<script src", "")


def test_a_reason_of_an_older_county_is_told_as_it_was_written(desk: Desk, web: httpx.Client) -> None:
    desk.database.park(TOPIC, b"x", "not JSON: {odd}", RECEIVED)
    assert "not JSON: {odd}" in page(web, "zh")
