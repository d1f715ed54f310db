"""Names, numbers and labels of drugs: found as a whole or not at all, several when they are ambiguous."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.rules.drug_use.pesticides import (
    LabelInterval,
    Named,
    folded,
    ingredients_of,
    label_interval,
    labelled,
    named,
    registered,
)
from kiosk.rules.scan.labels import UnitCode
from kiosk.rules.testing.methods import DrugClass
from tests.support import drugs as made

X, Y = (
    made.ingredient("x", DrugClass.CARBAMATE, aliases=("呋喃丹", "Furadan")),
    made.ingredient("y", None, aliases=("呋喃丹",)),
)
ONE = made.bottle("PD20081234", "x", "y", aliases=("一扫光",))
TWO = made.bottle("PD20151234", "y", aliases=("一扫光",))
DRUGS = made.drug_list(X, Y, bottles=[ONE, TWO])
NAMED_X, NAMED_Y = Named("x-zh", ("x",)), Named("y-zh", ("y",))
NAMED_ONE, NAMED_TWO = Named("PD20081234-zh", ("x", "y"), "PD20081234"), Named("PD20151234-zh", ("y",), "PD20151234")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x-zh", (NAMED_X,)),
        ("X-EN", (NAMED_X,)),
        (" ｘ-ｚｈ ", (NAMED_X,)),  # full width
        ("呋 喃 丹", (NAMED_X, NAMED_Y)),
        ("furadan", (NAMED_X,)),
        ("一扫光", (NAMED_ONE, NAMED_TWO)),
        ("PD20081234-en", (NAMED_ONE,)),
        ("一扫", ()),
        ("x", ()),  # an id is no name
        ("", ()),
        ("  ", ()),
    ],
)
def test_a_name_is_found_whole(text: str, found: tuple[Named, ...]) -> None:
    assert named(text, DRUGS) == found


def test_an_empty_name_names_nothing() -> None:
    nameless = replace(X, names={"zh": " ", "en": "x"})
    assert named("", made.drug_list(nameless)) == ()


@pytest.mark.parametrize(
    ("number", "found"),
    [("PD20081234", (NAMED_ONE,)), (" pd2008 1234", (NAMED_ONE,)), ("PD20081235", ()), ("081234", ()), ("", ())],
)
def test_a_registration_number_is_found_whole(number: str, found: tuple[Named, ...]) -> None:
    assert registered(number, DRUGS) == found


def test_a_label_may_mean_several_bottles() -> None:
    code = UnitCode("1" * 32, ("PD",), "081234", "holder", "001")
    assert labelled(code, DRUGS) == (NAMED_ONE,)
    older = made.bottle("PD19081234", "y")
    both = made.drug_list(X, Y, bottles=[ONE, TWO, older])
    assert labelled(code, both) == (NAMED_ONE, Named("PD19081234-zh", ("y",), "PD19081234"))
    assert labelled(replace(code, prefixes=("WP",)), DRUGS) == ()


def test_told_ingredients_and_those_of_the_bottle() -> None:
    assert ingredients_of(made.use("z", registration="PD20081234"), DRUGS) == ("z", "x", "y")
    assert ingredients_of(made.use("y", "y", registration="PD20081234"), DRUGS) == ("y", "x")
    assert ingredients_of(made.use("z", registration="PD1"), DRUGS) == ("z",)
    assert ingredients_of(made.use(), DRUGS) == ()


DAY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("intervals", "days"),
    [
        ([], None),
        ([made.interval(7)], 7),
        ([made.interval(7), made.interval(5)], 7),
        ([made.interval(0)], 0),
        ([made.interval(7, confirmed=False)], None),
        ([made.interval(7, product="cucumber")], None),
        ([made.interval(7, begins=DAY)], 7),
        ([made.interval(7, begins=date(2026, 7, 2))], None),
        ([made.interval(7, ends=DAY)], 7),
        ([made.interval(7, ends=date(2026, 6, 30))], None),
        ([made.interval(7, begins=date(2026, 7, 2), ends=date(2026, 8, 1))], None),
    ],
)
def test_an_interval_of_a_label(intervals: list[LabelInterval], days: int | None) -> None:
    drugs = made.drug_list(X, bottles=[made.bottle("PD20081234", "x", intervals=intervals)])
    assert label_interval("PD20081234", "tomato", DAY, drugs) == days
    assert label_interval("PD20081235", "tomato", DAY, drugs) is None


def test_folding() -> None:
    assert folded(" Ａ b　C ") == "abc"
