"""The code on paper: an exact QR picture in whole dots, and the proof that the finished paper reads back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import segno
from PIL import Image

from kiosk.paper.code_mask import Masks, Modules
from kiosk.paper.errors import PaperError
from kiosk.paper.layout import Code

QUIET = 4  # modules of white around a code (ISO/IEC 18004)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A code with its white border, which is `quiet` dots wide and may lie on the margin of a paper."""

    picture: Image.Image
    quiet: int


def draw_stamp(text: str, rule: Code, dots_per_mm: int) -> Stamp:
    """A code as large as `rule` allows; PaperError("paper.code") when it cannot be."""
    try:
        code = _made(text, rule.level)
    except ValueError as wrong:
        raise PaperError("paper.code", wrong=str(wrong)) from wrong
    modules = len(code.matrix) + 2 * QUIET
    dots = _dots(modules, rule, dots_per_mm)
    if dots < rule.min_dots or int(code.version) > rule.max_version:
        raise PaperError("paper.code", wrong=f"version {code.version}, {dots} dots")
    side = (modules * dots, modules * dots)
    _, best = _masks(rule.level, int(code.version)).best(code.matrix)
    return Stamp(_painted(best).resize(side, Image.Resampling.NEAREST), QUIET * dots)


def draw_code(text: str, rule: Code, dots_per_mm: int) -> Image.Image:
    """The picture alone."""
    return draw_stamp(text, rule, dots_per_mm).picture


def largest_stamp(rule: Code, dots_per_mm: int) -> Stamp:
    """White, and as large as any code may become: room for one that is not known yet."""
    sizes = [17 + 4 * version + 2 * QUIET for version in range(1, rule.max_version + 1)]
    side = max(modules * _dots(modules, rule, dots_per_mm) for modules in sizes)
    return Stamp(Image.new("1", (side, side), 1), QUIET * _dots(sizes[-1], rule, dots_per_mm))


def _dots(modules: int, rule: Code, dots_per_mm: int) -> int:
    return min(rule.max_dots, round(rule.width * dots_per_mm) // modules)


def _made(text: str, level: str, mask: int = 0, version: int | None = None) -> segno.QRCode:
    """With one mask: which is the best is found in a fifteenth of the time that the encoder takes."""
    return segno.make(
        text, error=level, version=version, mode="alphanumeric", mask=mask, micro=False, boost_error=False
    )  # fmt: skip


@cache
def _masks(level: str, version: int) -> Masks:
    return Masks([_made("0", level, mask, version).matrix for mask in range(8)])


def _painted(code: Modules) -> Image.Image:
    inner = Image.frombytes("1", (code.across, code.side), code.dark, "raw", "1;I")
    outer = Image.new("1", (code.side + 2 * QUIET, code.side + 2 * QUIET), 1)
    outer.paste(inner.crop((0, 0, code.side, code.side)), (QUIET, QUIET))
    return outer


def proofread(image: Image.Image, expected: str, read: Callable[[memoryview], tuple[bytes, ...]]) -> None:
    """Decodes the finished picture with a decoder that did not draw it; PaperError("paper.unreadable") unless it says
    exactly `expected`. `read` takes a 2-D buffer of grey bytes: `drivers.scanner.codes.decoders.read_codes`."""
    gray = memoryview(image.convert("L").tobytes()).cast("B", (image.height, image.width))
    found = read(gray)
    if found != (expected.encode("ascii"),):
        raise PaperError("paper.unreadable", found=len(found))
