"""Printer models from models/*.toml: every fact with its source, checked when it is read. Reads files, no hardware."""

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drivers.errors import ProfileError
from drivers.printer.model import PrinterModel

Value = TypeVar("Value")
Bytes = Annotated[int, Field(ge=64, le=65536)]
Seconds = Annotated[float, Field(gt=0, le=600)]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(Form, Generic[Value]):
    """`from` names a source of this file; without it nobody has shown the fact yet."""

    is_: Value = Field(alias="is")
    from_: str = Field("", alias="from")


class ModelForm(Form):
    """What a model file may say. A fact that is left out is the default of PrinterModel and needs no source."""

    language: Literal["escpos", "tspl", "zpl", "cups"]
    source: dict[str, Annotated[str, Field(min_length=8)]] = Field({})  # name → page, document
    profile: Fact[str] | None = None
    width: Fact[Annotated[int, Field(ge=64, le=9999)]]
    dots_per_mm: Fact[Annotated[int, Field(ge=6, le=24)]]
    band: Fact[Annotated[int, Field(ge=8, le=2303)]] | None = None
    chunk: Fact[Bytes] | None = None
    places: Fact[bool] | None = None
    feed_units: Fact[Annotated[int, Field(ge=0, le=4)]] | None = None
    cuts: Fact[bool] | None = None
    tear_off: Fact[Annotated[int, Field(ge=0, le=20)]] | None = None
    gap: Fact[Annotated[int, Field(ge=0, le=20)]] | None = None
    answers: Fact[bool]
    completes: Fact[bool]
    clears: Fact[bool]
    near_end: Fact[bool]
    patience: dict[Literal["answers_within", "quiet", "settles", "prints_within", "takes_within"], Seconds] = Field({})


def known_models(folders: Sequence[Path] = ()) -> tuple[str, ...]:
    return tuple(sorted({file.name.removesuffix(".toml") for root in _roots(folders) for file in _models(root)}))


def load_model(name: str, folders: Sequence[Path] = ()) -> PrinterModel:
    """A model of ours, or of a folder of one's own, which wins. ProfileError: unknown (the known are told), wrong."""
    form, file = _form(name, folders)
    return _checked(name, file, form)


def sources_of(name: str, folders: Sequence[Path] = ()) -> list[tuple[str, object, str]]:
    """Every fact of a model file: its name, its value, where it comes from; empty where nobody has shown it."""
    form, _ = _form(name, folders)
    facts = ((key, fact) for key, fact in form if isinstance(fact, Fact))
    return [(key, fact.is_, form.source.get(fact.from_, "")) for key, fact in facts]


def _form(name: str, folders: Sequence[Path]) -> tuple[ModelForm, str]:
    for root in _roots(folders):
        for file in _models(root):
            if file.name == f"{name}.toml":
                return _read(file), file.name
    raise ProfileError("printer.model", name=name, known=", ".join(known_models(folders)))


def _roots(folders: Sequence[Path]) -> tuple[Traversable, ...]:
    return (*folders, files("drivers.printer") / "models")


def _models(root: Traversable) -> list[Traversable]:
    return [file for file in root.iterdir() if file.name.endswith(".toml")] if root.is_dir() else []


def _read(file: Traversable) -> ModelForm:
    try:
        return ModelForm.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise ProfileError("profile.syntax", file=file.name, detail=str(wrong)) from wrong
    except ValidationError as wrong:
        first = wrong.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise ProfileError("printer.model_file", file=file.name, at=at, detail=first["msg"]) from wrong


def _checked(name: str, file: str, form: ModelForm) -> PrinterModel:
    facts = {key: fact for key, fact in form if isinstance(fact, Fact)}
    named = {fact.from_ for fact in facts.values() if fact.from_}
    for wrong in sorted(named ^ form.source.keys()):
        raise ProfileError("printer.model_file", file=file, at=f"source.{wrong}", detail="named by no fact, or missing")
    values: dict[str, Any] = {key: fact.is_ for key, fact in facts.items()} | dict(form.patience)
    assumed = tuple(key for key, fact in facts.items() if not fact.from_)
    return PrinterModel(name=name, language=form.language, assumed=assumed, **values)
