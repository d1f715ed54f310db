"""A buyer: papers held up one after another with nothing pressed between them, one without a code, one certificate of
style 2 that links them, what is left offered again without scanning, and the archive."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, expect

from kiosk.rules.messages import Certificate, Incoming, Subject
from tests.support import things
from tests.support.stage import bench, card, entries
from tests.support.touch import SOON, Touch
from ui.command.county import today
from ui.demo.bench import Bench, Plan

GROWER = Subject("p0001", "farmer", "李桂芳", "13800001234", "云南省玉溪市新平县戛洒镇", region="530427")
BUYER = Subject("p0009", "buyer", "戛洒鲜蔬经营部", "13800009999", "云南省玉溪市新平县戛洒镇", region="530427")


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3), people=(GROWER, BUYER)) as made:
        made.start_all()
        yield made


def comes(touch: Touch, until: str) -> None:
    touch.hold_up(card(touch.stage, 1), until=until)


def shows(touch: Touch, nth: int, kept: int) -> None:
    """One paper, until so many lie in the basket."""
    touch.stage.hold_up(things.paper(touch.stage, nth, today()))
    heard = touch.page.locator('[data-sounds*="tones/taken"]')
    expect(heard.locator(".sums small")).to_contain_text(f"{kept} 张", timeout=SOON)
    touch.take_away()


def papers(stage: Bench) -> list[Incoming]:
    return [one for one in entries(stage, Incoming) if isinstance(one, Incoming)]


def test_scan_and_go_then_one_certificate_and_the_rest_next_time(stage: Bench, window: BrowserContext) -> None:
    touch = Touch(stage, window)
    touch.enter()
    comes(touch, "proving")
    touch.key_in(BUYER.contact[-4:])
    touch.press("tail")
    touch.stands_at("basket")
    touch.looked("buyer-basket-empty")
    touch.forget()
    for nth in (1, 2, 3):
        shows(touch, nth, nth)
    assert (touch.touches, len(papers(stage))) == (0, 3)
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
    touch.letters("zhang")
    touch.tap('.sheet-row button[data-action="take"]')
    touch.reload()
    touch.press("taken")
    touch.stands_at("filling/quantity")
    touch.key_in("20")
    touch.press("answer")
    touch.stands_at("filling/day")
    touch.press("skip")
    touch.press("sheet_done")
    touch.stands_at("basket")
    assert [(one.paper, one.verified) for one in papers(stage)][-1] == ("handwritten", False)

    touch.press("basket_goods", "cowpea")
    touch.stands_at("quantity")
    expect(touch.page.locator(".typed")).to_have_value("500")
    touch.tap('[data-key-press="erase"]')
    touch.tap('[data-key-press="erase"]')
    touch.tap('[data-key-press="erase"]')
    touch.key_in("400")
    touch.press("quantity")
    touch.stands_at("test_choice")
    touch.press("no_test")
    touch.stands_at("promise")
    touch.press("promise")
    touch.stands_at("done")
    (certificate,) = entries(stage, Certificate)
    assert isinstance(certificate, Certificate)
    assert certificate.proofs is not None
    assert (certificate.style, certificate.quantity, len(certificate.proofs.incoming)) == (2, Decimal(400), 4)

    touch.press("batch_next")
    touch.stands_at("basket")
    touch.looked("buyer-carried")
    touch.press("paper_again")
    touch.says("拿掉")
    assert len(papers(stage)) == 4
    touch.press("mine")
    touch.stands_at("mine")
    touch.tap(".own-rows button >> nth=0")
    touch.says("用完了")
    touch.looked("buyer-archive")
    touch.press("back")
    touch.press("back")
    touch.stands_at("basket")
    touch.quiet()
