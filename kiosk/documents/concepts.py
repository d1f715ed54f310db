"""Our fields by the concepts that platforms upload (domain.md §4.1), from concepts.toml; checked when it is loaded.

ConceptError    a path, a word or a table of concepts.toml is none of the contract
"""

import tomllib
import types
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from importlib import resources
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from kiosk.clock import BEIJING
from kiosk.contract import ENVELOPE_KEYS, HEADER_KEYS
from kiosk.documents.errors import ConceptError
from kiosk.rules.messages import ENTRY_KINDS

AROUND = {"header": HEADER_KEYS, "envelope": ENVELOPE_KEYS}


@dataclass(frozen=True, slots=True)
class Concept:
    id: str
    zh: str
    en: str
    ours: tuple[str, ...]  # paths kind.field, `[]` behind a list
    seen: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Codes:
    """One platform's codes for one field of ours; a word that is not in `to` has no place there."""

    id: str
    field: str
    seen: str
    confirmed: bool
    to: dict[str, str]


@dataclass(frozen=True, slots=True)
class Mapping:
    concepts: tuple[Concept, ...]
    codes: tuple[Codes, ...]


def load_concepts() -> Mapping:
    """Raises ConceptError."""
    return mapping_of(tomllib.loads((resources.files("kiosk.documents") / "concepts.toml").read_text("utf-8")))


def mapping_of(table: dict[str, Any]) -> Mapping:
    """Raises ConceptError for what does not fit the form, and for a path that leads nowhere."""
    try:
        concepts = tuple(
            Concept(**{**row, "ours": tuple(row["ours"]), "seen": tuple(row["seen"])}) for row in table["concept"]
        )
        codes = tuple(Codes(**row) for row in table["codes"])
    except (KeyError, TypeError) as wrong:
        raise ConceptError(f"concepts.toml: {wrong}") from wrong
    for path in [path for concept in concepts for path in concept.ours] + [one.field for one in codes]:
        type_at(path)
    return Mapping(concepts, codes)


def type_at(path: str) -> Any:
    """The type of what a path leads to. Raises ConceptError when it leads nowhere."""
    room, _, name = path.partition(".")
    if room in AROUND:
        if name not in AROUND[room]:
            raise ConceptError(f"{path}: an {room} has no {name}")
        return str
    kind = max((kind for kind in ENTRY_KINDS if path.startswith(f"{kind}.")), key=len, default="")
    if not kind:
        raise ConceptError(f"{path}: no such kind")
    found: Any = ENTRY_KINDS[kind]
    for step in path.removeprefix(f"{kind}.").split("."):
        found = _inside(found, step, path)
    return found


def compact_time(time: str) -> str:
    """Our ISO time as platforms write it: yyyyMMddHHmmss, Beijing time. Raises ValueError."""
    return f"{datetime.fromisoformat(time).astimezone(BEIJING):%Y%m%d%H%M%S}"


def words_at(path: str) -> tuple[str, ...] | None:
    """The closed list that a field takes its words from; None for free text."""
    found = type_at(path)
    return tuple(word.value for word in found) if isinstance(found, type) and issubclass(found, StrEnum) else None


def _inside(of: Any, step: str, path: str) -> Any:
    name, in_list = step.removesuffix("[]"), step.endswith("[]")
    if not is_dataclass(of) or name not in {field.name for field in fields(of)}:
        raise ConceptError(f"{path}: there is no {step}")
    found = _bare(get_type_hints(of, include_extras=True)[name])
    if in_list != (get_origin(found) is tuple):
        raise ConceptError(f"{path}: {name} is {'no' if in_list else 'a'} list")
    return _bare(get_args(found)[0]) if in_list else found


def _bare(hint: Any) -> Any:
    """Without its form, and without the null that it may be."""
    if get_origin(hint) in (Union, types.UnionType):
        return _bare(next(one for one in get_args(hint) if one is not types.NoneType))
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint
