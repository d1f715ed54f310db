"""The forms of the pack files: what every key may be. pydantic checks, `value()` gives the rules' value."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kiosk.pack_problem import unfit
from kiosk.rules.certify import certificate
from kiosk.rules.certify.certificate import Style, Wording
from kiosk.rules.goods.products import FalsePositive, Product, ProductClass
from kiosk.rules.goods.quantity import Unit
from kiosk.rules.messages import Basis

T = TypeVar("T")

# Figures nobody read anywhere cannot be called confirmed.
UNREAD = ("G", "I")


def _exact(value: object) -> object:
    if not isinstance(value, str):
        raise unfit("number")
    return value


def _language(names: object) -> object:
    if not isinstance(names, dict) or set(names) != {"zh", "en"} or not all(names.values()):
        raise unfit("names")
    return names


Exact = Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False)]
Names = Annotated[dict[str, str], BeforeValidator(_language)]
Words = Annotated[str, Field(min_length=1)]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Origin(Form):
    mark: Literal["V", "V-", "G", "I"]
    source: Words
    confirmed: bool

    @model_validator(mode="after")
    def _read_somewhere(self) -> Self:
        if self.confirmed and self.mark in UNREAD:
            raise unfit("unread", mark=self.mark)
        return self


class Value(Origin, Generic[T]):
    value: T


class BasisForm(Form):
    stands_for: Basis
    words: Words


class FieldForm(Form):
    stands_for: certificate.Field
    label: Words


class StyleForm(Form):
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


class WordingForm(Form):
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
                raise unfit("bases", style=number, known=", ".join(Basis))
        if self.in_force_to is not None and self.in_force_to < self.in_force_from:
            raise unfit("in_order", first="in_force_from", second="in_force_to")
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


class ProductForm(Form):
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


class ProductsForm(Form):
    product: Annotated[tuple[ProductForm, ...], Field(min_length=1)]
