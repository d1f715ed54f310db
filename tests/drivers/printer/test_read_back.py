"""What goes over the wire is the drawing, dot by dot, in readers that are not ours; and it is short, and soon."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from escpos.printer import Dummy
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from drivers.errors import Refused
from drivers.printer.bands import OVERHEAD, Band, bands, ink_rows
from drivers.printer.escpos import raster_bytes
from drivers.printer.model import PrinterModel
from drivers.printer.render import render_job, render_pages
from drivers.printer.shelf import known_models, load_model
from drivers.simulated.printer_zpl import graphic
from kiosk.paper.certificate import load_press
from tests.drivers.printer.readers import escpos, ink, npos, trimmed, tspl, zebrash
from tests.kiosk.paper.conftest import FACE

OURS = b"J0b!"
BLACK = Image.new("1", (64, 40), 0)


@pytest.fixture(scope="module")
def certificate() -> Image.Image:
    return load_press().draw(FACE)


@pytest.fixture(scope="module")
def narrow() -> Image.Image:
    return load_press("58mm").draw(FACE)


def label() -> Image.Image:
    image = Image.new("1", (480, 320), 1)
    pen = ImageDraw.Draw(image)
    pen.ellipse((37, 11, 401, 300), outline=0, width=3)
    pen.rectangle((0, 0, 479, 319), outline=0)
    pen.rectangle((203, 100, 260, 207), fill=0)
    return image


def job(raster: Image.Image, model: PrinterModel) -> bytes:
    return b"".join(render_job(raster, OURS, model))


ESCPOS = ["escpos-80mm", "escpos-58mm", "escpos-58mm-silent", "epson-tm-t20ii", "zjiang-pos-5890"]


@pytest.mark.parametrize("name", ESCPOS)
def test_a_certificate_reads_back_the_same_in_two_foreign_readers(
    name: str, certificate: Image.Image, narrow: Image.Image, tmp_path: Path
) -> None:
    model = load_model(name)
    drawing = certificate if model.width == 576 else narrow
    sent = job(drawing, model)
    for rows in (escpos(sent), npos(sent, tmp_path)):
        assert trimmed(rows, drawing.width, drawing.height) == ink(drawing)


def test_with_a_known_unit_white_rows_are_fed(certificate: Image.Image, tmp_path: Path) -> None:
    for units in (1, 2):
        model = replace(load_model("escpos-80mm"), feed_units=units)
        sent = job(certificate, model)
        assert b"\x1bJ" in sent
        assert trimmed(escpos(sent, units), 576, certificate.height) == ink(certificate)
        if units == 1:
            assert trimmed(npos(sent, tmp_path), 576, certificate.height) == ink(certificate)


def test_labels_read_back_the_same(tmp_path: Path) -> None:
    small = Image.new("1", (477, 318), 1)  # no whole bytes, no whole millimetres
    ImageDraw.Draw(small).text((200, 150), "X", fill=0)
    pictures = [label(), small, Image.new("1", (480, 320), 1)]
    sent = b"".join(render_pages(pictures, OURS, load_model("tspl-203")))
    assert tspl(sent) == [ink(picture) for picture in pictures]
    for picture in pictures[:2]:  # zebrash leaves out a label without a field
        (read,) = zebrash(job(picture, load_model("zpl-203")), tmp_path, picture.width / 8, picture.height / 8)
        assert trimmed(read, picture.width, picture.height) == ink(picture)


def test_labels_of_one_job_come_one_by_one(tmp_path: Path) -> None:
    pictures = [label(), label().transpose(Image.Transpose.FLIP_TOP_BOTTOM), label()]
    read = zebrash(b"".join(render_pages(pictures, OURS, load_model("zpl-203"))), tmp_path, 60, 40)
    assert read == [ink(picture) for picture in pictures]


def test_a_certificate_on_a_label_printer(certificate: Image.Image, tmp_path: Path) -> None:
    assert tspl(job(certificate, load_model("tspl-203"))) == [ink(certificate)]
    (read,) = zebrash(job(certificate, load_model("zpl-203")), tmp_path, 72, certificate.height // 8 + 1)
    assert trimmed(read, certificate.width, certificate.height) == ink(certificate)


def test_trimmed_bands_come_close_to_what_trimming_can_do(certificate: Image.Image, narrow: Image.Image) -> None:
    """The floor of this form: every row from its first to its last inked byte, and nothing else."""
    for drawing, name in ((certificate, "escpos-80mm"), (narrow, "escpos-58mm")):
        full = (drawing.width + 7) // 8 * drawing.height
        floor = sum(len(row.strip(b"\0")) for row in ink_rows(drawing))
        sent = len(job(drawing, load_model(name)))
        assert sent <= 1.1 * floor
        assert sent <= 0.5 * full
        assert sent < len(job(drawing, replace(load_model(name), places=False))) < full


def rasters(width: st.SearchStrategy[int], height: st.SearchStrategy[int]) -> st.SearchStrategy[Image.Image]:
    def drawn(size: tuple[int, int], data: bytes) -> Image.Image:
        across = (size[0] + 7) // 8
        pattern = (data * (across * size[1] // max(1, len(data)) + 1))[: across * size[1]]
        return Image.frombytes("1", size, pattern or bytes(across * size[1]))

    sparse = st.lists(st.sampled_from([255, 255, 255, 0, 1, 128, 240]), min_size=1, max_size=60).map(bytes)
    return st.builds(drawn, st.tuples(width, height), sparse | st.binary(min_size=1, max_size=40))


@settings(max_examples=60, deadline=None)
@given(rasters(st.integers(1, 100), st.integers(1, 90)), st.sampled_from([0, 1]), st.booleans(), st.integers(8, 40))
def test_any_picture_survives(raster: Image.Image, units: int, places: bool, band: int) -> None:
    model = replace(PrinterModel(), feed_units=units, places=places, band=band)
    assert trimmed(escpos(job(raster, model)), raster.width, raster.height) == ink(raster)
    zpl = job(raster, replace(load_model("zpl-203"), band=band))
    assert _zpl(zpl, raster.width, raster.height) == ink(raster)


def _zpl(sent: bytes, width: int, height: int) -> list[str]:
    rows = [["0"] * (width + 8) for _ in range(height)]
    for field in sent.split(b"^FO")[1:]:
        place, _, data = field.partition(b"^GF")
        x, y = (int(number) for number in place.split(b","))
        for n, row in enumerate(graphic(data.split(b"^")[0])):
            for at, bit in enumerate("".join(f"{byte:08b}" for byte in row)):
                if bit == "1":
                    rows[y + n][x + at] = "1"
    return ["".join(row[:width]) for row in rows]


@settings(max_examples=60, deadline=None)
@given(rasters(st.integers(1, 576), st.integers(1, 90)))
def test_a_raster_is_byte_for_byte_what_python_escpos_makes_of_it(raster: Image.Image) -> None:
    theirs = Dummy(profile="NT-80-V-UL")
    theirs.image(raster, impl="bitImageRaster", fragment_height=256)
    rows = ink_rows(raster)
    assert raster_bytes(rows, Band(0, len(rows), 0, len(rows[0]))) == theirs.output


@settings(max_examples=60, deadline=None)
@given(rasters(st.integers(1, 90), st.integers(1, 90)), st.integers(1, 40), st.booleans())
def test_bands_hold_all_ink_and_never_overlap(raster: Image.Image, most: int, from_left: bool) -> None:
    rows = ink_rows(raster)
    found = list(bands(rows, most, from_left=from_left))
    covered = [[False] * len(rows[0]) for _ in rows]
    for band in found:
        assert 0 < band.bottom - band.top <= most
        assert band.left < band.right
        for y in range(band.top, band.bottom):
            covered[y][band.left : band.right] = [True] * (band.right - band.left)
    assert all(covered[y][x] for y, row in enumerate(rows) for x, byte in enumerate(row) if byte)
    assert [band.top for band in found] == sorted({band.top for band in found})
    assert all(one.bottom <= other.top for one, other in pairwise(found))
    assert sum(band.size for band in found) <= sum(len(row.rstrip(b"\0")) + OVERHEAD for row in rows)


@pytest.mark.parametrize("name", known_models())
def test_the_first_piece_goes_out_before_the_next_picture_is_asked_for(name: str) -> None:
    asked: list[int] = []

    def pictures() -> Iterator[Image.Image]:
        for n in range(3):
            asked.append(n)
            yield BLACK

    pieces = iter(render_pages(pictures(), OURS, load_model(name)))
    assert next(pieces)
    assert asked == ([0, 1, 2] if name == "cups" else [0])  # a document is whole or nothing


def test_the_first_piece_is_the_reset_and_the_first_band() -> None:
    tall = Image.new("1", (576, 2000), 0)
    pieces = list(render_job(tall, OURS, PrinterModel(band=256)))
    assert pieces[0].startswith(b"\x1b@\x1dv0\x00\x48\x00\x00\x01")
    assert max(map(len, pieces)) <= 72 * 256 + 20
    assert pieces[-1] == b"\x1d(H\x06\x00\x30\x30" + OURS


def test_a_white_picture_is_paper_all_the_same() -> None:
    sent = job(Image.new("1", (576, 600), 1), PrinterModel())
    assert trimmed(escpos(sent), 576, 600) == ["0" * 576] * 600
    assert b"\x1dV" in sent


def test_a_pdf_holds_every_page(certificate: Image.Image) -> None:
    (pdf,) = render_pages([certificate, certificate], OURS, load_model("cups"))
    assert pdf.startswith(b"%PDF-")
    assert b"/Count 2" in pdf
    assert b"CCITTFaxDecode" in pdf


@pytest.mark.parametrize("rest", [Image.new("1", (1681, 8), 1), Image.new("L", (8, 8), 255)])
def test_what_a_later_page_cannot_be_is_refused(rest: Image.Image) -> None:
    with pytest.raises(Refused, match=r"printer\.job"):
        list(render_pages([BLACK, rest], OURS, load_model("cups")))


def test_no_picture_is_no_job() -> None:
    assert list(render_pages([], OURS)) == []
