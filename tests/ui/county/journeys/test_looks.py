"""What officers look at, as somebody looked at it and found it right: at a desk, and on a phone in the field."""

import pytest
from playwright.sync_api import Page

from tests.support.shots import shot
from tests.ui.county.journeys.conftest import House

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MOVING = ("#link", ".clock", "time", "code", ".bar")  # whether the line stands, the browser's own clock, hashes


def at(house: House, path: str, size: dict[str, int]) -> Page:
    page = house.of("officer")
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.goto(house.address + (house.case if path == "case" else path))
    page.wait_for_load_state("load")
    return page


PAGES = {
    "live": "/",
    "board": "/board",
    "cases": "/cases",
    "case": "case",
    "people": "/people/new",
    "duty": "/duty",
}


@pytest.mark.parametrize(("name", "path"), PAGES.items())
def test_at_the_desk(house: House, name: str, path: str) -> None:
    shot(at(house, path, DESK), f"county-{name}", MOVING)


@pytest.mark.parametrize(("name", "path"), [("case", "case"), ("field", "/field"), ("gate", "/field/gate")])
def test_on_a_phone(house: House, name: str, path: str) -> None:
    page = at(house, path, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    shot(page, f"county-phone-{name}", MOVING)
