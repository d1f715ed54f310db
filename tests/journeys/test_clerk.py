"""The clerk of a co-operative: batch after batch without her card, labels for boxes that stop and go on, an earlier
batch again, the rest of a lot to the last gram, papers that were wrong, and the voucher for the market."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from kiosk.rules.messages import Certificate, Dispatched, LotDeclared, Subject, TraceLabel, Voided, Voucher
from kiosk.words import load_words
from tests.support.fingers import keys, writes
from tests.support.stage import bench, card, entries
from tests.support.touch import Touch
from tests.support.turn_steps import (
    brings,
    comes_first,
    ends,
    erases,
    keys_tail,
    promises,
    used_nothing,
    voids,
    wants_no_test,
    weighs,
)
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


@pytest.fixture
def touch(touch: Touch) -> Touch:
    comes_first(touch)
    return touch


def test_batch_after_batch(stage: Bench, touch: Touch) -> None:
    brings(touch, "6", "box")
    wants_no_test(touch)
    touch.tap('.papers a[data-leaf="1"]')
    touch.key_in("6")
    touch.looked("clerk-how-many")
    touch.press("split")
    promises(touch)
    assert [(one.nth, one.of) for one in entries(stage, Certificate)] == [(nth, 6) for nth in range(1, 7)]
    touch.looked("clerk-done", moving=(".traced",))

    touch.press("batch_next")  # no card
    weighs(touch, "4", "box")
    touch.reload()
    wants_no_test(touch)
    promises(touch)
    assert len({one.visit for one in entries(stage, Certificate)}) == 2

    touch.press("wrong")
    touch.stands_at("voiding")
    touch.looked("clerk-wrong-one")
    voids(touch, "not_sold", "taken_back")
    touch.press("batch_next")
    touch.stands_at("quantity")
    touch.press("back")
    touch.press("mine")
    touch.stands_at("mine")
    touch.looked("clerk-mine")
    touch.tap(".own-rows button >> nth=2")  # the six boxes
    touch.looked("clerk-batch", moving=(".traced",))
    touch.press("batch_again")
    used_nothing(touch)
    promises(touch)  # a test is only offered beside it
    assert [one.quantity for one in entries(stage, Certificate)][-1] == Decimal(6)
    assert len(entries(stage, Voided)) == 1
    touch.press("next")


def test_the_rest_of_a_lot_the_wrong_papers_and_the_way_to_the_market(stage: Bench, touch: Touch) -> None:
    brings(touch, "300", "kg")
    wants_no_test(touch)
    touch.press("split", "2")
    touch.press("split", "3")
    promises(touch)
    touch.press("wrong")
    touch.press("void_leaf", "0")
    numbers = [one.number for one in entries(stage, Certificate)]
    touch.choose(numbers[0])
    touch.choose(numbers[2])
    touch.looked("clerk-which-wrong")
    touch.press("void_leaf", "")
    voids(touch, "wrong_quantity", "taken_back")
    ends(touch)
    assert [one.number for one in entries(stage, Voided)] == [numbers[0], numbers[2]]

    touch.hold_up(card(stage), until="product")
    touch.press("mine")
    keys_tail(touch)  # papers can be voided there
    touch.stands_at("mine")
    touch.tap(".own-rows button >> nth=1")
    touch.press("batch_rest")
    touch.stands_at("quantity")
    erases(touch, 1)
    weighs(touch, "1")  # 201 of 200
    expect(touch.page.locator(".notice")).to_contain_text("200")
    touch.looked("clerk-over")
    erases(touch, 1)
    weighs(touch, "0")
    wants_no_test(touch)
    promises(touch)
    assert len(entries(stage, LotDeclared)) == 1

    lot = entries(stage, Certificate)[0].lot
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
    assert label.labels == 3

    touch.press("sheet", f"voucher {lot}")
    writes(touch, "to", "shichang")
    touch.stands_at("filling/much")
    erases(touch, 3)  # the whole lot stands there
    keys(touch, "much", "200")
    touch.press("sheet_done")
    touch.stands_at("pieces")
    touch.says(WORDS.say("screen.pieces.done"))
    touch.press("pieces_left")
    (paper,), (sent,) = entries(stage, Voucher), entries(stage, Dispatched)
    assert (sent.voucher, sent.lot) == (paper.number, lot)
