"""What may have been used on goods: ingredients, bottles and dated lists of what is banned. The packs fill it.

An ingredient is one active substance (pesticide or veterinary drug); a bottle is a registered product with all of its
ingredients. Names are looked up as a whole, never by likeness: a wrong guess would change what is lawful.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.rules.goods.products import Product, ProductClass
from kiosk.rules.messages import DrugUse
from kiosk.rules.scan.labels import UnitCode
from kiosk.rules.testing.methods import DrugClass, Sourced


class Listing(StrEnum):
    BANNED = "banned"  # 禁止使用
    RESTRICTED = "restricted"  # 在部分范围禁止使用


@dataclass(frozen=True, slots=True)
class Ingredient:
    """`drug_class` None: nobody named it. `residues` are the items of methods that look for just this one."""

    id: str
    names: dict[str, str]  # language -> common name
    aliases: tuple[str, ...]
    drug_class: DrugClass | None
    source: Sourced | None  # of the class
    residues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelInterval:
    """安全间隔期 / 休药期 of one bottle on one product, in whole days."""

    product: str
    days: int
    begins: date | None
    ends: date | None
    source: Sourced


@dataclass(frozen=True, slots=True)
class Bottle:
    registration: str
    names: dict[str, str]
    aliases: tuple[str, ...]
    ingredients: tuple[str, ...]
    source: Sourced
    intervals: tuple[LabelInterval, ...] = ()


@dataclass(frozen=True, slots=True)
class Ban:
    """One announcement. Without products and classes it holds for everything; without dates, for every day."""

    id: str
    names: dict[str, str]
    listing: Listing
    ingredients: tuple[str, ...]
    begins: date | None
    ends: date | None  # the last day
    products: tuple[str, ...]
    classes: tuple[ProductClass, ...]
    source: Sourced

    def covers(self, product: Product) -> bool:
        everywhere = not self.products and not self.classes
        return everywhere or product.id in self.products or product.product_class in self.classes

    def in_force(self, day: date) -> bool:
        return _within(day, self.begins, self.ends)


@dataclass(frozen=True, slots=True)
class Drugs:
    """All packs of pesticides and veterinary drugs together."""

    ingredients: dict[str, Ingredient]
    bottles: dict[str, Bottle]  # by registration number
    bans: tuple[Ban, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What a name or a number may stand for; `registration` is empty for an ingredient."""

    name: str
    ingredients: tuple[str, ...]
    registration: str = ""


def named(text: str, drugs: Drugs) -> tuple[Named, ...]:
    """Everything that is called so, as a whole; several when the name is ambiguous, none when nobody knows it."""
    wanted = folded(text)
    substances = (Named(one.names["zh"], (one.id,)) for one in drugs.ingredients.values() if wanted in _called(one))
    bottles = (_as_named(one) for one in drugs.bottles.values() if wanted in _called(one))
    return (*substances, *bottles) if wanted else ()


def registered(number: str, drugs: Drugs) -> tuple[Named, ...]:
    """The bottle of a registration number as it stands in print."""
    bottle = drugs.bottles.get(folded(number).upper())
    return () if bottle is None else (_as_named(bottle),)


def labelled(code: UnitCode, drugs: Drugs) -> tuple[Named, ...]:
    """The bottles that a label's QR may mean: it carries six digits of the number only, so there may be several."""
    return tuple(_as_named(one) for one in drugs.bottles.values() if code.may_be(one.registration))


def label_interval(registration: str, product: str, day: date, drugs: Drugs) -> int | None:
    """The longest confirmed interval that a pack knows for this bottle on this product, on a day."""
    bottle = drugs.bottles.get(registration)
    return max((one.days for one in _on(bottle, product, day)), default=None) if bottle is not None else None


def ingredients_of(use: DrugUse, drugs: Drugs) -> tuple[str, ...]:
    """Every ingredient that was told, and every one of the bottle."""
    bottle = drugs.bottles.get(use.registration)
    return tuple(dict.fromkeys((*use.ingredients, *(bottle.ingredients if bottle is not None else ()))))


def folded(text: str) -> str:
    """Width, case and spaces do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _on(bottle: Bottle, product: str, day: date) -> Iterator[LabelInterval]:
    for one in bottle.intervals:
        if one.product == product and one.source.confirmed and _within(day, one.begins, one.ends):
            yield one


def _within(day: date, begins: date | None, ends: date | None) -> bool:
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def _called(one: Ingredient | Bottle) -> set[str]:
    return {folded(name) for name in (*one.names.values(), *one.aliases)}


def _as_named(bottle: Bottle) -> Named:
    return Named(bottle.names["zh"], bottle.ingredients, bottle.registration)
