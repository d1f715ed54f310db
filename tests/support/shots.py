"""Pictures of the touch screen as somebody looked at them and found them right: half size, few colours, one file each.

A picture carries the boxes of what can be touched and read; another font moves a line by a few dots, a fault moves a
button or loses it. `LIANGZHENG_GOLDENS=write pytest …` writes them anew; look at every one before it is committed.
Where LIANGZHENG_SHOTS names a folder, whole pictures are put there for whoever wants to look.
"""

import io
import json
import os
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Locator, Page

from tests.support.waiting import came

GOLDENS = Path(__file__).parent.parent / "journeys" / "shots"
LARGE = Path(os.environ.get("LIANGZHENG_SHOTS", "/nonexistent"))
COLOURS = 32
BLOCK = 20  # dots of the half-size picture: two revisions of a font differ by less than that
LOUD = 40  # levels of 255 by which a block may be darker or lighter
PATIENCE_S, AGAIN_S = 15.0, 0.5  # for what comes by itself; between two pictures
ELSEWHERE = 0.03  # of all blocks
MOVED = 16  # CSS pixels that an edge may lie elsewhere
BOXED = "main button, main a, main h1, main input:not([type=hidden]), main label, main .notice"
# What is another each time: clock, camera, countdowns, random numbers, and what a test names.
MOVING = "#strip .facts, .mirror, [data-countdown], [data-waited], .number, [data-moving], progress, .news"
BOXES = """
(wanted) => [...document.querySelectorAll(wanted.boxed)]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest(wanted.moving))
  .map((one) => [one.tagName.toLowerCase() + (one.dataset.action ? " " + one.dataset.action : ""),
    ...["x", "y", "width", "height"].map((side) => Math.round(one.getBoundingClientRect()[side]))])
"""
# No tap is on its way, and the page takes the next one.
RESTS = "() => !document.querySelector('.htmx-request, main .settling, [data-disabled-by-htmx]')"
STILL = """
() => {
  const sheet = new CSSStyleSheet();
  const still = "*, *::before, *::after { animation: none !important; transition: none !important; }";
  const strip = "#strip .facts { height: 76px; min-height: 0; overflow: hidden; align-self: center; }"; // news or none
  sheet.replaceSync(still + strip);
  document.adoptedStyleSheets = [sheet];
}
"""
Box = tuple[str, int, int, int, int]


def shot(page: Page, name: str, moving: Sequence[str] = ()) -> None:
    """`page` looks like the golden `name`; `moving` are further places that are another each time.

    What comes by itself (a device gets ready, news) is waited for, as Playwright's own comparison of pictures does.
    AssertionError says what moved.
    """
    covered, golden = ", ".join((MOVING, *moving)), GOLDENS / f"{name}.png"
    if os.environ.get("LIANGZHENG_GOLDENS") == "write":
        taken, boxes = look(page, covered)
        write(golden, taken, boxes)
    assert golden.is_file(), f"{golden.name}: nobody has looked at it yet; LIANGZHENG_GOLDENS=write makes it"
    told = [""]

    def alike() -> bool:
        told[0] = unlike(golden, *look(page, covered))
        return not told[0]

    fits = came(alike, PATIENCE_S, AGAIN_S)
    put_aside(page, name)
    assert fits, told[0]


def put_aside(page: Page, name: str) -> None:
    """The whole picture for whoever wants to look; compared with nothing."""
    if LARGE.is_dir():
        page.screenshot(path=LARGE / f"{name}.png")


def look(page: Page, covered: str) -> tuple[Image.Image, list[Box]]:
    """The page at rest in half size, and where its things stand."""
    page.wait_for_function(RESTS)
    page.evaluate(STILL)
    boxes = [tuple(box) for box in page.evaluate(BOXES, {"boxed": BOXED, "moving": covered})]
    masks: list[Locator] = [page.locator(covered)]
    taken = Image.open(io.BytesIO(page.screenshot(mask=masks, mask_color="#888888"))).convert("RGB")
    return taken.reduce(2), boxes


def unlike(golden: Path, taken: Image.Image, boxes: list[Box]) -> str:
    """What moved or looks otherwise; empty when nothing does."""
    with Image.open(golden) as image:
        before = [tuple(box) for box in json.loads(image.info["boxes"])]
        kept = image.convert("RGB")
    if moved := list(differences(before, boxes)):
        return f"{golden.name}: {'; '.join(moved)}"
    if kept.size != taken.size:
        return f"{golden.name}: {taken.size}, not {kept.size}"
    share = apart(kept, taken)
    return f"{golden.name}: {share:.0%} of it looks otherwise" if share > ELSEWHERE else ""


def write(golden: Path, small: Image.Image, boxes: list[Box]) -> None:
    facts = PngInfo()
    facts.add_text("boxes", json.dumps(boxes))
    golden.parent.mkdir(parents=True, exist_ok=True)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(golden, optimize=True, pnginfo=facts)


def differences(before: Sequence[tuple[object, ...]], now: Sequence[Box]) -> list[str]:
    """What stands there now and did not, or stood elsewhere."""
    names = [str(box[0]) for box in before]
    if names != [box[0] for box in now]:
        gone = [name for name in names if name not in {box[0] for box in now}]
        fresh = [box[0] for box in now if box[0] not in names]
        return [f"{len(before)} things are {len(now)} now, gone: {gone}, new: {fresh}"]
    return [
        f"{box[0]} moved from {old[1:]} to {box[1:]}"
        for old, box in zip(before, now, strict=True)
        if any(abs(int(str(a)) - int(str(b))) > MOVED for a, b in zip(old[1:], box[1:], strict=True))
    ]


def apart(one: Image.Image, other: Image.Image) -> float:
    """The share of blocks that differ."""
    levels = ImageChops.difference(one.reduce(BLOCK).convert("L"), other.reduce(BLOCK).convert("L")).tobytes()
    return sum(level > LOUD for level in levels) / len(levels)
