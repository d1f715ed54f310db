"""The texts of the named rules: what a rule says, where it comes from, and worked examples, which the tests execute."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, RootModel

from kiosk.pack_forms import Form, Names, Origin, Words


@dataclass(frozen=True, slots=True)
class Worked:
    """One case: what is given, and what the rule makes of it."""

    given: dict[str, str]
    then: str


@dataclass(frozen=True, slots=True)
class RuleText:
    name: str  # room/clause
    texts: dict[str, str]  # language -> what the rule says
    mark: str
    source: str
    confirmed: bool
    worked: tuple[Worked, ...]


class WorkedForm(Form):
    given: dict[Words, str]
    then: Words


class ClauseForm(Origin):
    text: Names
    worked: Annotated[tuple[WorkedForm, ...], Field(min_length=1)]

    def value(self, name: str) -> RuleText:
        worked = tuple(Worked(dict(row.given), row.then) for row in self.worked)
        return RuleText(name, dict(self.text), self.mark, self.source, self.confirmed, worked)


Clause = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class RoomForm(RootModel[Annotated[dict[Clause, ClauseForm], Field(min_length=1)]]):
    """`rules/<room>.toml`: one table a clause."""

    def values(self, room: str) -> list[RuleText]:
        return [clause.value(f"{room}/{name}") for name, clause in self.root.items()]
