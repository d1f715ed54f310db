"""The AsyncAPI 3.0 document of the wire: channels, messages, who sends and who receives. Values in, a table out.

It says what FORMATS.md §9 and §10 say, for programs. `Public` is the county's list of what the feed may tell.
"""

import json
from dataclasses import dataclass
from typing import Any

from kiosk.documents.schemas import IN_ASYNCAPI, VERSION, Schemas, Table
from kiosk.documents.texts import Texts
from kiosk.documents.wire_schemas import CHUNK, KEPT, RECEIPT, Public, WireSchemas
from kiosk.wire import (
    BLOB_TYPE,
    CODE,
    DEFLATE,
    ENCODING,
    JSON_TYPE,
    MOST_ENTRIES,
    MOST_MESSAGE,
    PLAIN_BYTES,
    TEXT_TYPE,
    Topics,
)

EVENT_TYPE = "application/cloudevents+json"
BINDING = "0.2.0"  # of the MQTT bindings
STATION, COUNTY, READER = "station", "county", "reader"
SEVERAL = {"type": "array", "minItems": 1, "maxItems": MOST_ENTRIES}
PARAMETERS = {
    "county": f"code of the county, {CODE}",
    "station": f"code of the station, {CODE}; `all`, `feed` and `intake` are never stations",
    "kind": "kind of the entry",
}
DESCRIPTION = (
    "What stations and their county say to each other, and the public feed of the county. Entries and orders are signed"
    " envelopes; the topic is routing, never authority. MQTT 5 over TLS 1.3 with certificates on both sides: the common"
    " name is user name and client id. QoS 1 everywhere; a PUBACK moves nothing, only the county's signed receipt does,"
    " and what it does not cover travels again: (log, seq) is the identity of an entry. The schemas are a writer's, and"
    " know the members of this version. A reader takes members and kinds that it does not know, and members that an"
    " older writer left out have their default. Bytes, signatures and the tree are in FORMATS.md."
)


@dataclass(frozen=True, slots=True)
class Channel:
    """One topic below `liangzheng/1/<county>/`: what it carries and who writes and reads it."""

    name: str
    address: str
    told: str
    messages: tuple[str, ...]
    sender: str
    receiver: str
    sends: str
    receives: str
    retain: bool = False


def channels(kinds: tuple[str, ...]) -> tuple[Channel, ...]:
    """All of them; `kinds` are those of the feed."""
    topics = Topics("{county}")
    own = "{station}"
    return (
        Channel(
            "up", topics.of(own, "up"), "The station's log from the last receipt on; what is recorded while the line "
            "stands overtakes what waits.",
            ("entries",), STATION, COUNTY, "sendEntries", "receiveEntries",
        ),
        Channel(
            "blob", topics.of(own, "blob"), "Captures and photographs, piece by piece, when no entry waits.",
            ("chunk",), STATION, COUNTY, "sendChunk", "receiveChunk",
        ),
        Channel(
            "status", topics.of(own, "status"), "How the station's uplink stands; the last will says offline. "
            "Not signed: shown, never believed.",
            ("status",), STATION, COUNTY, "sendStatus", "receiveStatus", retain=True,
        ),
        Channel(
            "want", topics.of(own, "want"), "The last orders that the station holds; the county sends what follows.",
            ("want",), STATION, COUNTY, "sendWant", "receiveWant",
        ),
        Channel(
            "receipt", topics.of(own, "receipt"), "The county's signed word that it has committed entries 1 to size.",
            ("receipt",), COUNTY, STATION, "sendReceipt", "receiveReceipt",
        ),
        Channel(
            "kept", topics.of(own, "kept"), "The county's signed word that it has every byte of a blob.",
            ("kept",), COUNTY, STATION, "sendKept", "receiveKept",
        ),
        Channel(
            "order", topics.of(own, "order"), "Orders for one station, and those of both streams that it missed.",
            ("orders",), COUNTY, STATION, "sendOrders", "receiveOrders",
        ),
        Channel(
            "allOrder", topics.of("all", "order"), "Orders for every station of the county.",
            ("orders",), COUNTY, STATION, "sendOrdersToAll", "receiveOrdersToAll",
        ),
        Channel(
            "feed", topics.feed("{kind}"), "Each verified entry once, without what is personal, for anybody with a "
            "reader's certificate.",
            tuple(f"feed.{kind}" for kind in kinds), COUNTY, READER, "sendEvents", "receiveEvents",
        ),
    )  # fmt: skip


def document(texts: Texts, public: Public, examples: dict[str, str], software: str) -> Table:
    """`examples` are those of FORMATS.md by name; `software` is the version that the document is of."""
    schemas = Schemas(texts, IN_ASYNCAPI)
    messages = _messages(WireSchemas(schemas, texts), schemas, public, examples)
    told = channels(tuple(public))
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:liangzheng:{VERSION}",
        "info": {
            "title": "Liangzheng",
            "version": software,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": JSON_TYPE,
        "servers": {"broker": _server()},
        "channels": {channel.name: _channel(channel) for channel in told},
        "operations": dict(operation for channel in told for operation in _operations(channel)),
        "components": {
            "messages": messages,
            "schemas": dict(sorted(schemas.parts.items())),
            "securitySchemes": {
                "mutualTLS": {"type": "X509", "description": "a client certificate of the county's authority"}
            },
        },
    }


def _server() -> Table:
    return {
        "host": "{host}:{port}",
        "protocol": "secure-mqtt",
        "protocolVersion": "5.0",
        "description": "the county's broker, TLS 1.3; a topic outside the client's own is refused",
        "variables": {
            "host": {"description": "name of the broker; `liangzheng county init` sets it"},
            "port": {"default": "8883"},
        },
        "security": [{"$ref": "#/components/securitySchemes/mutualTLS"}],
        "bindings": {"mqtt": {"cleanSession": False, "maximumPacketSize": MOST_MESSAGE, "bindingVersion": BINDING}},
    }


def _channel(channel: Channel) -> Table:
    used = [name for name in PARAMETERS if f"{{{name}}}" in channel.address]
    return {
        "address": channel.address,
        "description": channel.told,
        "parameters": {name: {"description": PARAMETERS[name]} for name in used},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in channel.messages},
    }


def _operations(channel: Channel) -> list[tuple[str, Table]]:
    """Both ends of a channel, each from its own view."""
    ends = (("send", channel.sender, channel.sends), ("receive", channel.receiver, channel.receives))
    return [
        (
            f"{who}.{name}",
            {
                "action": action,
                "channel": {"$ref": f"#/channels/{channel.name}"},
                "summary": f"The {who} {action}s.",
                "tags": [{"name": who}],
                "bindings": {"mqtt": {"qos": 1, "retain": channel.retain, "bindingVersion": BINDING}},
            },
        )
        for action, who, name in ends
    ]


def _messages(wire: WireSchemas, schemas: Schemas, public: Public, examples: dict[str, str]) -> Table:
    said = {name: json.loads(examples[name]) for name in ("entry", "test", "certificate", "order", "want", "status")}
    schemas.parts |= {"Entry": wire.entry(), "Order": wire.order()}
    entries = [said["entry"], said["test"], said["certificate"]]
    return {
        "entries": _several("Entry", "1 to 50 entries of a station's log, in order", entries, schemas),
        "orders": _several("Order", "1 to 50 orders of one stream, in order", [said["order"]], schemas),
        "want": _message("want", "what the station holds", JSON_TYPE, wire.want(), said["want"]),
        "status": _message("status", "how the uplink stands", JSON_TYPE, wire.status(), said["status"]),
        "receipt": _message("receipt", "a cosigned checkpoint", TEXT_TYPE, RECEIPT, examples["receipt"] + "\n"),
        "chunk": _message("chunk", "some bytes of a blob behind a line that says which", BLOB_TYPE, CHUNK, None),
        "kept": _message("kept", "a cosigned line for a blob", TEXT_TYPE, KEPT, examples["kept"] + "\n"),
    } | {f"feed.{kind}": _event(kind, wire, members, examples) for kind, members in public.items()}


def _several(name: str, told: str, example: list[Any], schemas: Schemas) -> Table:
    """An array of envelopes, each with the bytes that were signed, joined by commas: never written anew."""
    told += f"; compressed (RFC 1950) when longer than {PLAIN_BYTES} bytes"
    payload = SEVERAL | {"items": schemas.refer(name)}
    headers = {
        "type": "object",
        "properties": {ENCODING: {"const": DEFLATE, "description": "there when the payload is compressed: zlib"}},
    }
    message = _message(name.lower(), told, JSON_TYPE, payload, example) | {"headers": headers}
    if len(json.dumps(example, ensure_ascii=False, separators=(",", ":")).encode()) > PLAIN_BYTES:
        message["examples"][0]["headers"] = {ENCODING: DEFLATE}
    return message


def _event(kind: str, wire: WireSchemas, members: Any, examples: dict[str, str]) -> Table:
    example = json.loads(examples["feed"])
    shown = example if example["type"] == f"cn.liangzheng.{kind}.1" else None
    return _message(f"feed.{kind}", f"a verified entry {kind}", EVENT_TYPE, wire.event(kind, members), shown)


def _message(name: str, told: str, content: str, payload: Table, example: Any) -> Table:
    message: Table = {
        "name": name,
        "summary": told,
        "contentType": content,
        "payload": payload,
        "bindings": {"mqtt": {"contentType": content, "bindingVersion": BINDING}},
    }
    return message if example is None else message | {"examples": [{"name": name, "payload": example}]}
