"""A certificate as one would print it in an afternoon: RGB, fonts opened each time, code and bytes by libraries."""

from typing import Any

import qrcode
from escpos.printer import Dummy
from PIL import Image, ImageDraw, ImageFont

from kiosk.paper.certificate import CertificateFace
from kiosk.paper.layout import FontList, load_layout

WIDTH, HIGH = 576, 2000
LEADING = 1.36
SIZES = {"heading": 72, "body": 26, "value": 32, "number": 26, "note": 20}


def picture(face: CertificateFace) -> Image.Image:
    """All words of the face, one under the other, and the code at the end."""
    page = Image.new("RGB", (WIDTH, HIGH), "white")
    pen, y = ImageDraw.Draw(page), 0
    for size, text in _lines(face):
        font = _font(SIZES[size])
        for part in _wrapped(text, font):
            pen.text((0, y), part, font=font, fill="black")
            y += round(SIZES[size] * LEADING)
    maker: Any = qrcode.QRCode(box_size=4, border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    maker.add_data(face.code_url)
    code = maker.make_image().convert("RGB")
    page.paste(code, (WIDTH - code.width, y))
    return page.crop((0, 0, WIDTH, y + code.height))


def job(raster: Image.Image) -> bytes:
    """The whole width of every row (GS v 0), as python-escpos does it by itself."""
    paper = Dummy(profile="NT-80-V-UL")
    paper.hw("INIT")
    paper.image(raster, impl="bitImageRaster", fragment_height=256)
    paper.cut()
    return bytes(paper.output)


def _lines(face: CertificateFace) -> list[tuple[str, str]]:
    words = [("heading", face.title), *(("body", line) for line in (*face.promise, face.basis_label))]
    words += [("body", f"{'[x]' if ticked else '[ ]'} {text}") for text, ticked in face.basis]
    words += [("value", f"{label}: {value}") for label, value in face.fields]
    return [*words, ("number", f"{face.number_label} {face.number}"), *(("note", note) for note in face.notes)]


def _font(size: int) -> ImageFont.FreeTypeFont:
    file = load_layout("fonts", FontList).font[0]
    return ImageFont.truetype(file.regular, size, index=file.index)


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    parts = [""]
    for character in text:
        if font.getlength(parts[-1] + character) > WIDTH:
            parts.append("")
        parts[-1] += character
    return parts
