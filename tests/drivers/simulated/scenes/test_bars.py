"""Our own drawing of EAN-13 and Code 128 is read by two decoders that know nothing of it."""

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyzbar import pyzbar

from drivers.simulated.scenes.bars import check_digit, code128, ean13

DIGITS = st.text("0123456789", min_size=12, max_size=12)
ASCII = st.text([chr(code) for code in range(32, 127)], min_size=1, max_size=24)
EVEN = st.integers(1, 9).flatmap(lambda pairs: st.text("0123456789", min_size=2 * pairs, max_size=2 * pairs))
WIDE, TALL, QUIET = 3, 60, 12


def picture(modules: str) -> NDArray[np.uint8]:
    row = np.pad(np.frombuffer(modules.encode(), np.uint8) - 48, QUIET)
    drawn = np.kron(row[None, :], np.ones((TALL, WIDE), np.uint8))
    return np.pad(255 - 255 * drawn, 20, constant_values=255).astype(np.uint8)


def both(modules: str) -> list[tuple[str, bytes]]:
    frame = picture(modules)
    first = [(code.format.name, bytes(code.bytes)) for code in zxingcpp.read_barcodes(frame)]
    names = {"EAN13": "EAN13", "CODE128": "Code128"}
    wanted = [pyzbar.ZBarSymbol.EAN13, pyzbar.ZBarSymbol.CODE128]
    return first + [(names[code.type], code.data) for code in pyzbar.decode(frame, symbols=wanted)]


@settings(max_examples=60, deadline=None)
@given(DIGITS)
def test_two_decoders_read_an_ean13(digits: str) -> None:
    number = digits + check_digit(digits)
    modules = ean13(number)
    assert len(modules) == 95
    assert both(modules) == [("EAN13", number.encode())] * 2


@settings(max_examples=100, deadline=None)
@given(st.one_of(ASCII, EVEN))
def test_two_decoders_read_a_code128(text: str) -> None:
    assert both(code128(text.encode())) == [("Code128", text.encode())] * 2


def test_the_check_digit_of_the_standard() -> None:
    """GS1 General Specifications 7.9: 629104150021 has check digit 3."""
    assert check_digit("629104150021") == "3"


@pytest.mark.parametrize("wrong", ["", "6291041500214", "629104150021", "629104150021x", "62910415002133"])
def test_no_ean13(wrong: str) -> None:
    with pytest.raises(ValueError, match="not an EAN-13"):
        ean13(wrong)


@pytest.mark.parametrize("wrong", [b"", b"a\n", b"\xe4"])
def test_no_code128(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="not printable ASCII"):
        code128(wrong)
