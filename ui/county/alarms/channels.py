"""Channels as data: what is sent where, and which answer means that it arrived. A closed vocabulary, checked whole.

The shipped pack describes each channel; `channels.toml` in the county's folder adds its addresses and keys, and may
describe a channel anew. That file holds secrets: it is refused while others may read it.
"""

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ui.county.alarms.errors import ChannelError

FILE = "channels.toml"
MESSAGE = frozenset({"text", "kind", "station", "product", "time", "link"})
OWN = frozenset({"address", "key", "id"})  # of the duty, of the county, of the one telling
IN_URL = frozenset({"address", "key"})
OTHERS = 0o077
Kind = Literal["page", "sms-http", "wecom-webhook"]
Alarm = Literal["positive", "equivocation", "number_twice", "complaint", "fault"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Text = Annotated[str, Field(max_length=2000)]


class Described(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    mark: Literal["V", "V-", "G", "I"] = "I"
    source: str = ""
    confirmed: bool = False


class Law(Described):
    """When which step is told: `minutes` after the step below; nothing that is older than `hours`."""

    minutes: Annotated[tuple[Annotated[int, Field(ge=0, le=10_000)], ...], Field(min_length=1)]
    hours: Annotated[int, Field(ge=1, le=720)]
    kinds: tuple[Alarm, ...]


class Channel(Described):
    """`fields` is the body: texts with blanks, nested as the other side wants it. `path` names a value of the answer,
    part by part with points; it has to equal `equals`. An empty `path`: the status alone decides.
    """

    names: dict[str, str]
    kind: Kind
    url: Text = ""
    key: Text = ""
    body: Literal["json", "form"] = "json"
    address: Text = ""  # a regular expression that a duty's address fits; empty: it needs none
    headers: dict[str, Text] = {}
    fields: dict[str, Any] = {}
    status: tuple[Annotated[int, Field(ge=100, le=599)], ...] = (200,)
    path: Annotated[str, Field(pattern=r"^([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)?$")] = ""
    equals: str = ""
    timeout_s: Annotated[float, Field(gt=0, le=60)] = 10
    tries: Annotated[int, Field(ge=1, le=20)] = 4
    rest_s: Annotated[float, Field(ge=0, le=3600)] = 30

    @field_validator("address")
    @classmethod
    def _is_pattern(cls, text: str) -> str:
        try:
            re.compile(text)
        except re.error as wrong:
            raise ValueError("no regular expression") from wrong
        return text

    @model_validator(mode="after")
    def _blanks(self) -> "Channel":
        places = ((self.url, IN_URL), *((one, MESSAGE | OWN) for one in (*self.headers.values(), *_texts(self.fields))))
        for text, known in places:
            unknown = blanks(text) - known
            if unknown:
                raise ValueError(f"unknown blank {', '.join(sorted(unknown))}")
        return self

    @property
    def is_page(self) -> bool:
        return self.kind == "page"

    @property
    def is_ready(self) -> bool:
        """Whether the county has said all that it has to say; the key only where a blank asks for it."""
        texts = (self.url, *self.headers.values(), *_texts(self.fields))
        return self.is_page or bool(self.url and (self.key or not any("key" in blanks(text) for text in texts)))


class Channels(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    escalation: Law
    channel: dict[Name, Channel]


def load_channels(folder: Path | None) -> Channels:
    """The shipped channels with what the county's folder says over them; None: as shipped. Raises ChannelError."""
    shipped, own = _shipped(), {} if folder is None else _own(folder / FILE)
    tables = {name: {**shipped["channel"].get(name, {}), **table} for name, table in own.items()}
    try:
        return Channels.model_validate({**shipped, "channel": {**shipped["channel"], **tables}})
    except ValidationError as wrong:
        places = sorted({".".join(map(str, error["loc"])) for error in wrong.errors(include_input=False)})
        raise ChannelError("form", file=FILE, places=", ".join(places)) from None  # its values are secrets


def blanks(text: str) -> set[str]:
    """Names of the blanks; what is more than a plain name is none that anybody knows. Raises ValueError."""
    found = set()
    for _, name, form, turned in string.Formatter().parse(text):
        if name is not None:
            found.add(name if not (form or turned) else f"{name}:")
    return found


def filled(value: Any, facts: Mapping[str, str]) -> Any:
    """`value` with the blanks of every text in it filled; numbers and truths stay."""
    if isinstance(value, str):
        return value.format_map(facts)
    if isinstance(value, dict):
        return {name: filled(part, facts) for name, part in value.items()}
    return [filled(part, facts) for part in value] if isinstance(value, list) else value


@cache
def _shipped() -> dict[str, Any]:
    file = resources.files("kiosk") / "packs" / "alarms" / FILE
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _own(file: Path) -> dict[str, dict[str, Any]]:
    try:
        with file.open("rb") as opened:
            if file.stat().st_mode & OTHERS:
                raise ChannelError("open", file=file.name)
            tables = tomllib.load(opened)
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise ChannelError("unread", file=file.name) from wrong
    if not all(isinstance(table, dict) for table in tables.values()):
        raise ChannelError("form", file=file.name, places=", ".join(sorted(tables)))
    return tables


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
