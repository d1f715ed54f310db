"""Two of the staff: one reads a card by eye; the other vouches for a correction, takes over and reviews."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from kiosk.rules import messages
from kiosk.rules.messages import Correction, Handover, Outcome, Reviewed, SampleTaken, SettingsPut
from tests.support.fingers import (
    answers,
    begins_a_sample,
    does_all_orders,
    finds,
    hires,
    hurried,
    opens,
    opens_the_reagent,
    photographs,
    proves,
    records,
    seq_of,
    skips,
    writes,
)
from tests.support.stage import bench, entries
from tests.support.touch import SOON, Touch
from tests.support.waiting import wait_for
from ui.demo.bench import Bench, Plan
from ui.demo.office import Colleague

METHOD, RULE = "gbt-5009-199-2003-card", "GB/T 5009.199-2003 (card)"
SECOND = Colleague("w0009", "李海燕", ("officer",), "9999")
STEPS = ("step_shake", "step_stand", "step_react", "step_develop", "looked")


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        hires(made, SECOND)
        made.order(SettingsPut({"second_reviewer": "true"}, "office"))
        made.order(hurried(f"methods/{METHOD}.toml"))
        made.start_all()
        does_all_orders(made)
        yield made


def registers_the_cards(touch: Touch) -> None:
    """A kit without a number of its own: it gets a label of ours."""
    opens(touch, "sheet", "reagent")
    answers(touch, "has", "bare")
    opens_the_reagent(touch, RULE)


def draws_a_sample(touch: Touch) -> None:
    opens(touch, "sheet", "sampling")
    begins_a_sample(touch, "routine", "retail")
    answers(touch, "origin")
    skips(touch, "seen")
    skips(touch, "pictures")
    records(touch)


def reads_the_card(touch: Touch) -> None:
    """Each step is tapped when it begins; the blank is looked at before the sample."""
    opens(touch, "sheet", "reading")
    answers(touch, "method", METHOD)
    answers(touch, "sample")
    answers(touch, "reagent")
    for step in STEPS:
        touch.page.locator(f'.stage[data-place="filling/{step}"], .stage[data-place^="filling/warm_"]').first.wait_for()
        if touch.place != f"filling/{step}":
            touch.press("skip")
            touch.stands_at(f"filling/{step}")
        if step == "step_develop":
            expect(touch.page.locator("button[data-action=answer]")).to_be_enabled(timeout=SOON)
            touch.looked("reading-step", moving=(".waited", ".sheet-read"))
        touch.press("answer")
    answers(touch, "blank", "sky_blue")
    photographs(touch, "photograph")
    touch.stands_at("filling/colour")
    touch.looked("reading-colour")
    answers(touch, "colour", "sky_blue")
    records(touch)


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("inspector")
def test_an_eye_reading_its_review_a_correction_and_the_next_shift(stage: Bench, touch: Touch) -> None:
    registers_the_cards(touch)
    draws_a_sample(touch)
    reads_the_card(touch)
    (test,) = entries(stage, messages.Test)
    assert (test.verdict.outcome, bool(test.photograph), test.read_by) == (Outcome.NEGATIVE, True, "王建国")
    corrects_the_place(touch)
    hands_over(touch)
    touch.stands_at("desk")
    touch.press("log_off")
    touch.log_in("officer")
    reviews(touch)
    (reviewed,), (changed,), (handed,) = entries(stage, Reviewed), entries(stage, Correction), entries(stage, Handover)
    assert (reviewed.reviewer, reviewed.agreed) == (SECOND.name, True)
    assert (changed.field, changed.by, changed.second) == ("place", "王建国", SECOND.name)
    assert (handed.leaving, handed.arriving) == ("w0002", SECOND.id)


def corrects_the_place(touch: Touch) -> None:
    """A county that wants two: the correction asks for a colleague's badge."""
    opens(touch, "tool", "cases")
    finds(touch, "tool", "cases corrections")
    touch.stands_at("tool/cases corrections")
    touch.looked("cases-corrections", moving=(".row",))
    finds(touch, "sheet", f"correction {seq_of(touch.stage, SampleTaken)}")
    answers(touch, "field", "place")
    writes(touch, "new", "shi")
    writes(touch, "reason", "cuo")
    proves(touch, "second", "officer")
    records(touch, at="tool/cases corrections")
    touch.press("tool", "cases")
    touch.stands_at("tool/cases")
    touch.press("back")


def hands_over(touch: Touch) -> None:
    opens(touch, "sheet", "handover")
    touch.stands_at("filling/read")
    touch.looked("handover-read")
    answers(touch, "read")
    skips(touch, "note")
    proves(touch, "next", "officer")
    records(touch)
    wait_for(lambda: len(touch.stage.printer.papers) >= 3, "label, report and handover are out", 60)


def reviews(touch: Touch) -> None:
    opens(touch, "sheet", "review")
    answers(touch, "test")
    touch.stands_at("filling/found")
    touch.looked("review-found", moving=(".facts-told",))
    answers(touch, "found", "agreed")
    skips(touch, "note")
    records(touch)
