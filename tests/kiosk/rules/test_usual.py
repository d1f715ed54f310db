"""A quantity far beyond the usual one, by worked cases: below, equal, above; other units; nothing to compare."""

from decimal import Decimal

import pytest

from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.goods.usual import unusual

FIVE = Decimal(5)


def kg(amount: str) -> Quantity:
    return Quantity(Decimal(amount), Unit.KG)


@pytest.mark.parametrize("amount", ["8", "40", "200"])
def test_up_to_so_many_times_nothing_is_asked(amount: str) -> None:
    assert unusual(kg(amount), kg("40"), FIVE) is None


def test_beyond_both_numbers_are_in_the_question() -> None:
    asked = unusual(kg("320"), kg("40"), FIVE)
    assert asked is not None
    assert (asked.key, asked.facts) == ("visit.unusual", {"amount": "320", "usual": "40", "unit": "kg"})


def test_a_gram_beyond_is_beyond() -> None:
    assert unusual(kg("200.001"), kg("40"), FIVE) is not None


def test_the_usual_one_is_told_in_the_unit_that_he_chose() -> None:
    asked = unusual(Quantity(Decimal(640), Unit.JIN), kg("41.3"), FIVE)
    assert asked is not None
    assert asked.facts == {"amount": "640", "usual": "83", "unit": "jin"}


def test_boxes_that_were_weighed_are_compared_by_weight() -> None:
    asked = unusual(Quantity(Decimal(100), Unit.BOX, Decimal(5)), kg("40"), FIVE)
    assert asked is not None
    assert asked.facts == {"amount": "100", "usual": "8", "unit": "box"}


@pytest.mark.parametrize(
    ("amount", "usual"),
    [
        (kg("320"), None),
        (Quantity(Decimal(900), Unit.BOX), kg("1")),
        (Quantity(Decimal(900), Unit.BOX), Quantity(Decimal(1), Unit.BUNDLE)),
    ],
)
def test_what_cannot_be_compared_is_not_asked_about(amount: Quantity, usual: Quantity | None) -> None:
    assert unusual(amount, usual, FIVE) is None


def test_what_is_counted_is_compared_by_its_number() -> None:
    asked = unusual(Quantity(Decimal(60), Unit.HEAD), Quantity(Decimal(2), Unit.HEAD), FIVE)
    assert asked is not None
    assert asked.facts["usual"] == "2"


def test_little_is_told_exactly_enough() -> None:
    asked = unusual(kg("3"), kg("0.125"), FIVE)
    assert asked is not None
    assert asked.facts["usual"] == "0.125"
