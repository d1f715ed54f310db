"""What is generated from the form is what ships; a validator that we did not write agrees with ours."""

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from drivers.profile import schema
from drivers.profile.folder import known, shipped
from kiosk.words import LANGUAGES, load_words
from ui.command.profile_doc import page

HOUSE = Path(str(shipped().roots[0]))
VALIDATOR = jsonschema.Draft202012Validator(schema.schema())


def tables(name: str) -> dict[str, Any]:
    return tomllib.loads((HOUSE / f"{name}.toml").read_text("utf-8"))


def test_the_schema_that_ships_is_that_of_the_form() -> None:
    """When this fails: liangzheng profile schema --out firmware_profiles/profile.schema.json"""
    assert (HOUSE / "profile.schema.json").read_text("utf-8") == schema.text()


def test_the_page_that_ships_is_that_of_the_profiles() -> None:
    """When this fails: liangzheng profile doc --out firmware_profiles/DEVICES.md"""
    assert (HOUSE / "DEVICES.md").read_text("utf-8") == page(shipped())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_quantity_has_its_word(language: str) -> None:
    words = load_words(language)
    used = {value.quantity for name in known() for value in shipped().find(name).result.values}
    assert [name for name in sorted(used) if not words.knows(f"command.profile.quantity.{name}")] == []


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema())


@pytest.mark.parametrize("name", known())
def test_every_profile_is_valid_for_an_editor(name: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(tables(name))] == []


@pytest.mark.parametrize("name", known())
def test_every_profile_names_its_schema(name: str) -> None:
    assert (HOUSE / f"{name}.toml").read_text("utf-8").startswith("#:schema ../profile.schema.json\n")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("link", "format"), "9N1"),
        (("link", "retris"), 2),
        (("frame", "start"), 7),
        (("device", "evidence"), "rumoured"),
        (("record", "record", "fields", 0, "type"), "u16el"),
        (("exchange", "hello", "idempotant"), True),
        (("exchange", "Read"), {}),
    ],
)
def test_an_editor_sees_the_mistake(path: tuple[str | int, ...], value: object) -> None:
    wrong: Any = tables("dayuan-tl310/any")
    part = wrong
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    assert list(VALIDATOR.iter_errors(wrong)) != []


def test_a_child_says_only_what_differs() -> None:
    child: dict[str, Any] = {
        "format": 1,
        "id": "a-b",
        "revision": 1,
        "extends": "dayuan-tl310@1",
        "device": {"model": "B"},
        "patch": {"record": {"record": {"inhibit": {"type": "u16le", "scale": 0.01}}}},
    }
    assert list(VALIDATOR.iter_errors(child)) == []
    assert list(VALIDATOR.iter_errors(child | {"link": {"bauds": 1}})) != []
    assert list(VALIDATOR.iter_errors({key: value for key, value in child.items() if key != "extends"})) != []


def test_the_schema_stays_readable() -> None:
    assert len(json.dumps(schema.schema())) < 150_000
