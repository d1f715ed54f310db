"""The county's settings: the form of `settings/county.toml`, and how an order's plain words become its values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Annotated, Generic, Literal, Self, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from kiosk.override import SettingPut
from kiosk.pack_forms import Exact, Form, Names, Origin
from kiosk.pack_problem import PackProblem, nearest, problem, unfit
from kiosk.rules.errors import Unusable
from kiosk.rules.scan.patterns import Pattern
from kiosk.rules.settings import CountySettings, Proof, ServiceTest
from kiosk.rules.testing.methods import Sourced

T = TypeVar("T")
Table = dict[str, object]

FILE = "settings/county.toml"


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


def _pattern(text: str) -> str:
    """Of the closed part of regular expressions that the rules match without going back."""
    try:
        return Pattern(text).text
    except Unusable as wrong:
        if wrong.code == "rules.pattern_large":
            raise unfit("pattern_large", most=wrong.facts["most"]) from wrong
        raise unfit("pattern_wrong", place=wrong.facts["place"]) from wrong


def _once(words: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(words)) != len(words):
        raise unfit("once")
    return words


Count = Annotated[int, Field(strict=True)]
Yes = Annotated[bool, Field(strict=True)]
Hours = Annotated[Count, Field(ge=1, le=24 * 30)]
Days = Annotated[Count, Field(ge=1, le=3660)]
Percent = Annotated[Exact, Field(ge=0, le=100)]
Celsius = Annotated[Exact, Field(ge=-30, le=60)]
Regular = Annotated[str, AfterValidator(_pattern)]


class Setting(Origin, Generic[T]):
    value: T
    question: Names


class SettingsForm(Form):
    proof: Setting[Proof]
    tail_above: Setting[Annotated[Exact, Field(ge=0, le=1_000_000)]]
    tail_tries: Setting[Annotated[Count, Field(ge=1, le=9)]]
    staff_may_vouch: Setting[Yes]
    speak_names: Setting[Yes]
    newcomer_may_issue: Setting[Yes]
    agreements: Setting[Annotated[tuple[Literal["notice", "pledge"], ...], AfterValidator(_once)]]
    service_test: Setting[ServiceTest]
    suspect_from: Setting[Annotated[Percent | None, BeforeValidator(_none_if_empty)]]
    test_valid_hours: Setting[Hours]
    blank_max_hours: Setting[Annotated[Exact, Field(gt=0, le=72)]]
    blank_max_drift: Setting[Annotated[Exact, Field(gt=0, le=20)]]
    ambient_low: Setting[Celsius]
    ambient_high: Setting[Celsius]
    calibration_days: Setting[Days]
    calibration_grace_days: Setting[Annotated[Count, Field(ge=0, le=366)]]
    positive_control_days: Setting[Annotated[Count, Field(ge=1, le=366)]]
    channel_difference: Setting[Annotated[Exact, Field(gt=0, le=1)]]
    report_hours: Setting[Hours]
    second_reviewer: Setting[Yes]
    usual_times: Setting[Annotated[Exact, Field(ge=1, le=1000)]]
    lot_days: Setting[Annotated[Count, Field(ge=1, le=31)]]
    drugs_asked: Setting[Yes]
    parts: Setting[Annotated[tuple[Literal["goods", "stub"], ...], AfterValidator(_once)]]
    signature_box: Setting[Yes]
    retention_days: Setting[Annotated[Count, Field(ge=183, le=36_500)]]  # six months: domain.md §1.3
    open_roles: Setting[Annotated[tuple[Literal["case_officer", "supervisor", "officer"], ...], AfterValidator(_once)]]
    list_days: Setting[Annotated[Count, Field(ge=0, le=366)]]
    public_board: Setting[Yes]
    gate_age_days: Setting[Annotated[Count, Field(ge=0, le=366)]]
    gate_tolerance: Setting[Percent]
    gate_alarms: Setting[
        Annotated[tuple[Literal["agriculture", "market_regulation", "origin"], ...], AfterValidator(_once)]
    ]
    advice: Setting[Yes]
    advice_roles: Setting[
        Annotated[tuple[Literal["subject", "adviser", "inspector", "officer"], ...], AfterValidator(_once)]
    ]
    subject_pattern: Setting[Regular]
    trace_pattern: Setting[Regular]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ambient_low.value >= self.ambient_high.value:
            raise unfit("in_order", first="ambient_low", second="ambient_high")
        return self

    def value(self) -> CountySettings:
        return CountySettings(**{field.name: getattr(self, field.name).value for field in fields(CountySettings)})

    def sources(self) -> dict[str, Sourced]:
        """Where each value comes from; what the county answered names its order."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: Sourced(name, one.mark, one.source, one.confirmed) for name, one in given.items()}


@dataclass(frozen=True, slots=True)
class Given:
    """The settings pack with the county's answers in it, and what of them is no answer."""

    table: Table
    problems: tuple[PackProblem, ...]


def answered(table: Table, puts: tuple[SettingPut, ...]) -> Given:
    """The county's word in each place of the shipped table; it is its own source, and so confirmed."""
    filled, problems = dict(table), []
    for put in puts:
        before = table.get(put.name)
        if not isinstance(before, dict):
            problems.append(problem(FILE, put.name, "unknown_key", near=nearest(put.name, table)))
            continue
        told = f"{put.order} {put.at.isoformat()}, {put.by}" + (f": {put.reason}" if put.reason else "")
        ours = {"value": _valued(put.value, before.get("value")), "mark": "V", "source": told, "confirmed": True}
        filled[put.name] = before | ours
    return Given(filled, tuple(problems))


def choices(name: str) -> tuple[str, ...]:
    """What a setting may be, where that is a closed list; as an order writes it."""
    field = SettingsForm.model_fields.get(name)
    return () if field is None else tuple(_closed(field.annotation))


def _closed(kind: object) -> Iterator[str]:
    if isinstance(kind, type) and issubclass(kind, Setting):
        yield from _closed(kind.model_fields["value"].annotation)
    elif kind is bool:
        yield from ("true", "false")
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        yield from kind
    elif get_origin(kind) is Literal:
        yield from get_args(kind)
    else:
        for inner in get_args(kind):
            yield from _closed(inner)


def _valued(text: str, like: object) -> object:
    """A word as TOML has it: of the shipped value's kind where it can be, else as it is, for the form to refuse."""
    if isinstance(like, bool):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(like, int):
        return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text
    if isinstance(like, list):
        return [word.strip() for word in text.split(",") if word.strip()]
    return text
