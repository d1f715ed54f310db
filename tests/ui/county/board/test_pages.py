"""The board, the list of stations and a station's own page: what an officer is told, in both languages."""

import re
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from kiosk.contract import Forged, Malformed
from kiosk.rules.messages import Check, DoctorReport, GateCheck
from kiosk.wire import WireError
from kiosk.words import LANGUAGES, load_words
from tests.support.accounts import OfficeAccounts
from tests.support.bodies import Station, a_test
from tests.ui.county.board.conftest import OTHER, TOWN
from tests.ui.county.conftest import Desk
from ui.county.unfit import MOST_FACT, Unfit, why
from ui.county.web.doors import COOKIE

ZH = load_words("zh")
TOPIC = "liangzheng/1/530427/gasa/up"
RECEIVED = "2026-11-22T09:50:00.000+08:00"
PAGES = ("/board", "/stations")
MARKS = {"lab": "ok", "gasa": "bad", "nanbang": "wait", "yangwu": "off", "moon": "bad"}
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


def page(web: httpx.Client, path: str, language: str = "zh") -> str:
    answer = web.get(path, params={"lang": language})
    assert answer.status_code == 200
    return answer.text


def tiles(board: str) -> dict[str, str]:
    return dict(re.findall(r'id="s-([a-z]+)" class="spot (\w+)"', board))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_station_has_its_light_by_shape_and_word(
    boxes: dict[str, Station], web: httpx.Client, language: str
) -> None:
    board, say = page(web, "/board", language), load_words(language).say
    assert tiles(board) == MARKS
    for mark, shape in (("ok", "●"), ("bad", "×"), ("wait", "▲"), ("off", "■")):
        assert f"</i>{say(f'county.light.state.{mark}')}" in board
        assert f'class="light {mark}"><i aria-hidden="true">{shape}</i>' in board


def test_stations_stand_in_their_towns_the_county_first_and_the_unknown_last(
    boxes: dict[str, Station], web: httpx.Client
) -> None:
    board = page(web, "/board")
    places = re.findall(r'id="(t-\w+|s-[a-z]+)"', board)
    assert places == [
        *("t-530427", "s-lab"),
        *(f"t-{TOWN}", "s-gasa", "s-nanbang"),
        *(f"t-{OTHER}", "s-yangwu"),
        *("t-none", "s-moon"),
    ]
    assert "新平彝族傣族自治县" in board  # its name is known; those of the towns are not
    assert ZH.say("county.light.nowhere") in board
    levels = re.findall(r"<small>(\S*) ?[a-z]*</small>\s*</li>", board)
    assert levels == [ZH.say(f"county.light.level.{level}") for level in ("county", "town", "village", "town")]


def test_what_somebody_has_to_do_stands_first(boxes: dict[str, Station], web: httpx.Client) -> None:
    board = page(web, "/board")
    first = board[board.index('id="first"') : board.index('id="towns"')]
    assert re.findall(r"/station/(\w+)", first) == ["gasa", "moon", "nanbang"]
    assert ZH.say("county.light.why.queue", count=38, time="11-21 04:00:00") in first
    assert ZH.say("problem.printer.paper_out") in first


def test_those_that_said_where_they_stand_are_on_the_map(boxes: dict[str, Station], web: httpx.Client) -> None:
    board = page(web, "/board")
    points = {
        name: (int(x), int(y))
        for name, x, y in re.findall(r'id="m-([a-z]+)".*?<circle class="touch" cx="(\d+)" cy="(\d+)"', board, re.DOTALL)
    }
    assert points.keys() == {"lab", "gasa", "nanbang", "yangwu"}
    assert points["gasa"][0] < points["nanbang"][0] < points["lab"][0] < points["yangwu"][0]  # west to east
    assert points["nanbang"][1] < points["gasa"][1] < points["yangwu"][1]  # north is above
    assert 'href="/station/gasa" aria-label="戛洒镇服务站 要处理"' in board
    assert ZH.say("county.board.unplaced", count=1) in board


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_check_at_a_gate_stands_in_the_feed(desk: Desk, web: httpx.Client, language: str) -> None:
    check = GateCheck(
        "2026-11-22T09:00:00+08:00", "县城市场", "", "王五", "cowpea", Decimal(30), "kg", "新平县", "none", "", "", "",
        "none", "refuse", "refuse", "", "周", (),
    )  # fmt: skip
    desk.take(desk.box.opened(), desk.box.write(check), desk.box.write(replace(check, decision="admit")))
    live = page(web, "/", language)
    lines = re.findall(r'class="line (\w+)".*?<i aria-hidden="true">.</i>(.*?)</span>', live, re.DOTALL)
    say = load_words(language).say
    assert lines[:2] == [
        ("negative", say("county.board.gate.admit")),
        ("positive", say("county.board.gate.refuse")),
    ]
    assert "县城市场" in live
    assert "王五" not in live


def test_without_a_place_on_earth_there_is_no_map(desk: Desk, web: httpx.Client) -> None:
    desk.take(desk.box.opened())
    board = page(web, "/board")
    assert ZH.say("county.board.map_none") in board
    assert "<svg" not in board


def test_an_empty_county_says_so(web: httpx.Client) -> None:
    assert ZH.say("county.station.empty") in page(web, "/board")
    assert ZH.say("county.station.empty") in page(web, "/stations")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_shows_the_same_light(boxes: dict[str, Station], web: httpx.Client, language: str) -> None:
    stations, live = page(web, "/stations", language), page(web, "/", language)
    rows = re.findall(r'<a href="/station/([a-z]+)">.*?class="light (\w+)"', stations)
    assert dict(rows) == MARKS
    assert [name for name, _ in rows] == ["gasa", "moon", "yangwu", "nanbang", "lab"]  # the gravest first
    boxes_of_strip = re.findall(r'class="box (\w+)"><a href="/station/([a-z]+)"', live)
    assert {name: mark for mark, name in boxes_of_strip} == MARKS
    for name, mark in MARKS.items():
        assert f'class="light {mark}"' in page(web, f"/station/{name}", language).partition("</h1>")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_station_whole(boxes: dict[str, Station], desk: Desk, web: httpx.Client, language: str) -> None:
    say = load_words(language).say
    told = page(web, "/station/moon", language)
    assert say("county.light.why.queue", count=38, time="11-21 04:00:00") in told
    assert say("county.light.why.blobs", count=3) in told
    assert say("county.board.orders_held", all=2, all_given=0, own=1, own_given=0) in told
    assert boxes["moon"].log in told
    lab = page(web, "/station/lab", language)
    assert say("county.board.days_count", count=40) in lab
    assert f'href="/entry/{boxes["lab"].log}/4"' in lab
    assert re.search(r'<th scope="row">2026-11-22</th><td class="num">1</td>', lab)
    assert say("county.light.why.control_failed", method="X", time="09:30:02").partition("X")[2] in page(
        web, "/station/gasa", language
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_station_found_of_itself_is_told(desk: Desk, web: httpx.Client, language: str) -> None:
    say = load_words(language).say
    disk, clock = {"days": "3", "used": "7000", "free": "200"}, {"time": "2026-11-22 09:30"}
    checks = (
        Check("record", "ok", "", {}),
        Check("disk", "fail", "doctor.disk_scarce", disk),
        Check("clock", "warn", "doctor.clock_floor", clock),
    )
    desk.take(desk.box.opened(), desk.box.write(DoctorReport("all/7", checks)))
    told = page(web, "/station/gasa", language)
    assert say("county.board.doctor", time="09:30:02", state=say("county.doctor.state.fail")) in told
    assert f'href="/entry/{desk.box.log}/2"' in told
    for path in ("/station/gasa", "/stations"):
        assert say("doctor.disk_scarce", **disk) in page(web, path, language)
        assert say("doctor.clock_floor", **clock) in page(web, path, language)
    desk.take(desk.box.write(DoctorReport("", (Check("record", "ok", "", {}), Check("disk", "ok", "", {})))))
    again = page(web, "/stations", language)
    assert say("doctor.disk_scarce", **disk) not in again
    assert say("doctor.clock_floor", **clock) in again  # nobody looked at the clock since


def test_entries_beyond_a_gap_are_said(desk: Desk, web: httpx.Client) -> None:
    first, _, third = desk.box.opened(), desk.box.write(a_test()), desk.box.write(a_test())
    desk.take(first, third)
    desk.database.status("gasa", {"state": "online"}, RECEIVED)
    assert tiles(page(web, "/board")) == {"gasa": "wait"}
    assert ZH.say("county.light.why.gap", count=1) in page(web, "/stations")


def test_who_sees_a_town_sees_no_other(boxes: dict[str, Station], desk: Desk, web: httpx.Client) -> None:
    as_somebody(desk.accounts, web, "wang", regions=(TOWN,))
    assert tiles(page(web, "/board")).keys() == {"gasa", "nanbang"}
    assert web.get("/station/gasa").status_code == 200
    for name in ("yangwu", "lab", "moon", "nobody"):
        answer = web.get(f"/station/{name}")
        assert answer.status_code == 404
        assert ZH.say("county.wrong.station") in answer.text
    with web.stream("GET", "/board/live") as stream:
        frame = next(stream.iter_text())
    assert "gasa" in frame
    assert "yangwu" not in frame


def test_the_newest_software_is_that_of_the_whole_county(
    boxes: dict[str, Station], desk: Desk, web: httpx.Client
) -> None:
    new = desk.county.enrol("new")
    new.write_raw("log.opened", {})
    desk.database._sql.execute("update station set software = 'liangzheng 9.0.0' where station = 'yangwu'")
    as_somebody(desk.accounts, web, "wang", regions=(TOWN,))
    assert "liangzheng 9.0.0" in page(web, "/station/nanbang")


def as_somebody(office: OfficeAccounts, web: httpx.Client, name: str, **scope: tuple[str, ...]) -> None:
    office.put(name, "officer", **scope)
    web.cookies.set(COOKIE, office.token(name))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: str(wrong.args[0])[:20])
def test_why_a_message_was_refused_is_a_sentence(
    desk: Desk, web: httpx.Client, wrong: Exception, language: str
) -> None:
    reason = why(wrong)
    desk.take(desk.box.opened())
    desk.database.park(TOPIC, b"x", reason.key, RECEIVED, reason.facts)
    for path in ("/stations", "/station/gasa"):
        told = page(web, path, language)
        assert load_words(language).say(reason.key, **reason.facts) in told
        assert "county.parked" not in told
        assert isinstance(wrong, Unfit) or f"<small>{wrong}</small>" in told


def test_a_stranger_s_text_stays_short_and_acts_nowhere(desk: Desk, web: httpx.Client) -> None:
    reason = why(Unfit("log_unknown", log="<script>" * 4000))
    assert len(reason.facts["log"]) == MOST_FACT
    desk.database.park(TOPIC, b"x", reason.key, RECEIVED, reason.facts)
    assert "<script>" not in page(web, "/stations").replace("<script src", "")


def test_a_reason_of_an_older_county_is_told_as_it_was_written(desk: Desk, web: httpx.Client) -> None:
    desk.database.park(TOPIC, b"x", "not JSON: {odd}", RECEIVED)
    assert "not JSON: {odd}" in page(web, "/stations")
