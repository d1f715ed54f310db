"""安全间隔期 and 休药期: the first lawful day, to the day; what is open is asked."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.drug_use.drugs import unknown_use
from kiosk.rules.drug_use.intervals import MOST_DAYS, Asks, Question, Wait, called, day_of, first_day, once, wait
from kiosk.rules.messages import DrugUse
from kiosk.rules.ruling import stop, warn
from tests.support import drugs as made

TODAY = made.TODAY
USE = made.use("x", last_used="2026-07-01", days=7)
FACTS = {"drug": "bottle", "used": "2026-07-01", "days": "7", "earliest": "2026-07-08"}


@pytest.mark.parametrize(
    ("last_used", "days", "expected"),
    [
        ("2026-07-01", 0, "2026-07-01"),
        ("2026-07-01", 7, "2026-07-08"),
        ("2028-02-22", 7, "2028-02-29"),
        ("2027-02-22", 7, "2027-03-01"),
        ("2028-02-29", 1, "2028-03-01"),
        ("2026-12-31", 1, "2027-01-01"),
        ("2027-12-31", 365, "2028-12-30"),
    ],
)
def test_the_first_lawful_day(last_used: str, days: int, expected: str) -> None:
    assert first_day(date.fromisoformat(last_used), days) == date.fromisoformat(expected)


def test_a_day_early_stops_and_the_day_itself_does_not() -> None:
    made.same(
        wait([USE], "2026-07-07", TODAY).rulings,
        stop("interval/first_day", "interval.too_early", harvest="2026-07-07", **FACTS),
    )
    assert wait([USE], "2026-07-08", TODAY) == Wait(date(2026, 7, 8), (), ())


def test_a_harvest_without_a_day_was_today_at_the_latest() -> None:
    waiting = wait([USE], "", date(2026, 7, 7))
    made.same(waiting.rulings, stop("interval/first_day", "interval.not_yet", **FACTS))
    assert waiting.questions == (Question(Asks.HARVEST),)
    open_ = wait([USE], "", date(2026, 7, 8))
    made.same(open_.rulings, warn("interval/harvest", "interval.harvest"))
    assert (open_.questions, open_.earliest) == ((Question(Asks.HARVEST),), date(2026, 7, 8))


def test_a_harvest_to_come_is_remarked_on() -> None:
    made.same(
        wait([USE], "2026-07-21", TODAY).rulings,
        warn("interval/harvest_ahead", "interval.harvest_ahead", harvest="2026-07-21"),
    )
    made.same(wait([USE], "2026-07-20", TODAY).rulings)
    made.same(
        wait([USE], "2026-07-07", date(2026, 7, 6)).rulings,
        stop("interval/first_day", "interval.too_early", harvest="2026-07-07", **FACTS),
    )


def test_the_latest_of_several_uses_binds() -> None:
    later = made.use("y", name="second", last_used="2026-07-05", days=7)
    for order in permutations([USE, later]):
        waiting = wait(order, "2026-07-11", TODAY)
        assert waiting.earliest == date(2026, 7, 12)
        made.same(
            waiting.rulings,
            stop(
                "interval/first_day",
                "interval.too_early",
                drug="second",
                used="2026-07-05",
                days="7",
                earliest="2026-07-12",
                harvest="2026-07-11",
            ),
        )


def test_of_two_that_bind_alike_the_last_use_is_told() -> None:
    alike = made.use("y", name="a", last_used="2026-07-05", days=3)
    for order in permutations([USE, alike]):
        told = wait(order, "2026-07-07", TODAY).rulings
        assert [one.say.facts["drug"] for one in told] == ["a"]


def test_same_day_and_days_are_told_by_name() -> None:
    for order in permutations([replace(USE, name="a"), replace(USE, name="b")]):
        assert [one.say.facts["drug"] for one in wait(order, "2026-07-07", TODAY).rulings] == ["b"]


def test_what_is_not_known_is_asked() -> None:
    open_ = wait([replace(USE, interval_days=None), replace(USE, last_used="")], "2026-07-12", TODAY)
    assert open_.questions == (Question(Asks.INTERVAL, 0), Question(Asks.LAST_USED, 1))
    made.same(
        open_.rulings,
        warn("interval/ask", "interval.ask", drug="bottle"),
        warn("interval/last_use", "interval.last_use", drug="bottle"),
    )
    assert open_.earliest is None


def test_both_may_be_open() -> None:
    neither = wait([replace(USE, interval_days=None, last_used="")], "2026-07-12", TODAY)
    assert neither.questions == (Question(Asks.LAST_USED, 0), Question(Asks.INTERVAL, 0))
    assert [one.rule for one in neither.rulings] == ["interval/last_use", "interval/ask"]


def test_what_is_known_binds_though_the_rest_is_open() -> None:
    waiting = wait([USE, replace(USE, interval_days=None)], "2026-07-07", TODAY)
    assert waiting.earliest is None
    assert [one.rule for one in waiting.rulings] == ["interval/ask", "interval/first_day"]


@pytest.mark.parametrize("days", [-1, MOST_DAYS + 1])
def test_a_slip_of_the_finger_is_asked_again(days: int) -> None:
    waiting = wait([replace(USE, interval_days=days)], "2026-07-12", TODAY)
    made.same(
        waiting.rulings, warn("interval/slip", "interval.slip", drug="bottle", days=str(days), most=str(MOST_DAYS))
    )
    assert (waiting.earliest, waiting.questions) == (None, (Question(Asks.INTERVAL, 0),))


@pytest.mark.parametrize("days", [0, MOST_DAYS])
def test_the_ends_of_what_can_be_right(days: int) -> None:
    assert wait([replace(USE, last_used="2025-07-01", interval_days=days)], "2026-07-12", TODAY).questions == ()


@pytest.mark.parametrize(("of", "warned"), [("label", False), ("pack", False), ("asked", True), ("", True)])
def test_an_interval_from_hearsay_is_remarked_on(of: str, warned: bool) -> None:
    expected = [warn("interval/from_label", "interval.from_label", drug="bottle", days="7")] if warned else []
    waiting = wait([replace(USE, interval_source=of)], "2026-07-12", TODAY)
    made.same(waiting.rulings, *expected)
    assert waiting.earliest == date(2026, 7, 8)


def test_a_use_after_today_stops() -> None:
    ahead = wait([replace(USE, last_used="2026-07-21", interval_days=0)], "", TODAY)
    facts = {"drug": "bottle", "used": "2026-07-21", "today": "2026-07-20"}
    made.same(
        ahead.rulings,
        stop("interval/use_ahead", "interval.use_ahead", **facts),
        warn("interval/harvest", "interval.harvest"),
    )
    assert ahead.earliest is None
    today = wait([replace(USE, last_used="2026-07-20", interval_days=0)], "2026-07-20", TODAY)
    assert today == Wait(TODAY, (), ())


def test_a_use_ahead_of_a_harvest_ahead_stops_too() -> None:
    ahead = wait([replace(USE, last_used="2026-07-21", interval_days=0)], "2026-07-22", TODAY)
    assert [one.rule for one in ahead.rulings] == ["interval/use_ahead", "interval/harvest_ahead"]
    assert ahead.earliest is None


def test_a_use_after_the_harvest_stops() -> None:
    after = wait([replace(USE, last_used="2026-07-06", interval_days=0)], "2026-07-05", TODAY)
    facts = {"drug": "bottle", "used": "2026-07-06", "harvest": "2026-07-05"}
    made.same(after.rulings, stop("interval/used_after", "interval.used_after", **facts))
    assert after.earliest is None
    same_day = wait([replace(USE, last_used="2026-07-05", interval_days=0)], "2026-07-05", TODAY)
    assert same_day == Wait(date(2026, 7, 5), (), ())


def test_a_drug_that_nobody_can_name() -> None:
    waiting = wait([unknown_use(), unknown_use(), USE], "2026-07-12", TODAY)
    made.same(waiting.rulings, warn("interval/unknown_drug", "interval.unknown_drug"))
    assert (waiting.earliest, waiting.questions) == (None, ())
    dated = replace(unknown_use(), last_used="2026-07-19", interval_days=7)
    made.same(wait([dated], "2026-07-20", TODAY).rulings, warn("interval/unknown_drug", "interval.unknown_drug"))


def test_nothing_used_asks_nothing() -> None:
    assert wait([], "", TODAY) == Wait(None, (), ())
    assert wait([], "2026-07-21", TODAY) == Wait(None, (), ())


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (DrugUse("registered", "name", ("x",), "PD1"), "name"),
        (DrugUse("registered", "", ("x",), "PD1"), "PD1"),
        (DrugUse("registered", "", ("x", "y")), "x"),
        (DrugUse("unknown", ""), ""),
    ],
)
def test_what_a_use_is_called(use: DrugUse, expected: str) -> None:
    assert called(use) == expected


def test_days_are_read_or_unknown() -> None:
    assert day_of("2028-02-29") == date(2028, 2, 29)
    assert [day_of(text) for text in ("", "2027-02-29", "soon")] == [None, None, None]


def test_rulings_are_told_once_in_their_order() -> None:
    one, two = warn("a/b", "x"), warn("a/c", "y")
    assert once([one, two, one]) == (one, two)


DAYS = st.integers(-2, 40).map(lambda back: (TODAY - timedelta(days=back)).isoformat())
USES = st.builds(
    lambda name, day, days: made.use("x", name=name, last_used=day, days=days),
    st.sampled_from(["a", "b"]),
    st.one_of(st.just(""), DAYS),
    st.one_of(st.none(), st.integers(-1, 20)),
)
HARVESTS = st.one_of(st.just(""), DAYS)


@given(st.lists(USES, min_size=1, max_size=4), USES, HARVESTS)
def test_more_uses_never_come_earlier_nor_lift_a_stop(uses: list[DrugUse], further: DrugUse, harvest: str) -> None:
    fewer, more = wait(uses, harvest, TODAY), wait([*uses, further], harvest, TODAY)
    if fewer.earliest is None:
        assert more.earliest is None
    if fewer.earliest is not None and more.earliest is not None:
        assert more.earliest >= fewer.earliest
    if any(one.stops for one in fewer.rulings):
        assert any(one.stops for one in more.rulings)


@given(st.lists(USES, max_size=3), HARVESTS)
def test_the_order_of_uses_does_not_matter(uses: list[DrugUse], harvest: str) -> None:
    first, *others = [wait(order, harvest, TODAY) for order in permutations(uses)]
    for other in others:
        assert other.earliest == first.earliest
        assert sorted(map(repr, other.rulings)) == sorted(map(repr, first.rulings))


@given(USES.filter(lambda use: use.last_used and use.interval_days is not None), DAYS)
def test_no_lawful_harvest_is_before_the_first_day(use: DrugUse, harvest: str) -> None:
    waiting = wait([use], harvest, TODAY)
    if waiting.earliest is not None:
        stopped = any(one.rule == "interval/first_day" for one in waiting.rulings)
        assert stopped is (date.fromisoformat(harvest) < waiting.earliest)
