"""A farmer alone before the box: the first time by pictures and keys, the next time in three touches, what was sprayed
by picture, bottle and «I do not know», an amount that is questioned, and a report to the county. Nothing is typed."""

import re
from decimal import Decimal

from playwright.sync_api import expect

from kiosk.rules.messages import Certificate, Complaint, Rating
from kiosk.words import load_words
from tests.support.fingers import skips
from tests.support.stage import card, entries
from tests.support.touch import Touch
from tests.support.turn_steps import brings, comes_first, ends, keys_tail, promises, used_nothing, wants_no_test
from tests.support.waiting import wait_for
from ui.demo.bench import Bench

SOON = 40
WORDS = load_words("zh")


def test_by_pictures_and_the_next_time_in_three_touches(touch: Touch, stage: Bench) -> None:
    touch.stands_at("idle")
    touch.page.emulate_media(reduced_motion="reduce")  # what it teaches stands side by side, as in no other look
    touch.looked("farmer-idle", moving=(".mirror",))
    touch.page.emulate_media(reduced_motion="no-preference")
    touch.hold_up(card(stage), until="proving")
    touch.looked("farmer-proving")
    keys_tail(touch)
    touch.stands_at("product")
    touch.looked("farmer-product")
    touch.choose("cowpea")
    touch.stands_at("quantity")
    touch.key_in("320")
    touch.looked("farmer-quantity")
    touch.press("quantity")
    touch.stands_at("drugs")
    touch.looked("farmer-drugs")
    touch.press("drugs_none")
    touch.stands_at("test_choice")
    touch.looked("farmer-test-or-not")
    touch.press("no_test")
    touch.stands_at("promise")
    touch.looked("farmer-promise")
    promises(touch)
    touch.looked("farmer-done", moving=(".traced",))
    touch.press("rate", "good")
    ends(touch)
    assert len(entries(stage, Rating)) == 1

    touch.forget()
    touch.hold_up(card(stage), until="product")
    touch.looked("farmer-again")
    touch.press("repeat_last")
    touch.stands_at("drugs")
    touch.looked("farmer-drugs-since", moving=("[data-since]",))
    used_nothing(touch)
    promises(touch)
    assert touch.touches == 3
    first, again = entries(stage, Certificate)
    assert (again.product, again.quantity, again.unit) == (first.product, first.quantity, first.unit)
    assert again.number != first.number
    assert len(stage.printer.papers) == 2


def tells(touch: Touch, question: str, value: str) -> None:
    """One question about the drug that was named."""
    asked = WORDS.say(f"screen.drugs.ask.{question}", drug="丙溴磷", product="豆角")
    expect(touch.page.locator("#main h1")).to_have_text(asked)
    touch.press("drug_answer", value)


def test_what_was_sprayed_is_told_by_picture_bottle_and_i_do_not_know(touch: Touch, stage: Bench) -> None:
    comes_first(touch)
    brings(touch, "320")
    touch.stands_at("drugs")
    touch.press("drugs_used")
    touch.looked("farmer-sprayed-names")
    touch.press("look", "bottle")
    expect(touch.page.locator(".bottled")).to_be_visible()
    touch.looked("farmer-sprayed-bottle")
    touch.press("look", "letters")
    expect(touch.page.locator(".searched")).to_be_visible()
    touch.looked("farmer-sprayed-letters")
    touch.press("look", "names")
    touch.choose("profenofos")
    tells(touch, "last_used", "3")
    touch.looked("farmer-sprayed-interval")
    tells(touch, "interval", "7")
    tells(touch, "harvest", "0")
    touch.says(re.compile("这批先不要卖"))
    touch.looked("farmer-sprayed-too-early")
    touch.press("drugs_told")
    touch.stands_at("stopped")
    touch.looked("farmer-sprayed-stopped")
    assert entries(stage, Certificate) == []


def test_an_amount_far_beyond_the_usual_is_asked_once(touch: Touch, stage: Bench) -> None:
    comes_first(touch)
    brings(touch, "320")
    wants_no_test(touch)
    promises(touch)
    touch.press("next")
    touch.hold_up(card(stage), until="product")
    brings(touch, "3200")
    expect(touch.page.locator(".figures")).to_be_visible()
    touch.looked("farmer-unusual")
    touch.press("quantity")
    keys_tail(touch)  # the county wants it again above an amount
    wants_no_test(touch)
    touch.press("split", "2")
    touch.looked("farmer-two-papers")
    promises(touch)
    touch.looked("farmer-done-two", moving=(".traced",))
    assert [one.quantity for one in entries(stage, Certificate)] == [Decimal(160), Decimal(800), Decimal(800)]


def test_a_report_needs_no_card_and_no_words(touch: Touch, stage: Bench) -> None:
    touch.stands_at("idle")
    touch.press("sheet", "complaint")
    touch.stands_at("filling/about")
    touch.looked("farmer-report")
    touch.choose("drugs")
    skips(touch, "text")
    touch.stands_at("filling/pictures")
    touch.press("picture")
    touch.press("taken")
    skips(touch, "contact")
    touch.stands_at("filling/")
    touch.looked("farmer-report-summary")
    touch.press("sheet_done")
    wait_for(lambda: entries(stage, Complaint), "the report is recorded", SOON)
    (report,) = entries(stage, Complaint)
    assert (report.about, len(report.pictures), report.sealed) == ("drugs", 1, "")
