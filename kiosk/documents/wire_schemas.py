"""Schemas of what travels around the bodies: header, envelope, entry, order, want, status, receipt, feed events."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_type_hints

from kiosk.contract import VERSION as HEADER_VERSION
from kiosk.contract import Envelope
from kiosk.documents.schemas import MOST_INTEGER, Schemas, Table
from kiosk.documents.texts import Texts, about
from kiosk.rules.messages import ENTRY_KINDS, ORDER_KINDS
from kiosk.wire import MOST_CHUNK, Status, Want

Public = Mapping[str, Mapping[str, Any]]  # kind → public fields → their public fields
WORD: Table = {"type": "string", "minLength": 1}
COUNT: Table = {"type": "integer", "minimum": 0, "maximum": MOST_INTEGER}
BYTES: Table = {
    "type": "string",
    "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)$",
}
NULL: Table = {"type": "null"}
RECEIPT: Table = {
    "description": "C2SP checkpoint with one line of the county's witness (FORMATS.md §5)",
    "type": "string",
    "pattern": "^liangzheng/log/[0-9a-f]{32}\n[1-9][0-9]*\n[A-Za-z0-9+/]{43}=\n\n"
    "— liangzheng/[a-z0-9-]{1,32}/witness [A-Za-z0-9+/]+=*\n$",
}
KEPT: Table = {
    "description": "one line that names a blob, with one line of the county's witness (FORMATS.md §9)",
    "type": "string",
    "pattern": "^liangzheng/blob/[0-9a-f]{64}\n\n— liangzheng/[a-z0-9-]{1,32}/witness [A-Za-z0-9+/]+=*\n$",
}
CHUNK: Table = {
    "description": "a line of JSON with a line feed (members blob, month, packed, at, of), then 1 to "
    f"{MOST_CHUNK} bytes of the blob as it lies; no text (FORMATS.md §9)"
}


class WireSchemas:
    """Made with the bodies of `schemas`, into the same parts."""

    def __init__(self, schemas: Schemas, texts: Texts) -> None:
        self._schemas = schemas
        self._texts = texts

    def header(self) -> Table:
        numbers: dict[str, Table] = {"seq": COUNT | {"minimum": 1}, "v": {"const": HEADER_VERSION}}
        return self._closed(
            "Header", "What the author signs.", dict.fromkeys(("body", "clock", "kind", "log", "time"), WORD) | numbers
        )

    def envelope(self) -> Table:
        """Of any kind, also one that is not known yet."""
        members: dict[str, Table] = {
            "body": {},
            "header": {"allOf": [self._kept("Header", self.header())]},
            "key": WORD,
            "salt": {"anyOf": [BYTES, NULL]},
            "sig": BYTES,
        }
        retired = {"properties": {"body": NULL, "salt": NULL}}
        whole = {"properties": {"body": {"not": NULL}, "salt": {"not": NULL}}}
        return self._closed("Envelope", about(Envelope), members) | {"anyOf": [whole, retired]}

    def entry(self) -> Table:
        return self._enveloped("One entry of a station", ENTRY_KINDS)

    def order(self) -> Table:
        return self._enveloped("One order of the county", ORDER_KINDS)

    def want(self) -> Table:
        return self._closed("Want", about(Want), {"all": COUNT, "own": COUNT})

    def status(self) -> Table:
        states = [*get_args(get_type_hints(Status)["state"])]
        words: dict[str, Table] = {"state": {"enum": states}, "time": {"type": "string", "maxLength": 40}}
        counts = dict.fromkeys(("all", "own", "receipt", "through", "recorded"), COUNT)
        waiting: dict[str, Table] = {"oldest": {"type": "string", "maxLength": 40}, "blobs": COUNT}
        return self._closed("Status", about(Status), words | counts | waiting)

    def event(self, kind: str, public: Mapping[str, Any]) -> Table:
        """The feed's CloudEvent of one kind; its `data` lacks members that the entry's software did not know."""
        body = self._schemas.body(kind)
        members: dict[str, Table] = {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "pattern": "^[0-9a-f]{32}/[1-9][0-9]*$"},
            "source": {"type": "string", "pattern": "^urn:liangzheng:log:[0-9a-f]{32}$"},
            "type": {"const": f"cn.liangzheng.{kind}.1"},
            "time": {"type": "string"},
            "datacontenttype": {"const": "application/json"},
            "station": {"type": "string"},
            "data": self._data(body, public),
        }
        return self._closed("Event", f"Of an entry {kind}: {body['description']}", members)

    def _enveloped(self, title: str, kinds: Iterable[str]) -> Table:
        """A body that is there fits its kind; a kind that is not known is let pass."""
        choices = [
            {
                "if": {"properties": {"header": {"properties": {"kind": {"const": kind}}}}},
                "then": {"properties": {"body": {"anyOf": [self._kept(kind, self._schemas.body(kind)), NULL]}}},
            }
            for kind in kinds
        ]
        return {"description": title, "allOf": [self._kept("Envelope", self.envelope()), *choices]}

    def _data(self, schema: Table, public: Mapping[str, Any]) -> Table:
        """The part of a body's schema that is public."""
        known = schema["properties"]
        members = {name: self._cut(known[name], inner) if inner else known[name] for name, inner in public.items()}
        return {"type": "object", "properties": members, "additionalProperties": False}

    def _cut(self, member: Table, public: Mapping[str, Any]) -> Table:
        """A table in a body, or a list of them, of which only some fields are public."""
        if "items" in member:
            return {"description": member["description"], "type": "array", "items": self._cut(member["items"], public)}
        reference = member.get("$ref") or member["allOf"][0]["$ref"]
        told = {"description": member["description"]} if "description" in member else {}
        return told | self._data(self._schemas.parts[reference.rpartition("/")[2]], public)

    def _kept(self, name: str, schema: Table) -> Table:
        self._schemas.parts[name] = schema
        return self._schemas.refer(name)

    def _closed(self, of: str, about_it: str, members: dict[str, Table]) -> Table:
        """An object of exactly these members."""
        told = {name: {"description": self._texts.field(of, name)} | schema for name, schema in members.items()}
        closed = {"type": "object", "properties": told, "required": [*members], "additionalProperties": False}
        return {"description": about_it} | closed
