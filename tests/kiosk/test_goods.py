"""The farmer at a real counter: as last time, a quantity that is asked about, a product and a drug found by letters, a
bottle held up."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.devices import PrintEnded, PrintJob
from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen, Way
from tests.kiosk.test_attendant import Box, Served
from tests.support.bodies import FARMER, HOST


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture
def served(box: Box) -> Iterator[Served]:
    """He has been here once: cowpeas, 320 jin."""
    with box.serves() as served:
        came_out(served, served.promises(box))
        yield served


def came_out(served: Served, job: PrintJob) -> Screen:
    served.attendant.post(PrintEnded(job.number, job.copy, True, True, "completion", part=job.part))
    return served.at(Stage.DONE)


def again(box: Box, served: Served) -> Screen:
    served.tap("next")
    served.at(Stage.IDLE)
    served.shows(box.card)
    return served.at(Stage.PRODUCT)


def test_the_short_link_is_on_the_screen_when_the_paper_is_out(box: Box, served: Served) -> None:
    number = served.attendant.screen().visit.number
    assert served.attendant.screen().trace == f"HTTPS://{HOST.upper()}/N/{number}"
    assert again(box, served).trace == ""


def test_as_last_time_copies_goods_and_place_never_the_answer_nor_the_promise(box: Box, served: Served) -> None:
    last = again(box, served).visit.last
    assert last is not None
    assert (last.product, last.amount, last.origin) == ("cowpea", Quantity(Decimal(320), Unit.JIN), FARMER.origin)
    visit = served.tap("repeat_last").visit
    assert (visit.stage, visit.used, visit.basis) == (Stage.DRUGS, None, ())
    assert (visit.quantity, visit.origin) == (last.amount, FARMER.origin)
    assert served.tap("drugs_none").visit.stage is Stage.PROMISE
    screen = served.attendant.screen()
    assert len(screen.offered) == 1
    served.tap("promise", "+".join(screen.offered[0]))
    served.until(lambda _: len(box.jobs) == 2)
    came_out(served, box.jobs[-1])


def test_far_more_than_usual_is_asked_once_and_meant_when_it_is_said_again(box: Box, served: Served) -> None:
    again(box, served)
    served.tap("product", "cowpea")
    asked = served.tap("quantity", "1000 kg").visit
    assert asked.stage is Stage.QUANTITY
    assert asked.notice is not None
    assert asked.notice.facts == {"amount": "1000", "usual": "160", "unit": "kg"}
    other = served.tap("quantity", "2000 kg").visit
    assert (other.stage, other.quantity) == (Stage.QUANTITY, Quantity(Decimal(2000), Unit.KG))
    assert served.tap("quantity_again").visit.notice is None
    assert served.tap("quantity", "2000 kg").visit.stage is Stage.QUANTITY
    assert served.tap("quantity", "2000 kg").visit.stage is Stage.DRUGS


def test_as_much_as_usual_is_not_asked_about(box: Box, served: Served) -> None:
    again(box, served)
    served.tap("product", "cowpea")
    assert served.tap("quantity", "800 kg").visit.stage is Stage.DRUGS


def test_a_product_is_found_by_its_initials(box: Box, served: Served) -> None:
    again(box, served)
    assert served.tap("look", "letters").looked.way is Way.LETTERS
    served.tap("look_letter", "d")
    assert [one.value for one in served.tap("look_letter", "j").looked.found] == ["cowpea"]
    assert served.tap("look_letter", "x").looked.found == ()
    assert served.tap("look_letter", "erase").looked.letters == "dj"
    assert served.tap("product", "cowpea").looked.way is Way.PICTURES


def test_a_drug_is_found_by_its_initials_and_told(box: Box, served: Served) -> None:
    to_names(box, served)
    served.tap("look", "letters")
    for letter in "bcl":
        screen = served.tap("look_letter", letter)
    assert "imidacloprid" in [one.value for one in screen.looked.found]
    screen = served.tap("drug", "imidacloprid")
    assert [use.ingredients for use in screen.visit.uses] == [("imidacloprid",)]
    assert screen.looked.way is Way.PICTURES


def test_a_bottle_is_held_up_where_it_is_asked_for(box: Box, served: Served) -> None:
    to_names(box, served)
    served.tap("look", "bottle")
    served.shows("PD20081234")
    screen = served.until(lambda screen: bool(screen.visit.uses))
    assert [(use.name, use.registration) for use in screen.visit.uses] == [("PD20081234", "PD20081234")]


def test_what_is_no_bottle_is_said_and_changes_nothing(box: Box, served: Served) -> None:
    to_names(box, served)
    served.tap("look", "bottle")
    served.shows(box.card)
    screen = served.until(lambda screen: screen.visit.notice is not None)
    assert screen.visit.notice is not None
    assert (screen.visit.notice.key, screen.visit.uses) == ("visit.no_bottle", ())
    assert screen.looked.way is Way.BOTTLE


def test_letters_out_of_their_place_change_nothing(box: Box, served: Served) -> None:
    again(box, served)
    before = served.attendant.screen().visit
    for action, value in (("look_letter", "d"), ("look", "nonsense"), ("quantity", "5 kg")):
        assert served.tap(action, value).visit == before


def to_names(box: Box, served: Served) -> None:
    again(box, served)
    for action, value in (("product", "cowpea"), ("quantity", "100 kg"), ("drugs_used", "")):
        served.tap(action, value)
    served.at(Stage.DRUGS)
