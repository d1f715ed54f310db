"""Somebody of the family with the farmer's card: says so, signs what the county wants, brings boxes and then loose
goods of the same kind, and has some of them eaten at home. Nothing of it is asked of who does not want to tell it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from kiosk.rules.messages import AgreementSigned, Certificate, FarmWork, Lost, LotDeclared, Present
from kiosk.words import load_words
from tests.support.fingers import answers, records, signs, skips
from tests.support.stage import bench, card, entries
from tests.support.touch import Touch
from ui.demo.bench import Bench, Plan

WORDS = load_words("zh")


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        made.start_all()
        yield made


@pytest.fixture
def touch(stage: Bench, window: BrowserContext) -> Iterator[Touch]:
    """The card, and the end of the telephone number."""
    touch = Touch(stage, window)
    touch.enter()
    touch.stands_at("idle")
    touch.hold_up(card(stage), until="proving")
    touch.key_in(stage.people[0].contact[-4:])
    touch.press("tail")
    touch.stands_at("product")
    yield touch
    touch.quiet()


def weighs(touch: Touch, amount: str, unit: str) -> None:
    touch.choose("cowpea")
    touch.stands_at("quantity")
    touch.choose(unit)
    touch.key_in(amount)
    touch.press("quantity")


def promises(touch: Touch) -> None:
    touch.stands_at("drugs")
    touch.press("drugs_none")
    touch.stands_at("test_choice")
    touch.press("no_test")
    touch.stands_at("promise")
    touch.press("promise")
    touch.stands_at("done")


def certificates(stage: Bench) -> list[Certificate]:
    return [one for one in entries(stage, Certificate) if isinstance(one, Certificate)]


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
    weighs(touch, "320", "jin")
    promises(touch)
    assert [one.present for one in certificates(stage)] == [Present.FAMILY]
    signed = [one for one in entries(stage, AgreementSigned) if isinstance(one, AgreementSigned)]
    assert [(one.what, one.present) for one in signed] == [("notice", Present.FAMILY), ("pledge", Present.FAMILY)]


def test_boxes_and_loose_goods_of_one_day_are_two_lots(touch: Touch, stage: Bench) -> None:
    weighs(touch, "6", "box")
    promises(touch)
    touch.press("next")
    touch.hold_up(card(stage), until="product")
    weighs(touch, "40", "kg")
    touch.says(WORDS.say("screen.other_unit.title"))
    touch.looked("family-other-unit")
    touch.press("quantity_again")
    touch.says(WORDS.say("screen.quantity.confirm", amount="四十", unit=WORDS.say("unit.spoken.kg")))
    touch.press("quantity")
    touch.press("own_lot")
    promises(touch)
    touch.press("next")
    lots = [one for one in entries(stage, LotDeclared) if isinstance(one, LotDeclared)]
    assert [(str(one.quantity), one.unit) for one in lots] == [("6", "box"), ("40", "kg")]
    assert [one.lot for one in certificates(stage)] == [one.lot for one in lots]
    assert lots[0].lot != lots[1].lot


def test_what_is_left_is_written_off_and_the_field_work_told(touch: Touch, stage: Bench) -> None:
    weighs(touch, "300", "kg")
    touch.stands_at("drugs")
    touch.press("drugs_none")
    touch.stands_at("test_choice")
    touch.press("no_test")
    touch.stands_at("promise")
    touch.press("split", "2")
    touch.press("promise")
    touch.stands_at("done")
    touch.press("wrong")
    touch.stands_at("voiding")
    touch.choose("not_sold")
    touch.choose("taken_back")
    touch.press("void")
    touch.stands_at("done")
    touch.press("next")
    touch.hold_up(card(stage), until="product")
    touch.press("mine")
    touch.stands_at("proving")
    touch.key_in(stage.people[0].contact[-4:])
    touch.press("tail")
    touch.stands_at("mine")
    touch.looked("family-mine")
    touch.press("sheet", "farming")
    answers(touch, "product", "cowpea")
    answers(touch, "what", "watered")
    answers(touch, "on")
    skips(touch, "plot")
    records(touch, "mine")
    touch.tap(".own-rows button >> nth=1")
    lot = certificates(stage)[0].lot
    touch.press("sheet", f"loss {lot}")
    touch.stands_at("filling/count")
    touch.key_in("150")
    touch.press("answer")
    answers(touch, "reason", "eaten")
    records(touch, "mine")
    (work,), (lost,) = entries(stage, FarmWork), entries(stage, Lost)
    assert isinstance(work, FarmWork)
    assert isinstance(lost, Lost)
    assert (work.what, lost.lot, str(lost.quantity), lost.reason) == ("watered", lot, "150", "eaten")
