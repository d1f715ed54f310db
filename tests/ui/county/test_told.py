"""Pages tell in words what the station says of itself, and what arrived ahead of a gap."""

from dataclasses import replace
from html import unescape

import httpx
import pytest

from kiosk.rules.messages import Check, DayClosed, DoctorReport, EntryBody, Finding, OrderDone, Retired, Span
from kiosk.words import load_words
from tests.support.bodies import a_test
from tests.ui.county.conftest import Desk

LANGUAGES = ("zh", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_waits_for_earlier_entries_is_shown_and_marked(desk: Desk, web: httpx.Client, language: str) -> None:
    say = load_words(language).say
    first, second, third = desk.box.opened(), desk.box.write(a_test()), desk.box.write(desk.box.certificate())
    desk.take(second, third)
    page = shown(web, "/", language)
    assert page.count(say("county.feed.waiting_title")) == 2
    assert say("county.feed.waiting_head") in page
    assert f'href="/entry/{desk.box.log}/2"' in page
    assert say("county.entry.pending") in web.get(f"/entry/{desk.box.log}/3").text
    desk.take(first)
    page = shown(web, "/", language)
    assert say("county.feed.waiting_head") not in page
    assert f'href="/entry/{desk.box.log}/2"' in page


def shown(web: httpx.Client, address: str, language: str) -> str:
    return unescape(web.get(address, params={"lang": language}).text)


def test_a_page_that_is_open_sees_it_wait_and_join(desk: Desk, web: httpx.Client) -> None:
    say = load_words("zh").say
    first, second = desk.box.opened(), desk.box.write(a_test())
    desk.take(second)
    with web.stream("GET", "/live") as stream:
        lines = stream.iter_lines()
        assert any(say("county.feed.waiting_head") in line for line in until_blank(lines))
        desk.take(first)
        assert not any(say("county.feed.waiting_head") in line for line in until_blank(lines))


def until_blank(lines: object) -> list[str]:
    came: list[str] = []
    for line in lines:  # type: ignore[attr-defined]
        if not line and came:
            return came
        came.append(line)
    return came


BODIES: dict[str, tuple[EntryBody, tuple[str, ...]]] = {
    "day": (
        DayClosed("2026-11-21", 57, "ab" * 32, "liangzheng/log/x\n57\n…", 12, 1, 20, 2),
        ("2026-11-21", "57", "12", "20", "ab" * 32, "liangzheng/log/x"),
    ),
    "doctor": (
        DoctorReport(
            "all/7",
            (
                Check("clock", "ok", "", {"time": "2026-11-22 09:30"}),
                Check("disk", "warn", "doctor.disk_scarce", {"used": "900", "free": "90", "days": "12"}),
                Check("record", "fail", "doctor.record_wrong", {"entry": "17"}),
            ),
        ),
        ("all/7", "2026-11-22 09:30", "12", "900", "17"),
    ),
    "retired": (
        Retired("2024-11-22", 730, (Span(2, 40), Span(44, 60)), 3, ("2024-10",)),
        ("2024-11-22", "730", "2–40, 44–60", "56", "2024-10"),
    ),
    "refused": (
        OrderDone("all", 9, "task.given", "cd" * 32, done=False, reason="Forged: the order does not name its key"),
        ("#9", "the order does not name its key"),
    ),
    "not possible": (
        OrderDone("own", 4, "subjects.merged", "cd" * 32, done=False, reason="p1 cannot become himself"),
        ("#4", "p1 cannot become himself"),
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BODIES)
def test_what_a_station_says_of_itself_is_told_in_words(
    desk: Desk, web: httpx.Client, name: str, language: str
) -> None:
    body, facts = BODIES[name]
    say = load_words(language).say
    desk.take(desk.box.opened(), desk.box.write(body))
    page = shown(web, f"/entry/{desk.box.log}/2", language)
    assert say("county.entry.raw") not in page
    assert "county." not in page.replace("/static/county.css", "")
    assert [fact for fact in facts if fact not in page] == []
    if name == "refused":
        assert say("county.refused.Forged") in page
    if name == "doctor":
        assert [page.count(f'<li class="{mark}">') for mark in ("open", "broken")] >= [1, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_rules_found_of_a_certificate_is_a_sentence(desk: Desk, web: httpx.Client, language: str) -> None:
    found = Finding("certificate/list_old", "warn", "certificate.list_old", {"as_of": "2026-11-10"})
    desk.take(desk.box.opened(), desk.box.write(replace(desk.box.certificate(), findings=(found,))))
    page = shown(web, f"/entry/{desk.box.log}/2", language)
    assert load_words(language).say("certificate.list_old", as_of="2026-11-10") in page
