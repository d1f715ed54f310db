"""Pesticide labels: unit codes and registration numbers, by the shipped layout."""

from dataclasses import replace

import pytest

from kiosk.label_form import load_label
from kiosk.rules.scan.labels import LabelLayout, UnitCode, registration_number, unit_code

UNIT = "10812341001234567890123456789012"
TOLD = UnitCode(UNIT, ("PD",), "081234", "holder", "001")


@pytest.fixture(scope="module")
def layout() -> LabelLayout:
    return load_label()


@pytest.mark.parametrize(
    "text", [UNIT, f"https://a.example/{UNIT}", f"https://a.example/t?c={UNIT}&x=1", f"追溯网址\n{UNIT}", f"a{UNIT}b"]
)
def test_the_unit_code_is_found_wherever_it_stands(text: str, layout: LabelLayout) -> None:
    assert unit_code(text, layout) == TOLD


def test_the_first_that_fits_counts(layout: LabelLayout) -> None:
    assert unit_code(f"9{UNIT[1:]} {UNIT} 2{UNIT[1:]}", layout) == TOLD


@pytest.mark.parametrize(
    "text", ["", UNIT[:-1], UNIT + "0", "4" + UNIT[1:], UNIT[:7] + "4" + UNIT[8:], "１" + UNIT[1:]]
)
def test_what_is_no_unit_code(text: str, layout: LabelLayout) -> None:
    assert unit_code(text, layout) is None


def test_the_layout_is_data(layout: LabelLayout) -> None:
    other = replace(layout, digits=12, number_at=(7, 12), maker_at=(3, 3), specification_at=(4, 4), class_at=(1, 2))
    other = replace(other, classes={"77": ("XX", "YY")}, makers={"5": "repacked"})
    assert unit_code("775912345678", other) == UnitCode("775912345678", ("XX", "YY"), "345678", "repacked", "9")


@pytest.mark.parametrize(
    ("registration", "may"),
    [
        ("PD20081234", True), ("PD081234", True), ("PD19081234", True),
        ("WP20081234", False), ("PDN20081234", False), ("PD20081235", False), ("PD20081234F090012", False),
        ("PD81234", False), ("PD2008-1234", False), ("", False),
    ],
)  # fmt: skip
def test_which_registration_it_may_be(registration: str, may: bool) -> None:
    assert TOLD.may_be(registration) is may


def test_temporary_ones_have_two_prefixes(layout: LabelLayout) -> None:
    found = unit_code("3" + UNIT[1:], layout)
    assert found is not None
    assert [found.may_be(f"{prefix}20081234") for prefix in ("LS", "WL", "PD")] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("PD20081234", "PD20081234"), ("pd20081234", "PD20081234"), (" PD 2008 1234 ", "PD20081234"),
        ("ＰＤ２００８１２３４", "PD20081234"), ("WP20080001", "WP20080001"), ("WPN2-88", "WPN2-88"),
        ("LS96030", "LS96030"), ("WL93614", "WL93614"), ("PD85101-21", "PD85101-21"),
        ("PD20081234F090012", "PD20081234F090012"),
        ("PD2008", None), ("PD200812345", None), ("XX20081234", None), ("PD", None), ("", None), ("PD20081234X", None),
    ],
)  # fmt: skip
def test_registration_numbers(text: str, number: str | None, layout: LabelLayout) -> None:
    assert registration_number(text, layout) == number


def test_nothing_of_it_is_confirmed(layout: LabelLayout) -> None:
    assert (layout.confirmed, layout.mark) == (False, "V-")
