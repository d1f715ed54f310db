"""Every concept of a rapid-test upload (domain.md §4.1) has a home in our bodies; codes map down without a guess."""

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from kiosk.documents.concepts import (
    Codes,
    Mapping,
    compact_time,
    load_concepts,
    mapping_of,
    type_at,
    words_at,
)
from kiosk.documents.errors import ConceptError
from kiosk.rules.messages import ENTRY_KINDS, Outcome, Position, Repeat
from kiosk.rules.testing.methods import Formula
from tests.support.bodies import a_test

# the rows of the table, in its order
ROWS = (
    "record_id", "station", "tested_party", "producer", "batch", "sample", "item", "method", "value", "unit_limit",
    "verdict", "time", "person", "device", "reagent", "place", "repeat", "scene", "auth", "status",
)  # fmt: skip


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    return load_concepts()


def test_every_row_has_a_home(mapping: Mapping) -> None:
    assert tuple(concept.id for concept in mapping.concepts) == ROWS
    assert [concept.id for concept in mapping.concepts if not concept.ours or not concept.seen] == []
    assert [concept.id for concept in mapping.concepts if not (concept.zh and concept.en)] == []


def test_paths_lead_somewhere() -> None:
    assert type_at("test.verdict.outcome") is Outcome
    assert type_at("test.sample[].raw") is str
    assert type_at("test.repeat") is Repeat
    assert type_at("objection.closed.objection") is int
    assert type_at("header.time") is str


@pytest.mark.parametrize(
    "path",
    [
        "test.nothing",
        "nothing.value",
        "test.sample.raw",
        "test.value[]",
        "header.body2",
        "test.value.raw",
        "envelope.x",
    ],
)
def test_paths_that_lead_nowhere_are_refused(path: str) -> None:
    with pytest.raises(ConceptError):
        type_at(path)


def full_test() -> Any:
    """A test in which everything that a platform may ask for is known."""
    value: Any = a_test("82", retest_of=1)
    empty = [field.name for field in fields(value) if getattr(value, field.name) == ""]
    here = Position(Decimal("101.9"), Decimal("24.0"))
    return replace(
        value, **dict.fromkeys(empty, "x"), repeat=Repeat.RETEST, limit=value.value, channel=2, disagrees=True,
        position=here, device=replace(value.device, firmware="1.2"),
        sample=tuple(replace(one, taken_at="x") for one in value.sample),
    )  # fmt: skip


def reached(value: Any, steps: list[str]) -> list[Any]:
    """What a path leads to, in every element of the lists on its way."""
    if not steps:
        return [value]
    name = steps[0].removesuffix("[]")
    inner = getattr(value, name)
    elements = inner if steps[0].endswith("[]") else [inner]
    return [found for element in elements for found in reached(element, steps[1:])]


def test_a_full_test_maps_without_loss(mapping: Mapping) -> None:
    """Each fact of a test stands under exactly the path that a concept names, and none of them is empty."""
    body = full_test()
    paths = [path for concept in mapping.concepts for path in concept.ours if path.startswith("test.")]
    assert len(paths) > 40
    record = {path: reached(body, path.split(".")[1:]) for path in paths}
    assert [
        path for path, found in record.items() if not found or not any(one not in (None, "") for one in found)
    ] == []
    mapped = {path.split(".")[1].removesuffix("[]") for path in paths}
    ours_alone = {"visit", "run", "method_confirmed", "capture", "findings", "temperature", "humidity"}
    assert {field.name for field in fields(ENTRY_KINDS["test"])} - mapped == ours_alone


def test_codes_map_words_of_ours(mapping: Mapping) -> None:
    for codes in mapping.codes:
        words = words_at(codes.field)
        if codes.field == "test.method_kind":
            words = tuple(Formula)
        assert words is not None, codes.id
        assert codes.to.keys() <= set(words), codes.id


def codes_of(mapping: Mapping, name: str) -> Codes:
    return next(codes for codes in mapping.codes if codes.id == name)


def test_methods_are_numbered_as_platforms_do(mapping: Mapping) -> None:
    codes = codes_of(mapping, "method_kind").to
    assert codes == {"inhibition": "1", "card": "1", "strip": "2", "curve": "11"}
    assert codes.keys() == set(Formula)


def test_suspect_and_invalid_have_no_place_in_pass_or_fail(mapping: Mapping) -> None:
    for name in ("verdict_words", "verdict_english", "verdict_binary"):
        assert codes_of(mapping, name).to.keys() == {Outcome.NEGATIVE, Outcome.POSITIVE}
    assert codes_of(mapping, "verdict_words").to == {"negative": "合格", "positive": "不合格"}
    assert all("suspect" not in codes.to for codes in mapping.codes if codes.field == "test.verdict.outcome")


def test_no_two_verdicts_become_one(mapping: Mapping) -> None:
    for codes in mapping.codes:
        if codes.field == "test.verdict.outcome":
            assert len(set(codes.to.values())) == len(codes.to), codes.id


def test_what_was_not_read_is_not_confirmed(mapping: Mapping) -> None:
    guessed = {codes.id for codes in mapping.codes if not codes.confirmed}
    assert guessed == {"verdict_binary", "verdict_three", "verdict_signed"}


@pytest.mark.parametrize(
    ("time", "compact"),
    [
        ("2026-03-02T09:30:01.000+08:00", "20260302093001"),
        ("2026-03-02T01:30:01Z", "20260302093001"),
        ("2026-12-31T23:59:59.999+08:00", "20261231235959"),
        ("2026-12-31T16:00:00+00:00", "20270101000000"),
    ],
)
def test_compact_times(time: str, compact: str) -> None:
    assert compact_time(time) == compact


@pytest.mark.parametrize(
    "table",
    [
        {"concept": []},
        {"concept": [{"id": "x"}], "codes": []},
        {"concept": [], "codes": [{"id": "x", "field": "test.nothing", "seen": "", "confirmed": True, "to": {}}]},
        {"concept": [{"id": "x", "zh": "", "en": "", "ours": ["x.y"], "seen": []}], "codes": []},
        {"concept": [{"id": "x", "zh": "", "en": "", "ours": [], "seen": [], "more": 1}], "codes": []},
    ],
)
def test_a_table_that_is_none_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ConceptError):
        mapping_of(table)
