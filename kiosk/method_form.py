"""The form of a method pack's file: what every key may be, which formula needs which, and the rules' value."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self, TypeVar

from pydantic import Field, ValidationInfo, field_validator, model_validator

from kiosk.pack_forms import Exact, Form, Names, Origin, Value, Words
from kiosk.pack_problem import unfit
from kiosk.rules.testing.method_use import unit_fits
from kiosk.rules.testing.methods import (
    Authority,
    BatchControl,
    Card,
    CardColour,
    CropEffect,
    CropNote,
    Curve,
    DrugClass,
    Formula,
    Item,
    LineStyle,
    MethodPack,
    Rate,
    ReagentLife,
    Sourced,
    Strip,
    TimedStep,
)

T = TypeVar("T")
Ordered = TypeVar("Ordered", int, Decimal, date)

NEEDED = {
    Formula.INHIBITION: {"wavelength", "positive_at", "blank_min", "scope"},
    Formula.CARD: {"positive_colours", "scope"},
    Formula.STRIP: set(),
    Formula.CURVE: {"r_min"},
}
MAY_HAVE = {
    Formula.INHIBITION: {"suspect_from", "blank_max"},
    Formula.CARD: set(),
    Formula.STRIP: {"style", "cut_off", "control_min", "scope"},
    Formula.CURVE: {"wavelength", "limit", "volume", "mass", "dilution", "blank_max", "scope"},
}
# Keys that not every formula has; and all that carry a source, in the order in which they are listed.
OWN = (
    "wavelength", "positive_at", "suspect_from", "blank_min", "blank_max", "positive_colours", "style", "cut_off",
    "control_min", "r_min", "limit", "volume", "mass", "dilution",
)  # fmt: skip
SOURCED = (
    "formula", *OWN, "repeats", "agreement", "controls", "scope", "recognised_by", "in_force_from", "in_force_to",
)  # fmt: skip
TABLES = ("step", "reagent", "item", "crop")
NEVER_POSITIVE = {CardColour.SKY_BLUE, CardColour.LIKE_BLANK, CardColour.OTHER}

Positive = Annotated[Exact, Field(gt=0)]
Share = Annotated[Exact, Field(gt=0, le=100)]
Nanometres = Annotated[int, Field(ge=200, le=1100)]
Count = Annotated[int, Field(ge=0)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class StepForm(Origin):
    name: Names
    least: Count
    most: Count | None = None
    low: Exact | None = None
    high: Exact | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order("least", self.least, "most", self.most)
        in_order("low", self.low, "high", self.high)
        return self

    def value(self, name: str) -> TimedStep:
        return TimedStep(name, dict(self.name), self.least, self.most, self.low, self.high)


class ReagentForm(Origin):
    name: Names
    opened_days: Count | None = None
    low: Exact | None = None
    high: Exact | None = None
    out_minutes: Count | None = None
    thaws: Count | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order("low", self.low, "high", self.high)
        return self

    def value(self, name: str) -> ReagentLife:
        return ReagentLife(name, dict(self.name), self.opened_days, self.low, self.high, self.out_minutes, self.thaws)


class ItemForm(Origin):
    name: Names
    drugs: tuple[DrugClass, ...] = ()
    detects_from: Positive | None = None
    unit: str = ""

    def value(self, name: str) -> Item:
        return Item(name, dict(self.name), self.drugs, self.detects_from, self.unit)


class CropForm(Origin):
    effect: CropEffect


class MethodForm(Form):
    id: Words
    rule: Words
    unit: str
    derived_from: str = ""
    name: Names
    formula: Value[Formula]
    wavelength: Value[Nanometres] | None = Field(default=None, validate_default=True)
    positive_at: Value[Exact] | None = Field(default=None, validate_default=True)
    suspect_from: Value[Exact] | None = None
    blank_min: Value[Positive] | None = Field(default=None, validate_default=True)
    blank_max: Value[Exact] | None = None
    positive_colours: Value[tuple[CardColour, ...]] | None = Field(default=None, validate_default=True)
    style: Value[LineStyle] | None = None
    cut_off: Value[Positive] | None = None
    control_min: Value[Positive] | None = None
    r_min: Value[Annotated[Exact, Field(gt=0, le=1)]] | None = Field(default=None, validate_default=True)
    limit: Value[Positive] | None = None
    volume: Value[Positive] | None = None
    mass: Value[Positive] | None = None
    dilution: Value[Positive] | None = None
    repeats: Value[Annotated[int, Field(ge=1, le=9)]]
    agreement: Value[Share] | None = None
    controls: Value[tuple[BatchControl, ...]]
    scope: Value[tuple[DrugClass, ...]]
    recognised_by: Value[tuple[Authority, ...]]
    in_force_from: Value[date] | None = None
    in_force_to: Value[date] | None = None
    step: dict[Id, StepForm] = Field(default_factory=dict)
    reagent: dict[Id, ReagentForm] = Field(default_factory=dict)
    item: dict[Id, ItemForm] = Field(default_factory=dict)
    crop: dict[Id, CropForm] = Field(default_factory=dict)

    @field_validator(*OWN)
    @classmethod
    def _of_its_formula(cls, given: object, info: ValidationInfo) -> object:
        formula = info.data.get("formula")
        if formula is None:
            return given  # what is wrong with the formula is told already
        key, needed = info.field_name, NEEDED[formula.value]
        if given is None and key in needed:
            raise unfit("missing")
        if given is not None and key not in needed | MAY_HAVE[formula.value]:
            raise unfit("not_of_formula", formula=formula.value)
        return given

    @field_validator("scope")
    @classmethod
    def _sees_something(cls, given: Value[tuple[DrugClass, ...]], info: ValidationInfo) -> Value[tuple[DrugClass, ...]]:
        formula = info.data.get("formula")
        if formula is not None and not given.value and "scope" in NEEDED[formula.value]:
            raise unfit("more_of", limit=1)
        return given

    @field_validator("positive_colours")
    @classmethod
    def _blue_is_negative(cls, given: Value[tuple[CardColour, ...]] | None) -> Value[tuple[CardColour, ...]] | None:
        if given is not None and (not given.value or NEVER_POSITIVE & set(given.value)):
            raise unfit("positive_colours")
        return given

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        in_order("suspect_from", bare(self.suspect_from), "positive_at", bare(self.positive_at), strictly=True)
        in_order("blank_min", bare(self.blank_min), "blank_max", bare(self.blank_max), strictly=True)
        in_order("in_force_from", bare(self.in_force_from), "in_force_to", bare(self.in_force_to))
        if not unit_fits(self.formula.value, self.unit):
            raise unfit("unit_of_formula", unit=self.unit or "-", formula=self.formula.value)
        unseen = {drug for item in self.item.values() for drug in item.drugs} - set(self.scope.value)
        if unseen:
            raise unfit("item_beyond_scope", drugs=", ".join(sorted(unseen)))
        return self

    def value(self) -> MethodPack:
        return MethodPack(
            id=self.id,
            rule=self.rule,
            names=dict(self.name),
            formula=self.formula.value,
            unit=self.unit,
            how=self._how(),
            repeats=self.repeats.value,
            agreement=bare(self.agreement),
            controls=self.controls.value,
            steps=tuple(form.value(name) for name, form in self.step.items()),
            reagents=tuple(form.value(name) for name, form in self.reagent.items()),
            items=tuple(form.value(name) for name, form in self.item.items()),
            crops=tuple(CropNote(product, form.effect) for product, form in self.crop.items()),
            scope=self.scope.value,
            recognised_by=self.recognised_by.value,
            in_force_from=bare(self.in_force_from),
            in_force_to=bare(self.in_force_to),
            derived_from=self.derived_from,
            sources=tuple(self._sources()),
        )

    def _how(self) -> Rate | Card | Strip | Curve:
        match self.formula.value:
            case Formula.INHIBITION:
                return Rate(
                    sure(self.wavelength),
                    sure(self.positive_at),
                    bare(self.suspect_from),
                    sure(self.blank_min),
                    bare(self.blank_max),
                )
            case Formula.CARD:
                return Card(sure(self.positive_colours))
            case Formula.STRIP:
                return Strip(bare(self.style), bare(self.cut_off), bare(self.control_min))
            case Formula.CURVE:
                return Curve(
                    bare(self.wavelength),
                    sure(self.r_min),
                    bare(self.limit),
                    bare(self.volume),
                    bare(self.mass),
                    bare(self.dilution),
                    bare(self.blank_max),
                )

    def _sources(self) -> list[Sourced]:
        given = [(key, getattr(self, key)) for key in SOURCED]
        for table in TABLES:
            given += [(f"{table}.{name}", form) for name, form in getattr(self, table).items()]
        return [Sourced(key, one.mark, one.source, one.confirmed) for key, one in given if one is not None]


def bare(given: Value[T] | None) -> T | None:
    return None if given is None else given.value


def sure(given: Value[T] | None) -> T:
    """The value of a key that `_of_its_formula` has made sure of."""
    if given is None:
        raise unfit("missing")
    return given.value


def in_order(first: str, low: Ordered | None, second: str, high: Ordered | None, *, strictly: bool = False) -> None:
    if low is not None and high is not None and (low > high or (strictly and low == high)):
        raise unfit("in_order", first=first, second=second)
