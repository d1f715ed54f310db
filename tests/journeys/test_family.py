"""Somebody of the family with the farmer's card: says so, signs what the county wants, brings boxes and then loose
goods of the same kind, and has some of them eaten at home. Nothing of it is asked of who does not want to tell it."""

import pytest
from playwright.sync_api import expect

from kiosk.rules.messages import AgreementSigned, Certificate, FarmWork, Lost, LotDeclared, Present
from kiosk.words import load_words
from tests.support.fingers import answers, keys, records, signs, skips
from tests.support.stage import card, entries
from tests.support.touch import Touch
from tests.support.turn_steps import brings, comes_first, keys_tail, promises, voids, wants_no_test
from ui.demo.bench import Bench

WORDS = load_words("zh")


@pytest.fixture
def touch(touch: Touch) -> Touch:
    comes_first(touch)
    return touch


def test_family_says_so_and_what_is_signed_is_asked_no_more(touch: Touch, stage: Bench) -> None:
    touch.tap("a.who")
    touch.says(WORDS.say("screen.present.title"))
    touch.looked("family-who")
    touch.reload()
    touch.tap("a.who")
    touch.double_tap("present", "family")
    touch.says(WORDS.say("screen.present.is.family"))
    touch.looked("family-product")
    for what in ("notice", "pledge"):
        touch.press("sheet", f"agreement {what}")
        answers(touch, "read")
        signs(touch, "signature")
        records(touch, "product")
    expect(touch.page.locator("[data-action=sheet]")).to_have_count(0)
    brings(touch, "320", "jin")
    wants_no_test(touch)
    promises(touch)
    assert [one.present for one in entries(stage, Certificate)] == [Present.FAMILY]
    signed = entries(stage, AgreementSigned)
    assert [(one.what, one.present) for one in signed] == [("notice", Present.FAMILY), ("pledge", Present.FAMILY)]


def test_boxes_and_loose_goods_of_one_day_are_two_lots(touch: Touch, stage: Bench) -> None:
    brings(touch, "6", "box")
    wants_no_test(touch)
    promises(touch)
    touch.press("next")
    touch.hold_up(card(stage), until="product")
    brings(touch, "40", "kg")
    touch.says(WORDS.say("screen.other_unit.title"))
    touch.looked("family-other-unit")
    touch.press("quantity_again")
    touch.says(WORDS.say("screen.quantity.confirm", amount="四十", unit=WORDS.say("unit.spoken.kg")))
    touch.press("quantity")
    touch.press("own_lot")
    wants_no_test(touch)
    promises(touch)
    touch.press("next")
    lots = entries(stage, LotDeclared)
    assert [(str(one.quantity), one.unit) for one in lots] == [("6", "box"), ("40", "kg")]
    assert [one.lot for one in entries(stage, Certificate)] == [one.lot for one in lots]
    assert lots[0].lot != lots[1].lot


def test_what_is_left_is_written_off_and_the_field_work_told(touch: Touch, stage: Bench) -> None:
    brings(touch, "300", "kg")
    wants_no_test(touch)
    touch.press("split", "2")
    promises(touch)
    touch.press("wrong")
    voids(touch, "not_sold", "taken_back")
    touch.press("next")
    touch.hold_up(card(stage), until="product")
    touch.press("mine")
    keys_tail(touch)
    touch.stands_at("mine")
    touch.looked("family-mine")
    touch.press("sheet", "farming")
    answers(touch, "product", "cowpea")
    answers(touch, "what", "watered")
    answers(touch, "on")
    skips(touch, "plot")
    records(touch, "mine")
    touch.tap(".own-rows button >> nth=1")
    lot = entries(stage, Certificate)[0].lot
    touch.press("sheet", f"loss {lot}")
    keys(touch, "count", "150")
    answers(touch, "reason", "eaten")
    records(touch, "mine")
    (work,), (lost,) = entries(stage, FarmWork), entries(stage, Lost)
    assert (work.what, lost.lot, str(lost.quantity), lost.reason) == ("watered", lot, "150", "eaten")
