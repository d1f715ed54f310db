"""Boxes and kilograms of one product on one day: lots of their own where they are other goods."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import Certificate, LotDeclared
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Stage, VisitRules
from kiosk.screen import Screen
from kiosk.serving import Settings
from tests.kiosk.test_attendant import Served
from tests.support.trade import FIRM, TradeBox, batch, comes, comes_out, issues, taps

ASKED = {"amount": "40", "unit": "kg", "declared": "6", "other_unit": "box"}


class Days(TradeBox):
    """Its rules go with its clock."""

    def settings(self) -> Settings:
        settings = super().settings()

        def rules(now: datetime) -> VisitRules:
            return replace(settings.rules(now), at=self.time)

        return replace(settings, rules=rules)


@pytest.fixture
def box(tmp_path: Path) -> Days:
    return Days(tmp_path)


@pytest.fixture
def served(box: Days) -> Iterator[Served]:
    """Six boxes that nobody weighed were certified already."""
    with box.serves() as served:
        batch(box, served, "6 box")
        comes(box, served)
        yield served


def declared(box: Days) -> list[tuple[str, str, str]]:
    return [(one.lot, str(one.quantity), one.unit) for one in box.entries(LotDeclared) if isinstance(one, LotDeclared)]


def asked(served: Served, boxes: str = "6") -> Screen:
    screen = taps(served, ("product", "cowpea"), ("quantity", "40 kg"))
    assert (screen.visit.stage, screen.visit.notice) == (
        Stage.QUANTITY,
        Sentence("visit.other_unit", ASKED | {"declared": boxes}),
    )
    return screen


def test_other_goods_in_another_unit_are_a_lot_of_their_own(box: Days, served: Served) -> None:
    asked(served)
    assert taps(served, "own_lot").visit.stage is Stage.DRUGS
    issues(box, served)
    (boxes, *_), (loose, amount, unit) = declared(box)
    assert (boxes != loose, amount, unit) == (True, "40", "kg")
    papers = [one for one in box.entries(Certificate) if isinstance(one, Certificate)]
    assert [(one.lot, str(one.quantity), one.unit) for one in papers] == [(boxes, "6", "box"), (loose, "40", "kg")]


def test_what_was_asked_about_is_changed_on_the_keypad(box: Days, served: Served) -> None:
    asked(served)
    screen = taps(served, "quantity_again")
    assert (screen.visit.stage, screen.visit.notice, str(screen.visit.quantity)) == (Stage.QUANTITY, None, "40 kg")
    taps(served, ("quantity", "4 box"))
    issues(box, served)
    assert [(amount, unit) for _, amount, unit in declared(box)] == [("6", "box"), ("4", "box")]
    assert len({lot for lot, *_ in declared(box)}) == 1


def test_each_unit_goes_on_with_its_own_lot_without_a_question(box: Days, served: Served) -> None:
    asked(served)
    taps(served, "own_lot")
    issues(box, served)
    for amount in ("2 box", "5 kg", "3 box x 2"):
        comes(box, served)
        assert taps(served, ("product", "cowpea"), ("quantity", amount)).visit.stage is Stage.DRUGS
        issues(box, served)
    boxes, loose = declared(box)[0][0], declared(box)[1][0]
    assert declared(box)[2:] == [(boxes, "2", "box"), (loose, "5", "kg"), (loose, "6", "kg")]


def test_nobody_who_was_not_asked_gets_a_lot_of_his_own(box: Days, served: Served) -> None:
    screen = taps(served, ("product", "cowpea"), "own_lot")
    assert (screen.visit.stage, screen.visit.quantity) == (Stage.QUANTITY, None)
    taps(served, ("quantity", "40 kg"), "quantity_again", "own_lot")
    assert served.attendant.screen().visit.stage is Stage.QUANTITY


def test_as_last_time_goes_on_with_the_lot_of_its_unit(box: Days, served: Served) -> None:
    taps(served, ("product", "cowpea"), ("quantity", "40 kg"), "own_lot")
    issues(box, served)
    comes(box, served)
    screen = taps(served, "repeat_last")
    assert (screen.visit.stage, screen.visit.quantity) == (Stage.DRUGS, Quantity(Decimal(40), Unit.KG))


def test_a_batch_in_another_unit_is_asked_about_before_it_is_repeated(box: Days, served: Served) -> None:
    taps(served, ("product", "cowpea"), ("quantity", "40 kg"), "own_lot")
    issues(box, served)
    loose = served.attendant.screen().visit.id
    box.time += timedelta(days=9)
    batch(box, served, "6 box")
    comes(box, served)
    screen = taps(served, "mine", ("own", loose), "batch_again")
    assert screen.visit.notice == Sentence("visit.other_unit", ASKED)
    assert (screen.visit.stage, str(screen.visit.quantity)) == (Stage.QUANTITY, "40 kg")
    assert taps(served, "own_lot").visit.stage is Stage.DRUGS


def test_another_unit_does_not_unsay_what_was_sprayed(box: Days, served: Served) -> None:
    taps(served, ("product", "cowpea"), ("quantity", "1 box"), "drugs_used", ("drug", "profenofos"))
    taps(served, ("drug_answer", "1"), ("drug_answer", "30"), ("drug_answer", "0"), "drugs_told")
    assert served.at(Stage.STOPPED).visit.lot == declared(box)[0][0]
    taps(served, "next")
    served.shows(box.card_of(FIRM))
    served.at(Stage.PRODUCT)
    assert taps(served, ("product", "cowpea")).visit.stage is Stage.STOPPED


def test_the_rest_of_an_older_lot_can_still_be_certified(box: Days, served: Served) -> None:
    taps(served, ("product", "cowpea"), ("quantity", "9 box"), "drugs_none", ("split", "3"))
    taps(served, ("promise", "+".join(served.at(Stage.PROMISE).offered[0])), "enough")
    comes_out(box, served)
    screen = served.at(Stage.DONE)
    assert screen.own is not None
    assert screen.own.batch is not None
    boxes, shown = screen.visit.lot, screen.own.batch.visit
    comes(box, served)
    asked(served, "15")
    taps(served, "own_lot")
    issues(box, served)
    comes(box, served)
    screen = taps(served, "mine", ("own", shown), "batch_rest")
    assert (screen.visit.stage, screen.visit.lot, str(screen.visit.quantity)) == (Stage.QUANTITY, boxes, "6 box")
