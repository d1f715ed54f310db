"""The clerk of a co-operative: batch after batch without her card, labels for boxes that stop and go on, an earlier
batch again, the rest of a lot to the last gram, papers that were wrong, and the voucher for the market."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, expect

from kiosk.rules.messages import Certificate, Dispatched, LotDeclared, Subject, TraceLabel, Voided, Voucher
from kiosk.words import load_words
from tests.support.stage import bench, card, entries
from tests.support.touch import Touch
from tests.support.waiting import wait_for
from ui.demo.bench import Bench, Plan

FIRM = Subject(
    "p0002", "cooperative", "绿源蔬菜合作社", "13800005678", "云南省玉溪市新平县漠沙镇", region="530427",
    code="93530427MA6N000091", controller="赵永明",
)  # fmt: skip
SOON = 40
WORDS = load_words("zh")


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3), people=(FIRM,)) as made:
        made.start_all()
        yield made


def comes(touch: Touch, until: str = "product") -> None:
    touch.hold_up(card(touch.stage), until=until)


def proves(touch: Touch) -> None:
    touch.key_in(FIRM.contact[-4:])
    touch.press("tail")


def weighs(touch: Touch, amount: str, unit: str) -> None:
    touch.stands_at("quantity")
    touch.choose(unit)
    touch.key_in(amount)
    touch.press("quantity")


def used_nothing(touch: Touch) -> None:
    touch.stands_at("drugs")
    touch.press("drugs_none")
    touch.stands_at("test_choice")
    touch.press("no_test")
    touch.stands_at("promise")


def promises(touch: Touch) -> None:
    touch.press("promise")
    touch.stands_at("done")


def certificates(stage: Bench) -> list[Certificate]:
    return [one for one in entries(stage, Certificate) if isinstance(one, Certificate)]


def test_batch_after_batch(stage: Bench, window: BrowserContext) -> None:
    touch = Touch(stage, window)
    touch.enter()
    comes(touch, "proving")
    proves(touch)
    touch.stands_at("product")
    touch.choose("cowpea")
    weighs(touch, "6", "box")
    used_nothing(touch)
    touch.tap('.papers a[data-leaf="1"]')
    touch.key_in("6")
    touch.looked("clerk-how-many")
    touch.press("split")
    promises(touch)
    assert [(one.nth, one.of) for one in certificates(stage)] == [(nth, 6) for nth in range(1, 7)]
    touch.looked("clerk-done", moving=(".traced",))

    touch.press("batch_next")  # no card
    weighs(touch, "4", "box")
    touch.reload()
    used_nothing(touch)
    promises(touch)
    assert len({one.visit for one in certificates(stage)}) == 2

    touch.press("wrong")
    touch.stands_at("voiding")
    touch.looked("clerk-wrong-one")
    touch.choose("not_sold")
    touch.choose("taken_back")
    touch.press("void")
    touch.stands_at("done")
    touch.press("batch_next")
    touch.stands_at("quantity")
    touch.press("back")
    touch.press("mine")
    touch.stands_at("mine")
    touch.looked("clerk-mine")
    touch.tap(".own-rows button >> nth=2")  # the six boxes
    touch.looked("clerk-batch", moving=(".traced",))
    touch.press("batch_again")
    touch.stands_at("drugs")
    touch.press("drugs_none")  # a test is only offered beside the promise
    touch.stands_at("promise")
    promises(touch)
    assert [one.quantity for one in certificates(stage)][-1] == Decimal(6)
    assert len([one for one in entries(stage, Voided) if isinstance(one, Voided)]) == 1
    touch.press("next")
    touch.quiet()


def test_the_rest_of_a_lot_the_wrong_papers_and_the_way_to_the_market(stage: Bench, window: BrowserContext) -> None:
    touch = Touch(stage, window)
    touch.enter()
    comes(touch, "proving")
    proves(touch)
    touch.stands_at("product")
    touch.choose("cowpea")
    weighs(touch, "300", "kg")
    used_nothing(touch)
    touch.press("split", "2")
    touch.press("split", "3")
    promises(touch)
    touch.press("wrong")
    touch.press("void_leaf", "0")
    numbers = [one.number for one in certificates(stage)]
    touch.choose(numbers[0])
    touch.choose(numbers[2])
    touch.looked("clerk-which-wrong")
    touch.press("void_leaf", "")
    touch.choose("wrong_quantity")
    touch.choose("taken_back")
    touch.press("void")
    touch.stands_at("done")
    touch.press("next")
    touch.stands_at("idle")
    assert [one.number for one in entries(stage, Voided) if isinstance(one, Voided)] == [numbers[0], numbers[2]]

    comes(touch)
    touch.press("mine")
    touch.stands_at("proving")  # papers can be voided there
    proves(touch)
    touch.stands_at("mine")
    touch.tap(".own-rows button >> nth=1")
    touch.press("batch_rest")
    touch.stands_at("quantity")
    touch.tap('[data-key-press="erase"]')
    touch.key_in("1")
    touch.press("quantity")  # 201 of 200
    expect(touch.page.locator(".notice")).to_contain_text("200")
    touch.looked("clerk-over")
    touch.tap('[data-key-press="erase"]')
    touch.key_in("0")
    touch.press("quantity")
    used_nothing(touch)
    promises(touch)
    assert len(entries(stage, LotDeclared)) == 1

    lot = certificates(stage)[0].lot
    touch.press("sheet", f"labels {lot}")
    touch.key_in("3")
    touch.press("answer")
    touch.stands_at("filling")
    stage.printer.fault = "paper-out"
    touch.press("sheet_done")
    touch.stands_at("pieces")
    wait_for(lambda: touch.page.locator('[data-action="pieces_go"]').is_visible(), "the label that did not come", SOON)
    touch.looked("clerk-labels-stopped")
    touch.offline()
    stage.printer.load_paper()
    touch.online()
    touch.reload()
    touch.stands_at("pieces")
    touch.press("pieces_go")
    touch.says(WORDS.say("screen.pieces.done"))
    touch.press("pieces_left")
    touch.stands_at("done")
    (label,) = entries(stage, TraceLabel)
    assert isinstance(label, TraceLabel)
    assert label.labels == 3

    touch.press("sheet", f"voucher {lot}")
    touch.stands_at("filling/to")
    touch.letters("shichang")
    touch.tap('.sheet-row button[data-action="take"]')
    touch.press("taken")
    touch.stands_at("filling/much")
    for _ in range(3):  # the whole lot stands there
        touch.tap('[data-key-press="erase"]')
    touch.key_in("200")
    touch.press("answer")
    touch.press("sheet_done")
    touch.stands_at("pieces")
    touch.says(WORDS.say("screen.pieces.done"))
    touch.press("pieces_left")
    (paper,), (sent,) = entries(stage, Voucher), entries(stage, Dispatched)
    assert isinstance(paper, Voucher)
    assert isinstance(sent, Dispatched)
    assert (sent.voucher, sent.lot) == (paper.number, lot)
    touch.quiet()
