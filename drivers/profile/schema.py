"""The form of a profile as JSON Schema, for editors and for validators that we did not write. Generated, never edited.

A child says only what differs from its parent: its tables have the same keys, and none is required.
"""

import json
from typing import Any

from drivers.profile.form import Profile
from drivers.profile.kinds import FREE, SIZED, SIZES

Schema = dict[str, Any]
CHILD = ("format", "id", "revision", "extends")  # what a child too must say
PART = "Part"  # of the name of a relaxed form


def text() -> str:
    """The whole file."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def schema() -> Schema:
    whole = _plain(Profile.model_json_schema(by_alias=True, mode="validation"))
    forms: Schema = whole.pop("$defs")
    forms["FieldForm"]["properties"]["type"] = _types()
    forms["Profile"] = whole
    relaxed = {f"{name}{PART}": _relaxed(form) for name, form in forms.items()}
    child = relaxed[f"Profile{PART}"]
    child["required"] = list(CHILD)
    child["properties"]["patch"] = _patch()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Liangzheng instrument profile",
        "description": whole["description"],
        "if": {"required": ["extends"], "properties": {"extends": {"minLength": 1}}},
        "then": {"$ref": f"#/$defs/Profile{PART}"},
        "else": {"$ref": "#/$defs/Profile"},
        "$defs": forms | relaxed,
    }


def _types() -> Schema:
    sized = f"^({'|'.join(SIZED)})[1-9][0-9]*$"
    return {"anyOf": [{"enum": [*SIZES, *FREE]}, {"type": "string", "pattern": sized}], "default": "text"}


def _patch() -> Schema:
    """`patch.record.<record>.<field>` and `patch.exchange.<exchange>.<field>`."""
    field = {"type": "object", "additionalProperties": {"$ref": f"#/$defs/FieldForm{PART}"}}
    rooms = {room: {"type": "object", "additionalProperties": field} for room in ("record", "exchange")}
    return {"type": "object", "properties": rooms, "additionalProperties": False}


def _plain(node: Any) -> Any:
    """Without generated titles, without «or null», which TOML cannot say; a table takes no key outside its patterns."""
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node and {"type": "null"} in node["anyOf"]:
        said = [one for one in node["anyOf"] if one != {"type": "null"}]
        rest = {key: value for key, value in node.items() if key not in ("anyOf", "default", "title")}
        return _plain({**rest, **said[0]} if len(said) == 1 else {**rest, "anyOf": said})
    closed = {"additionalProperties": False} if "patternProperties" in node else {}
    return {key: _kept(key, value) for key, value in node.items() if key != "title" or isinstance(value, dict)} | closed


def _kept(key: str, value: Any) -> Any:
    """The names under `properties` are keys of a profile, not words of the schema."""
    if key in ("properties", "$defs", "patternProperties"):
        return {name: _plain(form) for name, form in value.items()}
    return value if key == "default" else _plain(value)


def _relaxed(node: Any) -> Any:
    """The same form with nothing required and all references to relaxed forms."""
    if isinstance(node, list):
        return [_relaxed(one) for one in node]
    if not isinstance(node, dict):
        return f"{node}{PART}" if isinstance(node, str) and node.startswith("#/$defs/") else node
    kept = {key: value for key, value in node.items() if key not in ("required", "discriminator", "minProperties")}
    return {"anyOf" if key == "oneOf" else key: _relaxed(value) for key, value in kept.items()}
