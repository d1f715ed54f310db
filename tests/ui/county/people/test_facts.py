"""What a producer's facts may be: every problem told with its column, and nothing hostile taken."""

import pytest

from ui.county.people.errors import Unfit
from ui.county.people.facts import Known, read
from ui.county.people.kinds import load_sorts, sort_of
from ui.county.people.noting import note_of
from ui.county.people.texts import cell, visible

KNOWN = Known("530427", {"green": ("green", "绿色食品")}, {"tomato": ("tomato", "番茄")}, ("是", "yes"), ("否", "no"))
GOOD = {"name": "李秀英", "sort": "农户", "contact": "13800001234", "origin": "戛洒镇"}


def problems(*, known: Known = KNOWN, seen: bool = False, bent: dict[str, str]) -> list[tuple[str, str]]:
    return [(one.column, one.code) for one in read({**GOOD, **bent}, known, seen)[1]]


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("name", "", "name"),
        ("name", "李" * 61, "long"),
        ("name", "=1+1", "formula"),
        ("name", "@SUM(A1)", "formula"),
        ("name", "-2+3", "formula"),
        ("name", "  +1", "formula"),
        ("name", "＝1", "formula"),
        ("name", "\t=1", "formula"),
        ("name", "<script>alert(1)</script>", "markup"),
        ("name", "李\u202e英秀", "hidden"),
        ("name", "李\u200b秀英", "hidden"),
        ("name", "李\x00秀英", "hidden"),
        ("name", "李 11010519491231002X", "id_number"),
        ("sort", "大户", "sort"),
        ("sort", "", "sort_empty"),
        ("contact", "", "contact_empty"),
        ("contact", "1380000", None),
        ("contact", "138000012345678", "contact"),
        ("contact", "李", "contact"),
        ("contact", "+86 138 0000 1234", None),
        ("contact", "0877-1234567", None),
        ("origin", "", "origin"),
        ("region", "530428", "region"),
        ("region", "53042", "region"),
        ("region", "530427100", None),
        ("code", "93530427MA6N000091", None),
        ("code", "93530427ma6n000091", None),
        ("code", "93530427MA6N000092", "code_check"),
        ("code", "9353", "code_form"),
        ("code", "11010519491231002X", "id_number"),
        ("scale", "大概", "scale"),
        ("certifications", "绿色食品/番茄/2027-06-30/LB-1", None),
        ("certifications", "黄色食品/番茄", "mark"),
        ("certifications", "绿色食品/番茄/2027-06-30/11010519491231002X", "id_number"),
        ("certifications", "绿色食品/=1/2027-06-30/LB-1", "formula"),
        ("certifications", "绿色食品/番茄/2027年", "day"),
        ("products", ";".join(f"菜{nth}" for nth in range(21)), "many"),
    ],
)
def test_every_problem_is_told_where_it_is(column: str, text: str, code: str | None) -> None:
    found = problems(bent={column: text})
    assert ((column, code) in found) if code else (found == [])


def test_a_code_that_was_compared_with_the_licence_is_taken() -> None:
    assert problems(bent={"code": "93530427MA6N000092"}) == [("code", "code_check")]
    assert problems(seen=True, bent={"code": "93530427MA6N000092"}) == []


def test_several_problems_are_all_told() -> None:
    assert problems(bent={"name": "", "contact": "x", "scale": "?"}) == [
        ("name", "name"),
        ("contact", "contact"),
        ("scale", "scale"),
    ]


@pytest.mark.parametrize(
    ("regions", "region", "fits"),
    [
        (("530427100",), "", True),
        (("530427100",), "530427100003", True),
        (("530427100",), "530427101", False),
        (("530427100", "530427101"), "", False),  # which of the two has to be said
        (("530427100", "530427101"), "530427101", True),
    ],
)
def test_who_looks_after_towns_enters_only_there(regions: tuple[str, ...], region: str, fits: bool) -> None:
    limited = Known(KNOWN.county, KNOWN.marks, KNOWN.products, KNOWN.yes, KNOWN.no, regions)
    assert (problems(known=limited, bent={"region": region}) == []) is fits
    if fits:
        assert read({**GOOD, "region": region}, limited)[0].subject.region.startswith(regions)


def test_names_become_ids_and_marks_are_as_stations_read_them() -> None:
    facts, _ = read({**GOOD, "products": "番茄；辣子", "certifications": "绿色食品/番茄/2027-06-30/LB/1"}, KNOWN)
    assert facts.subject.products == ("tomato", "辣子")
    assert facts.subject.marks == ("green/tomato/2027-06-30/LB/1",)


def test_kinds_are_found_by_any_of_their_names() -> None:
    assert [sort_of(name).id for name in ("合作社", "Family farm", "input_dealer") if sort_of(name)] == [  # type: ignore[union-attr]
        "cooperative", "family_farm", "input_dealer",
    ]  # fmt: skip
    assert {one.kind for one in load_sorts().values()} == {
        "farmer", "family_farm", "cooperative", "enterprise", "buyer", "market", "other",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "  =1", "\r=1"])
def test_no_cell_of_an_export_computes(text: str) -> None:
    assert cell(text).startswith("'") or not cell(text).lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_what_nobody_sees_is_shown() -> None:
    assert visible("李\u202e英\u200b") == "李[U+202E]英[U+200B]"
    assert visible("李秀英·A&B") == "李秀英·A&B"


@pytest.mark.parametrize(
    ("bent", "code"),
    [
        ({"what": "gift"}, "choice"),
        ({"on": "soon"}, "day"),
        ({"until": "2026-02-30"}, "day"),
        ({"on": "9999-12-31"}, "day"),
        ({"on": "0001-01-01"}, "day"),
        ({"what": "enrolment", "name": ""}, "note_name"),
        ({"what": "enrolment", "name": "国家追溯平台"}, "note_state"),
        ({"text": ""}, "note_empty"),
        ({"amount": "=1"}, "number"),
        ({"hours": "1e9"}, "number"),
        ({"text": "x" * 401}, "long"),
    ],
)
def test_a_note_that_cannot_be_is_told_why(bent: dict[str, str], code: str) -> None:
    with pytest.raises(Unfit) as told:
        note_of({"what": "training", "on": "2026-11-01", "text": "用药培训", **bent}, "p-1", "wang")
    assert told.value.code == code
