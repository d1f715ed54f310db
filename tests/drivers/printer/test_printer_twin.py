"""The simulated printer by itself: Epson's commands, in whatever pieces they arrive."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.printer.escpos import COMPLETION
from drivers.printer.printer import CLEAR, CLEARED
from drivers.simulated.printer import LINE, MARGIN, PrinterTwin
from drivers.simulated.printer_commands import parse
from drivers.simulated.pty import UnpluggedError

ROW = b"\xf0\x0f" * 36
RASTER = b"\x1dv0\x00\x48\x00\x03\x00" + ROW * 3
CUT = b"\x1dV\x00"


def ink(paper: Path) -> bytes:
    """Black as 1, as the printer was told."""
    with Image.open(paper) as image:
        inner = image.crop((MARGIN, MARGIN, image.width - MARGIN, image.height))
        return bytes(byte ^ 0xFF for byte in inner.tobytes())


def test_a_picture_a_feed_and_a_cut_make_a_paper(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path)
    assert twin.answer(b"\x1b@" + RASTER + b"\x1bd\x02\x1bJ\x05\n" + CUT + COMPLETION + b"ab12") == b"\x37\x22ab12\x00"
    (paper,) = twin.papers
    assert ink(paper) == ROW * 3 + bytes(72 * (3 * LINE + 5))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(1, 40), max_size=12))
def test_pieces_make_no_difference(tmp_path: Path, sizes: list[int]) -> None:
    stream, said = b"\x1b@" + RASTER + b"\x10\x04\x01" + CUT + COMPLETION + b"ab12", b""
    twin = PrinterTwin(tmp_path)
    for size in sizes:
        said, stream = said + twin.answer(stream[:size]), stream[size:]
    said += twin.answer(stream)
    assert said == b"\x12\x37\x22ab12\x00"
    assert ink(twin.papers[-1]) == ROW * 3


def test_status_is_answered_inside_a_picture_and_the_picture_is_whole(tmp_path: Path) -> None:
    data = (b"\x10\x04\x04" + ROW)[:72] + ROW * 2
    twin = PrinterTwin(tmp_path)
    assert twin.answer(RASTER[:8] + data + CUT) == b"\x12"
    assert ink(twin.papers[0]) == data


def test_without_paper_it_waits_and_prints_when_there_is_some(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path, fault="paper-out")
    assert twin.answer(RASTER + CUT + b"\x10\x04\x04") == b"\x7e"
    assert twin.papers == []
    twin.load_paper()
    twin.tick()
    assert len(twin.papers) == 1


def test_clearing_forgets_half_a_picture(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path)
    assert twin.answer(RASTER[:50] + CLEAR) == CLEARED
    twin.answer(RASTER + CUT)
    assert ink(twin.papers[0]) == ROW * 3


def test_the_roll_ends_where_it_was_told_and_goes_on_with_a_new_one(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path, fault="paper-out-mid", rows_left=2)
    assert twin.answer(RASTER + CUT + COMPLETION + b"ab12") == b""
    twin.load_paper()
    assert twin.tick() == b"\x37\x22ab12\x00"
    assert [ink(paper) for paper in twin.papers] == [ROW * 2, ROW]


def test_double_width_and_height(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path, width=16)
    twin.answer(b"\x1dv0\x03\x01\x00\x01\x00\xa0" + CUT)
    assert ink(twin.papers[0]) == b"\xcc\x00\xcc\x00"


@pytest.mark.parametrize("strange", [b"\x1bq", b"\x1dB", b"\x01", b"A"])
def test_what_it_does_not_know_is_remembered_not_guessed(tmp_path: Path, strange: bytes) -> None:
    twin = PrinterTwin(tmp_path)
    twin.answer(strange + RASTER + CUT)
    assert twin.unknown == [strange]
    assert ink(twin.papers[0]) == ROW * 3


@given(st.binary(max_size=200))
def test_no_bytes_upset_the_parser(data: bytes) -> None:
    while (command := parse(data)) is not None:
        data = data[len(command.raw) :]


def test_a_position_moves_the_next_picture_only(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path, width=32)
    two = b"\x1dv0\x00\x01\x00\x01\x00\xff"
    twin.answer(b"\x1b$\x08\x00" + two + two + b"\x1b$\x04\x00" + two + CUT)
    assert ink(twin.papers[0]) == b"\x00\xff\x00\x00" + b"\xff\x00\x00\x00" + b"\x0f\xf0\x00\x00"


def test_it_says_by_itself_what_changes_once_it_is_told_to(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path)
    assert twin.tick() == b""
    twin.answer(b"\x1da\xff")
    assert twin.tick() == b"\x10\x00\x00\x00"
    assert twin.tick() == b""
    twin.fault = "cover-open"
    assert twin.tick() == b"\x38\x00\x00\x00"
    twin.near_end, twin.fault = True, "paper-out"
    assert twin.tick() == b"\x18\x00\x0f\x00"


def test_a_power_cut_takes_what_is_not_on_paper(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path)
    twin.answer(RASTER)
    twin.fate.strike("power-cut", 8 + 72)  # inside the second picture
    assert twin.answer(RASTER + CUT + COMPLETION + b"ab12" + b"\x10\x04\x01") == b""
    twin.tick()
    twin.fault = ""
    assert twin.tick() == b""
    assert twin.answer(b"\x10\x04\x01") == b"\x12"
    assert [ink(paper) for paper in twin.papers] == [ROW * 3]
    twin.answer(RASTER + CUT)
    assert ink(twin.papers[-1]) == ROW * 3


def test_a_slow_one_needs_many_ticks(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path, fault="slow")
    said, ticks = twin.answer(RASTER * 9 + CUT + COMPLETION + b"ab12"), 0
    while not said:
        said, ticks = twin.tick(), ticks + 1
    assert ticks >= 4
    assert ink(twin.papers[0]) == ROW * 27


def test_the_cable_is_pulled_at_the_byte_that_was_named(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path)
    twin.fate.strike("unplug", 5)
    with pytest.raises(UnpluggedError):
        twin.answer(RASTER)
    assert twin.fate.heard == 6
