"""Ingredients, lists, methods and uses as tests need them. Only what differs is said."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from kiosk.pack import Packs, load_packs
from kiosk.rules.drug_use.drugs import Negative
from kiosk.rules.drug_use.pesticides import Ban, Bottle, Drugs, Ingredient, LabelInterval, Listing
from kiosk.rules.goods.products import Product, ProductClass
from kiosk.rules.messages import DrugsStated, DrugUse
from kiosk.rules.ruling import Effect, Ruling
from kiosk.rules.settings import CountySettings
from kiosk.rules.testing.methods import DrugClass, Formula, Item, MethodPack, Sourced
from kiosk.words import LANGUAGES, load_words

TODAY = date(2026, 7, 20)
OF_EFFECT = {Effect.STOP: "refused", Effect.WARN: "warned"}


@cache
def packs() -> Packs:
    return load_packs()


def settings() -> CountySettings:
    return packs().settings


def same(found: Iterable[Ruling], *expected: Ruling) -> None:
    """These rulings exactly, each with a sentence of just its facts in both languages."""
    assert list(found) == list(expected)
    for ruling in expected:
        assert ruling.rule in packs().rules
        for language in LANGUAGES:
            sentence = load_words(language).say(ruling.say.key, **ruling.say.facts)
            assert all(fact in sentence for fact in ruling.say.facts.values() if fact)


def told(found: Iterable[Ruling], rule: str) -> str:
    """What these rulings say by one rule, in the words of the worked tables."""
    return next((OF_EFFECT[one.effect] for one in found if one.rule == rule), "allowed")


def source(confirmed: bool = True) -> Sourced:
    return Sourced("x", "V" if confirmed else "G", "here", confirmed)


def ingredient(
    name: str,
    drug_class: DrugClass | None,
    confirmed: bool = True,
    residues: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
) -> Ingredient:
    names = {"zh": f"{name}-zh", "en": f"{name}-en"}
    return Ingredient(name, names, aliases, drug_class, source(confirmed), residues)


def bottle(
    registration: str,
    *ingredients: str,
    confirmed: bool = True,
    aliases: tuple[str, ...] = (),
    intervals: Sequence[LabelInterval] = (),
) -> Bottle:
    names = {"zh": f"{registration}-zh", "en": f"{registration}-en"}
    return Bottle(registration, names, aliases, ingredients, source(confirmed), tuple(intervals))


def interval(
    days: int, product: str = "tomato", confirmed: bool = True, begins: date | None = None, ends: date | None = None
) -> LabelInterval:
    return LabelInterval(product, days, begins, ends, source(confirmed))


def ban(
    *ingredients: str,
    name: str = "list-1",
    confirmed: bool = True,
    listing: Listing = Listing.BANNED,
    begins: date | None = None,
    ends: date | None = None,
    products: tuple[str, ...] = (),
    classes: tuple[ProductClass, ...] = (),
) -> Ban:
    names = {"zh": f"{name}-zh", "en": f"{name}-en"}
    return Ban(name, names, listing, ingredients, begins, ends, products, classes, source(confirmed))


def drug_list(*ingredients: Ingredient, bottles: Sequence[Bottle] = (), bans: Sequence[Ban] = ()) -> Drugs:
    return Drugs({one.id: one for one in ingredients}, {one.registration: one for one in bottles}, tuple(bans))


def enzyme(*scope: DrugClass, confirmed: bool = True) -> Negative:
    return Negative(_method("gbt-5009-199-2003", scope, confirmed))


def strip(drug_class: DrugClass, *items: str, item: str = "", confirmed: bool = True) -> Negative:
    """A strip method with these items; `item` is what the test looked for."""
    method = _method("kit-strip", (drug_class,), confirmed)
    of_kit = tuple(Item(one, {"zh": one, "en": one}, (drug_class,)) for one in items)
    return Negative(replace(method, items=of_kit, formula=Formula.STRIP), item)


def _method(name: str, scope: tuple[DrugClass, ...], confirmed: bool) -> MethodPack:
    return replace(packs().methods[name], scope=scope, sources=() if confirmed else (source(confirmed=False),))


def use(
    *ingredients: str,
    name: str = "bottle",
    answer: str = "registered",
    registration: str = "",
    last_used: str = "2026-07-01",
    days: int | None = 7,
    of: str = "label",
) -> DrugUse:
    return DrugUse(answer, name, ingredients, registration, last_used, "self", days, of)


def stated(*uses: DrugUse, used: bool = True) -> DrugsStated:
    return DrugsStated("v1", "l1", "s1", "tomato", used, uses)


def tomato() -> Product:
    return packs().products["tomato"]


def tea() -> Product:
    return packs().products["tea-leaf"]
