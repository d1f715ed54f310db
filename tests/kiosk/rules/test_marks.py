"""Certification marks: printed only when verified for this subject and product, and in date."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from kiosk.mark_form import MarksForm
from kiosk.pack import shipped
from kiosk.rules.goods.marks import Granted, Marks, counted, granted, printable, unprinted, why_not
from kiosk.rules.ruling import warn
from tests.support.marks import marks

TODAY = date(2026, 11, 22)
GREEN = Granted("green", "tomato", TODAY, "LB-1")


def test_the_shipped_list() -> None:
    known = marks()
    assert [mark.id for mark in known.marks.values() if mark.legacy] == ["pollution_free"]
    assert known.marks["shenzhen"].names["zh"] == "圳品"
    assert all(mark.begun is None and mark.ended is None for mark in known.marks.values())


def test_one_word_with_two_meanings() -> None:
    meanings = marks().meanings
    assert meanings["old_three"].members == ("pollution_free", "green", "organic", "geographical")
    assert meanings["new_three"].members == ("green", "organic", "geographical", "qualified")
    held = ("qualified", "pollution_free/tomato", "green/tomato/2026-11-22/LB-1", "green/apple")
    assert counted(meanings["old_three"], held) == ("pollution_free", "green")
    assert counted(meanings["new_three"], held) == ("green", "qualified")
    assert not meanings["two"].confirmed


@pytest.mark.parametrize(
    ("text", "grant"),
    [
        ("green/tomato/2026-11-22/LB-1", GREEN),
        ("green/tomato/2026-11-22/LB/1", replace(GREEN, number="LB/1")),
        ("green/tomato/2026-11-22", replace(GREEN, number="")),
        ("green/tomato", Granted("green", "tomato", None)),
        ("green", Granted("green", "", None)),
        ("green/tomato/2027-02-29/LB-1", Granted("green", "tomato", None, "LB-1")),
    ],
)
def test_how_a_subjects_file_has_it(text: str, grant: Granted) -> None:
    assert granted(text) == grant


def test_its_last_day() -> None:
    assert why_not(GREEN, "tomato", TODAY, marks()) is None
    told = warn("marks/expired", "marks.expired", mark="green", through="2026-11-22")
    assert why_not(GREEN, "tomato", TODAY + timedelta(days=1), marks()) == told


def test_what_is_not_printed() -> None:
    known = marks()
    assert why_not(replace(GREEN, mark="golden"), "tomato", TODAY, known) == warn(
        "marks/unknown", "marks.unknown", mark="golden"
    )
    assert why_not(replace(GREEN, mark="qualified"), "tomato", TODAY, known) == warn(
        "marks/certificate", "marks.certificate"
    )
    legacy = warn("marks/legacy", "marks.legacy", mark="pollution_free")
    assert why_not(replace(GREEN, mark="pollution_free"), "tomato", TODAY, known) == legacy
    assert why_not(GREEN, "apple", TODAY, known) == warn("marks/product", "marks.product", mark="green")
    undated = warn("marks/undated", "marks.undated", mark="green")
    assert why_not(replace(GREEN, through=None), "tomato", TODAY, known) == undated


def test_a_mark_has_its_days() -> None:
    dated = replace(marks().marks["green"], begun=TODAY, ended=TODAY)
    known = Marks({"green": dated}, {})
    late = replace(GREEN, through=date(2030, 1, 1))
    assert why_not(late, "tomato", TODAY, known) is None
    legacy = warn("marks/legacy", "marks.legacy", mark="green")
    assert why_not(late, "tomato", TODAY + timedelta(days=1), known) == legacy
    early = warn("marks/not_begun", "marks.not_begun", mark="green", begun="2026-11-22")
    assert why_not(late, "tomato", TODAY - timedelta(days=1), known) == early


HELD = (
    "green/tomato/2026-11-22",
    "organic/apple/2030-01-01",
    "geographical",
    "green/tomato/2030-01-01",
    "golden/tomato",
)


def test_the_marks_of_a_paper() -> None:
    assert printable(HELD, "tomato", TODAY, marks()) == ("green",)
    assert printable(HELD, "apple", TODAY, marks()) == ("organic",)
    assert printable((), "tomato", TODAY, marks()) == ()


def test_the_marks_that_are_left_out_are_told_for_this_product() -> None:
    told = unprinted(HELD, "tomato", TODAY, marks())
    assert [(ruling.rule, ruling.say.facts["mark"]) for ruling in told] == [
        ("marks/product", "geographical"), ("marks/unknown", "golden"),
    ]  # fmt: skip


# --- the form of the pack ---


def form(text: str) -> MarksForm:
    return MarksForm.model_validate(tomllib.loads(text))


SOURCE = 'mark = "I"\nsource = "s"\nconfirmed = false\n'
MARK = '[[mark]]\nid = "a"\nname = { zh = "a", en = "a" }\n' + SOURCE
MEANING = '[[meaning]]\nid = "m"\nname = { zh = "m", en = "m" }\nmembers = ["a"]\n' + SOURCE


def test_a_pack_gives_marks_and_meanings() -> None:
    value = form(MARK + "begun = 2026-01-01\nended = 2026-01-01\nlegacy = true\n" + MEANING).value()
    mark, meaning = value.marks["a"], value.meanings["m"]
    assert (mark.begun, mark.ended, mark.legacy, mark.names, mark.mark, mark.source, mark.confirmed) == (
        date(2026, 1, 1), date(2026, 1, 1), True, {"zh": "a", "en": "a"}, "I", "s", False,
    )  # fmt: skip
    assert (meaning.id, meaning.members, meaning.names["en"], meaning.mark) == ("m", ("a",), "m", "I")
    assert (meaning.source, meaning.confirmed) == ("s", False)
    assert not form(MARK).value().marks["a"].legacy


@pytest.mark.parametrize(
    "text",
    ["", MARK + MARK, MARK + MEANING + MEANING, MARK + MEANING.replace('"m"\n', '"a"\n', 1), MEANING,
     MARK + MEANING.replace('["a"]', '["b"]'), MARK + MEANING.replace('["a"]', "[]"),
     MARK.replace('"a"\n', '"A b"\n', 1),
     MARK + "begun = 2026-01-02\nended = 2026-01-01\n", MARK + 'colour = "red"\n', MARK.replace("false", "true")],
)  # fmt: skip
def test_a_pack_that_is_wrong(text: str) -> None:
    with pytest.raises(ValidationError):
        form(text)


def test_the_shipped_file_is_in_its_folder() -> None:
    assert [file.name for file in (shipped() / "marks").iterdir() if file.name.endswith(".toml")] == ["marks.toml"]
