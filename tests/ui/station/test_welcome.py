"""Beside the goods: who stands here, told only by who wants to, and what the county wants signed."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from kiosk.rules.messages import Present, Subject
from kiosk.rules.visits.turn import Stage
from kiosk.words import load_words
from tests.ui.station.conftest import Served
from tests.ui.station.test_looks import again, panel
from tests.ui.station.test_touches import enter, stands

WORDS = load_words("zh")

__all__ = ["panel"]


def test_family_says_so_and_comes_back_to_the_goods(served: Served, farmer: Subject, panel: Page) -> None:
    enter(panel, served)
    again(served.attendant, farmer)
    who = panel.locator("a.who")
    expect(who).to_contain_text(WORDS.say("screen.present.is.self"))
    who.click()
    expect(panel.locator("#main h1")).to_have_text(WORDS.say("screen.present.title"))
    panel.locator("form:has([value=family]) [data-action=present]").click()
    expect(panel.locator("[data-action=repeat_last]")).to_be_visible()
    expect(panel.locator("a.who")).to_contain_text(WORDS.say("screen.present.is.family"))
    assert served.attendant.screen().visit.present is Present.FAMILY


def test_who_only_looked_goes_back_and_nothing_was_told(served: Served, farmer: Subject, panel: Page) -> None:
    enter(panel, served)
    again(served.attendant, farmer)
    panel.locator("a.who").click()
    panel.locator(".bar [data-leaf='0']").click()
    expect(panel.locator("[data-action=repeat_last]")).to_be_visible()
    assert served.attendant.taps == []


def test_the_help_of_staff_is_not_unsaid_by_a_tap(served: Served, farmer: Subject, panel: Page) -> None:
    enter(panel, served)
    again(served.attendant, farmer)
    expect(panel.locator("a.who")).to_be_visible()
    served.attendant.move(lambda visit: replace(visit, present=Present.HELPED))
    expect(panel.locator("a.who")).to_have_count(0)
    expect(panel.locator("p.who")).to_contain_text(farmer.name)
    panel.goto(f"{served.address}/?leaf=90")
    stands(panel, Stage.PRODUCT)
    expect(panel.locator("[data-action=present]")).to_have_count(0)


@pytest.mark.parametrize("known", [True, False])
def test_what_is_not_signed_is_one_tap_beside_the_goods(
    known: bool, served: Served, farmer: Subject, panel: Page
) -> None:
    enter(panel, served)
    if known:
        again(served.attendant, farmer)
    else:
        served.attendant.show_card(farmer)
    stands(panel, Stage.PRODUCT)
    tap = panel.locator("form:has([name=value][value^=agreement])")
    expect(tap).to_have_count(0)
    served.attendant.show(agreements=("pledge",))
    expect(tap).to_have_count(1)
    expect(tap).to_contain_text(WORDS.say("screen.product.unsigned.pledge"))
    expect(tap.locator("[name=value]")).to_have_value("agreement pledge")
    tap.locator("button").click()
    stands(panel, Stage.PRODUCT)
    assert served.attendant.taps == ["sheet"]
