"""人工读数: a card that a person reads, its steps timed by the taps, its photograph, its repeats."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from kiosk.rules import messages
from kiosk.rules.messages import (
    Objection,
    ObjectionClosed,
    Outcome,
    ReagentOpened,
    ResultDelivered,
    Reviewed,
    SampleTaken,
)
from kiosk.rules.sheets.sheet import Ask
from tests.kiosk.rules.sheets.test_sampling import SUPERVISED
from tests.kiosk.test_attendant import Served
from tests.support.desk import DeskBox, touch
from tests.support.law import PACKS
from tests.support.sheets import answer, asked, done, fills, opened

CARD = "gbt-5009-199-2003-card"
RULE = PACKS.methods[CARD].rule
LOT = "C2026-1"


def sampled(box: DeskBox, served: Served) -> SampleTaken:
    done(served, "sampling", **SUPERVISED)
    sample = box.entries(SampleTaken)[-1]
    assert isinstance(sample, SampleTaken)
    return sample


def passing(box: DeskBox, **time: int) -> Callable[[], None]:
    def passes() -> None:
        box.of_sheets += timedelta(**time)

    return passes


def registers(box: DeskBox, served: Served) -> None:
    """A lot of cards, once."""
    if not box.entries(ReagentOpened):
        done(served, "reagent", has="named", lot=LOT, event="opened", method=RULE, expires="2030-01-31")


def reads(
    box: DeskBox, served: Served, sample: str, colour: str = "white", blank: str = "sky_blue", **more: str
) -> messages.Test:
    """With the time that each step takes."""
    registers(box, served)
    told = {"method": CARD, "reagent": LOT, "blank": blank, "colour": colour, "photograph": "yes"} | more
    done(served, "reading", sample, passing(box, minutes=11), **told)
    test = box.entries(messages.Test)[-1]
    assert isinstance(test, messages.Test)
    return test


def test_a_white_card_is_positive_and_says_that_an_eye_read_it(box: DeskBox, served: Served) -> None:
    sample = sampled(box, served)
    test = reads(box, served, sample.sample_code)
    assert (test.verdict.outcome, test.value, test.subject) == (Outcome.POSITIVE, None, sample.subject)
    assert test.read_by
    assert test.photograph == test.capture
    assert (box.captures / test.photograph[:2]).exists() or test.photograph
    assert test.device.profile == "eye"
    assert box.slips[-1][0] == "report"


def test_a_repeat_names_the_first(box: DeskBox, served: Served) -> None:
    sample = sampled(box, served)
    first, second = (reads(box, served, sample.sample_code) for _ in range(2))
    assert (first.retest_of, second.retest_of is not None) == (None, True)


def test_a_pale_blank_makes_it_invalid(box: DeskBox, served: Served) -> None:
    sample = sampled(box, served)
    assert reads(box, served, sample.sample_code, blank="white").verdict.outcome is Outcome.INVALID


def test_a_step_that_was_too_short_is_gone_back_to(box: DeskBox, served: Served) -> None:
    sample = sampled(box, served)
    registers(box, served)
    told = {"method": CARD, "reagent": LOT, "blank": "sky_blue", "colour": "white", "photograph": "yes"}
    fills(served, "reading", sample.sample_code, passing(box, seconds=1), **told)
    screen = touch(served, "sheet_done")
    assert screen.visit.notice is not None
    assert screen.visit.notice.key == "sheet.reading.too_short"
    assert box.entries(messages.Test) == []


def test_a_positive_is_told_objected_to_and_closed(box: DeskBox, served: Served) -> None:
    sample = sampled(box, served)
    reads(box, served, sample.sample_code)
    seq = served.attendant.screen().link.recorded
    done(served, "delivery", str(seq), how="signed")
    (told,) = box.entries(ResultDelivered)
    assert isinstance(told, ResultDelivered)
    assert (told.test, bool(told.deadline)) == (seq, True)
    assert box.slips[-1][0] == "notice"
    seq = served.attendant.screen().link.recorded
    done(served, "objection", str(seq), by="李四")
    (objection,) = box.entries(Objection)
    assert isinstance(objection, Objection)
    assert objection.in_time
    seq = served.attendant.screen().link.recorded
    day = box.of_sheets.date().isoformat()
    done(
        served, "closing", str(seq), result="upheld", laboratory="检验所", report="R-1", received_on=day,
        reported_on=day, seal=sample.seals[1],
    )  # fmt: skip
    (closed,) = box.entries(ObjectionClosed)
    assert isinstance(closed, ObjectionClosed)
    assert closed.outcome is Outcome.NEGATIVE


def test_of_repeats_that_do_not_agree_no_last_one_is_told(box: DeskBox, served: Served) -> None:
    sample = sampled(box, served)
    for colour in ("white", "white", "sky_blue"):
        last = reads(box, served, sample.sample_code, colour=colour)
    assert last.verdict.outcome is Outcome.NEGATIVE
    seq = str(served.attendant.screen().link.recorded)
    screen = opened(served, "delivery", seq)
    assert screen.sheet is not None
    assert screen.sheet.at is not None
    assert screen.sheet.at.text[0].facts["outcome"] == Outcome.SUSPECT
    done(served, "delivery", seq, how="signed")
    (told,) = box.entries(ResultDelivered)
    assert isinstance(told, ResultDelivered)
    assert (told.test, told.outcome) == (int(seq), Outcome.SUSPECT)


def test_nobody_reviews_his_own_test(box: DeskBox, served: Served) -> None:
    sample = sampled(box, served)
    reads(box, served, sample.sample_code)
    seq = served.attendant.screen().link.recorded
    screen = done(served, "review", str(seq), found="agreed")
    assert screen.visit.notice is not None
    assert screen.visit.notice.key == "sheet.review.own"
    assert box.entries(Reviewed) == []


@pytest.mark.parametrize("colour", ["sky_blue", "like_blank"])
def test_a_blue_card_is_negative(box: DeskBox, served: Served, colour: str) -> None:
    sample = sampled(box, served)
    assert reads(box, served, sample.sample_code, colour=colour).verdict.outcome is Outcome.NEGATIVE


def test_the_next_step_says_until_when_one_waits(box: DeskBox, served: Served) -> None:
    ask = up_to(box, served, "looked")
    assert ask.until > box.of_sheets.isoformat()


def up_to(box: DeskBox, served: Served, wanted: str, waits: Callable[[], None] = lambda: None) -> Ask:
    """The sheet, answered until this question stands open."""
    sample = sampled(box, served)
    registers(box, served)
    opened(served, "reading", sample.sample_code)
    while (ask := asked(served)) is not None and ask.id != wanted:
        if ask.stamp:
            waits()
        answer(served, ask, {"method": CARD, "reagent": LOT, "blank": "sky_blue"})
    assert ask is not None
    return ask


def test_a_clock_that_somebody_sets_changes_no_step(box: DeskBox, served: Served) -> None:
    """An hour forward or back: neither is a step over by it, nor does the page count anything else."""
    ask = up_to(box, served, "looked")
    waits = datetime.fromisoformat(ask.until) - box.of_sheets
    box.set_by = timedelta(hours=1)
    touch(served, "sheet_at", "looked")
    after = asked(served)
    assert after is not None
    assert datetime.fromisoformat(after.until) - (box.of_sheets + box.set_by) == waits
    touch(served, "sheet_leave")
    sample = sampled(box, served)
    test = reads(box, served, sample.sample_code)
    assert (test.verdict.outcome, test.verdict.rule) == (Outcome.POSITIVE, f"{RULE}/colour")


def test_a_restart_within_a_step_is_told_and_ends_it(box: DeskBox, served: Served) -> None:
    up_to(box, served, "looked", passing(box, minutes=11))
    box.boot = "boot-2"
    box.of_sheets += timedelta(minutes=11)
    touch(served, "sheet_at", "looked")
    shown = asked(served)
    assert shown is not None
    assert shown.text[-1].key == "timing.restarted"
    while (ask := asked(served)) is not None:
        answer(served, ask, {"blank": "sky_blue", "colour": "sky_blue"})
    touch(served, "sheet_done")
    (test,) = box.entries(messages.Test)
    assert isinstance(test, messages.Test)
    assert (test.verdict.outcome, test.verdict.reason) == (Outcome.INVALID, "timing.restarted")


def test_what_comes_after_a_step_that_was_done_anew_is_done_anew(box: DeskBox, served: Served) -> None:
    up_to(box, served, "colour", passing(box, minutes=11))
    touch(served, "sheet_at", "step_react")
    box.of_sheets += timedelta(minutes=11)
    while (ask := asked(served)) is not None:
        answer(served, ask, {"blank": "sky_blue", "colour": "sky_blue"})
    screen = touch(served, "sheet_done")
    assert screen.visit.notice is not None
    assert screen.visit.notice.key in ("sheet.reading.too_short", "sheet.reading.anew")
    assert screen.sheet is not None
    assert screen.sheet.at is not None
    assert screen.sheet.at.id == "step_develop"


def test_a_cold_incubation_is_found_beside_the_verdict(box: DeskBox, served: Served) -> None:
    sample = sampled(box, served)
    cold = reads(box, served, sample.sample_code, colour="sky_blue", warm_react="21.5")
    assert (cold.verdict.outcome, [one.rule for one in cold.findings]) == (Outcome.NEGATIVE, ["timing/cold"])


def test_cards_that_are_over_are_not_offered_and_it_says_why(box: DeskBox, served: Served) -> None:
    sample = sampled(box, served)
    done(
        served, "reagent", has="named", lot="OLD", event="opened", method=RULE, expires=box.of_sheets.date().isoformat()
    )
    box.of_sheets += timedelta(days=1)
    opened(served, "reading", sample.sample_code)
    touch(served, "answer", CARD)
    ask = asked(served)
    assert ask is not None
    assert (ask.id, ask.choices) == ("reagent", ())
    assert [one.key for one in ask.text] == ["reagent.expired", "sheet.reading.register"]
    assert touch(served, "skip").sheet == served.attendant.screen().sheet


def test_the_lot_stands_in_the_test(box: DeskBox, served: Served) -> None:
    sample = sampled(box, served)
    test = reads(box, served, sample.sample_code)
    assert (test.reagent_lot, test.reagent_expiry) == (LOT, "2030-01-31")
