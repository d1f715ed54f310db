"""Pictures of paper as somebody looked at them and found them right, one file each.

What a font draws is the font's: goldens stand in a folder of the revision of Noto Sans CJK that drew them. On a machine
with another revision the same drawing is compared by its size and by where its ink lies.

`LIANGZHENG_GOLDENS=write pytest …` writes them anew; look at every one before it is committed.
"""

import os
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image, ImageChops

from kiosk.paper.layout import FontList, load_layout

GOLDENS = Path(__file__).parent.parent / "kiosk" / "paper" / "goldens"
DRAWN_WITH = "2.004"  # fonts-noto-cjk of Debian 12
BLOCK = 16  # dots: two revisions of a font differ by less than that
ELSEWHERE = 0.02  # of all blocks may be inked in one and blank in the other


def same(name: str, drawn: Image.Image) -> None:
    """`drawn` (mode "1") is the golden `name`, dot for dot."""
    file = GOLDENS / f"{name}.png"
    if os.environ.get("LIANGZHENG_GOLDENS") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        drawn.save(file, optimize=True)
    with Image.open(file) as image:
        golden = image.convert("1")
    assert drawn.mode == "1", name
    assert drawn.size == golden.size, f"{name}: {drawn.size}, not {golden.size}"
    if font_revision() == DRAWN_WITH:
        differing = ImageChops.logical_xor(drawn, golden).getbbox()
        assert differing is None, f"{name}: differs in {differing}"
    else:
        assert _apart(drawn, golden) <= ELSEWHERE, f"{name}: ink lies elsewhere"


def font_revision() -> str:
    first = load_layout("fonts", FontList).font[0]
    with TTFont(first.regular, fontNumber=first.index, lazy=True) as font:
        return f"{font['head'].fontRevision:.3f}"


def _apart(one: Image.Image, other: Image.Image) -> float:
    inked = [_blocks(picture) for picture in (one, other)]
    differing = sum(a != b for a, b in zip(*inked, strict=True))
    return float(differing / len(inked[0]))


def _blocks(picture: Image.Image) -> list[bool]:
    small = picture.convert("L").reduce(BLOCK)
    return [level < 250 for level in small.tobytes()]
