"""Kinds of producers as the county names them, and which of the stations' few kinds each is (packs/subjects)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field, TypeAdapter

from kiosk.pack_forms import Names, Origin
from kiosk.rules.messages import SubjectKind

Id = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]


class _KindForm(Origin):
    id: Id
    kind: SubjectKind
    name: Names
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """`kind` is what a station makes of it; `names` by language; `named` are other names that lists have."""

    id: str
    kind: str
    names: Mapping[str, str]
    named: tuple[str, ...]
    confirmed: bool


@cache
def load_sorts() -> Mapping[str, Sort]:
    """By id, in the order of the pack. Raises pydantic's ValidationError for a pack that is none."""
    text = (resources.files("kiosk") / "packs" / "subjects" / "kinds.toml").read_text(encoding="utf-8")
    forms = TypeAdapter(tuple[_KindForm, ...]).validate_python(tomllib.loads(text)["kind"])
    return {one.id: Sort(one.id, one.kind, one.name, one.named, one.confirmed) for one in forms}


def sort_of(text: str) -> Sort | None:
    """By its id or any of its names, as a list has it."""
    wanted = text.strip().casefold()
    for one in load_sorts().values():
        if wanted in {one.id, *(name.casefold() for name in (*one.names.values(), *one.named))}:
            return one
    return None


def sort_of_kind(kind: str) -> str:
    """The sort that says no more than a station's own word."""
    return kind if kind in load_sorts() else next(one.id for one in load_sorts().values() if one.kind == kind)
