"""The form of `villages/*.toml`: where people live round a county's stations. pydantic checks, `values()` freezes."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from kiosk.pack_forms import Form, Origin, Words
from kiosk.pack_problem import unfit
from kiosk.rules.scan.regions import Village


class VillageForm(Form):
    code: Annotated[str, Field(pattern=r"^[0-9a-z][0-9a-z-]{0,23}$")]
    town: Words
    name: str = ""


class VillagesForm(Origin):
    """One origin for the whole list: it comes from one place, and is confirmed whole."""

    village: Annotated[tuple[VillageForm, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        codes = [one.code for one in self.village]
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice is not None:
            raise unfit("twice", name=twice, file="villages")
        return self

    def values(self) -> tuple[Village, ...]:
        return tuple(Village(one.code, one.town, one.name) for one in self.village)
