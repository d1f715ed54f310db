"""The form of `marks/*.toml`: certification marks, and what the collective words for them mean."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from kiosk.pack_forms import Form, Names, Origin
from kiosk.pack_problem import unfit
from kiosk.rules.goods.marks import Mark, Marks, Meaning

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class MarkForm(Origin):
    id: Id
    name: Names
    legacy: bool = False
    begun: date | None = None
    ended: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begun is not None and self.ended is not None and self.ended < self.begun:
            raise unfit("in_order", first="begun", second="ended")
        return self

    def value(self) -> Mark:
        return Mark(
            id=self.id,
            names=dict(self.name),
            legacy=self.legacy,
            begun=self.begun,
            ended=self.ended,
            mark=self.mark,
            source=self.source,
            confirmed=self.confirmed,
        )


class MeaningForm(Origin):
    id: Id
    name: Names
    members: Annotated[tuple[Id, ...], Field(min_length=1)]

    def value(self) -> Meaning:
        return Meaning(self.id, dict(self.name), self.members, self.mark, self.source, self.confirmed)


class MarksForm(Form):
    """A list of marks, and the words that mean several of them. Every member of a meaning stands in the list."""

    mark: Annotated[tuple[MarkForm, ...], Field(min_length=1)]
    meaning: tuple[MeaningForm, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        known = [one.id for one in self.mark]
        seen: set[str] = set()
        for name in [*known, *(one.id for one in self.meaning)]:
            if name in seen:
                raise unfit("twice", name=name, file="marks")
            seen.add(name)
        if any(member not in known for meaning in self.meaning for member in meaning.members):
            raise unfit("one_of", known=", ".join(known))
        return self

    def value(self) -> Marks:
        return Marks(
            marks={one.id: one.value() for one in self.mark},
            meanings={one.id: one.value() for one in self.meaning},
        )
