"""A buyer: papers held up one after another with nothing pressed between them, one without a code, one certificate of
style 2 that links them, what is left offered again without scanning, and the archive."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from kiosk.rules.messages import Certificate, Incoming
from tests.support import things
from tests.support.fingers import keys, skips, spells
from tests.support.stage import bench, entries
from tests.support.touch import SOON, Touch
from tests.support.turn_steps import comes_first, erases, promises, weighs
from tests.support.ways import BUYER, GROWER
from ui.command.county import today
from ui.demo.bench import Bench, Plan


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3), people=(GROWER, BUYER)) as made:
        made.start_all()
        yield made


def shows(touch: Touch, nth: int, kept: int) -> None:
    """One paper, until so many lie in the basket."""
    touch.stage.hold_up(things.paper(touch.stage, nth, today()))
    heard = touch.page.locator('[data-sounds*="tones/taken"]')
    expect(heard.locator(".sums small")).to_contain_text(f"{kept} 张", timeout=SOON)
    touch.take_away()


def test_scan_and_go_then_one_certificate_and_the_rest_next_time(stage: Bench, touch: Touch) -> None:
    comes_first(touch, 1, to="basket")
    touch.looked("buyer-basket-empty")
    touch.forget()
    for nth in (1, 2, 3):
        shows(touch, nth, nth)
    assert (touch.touches, len(entries(stage, Incoming))) == (0, 3)
    touch.looked("buyer-basket")

    touch.stage.hold_up(things.paper(stage, 2, today()))
    expect(touch.page.locator('[data-sounds*="tones/refused"]')).to_be_visible(timeout=SOON)
    touch.take_away()

    touch.press("sheet", "incoming")
    touch.stands_at("filling/picture")
    touch.press("picture")
    expect(touch.page.locator('button[data-action="taken"]')).to_be_visible(timeout=SOON)
    touch.looked("buyer-picture")
    touch.press("taken")
    touch.stands_at("filling/kind")
    touch.looked("buyer-kind")
    touch.choose("handwritten")
    touch.stands_at("filling/product")
    touch.choose("cowpea")
    touch.stands_at("filling/issuer")
    spells(touch, "zhang")
    touch.reload()
    touch.press("taken")
    keys(touch, "quantity", "20")
    skips(touch, "day")
    touch.press("sheet_done")
    touch.stands_at("basket")
    assert [(one.paper, one.verified) for one in entries(stage, Incoming)][-1] == ("handwritten", False)

    touch.press("basket_goods", "cowpea")
    touch.stands_at("quantity")
    expect(touch.page.locator(".typed")).to_have_value("500")
    erases(touch, 3)
    weighs(touch, "400")
    touch.stands_at("test_choice")
    touch.press("no_test")
    promises(touch)
    (certificate,) = entries(stage, Certificate)
    assert certificate.proofs is not None
    assert (certificate.style, certificate.quantity, len(certificate.proofs.incoming)) == (2, Decimal(400), 4)

    touch.press("batch_next")
    touch.stands_at("basket")
    touch.looked("buyer-carried")
    touch.press("paper_again")
    touch.says("拿掉")
    assert len(entries(stage, Incoming)) == 4
    touch.press("mine")
    touch.stands_at("mine")
    touch.tap(".own-rows button >> nth=0")
    touch.says("用完了")
    touch.looked("buyer-archive")
    touch.press("back")
    touch.press("back")
    touch.stands_at("basket")


def test_boxes_are_refused_at_the_keypad_where_the_papers_say_kilograms(stage: Bench, touch: Touch) -> None:
    comes_first(touch, 1, to="basket")
    shows(touch, 1, 1)
    touch.press("basket_goods", "cowpea")
    touch.stands_at("quantity")
    expect(touch.page.locator(".typed")).to_have_value("160")
    erases(touch, 3)
    weighs(touch, "20", "box")
    touch.says("请按千克填写")
    touch.looked("buyer-boxes")
    expect(touch.page.locator(".typed")).to_have_value("160")
    touch.press("quantity")
    touch.stands_at("test_choice")
