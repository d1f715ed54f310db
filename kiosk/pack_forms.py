"""The forms of the pack files: what every key may be. pydantic checks, `value()` gives the rules' value."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kiosk.rules import certificate
from kiosk.rules.certificate import Style, Wording
from kiosk.rules.messages import Basis
from kiosk.rules.methods import DrugClass, Formula, MethodPack, Sourced
from kiosk.rules.products import FalsePositive, Product, ProductClass
from kiosk.rules.quantity import Unit

T = TypeVar("T")

# Figures nobody read anywhere cannot be called confirmed.
UNREAD = ("G", "I")
SOURCED = (
    "formula", "wavelength", "positive_at", "suspect_from", "blank_min", "blank_max",
    "repeats", "scope", "recognised_by", "in_force_from",
)  # fmt: skip


def _exact(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError('a number in quotes was expected, such as "0.3"')  # noqa: TRY004 - pydantic listens to ValueError
    return value


def _language(names: dict[str, str]) -> dict[str, str]:
    if set(names) != {"zh", "en"} or not all(names.values()):
        raise ValueError("names in zh and en were expected")
    return names


Exact = Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False)]
Names = Annotated[dict[str, str], BeforeValidator(_language)]
Words = Annotated[str, Field(min_length=1)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Origin(_Form):
    mark: Literal["V", "V-", "G", "I"]
    source: Words
    confirmed: bool

    @model_validator(mode="after")
    def _read_somewhere(self) -> Self:
        if self.confirmed and self.mark in UNREAD:
            raise ValueError(f"confirmed = true was not expected: mark {self.mark} names nothing that was read")
        return self


class Value(Origin, Generic[T]):
    value: T


class MethodForm(_Form):
    id: Words
    rule: Words
    unit: Words
    name: Names
    formula: Value[Formula]
    wavelength: Value[Annotated[int, Field(ge=200, le=1100)]]
    positive_at: Value[Exact]
    suspect_from: Value[Exact] | None = None
    blank_min: Value[Annotated[Exact, Field(gt=0)]]
    blank_max: Value[Exact] | None = None
    repeats: Value[Annotated[int, Field(ge=1, le=9)]]
    scope: Value[Annotated[tuple[DrugClass, ...], Field(min_length=1)]]
    recognised_by: Value[tuple[str, ...]]
    in_force_from: Value[date]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.suspect_from is not None and self.suspect_from.value >= self.positive_at.value:
            raise ValueError("suspect_from was expected below positive_at")
        if self.blank_max is not None and self.blank_max.value <= self.blank_min.value:
            raise ValueError("blank_max was expected above blank_min")
        return self

    def value(self) -> MethodPack:
        return MethodPack(
            id=self.id,
            rule=self.rule,
            names=dict(self.name),
            formula=self.formula.value,
            unit=self.unit,
            wavelength=self.wavelength.value,
            positive_at=self.positive_at.value,
            suspect_from=None if self.suspect_from is None else self.suspect_from.value,
            blank_min=self.blank_min.value,
            blank_max=None if self.blank_max is None else self.blank_max.value,
            repeats=self.repeats.value,
            scope=self.scope.value,
            recognised_by=self.recognised_by.value,
            in_force_from=self.in_force_from.value,
            sources=tuple(self._sources()),
        )

    def _sources(self) -> list[Sourced]:
        given = [(key, getattr(self, key)) for key in SOURCED]
        return [Sourced(key, one.mark, one.source, one.confirmed) for key, one in given if one is not None]


class BasisForm(_Form):
    stands_for: Basis
    words: Words


class FieldForm(_Form):
    stands_for: certificate.Field
    label: Words


class StyleForm(_Form):
    title: Words
    promise: Annotated[tuple[Words, ...], Field(min_length=2)]
    basis_label: Words
    basis: Annotated[tuple[BasisForm, ...], Field(min_length=1)]
    fields: Annotated[tuple[FieldForm, ...], Field(min_length=1)]

    def value(self, number: int) -> Style:
        return Style(
            number=number,
            title=self.title,
            promise=self.promise,
            basis_label=self.basis_label,
            bases=tuple((one.stands_for, one.words) for one in self.basis),
            fields=tuple((one.stands_for, one.label) for one in self.fields),
        )


class WordingForm(_Form):
    id: Words
    in_force_from: date
    in_force_to: date | None = None
    printable: bool
    confirmed: bool
    sources: Annotated[tuple[Words, ...], Field(min_length=1)]
    style: Annotated[dict[Literal["1", "2"], StyleForm], Field(min_length=1)]

    @model_validator(mode="after")
    def _printable_whole(self) -> Self:
        for number, style in self.style.items():
            if self.printable and [one.stands_for for one in style.basis] != list(Basis):
                raise ValueError(f"style.{number}.basis: {', '.join(Basis)} were expected, once each, in this order")
        if self.in_force_to is not None and self.in_force_to < self.in_force_from:
            raise ValueError("in_force_to was expected after in_force_from")
        return self

    def value(self) -> Wording:
        return Wording(
            id=self.id,
            in_force_from=self.in_force_from,
            in_force_to=self.in_force_to,
            printable=self.printable,
            confirmed=self.confirmed,
            sources=self.sources,
            styles={int(number): style.value(int(number)) for number, style in self.style.items()},
        )


class ProductForm(_Form):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    product_class: ProductClass
    code: Annotated[str, Field(pattern=r"^(\d\d){0,6}$")] = ""
    unit: Unit
    picture: Words
    name: Names
    false_positive: Origin | None = None

    def value(self) -> Product:
        note = self.false_positive
        return Product(
            id=self.id,
            names=dict(self.name),
            product_class=self.product_class,
            unit=self.unit,
            picture=self.picture,
            code=self.code,
            false_positive=None if note is None else FalsePositive(note.mark, note.source, note.confirmed),
        )


class ProductsForm(_Form):
    product: Annotated[tuple[ProductForm, ...], Field(min_length=1)]
