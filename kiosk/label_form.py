"""`labels/*.toml`: the layout of the codes on pesticide labels. pydantic checks, `value()` gives the rules' layout."""

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from kiosk import config
from kiosk.pack_forms import Form, Origin, Words
from kiosk.pack_problem import unfit
from kiosk.rules.errors import Unusable
from kiosk.rules.scan.labels import LabelLayout
from kiosk.rules.scan.patterns import Pattern

FILE = "pesticide-unit-code.toml"

Place = Annotated[int, Field(strict=True, ge=1, le=64)]
Span = tuple[Place, Place]
Digits = Annotated[str, Field(pattern=r"^[0-9]+$")]
Prefix = Annotated[str, Field(pattern=r"^[A-Z]+$")]


def _readable(text: str) -> str:
    try:
        Pattern(text)
    except Unusable as wrong:
        raise unfit("pattern_wrong", told=wrong) from wrong
    return text


class UnitForm(Origin):
    digits: Place
    class_at: Span
    number_at: Span
    maker_at: Span
    specification_at: Span
    classes: Annotated[dict[Digits, Annotated[tuple[Prefix, ...], Field(min_length=1)]], Field(min_length=1)]
    makers: Annotated[dict[Digits, Literal["holder", "commissioned", "repacked"]], Field(min_length=1)]

    @model_validator(mode="after")
    def _inside(self) -> Self:
        for first, last in (self.class_at, self.number_at, self.maker_at, self.specification_at):
            if last < first or self.digits < last:
                raise unfit("in_order", first=first, second=last)
        return self


class RegistrationForm(Origin):
    pattern: Annotated[Words, AfterValidator(_readable)]


class LabelForm(Form):
    unit: UnitForm
    registration: RegistrationForm

    def value(self) -> LabelLayout:
        unit = self.unit
        return LabelLayout(
            digits=unit.digits,
            class_at=unit.class_at,
            number_at=unit.number_at,
            maker_at=unit.maker_at,
            specification_at=unit.specification_at,
            classes=dict(unit.classes),
            makers=dict(unit.makers),
            registration=Pattern(self.registration.pattern),
            mark=unit.mark,
            source=unit.source,
            confirmed=unit.confirmed and self.registration.confirmed,
        )


def load_label(file: Traversable | None = None) -> LabelLayout:
    """The layout of one file, the shipped one by default. Raises ConfigError with everything that is wrong."""
    file = resources.files("kiosk") / "packs" / "labels" / FILE if file is None else file
    place = Path(f"labels/{file.name}")
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
        raise config.ConfigError(place, [("-", str(unreadable))]) from unreadable
    return config.check(place, table, LabelForm).value()
