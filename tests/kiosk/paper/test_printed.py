"""From the drawn certificate through python-escpos and the printer to the paper in the farmer's hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from drivers.printer.job import job_id
from drivers.printer.render import render_job
from drivers.scanner.codes.decoders import read_codes
from drivers.scanner.frames import gray_of, read_picture
from drivers.simulated.printer import MARGIN, PrinterTwin
from kiosk.paper.certificate import CertificateFace, CertificatePress
from kiosk.words import load_words


def test_the_paper_in_the_hand_is_the_drawing_to_the_dot_and_scans(
    press: CertificatePress, face: Callable[..., CertificateFace], tmp_path: Path
) -> None:
    drawing, number = press.draw(face()), job_id(face().number, 1)
    twin = PrinterTwin(tmp_path)
    assert twin.answer(b"".join(render_job(drawing, number))) == b"\x37\x22" + number + b"\x00"
    (paper,) = twin.papers
    with Image.open(paper) as image:
        assert image.size[0] == 640  # 80 mm
        printed = image.crop((MARGIN, MARGIN, MARGIN + drawing.width, MARGIN + drawing.height))
    assert printed.tobytes() == drawing.tobytes()
    assert read_codes(gray_of(read_picture(paper))) == (face().code_url.encode(),)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "code",
    [
        *(f"printer.{code}" for code in ("silent", "garbled", "cover_open", "paper_out", "error", "offline")),
        *(f"printer.{code}" for code in ("no_completion", "job")),
        *(f"scanner.{code}" for code in ("absent", "silent", "dark", "frozen", "down", "garbled", "taken", "socket")),
        *(f"scanner.{code}" for code in ("picture", "file")),
        *(f"paper.{code}" for code in ("glyph", "overflow", "empty", "code", "unreadable", "font", "layout")),
    ],
)
def test_every_refusal_has_its_sentence(language: str, code: str) -> None:
    facts = dict.fromkeys(
        ("file", "socket", "width", "printer", "field", "character", "codepoint", "text", "wrong", "package"), "?"
    )
    sentence = load_words(language).say(f"problem.{code}", **facts)
    assert len(sentence) > 8
    assert "{" not in sentence
