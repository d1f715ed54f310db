"""What stands in registers and coils: every order of bytes, text with strays, bits, dates, floats of unsure order."""

import struct
from decimal import Decimal
from typing import Any

import pytest

from drivers.analyzer import fields
from drivers.errors import Refused
from drivers.profile.contradictions import contradictions
from drivers.profile.exchange import Read
from drivers.profile.folder import find
from drivers.profile.form import Profile
from drivers.profile.layout import FieldForm
from drivers.profile.references import dangling
from tests.drivers.modbus.buses import rtu, scripted

ORDERS = {  # of the bytes 0 1 2 3, and of 0 … 7
    "ABCD": ((0, 1, 2, 3), (0, 1, 2, 3, 4, 5, 6, 7)),
    "CDAB": ((2, 3, 0, 1), (6, 7, 4, 5, 2, 3, 0, 1)),
    "BADC": ((1, 0, 3, 2), (1, 0, 3, 2, 5, 4, 7, 6)),
    "DCBA": ((3, 2, 1, 0), (7, 6, 5, 4, 3, 2, 1, 0)),
}


def read(data: bytes, **form: Any) -> fields.Value:
    return fields.registers(data, 40, [FieldForm.model_validate({"id": "x", "addr": 40, **form})])["x"]


def swapped(data: bytes, order: str) -> bytes:
    return bytes(data[at] for at in ORDERS[order][len(data) == 8])


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        ("u32", struct.pack(">I", 0x01020304), 0x01020304),
        ("s32", struct.pack(">i", -2), -2),
        ("f32", struct.pack(">f", 123456.0), Decimal(123456)),
        ("u64", struct.pack(">Q", 0x0102030405060708), 0x0102030405060708),
        ("s64", struct.pack(">q", -3), -3),
        ("f64", struct.pack(">d", 0.1), Decimal("0.1")),
        ("text4", b"Y511", "Y511"),
        ("text8", b"TriBox-3", "TriBox-3"),
        ("num4", b"9401", Decimal(9401)),
        ("flags32", bytes.fromhex("00000005"), frozenset({"a", "c"})),
    ],
)
def test_every_order(order: str, kind: str, data: bytes, value: fields.Value) -> None:
    flags = {"flags": {0: "a", 1: "b", 2: "c"}} if kind.startswith("flags") else {}
    assert read(swapped(data, order), type=kind, order=order, **flags) == value


@pytest.mark.parametrize("number", [0x8000, 0xFF33, 0x7FFF, 0])
def test_a_register_with_a_sign(number: int) -> None:
    (signed,) = struct.unpack(">h", number.to_bytes(2, "big"))
    assert read(number.to_bytes(2, "big"), type="s16", scale=Decimal("0.1")) == Decimal(signed) / 10


def test_the_two_bytes_of_a_register() -> None:
    data = bytes.fromhex("01 0B")
    assert [read(data, type="u16", bits=bits) for bits in ((8, 8), (0, 8))] == [1, 11]
    assert read(data, type="u8") == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [(b")YL2914010022", "YL2914010022"), (b"$YL2914010022", "YL2914010022"), (b"YL2914010022", "YL2914010022")],
)
def test_a_stray_character_in_front(said: bytes, told: str) -> None:
    data = said.ljust(14, b"\0")
    assert read(data, type="text14", stray=")$") == told
    assert read(data, type="text14", stray=")$", chars=(2, 2)) == "29"


def test_part_of_a_text() -> None:
    name = b"Tribox_9401".ljust(40, b"\0")
    assert read(name, type="text40", chars=(0, 7)) == "Tribox_"
    assert read(name, type="num40", chars=(7, 33)) == 9401
    assert read(bytes(40), type="text40", chars=(0, 7), stray=")") == ""
    with pytest.raises(Refused):
        read(b"Tribox_new".ljust(40, b"\0"), type="num40", chars=(7, 33))


def test_a_date_in_six_registers() -> None:
    assert read(struct.pack(">6H", 2026, 11, 20, 9, 41, 30), type="u16-ymdhms") == "2026-11-20T09:41:30"
    for wrong in ((2026, 13, 20, 9, 41, 30), (2026, 2, 29, 9, 41, 30), (2026, 11, 20, 24, 0, 0), (0, 0, 0, 0, 0, 0)):
        with pytest.raises(Refused):
            read(struct.pack(">6H", *wrong), type="u16-ymdhms")


@pytest.mark.parametrize("order", ["ABCD", "CDAB"])
def test_a_float_whose_order_shows(order: str) -> None:
    limits = {"type": "f32", "min": Decimal("0.001"), "max": Decimal(1000), "sure": True}
    data = struct.pack(">f", 12.5)
    assert read(swapped(data, order), order=order, **limits) == Decimal("12.5")
    other = {"ABCD": "CDAB", "CDAB": "ABCD"}[order]
    with pytest.raises(Refused):
        read(swapped(data, other), order=order, **limits)
    both = bytes.fromhex("3F 9D 41 45")  # 1.22… one way, 12.2… the other
    for either in (order, other):
        with pytest.raises(Refused, match="3F 9D 41 45"):
            read(both, order=either, **limits)
    alike = bytes.fromhex("41 48 41 48")
    assert read(alike, order=order, **limits) == read(alike, order=other, **limits)


def coil(addr: int) -> dict[str, Any]:
    return {"id": f"c{addr}", "addr": addr, "type": "u8"}


@pytest.mark.parametrize(("table", "function"), [("coil", "01"), ("discrete", "02")])
def test_the_first_coil_is_the_lowest_bit(table: str, function: str) -> None:
    """The example of the Modbus specification: coils 20 to 38 are CD 6B 05."""
    bus = scripted(f"> {rtu(f'01 {function} 00 13 00 13')}\n< {rtu(f'01 {function} 03 CD 6B 05')}")
    data = bus.read(table, 0x13, 19)
    told = fields.coils(data, 0x13, [FieldForm.model_validate(coil(0x13 + n)) for n in range(19)])
    assert [told[f"c{0x13 + n}"] for n in range(19)] == [int(bit) for bit in "1011001111010110101"]


def test_a_coil_as_a_word() -> None:
    forms = [FieldForm.model_validate(coil(5) | {"enum": {"0": "closed", "1": "open"}})]
    assert fields.coils(b"\x01", 5, forms) == {"c5": "open"}
    assert fields.coils(b"\x02", 5, forms) == {"c5": "closed"}


def changed(**read: Any) -> Profile:
    """The turbidity probe's profile with another version exchange."""
    profile = find("yosemitech-y511")
    exchange = profile.exchange["version"].model_copy(update=read)
    return profile.model_copy(update={"exchange": {**profile.exchange, "version": exchange}})


@pytest.mark.parametrize("name", ["nobody", "start", "values", "version", "calibrated"])
def test_beside_a_read_stands_a_read(name: str) -> None:
    """Not: one that does not exist, brings nothing, has others beside it, is the same."""
    wrong = list(dangling(changed(beside=(name,))))
    found = [(path, named) for path, named, _ in wrong if path.endswith("beside")]
    assert found == ([("exchange.version.beside", name)] if name != "start" else [])
    assert list(dangling(changed(beside=("serial", "calibration")))) == []


def test_no_two_fields_of_one_name_stand_beside_each_other() -> None:
    forms = (FieldForm.model_validate({"id": "serial", "addr": 0x0700, "type": "u16"}),)
    assert any(path == "exchange.version.beside" for path, *_ in dangling(changed(fields=forms)))


@pytest.mark.parametrize(("kind", "sound"), [("u8", True), ("u16", False), ("f32", False), ("text2", False)])
def test_a_coil_is_a_bit(kind: str, sound: bool) -> None:
    profile = find("trios-tribox3")
    read = Read.model_validate({"table": "coil", "addr": 3, "count": 1, "doc": "wire 3"})
    forms = (FieldForm.model_validate(coil(3) | {"type": kind}),)
    exchange = profile.exchange["latest"].model_copy(update={"read": read, "fields": forms})
    whole = profile.model_copy(update={"exchange": {**profile.exchange, "latest": exchange}})
    assert (("profile.word", "exchange.latest.fields.c3") in [fault[:2] for fault in contradictions(whole)]) != sound
