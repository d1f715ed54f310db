"""Codes on worn paper: printed by a tired head, folded, faded, photographed; both decoders read nearly all of them.

Each trial draws another certificate and wears it with random numbers of its own: dropouts, a dead column of the head,
dot gain, 20 % less contrast, a fold across the code, then a hand-held camera, near and from a little farther off.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from drivers.scanner.codes.decoders import Found as Code
from drivers.scanner.codes.decoders import Wanted, zbar, zxing
from kiosk.paper.certificate import SIZES, CertificatePress, Size, load_press
from tests.faults.book import Absent, Found
from tests.kiosk.paper.conftest import FACE
from tests.support.certificates import suited, with_code

Grey = NDArray[np.float32]
COUNT = 200
ENOUGH = 95  # percent of the papers are read by the two together, as the scanner has them
ALONE = 90  # and by each of them alone: one dead element in a corner mark of a small code blinds zbar
OVER = 3  # pixels of the model for one dot of the printer
PAPER, INK = 232.0, 34.0
FADED = 0.8  # of the contrast is left
LOOKS = (1.0, 0.6, 0.4)  # a hand that gets no answer moves the paper away, twice
ROWS = 1080  # of a camera's picture
AROUND = 4  # the code's side is four times what is seen of the paper on each side of it
DECODERS: dict[str, Callable[[memoryview], list[Code]]] = {
    "zxing": lambda gray: zxing(gray, Wanted.SQUARES),
    "zbar": lambda gray: zbar(gray, Wanted.SQUARES),
}


@dataclass(frozen=True, slots=True)
class Worn:
    """What is wrong with one paper: lengths in dots but where it is said, shares of 1."""

    missing: float  # of black dots did not burn
    specks: float  # of white dots did
    holes: int  # larger spots without ink
    spread: float  # blur of a dot
    gain: float  # grey that still turns black: below a half, dots grow
    patchy: float  # how unevenly it faded
    crease: float  # millimetres across which the fold has cracked the ink
    shade: float  # light on the far side of the fold
    turn: float  # degrees that the paper is held askew
    tilt: float  # perspective
    sharp: float  # blur of the camera, in its pixels
    near: float  # pixels of the camera for a millimetre at the nearest at which its lens is sharp
    share: float  # of the picture that the code takes, when the camera need not be as near as that
    noise: float


def worn(draw: Random) -> Worn:
    return Worn(
        missing=draw.uniform(0.002, 0.012),
        specks=draw.uniform(0, 0.002),
        holes=draw.randint(0, 4),
        spread=draw.uniform(0.35, 0.6),
        gain=draw.uniform(0.32, 0.48),
        patchy=draw.uniform(0, 0.08),
        crease=draw.uniform(0.05, 0.15),
        shade=draw.uniform(0.82, 1),
        turn=draw.uniform(-8, 8),
        tilt=draw.uniform(0, 0.04),
        sharp=draw.uniform(0.5, 1.1),
        near=draw.uniform(10, 16),
        share=draw.uniform(0.35, 0.65),
        noise=draw.uniform(1, 5),
    )


def units(seed: int, count: int | None) -> Iterator[tuple[str, Callable[[], Found]]]:
    """One size each; `count` trials of it."""
    trials = COUNT if count is None else count
    for size in SIZES:
        yield f"worn/{seed}/{size}/{trials}", partial(tried, seed, size, trials)


def tried(seed: int, size: Size, trials: int) -> Found:
    press, read = load_press(size), Counter[str]()
    for trial in range(trials):
        draw = Random(f"{seed}/{size}/{trial}")
        face = with_code(press, suited(press, FACE), draw)
        photo = photographed(press, press.draw(face), draw)
        saw = {name for name, decode in DECODERS.items() if _reads(decode, photo, face.code_url)}
        read.update(saw)
        read["both together"] += bool(saw)
    least = dict.fromkeys(DECODERS, ALONE) | {"both together": ENOUGH}
    few = [f"{size}: {who} read {read[who]} of {trials}" for who in least if read[who] * 100 < trials * least[who]]
    return Found(few, {f"{size} papers": trials, **{f"{size} read by {who}": read[who] for who in least}})


def _reads(decode: Callable[[memoryview], list[Code]], photo: memoryview, url: str) -> bool:
    return any(url.encode() in _said(decode, photo, far) for far in LOOKS)


def _said(decode: Callable[[memoryview], list[Code]], photo: memoryview, far: float) -> set[bytes]:
    smaller = cv2.resize(np.asarray(photo), None, fx=far, fy=far, interpolation=cv2.INTER_AREA)
    seen = memoryview(smaller.tobytes()).cast("B", smaller.shape)
    return {code.seen.data for code in decode(seen) if code.seen is not None}


def photographed(press: CertificatePress, paper: Image.Image, draw: Random) -> memoryview:
    """The part of the worn paper around its code, in grey bytes."""
    dots = np.asarray(around_the_code(paper), dtype=bool).copy()
    how = worn(draw)
    chance = np.random.default_rng(draw.getrandbits(64))
    _printed_badly(dots, how, draw, chance)
    grey = _faded(_inked(dots, how), how, chance)
    grey = _folded(grey, how, press.dots_per_mm, draw)
    grey = _taken(grey, how, press.dots_per_mm, draw, chance)
    seen = np.ascontiguousarray(np.clip(grey, 0, 255).astype(np.uint8))
    return memoryview(seen.tobytes()).cast("B", seen.shape)


def around_the_code(paper: Image.Image) -> Image.Image:
    """What a hand would hold before a camera: the code and a quarter of its size around it."""
    gray = memoryview(paper.convert("L").tobytes()).cast("B", (paper.height, paper.width))
    found = zxing(gray, Wanted.SQUARES)
    if len(found) != 1:
        raise Absent("a fresh code was not read")
    across = [x for x, _ in found[0].corners]
    down = [y for _, y in found[0].corners]
    aside = (max(across) - min(across)) // AROUND
    framed = Image.new("1", (paper.width + 2 * aside, paper.height + 2 * aside), 1)
    framed.paste(paper, (aside, aside))
    return framed.crop((min(across), min(down), max(across) + 2 * aside, max(down) + 2 * aside))


def _printed_badly(white: NDArray[np.bool_], how: Worn, draw: Random, chance: np.random.Generator) -> None:
    """`white` in dots. One element of the head is dead: its column is white, and it lies in the code."""
    high, wide = white.shape
    white |= chance.random(white.shape) < how.missing
    white &= chance.random(white.shape) >= how.specks
    for _ in range(how.holes):
        row, column, radius = draw.randrange(high), draw.randrange(wide), draw.randint(1, 2)
        white[max(0, row - radius) : row + radius + 1, max(0, column - radius) : column + radius + 1] = True
    white[:, draw.randrange(wide // 6, wide - wide // 6)] = True


def _inked(white: NDArray[np.bool_], how: Worn) -> Grey:
    """1 paper, 0 ink, `OVER` pixels a dot: heat runs, and what is grey enough turns black."""
    large = cv2.resize(white.astype(np.float32), None, fx=OVER, fy=OVER, interpolation=cv2.INTER_NEAREST)
    run = cv2.GaussianBlur(large, (0, 0), how.spread * OVER)
    return _grey(np.clip((run - 1 + how.gain) * 8 + 0.5, 0, 1))


def _faded(light: Grey, how: Worn, chance: np.random.Generator) -> Grey:
    """Grey levels: 20 % less contrast, unevenly so."""
    high, wide = light.shape
    patches = cv2.resize(chance.standard_normal((5, 5)).astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)
    contrast = np.clip(FADED * (1 + how.patchy * patches), 0.5, 1)
    return _grey(PAPER - (PAPER - INK) * contrast * (1 - light))


def _folded(grey: Grey, how: Worn, per_mm: int, draw: Random) -> Grey:
    """The ink has come off along the crease, and the light falls otherwise on the far side of it."""
    high, wide = grey.shape
    angle, middle = draw.uniform(0, np.pi), (draw.uniform(0.3, 0.7) * wide, draw.uniform(0.3, 0.7) * high)
    across, down = np.meshgrid(np.arange(wide), np.arange(high))
    off = (across - middle[0]) * np.sin(angle) - (down - middle[1]) * np.cos(angle)
    bare = np.clip(how.crease * per_mm * OVER / 2 - np.abs(off) + 0.5, 0, 1) * 0.75
    return _grey((grey + (PAPER - grey) * bare) * np.where(off > 0, how.shade, 1))


def _taken(grey: Grey, how: Worn, per_mm: int, draw: Random, chance: np.random.Generator) -> Grey:
    """Through the lens of a camera that is not held quite straight. A camera sees no finer than its pixels."""
    high, wide = grey.shape
    code = wide * AROUND / (AROUND + 2)
    zoom = min(how.near / (OVER * per_mm), how.share * ROWS / code)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), how.turn, zoom)
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float32)
    side = round(1.25 * zoom * max(wide, high))
    seen = cv2.transform(corners[None], turn)[0] + (side - np.array([wide, high])) / 2
    seen += np.array([[draw.uniform(-1, 1) * how.tilt * zoom * wide for _ in range(2)] for _ in range(4)])
    lens = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    coarse = cv2.GaussianBlur(grey, (0, 0), max(0.3, 0.4 / zoom))
    photo = cv2.warpPerspective(coarse, lens, (side, side), borderMode=cv2.BORDER_CONSTANT, borderValue=PAPER)
    photo = cv2.GaussianBlur(photo, (0, 0), how.sharp)
    return _grey(photo + chance.normal(0, how.noise, photo.shape))


def _grey(levels: Any) -> Grey:
    return np.asarray(levels, dtype=np.float32)
