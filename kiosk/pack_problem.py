"""What is wrong in a pack, as facts: file, key, and the sentence of what was expected, in the person's language."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, RootModel, ValidationError

from kiosk.rules.sentence import Sentence
from kiosk.words import Words

QUOTED = re.compile(r"'([^']*)'")
# pydantic's names of what went wrong, without their endings (`_type`, `_parsing` …) → our sentence
KINDS = {
    "missing": "missing",
    "int": "whole",
    "decimal": "number",
    "float": "number",
    "finite": "number",
    "bool": "yes_no",
    "string": "text",
    "date": "day",
    "datetime": "day",
    "list": "list",
    "tuple": "list",
    "dict": "table",
    "model": "table",
    "mapping": "table",
}
LIMITS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at_least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at_most"),
    "too_short": ("min_length", "more_of"),
    "string_too_short": ("min_length", "not_empty"),
    "too_long": ("max_length", "fewer_of"),
    "string_too_long": ("max_length", "shorter"),
    "string_pattern_mismatch": ("pattern", "pattern"),
}


@dataclass(frozen=True, slots=True)
class PackProblem:
    file: str
    key: str
    expected: Sentence

    def told(self, words: Words) -> str:
        said = words.say(self.expected.key, **self.expected.facts)
        return words.say("pack.problem", file=self.file, key=self.key, said=said)

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.expected.facts.items())
        return f"{self.file}: {self.key}: {self.expected.key}" + (f" ({facts})" if facts else "")


def problem(file: str, key: str, said: str, /, **facts: object) -> PackProblem:
    """`said` is a key below `pack.wrong`."""
    return PackProblem(file, key, _wrong(said, **facts))


def unfit(said: str, /, **facts: object) -> ValueError:
    """What a validator raises when pydantic has no word for it: a key below `pack.wrong` and its facts."""
    return ValueError(said, {name: str(value) for name, value in facts.items()})


def problems_of(file: str, wrong: ValidationError, form: type[BaseModel]) -> list[PackProblem]:
    return [PackProblem(file, _place(error["loc"]), _expected(error, form)) for error in wrong.errors()]


def nearest(name: str, known: Iterable[str]) -> str:
    return (difflib.get_close_matches(name, list(known), n=1, cutoff=0) or [""])[0]


def _wrong(said: str, /, **facts: object) -> Sentence:
    return Sentence(f"pack.wrong.{said}", {name: str(value) for name, value in facts.items()})


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(map(str, loc)) or "-"


def _expected(error: Any, form: type[BaseModel]) -> Sentence:
    kind, facts = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        place = error["loc"]
        return _wrong("unknown_key", near=nearest(str(place[-1]), _keys(form, place[:-1])))
    if kind in ("enum", "literal_error"):
        return _wrong("one_of", known=", ".join(QUOTED.findall(facts["expected"])))
    if kind in LIMITS:
        fact, said = LIMITS[kind]
        return _wrong(said, limit=facts[fact])
    if kind == "value_error":
        return _own(facts["error"])
    plain = KINDS.get(kind.partition("_")[0])
    return _wrong(plain) if plain else _wrong("other", told=error["msg"])


def _own(wrong: ValueError) -> Sentence:
    """Either `unfit`, or a plain ValueError with a sentence of its own."""
    if len(wrong.args) == 2 and isinstance(wrong.args[1], dict):
        return _wrong(wrong.args[0], **wrong.args[1])
    return _wrong("other", told=wrong)


def _keys(form: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Names of the keys that may stand at `place` of a form."""
    forms = _below(form)
    for step in place:
        named = [kind.model_fields[str(step)].annotation for kind in forms if str(step) in kind.model_fields]
        forms = [inner for kind in named for inner in _models(kind)] or forms
    return [name for kind in forms for name in kind.model_fields]


def _models(kind: object) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from _below(kind)
    for inner in get_args(kind):
        yield from _models(inner)


def _below(form: type[BaseModel]) -> list[type[BaseModel]]:
    """A form that is a plain table of others stands for those."""
    return list(_models(form.model_fields["root"].annotation)) if issubclass(form, RootModel) else [form]
