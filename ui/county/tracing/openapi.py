"""The OpenAPI 3.1 document of the public interface, made from the values that it sends. What a member holds is said in
the reader's language by the word packs (`county.api`).
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import TypeAdapter

from ui.county.telling import Teller
from ui.county.tracing.facts import CertificateFact, ForeignFact, PaperFact

PREFIX = "/api/1"
VERSION = "1.0.0"
NUMBER = re.compile(r"^[0-9]{6}[0-9A-HJKMNP-TV-Z]{11}$")
CODE = re.compile(r"^[A-Za-z2-7]{8,528}$")
PLACE = "#/components/schemas/"
NUMBER_LIKE, CODE_LIKE = "5304277K3M9QX2VHA", "2KCEIIQBE4"  # as they look; no paper has them
Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """RFC 9457. `link`: another county's own page, where it is known."""

    type: str
    title: str
    status: int
    detail: str
    link: str


@dataclass(frozen=True, slots=True)
class Health:
    status: Literal["ok"]
    version: int


SENT = (CertificateFact, PaperFact, ForeignFact, Problem, Health)
PROBLEMS = {
    "/certificate/{number}": (400, 404, 410, 421, 429, 503),
    "/code/{text}": (400, 404, 421, 429, 503),
    "/health": (421, 429, 503),
    "/openapi.json": (421, 429),
}


def problem_name(name: str) -> str:
    """RFC 9457 §3.1.1: what a program tells problems apart by."""
    return f"urn:liangzheng:problem:{name}"


def openapi(tell: Teller, server: str) -> Table:
    """The whole document. `server` is the address that the paths follow."""
    certificate, paper, foreign = ({"$ref": f"{PLACE}{one.__name__}"} for one in SENT[:3])
    kinds = {"certificate": CertificateFact, "voucher": PaperFact, "label": PaperFact, "foreign": ForeignFact}
    said = {kind: f"{PLACE}{of.__name__}" for kind, of in kinds.items()}
    answers = {
        "/certificate/{number}": _one_of(said, ("certificate", "voucher", "label"), (certificate, paper)),
        "/code/{text}": _one_of(said, ("certificate", "foreign"), (certificate, foreign)),
        "/health": {"$ref": f"{PLACE}{Health.__name__}"},
        "/openapi.json": {"type": "object"},
    }
    asked = {
        "/certificate/{number}": _parameter("number", NUMBER, NUMBER_LIKE, tell),
        "/code/{text}": _parameter("text", CODE, CODE_LIKE, tell),
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": tell.say("county.api.title"),
            "version": VERSION,
            "description": tell.say("county.api.about"),
        },
        "servers": [{"url": server}],
        "security": [],
        "paths": {path: {"get": _operation(path, asked.get(path), answer, tell)} for path, answer in answers.items()},
        "components": {"schemas": _schemas(tell)},
    }


def _operation(path: str, parameter: Table | None, answer: Table, tell: Teller) -> Table:
    name = path.strip("/").partition("/")[0].removesuffix(".json")
    content = {"schema": answer} | ({"example": _examples()[name]} if name in _examples() else {})
    answered = {"description": tell.say("county.api.answer"), "content": {"application/json": content}}
    return {
        "operationId": name,
        "summary": tell.say(f"county.api.path.{name}"),
        "parameters": [*([parameter] if parameter else []), _language(tell)],
        "responses": {"200": answered} | {str(status): _problem(status, tell) for status in PROBLEMS[path]},
    }


def _problem(status: int, tell: Teller) -> Table:
    told = {
        "description": tell.say(f"county.api.status.{status}"),
        "content": {"application/problem+json": {"schema": {"$ref": f"{PLACE}{Problem.__name__}"}}},
    }
    if status == 429:
        wait = {"schema": {"type": "integer", "minimum": 1}, "description": tell.say("county.api.wait")}
        told["headers"] = {"Retry-After": wait}
    return told


def _parameter(name: str, form: re.Pattern[str], example: str, tell: Teller) -> Table:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": tell.say(f"county.api.parameter.{name}"),
        "schema": {"type": "string", "pattern": form.pattern},
        "example": example,
    }


def _language(tell: Teller) -> Table:
    return {
        "name": "Accept-Language",
        "in": "header",
        "required": False,
        "description": tell.say("county.api.parameter.language"),
        "schema": {"type": "string"},
        "example": "zh",
    }


def _one_of(said: Table, kinds: tuple[str, ...], schemas: tuple[Table, ...]) -> Table:
    mapping = {kind: said[kind] for kind in kinds}
    return {"oneOf": list(schemas), "discriminator": {"propertyName": "kind", "mapping": mapping}}


@cache
def _examples() -> Table:
    """Answers as they are sent, by the name of the operation; a test holds them to the schemas."""
    table: Table = json.loads((resources.files("ui.county.tracing") / "examples.json").read_text(encoding="utf-8"))
    return table


def _schemas(tell: Teller) -> Table:
    _, defined = TypeAdapter.json_schemas(
        [(of.__name__, "serialization", TypeAdapter(of)) for of in SENT], ref_template=f"{PLACE}{{model}}"
    )
    schemas: Table = defined["$defs"]
    for name, schema in schemas.items():
        schema.pop("title", None)
        schema["description"] = tell.say(f"county.api.part.{name}")
        if "properties" in schema:
            schema["required"] = list(schema["properties"])
            schema["additionalProperties"] = False
        for member, inner in schema.get("properties", {}).items():
            inner.pop("title", None)
            inner["description"] = tell.say(f"county.api.member.{member}")
    return schemas
