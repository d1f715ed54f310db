"""平行, 复测, 复检: every combination of a first test and its repeats against a table that was written by hand."""

from decimal import Decimal
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.messages import Outcome, Repeat, Verdict
from kiosk.rules.ruling import stop
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.testing.repeats import agreed, combine, counts_as, lacking, settle

NEG, SUS, POS, INV = Outcome.NEGATIVE, Outcome.SUSPECT, Outcome.POSITIVE, Outcome.INVALID
WAITS = None
OUTCOMES = st.sampled_from(list(Outcome))

# What a valid first test and its valid repeats come to where two are needed, read from domain.md §2.6:
# first -> (positive repeats, other valid repeats), each 2 standing for two or more.
AFTER_POSITIVE_OR_SUSPECT = {
    (0, 0): WAITS,
    (0, 1): WAITS,
    (1, 0): WAITS,
    (2, 0): POS,
    (1, 1): SUS,
    (0, 2): SUS,
    (2, 1): SUS,
    (1, 2): SUS,
    (2, 2): SUS,
}
# first negative: whether any valid repeat is not negative
AFTER_NEGATIVE = {False: NEG, True: SUS}


def by_hand(tests: tuple[Outcome, ...]) -> Outcome | None:
    valid = [test for test in tests if test is not INV]
    if not valid:
        return INV
    first, repeats = valid[0], valid[1:]
    if first is NEG:
        return AFTER_NEGATIVE[POS in repeats or SUS in repeats]
    positive = sum(repeat is POS for repeat in repeats)
    return AFTER_POSITIVE_OR_SUSPECT[min(positive, 2), min(len(repeats) - positive, 2)]


@pytest.mark.parametrize("first", list(Outcome))
@pytest.mark.parametrize("count", range(6))
def test_every_combination(first: Outcome, count: int) -> None:
    for repeats in product(Outcome, repeat=count):
        assert settle(first, repeats, 2) is by_hand((first, *repeats)), (first, repeats)


@pytest.mark.parametrize("first", [NEG, SUS, POS])
def test_the_order_of_the_repeats_does_not_matter(first: Outcome) -> None:
    for repeats in product(Outcome, repeat=3):
        assert len({settle(first, order, 2) for order in permutations(repeats)}) == 1


@given(st.lists(OUTCOMES, max_size=6), OUTCOMES, st.integers(1, 9))
def test_nothing_washes_a_positive_away(repeats: list[Outcome], first: Outcome, needed: int) -> None:
    settled = settle(first, repeats, needed)
    bad = {POS, SUS} & {first, *repeats}
    assert (settled in (NEG, INV)) is not bool(bad)
    assert settle(first, [*repeats, NEG], needed) is not INV
    if settled is POS:
        valid = [test for test in (first, *repeats) if test is not INV]
        assert set(valid[1:]) == {POS}
        assert len(valid) > needed


@given(st.lists(OUTCOMES, max_size=6), OUTCOMES, st.integers(1, 9))
def test_as_many_are_lacking_as_settle_it(repeats: list[Outcome], first: Outcome, needed: int) -> None:
    left = lacking(first, repeats, needed)
    assert (left > 0) is (settle(first, repeats, needed) is None)
    assert settle(first, [*repeats, *[POS] * left], needed) is not None
    if left:
        assert settle(first, [*repeats, *[POS] * (left - 1), INV, INV], needed) is None


@pytest.mark.parametrize(
    ("first", "repeats", "needed", "left"),
    [(POS, [], 2, 2), (POS, [INV], 2, 2), (SUS, [NEG], 2, 1), (INV, [POS], 2, 2), (INV, [INV, SUS, POS], 2, 1),
     (POS, [], 3, 3), (POS, [POS, POS], 2, 0), (NEG, [], 2, 0), (NEG, [POS], 2, 0), (INV, [], 2, 0)],
)  # fmt: skip
def test_how_many_are_lacking(first: Outcome, repeats: list[Outcome], needed: int, left: int) -> None:
    assert lacking(first, repeats, needed) == left


def verdict(outcome: Outcome, reason: str = "verdict.x") -> Verdict:
    return Verdict(outcome, "r", reason, {})


@pytest.mark.parametrize("first", list(Outcome))
@pytest.mark.parametrize("count", range(4))
def test_combine_is_settle_with_a_reason(method: MethodPack, first: Outcome, count: int) -> None:
    for repeats in product(Outcome, repeat=count):
        told = combine(method, verdict(first), [verdict(one) for one in repeats])
        assert (told and told.outcome) == settle(first, repeats, method.repeats)


def test_the_combined_verdict_counts(method: MethodPack) -> None:
    rule = "GB/T 5009.199-2003/repeats"
    told = combine(method, verdict(POS), [verdict(POS), verdict(INV), verdict(NEG)])
    assert told == Verdict(SUS, rule, "verdict.repeats_differ", {"positives": "1", "repeats": "2"})
    told = combine(method, verdict(INV), [verdict(SUS), verdict(POS), verdict(POS), verdict(POS)])
    assert told == Verdict(POS, rule, "verdict.repeats_positive", {"positives": "3", "repeats": "3"})
    told = combine(method, verdict(NEG), [verdict(INV), verdict(POS)])
    assert told == Verdict(SUS, rule, "verdict.repeats_differ", {"positives": "1", "repeats": "1"})


def test_a_verdict_that_waits_for_repeats_is_none(method: MethodPack) -> None:
    assert combine(method, verdict(POS), []) is None
    assert combine(method, verdict(SUS), [verdict(POS), verdict(INV)]) is None


def test_one_in_a_hundred_is_not_all() -> None:
    assert agreed([POS] * 99 + [NEG], None) is SUS
    assert agreed([POS] * 100, None) is POS


def test_a_verdict_that_stands_alone_stays_as_it_was(method: MethodPack) -> None:
    first = verdict(NEG, "verdict.first")
    assert combine(method, first, []) is first
    assert combine(method, first, [verdict(NEG)]) is first
    assert combine(method, verdict(INV), [verdict(INV), first]) is first
    broken = verdict(INV, "verdict.broken")
    assert combine(method, broken, [verdict(INV)]) is broken


# 平行 of one extract: what they come to without an agreement, and with 80 %
PARALLELS = [
    ([NEG], NEG, NEG),
    ([POS], POS, POS),
    ([SUS], SUS, SUS),
    ([INV], INV, INV),
    ([NEG, NEG], NEG, NEG),
    ([POS, POS], POS, POS),
    ([SUS, SUS], SUS, SUS),
    ([INV, INV], INV, INV),
    ([NEG, POS], SUS, SUS),
    ([NEG, SUS], SUS, SUS),
    ([POS, SUS], SUS, SUS),
    ([NEG, INV], INV, INV),
    ([POS, INV], SUS, SUS),
    ([SUS, INV], SUS, SUS),
    ([NEG, NEG, INV], NEG, NEG),
    ([POS, POS, INV], POS, POS),
    ([NEG, POS, INV], SUS, SUS),
    ([POS, POS, POS, NEG], SUS, SUS),  # 75 %
    ([POS, POS, POS, POS, NEG], SUS, POS),  # 80 %
    ([POS, POS, POS, POS, SUS], SUS, POS),
    ([NEG, NEG, NEG, NEG, POS], SUS, SUS),  # agreement never makes a negative
]


@pytest.mark.parametrize(("parallels", "strict", "at_eighty"), PARALLELS)
def test_parallels(parallels: list[Outcome], strict: Outcome, at_eighty: Outcome) -> None:
    for order in set(permutations(parallels)):
        assert agreed(order, None) is strict
        assert agreed(order, Decimal(80)) is at_eighty


@given(st.lists(OUTCOMES, min_size=1, max_size=9), st.decimals("1", "100", places=1))
def test_parallels_never_lose_a_positive(parallels: list[Outcome], agreement: Decimal) -> None:
    bad = {POS, SUS} & set(parallels)
    assert (agreed(parallels, agreement) in (POS, SUS)) is bool(bad)


def counted(
    word: Repeat, *, sample: bool = True, run: bool = True, rapid: bool = True, test: int = 12, first: int = 7
) -> object:
    return counts_as(word, same_sample=sample, same_run=run, rapid=rapid, test=test, first=first)


def test_what_may_be_called_parallel() -> None:
    assert counted(Repeat.PARALLEL) is None
    assert counted(Repeat.PARALLEL, run=False) == stop("assay/parallel", "assay.parallel_other_run", first="7")
    assert counted(Repeat.PARALLEL, sample=False) == stop("assay/parallel", "assay.other_sample", first="7")


def test_what_may_be_called_a_retest() -> None:
    assert counted(Repeat.RETEST) is None
    assert counted(Repeat.RETEST, run=False) is None
    assert counted(Repeat.RETEST, sample=False, run=False) == stop("assay/retest", "assay.other_sample", first="7")


def test_a_rapid_test_is_never_a_recheck() -> None:
    for sample, run in product([True, False], repeat=2):
        assert counted(Repeat.RECHECK, sample=sample, run=run) == stop("assay/recheck", "assay.recheck_rapid")
        assert counted(Repeat.RECHECK, sample=sample, run=run, rapid=False) is None


@pytest.mark.parametrize("word", list(Repeat))
def test_a_repeat_is_a_record_of_its_own(word: Repeat) -> None:
    for test in (6, 7):
        told = stop("assay/new_record", "assay.new_record", test=str(test), first="7")
        assert counted(word, test=test, rapid=False) == told
    assert counted(word, test=8, rapid=False) is None
