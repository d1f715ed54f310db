"""What scanned bytes are said to be."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules import numbers
from kiosk.rules.codes import Kind, base32_bytes, excerpt, explain

NUMBER = numbers.certificate_number("530427", b"\x12\x34\x56\x78\x9a\xbc\xde")
ID = "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "kind", "ok", "note"),
    [
        ("HTTPS://COUNTY.EXAMPLE/K/MFRGG", Kind.CARD, True, "code.card"),
        ("https://county.example/K/MFRGG", Kind.CARD, True, "code.card"),
        ("HTTPS://COUNTY.EXAMPLE/C/MFRGG", Kind.CERTIFICATE, True, "code.certificate"),
        ("HTTPS://COUNTY.EXAMPLE/K/MFRGH", Kind.CARD, False, "code.damaged"),  # stray bits
        ("HTTPS://COUNTY.EXAMPLE/K/MFRG1", Kind.CARD, False, "code.damaged"),  # 1 is not base32
        ("https://county.example/k/MFRGG", Kind.URL, True, "code.url"),
        ("https://county.example/K/mfrgg", Kind.URL, True, "code.url"),
        (f"HTTPS://COUNTY.EXAMPLE/N/{NUMBER}", Kind.NUMBER, True, "code.number"),
        (NUMBER, Kind.NUMBER, True, "code.number"),
        (numbers.shown(NUMBER).lower(), Kind.NUMBER, True, "code.number"),
        (f"{NUMBER[:-1]}{'A' if NUMBER[-1] != 'A' else 'B'}", Kind.NUMBER, False, "code.number_wrong"),
        ("11140500012420117H", Kind.CREDIT_CODE, True, "code.credit_code"),
        ("n2530427mf1234567y", Kind.CREDIT_CODE, True, "code.credit_code"),
        ("93140500MA0K000140", Kind.CREDIT_CODE, True, "code.credit_code"),
        ("91350211M0000XUF46", Kind.CREDIT_CODE, False, "code.credit_code_wrong"),
        (ID, Kind.ID_NUMBER, True, "code.id_number"),
        (ID.lower(), Kind.ID_NUMBER, True, "code.id_number"),
        ("110105194912310021", Kind.ID_NUMBER, False, "code.id_number"),  # mistyped: still nobody's business
        ("JT530427MF1234567S", Kind.FARM_CODE, True, "code.farm_code_unchecked"),
        ("6901234567892", Kind.GTIN, True, "code.gtin"),
        ("6901234567893", Kind.GTIN, False, "code.gtin_wrong"),
        ("https://id.gs1.org/01/09521234543213", Kind.GS1_LINK, True, "code.gs1_link"),
        ("https://id.gs1.org/01/09521234543214", Kind.GS1_LINK, False, "code.gs1_link_wrong"),
        ("http://trace.example/t?c=1", Kind.URL, True, "code.url"),
        ("hello", Kind.UNKNOWN, False, "code.unknown"),
        ("", Kind.UNKNOWN, False, "code.unreadable"),
    ],
)
def test_what_it_is(text: str, kind: Kind, ok: bool, note: str) -> None:
    scanned = explain(text.encode())
    assert (scanned.kind, scanned.ok, scanned.note) == (kind, ok, note)


def test_the_token_of_a_card_is_its_bytes() -> None:
    token = bytes(range(200))
    told = explain(b"HTTPS://COUNTY.EXAMPLE/K/" + base64.b32encode(token).rstrip(b"="))
    assert (told.token, told.facts) == (token, {"host": "county.example"})


def test_a_digital_link_tells_its_parts() -> None:
    told = explain(b"https://shop.example/x/01/09521234543213/10/AB%2F1/21/77?11=260201&linkType=all")
    assert told.facts == {
        "host": "shop.example", "gtin": "09521234543213", "lot": "AB/1", "serial": "77", "produced": "260201",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", [ID, f" {ID}\n", f"https://a.example/?id={ID}", f"id:{ID};", f"https://a.example/01/09521234543213/10/{ID}"]
)
def test_an_id_number_is_never_in_the_answer(text: str) -> None:
    told = explain(text.encode())
    assert ID not in repr(told)
    assert ID[6:14] not in repr(told)


def test_a_telephone_number_is_masked() -> None:
    assert excerpt("Li 13800004321") == "Li ***"


def test_chinese_encodings() -> None:
    assert explain("番茄".encode("gb18030")).text == explain("番茄".encode()).text == "番茄"


@pytest.mark.parametrize("data", [b"\x00abc", b"\xff\xff", b"6901234567892\x1d", b"a\x07b", "a\u0085b".encode()])
def test_control_characters_and_noise_are_not_text(data: bytes) -> None:
    told = explain(data)
    assert (told.kind, told.text, told.note) == (Kind.UNKNOWN, "", "code.unreadable")


def test_an_excerpt_is_short_and_printable() -> None:
    told = excerpt("a\u202eb\u3000" + "x" * 90)
    assert told.isprintable()
    assert len(told) == 25


@given(st.binary(max_size=60))
def test_base32_agrees_with_the_library(data: bytes) -> None:
    assert base32_bytes(base64.b32encode(data).decode().rstrip("=")) == (data or None)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=1, max_size=40))
def test_only_the_one_right_spelling_is_read(text: str) -> None:
    data = base32_bytes(text)
    assert data is None or base64.b32encode(data).decode().rstrip("=") == text


@given(st.one_of(st.binary(max_size=80), st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))))
def test_anything_gets_an_answer(data: bytes) -> None:
    told = explain(data)
    assert told.text.isprintable() or told.kind is Kind.URL
    assert told.token is None or told.kind in (Kind.CARD, Kind.CERTIFICATE)
