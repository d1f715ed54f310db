"""用什么药、检什么药: the chain from an answer to the boxes that may be ticked."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.drug_use.drugs import (
    Answer,
    Negative,
    coverage,
    lawful,
    refused,
    unknown_use,
    use_called,
)
from kiosk.rules.messages import Basis, DrugsStated, DrugUse
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.testing.methods import DrugClass, Formula
from tests.support import drugs as made

CONTROL, SELF, COMMISSIONED = Basis.CONTROL, Basis.SELF_TEST, Basis.COMMISSIONED_TEST
ORGANOPHOSPHATE, CARBAMATE = DrugClass.ORGANOPHOSPHATE, DrugClass.CARBAMATE
NEONICOTINOID, NITROFURAN = DrugClass.NEONICOTINOID, DrugClass.NITROFURAN
DRUGS = made.drug_list(
    made.ingredient("dichlorvos", ORGANOPHOSPHATE),
    made.ingredient("carbofuran", CARBAMATE),
    made.ingredient("omethoate", ORGANOPHOSPHATE, confirmed=False),
    made.ingredient("imidacloprid", NEONICOTINOID),
    made.ingredient("furazolidone", NITROFURAN, residues=("aoz",)),
    made.ingredient("odd", None),
    bottles=[
        made.bottle("PD20150001", "dichlorvos", "imidacloprid"),
        made.bottle("PD20150002", "dichlorvos", confirmed=False),
        made.bottle("PD20150003", "dichlorvos"),
    ],
)
ENZYME = made.enzyme(ORGANOPHOSPHATE, CARBAMATE)


def rulings(*uses: DrugUse, tests: tuple[Negative, ...] = (ENZYME,), used: bool = True) -> tuple[Ruling, ...]:
    return coverage(made.stated(*uses, used=used), tests, DRUGS).rulings


# --- what a test covers ---


def test_a_seen_drug_supports_alone() -> None:
    cover = coverage(made.stated(made.use("dichlorvos")), [ENZYME], DRUGS)
    assert (cover.covered, cover.uncovered, cover.unknown) == (("dichlorvos",), (), False)
    assert (cover.supports, cover.alone, cover.rulings) == (True, True, ())
    assert lawful(cover) == ((CONTROL,), (CONTROL, SELF), (SELF,))


def test_every_ingredient_of_a_mixture_counts() -> None:
    cover = coverage(made.stated(made.use("imidacloprid", "dichlorvos")), [ENZYME], DRUGS)
    assert (cover.covered, cover.uncovered, cover.unknown) == (("dichlorvos",), ("imidacloprid",), False)
    made.same(cover.against, warn("drugs/every_ingredient", "drugs.uncovered", ingredient="imidacloprid"))
    assert (cover.supports, cover.alone, cover.beside) == (False, False, ())
    assert lawful(cover) == ((CONTROL,),)


def test_every_ingredient_of_the_bottle_counts_when_one_was_told() -> None:
    told = made.use("dichlorvos", registration="PD20150001")
    made.same(rulings(told), warn("drugs/every_ingredient", "drugs.uncovered", ingredient="imidacloprid"))


def test_several_methods_cover_together() -> None:
    cover = coverage(
        made.stated(made.use("dichlorvos"), made.use("imidacloprid")),
        [ENZYME, made.strip(NEONICOTINOID, "imidacloprid")],
        DRUGS,
    )
    assert cover.alone
    assert cover.covered == ("dichlorvos", "imidacloprid")


@pytest.mark.parametrize(
    ("tested", "sees"),
    [
        (made.strip(NITROFURAN, "aoz"), True),  # a single item needs no telling
        (made.strip(NITROFURAN, "aoz", "amoz"), False),  # which of them was it?
        (made.strip(NITROFURAN, "aoz", "amoz", item="aoz"), True),
        (made.strip(NITROFURAN, "aoz", "amoz", item="amoz"), False),
        (made.strip(NITROFURAN, item="aoz"), True),  # the kit's lot named it
        (made.strip(NITROFURAN, item="furazolidone"), True),  # by its own name
        (made.strip(NITROFURAN), False),
        (made.strip(NEONICOTINOID, item="aoz"), False),  # of another class
        (made.enzyme(NITROFURAN), True),
    ],
)
def test_a_strip_answers_only_for_its_item(tested: Negative, sees: bool) -> None:
    cover = coverage(made.stated(made.use("furazolidone")), [tested], DRUGS)
    assert cover.supports is sees
    assert (cover.covered == ("furazolidone",)) is sees


@pytest.mark.parametrize(
    ("formula", "sees"),
    [(Formula.INHIBITION, True), (Formula.CARD, True), (Formula.STRIP, False), (Formula.CURVE, False)],
)
def test_only_the_enzyme_answers_for_a_whole_class(formula: Formula, sees: bool) -> None:
    tested = replace(ENZYME, method=replace(ENZYME.method, formula=formula, items=()))
    assert coverage(made.stated(made.use("dichlorvos")), [tested], DRUGS).supports is sees


@pytest.mark.parametrize("name", ["odd", "of-no-pack"])
def test_without_a_class_no_test_answers(name: str) -> None:
    made.same(rulings(made.use(name)), warn("drugs/classless", "drugs.classless", ingredient=name))


def test_without_a_test_nothing_is_supported() -> None:
    cover = coverage(made.stated(made.use("dichlorvos"), used=True), [], DRUGS)
    made.same(cover.rulings, warn("drugs/no_test", "drugs.no_test"))
    assert (cover.uncovered, cover.supports) == (("dichlorvos",), False)
    made.same(rulings(used=False, tests=()), warn("drugs/no_test", "drugs.no_test"))


# --- what nobody knows ---


@pytest.mark.parametrize(
    "stated",
    [
        None,
        made.stated(used=True),
        made.stated(unknown_use()),
        made.stated(unknown_use("others")),
        made.stated(use_called("灭虫灵")),
        made.stated(made.use("dichlorvos"), unknown_use()),
        replace(made.stated(use_called("灭虫灵")), used=False),
    ],
)
def test_unknown_never_supports(stated: DrugsStated | None) -> None:
    cover = coverage(stated, [ENZYME], DRUGS)
    assert cover.unknown
    assert not cover.supports
    made.same(cover.rulings, warn("drugs/unknown", "drugs.unknown"))
    made.same([refused(cover, (CONTROL, SELF)) or warn("", "")], stop("drugs/unknown", "drugs.unknown"))


def test_nothing_used_supports_beside_control() -> None:
    cover = coverage(made.stated(used=False), [ENZYME], DRUGS)
    assert (cover.supports, cover.alone, cover.unknown) == (True, False, False)
    made.same(cover.beside, warn("drugs/none_used", "drugs.none_used"))
    assert lawful(cover) == ((CONTROL,), (CONTROL, SELF))


def test_uses_speak_louder_than_a_no() -> None:
    made.same(rulings(made.use("dichlorvos"), used=False))


# --- what is not confirmed ---


@pytest.mark.parametrize(
    ("use", "tests"),
    [
        (made.use("omethoate"), (ENZYME,)),
        (made.use("omethoate"), (made.enzyme(ORGANOPHOSPHATE, confirmed=False),)),
    ],
)
def test_an_unconfirmed_class_or_method_supports_only_beside_control(use: DrugUse, tests: tuple[Negative, ...]) -> None:
    cover = coverage(made.stated(use), tests, DRUGS)
    made.same(cover.beside, warn("drugs/unconfirmed", "drugs.unconfirmed", ingredient="omethoate"))
    assert (cover.supports, cover.alone, cover.against) == (True, False, ())
    assert refused(cover, (CONTROL, SELF)) is None
    assert refused(cover, (SELF,)) == stop("drugs/unconfirmed", "drugs.unconfirmed", ingredient="omethoate")


def test_an_unconfirmed_method_supports_only_beside_control() -> None:
    tests = (made.enzyme(ORGANOPHOSPHATE, confirmed=False),)
    made.same(
        rulings(made.use("dichlorvos"), tests=tests),
        warn("drugs/unconfirmed", "drugs.unconfirmed", ingredient="dichlorvos"),
    )


def test_one_confirmed_method_that_sees_it_is_enough() -> None:
    doubtful = made.enzyme(ORGANOPHOSPHATE, confirmed=False)
    assert coverage(made.stated(made.use("dichlorvos")), [doubtful, ENZYME], DRUGS).alone
    other = made.enzyme(CARBAMATE)
    assert not coverage(made.stated(made.use("dichlorvos")), [doubtful, other], DRUGS).alone


@pytest.mark.parametrize("answer", [Answer.TRADE_NAME, Answer.OTHERS, Answer.UNKNOWN])
def test_hearsay_supports_only_beside_control(answer: Answer) -> None:
    told = made.use("dichlorvos", name="灭虫灵", answer=answer)
    made.same(rulings(told, told), warn("drugs/by_word", "drugs.by_word", drug="灭虫灵"))
    made.same(rulings(made.use("dichlorvos", answer=Answer.REGISTERED)))


def test_an_unconfirmed_bottle_is_hearsay() -> None:
    doubtful = made.use(registration="PD20150002", name="")
    made.same(rulings(doubtful), warn("drugs/by_word", "drugs.by_word", drug="PD20150002"))
    made.same(rulings(made.use("dichlorvos", registration="PD20150003")))


def test_against_is_told_before_beside() -> None:
    cover = coverage(made.stated(made.use("omethoate"), made.use("imidacloprid")), [ENZYME], DRUGS)
    assert [one.rule for one in cover.rulings] == ["drugs/every_ingredient", "drugs/unconfirmed"]
    assert refused(cover, (SELF,)) == stop("drugs/every_ingredient", "drugs.uncovered", ingredient="imidacloprid")


# --- boxes ---


def test_boxes_without_a_test_are_not_ours_to_refuse() -> None:
    cover = coverage(None, [], DRUGS)
    assert refused(cover, (CONTROL,)) is None
    assert refused(cover, (COMMISSIONED,)) is None
    assert refused(cover, (COMMISSIONED,), COMMISSIONED) == stop("drugs/no_test", "drugs.no_test")
    assert refused(coverage(made.stated(made.use("dichlorvos")), [ENZYME], DRUGS), (SELF,)) is None


def test_a_county_may_call_a_test_here_commissioned() -> None:
    cover = coverage(made.stated(made.use("dichlorvos")), [ENZYME], DRUGS)
    assert lawful(cover, COMMISSIONED) == ((CONTROL,), (CONTROL, COMMISSIONED), (COMMISSIONED,))


NAMES = ["dichlorvos", "carbofuran", "omethoate", "imidacloprid", "furazolidone", "odd", "of-no-pack"]
USES = st.one_of(
    st.just(unknown_use()),
    st.builds(
        lambda names, answer, number: made.use(*names, answer=answer, registration=number),
        st.lists(st.sampled_from(NAMES), max_size=3),
        st.sampled_from([*Answer]),
        st.sampled_from(["", "PD20150001", "PD20150002"]),
    ),
)
TESTS = st.lists(
    st.sampled_from([
        ENZYME,
        made.enzyme(CARBAMATE),
        made.enzyme(ORGANOPHOSPHATE, confirmed=False),
        made.strip(NEONICOTINOID, "imidacloprid"),
        made.strip(NITROFURAN, "aoz", "amoz", item="aoz"),
    ]),
    max_size=4,
)  # fmt: skip


@given(st.lists(USES, min_size=1, max_size=4), USES, TESTS)
def test_more_uses_never_widen(uses: list[DrugUse], further: DrugUse, tests: list[Negative]) -> None:
    fewer = lawful(coverage(made.stated(*uses), tests, DRUGS))
    more = lawful(coverage(made.stated(*uses, further), tests, DRUGS))
    assert set(more) <= set(fewer)


@given(st.lists(USES, max_size=4), TESTS)
def test_more_tests_never_narrow(uses: list[DrugUse], tests: list[Negative]) -> None:
    fewer = lawful(coverage(made.stated(*uses), tests[1:], DRUGS))
    assert set(fewer) <= set(lawful(coverage(made.stated(*uses), tests, DRUGS)))


@given(st.lists(USES, max_size=4), TESTS)
def test_unknown_never_supports_whatever_else_was_used(uses: list[DrugUse], tests: list[Negative]) -> None:
    assert lawful(coverage(made.stated(*uses, unknown_use()), tests, DRUGS)) == ((CONTROL,),)


@given(st.lists(USES, max_size=3), TESTS)
def test_the_order_of_uses_does_not_matter(uses: list[DrugUse], tests: list[Negative]) -> None:
    first, *others = [coverage(made.stated(*order), tests, DRUGS) for order in permutations(uses)]
    assert all(other == first for other in others)


@given(st.lists(USES, max_size=4), TESTS, st.booleans())
def test_what_is_offered_is_never_refused(uses: list[DrugUse], tests: list[Negative], used: bool) -> None:
    cover = coverage(made.stated(*uses, used=used), tests, DRUGS)
    offered = lawful(cover)
    for basis in ((CONTROL,), (CONTROL, SELF), (SELF,)):
        assert (refused(cover, basis) is None) is (basis in offered)
