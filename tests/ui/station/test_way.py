"""How far a person has come, and the words of what was used: views of a screen, without a browser."""

import pytest

from kiosk.rules.messages import Subject
from kiosk.rules.visits.turn import Stage, Turn
from kiosk.screen import Looked, Way
from kiosk.words import load_words
from tests.ui.station.scripted import Scripted
from tests.ui.station.test_pages import JOURNEYS, tap, to_drugs
from ui.station import sprayed, way
from ui.station.view import View

NOWHERE = {Stage.IDLE, Stage.KEYING, Stage.PROVING, Stage.VOIDING, Stage.DONE, Stage.STOPPED, Stage.ABANDONED}


def seen(attendant: Scripted) -> View:
    return View(attendant.screen(), load_words("zh"), (), attendant.method)


@pytest.mark.parametrize("stage", [stage for stage in JOURNEYS if stage not in NOWHERE and stage in way.STEP])
def test_in_the_middle_of_a_turn_there_is_one_step_now(stage: Stage, farmer: Subject) -> None:
    attendant = Scripted()
    JOURNEYS[stage](attendant, farmer)
    states = [step.state for step in way.steps(seen(attendant))]
    assert states.count("now") == 1
    assert states == sorted(states, key=["done", "now", "later"].index)
    assert str(states.index("now") + 1) in way.told(seen(attendant))


def test_before_and_after_a_turn_there_is_none() -> None:
    assert way.steps(seen(Scripted())) == ()
    assert way.told(seen(Scripted())) == ""


def test_a_buyer_begins_with_his_papers(farmer: Subject) -> None:
    attendant = Scripted()
    JOURNEYS[Stage.BASKET](attendant, farmer)
    assert attendant.screen().visit.turn is Turn.BUYER
    assert [step.state for step in way.steps(seen(attendant))] == ["now", "later", "later"]


# --- what was used ---


@pytest.fixture
def asked(farmer: Subject) -> Scripted:
    attendant = Scripted()
    to_drugs(attendant, farmer)
    tap(attendant, "drugs_used")
    return attendant


def answer(attendant: Scripted, *days: str) -> None:
    for back in days:
        tap(attendant, "drug_answer", back)


def test_names_first_then_its_questions_then_what_it_means(asked: Scripted) -> None:
    assert sprayed.page(seen(asked)) == "names"
    tap(asked, "drug", "profenofos")
    assert sprayed.page(seen(asked)) == "question"
    answer(asked, "14", "7", "0")
    assert sprayed.page(seen(asked)) == "told"
    asked.show(looked=Looked(Way.NAMES))
    assert sprayed.page(seen(asked)) == "names"


def test_what_a_test_sees_is_said_of_each_drug(asked: Scripted) -> None:
    tap(asked, "drug", "profenofos")
    answer(asked, "14", "7", "0")
    tap(asked, "drug", "imidacloprid")
    answer(asked, "14", "7")
    tap(asked, "drug", "others")
    assert [use.sees for use in sprayed.uses(seen(asked))] == ["yes", "no", "unknown"]


def test_the_first_day_of_harvest_is_told_in_words(asked: Scripted) -> None:
    tap(asked, "drug", "profenofos")
    answer(asked, "14", "7", "0")
    view = seen(asked)
    assert not sprayed.stops(view)
    assert sprayed.harvest(view) == view.say("screen.told.come", month=3, day=11)
    assert sprayed.advice(view) == view.say("screen.told.do.test")


def test_too_early_stops_and_says_until_when(asked: Scripted) -> None:
    tap(asked, "drug", "profenofos")
    answer(asked, "2", "7", "0")
    view = seen(asked)
    assert sprayed.stops(view)
    assert view.say("screen.day", month=3, day=23) in sprayed.harvest(view)
    assert sprayed.advice(view) == view.say("screen.told.do.wait")


def test_a_drug_that_no_test_sees_leaves_his_own_control(asked: Scripted) -> None:
    tap(asked, "drug", "imidacloprid")
    answer(asked, "14", "7", "0")
    view = seen(asked)
    assert sprayed.advice(view) == view.say("screen.told.do.control")


def test_nobody_knows_the_day(asked: Scripted) -> None:
    tap(asked, "drug", "others")
    answer(asked, "0")
    view = seen(asked)
    assert sprayed.harvest(view) == view.say("screen.told.no_day")
