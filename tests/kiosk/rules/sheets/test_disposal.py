"""处置: of a lot that failed no more is destroyed than is left, and without a place nothing is recorded."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest

from kiosk.rules.messages import Disposal, LotDeclared, Outcome, SampleTaken, Verdict
from tests.kiosk.test_attendant import Served
from tests.support import oversight
from tests.support.bodies import FARMER
from tests.support.desk import DeskBox, logs_on, touch
from tests.support.sheets import done, opened

FAILED = Verdict(Outcome.POSITIVE, "x/positive", "verdict.positive", {})


@pytest.fixture(params=[Outcome.POSITIVE, Outcome.SUSPECT])
def served(box: DeskBox, request: pytest.FixtureRequest) -> Iterator[Served]:
    """100 kg of tomato, and its test that failed."""
    with closing(box.record()) as record:
        record.append(LotDeclared("L9", FARMER.id, "tomato", Decimal(100), "kg", "100 kg", "新平"))
        record.append(
            oversight.test(
                verdict=replace(FAILED, outcome=request.param), lot="L9", subject=FARMER.id, subject_name=FARMER.name
            )
        )
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 5)
        logs_on(served, "inspector")
        yield served


def test_more_than_is_left_is_refused(box: DeskBox, served: Served) -> None:
    screen = done(served, "disposal", "L9", measure="destroyed", quantity="150", place="院里", witness="李四")
    assert screen.visit.notice is not None
    assert (screen.visit.notice.key, box.entries(Disposal)) == ("disposal.too_much", [])


def test_a_stopped_lot_is_chosen_and_destroyed(box: DeskBox, served: Served) -> None:
    sheet = opened(served, "disposal").sheet
    assert sheet is not None
    assert sheet.at is not None
    assert [one.value for one in sheet.at.choices] == ["L9"]
    touch(served, "sheet_leave")
    done(served, "disposal", "L9", measure="destroyed", quantity="100", place="院里", witness="李四", pictures="yes")
    (entry,) = box.entries(Disposal)
    assert isinstance(entry, Disposal)
    assert (entry.quantity, entry.subject, len(entry.tests), len(entry.pictures)) == (Decimal(100), FARMER.id, 1, 1)


def test_a_sample_may_name_the_lot_that_it_was_drawn_from(box: DeskBox, served: Served) -> None:
    told = {
        "type": "routine",
        "subject": FARMER.id,
        "product": "tomato",
        "scene": "base",
        "place": "地里",
        "origin": "新平",
    }
    done(served, "sampling", **told, lot="L9")
    done(served, "sampling", **told)
    named, bare = box.entries(SampleTaken)
    assert isinstance(named, SampleTaken)
    assert isinstance(bare, SampleTaken)
    assert (named.lot, bare.lot) == ("L9", "")
