"""Our choice among the eight masks is the encoder's own, dot by dot, in a fifteenth of the time."""

import string
from functools import cache

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.paper.code_mask import Masks, Modules

ALPHANUMERIC = string.digits + string.ascii_uppercase + " $%*+-./:"  # ISO/IEC 18004 table 5
MOST = {1: 20, 2: 38, 6: 154, 7: 178, 10: 311, 13: 483, 14: 528}  # characters at level M


def made(text: str, mask: int | None = None, version: int | None = None) -> segno.QRCode:
    return segno.make(
        text, error="m", mode="alphanumeric", micro=False, boost_error=False, mask=mask, version=version
    )  # fmt: skip


@cache
def masks(version: int) -> Masks:
    return Masks([made("0", mask, version).matrix for mask in range(8)])


def rows(modules: Modules) -> list[list[int]]:
    bits = "".join(f"{byte:08b}" for byte in modules.dark)
    lines = [bits[start : start + modules.across] for start in range(0, len(bits), modules.across)]
    assert all("1" not in line[modules.side :] for line in lines)
    return [[int(bit) for bit in line[: modules.side]] for line in lines]


def check(text: str, version: int | None = None) -> None:
    drawn, own = made(text, 0, version), made(text, None, version)
    best, modules = masks(int(own.version)).best(drawn.matrix)
    assert best == own.mask
    assert rows(modules) == [list(row) for row in own.matrix]


@settings(max_examples=60, deadline=None)
@given(st.text(ALPHANUMERIC, min_size=1, max_size=528))
def test_it_is_the_mask_that_the_encoder_finds(text: str) -> None:
    check(text)


@pytest.mark.parametrize("version", MOST)
@pytest.mark.parametrize("characters", ["0", ":", "A:", "1001", "ZZZZZZ0"])
def test_also_where_a_text_is_all_pattern(version: int, characters: str) -> None:
    for length in (1, MOST[version] // 2, MOST[version]):
        check((characters * MOST[version])[:length], version)
