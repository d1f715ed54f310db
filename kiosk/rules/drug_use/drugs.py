"""用什么药、检什么药: what was used → its ingredients → their classes → do the tests see them → which boxes are lawful.

A mixture counts every ingredient. What nobody knows, no test answers for. `against` takes the box of the test away;
`beside` lets it stand only together with the producer's own control, because something it rests on is 未核实.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kiosk.rules.drug_use.bans import bans
from kiosk.rules.drug_use.intervals import Question, called, day_of, days_of, wait
from kiosk.rules.drug_use.pesticides import Drugs, Ingredient, Named, ingredients_of, label_interval, labelled
from kiosk.rules.goods.products import Product
from kiosk.rules.messages import Basis, DrugsStated, DrugUse
from kiosk.rules.ruling import Effect, Ruling, warn
from kiosk.rules.scan.labels import UnitCode
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import Formula, MethodPack

WHOLE_CLASS = (Formula.INHIBITION, Formula.CARD)  # the enzyme answers to the class, a strip to its own item only


class Answer(StrEnum):
    REGISTERED = "registered"  # read off a bottle, or picked from the list
    TRADE_NAME = "trade_name"  # only what a person called it
    OTHERS = "others"  # 别人打的
    UNKNOWN = "unknown"  # 不知道


@dataclass(frozen=True, slots=True)
class Negative:
    """A valid negative test of the lot: its method, and the item that it looked for where the method has several."""

    method: MethodPack
    item: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the negative tests of a lot say of what was used on it. Ingredients by id, sorted."""

    covered: tuple[str, ...]
    uncovered: tuple[str, ...]
    unknown: bool
    against: tuple[Ruling, ...]
    beside: tuple[Ruling, ...]

    @property
    def supports(self) -> bool:
        return not self.against

    @property
    def alone(self) -> bool:
        return not self.against and not self.beside

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        return (*self.against, *self.beside)


@dataclass(frozen=True, slots=True)
class Stated:
    """The entry to record, what is still to be asked, and what the rules say of it."""

    entry: DrugsStated
    questions: tuple[Question, ...]
    rulings: tuple[Ruling, ...]


def coverage(stated: DrugsStated | None, tests: Sequence[Negative], drugs: Drugs) -> Coverage:
    """What these tests are good for. `stated` None: nobody was asked, which is not knowing."""
    used = () if stated is None else stated.uses
    found = sorted({one for use in used for one in ingredients_of(use, drugs)})
    seeing = {one: _seeing(drugs.ingredients.get(one), tests) for one in found}
    unknown = stated is None or _has_unknown(stated, drugs)
    against = [] if tests else [warn("drugs/no_test", "drugs.no_test")]
    against += [warn("drugs/unknown", "drugs.unknown")] if unknown else []
    against += [_unseen(one, drugs) for one in found if tests and not seeing[one]]
    return Coverage(
        covered=tuple(one for one in found if seeing[one]),
        uncovered=tuple(one for one in found if not seeing[one]),
        unknown=unknown,
        against=tuple(against),
        beside=() if stated is None or not tests else tuple(_beside(stated, seeing, drugs)),
    )


def lawful(cover: Coverage, box: Basis = Basis.SELF_TEST) -> tuple[tuple[Basis, ...], ...]:
    """The sets of boxes that may be ticked, plainest first. `box` is what a test here counts as."""
    offered: tuple[tuple[Basis, ...], ...] = ((Basis.CONTROL,),)
    if cover.supports:
        offered += ((Basis.CONTROL, box),)
    return (*offered, (box,)) if cover.alone else offered


def refused(cover: Coverage, basis: Collection[Basis], box: Basis = Basis.SELF_TEST) -> Ruling | None:
    """Why these boxes may not be ticked; None when they may."""
    if box not in basis:
        return None
    reasons = cover.against if Basis.CONTROL in basis else cover.rulings
    return replace(reasons[0], effect=Effect.STOP) if reasons else None


def statement(
    visit: str,
    lot: str,
    subject: str,
    product: Product,
    uses: Sequence[DrugUse] | None,
    harvest: str,
    on: date,
    drugs: Drugs,
    checked_by: str = "",
) -> Stated:
    """The answers as an entry. `uses` None: 没用; empty: 不知道. Packs add ingredients and longer intervals."""
    filled = tuple(_filled(use, product, on, drugs) for use in uses or ())
    nothing_said = () if uses is None else (unknown_use(),)
    harvested = wait(filled or nothing_said, harvest, on)
    entry = DrugsStated(
        visit=visit,
        lot=lot,
        subject=subject,
        product=product.id,
        used=uses is not None,
        uses=filled,
        harvest=_iso(harvest),
        earliest="" if harvested.earliest is None else harvested.earliest.isoformat(),
    )
    return Stated(entry, harvested.questions, (*bans(entry, product, drugs, on, checked_by), *harvested.rulings))


def use_of(found: Named, answer: Answer, by: str = "self") -> DrugUse:
    """What a bottle, the list or a name stands for, as a use whose days are still to be asked."""
    return DrugUse(str(answer), found.name, found.ingredients, found.registration, by=by)


def scanned(code: UnitCode, drugs: Drugs, by: str = "self") -> tuple[DrugUse, ...]:
    """The bottle of a scanned label; several to choose from, or one that says only what the label does."""
    found = tuple(use_of(one, Answer.REGISTERED, by) for one in labelled(code, drugs))
    return found or (DrugUse(str(Answer.REGISTERED), f"{code.prefixes[0]}*{code.tail}", by=by),)


def use_called(name: str, by: str = "self") -> DrugUse:
    """A name that no pack knows."""
    return DrugUse(str(Answer.TRADE_NAME), name, by=by)


def unknown_use(by: str = "self") -> DrugUse:
    """不知道, or 别人打的 by somebody who did not say what."""
    return DrugUse(str(Answer.UNKNOWN if by == "self" else Answer.OTHERS), "", by=by)


def spoken(say: Sentence, drugs: Drugs, language: str) -> Sentence:
    """The sentence with the ids of ingredients and lists put as their names."""
    names = {one.id: one.names.get(language, one.names["zh"]) for one in drugs.ingredients.values()}
    lists = {one.id: one.names.get(language, one.names["zh"]) for one in drugs.bans}
    ids = {"ingredient": names, "drug": names, "list": lists}
    return Sentence(say.key, {name: ids.get(name, {}).get(fact, fact) for name, fact in say.facts.items()})


def _has_unknown(stated: DrugsStated, drugs: Drugs) -> bool:
    if not stated.uses:
        return stated.used
    return any(not ingredients_of(use, drugs) for use in stated.uses)


def _seeing(one: Ingredient | None, tests: Iterable[Negative]) -> list[Negative]:
    """The tests that can see an ingredient; what has no class no test can see."""
    return [] if one is None else [tested for tested in tests if _sees(tested, one)]


def _sees(tested: Negative, one: Ingredient) -> bool:
    if one.drug_class not in tested.method.scope:
        return False
    return tested.method.formula in WHOLE_CLASS or _item(tested) in (one.id, *one.residues)


def _item(tested: Negative) -> str:
    """What a strip or a curve looked for; a method with a single item needs no telling."""
    items = tested.method.items
    return tested.item or (items[0].id if len(items) == 1 else "")


def _unseen(one: str, drugs: Drugs) -> Ruling:
    known = drugs.ingredients.get(one)
    if known is None or known.drug_class is None:
        return warn("drugs/classless", "drugs.classless", ingredient=one)
    return warn("drugs/every_ingredient", "drugs.uncovered", ingredient=one)


def _beside(stated: DrugsStated, seeing: dict[str, list[Negative]], drugs: Drugs) -> list[Ruling]:
    """What lets a test support a promise only beside the producer's own control."""
    if not stated.used and not stated.uses:
        return [warn("drugs/none_used", "drugs.none_used")]
    doubtful = [one for one, tests in seeing.items() if tests and not _sure(one, tests, drugs)]
    heard = sorted({called(use) for use in stated.uses if ingredients_of(use, drugs) and not _read(use, drugs)})
    return [
        *(warn("drugs/unconfirmed", "drugs.unconfirmed", ingredient=one) for one in doubtful),
        *(warn("drugs/by_word", "drugs.by_word", drug=one) for one in heard),
    ]


def _sure(one: str, tests: Iterable[Negative], drugs: Drugs) -> bool:
    source = drugs.ingredients[one].source
    return source is not None and source.confirmed and any(tested.method.confirmed for tested in tests)


def _read(use: DrugUse, drugs: Drugs) -> bool:
    """Read off something that a source confirms, not from hearsay."""
    bottle = drugs.bottles.get(use.registration)
    return use.answer == Answer.REGISTERED and (bottle is None or bottle.source.confirmed)


def _filled(use: DrugUse, product: Product, on: date, drugs: Drugs) -> DrugUse:
    """With what the packs know of its bottle; of two intervals the longer counts."""
    use = replace(use, ingredients=ingredients_of(use, drugs), last_used=_iso(use.last_used))
    known = label_interval(use.registration, product.id, day_of(use.last_used) or on, drugs)
    told = days_of(use)
    if known is None or (told is not None and told >= known):
        return use
    return replace(use, interval_days=known, interval_source="pack")


def _iso(text: str) -> str:
    day = day_of(text)
    return "" if day is None else day.isoformat()
