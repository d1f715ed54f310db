"""The bench, its results, the line and the slips: in words without a browser, and as pages that every eye can read."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.rules.messages import Subject
from kiosk.rules.ruling import stop
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Loaded, Stage, Turn, Visit
from kiosk.screen import DeviceState, RunState, SlipShown, TimerShown
from kiosk.words import load_words
from tests.support import benched, looks
from tests.ui.station.conftest import TOKEN, Served
from tests.ui.station.scripted import Scripted
from ui.station import bench, desk, queue, results
from ui.station.view import View

SHOTS = Path(os.environ.get("LIANGZHENG_SHOTS", "/nonexistent"))
ZH = load_words("zh")


def seen(leaf: int = 0, **shown: object) -> View:
    attendant = Scripted()
    attendant.show(**shown)
    return View(attendant.screen(), ZH, (), attendant.method, leaf)


def at_bench(holes: int, filled: int, waiting: int = 3, leaf: int = 0) -> View:
    loaded = tuple(Loaded(benched.taken(nth), "", nth) for nth in range(2, filled + 2))
    shown = benched.loading(holes, filled, waiting)
    return seen(leaf, visit=benched.visit(Stage.LOADING, *loaded), loading=shown, staff=benched.STAFF)


# --- the rack ---


@pytest.mark.parametrize(("holes", "columns", "shown"), [(4, 4, 4), (8, 4, 8), (12, 6, 12), (20, 10, 20), (24, 6, 12)])
def test_a_rack_stands_as_it_is_and_a_big_one_by_halves(holes: int, columns: int, shown: int) -> None:
    rack = bench.rack(at_bench(holes, 2))
    assert (rack.columns, len(rack.holes), rack.other is not None) == (columns, shown, holes > 20)
    assert rack.holes[0].use == "control"


def test_the_half_where_the_hand_goes_next_is_shown() -> None:
    view = at_bench(24, 23)
    assert bench.rack(view).holes[0].channel == 1  # the picked one stands there
    nothing = replace(view, screen=replace(view.screen, loading=replace(bench.loading(view), picked="")))
    assert bench.rack(replace(nothing, leaf=bench.HALVES + 1)).holes[0].channel == 13
    free = replace(nothing.screen, loading=replace(benched.loading(24, 15), picked=""))
    assert bench.rack(replace(nothing, screen=free)).holes[0].channel == 13


def test_thirty_samples_are_turned_over_leaf_by_leaf() -> None:
    codes, leaf = set(), 0
    for _ in range(10):
        here, following = bench.waiting(at_bench(8, 0, 30, leaf))
        codes |= {one.code for one in here}
        leaf = following or 0
    assert len(codes) == 30


def test_a_sample_goes_to_the_first_empty_hole() -> None:
    assert bench.next_free(at_bench(8, 2)) == "4"
    assert bench.next_free(at_bench(8, 7)) == ""
    assert bench.next_free(at_bench(0, 0)) == "-"


def test_each_leaf_of_the_bench_asks_its_own() -> None:
    pages = {leaf: bench.page(at_bench(8, 2, leaf=leaf)) for leaf in (0, 1, 21, 100, 101, 102, 103, 205)}
    assert list(pages.values()) == ["bench"] * 3 + ["analyzers", "reagents", "rulings", "clocks", "hole"]


def test_curves_share_one_scale() -> None:
    run = benched.run(3, points=3)
    low, high = bench.spread(run)
    assert bench.path(run.channels[0].curve, low, high).startswith("M0.0 38.0L50.0")
    assert bench.path(run.channels[2].curve, low, high).endswith("L100.0 2.0")
    assert bench.path((), 0, 0) == ""


# --- results ---


def test_the_gravest_result_stands_first_and_its_alarm_with_it() -> None:
    view = seen(visit=benched.visit(Stage.RESULT, *benched.judged(8)), alarms=(benched.alarm(),))
    assert [one.outcome for one in results.results(view)][:4] == ["positive", "suspect", "invalid", "negative"]
    first = results.results(view)[0]
    assert "刀美英" in first.alarm
    assert len(first.tests) == 2
    assert results.may_load_again(view)
    shown, following = results.on_leaf(view)
    assert (len(shown), following) == (6, 1)


# --- the line ---


def test_the_public_learns_how_many_wait_and_never_what_came_out() -> None:
    view = seen(aside=benched.asides(10))
    assert queue.told(view) == "4 份在测，4 份出结果了"
    shown = queue.rail(view).shown
    assert [one.calls for one in shown] == [True, True, False, False]
    assert not any(word in one.state for one in shown for word in ("阳性", "阴性", "复"))


def test_what_cannot_wait_stands_in_the_strip_of_every_page() -> None:
    silent = replace(benched.run(8), visit="x", problem=Sentence("problem.link.silent"))
    over, calm = replace(benched.run(8), visit="y", over=True), replace(benched.run(8), visit="z")
    view = seen(runs=(silent, over, calm), aside=benched.asides(8))
    assert [mark.sign for mark in queue.marks(view)] == ["attention", "attention", "hand"]
    own = seen(visit=benched.visit(Stage.TESTING), runs=(replace(benched.run(8), over=True),))
    assert queue.marks(own) == ()


def test_a_clock_of_a_step_calls_wherever_staff_stands() -> None:
    timer = TimerShown("extract", {"zh": "提取"}, 1, 2, 1.0, "open")
    view = seen(visit=benched.visit(Stage.DESK), timers=(timer,), staff=benched.STAFF)
    assert [mark.words for mark in queue.marks(view)] == ["时间到了：提取"]


# --- pages ---


@pytest.fixture
def panel(chromium: Browser, served: Served) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{served.address}/enter?token={TOKEN}")
    yield page
    context.close()


def bench_of(holes: int, filled: int, waiting: int, notice: Sentence | None = None) -> dict[str, object]:
    loaded = tuple(Loaded(benched.taken(nth), "", nth) for nth in range(2, filled + 2))
    shown = benched.loading(holes, filled, waiting)
    return {"visit": benched.visit(Stage.LOADING, *loaded, notice=notice), "loading": shown, "staff": benched.STAFF}


FARMER = Visit(
    "v-f", Turn.PRODUCER, Stage.TESTING, Subject("s-1", "farmer", "王秀英", "13905714321", "双浦"), product="cowpea"
)
SLIP = SlipShown("s1", "hand_in", "failed", "T0K3M9QXA", Sentence("problem.printer.paper_out"))
PAGES: dict[str, dict[str, object]] = {
    "eight": bench_of(8, 3, 3, Sentence("loading.picked", {"sample": benched.code(3)})),
    "twelve": bench_of(12, 11, 30),
    "twenty-four": bench_of(24, 6, 9),
    "running": {"visit": benched.visit(Stage.TESTING), "runs": (benched.run(24),), "may_park": True},
    "lost": {
        "visit": benched.visit(Stage.TESTING),
        "runs": (replace(benched.run(8, RunState.LOST, 1), problem=Sentence("problem.link.silent")),),
        "may_park": True,
    },
    "again": {
        "visit": benched.visit(Stage.RETESTING, *benched.judged(6)),
        "loading": benched.loading(12, 5),
        "may_park": True,
    },
    "results": {
        "visit": benched.visit(Stage.RESULT, *benched.judged(11)),
        "loading": benched.loading(12, 11),
        "alarms": (benched.alarm(),),
        "staff": benched.STAFF,
    },
    "in-line": {"visit": replace(FARMER, slip="T0K3M9QXA"), "queue": 3, "may_park": True},
    "waits": {
        "visit": replace(FARMER, slip="T0K3M9QXA"),
        "runs": (replace(benched.run(2), visit="v-f", staff=False),),
        "run_ready": True,
        "may_park": True,
    },
    "idle": {"aside": benched.asides(10), "slips": (SLIP,)},
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_read_and_touched_on_both_panels(panel: Page, served: Served, name: str) -> None:
    served.attendant.show(**PAGES[name])

    def picture(look: looks.Look) -> None:
        if SHOTS.is_dir():
            panel.screenshot(path=SHOTS / f"bench-{name}-{look}.png")

    assert looks.wrong(panel, served.address, picture) == []


def test_a_clock_is_true_after_a_reload_and_never_draws_the_page_anew(panel: Page, served: Served) -> None:
    waits = PAGES["waits"] | {"runs": (replace(benched.run(2), visit="v-f", staff=False),)}
    served.attendant.show(**waits)
    clock = panel.locator("[data-clock]")
    expect(clock).to_contain_text("2 分")
    panel.evaluate("document.querySelector('.stage').dataset.kept = 'yes'")
    served.attendant.show(may_park=True)
    expect(panel.locator(".stage[data-kept=yes]")).to_have_count(1)
    panel.reload()
    expect(clock).to_contain_text("2 分")


def test_a_hole_is_asked_about_by_its_touch(panel: Page, served: Served) -> None:
    served.attendant.show(**PAGES["eight"])
    panel.locator('[data-hole="6"]').click()
    expect(panel.get_by_text(ZH.say("bench.hole_how", channel=6))).to_be_visible()
    expect(panel.locator("[data-action=bind]")).to_have_count(3)
    expect(panel.locator("[data-action=positive]")).to_have_count(1)
    assert looks.looks(panel) == []


def test_news_come_to_the_leaf_that_stands_open(panel: Page, served: Served) -> None:
    served.attendant.show(**PAGES["results"] | {"alarms": (replace(benched.alarm(), seen_by=""),)})
    panel.locator(".result-card.positive").first.click()
    expect(panel.locator(".alarm")).to_have_text(ZH.say("bench.alarm.sent"))
    served.attendant.show(alarms=(benched.alarm(),))
    expect(panel.locator(".alarm")).to_contain_text("刀美英")
    expect(panel.locator(f'.stage[data-leaf="{results.RESULTS}"]')).to_be_visible()
    served.attendant.show(visit=benched.visit(Stage.DESK))
    expect(panel.locator('.stage-desk[data-leaf="0"]')).to_be_visible()


def test_what_was_keyed_in_on_a_leaf_outlives_news(panel: Page, served: Served) -> None:
    served.attendant.show(visit=replace(Visit("v-k"), stage=Stage.KEYING))
    panel.goto(f"{served.address}/?leaf={desk.BADGE}")
    for key in "T0":
        panel.locator(f'[data-key-press="{key}"]').click()
    served.attendant.show(devices=(DeviceState("tl310", Sentence("problem.link.absent")),))
    expect(panel.locator("#facts")).to_contain_text(ZH.say("screen.strip.trouble", count=1))
    expect(panel.locator(".typed")).to_have_value("T0")


def test_of_many_rulings_each_is_read(panel: Page, served: Served) -> None:
    many = tuple(stop("quality/reagent", "loading.reagent_unknown", lot=f"L{nth}") for nth in range(7))
    page = bench_of(8, 3, 3)
    served.attendant.show(**page | {"loading": replace(benched.loading(8, 3), rulings=many)})
    panel.locator(f'[data-leaf="{bench.RULINGS}"]').click()
    expect(panel.locator(".bench-rulings li")).to_have_count(bench.RULING_LINES)
    panel.locator(f'.actions [data-leaf="{bench.RULED + 1}"]').click()
    expect(panel.locator(".bench-rulings")).to_contain_text("L6")
    assert looks.looks(panel) == []
