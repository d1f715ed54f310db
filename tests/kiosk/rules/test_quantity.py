"""Quantities as typed, weighed and printed."""

from decimal import Decimal

import pytest

from kiosk.rules.errors import Unusable
from kiosk.rules.quantity import Unit, kilograms, quantity, recorded, told
from kiosk.rules.sentence import Sentence


@pytest.mark.parametrize(
    ("typed", "unit", "weight", "sentence"),
    [
        ("320", Unit.JIN, "160", Sentence("unit.amount.jin", {"amount": "320", "kilograms": "160"})),
        ("12.5", Unit.KG, "12.5", Sentence("unit.amount.kg", {"amount": "12.5", "kilograms": "12.5"})),
        ("0012.500", Unit.KG, "12.5", Sentence("unit.amount.kg", {"amount": "12.5", "kilograms": "12.5"})),
        ("0.001", Unit.JIN, "0.0005", Sentence("unit.amount.jin", {"amount": "0.001", "kilograms": "0.0005"})),
        ("999999", Unit.KG, "999999", Sentence("unit.amount.kg", {"amount": "999999", "kilograms": "999999"})),
        ("30", Unit.BOX, None, Sentence("unit.amount.box", {"amount": "30"})),
        ("30.0", Unit.HEAD, None, Sentence("unit.amount.head", {"amount": "30"})),
    ],
)
def test_quantities(typed: str, unit: Unit, weight: str | None, sentence: Sentence) -> None:
    amount = quantity(typed, unit)
    assert kilograms(amount) == (None if weight is None else Decimal(weight))
    assert told(amount) == sentence


@pytest.mark.parametrize(
    ("typed", "unit", "code"),
    [
        ("", Unit.KG, "rules.quantity_unread"),
        (".", Unit.KG, "rules.quantity_unread"),
        ("1.", Unit.KG, "rules.quantity_unread"),
        ("1e3", Unit.KG, "rules.quantity_unread"),
        ("-1", Unit.KG, "rules.quantity_unread"),
        ("NaN", Unit.KG, "rules.quantity_unread"),
        ("１２", Unit.KG, "rules.quantity_unread"),
        ("1 000", Unit.KG, "rules.quantity_unread"),
        ("9" * 17, Unit.KG, "rules.quantity_unread"),
        ("0", Unit.KG, "rules.quantity_none"),
        ("0.000", Unit.JIN, "rules.quantity_none"),
        ("1000000", Unit.KG, "rules.quantity_much"),
        ("1.0001", Unit.KG, "rules.quantity_fine"),
        ("2.5", Unit.BOX, "rules.quantity_whole"),
    ],
)
def test_slips_of_the_finger(typed: str, unit: Unit, code: str) -> None:
    with pytest.raises(Unusable) as slip:
        quantity(typed, unit)
    assert slip.value.code == code


def test_an_entry_keeps_kilograms_and_what_was_typed() -> None:
    assert recorded(quantity("320", Unit.JIN)) == (Decimal(160), Unit.KG, "320 jin")
    assert recorded(quantity("12", Unit.BOX)) == (Decimal(12), Unit.BOX, "12 box")
