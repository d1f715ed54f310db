"""采前自检: off by default, for few eyes, outside every rate, no proof, and holding back what it should."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.drug_use.advice import (
    Crop,
    CropTest,
    advised,
    blocked,
    counts_for_pass_rate,
    may_see,
    offered,
    outside,
    proof_refused,
    told,
    unseen,
)
from kiosk.rules.messages import Advice, Outcome
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.testing.lot import TestNote
from tests.support import drugs as made

TODAY = made.TODAY
TOMORROW = (TODAY + timedelta(days=1)).isoformat()
LATER = (TODAY + timedelta(days=9)).isoformat()
EAST = Crop("s1", "tomato", "east")
WEST = Crop("s1", "tomato", "west")
NOWHERE = Crop("s1", "tomato")
UNTIL_NEGATIVE = stop("advice/blocked", "advice.until_negative")


def advice(outcome: Outcome = Outcome.POSITIVE, until: str = "", plot: str = "east", test: int = 10) -> Advice:
    return Advice("v1", "s1", "tomato", plot, test, outcome, until, ("subject", "adviser"))


def later(seq: int, crop: Crop = EAST, outcome: Outcome = Outcome.NEGATIVE, of: int | None = None) -> CropTest:
    return CropTest(seq, crop, outcome, of)


def held(*advices: Advice, tests: tuple[CropTest, ...] = (), crop: Crop = EAST, on: date = TODAY) -> Ruling | None:
    return blocked(advices, tests, crop, on)


# --- on or off, and for whom ---


def test_off_by_default() -> None:
    assert made.settings().advice is False
    made.same([offered(made.settings()) or warn("", "")], stop("advice/off", "advice.off"))
    assert offered(replace(made.settings(), advice=True)) is None


def test_only_named_roles_see_it() -> None:
    assert may_see("adviser", advice())
    assert not may_see("inspector", advice(), "s1")
    made.same([unseen("inspector", advice()) or warn("", "")], stop("advice/roles", "advice.roles"))


def test_a_producer_sees_his_own_alone() -> None:
    assert may_see("subject", advice(), "s1")
    assert not may_see("subject", advice(), "s2")
    assert not may_see("subject", advice())
    assert may_see("adviser", advice(), "s2")
    assert not may_see("subject", replace(advice(), roles=("adviser",)), "s1")


# --- outside of rates and proofs ---


@pytest.mark.parametrize(
    ("seq", "first", "counts"), [(10, None, False), (11, 10, False), (11, None, True), (11, 9, True), (20, 21, False)]
)
def test_advice_and_its_repeats_count_in_no_rate_and_prove_nothing(seq: int, first: int | None, counts: bool) -> None:
    note = TestNote(seq, Outcome.NEGATIVE, "1.0", first)
    advices = [advice(), advice(test=20), advice(test=21)]
    assert counts_for_pass_rate(note, advices) is counts
    assert outside(note, advices) == (None if counts else warn("advice/pass_rate", "advice.pass_rate"))
    assert proof_refused(note, advices) == (None if counts else stop("advice/no_proof", "advice.no_proof"))
    assert counts_for_pass_rate(note, [])


def test_what_is_outside_can_be_said() -> None:
    note = TestNote(10, Outcome.NEGATIVE, "1.0")
    made.same([outside(note, [advice()]) or warn("", "")], warn("advice/pass_rate", "advice.pass_rate"))
    made.same([proof_refused(note, [advice()]) or warn("", "")], stop("advice/no_proof", "advice.no_proof"))


# --- what follows from a test ---


def test_advice_as_an_entry() -> None:
    settings = replace(made.settings(), advice_roles=("subject", "grid"))
    assert advised("v1", EAST, 10, Outcome.SUSPECT, TOMORROW, TODAY, settings) == Advice(
        "v1", "s1", "tomato", "east", 10, Outcome.SUSPECT, TOMORROW, ("subject", "grid")
    )


@pytest.mark.parametrize(
    ("earliest", "until"), [(TOMORROW, TOMORROW), (TODAY.isoformat(), ""), ("2026-07-01", ""), ("", ""), ("soon", "")]
)
def test_only_a_day_to_come_is_waited_for(earliest: str, until: str) -> None:
    assert advised("v1", EAST, 10, Outcome.POSITIVE, earliest, TODAY, made.settings()).wait_until == until


@pytest.mark.parametrize(
    ("outcome", "until", "key"),
    [
        (Outcome.POSITIVE, LATER, "advice.bad_wait"),
        (Outcome.SUSPECT, LATER, "advice.bad_wait"),
        (Outcome.POSITIVE, "", "advice.bad_now"),
        (Outcome.NEGATIVE, LATER, "advice.good_wait"),
        (Outcome.NEGATIVE, "", "advice.good_now"),
        (Outcome.INVALID, "", "advice.invalid"),
    ],
)
def test_what_the_producer_hears(outcome: Outcome, until: str, key: str) -> None:
    facts = {"until": until} if until else {}
    made.same([told(advice(outcome, until))], warn("advice/told", key, **facts))


# --- what it holds back ---


@pytest.mark.parametrize("outcome", [Outcome.POSITIVE, Outcome.SUSPECT])
def test_a_bad_one_holds_until_a_negative(outcome: Outcome) -> None:
    made.same([held(advice(outcome)) or warn("", "")], UNTIL_NEGATIVE)
    assert held(advice(outcome), tests=(later(11),)) is None
    assert held(advice(outcome), on=TODAY + timedelta(days=365)) == UNTIL_NEGATIVE


@pytest.mark.parametrize("outcome", [Outcome.NEGATIVE, Outcome.INVALID])
def test_a_good_or_invalid_one_holds_nothing(outcome: Outcome) -> None:
    assert held(advice(outcome)) is None


def test_a_day_ends_it_on_the_day_itself() -> None:
    day = date.fromisoformat(LATER)
    expected = stop("advice/blocked", "advice.until_day", until=LATER)
    made.same([held(advice(until=LATER), on=day - timedelta(days=1)) or warn("", "")], expected)
    assert held(advice(until=LATER), on=day) is None
    assert held(advice(until=LATER), tests=(later(11),)) is None


def test_an_interval_holds_whatever_a_test_says() -> None:
    good = advice(Outcome.NEGATIVE, LATER)
    expected = stop("advice/blocked", "advice.until_interval", until=LATER)
    made.same([held(good, tests=(later(11),)) or warn("", "")], expected)
    assert held(good, on=date.fromisoformat(LATER)) is None


@pytest.mark.parametrize(
    "test",
    [
        later(9),  # before it
        later(10),  # its own
        later(11, of=10),  # a repeat of the bad one
        later(11, WEST),
        later(11, NOWHERE),
        later(11, Crop("s2", "tomato", "east")),
        later(11, Crop("s1", "cucumber", "east")),
        later(11, outcome=Outcome.INVALID),
        later(11, outcome=Outcome.SUSPECT),
    ],
)
def test_what_frees_nothing(test: CropTest) -> None:
    assert held(advice(), tests=(test,)) == UNTIL_NEGATIVE


def test_later_good_advice_frees_too() -> None:
    assert held(advice(), advice(Outcome.NEGATIVE, test=11)) is None
    assert held(advice(), advice(Outcome.NEGATIVE, test=9)) == UNTIL_NEGATIVE
    assert held(advice(), advice(Outcome.NEGATIVE, plot="west", test=11)) == UNTIL_NEGATIVE
    assert held(advice(), advice(Outcome.POSITIVE, test=11), tests=(later(11),)) == UNTIL_NEGATIVE


@pytest.mark.parametrize(
    "crop", [WEST, Crop("s2", "tomato", "east"), Crop("s1", "cucumber", "east"), Crop("s2", "tomato")]
)
def test_other_fields_are_free(crop: Crop) -> None:
    assert held(advice(), crop=crop) is None


def test_a_lot_without_a_plot_is_asked_for_it() -> None:
    made.same([held(advice(), crop=NOWHERE) or warn("", "")], stop("advice/plot_unnamed", "advice.plot_unnamed"))
    assert held(advice(), crop=NOWHERE, tests=(later(11),)) is None
    assert held(advice(plot=""), crop=NOWHERE) == UNTIL_NEGATIVE


def test_advice_without_a_plot_holds_every_plot() -> None:
    unnamed = advice(plot="")
    assert held(unnamed) == UNTIL_NEGATIVE
    assert held(unnamed, tests=(later(11, NOWHERE),)) is None
    assert held(unnamed, tests=(later(11, EAST),)) is None
    assert held(unnamed, tests=(later(11, EAST),), crop=WEST) == UNTIL_NEGATIVE
    assert held(unnamed, tests=(later(11, Crop("s2", "tomato")),)) == UNTIL_NEGATIVE


def test_of_several_the_longest_holds() -> None:
    both = (advice(until=TOMORROW), advice(until=LATER))
    assert held(*both) == stop("advice/blocked", "advice.until_day", until=LATER)
    assert held(*both, advice()) == UNTIL_NEGATIVE
    mixed = (advice(Outcome.NEGATIVE, LATER, test=8), advice(until=TOMORROW))
    assert held(*mixed) == stop("advice/blocked", "advice.until_day", until=LATER)


CROPS = st.sampled_from([EAST, WEST, NOWHERE])
ADVICES = st.builds(
    lambda outcome, until, crop, test: advice(outcome, until, crop.plot, test),
    st.sampled_from([*Outcome]),
    st.sampled_from(["", TODAY.isoformat(), TOMORROW, LATER]),
    CROPS,
    st.integers(1, 20),
)
TESTS = st.builds(later, st.integers(1, 20), CROPS, st.sampled_from([*Outcome]), st.one_of(st.none(), st.just(5)))


@given(st.lists(ADVICES, max_size=4), st.lists(TESTS, max_size=3), CROPS, st.integers(0, 12))
def test_time_only_frees(advices: list[Advice], tests: list[CropTest], crop: Crop, days: int) -> None:
    if blocked(advices, tests, crop, TODAY) is None:
        assert blocked(advices, tests, crop, TODAY + timedelta(days=days)) is None


@given(st.lists(ADVICES, max_size=4), st.lists(TESTS, max_size=3), TESTS, CROPS)
def test_only_a_negative_first_test_frees(
    advices: list[Advice], tests: list[CropTest], further: CropTest, crop: Crop
) -> None:
    before = blocked(advices, tests, crop, TODAY)
    after = blocked(advices, [*tests, further], crop, TODAY)
    frees = further.outcome is Outcome.NEGATIVE and further.retest_of is None
    assert (before is not None and frees) or after == before


@given(st.lists(ADVICES, max_size=4), st.lists(TESTS, max_size=3), CROPS)
def test_leaving_the_plot_out_is_no_way_round(advices: list[Advice], tests: list[CropTest], crop: Crop) -> None:
    named = [one for one in tests if one.crop.plot]
    if blocked(advices, named, crop, TODAY) is not None and all(one.plot for one in advices):
        assert blocked(advices, named, NOWHERE, TODAY) is not None
