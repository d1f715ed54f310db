"""The hand that holds a thing: a thumb before it, fingers and palm behind, a wrist that leaves the picture."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from drivers.simulated.scenes.drawing import Grey, grey, rough_noise

Box: TypeAlias = tuple[int, int, int, int]  # left, top, width, height
Place: TypeAlias = NDArray[np.float64]


def hold(picture: Grey, outline: Grey, thing: Box, code: Box, rng: Generator) -> Grey:
    """From the left, the right or below; thumb before the thing but not the code, fingers behind. Gives the skin."""
    side = int(rng.integers(3))
    thick = int(np.clip(min(thing[2], thing[3]) * rng.uniform(0.12, 0.22), 6, 160))
    edge, inward = _grip(side, thing, rng)
    reach = min(_free(side, thing, code) - thick * 0.75, thick * rng.uniform(0.6, 2.2))
    skin = np.zeros_like(outline)
    palm = edge - inward * thick * 3.2 + np.array((-inward[1], inward[0])) * thick * rng.uniform(-1, 1)
    _fingers(skin, edge, inward, palm, thick, rng)
    skin[outline > 0] = 0
    if reach > -thick * 0.6:
        _limb(skin, edge + inward * reach, palm, thick)
    _coloured(picture, skin, int(rng.integers(105, 200)), thick, rng)
    np.maximum(outline, skin, out=outline)
    return skin


def _grip(side: int, thing: Box, rng: Generator) -> tuple[Place, Place]:
    """Where the hand crosses the thing's edge, and the way to its inside."""
    left, top, width, height = thing
    along = rng.uniform(0.3, 0.9)
    places = ((left, top + height * along), (left + width, top + height * along), (left + width * along, top + height))
    ways = ((1.0, 0.0), (-1.0, 0.0), (0.0, -1.0))
    turn = rng.normal(0, 0.35)
    way = np.array(ways[side]) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.array(places[side], np.float64), way


def _free(side: int, thing: Box, code: Box) -> int:
    """Pixels between that edge and the code."""
    return (
        code[0] - thing[0],
        thing[0] + thing[2] - code[0] - code[2],
        thing[1] + thing[3] - code[1] - code[3],
    )[side]


def _fingers(skin: Grey, edge: Place, way: Place, palm: Place, thick: int, rng: Generator) -> None:
    """Knuckles beside the thumb, palm and wrist."""
    side = np.array((-way[1], way[0]))
    for finger in range(int(rng.integers(1, 4))):
        knuckle = edge - way * thick * rng.uniform(-0.2, 0.7) + side * thick * (1.0 + 0.95 * finger)
        _limb(skin, knuckle, palm + side * thick, thick)
    _limb(skin, palm, palm - way * thick * 20 + side * thick * rng.uniform(-6, 6), int(thick * 3.2))


def _limb(skin: Grey, start: Place, end: Place, thick: int) -> None:
    ends = [(int(place[0]), int(place[1])) for place in (start, end)]
    cv2.line(skin, ends[0], ends[1], 255, max(1, thick), cv2.LINE_AA)


def _coloured(picture: Grey, skin: Grey, level: int, thick: int, rng: Generator) -> None:
    """Lighter along the middle of each limb, darker to its rim, with a shadow on what it holds."""
    left, top, width, height = cv2.boundingRect(skin)
    part = np.s_[max(0, top - thick) : top + height + thick, max(0, left - thick) : left + width + thick]
    cover = skin[part].astype(np.float32) / 255
    rows, columns = cover.shape
    small = cv2.resize(cover, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    shade = cv2.resize(cv2.GaussianBlur(small, (0, 0), max(0.8, thick * 0.07)), (columns, rows))
    flesh = level * (0.35 + 0.65 * shade) + 3 * rough_noise(rng, columns, rows, 20, 3)
    dimmed = picture[part] * (1 - 0.35 * shade * (1 - cover))
    picture[part] = grey(np.clip(dimmed + cover * (flesh - dimmed), 0, 255))
