"""The code on paper: an exact QR picture in whole dots, and the proof that the finished paper reads back."""

from collections.abc import Callable

import segno
from PIL import Image

from kiosk.paper.errors import PaperError
from kiosk.paper.layout import Code

QUIET = 4  # modules of white around a code (ISO/IEC 18004)


def draw_code(text: str, rule: Code, dots_per_mm: int) -> Image.Image:
    """A level M code with its quiet zone, as large as `rule` allows; PaperError("paper.code") when it cannot be."""
    try:
        code = segno.make(text, error="m", mode="alphanumeric", micro=False, boost_error=False)
    except ValueError as wrong:
        raise PaperError("paper.code", wrong=str(wrong)) from wrong
    modules = len(code.matrix) + 2 * QUIET
    dots = min(rule.max_dots, round(rule.width * dots_per_mm) // modules)
    if dots < rule.min_dots or int(code.version) > rule.max_version:
        raise PaperError("paper.code", wrong=f"version {code.version}, {dots} dots")
    return _painted(tuple(map(bytes, code.matrix))).resize((modules * dots, modules * dots), Image.Resampling.NEAREST)


def _painted(matrix: tuple[bytes, ...]) -> Image.Image:
    side = len(matrix)
    inner = Image.frombytes("L", (side, side), b"".join(matrix)).point(lambda dark: 0 if dark else 255, "1")
    outer = Image.new("1", (side + 2 * QUIET, side + 2 * QUIET), 1)
    outer.paste(inner, (QUIET, QUIET))
    return outer


def proofread(image: Image.Image, expected: str, read: Callable[[memoryview], tuple[bytes, ...]]) -> None:
    """Decodes the finished picture with a decoder that did not draw it; PaperError("paper.unreadable") unless it says
    exactly `expected`. `read` takes a 2-D buffer of grey bytes: `drivers.scanner.codes.decoders.read_codes`."""
    gray = memoryview(image.convert("L").tobytes()).cast("B", (image.height, image.width))
    found = read(gray)
    if found != (expected.encode("ascii"),):
        raise PaperError("paper.unreadable", found=len(found))
