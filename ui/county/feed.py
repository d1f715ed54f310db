"""An entry as the public CloudEvents 1.0 event of the feed. What ui.county.public does not list stays in the county."""

import json
from typing import Any

from kiosk.contract import Envelope
from ui.county.public import PUBLIC, SEALED_OFF, Fields

EVENT_TYPE = "application/cloudevents+json"


def is_told(kind: str) -> bool:
    """Whether entries of this kind have an event at all. Of a kind that is not known only its being is told."""
    return kind not in SEALED_OFF


def event(entry: Envelope, station: str) -> bytes:
    """The structured JSON form of one verified entry."""
    header = entry.header
    body = {} if entry.body is None else json.loads(entry.body)
    table = {
        "specversion": "1.0",
        "id": f"{header.log}/{header.seq}",
        "source": f"urn:liangzheng:log:{header.log}",
        "type": f"cn.liangzheng.{header.kind}.1",
        "time": header.time,
        "datacontenttype": "application/json",
        "station": station,
        "data": _public(body, PUBLIC.get(header.kind, {})),
    }
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()


def _public(body: object, fields: Fields) -> dict[str, Any]:
    if not isinstance(body, dict):
        return {}
    found = {name: _value(body[name], inner) for name, inner in fields.items() if name in body}
    return {name: value for name, value in found.items() if value is not _HIDDEN}


_HIDDEN = object()


def _value(value: object, fields: Fields) -> Any:
    if isinstance(value, list):
        return [kept for element in value if (kept := _value(element, fields)) is not _HIDDEN]
    if isinstance(value, dict):
        return _public(value, fields) if fields else _HIDDEN
    return value if not fields or value is None else _HIDDEN
