"""What the county decides: the shipped defaults, its answers in plain words, and what is no answer."""

from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest

from kiosk.override import Overrides, SettingPut
from kiosk.pack import PackError, load_packs
from kiosk.pack_problem import PackProblem
from kiosk.rules.settings import CountySettings, Proof, ServiceTest
from kiosk.rules.testing.methods import Sourced
from kiosk.settings_form import FILE, SettingsForm, choices

DAY = date(2026, 11, 22)
NAMES = [field.name for field in fields(CountySettings)]


def put(**values: str) -> Overrides:
    return Overrides(
        settings=tuple(SettingPut(name, value, "Wang", "meeting 3", "all/12", DAY) for name, value in values.items())
    )


def settings(**values: str) -> CountySettings:
    return load_packs(put=put(**values)).settings


def problems(**values: str) -> list[PackProblem]:
    with pytest.raises(PackError) as wrong:
        load_packs(put=put(**values))
    return list(wrong.value.problems)


def test_the_defaults_are_those_of_the_notes() -> None:
    shipped = load_packs().settings
    assert (shipped.proof, shipped.tail_above, shipped.service_test) == (Proof.TAIL, Decimal(500), ServiceTest.ASK)
    assert (shipped.suspect_from, shipped.parts) == (None, ())
    assert shipped.gate_alarms == ("agriculture", "market_regulation")
    assert (shipped.retention_days, shipped.report_hours, shipped.advice) == (730, 24, False)


def test_form_and_value_have_the_same_settings() -> None:
    assert list(SettingsForm.model_fields) == NAMES


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("proof", "none", Proof.NONE),
        ("tail_above", "0", Decimal(0)),
        ("tail_above", "200.5", Decimal("200.5")),
        ("tail_tries", "1", 1),
        ("tail_tries", "9", 9),
        ("staff_may_vouch", "true", True),
        ("drugs_asked", "false", False),
        ("service_test", "commissioned", ServiceTest.COMMISSIONED),
        ("suspect_from", "40", Decimal(40)),
        ("proof", "pin", Proof.PIN),
        ("proof", "staff", Proof.STAFF),
        ("suspect_from", "", None),
        ("parts", "goods, stub", ("goods", "stub")),
        ("parts", "", ()),
        ("gate_alarms", "origin", ("origin",)),
        ("advice_roles", "subject,adviser,inspector", ("subject", "adviser", "inspector")),
        ("retention_days", "183", 183),
        ("gate_tolerance", "100", Decimal(100)),
        ("ambient_low", "-5", Decimal(-5)),
        ("subject_pattern", "[0-9A-Z]{18}", "[0-9A-Z]{18}"),
        ("trace_pattern", r"^ZS\d{6}[A-Z]?-?[0-9]{4,12}$", r"^ZS\d{6}[A-Z]?-?[0-9]{4,12}$"),
        ("trace_pattern", r"https://zs\.example\.cn/[0-9]{20}", r"https://zs\.example\.cn/[0-9]{20}"),
    ],
)
def test_an_answer_in_plain_words_is_the_value(name: str, text: str, value: object) -> None:
    assert getattr(settings(**{name: text}), name) == value


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("proof", "fingerprint", "one_of"),
        ("tail_above", "-1", "at_least"),
        ("tail_above", "many", "number"),
        ("tail_tries", "0", "at_least"),
        ("tail_tries", "10", "at_most"),
        ("tail_tries", "3.5", "whole"),
        ("tail_tries", "", "whole"),
        ("staff_may_vouch", "yes", "yes_no"),
        ("staff_may_vouch", "1", "yes_no"),
        ("suspect_from", "100.1", "at_most"),
        ("parts", "goods,goods", "once"),
        ("parts", "third", "one_of"),
        ("gate_alarms", "police", "one_of"),
        ("advice_roles", "everybody", "one_of"),
        ("retention_days", "182", "at_least"),
        ("lot_days", "32", "at_most"),
        ("blank_max_hours", "0", "above"),
        ("channel_difference", "NaN", "number"),
        ("subject_pattern", r"(.)\1", "pattern_wrong"),
        ("subject_pattern", "(?=a)", "pattern_wrong"),
        ("subject_pattern", "[0-9", "pattern_wrong"),
        ("subject_pattern", "x" * 201, "pattern_large"),
        ("subject_pattern", "((a{99}){99}){99}", "pattern_large"),
        ("subject_pattern", "[z-a]", "pattern_wrong"),
        ("subject_pattern", "a{3,2}", "pattern_wrong"),
    ],
)
def test_what_is_no_answer_is_told(name: str, text: str, said: str) -> None:
    found = problems(**{name: text})
    assert found[0].file == FILE
    assert found[0].key.startswith(f"{name}.value")
    assert found[0].expected.key == f"pack.wrong.{said}"


def test_an_unknown_setting_is_refused_with_the_nearest() -> None:
    (found,) = problems(prof="tail")
    assert (found.file, found.key, found.expected.facts) == (FILE, "prof", {"near": "proof"})


def test_low_stands_below_high() -> None:
    (found,) = problems(ambient_low="35")
    assert found.expected.facts == {"first": "ambient_low", "second": "ambient_high"}
    assert settings(ambient_low="34.9").ambient_low == Decimal("34.9")


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert [found.key for found in problems(proof="x", tail_tries="x", nonsense="x")] == [
        "nonsense",
        "proof.value",
        "tail_tries.value",
    ]


def test_an_answer_is_no_longer_open_and_names_who_gave_it() -> None:
    before, after = load_packs(), load_packs(put=put(service_test="self"))
    gone = {item.name for item in before.open} - {item.name for item in after.open}
    assert gone == {"settings/county/service_test"}
    assert after.put.settings[0].by == "Wang"
    answered = Sourced("service_test", "V", "all/12 2026-11-22, Wang: meeting 3", confirmed=True)
    assert after.settings_from["service_test"] == answered
    assert before.settings_from["service_test"].mark == "I"
    assert list(before.settings_from) == NAMES


def test_choices_are_those_of_the_form() -> None:
    assert choices("proof") == tuple(Proof)
    assert choices("staff_may_vouch") == ("true", "false")
    assert choices("gate_alarms") == ("agriculture", "market_regulation", "origin")
    assert (choices("tail_tries"), choices("tail_above"), choices("nonsense")) == ((), (), ())
    for name in NAMES:
        for choice in choices(name):
            assert settings(**{name: choice})
