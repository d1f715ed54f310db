"""The form of a file of `packs/pesticides`: ingredients, bottles, dated lists. kiosk.pack reads, `drugs` joins."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from kiosk.pack_forms import Form, Names, Origin, Value, Words
from kiosk.pack_problem import PackProblem, unfit
from kiosk.rules.drug_use.intervals import MOST_DAYS
from kiosk.rules.drug_use.pesticides import Ban, Bottle, Drugs, Ingredient, LabelInterval, Listing
from kiosk.rules.goods.products import ProductClass
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import DrugClass, Sourced

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Number = Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9A-Z-]{4,}$")]
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]


class Dated(Origin):
    begins: date | None = None
    ends: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begins is not None and self.ends is not None and self.ends < self.begins:
            raise unfit("in_order", first="begins", second="ends")
        return self

    def sourced(self, key: str) -> Sourced:
        return Sourced(key, self.mark, self.source, self.confirmed)


class IngredientForm(Form):
    id: Id
    name: Names
    aliases: tuple[Words, ...] = ()
    residues: tuple[Words, ...] = ()
    drug_class: Value[DrugClass] | None = None

    def value(self) -> Ingredient:
        known = self.drug_class
        return Ingredient(
            id=self.id,
            names=dict(self.name),
            aliases=self.aliases,
            residues=self.residues,
            drug_class=None if known is None else known.value,
            source=None if known is None else Sourced("drug_class", known.mark, known.source, known.confirmed),
        )


class IntervalForm(Dated):
    product: Words
    days: Days

    def value(self) -> LabelInterval:
        return LabelInterval(self.product, self.days, self.begins, self.ends, self.sourced("interval"))


class BottleForm(Origin):
    registration: Number
    name: Names
    aliases: tuple[Words, ...] = ()
    ingredients: Annotated[tuple[Id, ...], Field(min_length=1)]
    interval: tuple[IntervalForm, ...] = ()

    def value(self) -> Bottle:
        return Bottle(
            registration=self.registration,
            names=dict(self.name),
            aliases=self.aliases,
            ingredients=self.ingredients,
            source=Sourced("bottle", self.mark, self.source, self.confirmed),
            intervals=tuple(one.value() for one in self.interval),
        )


class BanForm(Dated):
    id: Id
    name: Names
    listing: Listing
    ingredients: Annotated[tuple[Id, ...], Field(min_length=1)]
    products: tuple[Words, ...] = ()
    product_classes: tuple[ProductClass, ...] = ()

    def value(self) -> Ban:
        return Ban(
            id=self.id,
            names=dict(self.name),
            listing=self.listing,
            ingredients=self.ingredients,
            begins=self.begins,
            ends=self.ends,
            products=self.products,
            classes=self.product_classes,
            source=self.sourced("ban"),
        )


class DrugsForm(Form):
    """One file; any of the three kinds may be missing."""

    ingredient: tuple[IngredientForm, ...] = ()
    bottle: tuple[BottleForm, ...] = ()
    ban: tuple[BanForm, ...] = ()


Forms = Mapping[str, DrugsForm]


def drugs(forms: Forms) -> Drugs:
    """All files as one value; `checked` told before that they fit together."""
    return Drugs(
        ingredients={one.id: one.value() for form in forms.values() for one in form.ingredient},
        bottles={one.registration: one.value() for form in forms.values() for one in form.bottle},
        bans=tuple(one.value() for form in forms.values() for one in form.ban),
    )


def checked(forms: Forms, products: Collection[str]) -> Iterator[PackProblem]:
    """What one file alone cannot tell: ids that stand twice, and ids that stand nowhere."""
    yield from _twice(forms)
    known = {one.id for form in forms.values() for one in form.ingredient}
    for file, place, name, among in _named(forms, known, products):
        if name not in among:
            yield PackProblem(file, place, Sentence("pack.wrong.unlisted", {"name": name}))


def _twice(forms: Forms) -> Iterator[PackProblem]:
    seen: dict[str, str] = {}
    for file, place, name in _ids(forms):
        if name in seen:
            yield PackProblem(file, place, Sentence("pack.wrong.twice", {"name": name, "file": seen[name]}))
        seen.setdefault(name, file)


def _ids(forms: Forms) -> Iterator[tuple[str, str, str]]:
    """Ingredients, lists and numbers share one space of ids: a sentence may name any of them."""
    for file, form in forms.items():
        yield from ((file, f"ingredient.{nth}.id", one.id) for nth, one in enumerate(form.ingredient))
        yield from ((file, f"bottle.{nth}.registration", one.registration) for nth, one in enumerate(form.bottle))
        yield from ((file, f"ban.{nth}.id", one.id) for nth, one in enumerate(form.ban))


def _named(
    forms: Forms, ingredients: Collection[str], products: Collection[str]
) -> Iterator[tuple[str, str, str, Collection[str]]]:
    """Every id that one part says of another, its place, and where it has to stand."""
    for file, form in forms.items():
        for nth, bottle in enumerate(form.bottle):
            yield from ((file, f"bottle.{nth}.ingredients", name, ingredients) for name in bottle.ingredients)
            yield from ((file, f"bottle.{nth}.interval", one.product, products) for one in bottle.interval)
        for nth, ban in enumerate(form.ban):
            yield from ((file, f"ban.{nth}.ingredients", name, ingredients) for name in ban.ingredients)
            yield from ((file, f"ban.{nth}.products", name, products) for name in ban.products)
