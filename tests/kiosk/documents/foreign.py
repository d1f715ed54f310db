"""Readers of our documents that are not ours: jsonschema (Python), Ajv and the AsyncAPI parser (JavaScript)."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from playwright._impl._driver import compute_driver_executable

HERE = Path(__file__).parent
Case = tuple[str, Any]  # name of a schema, and a value


class Python:
    """jsonschema. Its `$` also stands before a last line feed, which no dialect of JSON Schema knows."""

    def __init__(self, schemas: dict[str, Any]) -> None:
        for schema in schemas.values():
            Draft202012Validator.check_schema(schema)
        self._checks = {name: Draft202012Validator(schema) for name, schema in schemas.items()}

    def takes(self, name: str, value: Any) -> bool:
        return bool(self._checks[name].is_valid(value))


def ajv(schemas: dict[str, Any], cases: Iterable[Case]) -> list[bool]:
    """Whether Ajv takes each value; all in one run."""
    said: list[bool] = json.loads(_node("judge.mjs", json.dumps({"schemas": schemas, "cases": list(cases)})))
    return said


def asyncapi(document: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(_node("parse.mjs", document))
    return said


def _node(script: str, said: str) -> str:
    """Playwright brings a Node.js of its own, so that a machine needs none."""
    node, _ = compute_driver_executable()
    ended = subprocess.run([node, HERE / script], input=said, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
