"""Batch after batch without a card, his own certificates and nobody else's, and which of a batch are wrong."""

from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import Certificate, LotDeclared, Presence, Reprint, Voided
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.visits.turn import IN, Stage
from kiosk.screen import Screen
from tests.kiosk.test_attendant import BUYER, Served
from tests.support.desk import served, touch
from tests.support.trade import FIRM, OTHER, TradeBox, batch, comes, comes_out, issues, taps

__all__ = ["served"]  # the fixture


@pytest.fixture
def box(tmp_path: Path) -> TradeBox:
    return TradeBox(tmp_path)


def own(screen: Screen) -> list[tuple[str, str, int]]:
    assert screen.own is not None
    return [(one.product, str(one.amount), len(one.papers)) for one in screen.own.batches]


def voided(box: TradeBox) -> list[str]:
    return [one.number for one in box.entries(Voided) if isinstance(one, Voided)]


def test_the_next_batch_needs_no_card_and_keeps_neither_drugs_nor_promise(box: TradeBox, served: Served) -> None:
    comes(box, served)
    taps(served, ("product", "cowpea"), ("quantity", "20 box"))
    first = issues(box, served)
    before = served.attendant.screen().visit
    after = taps(served, "batch_next").visit
    assert (after.stage, after.product, after.unit, after.quantity) == (Stage.QUANTITY, "cowpea", Unit.BOX, None)
    assert (after.subject, after.presence, after.card) == (FIRM, Presence.SHOWN, before.card)
    assert (after.id == before.id, after.used, after.tests, after.number, after.basis) == (False, None, (), "", ())
    screen = taps(served, ("quantity", "30 box"))
    assert screen.visit.stage is Stage.DRUGS
    second = issues(box, served)
    papers = [one for one in box.entries(Certificate) if isinstance(one, Certificate)]
    assert [(one.number, one.quantity) for one in papers] == [(*first, Decimal(20)), (*second, Decimal(30))]
    assert papers[0].visit != papers[1].visit


def test_a_farmer_shows_his_card_for_each_lot(box: TradeBox, served: Served) -> None:
    served.promises(box)
    comes_out(box, served)
    assert taps(served, "batch_next").visit.stage is Stage.DONE


def test_an_earlier_batch_is_repeated_with_its_whole_quantity(box: TradeBox, served: Served) -> None:
    batch(box, served, "60 box x 5", 3)
    batch(box, served, "80 kg")
    comes(box, served)
    screen = taps(served, "mine")
    assert own(screen) == [("cowpea", "80 kg", 1), ("cowpea", "60 box x 5", 3)]
    assert screen.own is not None
    screen = taps(served, ("own", screen.own.batches[1].visit), "batch_again")
    assert (screen.visit.stage, screen.visit.used) == (Stage.DRUGS, None)
    assert screen.visit.quantity == Quantity(Decimal(60), Unit.BOX, Decimal(5))
    assert screen.visit.number == ""


def test_the_rest_of_a_lot_is_certified_without_declaring_it_again_and_not_a_gram_more(
    box: TradeBox, served: Served
) -> None:
    comes(box, served)
    taps(served, ("product", "cowpea"), ("quantity", "300 kg"), "drugs_none", ("split", "3"))
    taps(served, ("promise", "+".join(served.at(Stage.PROMISE).offered[0])), "enough")
    comes_out(box, served)
    screen = served.at(Stage.DONE)
    assert screen.own is not None
    assert screen.own.ledger is not None
    ledger = screen.own.ledger
    assert (ledger.declared, ledger.issued, ledger.left) == (Decimal(300), Decimal(100), Decimal(200))
    comes(box, served)
    screen = taps(served, "mine", ("own", screen.own.batch.visit if screen.own.batch else ""), "batch_rest")
    assert (screen.visit.stage, str(screen.visit.quantity), screen.visit.rest) == (Stage.QUANTITY, "200 kg", True)
    screen = taps(served, ("quantity", "201 kg"))
    assert screen.visit.notice == Sentence("lot.over_issue", {"left": "200", "asked": "201", "unit": "kg"})
    taps(served, ("quantity", "200 kg"))
    issues(box, served)
    assert len(box.entries(LotDeclared)) == 1
    comes(box, served)
    screen = taps(served, "mine")
    assert screen.own is not None
    screen = taps(served, ("own", screen.own.batches[0].visit))
    assert screen.own is not None
    assert (screen.own.ledger is not None and screen.own.ledger.left, screen.own.may_rest) == (Decimal(0), False)


def test_nobody_else_s_paper_is_ever_reached(box: TradeBox, served: Served) -> None:
    (number,) = batch(box, served)
    visit = served.attendant.screen().visit.id
    comes(box, served, OTHER)
    screen = taps(served, "mine", ("own_paper", number), ("own", visit), ("paper_spoiled", ""), "wrong", "batch_again")
    assert (screen.visit.stage, screen.visit.number, own(screen)) == (Stage.MINE, "", [])
    assert (box.entries(Reprint), voided(box)) == ([], [])


def test_his_papers_are_his_after_the_phone_tail_where_the_county_wants_tails(box: TradeBox) -> None:
    box.answers["proof"] = Proof.TAIL
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 4)
        served.shows(box.card_of(FIRM))
        served.at(Stage.PROVING)  # first use
        taps(served, ("tail", FIRM.contact[-4:]), ("product", "cowpea"), ("quantity", "30 kg"))
        issues(box, served)
        comes(box, served)
        assert taps(served, "mine").visit.stage is Stage.PROVING
        assert taps(served, "back").visit.stage is Stage.PRODUCT
        screen = taps(served, "mine", ("tail", FIRM.contact[-4:]))
        assert (screen.visit.stage, len(own(screen))) == (Stage.MINE, 1)
        assert taps(served, "back", "mine").visit.stage is Stage.MINE


def test_a_paper_is_printed_again_as_a_counted_copy_and_shown_to_a_telephone(box: TradeBox, served: Served) -> None:
    (number,) = batch(box, served)
    comes(box, served)
    screen = taps(served, "mine", ("own_paper", number))
    assert (screen.place, screen.trace.endswith(number)) == ("mine", True)
    taps(served, "paper_spoiled")
    assert (box.jobs[-1].number, box.jobs[-1].copy) == (number, 2)
    comes_out(box, served)
    assert served.at(Stage.DONE).visit.number == number
    assert box.entries(Reprint) == [Reprint(number, 2, "spoiled", "")]


def test_a_void_paper_is_not_printed_again_and_the_list_says_so(box: TradeBox, served: Served) -> None:
    (number,) = batch(box, served)
    comes(box, served)
    screen = taps(served, "mine", ("own_paper", number), "wrong", ("void", "not_sold taken_back no"))
    assert (screen.visit.stage, screen.visit.notice) == (Stage.MINE, Sentence("visit.voided"))
    screen = taps(served, ("own_paper", number), "paper_spoiled")
    assert screen.visit.notice == Sentence("void.no_copy", {"number": number})
    assert screen.own is not None
    assert screen.own.hindered == Sentence("void.no_copy", {"number": number})
    assert len(box.jobs) == 1


def test_back_leads_from_a_paper_to_the_list_and_from_there_to_the_goods(box: TradeBox, served: Served) -> None:
    (number,) = batch(box, served)
    comes(box, served)
    taps(served, "mine", ("own_paper", number))
    assert taps(served, "back").visit.shown == ""
    visit = taps(served, "back").visit
    assert (visit.stage, visit.number, visit.product, visit.quantity) == (Stage.PRODUCT, "", "", None)


def test_of_a_batch_those_are_void_that_were_picked(box: TradeBox, served: Served) -> None:
    numbers = batch(box, served, "500 kg", 5)
    taps(served, "wrong", ("void_leaf", "0"), ("void_pick", numbers[1]), ("void_pick", numbers[3]))
    screen = taps(served, ("void_pick", numbers[4]), ("void_pick", numbers[4]), ("void_leaf", ""))
    assert screen.visit.picked == (numbers[1], numbers[3])
    assert screen.visit.picking is None
    taps(served, ("void_pick", "5304270000000000A"))  # of nobody
    screen = taps(served, ("void", "wrong_quantity taken_back no"))
    assert (screen.visit.stage, voided(box)) == (Stage.DONE, [numbers[1], numbers[3]])
    comes(box, served)
    screen = taps(served, "mine")
    assert screen.own is not None
    (found,) = screen.own.batches
    assert [paper.nth for paper in found.papers if paper.void] == [2, 4]
    taps(served, ("own", found.visit), "wrong", ("void_pick", "all"), ("void", "not_sold taken_back no"))
    assert sorted(voided(box)) == sorted(numbers)


def test_a_power_cut_between_two_voids_goes_on_with_the_rest(box: TradeBox) -> None:
    with box.serves() as served:
        numbers = batch(box, served, "500 kg", 3)
        taps(served, "wrong", ("void_pick", "all"))
    with box.serves() as served:
        assert served.at(Stage.VOIDING).visit.picked == tuple(numbers)
        taps(served, ("void", "not_sold taken_back no"))
        assert served.at(Stage.DONE).visit.number == ""
    assert voided(box) == numbers


def test_a_new_batch_in_place_of_wrong_papers_names_one_of_them(box: TradeBox, served: Served) -> None:
    numbers = batch(box, served, "500 kg", 2)
    taps(served, "wrong", ("void_pick", "all"), ("void", "wrong_quantity taken_back yes"))
    taps(served, ("product", "cowpea"), ("quantity", "400 kg"))
    issues(box, served)
    last = box.entries(Certificate)[-1]
    assert isinstance(last, Certificate)
    assert (last.replaces, len(box.entries(LotDeclared))) == (numbers[0], 1)


def test_a_restart_leaves_him_at_the_paper_that_he_looked_at(box: TradeBox) -> None:
    with box.serves() as served:
        (number,) = batch(box, served)
        comes(box, served)
        taps(served, "mine", ("own_paper", number))
    with box.serves() as served:
        screen = served.at(Stage.MINE)
        assert (screen.visit.number, screen.own is not None and screen.own.batch is not None) == (number, True)


def test_a_buyer_finds_the_papers_that_he_took_in(box: TradeBox, served: Served) -> None:
    comes(box, served, BUYER)
    screen = taps(served, "mine", ("own", IN))
    assert screen.own is not None
    assert screen.own.archive == ()
    assert touch(served, "back").visit.stage is Stage.MINE
    assert touch(served, "back").visit.stage is Stage.BASKET
