"""An entry as the public CloudEvents 1.0 event of the feed. What is not listed here stays in the county.

A certificate's number is not public: it leads to the trace page, and that names the producer.
"""

import json
from collections.abc import Mapping
from typing import Any

from kiosk.contract import Envelope

EVENT_TYPE = "application/cloudevents+json"
Fields = Mapping[str, Any]
MEASURED: Fields = {"channel": {}, "quantity": {}, "value": {}, "unit": {}}
DEVICE: Fields = {"profile": {}, "revision": {}, "model": {}, "firmware": {}, "evidence": {}}

# kind → public fields → their public fields; {} takes a plain value whole and refuses a table
PUBLIC: Mapping[str, Fields] = {
    "log.opened": {"county": {}, "station": {}, "key": {}, "software": {}, "predecessor": {}},
    "test": {
        "run": {},
        "sample_code": {},
        "sample_type": {},
        "scene": {},
        "product": {},
        "method": {},
        "method_confirmed": {},
        "device": DEVICE,
        "sample": MEASURED,
        "value": {},
        "unit": {},
        "verdict": {"outcome": {}, "rule": {}, "reason": {}},
        "device_value": {},
        "device_verdict": {},
        "disagrees": {},
        "reagent_lot": {},
        "retest_of": {},
    },
    "observation": {"device": DEVICE, "readings": MEASURED},
    "certificate": {
        "style": {},
        "wording": {},
        "product": {},
        "quantity": {},
        "unit": {},
        "date": {},
        "basis": {},
        "tests": {},
        "clock_trusted": {},
    },
    "reprint": {"copy": {}},
    "print": {"copy": {}, "outcome": {}},
    "incident": {"part": {}, "problem": {}},
    "order.done": {"stream": {}, "seq": {}, "order": {}, "done": {}},
}


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
