"""The inspector's whole day at the bench by touch: a positive from its tube to the laboratory's word."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Locator, expect

from kiosk.clock import system_time
from kiosk.rules import messages
from kiosk.rules.messages import (
    AlarmSeen,
    Objection,
    ObjectionClosed,
    Outcome,
    ReagentOpened,
    ResultDelivered,
    SampleTaken,
    TubeBound,
)
from kiosk.rules.scan.tags import Tag
from tests.support import things
from tests.support.fingers import (
    answers,
    begins_a_sample,
    does_all_orders,
    ends_a_sample,
    finds,
    hurried,
    keys,
    log_of,
    opens,
    opens_the_reagent,
    records,
    seq_of,
    signs,
    skips,
    writes,
)
from tests.support.stage import bench, entries
from tests.support.touch import SOON, Touch
from tests.support.waiting import wait_for
from ui.demo.bench import METHOD, Bench, Plan

RULE = "GB/T 5009.199-2003"
STEPS = ("shake", "stand", "incubate")
ANALYZERS, REAGENTS, RULINGS, CLOCKS, HOLE = 100, 101, 102, 103, 200
FIRST, SPIKED = 2, 4  # holes


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("contaminated", seed=7, run_seconds=1.5)) as made:
        made.order(hurried(f"methods/{METHOD}.toml"))
        made.start_all()
        does_all_orders(made)
        yield made


def leaf(touch: Touch, nth: int) -> None:
    touch.tap(f'a[data-leaf="{nth}"], a[data-hole="{nth - HOLE}"]')
    expect(touch.page.locator(f'.stage[data-leaf="{nth}"]')).to_be_visible(timeout=SOON)


def hole(touch: Touch, channel: int) -> Locator:
    return touch.page.locator(f'[data-hole="{channel}"]')


def printed(stage: Bench, count: int) -> None:
    wait_for(lambda: len(stage.printer.papers) >= count, f"{count} papers are out", 60)


def registers_a_reagent(touch: Touch) -> None:
    opens(touch, "sheet", "reagent")
    answers(touch, "has", "named")
    touch.stands_at("filling/lot")
    touch.hold_up(things.reagent(touch.stage), until="filling/event")
    opens_the_reagent(touch, RULE)


def draws_a_sample(touch: Touch) -> SampleTaken:
    opens(touch, "sheet", "sampling")
    begins_a_sample(touch, "supervision", "base")
    touch.stands_at("filling/origin")
    touch.looked("inspector-origin")
    ends_a_sample(touch)
    records(touch)
    (sample,) = entries(touch.stage, SampleTaken)
    return sample


def loads(touch: Touch, sample: SampleTaken) -> None:
    """Its label and its tube before the camera, then once more by finger."""
    opens(touch, "loading", "run")
    touch.stands_at("loading")
    touch.looked("bench-empty", moving=(".sample b", ".sample small"))
    touch.hold_up(things.held(touch.stage, "seal-1", sample.seals[0]))
    expect(hole(touch, FIRST)).to_have_class("hole sample picked", timeout=SOON)
    touch.take_away()
    touch.hold_up(things.tube(touch.stage))
    leaf(touch, HOLE + FIRST)
    touch.says(things.tag(Tag.TUBE, 1))
    touch.take_away()
    touch.looked("bench-hole", moving=(".hole b", ".bench-facts dd"))
    touch.press("unbind")
    expect(hole(touch, FIRST)).to_have_class("hole empty", timeout=SOON)
    touch.press("bind", f"{sample.sample_code} {FIRST}")
    touch.hold_up(things.tube(touch.stage))
    leaf(touch, HOLE + FIRST)
    touch.says(things.tag(Tag.TUBE, 1))
    touch.take_away()
    touch.tap('a[data-leaf="0"]')
    touch.press("tube_labels")


def spikes_a_hole(touch: Touch) -> None:
    """A positive control stands there, until it does not."""
    leaf(touch, HOLE + SPIKED)
    touch.press("positive", str(SPIKED))
    expect(hole(touch, SPIKED)).to_have_class("hole positive", timeout=SOON)
    leaf(touch, HOLE + SPIKED)
    touch.press("positive")
    expect(hole(touch, SPIKED)).to_have_class("hole empty", timeout=SOON)


def takes_the_reagent(touch: Touch) -> None:
    leaf(touch, REAGENTS)
    touch.looked("bench-reagents", moving=(".bench-choices b",))
    touch.hold_up(things.reagent(touch.stage))
    expect(touch.page.locator(".bench-choices .chosen")).to_be_visible(timeout=SOON)
    touch.take_away()
    touch.tap('a[data-leaf="0"]')


def starts_too_soon(touch: Touch) -> None:
    """The clocks of the method have not run: it says so, and nothing begins."""
    touch.press("start")
    expect(touch.page.locator(".notice")).to_be_visible(timeout=SOON)
    touch.stands_at("loading")
    touch.looked("bench-refused", moving=(".sample b", ".hole b", ".bench-actions .plain b"))
    leaf(touch, RULINGS)
    touch.looked("bench-rulings", moving=(".bench-rulings",))
    touch.tap('a[data-leaf="0"]')


def runs_the_clocks(touch: Touch) -> None:
    """Each is begun; the one before it is over by that. The bench says when its time has come."""
    for nth, step in enumerate(STEPS):
        leaf(touch, CLOCKS)
        touch.press("timer", step)
        expect(touch.page.locator(".clock.open")).to_be_visible(timeout=SOON)
        if nth == 1:
            leaf(touch, CLOCKS)
            touch.looked("bench-clocks")
            touch.tap('a[data-leaf="0"]')
    leaf(touch, CLOCKS)
    touch.press("timer_end", STEPS[-1])
    expect(touch.page.locator(".clock.done")).to_be_visible(timeout=SOON)


def runs(touch: Touch) -> None:
    touch.press("start")
    touch.stands_at("testing")
    touch.axe()
    touch.fits()
    touch.stands_at("retesting")
    touch.looked("bench-repeats", moving=(".again-list", ".hole b"))
    touch.press("retest")
    touch.stands_at("result")


def reads_the_result(touch: Touch, sample: SampleTaken) -> int:
    """The county sees it while the page stands open; the seq of its first test."""
    touch.looked("bench-result", moving=(".result-card b", ".result-card small"))
    touch.tap(f'[data-result="{sample.sample_code}"]')
    expect(touch.page.locator(".alarm")).to_have_text("已报县里", timeout=SOON)
    tests = entries(touch.stage, messages.Test)
    assert [one.verdict.outcome for one in tests] == [Outcome.POSITIVE] * 3
    touch.stage.order(AlarmSeen(*alarm(touch.stage), "刀美英", system_time().isoformat(timespec="seconds")))
    expect(touch.page.locator(".alarm")).to_contain_text("县里已看到（刀美英", timeout=SOON)
    touch.looked("bench-positive", moving=("h1", ".verdict-card h2", ".verdict-card p", ".result-facts ul", ".alarm"))
    return len(tests)


def alarm(stage: Bench) -> tuple[str, int]:
    """Log and seq of the first positive test."""
    return log_of(stage), seq_of(stage, messages.Test)


def tells_the_result(touch: Touch, papers: int) -> None:
    touch.press("print_report")
    printed(touch.stage, papers + 1)
    touch.press("print_seals")
    touch.press("sheet")
    touch.stands_at("filling/read")
    touch.looked("bench-delivery", moving=(".sheet-read",))
    answers(touch, "read")
    answers(touch, "how", "signed")
    signs(touch, "subject_signature")
    records(touch, at="result")
    printed(touch.stage, papers + 3)  # the seals on one strip; 结果告知书


def objects(touch: Touch, papers: int) -> None:
    """Four hours count; he asks for a laboratory in time."""
    touch.press("results_read")
    opens(touch, "tool", "cases")
    finds(touch, "tool", "cases running")
    touch.stands_at("tool/cases running")
    touch.looked("bench-cases-running", moving=(".row",))
    touch.press("sheet")
    touch.stands_at("filling/read")
    touch.looked("bench-objection", moving=(".sheet-read",))
    answers(touch, "read")
    answers(touch, "by")
    skips(touch, "reason")
    records(touch, at="tool/cases running")
    printed(touch.stage, papers + 1)


def ends(touch: Touch, sample: SampleTaken) -> None:
    touch.press("tool", "cases")
    touch.stands_at("tool/cases")
    finds(touch, "tool", "cases objections")
    touch.stands_at("tool/cases objections")
    touch.press("sheet")
    answers(touch, "result", "dismissed")
    writes(touch, "laboratory", "yu")
    keys(touch, "report", "2026-0113")
    today = date.today().isoformat()  # noqa: DTZ011 - the day that the screen offers
    answers(touch, "received_on", today)
    answers(touch, "reported_on", today)
    touch.stands_at("filling/seal")
    touch.hold_up(things.held(touch.stage, "seal-2", sample.seals[1]), until="filling/")
    records(touch, at="tool/cases objections")


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("inspector")
def test_a_positive_from_its_tube_to_the_laboratorys_word(stage: Bench, touch: Touch) -> None:
    registers_a_reagent(touch)
    sample = draws_a_sample(touch)
    printed(stage, 1)
    loads(touch, sample)
    printed(stage, 2)
    spikes_a_hole(touch)
    takes_the_reagent(touch)
    starts_too_soon(touch)
    runs_the_clocks(touch)
    runs(touch)
    reads_the_result(touch, sample)
    tells_the_result(touch, 2)
    objects(touch, 5)
    ends(touch, sample)
    (bound, *_) = entries(stage, TubeBound)
    assert (bound.sample_code, bound.channel, bound.tube) == (sample.sample_code, FIRST, things.tag(Tag.TUBE, 1))
    (told,), (objection,) = entries(stage, ResultDelivered), entries(stage, Objection)
    (ended,), (reagent,) = entries(stage, ObjectionClosed), entries(stage, ReagentOpened)
    assert (told.outcome, objection.in_time, ended.result, reagent.event) == ("positive", True, "dismissed", "opened")
