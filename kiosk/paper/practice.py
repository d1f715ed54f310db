"""A paper of practice: words right across it, again and again, so that no piece of it can pass for a real one."""

from PIL import Image

from kiosk.paper.fonts import Fonts, Type

EVERY = 260  # rows from one bar to the next
BAR = 44  # rows
LEAST = 20


def marked_over(raster: Image.Image, word: str, fonts: Fonts) -> Image.Image:
    """The same size, black and white; bars over all its width from its first row to its last. Raises PaperError."""
    marked = raster.convert("L")
    height = min(BAR, max(LEAST, raster.height // 6))
    bar = _bar(raster.width, height, word, fonts)
    for top in range(0, max(1, raster.height - height), EVERY):
        marked.paste(bar, (0, top))
    marked.paste(bar, (0, raster.height - height))
    return marked.point(lambda level: 255 if level >= 128 else 0).convert("1", dither=Image.Dither.NONE)


def _bar(width: int, height: int, word: str, fonts: Fonts) -> Image.Image:
    """White words on black, as often as they fit, and cut at the edge."""
    kind = Type(height * 3 // 4, bold=True)
    ink = Image.new("L", (width + 2 * fonts.width(word, kind), height), 255)
    step, left = fonts.width(word, kind) + kind.size, kind.size // 2
    while left < width:
        fonts.draw(ink, (left, (height - kind.size) // 2), word, kind)
        left += step
    return ink.crop((0, 0, width, height)).point(lambda level: 255 - level)
