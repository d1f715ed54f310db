"""How rows come out of messages: columns that repeat, holes of a second message, slots as many as fit; and silence."""

from decimal import Decimal
from pathlib import Path

import pytest

from drivers.analyzer.analyzer import Analyzer
from drivers.analyzer.answers import Answers, placed
from drivers.analyzer.fields import Row, rows
from drivers.analyzer.messages import Message
from drivers.analyzer.text import fits, text_rows
from drivers.errors import FrameError, LinkError, ProfileError, Refused
from drivers.evidence.replay import ReplayPort
from drivers.profile.folder import Shelf, find, shipped
from drivers.profile.layout import Record
from drivers.transcript import Case, Step

COLUMNS = Record.model_validate(
    {"text": {"kind": "split", "by": ",", "every": 2}, "fields": [{"id": "a"}, {"id": "b"}]}
)
SLOT = [{"id": "v", "type": "u8"}]
PLATE = Record.model_validate({"slots": {"count": "fit", "fields": SLOT, "tail": [{"id": "end", "type": "hex2"}]}})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("1,2", [("1", "2")]),
        ("1,2,", [("1", "2")]),
        ("1,2,\r\n3,4,\r\n", [("1", "2"), ("3", "4")]),
        ("1,2,3,", [("1", "2"), None]),
        ("1,,3,", [("1", ""), None]),
        ("1,", [None]),
        ("1,,", [("1", "")]),
    ],
)
def test_columns_that_repeat(text: str, found: list[tuple[str, str] | None]) -> None:
    if None in found:
        with pytest.raises(FrameError, match="columns"):
            text_rows(text, COLUMNS, b"")
        return
    told = [(row.text("a"), row.text("b")) for row in text_rows(text, COLUMNS, b"")]
    assert told == found


@pytest.mark.parametrize("between", [" ", "\t", "\n", " \t ", "   "])
def test_any_white_space_of_a_picture_is_any_in_the_text(between: str) -> None:
    for picture in ("{v:number} {nm:int}", "{v:number}\t{nm:int}", "{v:number}\t {nm:int}"):
        assert fits(f"0.1{between}540", picture) == {"v": "0.1", "nm": "540"}
    assert fits("0.1540", "{v:number}\t{nm:int}") is None


def test_slots_of_a_second_message_are_numbered_on() -> None:
    slots = {"count": 8, "fields": SLOT}
    running = Record.model_validate({"slots": {**slots, "running": True}})
    found = (Row({"slot": 1}, b"x"), Row({"slot": 8}, b"x"))
    assert [row.fields["slot"] for row in placed(found, running, 1)] == [1, 8]
    assert [row.fields["slot"] for row in placed(found, running, 3)] == [17, 24]
    assert placed(found, Record.model_validate({"slots": slots}), 3) == found


@pytest.mark.parametrize(("body", "slots"), [("AA BB", 0), ("01 AA BB", 1), ("01 02 03 AA BB", 3)])
def test_slots_as_many_as_fit_before_a_tail(body: str, slots: int) -> None:
    found = rows(bytes.fromhex(body), PLATE, b"")
    assert [row.fields for row in found] == [{"end": "AA BB", "v": n, "slot": n} for n in range(1, slots + 1)]


def test_a_tail_that_begins_within_a_slot_is_no_tail() -> None:
    wide = Record.model_validate(
        {"slots": {"count": "fit", "fields": [{"id": "v", "type": "u16le"}], "tail": [{"id": "end", "type": "hex1"}]}}
    )
    assert len(rows(bytes(5), wide, b"")) == 2
    with pytest.raises(FrameError, match="length"):
        rows(bytes(4), wide, b"")


ZEROED = """text   = { kind = "pattern", text = "{value} {nm}" }
fields = [
  { id = "value", type = "number", min = -0.002, max = 0.002 },
  { id = "nm",    type = "int", min = 412, max = 412 },
]"""


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "path"),
    [
        ("dayuan-dy5000", 'count  = "fit"', 'count = "fit"\nrunning = true', "profile.slots", "slots.running"),
        ("jenway-6300", ZEROED, 'text = { kind = "pattern", text = "ok" }', "profile.missing", "zeroed.fields"),
        ("dayuan-dy3500-strip", "safe     = false", "safe = true", "profile.weak", "identify.silence"),
        ("dayuan-dy5000", "weak = true", "weak = true\nsilence = true", "profile.weak", "identify.silence"),
    ],
)
def test_what_cannot_be_meant_is_refused(name: str, old: str, new: str, code: str, path: str, tmp_path: Path) -> None:
    text = shipped().place(name).read_text("utf-8")
    assert old in text
    file = tmp_path / name / "any.toml"
    file.parent.mkdir()
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ProfileError) as caught:
        Shelf((tmp_path,)).find(name)
    assert caught.value.code == code
    assert str(caught.value.facts["path"]).endswith(path)


def said(*answers: bytes) -> ReplayPort:
    asked = bytes.fromhex("7E010000017E")
    steps = tuple(step for answer in answers for step in (Step(">", asked), Step("<", answer)))
    return ReplayPort(Case("x", "identify", steps, ()))


def test_silence_is_an_answer_only_where_the_profile_says_so() -> None:
    strip = find("dayuan-dy3500-strip")
    port = said(b"", b"")
    assert Analyzer(strip, port, port.clock, port.pause).identify().firmware is None
    strict = strip.model_copy(
        update={"identify": strip.identify and strip.identify.model_copy(update={"silence": False})}
    )
    port = said(b"", b"")
    with pytest.raises(LinkError, match="silent"):
        Analyzer(strict, port, port.clock, port.pause).identify()


def test_broken_bytes_are_no_silence() -> None:
    port = said(b"\x7e\x02", b"\x7e\x02")
    with pytest.raises(FrameError):
        Analyzer(find("dayuan-dy3500-strip"), port, port.clock, port.pause).identify()


@pytest.mark.parametrize(("line", "columns"), [("0.1230.456", 2), ("0.1230.45", 2), ("0.123", 2), ("0.1230.4567", 2)])
def test_a_cell_that_was_cut_is_no_cell(line: str, columns: int) -> None:
    layout = {"kind": "grid", "rows": 1, "columns": columns, "width": 5}
    plate = Record.model_validate({"text": layout, "fields": [{"id": "v", "type": "number"}]})
    if line == "0.1230.456":
        assert [row.text("v") for row in text_rows(line, plate, b"")] == ["0.123", "0.456"]
        return
    with pytest.raises(FrameError, match="columns"):
        text_rows(line, plate, b"")


def test_a_key_below_the_table_is_not_taken_from_its_end() -> None:
    record = Record.model_validate(
        {"fields": [{"id": "item", "type": "s8"}], "lookup": {"key": "item", "exchange": "items"}}
    )
    answers = Answers(find("dayuan-lz3000"), {"items": (Row({"name": "a"}, b""), Row({"name": "b"}, b""))})
    assert answers.rows(Message(b"\x01", b""), record)[0].text("items.name") == "b"
    for key in (b"\xff", b"\x02"):
        with pytest.raises(Refused, match="item"):
            answers.rows(Message(key, b""), record)


def test_half_a_channel_is_no_channel() -> None:
    row = Row({"channel": Decimal("1.5"), "slot": Decimal("3.0")}, b"")
    assert row.number("slot") == 3
    with pytest.raises(Refused, match="channel"):
        row.number("channel")


def test_a_firmware_that_is_not_told_is_refused() -> None:
    """Not «None»: where any firmware fits, that would be one."""
    port = said(bytes.fromhex("7E 02 00 03 01 10 02 18 7E"))
    strip = find("dayuan-dy3500-strip")
    silent = Record.model_validate(
        strip.record["version"].model_dump(by_alias=True)
        | {
            "fields": [
                form.model_dump(by_alias=True) | ({"missing": (16,)} if form.id == "version" else {})
                for form in strip.record["version"].fields
            ]
        }
    )
    asked = strip.model_copy(
        update={
            "record": {**strip.record, "version": silent},
            "identify": strip.identify and strip.identify.model_copy(update={"firmware": "{version}"}),
        }
    )
    with pytest.raises(Refused, match=r"analyzer\.unknown.*version"):
        Analyzer(asked, port, port.clock, port.pause).identify()
