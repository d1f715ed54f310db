"""The certificate as a file: the same bytes each time, the size of the paper, and dot for dot what is printed."""

import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from drivers.scanner.codes.decoders import read_codes
from kiosk.paper.certificate import CertificateFace, CertificatePress, Size
from kiosk.paper.code import proofread
from kiosk.paper.electronic import as_pdf, as_png
from tests.support.presses import press_of

Make = Callable[..., CertificateFace]
POINTS = 72 / 25.4  # of a PDF, for a millimetre
TITLE = "承诺达标合格证 530427-7K3M9-QX2VH-A"


@pytest.fixture(scope="module")
def page() -> CertificatePress:
    return press_of("a5")


def opened(pdf: Path, dots_per_mm: int) -> Image.Image:
    """The first page as poppler sees it."""
    assert shutil.which("pdftoppm"), "apt install poppler-utils"
    how = ["-r", str(dots_per_mm * 25.4), "-gray", "-singlefile"]
    subprocess.run(["pdftoppm", *how, str(pdf), str(pdf.with_suffix(""))], check=True)
    with Image.open(pdf.with_suffix(".pgm")) as image:
        return image.point(lambda level: 255 if level > 127 else 0).convert("1")


@pytest.mark.parametrize("size", ["a4", "a5", "80mm"])
def test_a_foreign_reader_sees_the_same_dots_and_the_code(size: Size, face: Make, tmp_path: Path) -> None:
    press, pdf = press_of(size), tmp_path / "certificate.pdf"
    drawn = press.draw(face())
    pdf.write_bytes(as_pdf((drawn,), press.dots_per_mm, TITLE))
    seen = opened(pdf, press.dots_per_mm)
    assert seen.size == drawn.size
    assert seen.tobytes() == drawn.tobytes()
    proofread(seen, face().code_url, read_codes)


def test_the_page_has_its_physical_size_and_its_title(page: CertificatePress, face: Make, tmp_path: Path) -> None:
    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(as_pdf((page.draw(face()),) * 2, page.dots_per_mm, TITLE))
    told = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    facts = {key: value.strip() for key, _, value in (line.partition(":") for line in told.splitlines())}
    wide, _, high, _ = facts["Page size"].split(" ", 3)
    assert float(wide) == pytest.approx(148 * POINTS, abs=0.2)
    assert float(high) == pytest.approx(210 * POINTS, abs=0.2)
    assert (facts["Title"], facts["Pages"]) == (TITLE, "2")


def test_the_same_pages_give_the_same_bytes(page: CertificatePress, face: Make) -> None:
    drawn = page.draw(face())
    assert as_pdf((drawn,), page.dots_per_mm, TITLE) == as_pdf((page.draw(face()),), page.dots_per_mm, TITLE)
    assert as_png((drawn,), page.dots_per_mm) == as_png((page.draw(face()),), page.dots_per_mm)


def test_a_picture_keeps_its_dots_and_knows_its_size(page: CertificatePress, face: Make) -> None:
    drawn = page.draw(face())
    with Image.open(BytesIO(as_png((drawn,), page.dots_per_mm))) as image:
        assert image.convert("1").tobytes() == drawn.tobytes()
        assert image.info["dpi"] == pytest.approx((304.8, 304.8), abs=0.1)


def test_several_pages_stand_below_each_other_in_one_picture(press: CertificatePress, face: Make) -> None:
    one, other = press.draw(face()), press.draw(face(marks=("补打 1",)))
    with Image.open(BytesIO(as_png((one, other), press.dots_per_mm))) as image:
        assert image.size == (one.width, one.height + other.height)
        assert image.convert("1").crop((0, one.height, *image.size)).tobytes() == other.tobytes()
