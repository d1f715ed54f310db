"""One TOML file per program, read once at start. An unknown key refuses to start and names the nearest known one."""

import difflib
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from kiosk.pack_problem import problems_of
from kiosk.rules.sentence import Sentence
from kiosk.words import Words

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
AT = re.compile(r"line ([0-9]+), column ([0-9]+)")  # tomllib says so


class ConfigError(Exception):
    """`problems` are (path of the key, what is wrong) pairs, all of them, not only the first.

    `said`: the same as sentences, in the same order, where whoever raised it had no words.
    """

    def __init__(self, file: Path, problems: list[tuple[str, str]], said: tuple[Sentence, ...] = ()) -> None:
        self.file = file
        self.problems = problems
        self.said = said
        told = "\n".join(f"  {key}: {wrong}" for key, wrong in problems)
        super().__init__(f"{file}:\n{told}")

    def lines(self, words: Words) -> str:
        """The file, and below it each key that is wrong and why."""
        return "\n".join((f"{self.file}:", *(f"  {key}: {told}" for key, told in self.told(words))))

    def told(self, words: Words) -> list[tuple[str, str]]:
        """The problems in words, in the same form."""
        if not self.said:
            return self.problems
        sentences = (words.say(one.key, **one.facts) for one in self.said)
        return [(key, told) for (key, _), told in zip(self.problems, sentences, strict=True)]


def load(file: Path, model: type[Model]) -> Model:
    """Read and check a configuration file.

    Raises ConfigError naming the file and every wrong key.
    """
    return check(file, table_of(file), model)


def table_of(file: Path) -> dict[str, object]:
    """A configuration file before anybody has looked at what it says. Raises ConfigError."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(file, [("-", "no such file")], (Sentence("problem.config.absent"),)) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
        said = Sentence("problem.config.unread", {"place": _place(unreadable)})
        raise ConfigError(file, [("-", str(unreadable))], (said,)) from unreadable


def check(file: Path, table: dict[str, object], model: type[Model]) -> Model:
    try:
        return model.model_validate(table)
    except ValidationError as wrong:
        problems = [(".".join(map(str, error["loc"])) or "-", _told(error, model)) for error in wrong.errors()]
        said = tuple(problem.expected for problem in problems_of(file.name, wrong, model))
        raise ConfigError(file, problems, said) from wrong


def _place(unreadable: Exception) -> str:
    """Line and column, where the form of the text is wrong; of anything else nothing."""
    found = AT.search(str(unreadable))
    return f"{found[1]}:{found[2]}" if found else "-"


def _told(error: "ErrorDetails", model: type[BaseModel]) -> str:
    place = error["loc"]
    if error["type"] == "tuple_type" and isinstance(error["input"], dict):
        return f"there may be several: write [[{place[-1]}]] for each"
    if error["type"] != "extra_forbidden":
        return error["msg"]
    near = difflib.get_close_matches(str(place[-1]), _keys(model, place[:-1]), n=1, cutoff=0)
    return f"unknown key; the nearest known key is {near[0]!r}" if near else "unknown key"


def _keys(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Names of the keys that may stand at `place` of the model."""
    for step in place:
        field = model.model_fields.get(str(step))
        if field is None:
            continue
        inner = [kind for kind in (field.annotation, *getattr(field.annotation, "__args__", ())) if _is_model(kind)]
        if inner:
            model = inner[0]
    return list(model.model_fields)


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
