"""Day one without a card, and the day a card is lost: a new person is taken in by staff and served at once, with a card
that opens from then on; a lost card is replaced in a minute, and the old one is refused by name."""

import re

import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from kiosk.rules.messages import CardGiven, SubjectProposed
from kiosk.words import load_words
from tests.support import things
from tests.support.fingers import answers, keys, proves, records, spells
from tests.support.stage import card, entries
from tests.support.touch import Touch
from tests.support.waiting import wait_for
from ui.demo.bench import Bench

SOON = 40
WORDS = load_words("zh")


def test_somebody_new_is_taken_in_and_served(touch: Touch, stage: Bench) -> None:
    touch.stands_at("idle")
    touch.press("sheet", "newcomer")
    touch.stands_at("filling/staff")
    touch.looked("newcomer-staff")
    proves(touch, "staff", "clerk")
    touch.stands_at("filling/kind")
    touch.looked("newcomer-kind")
    answers(touch, "kind", "farmer")
    touch.stands_at("filling/name")
    spells(touch, "li", "李")
    touch.looked("newcomer-name")
    spells(touch, "xiu", "秀")
    touch.press("taken")
    touch.stands_at("filling/village")
    touch.looked("newcomer-village")
    touch.tap("[data-action=answer]")
    keys(touch, "contact", "13987654321")
    answers(touch, "card", "yes")
    touch.stands_at("filling/")
    touch.looked("newcomer-summary", moving=(".taken-at",))
    touch.press("sheet_done")
    wait_for(lambda: entries(stage, CardGiven), "the card is given", SOON)
    (proposed,) = entries(stage, SubjectProposed)
    assert (proposed.subject.name, proposed.subject.contact) == ("李秀", "13987654321")
    touch.stands_at("product")
    touch.says(WORDS.say("sheet.newcomer.done_waits", name="李秀"))  # the county has not said that newcomers may issue
    touch.looked("newcomer-served")
    wait_for(lambda: stage.printer.papers, "the card is printed", SOON)
    (code,) = zxingcpp.read_barcodes(Image.open(stage.printer.papers[0]))
    touch.press("abandon")
    touch.stands_at("idle")
    touch.hold_up(things.held(stage, "card-of-paper", code.text))
    touch.says("李秀")
    touch.take_away()


def test_a_lost_card_is_replaced_and_the_old_one_refused_by_name(touch: Touch, stage: Bench) -> None:
    someone = stage.people[0]
    touch.log_in("clerk")
    touch.press("sheet", "card")
    touch.stands_at("filling/who")
    touch.tap("[data-letter='l']")
    expect(touch.page.locator("[data-action=answer]")).to_have_count(2)
    touch.looked("card-whose")
    answers(touch, "who", someone.id)
    answers(touch, "reason", "lost")
    touch.stands_at("filling/")
    touch.looked("card-summary")
    records(touch)
    wait_for(lambda: entries(stage, CardGiven), "the card is given", SOON)
    wait_for(lambda: stage.printer.papers, "the card is printed", SOON)
    touch.press("log_off")
    touch.stands_at("idle")
    stage.hold_up(card(stage))
    touch.says(re.compile(f"已经挂失，是{someone.name}的旧卡"))
    touch.looked("card-lost")
    touch.take_away()
    (code,) = zxingcpp.read_barcodes(Image.open(stage.printer.papers[0]))
    touch.hold_up(things.held(stage, "card-of-paper", code.text), until="proving")
