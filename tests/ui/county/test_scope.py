"""Whose rows somebody sees: those of stations in his towns, villages and markets, on every page and in every stream."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import httpx
import pytest

from tests.support.accounts import OfficeAccounts
from tests.support.bodies import FARMER, Station, a_test
from tests.support.browser import chromium_running
from tests.support.looks import axe
from tests.ui.county.conftest import DEADLINE, Desk, served
from ui.county.web.doors import COOKIE

TOWN, OTHER = "530427100", "530427101"
PEOPLE = {"gasa": "李在此", "there": "王在彼", "nowhere": "张无处"}
PAGES = ("/", "/stations", "/live")


@dataclass(frozen=True, slots=True)
class Villages:
    """Three stations: two in two towns, and one that has not said where it stands; each tested somebody of its own."""

    desk: Desk
    boxes: dict[str, Station]


@pytest.fixture
def villages(desk: Desk) -> Villages:
    boxes = {"gasa": desk.box, "there": desk.county.enrol("there"), "nowhere": desk.county.enrol("nowhere")}
    for box, region in zip(boxes.values(), (TOWN, f"{OTHER}001", ""), strict=True):
        person = replace(FARMER, name=PEOPLE[box.name])
        desk.take(box.opened(region), box.write(a_test("81", subject=person)), box=box)
    return Villages(desk, boxes)


@pytest.fixture
def browser(villages: Villages) -> Iterator[httpx.Client]:
    with served(villages.desk) as address, httpx.Client(base_url=address, timeout=DEADLINE) as client:
        yield client


def read(client: httpx.Client, path: str) -> str:
    """A page, or the first frame of the stream."""
    if path != "/live":
        return client.get(path).text
    with client.stream("GET", path) as answer:
        text = ""
        for part in answer.iter_text():
            text += part
            if "\n\n" in text:
                return text
    return text


def signs_in(office: OfficeAccounts, client: httpx.Client, **scope: tuple[str, ...]) -> None:
    office.put("wang", "officer", **scope)
    client.cookies.set(COOKIE, office.token("wang"))


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        ({"regions": (TOWN,)}, {"gasa"}),
        ({"regions": (OTHER,)}, {"there"}),
        ({"regions": (f"{OTHER}002",)}, set()),
        ({"stations": ("there",)}, {"there"}),
        ({"regions": (TOWN,), "stations": ("nowhere",)}, {"gasa", "nowhere"}),
        ({}, {"gasa", "there", "nowhere"}),
    ],
)
def test_no_row_of_another_place_is_seen(
    villages: Villages, browser: httpx.Client, scope: dict[str, tuple[str, ...]], sees: set[str]
) -> None:
    signs_in(villages.desk.accounts, browser, **scope)
    live, stations, stream = (read(browser, path) for path in PAGES)
    assert f'<b id="tests-today">{len(sees)}</b>' in live
    for name, box in villages.boxes.items():
        assert (PEOPLE[name] in live) is (name in sees)
        assert (PEOPLE[name] in stream) is (name in sees)
        assert (f">{name}<" in stations) is (name in sees)
        for path in (f"/entry/{box.log}/2", f"/entry/{box.log}/2/proof.json"):
            assert browser.get(path).status_code == (200 if name in sees else 404), path


def test_pages_of_accounts_can_be_used_by_everybody(desk: Desk) -> None:
    """axe-core, in both languages."""
    desk.accounts.put("admin", "administrator", "officer")
    desk.accounts.put("li", "township", regions=(TOWN,))
    with served(desk) as address, chromium_running() as chromium:
        for language in ("zh", "en"):
            page = chromium.new_page(viewport={"width": 1280, "height": 800})
            page.goto(f"{address}/sign-in?lang={language}")
            assert axe(page) == []
            page.context.add_cookies([{"name": COOKIE, "value": desk.accounts.token("admin"), "url": address}])
            for path in ("me", "me/password", "me/codes", "users", "users/li", "acts"):
                page.goto(f"{address}/{path}")
                assert axe(page) == [], path
            page.context.close()
