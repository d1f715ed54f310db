"""The county's pages with one positive, its repeats, and browsers of everybody whose work it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.support.bodies import Station, a_test
from tests.support.browser import chromium_running
from tests.support.signing import SigningOffice
from tests.ui.county.conftest import Desk, served
from ui.county.web.doors import COOKIE

TOWN, OTHER = "530427100", "530427101"
ROLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "officer": (("officer",), ()),
    "township": (("township",), (TOWN,)),
    "elsewhere": (("township",), (OTHER,)),
    "assistant": (("assistant",), (TOWN,)),
    "reviewer": (("reviewer",), ()),
    "lab": (("lab",), ()),
    "enforcement": (("enforcement",), ()),
    "authority": (("authority",), ()),
    "market": (("market",), (TOWN,)),
    "administrator": (("administrator",), ()),
    "auditor": (("auditor",), ()),
    "province": (("province",), ()),
}


@dataclass
class House:
    """The county's pages with one positive of a station in TOWN, its two repeats, and browsers of everybody."""

    desk: Desk
    address: str
    chromium: Browser
    box: Station
    office: SigningOffice
    pages: dict[str, Page] = field(default_factory=dict)

    def of(self, who: str) -> Page:
        """His browser, signed in."""
        if who not in self.pages:
            context = self.chromium.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
            context.set_default_timeout(20_000)
            value = self.desk.accounts.token(who)
            context.add_cookies([{"name": COOKIE, "value": value, "url": self.address}])
            self.pages[who] = context.new_page()
        return self.pages[who]

    def goes(self, who: str, path: str) -> Page:
        page = self.of(who)
        page.goto(self.address + path)
        return page

    @property
    def case(self) -> str:
        return f"/case/{self.box.log}/2"


@contextmanager
def house_of(desk: Desk, chromium: Browser) -> Iterator[House]:
    for who, (roles, regions) in ROLES.items():
        desk.accounts.put(who, *roles, regions=regions)
    office, box = SigningOffice(desk, desk.accounts.desks.folder), desk.box
    desk.take(box.opened(TOWN), box.write(a_test("81")))
    desk.take(box.write(a_test("79", 2, 2)), box.write(a_test("80", 3, 2)))
    with served(desk) as address:
        house = House(desk, address, chromium, box, office)
        yield house
        for page in house.pages.values():
            page.context.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


@pytest.fixture
def house(desk: Desk, chromium: Browser) -> Iterator[House]:
    with house_of(desk, chromium) as house:
        yield house
