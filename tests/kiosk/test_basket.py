"""A buyer's basket: papers without a code, what is left over from before, sums, and one certificate that links them."""

from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.rules.messages import Certificate, Incoming, LotDeclared
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import IN, Stage
from kiosk.screen import Screen
from tests.kiosk.test_attendant import BUYER, Served, number
from tests.support.bodies import FARMER
from tests.support.desk import served
from tests.support.law import PACKS
from tests.support.trade import TradeBox, comes, comes_out, taps

__all__ = ["served"]  # the fixture

COWPEA, TOMATO = (PACKS.products[one].names["zh"] for one in ("cowpea", "tomato"))


@pytest.fixture
def box(tmp_path: Path) -> TradeBox:
    return TradeBox(tmp_path)


def holds_up(box: TradeBox, served: Served, *papers: tuple[str, int, str]) -> Screen:
    for product, salt, quantity in papers:
        served.shows(box.paper(product, FARMER.id, number(salt), quantity))
    return taps(served, "?")


def sums(screen: Screen) -> list[tuple[str, Decimal, int]]:
    assert screen.basket is not None
    return [(one.product, one.quantity, one.papers) for one in screen.basket.sums]


def carried(screen: Screen) -> list[tuple[str, Decimal | None]]:
    assert screen.basket is not None
    return [(one.number, one.left) for one in screen.basket.carried]


def buys(box: TradeBox, served: Served, amount: str) -> None:
    taps(served, ("basket_goods", "cowpea"))
    taps(served, ("quantity", amount))
    taps(served, ("promise", "+".join(served.at(Stage.PROMISE).offered[0])))
    served.at(Stage.PRINTING)
    comes_out(box, served)
    served.at(Stage.DONE)


def test_papers_go_in_one_after_another_and_are_summed_by_product(box: TradeBox, served: Served) -> None:
    comes(box, served, BUYER)
    screen = holds_up(box, served, (COWPEA, 1, "100"), (COWPEA, 2, "20.5"), (TOMATO, 3, "7"))
    assert sums(screen) == [("tomato", Decimal(7), 1), ("cowpea", Decimal("120.5"), 2)]
    assert screen.basket is not None
    newest = screen.basket.papers[0]
    assert (newest.number, newest.issuer, newest.verified, newest.left) == (number(3), "Li", True, Decimal(7))
    screen = taps(served, ("paper_off", str(newest.seq)))
    assert sums(screen) == [("cowpea", Decimal("120.5"), 2)]
    assert carried(screen) == [(number(3), Decimal(7))], "what was put back is not lost"


def test_one_certificate_links_the_papers_of_one_product_and_the_rest_is_carried_over(
    box: TradeBox, served: Served
) -> None:
    comes(box, served, BUYER)
    holds_up(box, served, (COWPEA, 1, "100"), (COWPEA, 2, "50"), (TOMATO, 3, "7"))
    screen = taps(served, ("basket_goods", "cowpea"))
    assert (screen.visit.stage, str(screen.visit.quantity)) == (Stage.QUANTITY, "150 kg")
    taps(served, "back", "back")
    assert served.attendant.screen().visit.stage is Stage.BASKET
    buys(box, served, "120 kg")
    paper = box.entries(Certificate)[-1]
    assert isinstance(paper, Certificate)
    assert (paper.style, set(paper.proofs.incoming if paper.proofs else ())) == (2, {number(1), number(2)})
    screen = taps(served, "batch_next")
    assert (screen.visit.stage, screen.visit.basket) == (Stage.BASKET, ())
    assert carried(screen) == [(number(3), Decimal(7)), (number(2), Decimal(30))]
    assert screen.basket is not None
    screen = taps(served, ("paper_again", str(screen.basket.carried[1].seq)))
    assert (sums(screen), carried(screen)) == ([("cowpea", Decimal(30), 1)], [(number(3), Decimal(7))])
    assert len(box.entries(Incoming)) == 3
    buys(box, served, "30 kg")
    comes(box, served, BUYER)
    assert carried(taps(served, "?")) == [(number(3), Decimal(7))]


def test_boxes_of_papers_in_kilograms_are_refused_where_they_are_keyed_in(box: TradeBox, served: Served) -> None:
    comes(box, served, BUYER)
    holds_up(box, served, (COWPEA, 1, "100"))
    taps(served, ("basket_goods", "cowpea"))
    visit = taps(served, ("quantity", "20 box")).visit
    assert visit.notice == Sentence("lot.unit_differs", {"unit": "kg", "other_unit": "box"})
    assert (visit.stage, str(visit.quantity)) == (Stage.QUANTITY, "100 kg"), "the sum of his papers stands there again"
    assert taps(served, ("quantity", "20 box x 5")).visit.stage is not Stage.QUANTITY
    assert box.entries(LotDeclared) == []


def test_the_boxes_of_last_time_are_no_answer_to_papers_in_kilograms(box: TradeBox, served: Served) -> None:
    comes(box, served, BUYER)
    taps(served, ("sheet", "incoming"), "picture", "taken", ("answer", "handwritten"), ("answer", "cowpea"))
    taps(served, ("take", "李"), "taken", ("answer", "20 box"), "skip", "sheet_done")
    buys(box, served, "20 box")
    comes(box, served, BUYER)
    holds_up(box, served, (COWPEA, 1, "100"))
    screen = taps(served, ("basket_goods", "cowpea"), "back")
    assert (screen.visit.stage, str(screen.visit.last and screen.visit.last.amount)) == (Stage.PRODUCT, "20 box")
    visit = taps(served, "repeat_last").visit
    assert (visit.stage, visit.notice and visit.notice.key) == (Stage.QUANTITY, "lot.unit_differs")


def test_the_papers_of_another_buyer_are_not_offered(box: TradeBox, served: Served) -> None:
    comes(box, served, BUYER)
    screen = holds_up(box, served, (COWPEA, 1, "100"))
    assert screen.basket is not None
    seq = str(screen.basket.papers[0].seq)
    taps(served, ("paper_off", "99999"), ("paper_again", "1"))
    assert len(taps(served, ("paper_again", seq)).visit.basket) == 1


def test_a_paper_without_a_code_is_photographed_told_and_in_the_basket(box: TradeBox, served: Served) -> None:
    comes(box, served, BUYER)
    taps(served, ("sheet", "incoming"), "picture", "taken", ("answer", "handwritten"), ("answer", "cowpea"))
    screen = taps(served, *(("take", one) for one in "张三"), "taken", ("answer", "60 kg"), "skip", "sheet_done")
    assert (screen.visit.stage, screen.visit.notice) == (Stage.BASKET, Sentence("incoming.kept"))
    assert sums(screen) == [("cowpea", Decimal(60), 1)]
    (paper,) = box.entries(Incoming)
    assert isinstance(paper, Incoming)
    assert (paper.paper, paper.issuer, paper.verified, bool(paper.picture)) == ("handwritten", "张三", False, True)
    buys(box, served, "60 kg")


def test_a_paper_of_somewhere_else_is_told_by_hand_with_the_picture_of_its_scan(box: TradeBox, served: Served) -> None:
    comes(box, served, BUYER)
    served.shows("https://trace.elsewhere.example/hgz?id=7")
    screen = served.until(lambda screen: screen.sheet is not None)
    assert screen.sheet is not None
    assert [ask.id for ask in screen.sheet.asks] == ["picture", "product", "issuer", "quantity", "day"]
    assert screen.sheet.at is not None
    assert screen.sheet.at.id == "product"
    screen = taps(served, ("answer", "cowpea"), ("take", "李"), "taken", "skip", "skip", "sheet_done")
    assert [kept.product for kept in screen.visit.basket] == ["cowpea"]
    (paper,) = box.entries(Incoming)
    assert isinstance(paper, Incoming)
    assert (paper.paper, paper.number) == ("foreign", "https://trace.elsewhere.example/hgz?id=7")
    assert sums(screen) == [("cowpea", Decimal(0), 1)]


def test_the_same_written_paper_is_not_taken_in_twice(box: TradeBox, served: Served) -> None:
    kind = ("answer", "handwritten"), ("answer", "cowpea")
    told = ("taken", *kind, ("take", "李"), "taken", ("answer", "60 kg"), "skip")
    comes(box, served, BUYER)
    taps(served, ("sheet", "incoming"), "picture", *told, "sheet_done")
    screen = taps(served, ("sheet", "incoming"), "picture", *told, "sheet_done")
    assert (screen.visit.stage, screen.visit.notice is not None and screen.visit.notice.key) == (
        Stage.FILLING,
        "incoming.twice",
    )
    assert len(box.entries(Incoming)) == 1


def test_a_restart_in_the_middle_of_a_paper_without_a_code_loses_nothing(box: TradeBox) -> None:
    with box.serves() as served:
        comes(box, served, BUYER)
        holds_up(box, served, (COWPEA, 1, "100"))
        taps(served, ("sheet", "incoming"), "picture", "taken", ("answer", "other_proof"), ("answer", "cowpea"))
    with box.serves() as served:
        served.at(Stage.FILLING)
        screen = taps(served, ("take", "李"), "taken", ("answer", "5 kg"), "skip", "sheet_done")
        assert sums(screen) == [("cowpea", Decimal(105), 2)]


def test_the_archive_says_what_became_of_each_paper(box: TradeBox, served: Served) -> None:
    comes(box, served, BUYER)
    holds_up(box, served, (COWPEA, 1, "100"), (COWPEA, 2, "50"))
    buys(box, served, "120 kg")
    comes(box, served, BUYER)
    screen = taps(served, "mine", ("own", IN))
    assert screen.own is not None
    assert [(one.number, one.quantity, one.left) for one in screen.own.archive or ()] == [
        (number(2), Decimal(50), Decimal(30)),
        (number(1), Decimal(100), Decimal(0)),
    ]
