"""What every table of a profile shares: frozen, exact, and an unknown key is an error that names the nearest one."""

import re
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints, model_validator
from pydantic_core import PydanticCustomError


class Table(BaseModel):
    """One TOML table."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, table: Any) -> Any:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in table if isinstance(table, dict) else ():
            if key not in known:
                raise PydanticCustomError("key", "unknown key", {"name": str(key), "nearest": nearest(str(key), known)})
        return table


def nearest(name: str, among: list[str]) -> str:
    return next(iter(get_close_matches(name, among, 1, 0.0)), "-")


def _bytes(text: object) -> object:
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str) or not re.fullmatch(r"[0-9A-Fa-f]{2}( ?[0-9A-Fa-f]{2})*", text):
        raise PydanticCustomError("hex", "not hexadecimal bytes")
    return bytes.fromhex(text)


Hex = Annotated[
    bytes,
    BeforeValidator(_bytes, json_schema_input_type=str),
    PlainSerializer(lambda data: data.hex(" "), return_type=str),
]
Name = Annotated[str, StringConstraints(pattern=r"^_?[a-z][a-z0-9_]*$")]
Operand = Annotated[str, StringConstraints(pattern=r"^_?[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]  # field or set.field
Reference = Annotated[str, StringConstraints(pattern=r"^@[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]  # @exchange.field
MOST = 2**53 - 1  # the largest whole number that canonical JSON holds (RFC 8785 §3.2.2.3)
Whole = Annotated[int, Field(strict=True, ge=0, le=MOST)]
Positive = Annotated[int, Field(strict=True, ge=1, le=MOST)]
Signed = Annotated[int, Field(strict=True, ge=-MOST, le=MOST)]
Offset = Signed  # bytes from the start; negative: from the end
Text = Annotated[str, StringConstraints(min_length=1)]


class Said(Table):
    """A sentence for people, in both languages."""

    zh: Text
    en: Text
