"""What is certified, and in which units it is told."""

import pytest

from kiosk.rules.goods.products import ProductClass, units_of
from kiosk.rules.goods.quantity import Unit
from tests.support.lots import packs

PLANTS = (Unit.KG, Unit.JIN, Unit.BOX, Unit.BUNDLE)


@pytest.mark.parametrize(
    ("product_class", "units"),
    [
        (ProductClass.VEGETABLE, PLANTS),
        (ProductClass.FRUIT, PLANTS),
        (ProductClass.TEA_LEAF, PLANTS),
        (ProductClass.LISTED, PLANTS),
        (ProductClass.OUTSIDE, PLANTS),
        (ProductClass.LIVESTOCK, (Unit.HEAD, Unit.BIRD, Unit.KG, Unit.JIN)),
        (ProductClass.EGG, (Unit.KG, Unit.JIN, Unit.EGG, Unit.BOX)),
        (ProductClass.AQUATIC, (Unit.KG, Unit.JIN, Unit.TAIL, Unit.BOX)),
    ],
)
def test_units_of_a_class(product_class: ProductClass, units: tuple[Unit, ...]) -> None:
    assert units_of(product_class) == units


def test_every_unit_is_offered_somewhere_and_every_shipped_product_has_its_own() -> None:
    assert {unit for product_class in ProductClass for unit in units_of(product_class)} == set(Unit)
    assert all(product.unit in units_of(product.product_class) for product in packs().products.values())


def test_seven_classes() -> None:
    assert [one for one in ProductClass if not one.certified] == [ProductClass.OUTSIDE]
    assert len(ProductClass) == 8
