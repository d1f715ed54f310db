"""What is certified: a product and the class that the certificate rule puts it in. The list is a pack."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.rules.goods.quantity import Unit


class ProductClass(StrEnum):
    """The seven classes of the 2026 certificate rule (domain.md §1.3), and everything else."""

    VEGETABLE = "vegetable"  # 蔬菜 (含人工种植食用菌)
    FRUIT = "fruit"  # 水果
    TEA_LEAF = "tea_leaf"  # 茶鲜叶
    LIVESTOCK = "livestock"  # 畜禽
    EGG = "egg"  # 禽蛋
    AQUATIC = "aquatic"  # 养殖水产品
    LISTED = "listed"  # 农业农村部规定的其他
    OUTSIDE = "outside"  # no statutory certificate

    @property
    def certified(self) -> bool:
        return self is not ProductClass.OUTSIDE


PLANTS = (Unit.KG, Unit.JIN, Unit.BOX, Unit.BUNDLE)
UNITS = {
    ProductClass.LIVESTOCK: (Unit.HEAD, Unit.BIRD, Unit.KG, Unit.JIN),
    ProductClass.EGG: (Unit.KG, Unit.JIN, Unit.EGG, Unit.BOX),
    ProductClass.AQUATIC: (Unit.KG, Unit.JIN, Unit.TAIL, Unit.BOX),
}


def units_of(product_class: ProductClass) -> tuple[Unit, ...]:
    """The units that a screen offers for goods of a class: nobody is asked for cabbages by the tail."""
    return UNITS.get(product_class, PLANTS)


@dataclass(frozen=True, slots=True)
class FalsePositive:
    """A named source says that enzyme inhibition may read too high on this crop."""

    mark: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Product:
    """`code` is NY/T 3177, empty where no source gives it; `picture` is one emoji for the big button."""

    id: str
    names: dict[str, str]  # language -> name
    product_class: ProductClass
    unit: Unit
    picture: str
    code: str = ""
    false_positive: FalsePositive | None = None
