"""The generated documents as files: what each holds, and which of those that lie here are not what the code says."""

import json
import re
from collections.abc import Iterator
from importlib import metadata, resources
from pathlib import Path

from kiosk.documents.asyncapi import document
from kiosk.documents.schemas import IN_FILE, Schemas, Table, body_schema, standing_alone
from kiosk.documents.texts import Texts, load_texts
from kiosk.documents.wire_schemas import Public, WireSchemas
from kiosk.durable import write_whole
from kiosk.rules.messages import ACT_KINDS, ENTRY_KINDS, ORDER_KINDS

EXAMPLE = re.compile(r"<!-- example: ([a-z-]+) -->\n```[a-z]*\n(.*?)\n```", re.DOTALL)
WIRE = ("entry", "order", "want", "status")


def schema_names(public: Public) -> tuple[str, ...]:
    """Every name that `schema` knows: kinds, what carries them, and their events."""
    return (*ENTRY_KINDS, *ORDER_KINDS, *ACT_KINDS, *WIRE, *(f"feed.{kind}" for kind in public))


def schema(name: str, texts: Texts, public: Public) -> Table:
    """Raises KeyError for a name that is none of `schema_names`."""
    if name in ENTRY_KINDS | ORDER_KINDS | ACT_KINDS:
        return body_schema(name, texts)
    schemas = Schemas(texts, IN_FILE)
    wire = WireSchemas(schemas, texts)
    if name.startswith("feed."):
        kind = name.removeprefix("feed.")
        event = wire.event(kind, public[kind])
        return standing_alone(name, event, _reached(event, schemas.parts))
    made = {"entry": wire.entry, "order": wire.order, "want": wire.want, "status": wire.status}[name]()
    return standing_alone(name, made, schemas.parts)


def files(public: Public) -> Iterator[tuple[str, str]]:
    """Path below this folder, and text, of every generated file."""
    texts = load_texts()
    yield "asyncapi.json", text_of(asyncapi(texts, public))
    for name in schema_names(public):
        yield f"schemas/{name}.json", text_of(schema(name, texts, public))


def asyncapi(texts: Texts, public: Public) -> Table:
    page = (resources.files("kiosk") / "FORMATS.md").read_text("utf-8")
    return document(texts, public, dict(EXAMPLE.findall(page)), metadata.version("liangzheng"))


def text_of(table: Table) -> str:
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def home() -> Path:
    """Where the generated files lie."""
    return Path(str(resources.files("kiosk.documents")))


def drift(folder: Path, public: Public) -> list[str]:
    """Generated files in `folder` that are missing, changed, or of nothing that is known; empty when all is well."""
    wanted = dict(files(public))
    lying = [f"schemas/{file.name}" for file in (folder / "schemas").glob("*.json")]
    strange = [name for name in lying if name not in wanted]
    return sorted(strange + [name for name, text in wanted.items() if not _holds(folder / name, text)])


def write(folder: Path, public: Public) -> list[str]:
    """Make the files that are missing or changed anew; their names. Nothing is ever removed. Raises OSError."""
    changed = {name: text for name, text in files(public) if not _holds(folder / name, text)}
    for name, text in changed.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / name, text.encode(), 0o644)
    return sorted(changed)


def _holds(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text("utf-8") == text


def _reached(schema: Table, parts: dict[str, Table]) -> dict[str, Table]:
    """The parts that a schema refers to, and those that they do."""
    found: dict[str, Table] = {}
    left = [schema]
    while left:
        for name in re.findall(r'"#/\$defs/([^"]+)"', json.dumps(left.pop())):
            if name not in found:
                found[name] = parts[name]
                left.append(parts[name])
    return found
