"""The AsyncAPI document: valid to its initiative's parser, true to the broker's rights; what ships is the code's."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk import wire
from kiosk.documents import written
from kiosk.documents.asyncapi import EVENT_TYPE
from kiosk.documents.texts import load_texts
from kiosk.rules.messages import ENTRY_KINDS, ORDER_KINDS
from tests.house.examples import told
from tests.kiosk.documents import foreign
from tests.kiosk.documents.foreign import Python
from ui.county import feed
from ui.county.broker import access_list
from ui.county.public import PUBLIC

DOCUMENT: dict[str, Any] = json.loads((written.home() / "asyncapi.json").read_text("utf-8"))
NEWER = "asyncapi-latest-version"  # the parser knows a later version of AsyncAPI than we were asked for


def resolved(reference: dict[str, str]) -> Any:
    found: Any = DOCUMENT
    for step in reference["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def test_the_parser_of_the_initiative_has_nothing_to_say() -> None:
    said = foreign.asyncapi(json.dumps(DOCUMENT))
    assert said["valid"]
    assert [one for one in said["told"] if one[1] != NEWER] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("operations", "station.sendEntries", "action"), "shout"),
        (("channels", "up", "parameters"), {}),
        (("channels", "up", "messages", "entries", "$ref"), "#/components/messages/nothing"),
    ],
)
def test_the_parser_would_say_so(path: tuple[Any, ...], value: Any) -> None:
    spoilt = json.loads(json.dumps(DOCUMENT))
    place = spoilt
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert [one for one in foreign.asyncapi(json.dumps(spoilt))["told"] if one[1] != NEWER] != []


def test_what_ships_is_what_the_code_says() -> None:
    assert written.drift(written.home(), PUBLIC) == []


def test_drift_is_found_and_written_away(tmp_path: Path) -> None:
    names = [name for name, _ in written.files(PUBLIC)]
    assert written.write(tmp_path, PUBLIC) == sorted(names)
    assert written.drift(tmp_path, PUBLIC) == []
    file = tmp_path / "schemas" / "test.json"
    file.write_text(file.read_text("utf-8").replace('"test"', '"rest"', 1), "utf-8")
    (tmp_path / "schemas" / "of.yesterday.json").write_text("{}", "utf-8")
    (tmp_path / "asyncapi.json").unlink()
    assert written.drift(tmp_path, PUBLIC) == ["asyncapi.json", "schemas/of.yesterday.json", "schemas/test.json"]
    assert written.write(tmp_path, PUBLIC) == ["asyncapi.json", "schemas/test.json"]
    assert (tmp_path / "schemas" / "of.yesterday.json").exists()


def test_channels_and_rights_are_the_brokers() -> None:
    """Who sends and who receives in the document = what mosquitto lets a station, the intake and a reader do."""
    said = set()
    for operation in DOCUMENT["operations"].values():
        who = operation["tags"][0]["name"]
        right = {"send": "write", "receive": "read"}[operation["action"]]
        address = resolved(operation["channel"])["address"]
        own = "dc-01" if who == "station" else "+"
        said.add((who, right, address.format(county="530427", station=own, kind="#")))
    granted, who = set(), ""
    for line in access_list("530427", ["dc-01"]).splitlines():
        words = line.split()
        if words[:1] == ["user"]:
            who = {"dc-01": "station", "intake": "county", "feed": "reader"}[words[1]]
        elif words:
            granted.add((who, words[1], words[2]))
    assert granted == said - {("county", "write", "liangzheng/1/530427/all/order")}  # within + of its own right


def test_each_channel_has_both_ends_and_only_status_is_kept() -> None:
    for name, channel in DOCUMENT["channels"].items():
        ends = [one for one in DOCUMENT["operations"].values() if one["channel"]["$ref"] == f"#/channels/{name}"]
        assert sorted(one["action"] for one in ends) == ["receive", "send"]
        assert {one["bindings"]["mqtt"]["qos"] for one in ends} == {1}
        assert {one["bindings"]["mqtt"]["retain"] for one in ends} == {name == "status"}
        assert all(parameter["description"] for parameter in channel["parameters"].values())


def test_every_kind_is_there() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert [kind for kind in (*ENTRY_KINDS, *ORDER_KINDS) if kind not in schemas] == []
    events = [name.removeprefix("feed.") for name in DOCUMENT["channels"]["feed"]["messages"]]
    assert events == list(PUBLIC)


def test_content_types_are_those_of_the_wire() -> None:
    messages = DOCUMENT["components"]["messages"]
    said = {name: message["contentType"] for name, message in messages.items()}
    assert EVENT_TYPE == feed.EVENT_TYPE
    assert {kind for name, kind in said.items() if name.startswith("feed.")} == {EVENT_TYPE}
    assert {said["receipt"], said["kept"]} == {wire.TEXT_TYPE}
    assert said["chunk"] == wire.BLOB_TYPE
    assert {said[name] for name in ("entries", "orders", "want", "status")} == {wire.JSON_TYPE}
    assert messages["entries"]["headers"]["properties"] == {
        wire.ENCODING: {"const": wire.DEFLATE, "description": "there when the payload is compressed: zlib"}
    }


def test_examples_fit_their_payloads_and_are_those_of_the_page() -> None:
    """Judged with the document's own schemas, whose references lead into it."""
    examples = {
        name: one["examples"][0] for name, one in DOCUMENT["components"]["messages"].items() if "examples" in one
    }
    assert examples.keys() == {"entries", "orders", "want", "status", "receipt", "kept", "feed.test"}
    place = {"$id": "urn:test", "components": DOCUMENT["components"]}
    schemas = {name: place | DOCUMENT["components"]["messages"][name]["payload"] for name in examples}
    python = Python(schemas)
    assert [name for name, one in examples.items() if not python.takes(name, one["payload"])] == []
    assert not python.takes("receipt", told()["receipt"])  # without its last line feed
    assert examples["orders"]["payload"] == [json.loads(told()["order"])]
    assert examples["entries"]["headers"] == {wire.ENCODING: wire.DEFLATE}
    assert "headers" not in examples["orders"]


def test_no_host_stands_in_the_document() -> None:
    assert DOCUMENT["servers"]["broker"]["host"] == "{host}:{port}"
    assert "://" not in json.dumps(DOCUMENT["servers"])


def test_it_is_made_of_the_page_beside_it() -> None:
    assert written.asyncapi(load_texts(), PUBLIC) == DOCUMENT
