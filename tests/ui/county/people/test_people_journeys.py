"""What an officer does with producers, in Chromium: finds one, imports a list, opens a file, on a desk and a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.words import load_words
from tests.support.browser import chromium_running
from tests.support.looks import axe
from tests.ui.county.conftest import served
from tests.ui.county.people.conftest import LI, NEW, Village
from ui.county.web.doors import COOKIE

SAY = load_words("zh").say
ROWS = """姓名,类别,手机,地址
张三,农户,13700001111,戛洒镇
=1+1,农户,13700001112,戛洒镇
<img src=x onerror=alert(1)>,农户,13700001113,戛洒镇
"""


@pytest.fixture
def page(village: Village) -> Iterator[Page]:
    """Of an officer, on the office's page; a script that was smuggled in fails the test."""
    village.desk.cookies()
    with served(village.desk) as address, chromium_running() as chromium:
        context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": COOKIE, "value": village.desk.accounts.token("officer"), "url": address}])
        page = context.new_page()
        page.on("dialog", lambda dialog: pytest.fail(f"a page asked: {dialog.message}"))
        page.goto("/")
        yield page
        context.close()


def fits(page: Page) -> list[str]:
    """What axe-core finds, and whether the page has to be moved sideways: on a desk and on a phone."""
    found = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [*axe(page), *([f"{width}: {wide} px wide"] if wide > width else [])]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def test_an_officer_finds_somebody_and_opens_his_file(page: Page) -> None:
    page.get_by_role("link", name=SAY("county.people.menu"), exact=True).click()
    page.get_by_role("searchbox").fill("lxy")
    page.get_by_role("button", name=SAY("county.people.look")).click()
    expect(page.locator(".people li")).to_have_count(2)
    page.locator(f'a.main[href="/people/{LI.id}"]').click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(LI.name)
    page.get_by_text(SAY("county.people.note"), exact=True).click()
    page.get_by_label(SAY("county.people.note_what")).select_option("training")
    page.get_by_label(SAY("county.people.note_text")).fill("用药培训")
    page.locator("#notes").get_by_role("button", name=SAY("county.people.save")).click()
    expect(page.locator("#notes .lines")).to_contain_text("用药培训")
    page.locator("#credit summary").click()
    assert fits(page) == []


def test_a_list_is_looked_at_and_taken(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_text(ROWS, encoding="gb18030")
    page.goto("/people/import")
    page.get_by_label(SAY("county.people.import_file")).set_input_files(file)
    page.get_by_role("button", name=SAY("county.people.import_look")).click()
    expect(page.locator(".rows-wrong > li")).to_have_count(2)
    expect(page.locator(".rows-wrong")).to_contain_text("<img src=x")
    assert fits(page) == []
    page.get_by_role("button", name=SAY("county.people.take", count=1)).click()
    expect(page.get_by_role("status")).to_contain_text(SAY("county.people.taken", count=1))
    page.goto("/people?q=zs")
    expect(page.locator(".people li")).to_contain_text("张三")


def test_a_newcomer_is_one_of_the_list(page: Page) -> None:
    page.goto("/people?show=confirm")
    page.get_by_role("link", name=SAY("county.people.confirm"), exact=True).click()
    assert fits(page) == []
    page.get_by_role("button", name=SAY("county.people.merge")).click()
    expect(page).to_have_url(f"{page.url.split('/people')[0]}/people/{LI.id}")
    expect(page.locator("#facts")).to_contain_text(NEW.id)


def test_every_page_of_producers_can_be_used_by_everybody(page: Page) -> None:
    paths = ("people", "people/new", "people/import", "people/cards", "people/sync", f"people/{LI.id}/entries")
    for path in paths:
        page.goto(f"/{path}?lang=zh&of=tests")
        assert fits(page) == [], path
        page.goto(f"/{path}?lang=en&of=tests")
        page.set_viewport_size({"width": 390, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
