"""A binary record: fields by place, slots with and without a mask, what may follow them, and the rules it must meet."""

from decimal import Decimal
from typing import Any

import pytest

from drivers.analyzer.fields import DOUBT, Row, Value, obey, rows
from drivers.errors import FrameError, Refused
from drivers.profile.layout import Record


def record(**said: Any) -> Record:
    return Record.model_validate(said)


def test_fields_stand_one_after_the_other_or_where_they_say() -> None:
    plain = record(fields=[{"id": "a", "type": "u8"}, {"id": "b", "type": "u16le"}, {"id": "c", "type": "u8", "at": 0}])
    assert rows(b"\x01\x02\x03", plain, b"raw") == (Row({"a": 1, "b": 0x0302, "c": 1}, b"raw"),)
    with pytest.raises(FrameError, match=r"analyzer\.length"):
        rows(b"\x01\x02", plain, b"")


def test_an_empty_record_is_no_row_wherever_it_says_so() -> None:
    state = {"id": "state", "type": "u8", "skip": [0]}
    assert rows(b"\x00", record(fields=[state]), b"") == ()
    tail = {"count": 1, "fields": [{"id": "a", "type": "u8"}], "tail": [state]}
    assert rows(b"\x05\x05\x00", record(fields=[{"id": "n", "type": "u8"}], slots=tail), b"") == ()
    assert len(rows(b"\x05\x05\x01", record(fields=[{"id": "n", "type": "u8"}], slots=tail), b"")) == 1


def slotted(**slots: Any) -> Record:
    """A mask, then slots of two bytes."""
    forms = [{"id": "hole", "type": "u8"}, {"id": "x", "type": "u8", "max": 200}]
    return record(fields=[{"id": "mask", "type": "u8"}], slots={"count": 4, "fields": forms, **slots})


def found(body: str, form: Record, *names: str) -> list[tuple[Value, ...]]:
    return [tuple(row.fields[name] for name in names) for row in rows(bytes.fromhex(body), form, b"")]


@pytest.mark.parametrize("mask", ["10", "F0", "81"])
def test_a_mask_that_selects_a_slot_that_does_not_exist_is_refused(mask: str) -> None:
    with pytest.raises(Refused, match="mask"):
        found(mask + FULL, slotted(mask="mask"), "slot")


def test_a_mask_that_is_not_there_selects_nothing_and_is_refused() -> None:
    form = slotted(mask="mask")
    missing = form.model_copy(update={"fields": (form.fields[0].model_copy(update={"missing": (0x0F,)}),)})
    with pytest.raises(Refused, match="mask"):
        found("0F" + FULL, missing, "slot")


FULL = "01 0A 02 0B 03 0C 04 0D"


def test_all_slots_or_those_that_are_not_empty() -> None:
    assert found("00" + FULL, slotted(), "slot", "x") == [(1, 10), (2, 11), (3, 12), (4, 13)]
    assert len(found("00" + "01 0A 00 00 03 0C 00 00", slotted(), "slot")) == 4
    assert found("00" + "01 0A 00 00 03 0C 00 00", slotted(skip_empty=True), "slot", "x") == [(1, 10), (3, 12)]


@pytest.mark.parametrize(
    ("first", "mask", "slots"),
    [
        ("lsb", "05", [1, 3]),
        ("msb", "05", [2, 4]),
        ("lsb", "08", [4]),
        ("msb", "08", [1]),
        ("lsb", "00", []),
    ],
)
def test_a_mask_counts_from_either_end(first: str, mask: str, slots: list[int]) -> None:
    assert [slot for (slot,) in found(mask + FULL, slotted(mask="mask", first=first), "slot")] == slots


@pytest.mark.parametrize(
    ("first", "mask", "body", "contradicts"),
    [
        ("lsb", "01", "00 00 00 00 00 00 04 0D", True),
        ("lsb", "08", "00 00 00 00 00 00 04 0D", False),
        ("msb", "08", "00 00 00 00 00 00 04 0D", True),
        ("msb", "01", "00 00 00 00 00 00 04 0D", False),
        ("lsb", "09", "00 00 02 0B 00 00 04 0D", True),
        ("lsb", "0A", "01 0A 02 0B 00 00 04 0D", False),  # what is not selected is only ignored
        ("lsb", "01", "00 00 00 00 00 00 00 00", False),
    ],
)
def test_a_mask_that_contradicts_the_data(first: str, mask: str, body: str, contradicts: bool) -> None:
    form = slotted(mask="mask", first=first)
    if not contradicts:
        assert len(found(mask + body, form, "slot")) == int(mask, 16).bit_count()
        return
    with pytest.raises(Refused) as caught:
        found(mask + body, form)
    assert (caught.value.facts["field"], caught.value.facts["value"]) == ("mask", mask)


def test_a_slot_may_say_that_it_is_no_channel() -> None:
    forms = [{"id": "hole", "type": "u8", "skip": [0]}, {"id": "x", "type": "u8", "max": 200}]
    assert found("00" + "00 FF 02 0B 00 FF 04 0D", slotted(fields=forms), "slot", "x") == [(2, 11), (4, 13)]


def test_as_many_slots_as_fit() -> None:
    assert found("00" + FULL[:11], slotted(count="fit"), "slot", "x") == [(1, 10), (2, 11)]
    assert found("00" + "01 0A 02 0B 03", slotted(count="fit", spare=1), "slot", "x") == [(1, 10), (2, 11)]
    assert found("00" + "01 0A 02 0B 03 0C", slotted(count="fit", spare=1), "slot", "x") == [(1, 10), (2, 11)]
    assert found("00" + "01", slotted(count="fit", spare=1), "slot") == []
    with pytest.raises(FrameError, match=r"analyzer\.length"):
        found("00", slotted(count="fit", spare=1))


def test_what_follows_the_slots() -> None:
    form = slotted(count="fit", tail=[{"id": "sum", "type": "u16be"}])
    assert found("00" + "01 0A 02 0B 12 34", form, "x", "sum") == [(10, 0x1234), (11, 0x1234)]
    with pytest.raises(FrameError, match=r"analyzer\.length"):  # nobody knows where the tail begins
        found("00" + "01 0A 02 12 34", form)


def test_second_parts_stand_together_after_all_first_ones() -> None:
    form = slotted(count=2, more=[{"id": "later", "type": "u8"}], tail=[{"id": "sum", "type": "u8"}])
    assert found("00" + "01 0A 02 0B  21 22  99", form, "x", "later", "sum") == [(10, 0x21, 0x99), (11, 0x22, 0x99)]


def test_one_channel_that_cannot_be_used_leaves_the_others() -> None:
    form = slotted(count=3, require=[{"field": "hole", "between": [1, 2]}, {"field": "mask", "is": "0"}])
    assert [row.fields.get(DOUBT) for row in rows(bytes.fromhex("00 01 0A 02 0B 03 0C"), form, b"")] == [
        None,
        None,
        "hole:3",
    ]


def test_a_value_out_of_bounds_spoils_the_record() -> None:
    with pytest.raises(Refused):
        found("00" + "01 0A 02 FF 03 0C 04 0D", slotted())


# --- rules ------------------------------------------------------------------------------------------------------------

HAS: dict[str, Value] = {
    "n": 5,
    "x": Decimal("1.5"),
    "y": Decimal("1.6"),
    "w": "ok",
    "f": frozenset({"low", "warm"}),
    "no": None,
}


@pytest.mark.parametrize(
    "rule",
    [
        {"field": "w", "is": "ok"},
        {"field": "n", "is": "5"},
        {"field": "w", "in": ["ok", "fine"]},
        {"field": "f", "clear": ["high"]},
        {"field": "x", "between": [Decimal("1.5"), 2]},
        {"near": ["x", "y"], "within": Decimal("0.1"), "reason": "torn"},
    ],
)
def test_a_rule_that_is_met(rule: dict[str, Any]) -> None:
    obey(HAS, record(fields=[{"id": "w"}], require=[rule]).require)


@pytest.mark.parametrize(
    ("rule", "field", "value"),
    [
        ({"field": "w", "is": "bad"}, "w", "ok"),
        ({"field": "w", "in": ["bad", "worse"]}, "w", "ok"),
        ({"field": "f", "clear": ["warm", "low"]}, "f", "low+warm"),
        ({"field": "w", "clear": ["high"]}, "w", "ok"),  # no flags at all
        ({"field": "x", "between": [0, 1]}, "x", "1.5"),
        ({"field": "no", "between": [0, 1]}, "no", "None"),
        ({"near": ["x", "y"], "within": Decimal("0.09"), "reason": "torn"}, "torn", "1.5 / 1.6"),
        ({"near": ["x", "no"], "within": 9, "reason": "torn"}, "torn", "1.5 / None"),
    ],
)
def test_a_rule_that_is_broken(rule: dict[str, Any], field: str, value: str) -> None:
    with pytest.raises(Refused) as caught:
        obey(HAS, record(fields=[{"id": "w"}], require=[rule]).require)
    assert (caught.value.facts["field"], caught.value.facts["value"]) == (field, value)
