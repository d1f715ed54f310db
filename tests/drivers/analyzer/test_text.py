"""Every layout of text, and every way in which a text is not what the layout says."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.analyzer.fields import DOUBT, Row, Value
from drivers.analyzer.text import fits, plain, text_rows
from drivers.errors import DeviceError, FrameError, Refused
from drivers.profile.layout import Record

NUMBER = {"id": "value", "type": "number"}
UNIT = {"id": "unit"}


def record(text: Mapping[str, object], *fields: Mapping[str, object], **more: object) -> Record:
    return Record.model_validate({"text": text, "fields": fields, **more})


def rows(text: str, form: Record, raw: bytes = b"") -> list[dict[str, Value]]:
    return [dict(row.fields) for row in text_rows(text, form, raw)]


def code(text: str, form: Record, raw: bytes = b"") -> str:
    with pytest.raises(DeviceError) as caught:
        text_rows(text, form, raw)
    facts = caught.value.facts
    kind = "refused" if isinstance(caught.value, Refused) else "error"
    return f"{kind} {caught.value.code.removeprefix('analyzer.')} {facts.get('field', '')}".strip()


BLANKS = record({"kind": "split", "by": " "}, NUMBER, UNIT)
COMMAS = record({"kind": "split", "by": ","}, {**NUMBER, "col": 2}, {**UNIT, "col": 0, "optional": True})


def test_columns() -> None:
    assert rows("  1.50   mg/L ", BLANKS) == [{"value": Decimal("1.50"), "unit": "mg/L"}]
    assert rows("AU, , .5,x", COMMAS) == [{"value": Decimal("0.5"), "unit": "AU"}]
    assert code("1.50", BLANKS) == "error columns"
    assert code("1,50 mg/L", BLANKS) == "refused refused value"
    assert code("AU,1", COMMAS) == "refused refused value"


def test_a_line_with_a_column_that_nobody_describes_is_refused() -> None:
    """A decimal comma: 0,596 would become 0."""
    both = record({"kind": "split", "by": ","}, NUMBER, UNIT)
    assert rows("0.596,%", both) == [{"value": Decimal("0.596"), "unit": "%"}]
    assert code("0,596,%", both) == "error columns"
    assert rows("mg/L,x,1.5,y", COMMAS) == [{"value": Decimal("1.5"), "unit": "mg/L"}]


@pytest.mark.parametrize(
    "said", ["1e9999999", "1e-9999999", "1e999999", "1e99999999999999999999", "9" * 5000, "1" * 29, "1e28", "0.0e-400"]
)
def test_a_number_beyond_all_measurement_is_refused(said: str) -> None:
    number = record({"kind": "split", "by": " "}, {"id": "value", "type": "number", "scale": 1})
    assert code(said, number) == "refused refused value"
    if said.isdigit() and len(said) > 28:
        assert (
            code(said, record({"kind": "split", "by": " "}, {"id": "value", "type": "int"})) == "refused refused value"
        )


@pytest.mark.parametrize("said", ["-1.00", "+.5", "3.0103001e-01", "1E+05", "1e-005", "0.000", "123456789012345.678"])
def test_a_number_as_instruments_write_it(said: str) -> None:
    assert rows(said, record({"kind": "split", "by": " "}, NUMBER)) == [{"value": Decimal(said)}]


def test_a_number_ends_where_its_unit_begins() -> None:
    joined = record({"kind": "pattern", "text": "{value}{unit:word}"}, NUMBER, UNIT)
    assert rows("0.1234NTU", joined) == [{"value": Decimal("0.1234"), "unit": "NTU"}]
    assert rows("5e", joined) == [{"value": Decimal(5), "unit": "e"}]
    for cut in ("123.4", "123", "1e5", "-12.50"):
        assert code(cut, joined) == "error text"


@pytest.mark.parametrize(
    ("picture", "said"), [("DD.MM.YYYY", "31x12x2018"), ("(YYYY/MM", "2018/12"), ("YYYY?MM", "201812")]
)
def test_a_picture_of_a_date_means_its_marks(picture: str, said: str) -> None:
    day = record({"kind": "pattern", "text": "{day}"}, {"id": "day", "time": picture})
    assert code(said, day) == "refused refused day"
    right = picture.replace("DD", "31").replace("MM", "12").replace("YYYY", "2018")
    assert str(rows(right, day)[0]["day"]).startswith("2018-12-")


@pytest.mark.parametrize("picture", ["YY-YY", "YYYY-YY", "MM-DD", "YYYY-MM-MM"])
def test_a_date_has_one_year(picture: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        record({"kind": "pattern", "text": "{day}"}, {"id": "day", "time": picture})


def test_a_tag_whose_separator_was_damaged_is_not_part_of_a_text() -> None:
    """Two damaged bytes that leave the sum as it was."""
    form = record({"kind": "tagged", "by": "|\x1e", "size": 2}, {**UNIT, "tag": "rt"})
    assert rows("rtHBCT|\x1ernAnti|", form) == [{"unit": "HBCT"}]
    assert code("rtHBCT|-rnAnti\x1eHBc|", form) == "error text"


def test_tags_stand_between_what_the_profile_says() -> None:
    form = record({"kind": "tagged", "by": "\\", "size": 2}, {"id": "value", "type": "number", "tag": "qn"})
    assert rows("qn1.5\\mtrsl\\", form) == [{"value": Decimal("1.5")}]


PICTURE = record(
    {"kind": "pattern", "text": "S {state} {value:text10} {unit:word}"},
    {"id": "state", "enum": {"S": "stable"}, "refuse": {"D": "dynamic"}},
    NUMBER,
    UNIT,
)


def test_a_picture() -> None:
    assert rows("S S     100.00 g", PICTURE) == [{"state": "stable", "value": Decimal("100.00"), "unit": "g"}]
    assert rows("S S    -100.00 g", PICTURE)[0]["value"] == Decimal("-100.00")
    assert code("S S     10.00 g", PICTURE) == "error text"
    assert code("S D     100.00 g", PICTURE) == "refused refused state"
    assert code("S X     100.00 g", PICTURE) == "refused refused state"
    assert code("S S     100.00", PICTURE) == "error text"


@pytest.mark.parametrize(
    ("text", "pattern", "found"),
    [
        ("ERE 8073", "ERE {code:text4}", {"code": "8073"}),
        ("ERE 80731", "ERE {code:text4}", None),
        ("a  b", "a b", {}),
        ("ab", "a b", None),
        ("a.b", "a.b", {}),
        ("axb", "a.b", None),
        ("-1.5 NTU", "{value:number} {unit:word}", {"value": "-1.5", "unit": "NTU"}),
        ("12", "{n:int}", {"n": "12"}),
        ("1.2", "{n:int}", None),
        (" end ", "end", {}),
    ],
)
def test_fitting(text: str, pattern: str, found: dict[str, str] | None) -> None:
    assert fits(text, pattern) == found


TAGGED = record(
    {"kind": "tagged", "by": "|", "size": 2},
    {"id": "kind", "tag": "mt", "equals": "rsl"},
    {**NUMBER, "tag": "qn", "optional": True},
    {"id": "name", "tag": "rt", "refuse": {"": "unnamed"}},
)


def test_tags_stand_in_any_order_and_may_be_absent() -> None:
    assert rows("rtHCV|mtrsl|xx?|q", TAGGED) == [{"kind": "rsl", "value": None, "name": "HCV"}]
    assert rows("mtrsl|qn0.05|rtHCV", TAGGED)[0]["value"] == Decimal("0.05")
    assert code("mtrsl|qn0.05|qn0.06|rtHCV", TAGGED) == "error twice"
    assert code("mtrsl|qn<1|rtHCV", TAGGED) == "refused refused value"
    assert code("mtmpr|rtHCV", TAGGED) == "error answer kind"
    assert code("mtrsl|qn1", TAGGED) == "refused refused name"


CELL = {"id": "absorb", "type": "number", "missing": ["*.***"]}
GRID = record({"kind": "grid", "rows": 2, "columns": 3, "by": " "}, CELL)
PLATE = record(
    {
        "kind": "grid",
        "rows": 2,
        "columns": 2,
        "width": 6,
        "sum": "decimal",
        "begin": [".begin", "begin"],
        "lines": ["filter:{filter:int}"],
    },
    CELL,
    {"id": "filter", "type": "int"},
)
LINES = b" 0.101-0.002\r 0.201 *.***\r"


def plate(head: bytes = b"filter:405\r.begin\r", lines: bytes = LINES, total: int | None = None) -> bytes:
    return head + lines + b"%d\r" % (sum(lines) % 256 if total is None else total)


def of_plate(data: bytes) -> list[dict[str, Value]]:
    return rows(data.decode(), PLATE, data)


def test_a_plate_between_blanks() -> None:
    found = rows("1 2 3\r\n\r\n4 5 *.***\r\n", GRID)
    assert [row["slot"] for row in found] == [1, 2, 3, 4, 5, 6]
    assert [row["absorb"] for row in found] == [*map(Decimal, range(1, 6)), None]
    assert code("1 2 3", GRID) == "error columns"
    assert code("1 2 3\n4 5", GRID) == "error columns"
    assert code("1 2 3\n4 5 6\n7 8 9", GRID) == "error columns"
    assert code("1 2 3\n4 5 x", GRID) == "refused refused absorb"


def test_a_plate_of_fixed_cells_with_a_sum() -> None:
    found = of_plate(plate())
    assert [str(row["absorb"]) for row in found] == ["0.101", "-0.002", "0.201", "None"]
    assert {row["filter"] for row in found} == {405}
    assert of_plate(plate(head=b"filter:405\r begin\r")) == found


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (plate(total=0), "error checksum"),
        (plate(lines=LINES[:-7] + LINES[-1:]), "error columns"),
        (plate(lines=LINES[:13]), "error checksum"),
        (plate(head=b".begin\r"), "error absent filter"),
        (plate(head=b"filter:405\r"), "error checksum"),
        (plate(head=b"filter:405\rfilter:405\r.begin\r"), "error twice"),
        (plate(head=b"filter:405\r.begin\r.begin\r", lines=LINES), "error checksum"),
        (plate(lines=LINES.replace(b"0.201", b"0.2x1")), "refused refused absorb"),
    ],
)
def test_a_plate_that_is_none(data: bytes, said: str) -> None:
    assert code(data.decode(), PLATE, data) == said


def test_a_plate_without_its_begin() -> None:
    unsummed = record({"kind": "grid", "rows": 1, "columns": 1, "by": " ", "begin": ["go"]}, CELL)
    assert rows("go\n1", unsummed) == [{"absorb": Decimal(1), "slot": 1}]
    assert code("1", unsummed) == "error absent go"
    assert code("go\ngo\n1", unsummed) == "error twice go"


SLIP = record(
    {"kind": "slip", "row": "{channel:int} {value} {verdict}", "lines": ["Item: {item}", "Lot: {lot}"]},
    {"id": "item"},
    {"id": "lot", "optional": True},
    {"id": "channel", "type": "int"},
    {**NUMBER, "missing": ["--"]},
    {"id": "verdict", "enum": {"ok": "pass", "bad": "exceeds"}},
)


def test_a_slip() -> None:
    found = rows("Tester\nItem: OP\r\n----\n 1  20.1  ok\n 2  --  bad\nthank you", SLIP)
    assert found == [
        {"item": "OP", "lot": None, "channel": 1, "value": Decimal("20.1"), "verdict": "pass"},
        {"item": "OP", "lot": None, "channel": 2, "value": None, "verdict": "exceeds"},
    ]
    assert rows("Item: OP\nLot: 7\n1 2 ok", SLIP)[0]["lot"] == "7"
    assert code("1 20.1 ok", SLIP) == "error absent item"
    assert code("Item: OP\nLot: 7", SLIP) == "error absent channel"
    assert code("Item: OP\nItem: OC\n1 20.1 ok", SLIP) == "error twice"
    assert code("Item: OP\n1 over ok", SLIP) == "refused refused value"
    assert code("Item: OP\n1 20.1 maybe", SLIP) == "refused refused verdict"


def test_a_slip_without_channels() -> None:
    once = record({"kind": "slip", "lines": ["T={value}"]}, NUMBER)
    assert rows("head\nT=21.5", once) == [{"value": Decimal("21.5")}]
    assert code("head", once) == "error absent value"


SEGMENTS = record(
    {"kind": "segments", "row": "R", "require": [{"field": "status", "in": ["F"]}]},
    {"id": "sender", "segment": "H", "col": 4, "part": 1},
    {"id": "test", "segment": "R", "col": 2, "part": 3},
    {**NUMBER, "segment": "R", "col": 3, "optional": True},
    {"id": "status", "segment": "R", "col": 8},
    {"id": "sample", "segment": "O", "col": 2},
)
HEAD = "H|\\^&|||a^b"


def test_segments_belong_to_the_ones_above() -> None:
    said = f"{HEAD}\rP|1\rO|1|S1\rR|1|^^^x| 1.5|||||F\rC|1|I\rR|2|^^^y|2|||||F\rP|2\rR|1|^^^z|3|||||F\rL|1|N\r"
    found = rows(said, SEGMENTS)
    assert [(row["test"], row["value"], row["sample"]) for row in found] == [
        ("x", Decimal("1.5"), "S1"),
        ("y", Decimal(2), "S1"),
        ("z", Decimal(3), ""),
    ]
    assert {row["sender"] for row in found} == {"b"}


def test_segments_with_separators_of_their_own() -> None:
    (row,) = rows("H!~$#!!!a$b\rR!1!$$$x!1.5!!!!!F\rL!1", SEGMENTS)
    assert (row["sender"], row["test"], row["value"]) == ("b", "x", Decimal("1.5"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "error text"),
        ("H", "error text"),
        ("R|1|^^^x|1|||||F\rL|1|N", "error text"),
        (f"{HEAD}\rR|1|^^^x|1|||||F", "error absent L"),
        (f"{HEAD}\rR|1|^^^x|1|||||F\rL|1|T", "refused refused L"),
        (f"{HEAD}\rR|1|^^^x|>9|||||F\rL|1|N", "refused refused value"),
    ],
)
def test_segments_that_are_none(text: str, said: str) -> None:
    assert code(text, SEGMENTS) == said


def test_a_row_that_breaks_its_rules_says_why() -> None:
    (row,) = rows(f"{HEAD}\rR|1|^^^x|1|||||P\rL|1|N", SEGMENTS)
    assert row[DOUBT] == "status:P"


def test_rules_of_the_record_refuse_the_message() -> None:
    form = record({"kind": "split", "by": " "}, NUMBER, UNIT, require=[{"field": "unit", "is": "mg/L"}])
    assert rows("1 mg/L", form) == [{"value": Decimal(1), "unit": "mg/L"}]
    assert code("1 ppm", form) == "refused refused unit"


def test_rows_carry_the_bytes() -> None:
    assert text_rows("1 mg/L", BLANKS, b"\x021 mg/L\x03") == (
        Row({"value": Decimal(1), "unit": "mg/L"}, b"\x021 mg/L\x03"),
    )


@pytest.mark.parametrize(
    ("data", "encoding"), [(b"\xb0.35", "ascii"), (b"\xff\xff", "gb18030"), (b"\xb5", "utf-8"), (b"1\x002", "latin-1")]
)
def test_bytes_that_are_no_text(data: bytes, encoding: str) -> None:
    with pytest.raises(FrameError, match=r"analyzer\.encoding"):
        plain(data, encoding)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b@\x1c&A", "A"),
        (b"\x1ba\x01\x1d!\x11A\x1d!\x00B", "AB"),
        (b"A\x1b3\nB", "AB"),
        (b"A\nB", "A\nB"),
        (b"\x1d!\x11\xb2\xe2", b"\xb2\xe2".decode("gb18030")),
        (b"A\x1dv0\x00\x02\x00\x02\x00\n\x1b\x1d\x00B", "AB"),
        (b"A\x1b*\x00\x03\x00\n\n\nB", "AB"),
        (b"A\x1b*\x21\x01\x00\n\n\nB", "AB"),
        (b"A\x1bd\x03\x1dV\x01", "A"),
        (b"A\x1dVB\x00C", "AC"),
        (b"A\x1bp\x00\x19\xfaB", "AB"),
        (b"\x0e\x0fA\x12\x14", "A"),
        (b"\x1b\x7fA", "\x1b\x7fA"),
    ],
)
def test_what_a_printer_is_told_is_no_text(data: bytes, text: str) -> None:
    assert plain(data, "gb18030", "esc-pos") == text


@given(st.binary(max_size=60))
def test_nothing_breaks_the_stripping(data: bytes) -> None:
    try:
        assert "\0" not in plain(data, "latin-1", "esc-pos")
    except FrameError as wrong:
        assert wrong.code == "analyzer.encoding"  # noqa: PT017


@given(st.text(max_size=60), st.sampled_from([BLANKS, COMMAS, PICTURE, TAGGED, GRID, PLATE, SLIP, SEGMENTS]))
def test_any_text_is_rows_or_a_named_problem(text: str, form: Record) -> None:
    try:
        assert all(isinstance(row, Row) for row in text_rows(text, form, text.encode()))
    except DeviceError as problem:
        assert problem.code.startswith("analyzer.")  # noqa: PT017
