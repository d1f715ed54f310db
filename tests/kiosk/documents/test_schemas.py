"""The JSON Schemas and the contract's reader take the same bodies: judged by jsonschema and by Ajv, not by us."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import rfc8785
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kiosk import contract
from kiosk.contract import ContractError, Envelope, Header
from kiosk.documents import written
from kiosk.documents.errors import Untold
from kiosk.documents.schemas import body_schema
from kiosk.documents.texts import about, load_texts
from kiosk.rules.messages import ACT_KINDS, ENTRY_KINDS, ORDER_KINDS
from tests.kiosk.documents import foreign
from tests.kiosk.documents.drawn import KINDS, ODD, bent, bodies, plain
from tests.kiosk.documents.foreign import Python
from tests.support.bodies import SALT, a_key, kid
from ui.county.public import PUBLIC

KEY = a_key("documents")
EACH = settings(
    max_examples=12, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@cache
def schemas() -> dict[str, Any]:
    return {name: written.schema(name, load_texts(), PUBLIC) for name in written.schema_names(PUBLIC)}


@cache
def jsonschema() -> Python:
    return Python(schemas())


def signed(kind: str, body: dict[str, Any]) -> bytes:
    """An envelope around anything."""
    data = rfc8785.dumps(body)
    header = Header(kid(KEY), 1, "2026-03-02T09:30:01.000+08:00", "ntp", kind, hashlib.sha256(SALT + data).hexdigest())
    return Envelope(header, kid(KEY), SALT, data, KEY.sign(header.bytes())).bytes()


def read(kind: str, body: dict[str, Any]) -> Any:
    """The value, or None when the contract does not take it."""
    envelope = contract.read(signed(kind, body))
    try:
        return envelope.entry if kind in ENTRY_KINDS else envelope.act if kind in ACT_KINDS else envelope.order
    except ContractError:
        return None


def drawn(kind: str, spoil: bool) -> list[dict[str, Any]]:
    """Bodies of a kind, whole or each bent in one place."""
    found: list[dict[str, Any]] = []

    @EACH
    @given(st.data())
    def gather(data: st.DataObject) -> None:
        value = data.draw(bodies(kind))
        envelope = contract.write(value, log=kid(KEY), seq=1, time="t", clock="ntp", salt=SALT, key=KEY)
        table = plain(envelope.body)
        if spoil:
            found.extend(data.draw(st.composite(lambda draw: bent(draw, table))()) for _ in range(4))
        else:
            found.append(table)

    gather()
    return found


@pytest.fixture(scope="module")
def whole() -> list[tuple[str, dict[str, Any]]]:
    return [(kind, body) for kind in KINDS for body in drawn(kind, spoil=False)]


@pytest.fixture(scope="module")
def spoilt() -> list[tuple[str, dict[str, Any]]]:
    return [(kind, body) for kind in KINDS for body in drawn(kind, spoil=True)]


def test_what_we_write_everybody_takes(whole: list[tuple[str, dict[str, Any]]]) -> None:
    assert len(whole) >= 10 * len(KINDS) - 10
    assert [kind for kind, body in whole if read(kind, body) is None] == []
    assert [kind for kind, body in whole if not jsonschema().takes(kind, body)] == []
    assert [case for case, taken in zip(whole, foreign.ajv(schemas(), whole), strict=True) if not taken] == []


def test_a_bent_body_is_taken_by_all_or_by_none(spoilt: list[tuple[str, dict[str, Any]]]) -> None:
    ours = [read(kind, body) is not None for kind, body in spoilt]
    python = [jsonschema().takes(kind, body) for kind, body in spoilt]
    script = foreign.ajv(schemas(), spoilt)
    differ = [case for case, *said in zip(spoilt, ours, python, script, strict=True) if len(set(said)) != 1]
    assert differ == []
    assert ours.count(False) > len(ours) // 3  # many are wrong, and some are merely others
    assert ours.count(True) > len(ours) // 20


def test_a_line_feed_behind_a_text_is_part_of_it() -> None:
    """Python's own `$` would not see it; neither our reader nor Ajv lets it pass."""
    body = {"stream": "all", "seq": 1, "order": "x", "digest": "ab" * 32, "done": True, "reason": ""}
    more = body | {"digest": body["digest"] + "\n"}  # type: ignore[operator]
    assert [read("order.done", one) is not None for one in (body, more)] == [True, False]
    assert foreign.ajv(schemas(), [("order.done", body), ("order.done", more)]) == [True, False]


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_that_is_not_known_is_ignored_by_readers_and_refused_to_writers(kind: str) -> None:
    body = drawn(kind, spoil=False)[0]
    assert read(kind, body | {"later": 1}) == read(kind, body)
    assert not jsonschema().takes(kind, body | {"later": 1})


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_of_an_older_writer_has_the_defaults(kind: str) -> None:
    """Only what has no default has to be there; what a schema calls the default is what the reader fills in."""
    schema, body = schemas()[kind], drawn(kind, spoil=False)[0]
    bare = {name: body[name] for name in schema["required"]}
    filled = bare | {name: schema["properties"][name]["default"] for name in body.keys() - bare.keys()}
    assert jsonschema().takes(kind, bare)
    assert read(kind, bare) == read(kind, filled)
    for name in bare:
        assert read(kind, {key: value for key, value in bare.items() if key != name}) is None


# --- around the bodies -----------------------------------------------------------------------------------------------


def retired() -> dict[str, Any]:
    table = json.loads(signed("test", {"x": "y"}))
    return {**table, "body": None, "salt": None}


def is_envelope(value: Any) -> bool:
    try:
        contract.read(rfc8785.dumps(value))
    except contract.Malformed:
        return False
    return True


def bent_envelopes() -> Iterator[dict[str, Any]]:
    for place in ("header", "body", "key", "salt", "sig"):
        for odd in (*ODD, "AA==", "AB==", "AAA=", "AAB=", "AAAA", "A"):
            yield retired() | {place: odd}
    for name in retired()["header"]:
        for odd in ODD:
            yield retired() | {"header": retired()["header"] | {name: odd}}
    for name in retired():
        yield {key: value for key, value in retired().items() if key != name}
    yield retired() | {"more": 1}


def test_envelopes() -> None:
    """Retired ones, so that no hash stands between the form and the answer; the kinds bring their own bodies."""
    named = json.loads(json.dumps(schemas()["entry"]))
    named["allOf"] = named["allOf"][:1]
    cases = [value for value in (retired(), *bent_envelopes()) if is_canonical(value)]
    ours = [is_envelope(value) for value in cases]
    assert ours[0]
    assert ours.count(False) > 100
    python = Python({"envelope": named})
    assert [case for case, taken in zip(cases, ours, strict=True) if python.takes("envelope", case) != taken] == []
    script = foreign.ajv({"envelope": named}, [("envelope", case) for case in cases])
    assert [case for case, *said in zip(cases, ours, script, strict=True) if len(set(said)) > 1] == []


def is_canonical(value: Any) -> bool:
    try:
        return bool(rfc8785.dumps(value))
    except rfc8785.CanonicalizationError:
        return False


@pytest.mark.parametrize(("name", "kinds"), [("entry", ENTRY_KINDS), ("order", ORDER_KINDS)])
def test_an_envelope_holds_a_body_of_its_kind(name: str, kinds: dict[str, Any]) -> None:
    for kind in kinds:
        good = json.loads(signed(kind, drawn(kind, spoil=False)[0]))
        assert jsonschema().takes(name, good)
        assert jsonschema().takes(name, good | {"body": None, "salt": None})
        assert not jsonschema().takes(name, good | {"body": {"later": 1}})
        assert not jsonschema().takes(name, good | {"body": None})
    unknown = json.loads(signed("of.tomorrow", {"x": "y"}))
    assert jsonschema().takes(name, unknown)


# --- words -----------------------------------------------------------------------------------------------------------


def members(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every named member of every object."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items() if "additionalProperties" in schema else ()
        for inner in schema.values():
            yield from members(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from members(inner)


@pytest.mark.parametrize("name", written.schema_names(PUBLIC))
def test_every_member_is_described(name: str) -> None:
    schema = schemas()[name]
    assert [member for member, said in members(schema) if not said.get("description", "").strip()] == []
    objects = [schema, *schema.get("$defs", {}).values()]
    assert [one for one in objects if not one.get("description", "").strip()] == []


def test_every_body_and_part_says_what_it_is() -> None:
    assert [kind for kind, body in KINDS.items() if about(body).startswith(body.__name__)] == []


def test_no_text_is_of_nothing() -> None:
    """A table of fields.toml is a type, its texts are members or words of it, and `any` is used."""
    types: dict[str, set[str]] = {body.__name__: set() for body in KINDS.values()}
    for kind, body in KINDS.items():
        schema = schemas()[kind]
        types[body.__name__] |= set(schema["properties"])
        for name, part in schema.get("$defs", {}).items():
            types.setdefault(name, set()).update(part.get("properties", part.get("enum", ())))
    for name, place in (("Header", "entry"), ("Envelope", "entry")):
        types[name] = set(schemas()[place]["$defs"][name]["properties"])
    types |= {name.title(): set(schemas()[name]["properties"]) for name in ("want", "status")}
    types["Event"] = set(schemas()["feed.test"]["properties"])
    tables = load_texts().tables
    everywhere = set().union(*types.values())
    assert tables.keys() - {"any"} - types.keys() == set()
    assert {
        name: told.keys() - types[name] for name, told in tables.items() if name in types and told.keys() - types[name]
    } == {}
    assert tables["any"].keys() - everywhere == set()


def test_a_field_without_a_text_is_refused() -> None:
    texts = load_texts()
    del texts.tables["Test"]["blank"]
    with pytest.raises(Untold, match=r"Test\.blank"):
        body_schema("test", texts)


# --- names -----------------------------------------------------------------------------------------------------------


def test_schemas_have_names_of_their_own_and_no_host() -> None:
    names = [schema["$id"] for schema in schemas().values()]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"urn:liangzheng:1:[a-z.]+", name)] == []


def test_numbers_travel_as_text_and_digests_as_hex() -> None:
    test = schemas()["test"]["properties"]
    said = [one for one in test["value"]["anyOf"] if one["type"] != "null"]
    assert [one["type"] for one in said] == ["string"]
    assert re.search(test["capture"]["pattern"], "ab" * 32)
    assert not re.search(test["capture"]["pattern"], base64.b64encode(bytes(32)).decode())
