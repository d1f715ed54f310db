"""Every open text of every entry and order is classed; numbers of people are masked wherever they may be typed."""

import dataclasses
import typing
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.messages import ACT_KINDS, ENTRY_KINDS, ORDER_KINDS, Subject, SubjectsUpsert, Voided
from kiosk.rules.messages.forms import Form
from kiosk.rules.oversight.gate_facts import Decision, Judged, State
from kiosk.rules.personal import masks
from kiosk.rules.personal.fields import FIELDS, Holds, holds
from kiosk.rules.personal.typed import cleaned, holds_number, masked, misplaced
from kiosk.rules.scan import identifiers
from tests.support.bodies import a_test
from tests.support.oversight import certificate, check, incoming
from tests.support.oversight import correction as a_correction

ID = "11010519491231002X"
OLD = "110105491231002"
PHONE = "13800001234"
BODIES = {**ENTRY_KINDS, **ORDER_KINDS, **ACT_KINDS}
VOIDED = Voided("n", "other", "Li", "taken_back")


def texts(owner: type) -> Iterator[tuple[str, str, bool]]:
    """Type, field, and whether its text has no form, of every text that a body can hold."""
    hints = typing.get_type_hints(owner, include_extras=True)
    for field in dataclasses.fields(owner):
        yield from within(hints[field.name], owner, field.name)


def within(hint: Any, owner: type, name: str) -> Iterator[tuple[str, str, bool]]:
    if typing.get_origin(hint) is typing.Annotated:
        formed = any(isinstance(one, Form) for one in hint.__metadata__)
        yield from (
            (kind, field, is_open and not formed) for kind, field, is_open in within(hint.__origin__, owner, name)
        )
    elif hint is str:
        yield owner.__name__, name, True
    elif isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield from texts(hint)
    else:
        for inner in typing.get_args(hint):
            yield from within(inner, owner, name)


TEXTS = {found for body in BODIES.values() for found in texts(body)}


def test_every_open_text_is_classed() -> None:
    assert sorted(f"{kind}.{name}" for kind, name, is_open in TEXTS if is_open and holds(kind, name) is None) == []


def test_every_class_is_of_a_text() -> None:
    named = {f"{kind}.{name}" for kind, name, _ in TEXTS}
    short = {name for _, name, is_open in TEXTS if is_open}
    assert sorted(name for name in FIELDS if name not in named | short) == []


def test_a_text_with_a_form_is_never_masked() -> None:
    """But for closed lists, which hold no number: a digest with eighteen digits in a row must stay what it is."""
    hints = {(body.__name__, field.name): field for body in BODIES.values() for field in dataclasses.fields(body)}
    masking = (Holds.TYPED, Holds.CODE, Holds.PERSON)
    formed = [(kind, name) for kind, name, is_open in TEXTS if not is_open and holds(kind, name) in masking]
    lists = {"VoidReason", "Time", "TimeOrNone", "answer", "by", "reason"}
    assert [one for one in formed if (one in hints and "Digest" in str(hints[one].type)) or "Hex" in str(one)] == []
    assert {name for _, name in formed} <= lists | {"taken_at"}


def test_what_a_rule_requires_has_no_field_in_clear() -> None:
    """The ID number, the private telephone and the residence have the sealed field, and no other."""
    sealed = {name for name, what in FIELDS.items() if what is Holds.SEALED}
    assert sealed == {"GateCheck.sealed", "Complaint.sealed"}
    named = {name for _, name, _ in TEXTS}
    assert named & {"id_number", "identity", "residence", "phone", "mobile", "telephone", "home"} == set()


@pytest.mark.parametrize(
    "text", [ID, OLD, PHONE, f"+86 {PHONE}", "138 0000 1234", "138-0000-1234", "１３８００００１２３４"]
)
@pytest.mark.parametrize("around", ["{}", "李四 {}", "tel {}, come", "（{}）", "a{}b"])
def test_numbers_are_masked_in_typed_words(text: str, around: str) -> None:
    shown = masked(around.format(text))
    assert "***" in shown
    assert text not in shown
    assert holds_number(around.format(text))
    assert masked(shown) == shown


@pytest.mark.parametrize(
    "text",
    ["", "320 jin", "2026-11-22", "530427ABCDE12345X", "138000012345", "12800001234", "110105491331002", "1380000123",
     "0877-7012345", "2026-11-22T08:00:00.000+08:00"],
)  # fmt: skip
def test_what_is_no_number_of_a_person_stays(text: str) -> None:
    assert masked(text) == text
    assert not holds_number(text)


def test_typed_words_lose_both_and_names_keep_the_telephone() -> None:
    voided = cleaned(replace(VOIDED, note=f"call {PHONE}, {ID}", by=f"Li {ID} {PHONE}"))
    assert (voided.note, voided.by) == ("call ***, ***", f"Li *** {PHONE}")
    assert cleaned(VOIDED) is VOIDED


def test_codes_of_others_lose_the_id_number_only() -> None:
    paper = cleaned(incoming(number=PHONE, contact=PHONE, issuer=f"王 {ID}"))
    assert (paper.number, paper.contact, paper.issuer) == (PHONE, PHONE, "王 ***")
    assert cleaned(incoming(number=ID)).number == "***"


@pytest.mark.parametrize("year", range(2013, 2040))
@pytest.mark.parametrize("around", ["{}", "SC{}", "No. {}, page 2", "{};{}", "https://a.example/t/{}"])
def test_the_number_of_a_paper_stays_whatever_its_last_digit_is(year: int, around: str) -> None:
    """Region, day and running number; the law wants it kept, and it cannot be asked for again."""
    for number in (
        *(f"530427{year}1122{nth:04}" for nth in range(1, 40)),
        f"530427{year}112201",
        f"530427{year % 100}1122001",
    ):
        text = around.format(number, number)
        paper = cleaned(incoming(number=text, contact=text))
        assert (paper.number, paper.contact) == (text, text)
    assert misplaced(Subject(f"530427{year}11220005", "farmer", "x", PHONE, "")) == []


@pytest.mark.parametrize("year", [*range(1940, 2013), 1901])
def test_who_may_sell_is_masked_in_every_field(year: int) -> None:
    for month in (1, 2, 10, 12):
        number = f"530427{year}{month:02}11001"
        right = number + identifiers.id_check(number)
        assert cleaned(incoming(number=right, contact=f"u{right};")).number == "***"
        assert masked(f"{right} {number}", phones=False) == "*** ***"


def test_beside_the_number_of_a_paper_a_person_is_masked() -> None:
    assert masked(f"530427202611220001 {ID} 530427202611220002 {OLD}", phones=False) == (
        "530427202611220001 *** 530427202611220002 ***"
    )
    assert masked(f"53042720261122000X {PHONE}", phones=False) == f"*** {PHONE}"


def test_parts_and_tables_of_a_body_are_looked_through() -> None:
    test = a_test()
    verdict = replace(test.verdict, facts={"note": f"see {ID}"})
    assert cleaned(replace(test, verdict=verdict)).verdict.facts == {"note": "see ***"}
    people = SubjectsUpsert(
        (Subject("p1", "farmer", f"李 {ID}", PHONE, "新平"), Subject("p2", "farmer", "王", PHONE, ""))
    )
    assert [one.name for one in cleaned(people).subjects] == ["李 ***", "王"]
    assert cleaned(people).subjects[1] is people.subjects[1]
    made = certificate(text="1" * 64, code="53042719800101001" * 4)
    assert cleaned(made) is made


def test_what_is_sealed_is_not_looked_at() -> None:
    judged = Judged(State.NONE, Decision.TEST_FIRST, (), ())
    assert cleaned(check(judged, None, sealed=ID, id_tail="002X")).sealed == ID
    assert cleaned(check(judged, None, seller=f"李 {ID}")).seller == "李 ***"


def test_a_contact_may_be_corrected() -> None:
    corrected = cleaned(a_correction(field="producer_contact", old=PHONE, new="13900001234", reason=f"was {PHONE}"))
    assert (corrected.old, corrected.new, corrected.reason) == (PHONE, "13900001234", "was ***")


@given(
    st.from_regex(r"[1-8][0-9]{5}", fullmatch=True),
    st.dates().filter(lambda day: 1900 <= day.year <= 2026),
    st.text(st.characters(exclude_categories=("Nd", "Nl", "No", "L", "Cs")), max_size=9),
)
def test_no_id_number_survives(region: str, born: Any, around: str) -> None:
    number = f"{region}{born:%Y%m%d}123"
    number += identifiers.id_check(number)
    shown = masked(around + number + around)
    assert number not in shown
    assert number[6:14] not in shown or number[6:14] in around


def test_masks_show_the_tail_and_no_more() -> None:
    assert (masks.name("李秀英"), masks.name(" "), masks.name("Farmer 1")) == ("李***", "", "F***")
    assert (masks.phone("138-0000-1234"), masks.phone("1234"), masks.phone("")) == ("***1234", "***", "")
    assert (masks.id_number("11010519491231002x"), masks.id_number("002X")) == ("***002X", "***")
    assert masks.address("云南省玉溪市新平县戛洒镇平寨12号") == "云南省玉溪市***"
    assert (masks.address("平寨12号"), masks.address("")) == ("***", "")


def test_a_body_on_a_page_has_no_contact() -> None:
    body = {"subject": {"name": "李", "contact": PHONE}, "sealed": "aa", "list": [{"producer_contact": PHONE}], "n": 1}
    shown = {
        "subject": {"name": "李", "contact": "***1234"},
        "sealed": "***",
        "list": [{"producer_contact": "***1234"}],
        "n": 1,
    }
    assert masks.veiled(body) == shown


def test_an_id_number_is_no_name_of_ours() -> None:
    people = SubjectsUpsert(
        (Subject(ID, "farmer", f"李 {ID}", PHONE, "新平"), Subject("p2", "farmer", "王", PHONE, ""))
    )
    assert misplaced(people) == ["Subject.id"]
    assert misplaced(a_test()) == []
    assert misplaced(certificate(text="1" * 64)) == []
