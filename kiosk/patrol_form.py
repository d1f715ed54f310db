"""The form of `patrol/*.toml`: the lines of a patrol sheet (日常巡查), which a county has its own of."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from kiosk.pack_forms import Form, Names, Origin
from kiosk.pack_problem import unfit
from kiosk.rules.sheets.books import PatrolLine

MOST_LINES = 24


class LineForm(Form):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    name: Names

    def value(self) -> PatrolLine:
        return PatrolLine(self.id, tuple(self.name.items()))


class PatrolForm(Origin):
    """One origin for the whole sheet: it comes from one place, and is confirmed whole."""

    line: Annotated[tuple[LineForm, ...], Field(min_length=1, max_length=MOST_LINES)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        ids = [one.id for one in self.line]
        twice = next((one for one in ids if ids.count(one) > 1), None)
        if twice is not None:
            raise unfit("twice", name=twice, file="patrol")
        return self

    def values(self) -> tuple[PatrolLine, ...]:
        return tuple(one.value() for one in self.line)
