"""JSON Schema (2020-12) of every body, made from the frozen values themselves: what kiosk.contract reads, they accept.

A writer's schema: it knows the members of this version only. A reader takes members that it does not know as well and
passes them on, so that boxes and counties may be renewed one by one. Values in, tables out; no file is written here.
"""

import types
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from kiosk.documents.texts import Texts, about
from kiosk.rules.messages import ACT_KINDS, ENTRY_KINDS, ORDER_KINDS
from kiosk.rules.messages.forms import Form

Table = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION = 1  # of the form; a member more is the same version, a changed meaning is a new kind
MOST_INTEGER = 2**53 - 1  # RFC 8785 writes no larger one
IN_FILE, IN_ASYNCAPI = "#/$defs/", "#/components/schemas/"
PLAIN: dict[object, Table] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": -MOST_INTEGER, "maximum": MOST_INTEGER},
}


def named(name: str) -> str:
    """The `$id` of one schema."""
    return f"urn:liangzheng:{VERSION}:{name}"


def standing_alone(name: str, schema: Table, parts: dict[str, Table]) -> Table:
    """A schema as a file of its own."""
    head = {"$schema": DIALECT, "$id": named(name), "title": name}
    return head | schema | ({"$defs": parts} if parts else {})


class Schemas:
    """Schemas of bodies; the parts that they refer to gather in `parts`, by name."""

    def __init__(self, texts: Texts, place: str) -> None:
        self._texts = texts
        self._place = place
        self.parts: dict[str, Table] = {}

    def body(self, kind: str) -> Table:
        """Raises KeyError for a kind that is none of ours."""
        return self._object((ENTRY_KINDS | ORDER_KINDS | ACT_KINDS)[kind])

    def refer(self, name: str) -> Table:
        return {"$ref": f"{self._place}{name}"}

    def _object(self, of: type) -> Table:
        hints = get_type_hints(of, include_extras=True)
        members = {field.name: self._member(of.__name__, field, hints[field.name]) for field in fields(of)}
        return {
            "description": about(of),
            "type": "object",
            "properties": members,
            "required": [field.name for field in fields(of) if not _has_default(field)],
            "additionalProperties": False,
        }

    def _member(self, of: str, field: Field[Any], hint: Any) -> Table:
        default = {} if field.default is MISSING else {"default": _plain(field.default)}
        schema = self._of(hint)
        if "$ref" in schema:  # beside a reference older dialects see nothing
            schema = {"allOf": [schema]}
        return {"description": self._texts.field(of, field.name)} | schema | default

    def _of(self, hint: Any) -> Table:
        origin, inner = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return _text(inner[1])
        if origin in (Union, types.UnionType):
            return {"anyOf": [self._of(one) for one in inner if one is not types.NoneType] + [{"type": "null"}]}
        if origin is tuple:
            return {"type": "array", "items": self._of(inner[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self._of(inner[1])}
        return self._part(hint) if isinstance(hint, type) and hint not in PLAIN else dict(PLAIN[hint])

    def _part(self, of: type) -> Table:
        if of.__name__ not in self.parts:
            self.parts[of.__name__] = {}  # holds its place while its own parts are made
            self.parts[of.__name__] = self._object(of) if is_dataclass(of) else self._list(of)
        return self.refer(of.__name__)

    def _list(self, of: type) -> Table:
        words = [word.value for word in of] if issubclass(of, StrEnum) else []
        said = self._texts.words(of.__name__, words)
        return {"description": said, "type": "string", "enum": words}


def body_schema(kind: str, texts: Texts) -> Table:
    """The schema of one kind, standing alone. Raises KeyError for a kind that is none of ours."""
    schemas = Schemas(texts, IN_FILE)
    body = schemas.body(kind)
    return standing_alone(kind, body, schemas.parts)


def _text(form: Form) -> Table:
    if form.words:
        return {"type": "string", "enum": [*form.words, *([""] if form.empty else [])]}
    return {"type": "string", "pattern": f"^({form.pattern}){'?' * form.empty}$"}


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING


def _plain(value: Any) -> Any:
    """A default as it stands on the wire."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, StrEnum | Decimal) else value
