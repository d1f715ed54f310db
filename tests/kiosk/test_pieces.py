"""Vouchers and labels at the attendant: recorded, printed piece by piece, and gone on with after whatever happened."""

from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.rules.messages import Dispatched, Print, Reprint, TraceLabel, Voucher
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen
from tests.kiosk.test_attendant import Served
from tests.support.desk import served
from tests.support.trade import FIRM, OTHER, TradeBox, batch, comes, comes_out, taps

__all__ = ["served"]  # the fixture


@pytest.fixture
def box(tmp_path: Path) -> TradeBox:
    return TradeBox(tmp_path)


def voucher(box: TradeBox, served: Served, amount: str = "100 kg") -> Screen:
    """From a batch that is done to the voucher at the printer."""
    batch(box, served)
    lot = served.attendant.screen().visit.lot
    taps(served, ("sheet", f"voucher {lot}"), *(("take", one) for one in "市场"), "taken", ("answer", amount))
    return taps(served, "sheet_done")


def labels(box: TradeBox, served: Served, count: str) -> Screen:
    batch(box, served, "30 box")
    lot = served.attendant.screen().visit.lot
    return taps(served, ("sheet", f"labels {lot}"), ("answer", count), "sheet_done")


def state(screen: Screen) -> tuple[int, int, str]:
    assert screen.pieces is not None
    return screen.pieces.nth, screen.pieces.of, screen.pieces.state


def test_a_voucher_is_a_step_forward_under_its_certificate_and_one_piece_of_paper(
    box: TradeBox, served: Served
) -> None:
    screen = voucher(box, served)
    assert (screen.visit.stage, state(screen)) == (Stage.PIECES, (1, 1, "printing"))
    (paper,), (sent,) = box.entries(Voucher), box.entries(Dispatched)
    assert isinstance(paper, Voucher)
    assert isinstance(sent, Dispatched)
    assert (paper.to, paper.quantity, paper.certificate) == ("市场", Decimal(100), box.jobs[0].number)
    assert (sent.voucher, sent.certificate, sent.quantity) == (paper.number, paper.certificate, Decimal(100))
    assert (box.jobs[-1].number, box.jobs[-1].label) == (paper.number, False)
    comes_out(box, served)
    assert state(served.attendant.screen()) == (1, 1, "done")
    assert taps(served, "pieces_left").visit.stage is Stage.DONE


def test_more_than_there_is_of_a_lot_gets_no_voucher(box: TradeBox, served: Served) -> None:
    screen = voucher(box, served, "301 kg")
    assert screen.visit.notice == Sentence("lot.sent", {"left": "300", "asked": "301", "unit": "kg"})
    assert (screen.visit.stage, box.entries(Voucher), len(box.jobs)) == (Stage.FILLING, [], 1)


def test_labels_with_a_paper_end_a_stop_and_a_restart(box: TradeBox) -> None:
    with box.serves() as served:
        assert state(labels(box, served, "6")) == (1, 6, "printing")
        for _ in range(2):
            comes_out(box, served)
        comes_out(box, served, begun=False, done=False)
        assert state(served.attendant.screen()) == (3, 6, "unprinted")
        taps(served, "pieces_go")
        comes_out(box, served, done=False)
        assert state(served.attendant.screen()) == (3, 6, "unsure")
        taps(served, "pieces_spoiled")
        assert (box.jobs[-1].part, box.jobs[-1].copy) == ("3", 2)
        screen = taps(served, "pieces_stop")
        assert screen.pieces is not None
        assert screen.pieces.stopping
        comes_out(box, served)
        assert state(served.attendant.screen()) == (4, 6, "stopped")
        taps(served, "pieces_go")
    with box.serves() as served:
        assert state(served.at(Stage.PIECES) and served.until(lambda screen: screen.pieces is not None)) == (
            4, 6, "unsure",
        )  # fmt: skip
        taps(served, "pieces_whole")
        for _ in range(2):
            comes_out(box, served)
        assert state(served.attendant.screen()) == (6, 6, "done")
    (label,) = box.entries(TraceLabel)
    assert isinstance(label, TraceLabel)
    assert (label.labels, label.marks, label.certificate) == (6, ("green",), box.jobs[0].number)
    assert len(box.entries(Reprint)) == 1
    ends = [one for one in box.entries(Print) if isinstance(one, Print) and one.number == label.number]
    whole = {one.part for one in ends if one.outcome in ("printed", "confirmed")}
    assert whole == {str(nth) for nth in range(1, 7)}


def test_what_was_left_is_found_among_his_papers_and_goes_on_and_nobody_else_finds_it(
    box: TradeBox, served: Served
) -> None:
    labels(box, served, "3")
    taps(served, "pieces_left")
    assert served.attendant.screen().visit.stage is Stage.PIECES, "never while a piece is at the printer"
    comes_out(box, served, begun=False, done=False)
    assert taps(served, "pieces_left").visit.stage is Stage.DONE
    comes(box, served, OTHER)
    screen = taps(served, "mine", ("pieces", box.jobs[-1].number))
    assert (screen.visit.stage, screen.own is not None and screen.own.begun) == (Stage.MINE, ())
    taps(served, "abandon", "next")
    comes(box, served, FIRM)
    screen = taps(served, "mine")
    assert screen.own is not None
    (begun,) = screen.own.begun
    assert (begun.done, begun.of, begun.labels) == (0, 3, True)
    assert state(taps(served, ("pieces", begun.number))) == (1, 3, "unprinted")
    taps(served, "pieces_go")
    for _ in range(3):
        comes_out(box, served)
    screen = taps(served, "pieces_left")
    assert screen.visit.stage is Stage.MINE
    assert screen.own is not None
    assert screen.own.begun == ()


def test_a_power_cut_between_voucher_and_dispatch_makes_neither_of_them_twice(box: TradeBox) -> None:
    with box.serves() as served:
        batch(box, served)
        lot = served.attendant.screen().visit.lot
        taps(served, ("sheet", f"voucher {lot}"), ("take", "市"), "taken", ("answer", "100 kg"))
        taps(served, "sheet_done")
        number = box.jobs[-1].number
    with box.serves() as served:
        screen = served.until(lambda screen: screen.pieces is not None)
        assert (state(screen), screen.visit.paper) == ((1, 1, "unsure"), number)
        taps(served, "pieces_spoiled")
        assert (box.jobs[-1].number, box.jobs[-1].copy) == (number, 2)
    assert (len(box.entries(Voucher)), len(box.entries(Dispatched))) == (1, 1)


@pytest.mark.parametrize("count", ["0", "501", "2.5"])
def test_labels_are_whole_and_no_more_than_five_hundred(box: TradeBox, served: Served, count: str) -> None:
    screen = labels(box, served, count)
    assert (screen.visit.stage, box.entries(TraceLabel)) == (Stage.FILLING, [])
    assert screen.visit.notice is not None


def test_a_sale_without_a_paper_is_a_step_forward_too(box: TradeBox, served: Served) -> None:
    batch(box, served)
    lot = served.attendant.screen().visit.lot
    screen = taps(served, ("sheet", f"dispatch {lot}"), ("take", "市"), "taken", ("answer", "40 kg"), "sheet_done")
    assert screen.visit.stage is Stage.DONE
    (sent,) = box.entries(Dispatched)
    assert isinstance(sent, Dispatched)
    assert (sent.quantity, sent.certificate, sent.voucher) == (Decimal(40), box.jobs[0].number, "")


def test_a_lot_of_somebody_else_gives_no_paper(box: TradeBox, served: Served) -> None:
    batch(box, served)
    lot = served.attendant.screen().visit.lot
    batch(box, served, subject=OTHER)
    screen = taps(served, ("sheet", f"labels {lot}"), ("answer", "5"), "sheet_done")
    assert screen.visit.notice == Sentence("lot.unknown")
    assert box.entries(TraceLabel) == []
