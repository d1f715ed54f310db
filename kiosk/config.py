"""One TOML file per program, read once at start. An unknown key refuses to start and names the nearest known one."""

import difflib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)


class ConfigError(Exception):
    """`problems` are (path of the key, what is wrong) pairs, all of them, not only the first."""

    def __init__(self, file: Path, problems: list[tuple[str, str]]) -> None:
        self.file = file
        self.problems = problems
        told = "\n".join(f"  {key}: {wrong}" for key, wrong in problems)
        super().__init__(f"{file}:\n{told}")


def load(file: Path, model: type[Model]) -> Model:
    """Read and check a configuration file.

    Raises ConfigError naming the file and every wrong key.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(file, [("-", "no such file")]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
        raise ConfigError(file, [("-", str(unreadable))]) from unreadable
    return check(file, table, model)


def check(file: Path, table: dict[str, object], model: type[Model]) -> Model:
    try:
        return model.model_validate(table)
    except ValidationError as wrong:
        problems = [(".".join(map(str, error["loc"])) or "-", _told(error, model)) for error in wrong.errors()]
        raise ConfigError(file, problems) from wrong


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
