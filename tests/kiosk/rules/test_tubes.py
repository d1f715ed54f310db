"""One tube, one sample, bound before its verdict shows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.messages import TubeBound
from kiosk.rules.quality_control.tubes import (
    bind_rulings,
    bound,
    conflicts,
    late_ones,
    review_ruling,
    run_rulings,
    tubes_of,
)
from kiosk.rules.ruling import Ruling, stop, warn
from tests.support.quality import same, settings, tube


def bind(new: TubeBound, *before: TubeBound) -> tuple[Ruling, ...]:
    return bind_rulings(before, new, settings())


def test_a_first_binding() -> None:
    assert bind(tube()) == ()
    assert bind(tube("T2", "S2", channel=3), tube()) == ()


def test_the_fold_keeps_what_no_correction_took_back() -> None:
    entries = [(4, tube()), (5, tube("T2", "S2")), (9, tube("T3", "S3"))]
    assert tubes_of(entries) == (tube(), tube("T2", "S2"), tube("T3", "S3"))
    assert tubes_of(entries, {5}) == (tube(), tube("T3", "S3"))


def test_no_code_no_sample() -> None:
    same(bind(tube("", "")), stop("tube/no_code", "tube.no_code"))
    same(bind(tube("T1", "")), stop("tube/no_sample", "tube.no_sample", tube="T1"))


@pytest.mark.parametrize("new", [tube(sample="S2"), tube(sample="S2", run="r2", channel=5)])
def test_one_tube_never_stands_for_two_samples(new: TubeBound) -> None:
    told = stop("tube/two_samples", "tube.two_samples", tube="T1", bound="S1", asked="S2")
    same(bind(new, tube("T9", "S9", channel=9), tube()), told)


def test_a_channel_holds_one_tube() -> None:
    told = stop("tube/channel_taken", "tube.channel_taken", channel="2", bound="T1", asked="T2")
    same(bind(tube("T2", "S2"), tube()), told)
    same(bind(tube("T2", "S1"), tube()), told)
    assert bind(tube("T2", "S2", run="r2"), tube()) == ()
    assert bind(tube("T2", "S2", channel=None), tube(channel=None)) == ()


def test_bound_twice() -> None:
    told = warn("tube/twice", "tube.twice", tube="T1", sample="S1")
    same(bind(tube(), tube()), told)
    same(bind(tube(channel=None), tube()), told)
    same(bind(tube(), tube(channel=None)), told)
    same(bind(tube(), tube(), tube(channel=3)), told)


def test_a_repeat_takes_the_same_tube_in_another_run() -> None:
    assert bind(tube(run="r2"), tube()) == ()


def test_a_parallel_takes_two_channels() -> None:
    told = warn("tube/two_channels", "tube.two_channels", tube="T1", bound="3", asked="4")
    same(bind(tube(channel=4), tube(channel=2), tube(channel=3)), told)


@pytest.mark.parametrize(("second", "key"), [(False, "tube.late"), (True, "tube.late_second")])
def test_late(second: bool, key: str) -> None:
    told = warn("tube/late", key, tube="T1", sample="S1")
    same(bind_rulings((), tube(late=True), replace(settings(), second_reviewer=second)), told)


def test_what_makes_a_binding_late() -> None:
    assert bound(tube(), shown=True) == tube(late=True)
    assert bound(tube(late=True), shown=False) == tube()


def test_late_ones_wait_for_review() -> None:
    assert late_ones((tube(), tube("T2", "S2", late=True))) == (tube("T2", "S2", late=True),)


def test_review() -> None:
    late, two = tube(late=True, by="Li"), replace(settings(), second_reviewer=True)
    nobody = stop("tube/no_reviewer", "tube.no_reviewer", tube="T1")
    himself = stop("tube/same_reviewer", "tube.same_reviewer", tube="T1", reviewer="Li")
    same([review_ruling(late, "", settings()), review_ruling(late, "", two)], nobody, nobody)
    same([review_ruling(late, "Li", two)], himself)
    assert [review_ruling(late, "Wang", two), review_ruling(late, "Li", settings())] == [None, None]


def test_a_result_without_a_tube() -> None:
    told = stop("tube/unbound", "tube.unbound", channel="3")
    same(run_rulings((tube(), tube("T2", "S2", run="r0", channel=3)), "r1", [2, 3]), told)
    same(run_rulings((tube(),), "r1", [None]), stop("tube/unbound", "tube.unbound_card"))
    assert run_rulings((tube(channel=None),), "r1", [None]) == ()
    assert run_rulings((tube(), tube("T2", "S2", channel=5)), "r1", [2]) == ()
    assert run_rulings((), "r1", []) == ()


def test_what_the_record_says_twice() -> None:
    two = stop("tube/two_samples", "tube.two_samples", tube="T1", bound="S1", asked="S2")
    taken = stop("tube/channel_taken", "tube.channel_taken", channel="2", bound="T1", asked="T2")
    same(conflicts((tube(run="r0"), tube(sample="S2")), "r1"), two)
    same(conflicts((tube(), tube("T2", "S2")), "r1"), taken)
    same(
        run_rulings((tube(), tube("T2", "S2")), "r1", [2, 4]), stop("tube/unbound", "tube.unbound", channel="4"), taken
    )
    assert conflicts((tube(), tube(sample="S2", run="r2")), "r1") == ()
    assert conflicts((tube(), tube()), "r1") == ()


BINDINGS = st.builds(
    TubeBound,
    tube=st.sampled_from(["T1", "T2", "T3"]),
    sample_code=st.sampled_from(["S1", "S2"]),
    run=st.sampled_from(["r1", "r2"]),
    channel=st.sampled_from([None, 1, 2]),
)


@given(st.lists(BINDINGS, max_size=12))
def test_what_was_allowed_never_contradicts_itself(asked: list[TubeBound]) -> None:
    kept: tuple[TubeBound, ...] = ()
    for new in asked:
        if not any(ruling.stops for ruling in bind_rulings(kept, new, settings())):
            kept = (*kept, new)
    samples = {one.tube: one.sample_code for one in kept}
    assert all(samples[one.tube] == one.sample_code for one in kept)
    places = {(one.run, one.channel): one.tube for one in kept if one.channel is not None}
    assert all(places[one.run, one.channel] == one.tube for one in kept if one.channel is not None)
    assert conflicts(kept, "r1") == conflicts(kept, "r2") == ()
