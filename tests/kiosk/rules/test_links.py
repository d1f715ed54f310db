"""Parts of links, and base32 as we write it."""

import base64
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.scan.links import Link, base32_bytes, link, pairs, unquoted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://A.Example/x/Y?b=1&c#d", Link("a.example", "/x/Y", "b=1&c")),
        ("HTTP://a.example", Link("a.example", "", "")),
        ("http://user:pw@a.example:80/", Link("a.example:80", "/", "")),
        ("https://a.example?x", Link("a.example", "", "x")),
        ("https://a.example/#x?y", Link("a.example", "/", "")),
        ("https:///x", None),
        ("ftp://a.example", None),
        ("https://a.example/a b", None),
        ("see https://a.example", None),
        ("", None),
    ],
)
def test_links(text: str, found: Link | None) -> None:
    assert link(text) == found


def test_pairs() -> None:
    assert pairs("a=1&b&=2&&c=3=4&a=%20") == (("a", "1"), ("b", ""), ("c", "3=4"), ("a", "%20"))
    assert pairs("") == ()


@given(st.text(max_size=30))
def test_unquoting_agrees_with_the_library(text: str) -> None:
    assert unquoted(text) == unquote(text, errors="replace")


@pytest.mark.parametrize(
    ("text", "told"),
    [("%41%zz%", "A%zz%"), ("%e6%98%a5", "春"), ("%ff", "\ufffd"), ("a+b", "a+b"), ("\ud800", "\ufffd" * 3)],
)
def test_unquoting(text: str, told: str) -> None:
    assert unquoted(text) == told


@given(st.binary(max_size=60))
def test_base32_agrees_with_the_library(data: bytes) -> None:
    assert base32_bytes(base64.b32encode(data).decode().rstrip("=")) == (data or None)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=1, max_size=40))
def test_only_the_one_right_spelling_is_read(text: str) -> None:
    data = base32_bytes(text)
    assert data is None or base64.b32encode(data).decode().rstrip("=") == text


@pytest.mark.parametrize("text", ["", "mfrgg", "MFRGG===", "MFRGH", "MFRG1", "MFRGu", "A", "ABC", "ABCDEF"])
def test_what_is_no_base32_of_ours(text: str) -> None:
    assert base32_bytes(text) is None
